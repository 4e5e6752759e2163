// SPDX-License-Identifier: GPL-3.0-or-later
#include "terminal/terminalkeys.h"

#include <QKeyEvent>

namespace Koyeb::Desktop {

namespace {

[[nodiscard]] bool isModifierKey(int key)
{
    switch (key) {
    case Qt::Key_Shift:
    case Qt::Key_Control:
    case Qt::Key_Alt:
    case Qt::Key_AltGr:
    case Qt::Key_Meta:
    case Qt::Key_CapsLock:
    case Qt::Key_NumLock:
    case Qt::Key_ScrollLock:
    case Qt::Key_Super_L:
    case Qt::Key_Super_R:
        return true;
    default:
        return false;
    }
}

/// The keys of the keypad that mean themselves: those with Num Lock off are arrows and the like.
[[nodiscard]] std::optional<Vt::Key> keypadKey(int key)
{
    if (key >= Qt::Key_0 && key <= Qt::Key_9) {
        return static_cast<Vt::Key>(static_cast<int>(Vt::Key::Keypad0) + key - Qt::Key_0);
    }
    switch (key) {
    case Qt::Key_Period:
    case Qt::Key_Comma:
        return Vt::Key::KeypadDecimal;
    case Qt::Key_Slash:
        return Vt::Key::KeypadDivide;
    case Qt::Key_Asterisk:
        return Vt::Key::KeypadMultiply;
    case Qt::Key_Minus:
        return Vt::Key::KeypadSubtract;
    case Qt::Key_Plus:
        return Vt::Key::KeypadAdd;
    case Qt::Key_Enter:
        return Vt::Key::KeypadEnter;
    case Qt::Key_Equal:
        return Vt::Key::KeypadEqual;
    default:
        return std::nullopt;
    }
}

/// Qt does not say on which side a modifier is; X11 and Wayland number the keys of a keyboard alike.
[[nodiscard]] std::optional<Vt::Key> modifierKey(const QKeyEvent &event)
{
    constexpr quint32 rightShift = 62;
    constexpr quint32 rightControl = 105;
    constexpr quint32 rightAlt = 108;
    constexpr quint32 rightSuper = 134;
    const quint32 place = event.nativeScanCode();
    switch (event.key()) {
    case Qt::Key_Shift:
        return place == rightShift ? Vt::Key::RightShift : Vt::Key::LeftShift;
    case Qt::Key_Control:
        return place == rightControl ? Vt::Key::RightControl : Vt::Key::LeftControl;
    case Qt::Key_Alt:
        return place == rightAlt ? Vt::Key::RightAlt : Vt::Key::LeftAlt;
    case Qt::Key_AltGr:
        return Vt::Key::RightAlt;
    case Qt::Key_Meta:
    case Qt::Key_Super_L:
    case Qt::Key_Super_R:
        return place == rightSuper ? Vt::Key::RightSuper : Vt::Key::LeftSuper;
    case Qt::Key_CapsLock:
        return Vt::Key::CapsLock;
    case Qt::Key_NumLock:
        return Vt::Key::NumLock;
    case Qt::Key_ScrollLock:
        return Vt::Key::ScrollLock;
    default:
        return std::nullopt;
    }
}

} // namespace

Vt::Modifiers vtModifiers(Qt::KeyboardModifiers modifiers)
{
    return {
        .shift = modifiers.testFlag(Qt::ShiftModifier),
        .alt = modifiers.testFlag(Qt::AltModifier),
        .control = modifiers.testFlag(Qt::ControlModifier),
        .super = modifiers.testFlag(Qt::MetaModifier)};
}

std::optional<Vt::Key> vtKey(const QKeyEvent &event)
{
    const int key = event.key();
    if (event.modifiers().testFlag(Qt::KeypadModifier)) {
        if (const auto keypad = keypadKey(key)) {
            return keypad;
        }
    }
    if (key >= Qt::Key_F1 && key <= Qt::Key_F24) {
        return static_cast<Vt::Key>(static_cast<int>(Vt::Key::F1) + key - Qt::Key_F1);
    }
    switch (key) {
    case Qt::Key_Return:
    case Qt::Key_Enter:
        return Vt::Key::Enter;
    case Qt::Key_Tab:
    case Qt::Key_Backtab: // Comes with Shift.
        return Vt::Key::Tab;
    case Qt::Key_Backspace:
        return Vt::Key::Backspace;
    case Qt::Key_Escape:
        return Vt::Key::Escape;
    case Qt::Key_Up:
        return Vt::Key::Up;
    case Qt::Key_Down:
        return Vt::Key::Down;
    case Qt::Key_Right:
        return Vt::Key::Right;
    case Qt::Key_Left:
        return Vt::Key::Left;
    case Qt::Key_Home:
        return Vt::Key::Home;
    case Qt::Key_End:
        return Vt::Key::End;
    case Qt::Key_Insert:
        return Vt::Key::Insert;
    case Qt::Key_Delete:
        return Vt::Key::Delete;
    case Qt::Key_PageUp:
        return Vt::Key::PageUp;
    case Qt::Key_PageDown:
        return Vt::Key::PageDown;
    default:
        return std::nullopt;
    }
}

QString vtText(const QKeyEvent &event)
{
    if (isModifierKey(event.key())) {
        return {};
    }
    const QString text = event.text();
    const bool isPrintable = !text.isEmpty() && text.front().isPrint();
    if (isPrintable) {
        return text;
    }
    // With Control, platforms give the control character or nothing; the key says which character was meant.
    const bool hasControl = event.modifiers().testFlag(Qt::ControlModifier);
    if (hasControl && event.key() >= Qt::Key_Space && event.key() <= Qt::Key_AsciiTilde) {
        return QString(QChar(event.key())).toLower();
    }
    return {};
}

std::optional<Vt::KeyEvent> vtKeyEvent(const QKeyEvent &event)
{
    Vt::KeyEvent result;
    result.modifiers = vtModifiers(event.modifiers());
    result.action = event.type() == QEvent::KeyRelease ? Vt::KeyEvent::Action::Release
                    : event.isAutoRepeat()             ? Vt::KeyEvent::Action::Repeat
                                                       : Vt::KeyEvent::Action::Press;
    const QString text = event.text();
    const bool isPrintable = !text.isEmpty() && text.front().isPrint();
    result.text = isPrintable ? text.toStdString() : std::string();
    auto key = modifierKey(event);
    if (!key) {
        key = vtKey(event);
    }
    if (key) {
        result.key = *key;
        return result;
    }
    const QList<uint> typed = vtText(event).toUcs4();
    if (typed.isEmpty()) {
        return std::nullopt;
    }
    // Which key it is: what it types without Shift, as far as Qt lets one know.
    const char32_t character = typed.first();
    result.character = QChar::toLower(character);
    result.shifted = result.modifiers.shift ? character : 0;
    return result;
}

bool belongsToProgram(const QKeyEvent &event)
{
    const auto modifiers = event.modifiers();
    const bool hasControl = modifiers.testFlag(Qt::ControlModifier);
    if (modifiers.testFlag(Qt::MetaModifier) || isModifierKey(event.key())) {
        return false;
    }
    if (hasControl && modifiers.testFlag(Qt::ShiftModifier)) {
        return false;
    }
    const int key = event.key();
    const bool changesTabs = key == Qt::Key_Tab || key == Qt::Key_PageUp || key == Qt::Key_PageDown;
    const bool isDigit = key >= Qt::Key_0 && key <= Qt::Key_9;
    if (hasControl && changesTabs) {
        return false;
    }
    if (modifiers.testFlag(Qt::AltModifier) && isDigit) {
        return false;
    }
    return vtKey(event).has_value() || !vtText(event).isEmpty();
}

} // namespace Koyeb::Desktop
