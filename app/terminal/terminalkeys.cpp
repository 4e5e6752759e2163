// SPDX-License-Identifier: GPL-3.0-or-later
#include "terminal/terminalkeys.h"

#include <QKeyEvent>

#include <array>
#include <string_view>

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

/// The keys of the keypad, with Num Lock and without.
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
    case Qt::Key_Left:
        return Vt::Key::KeypadLeft;
    case Qt::Key_Right:
        return Vt::Key::KeypadRight;
    case Qt::Key_Up:
        return Vt::Key::KeypadUp;
    case Qt::Key_Down:
        return Vt::Key::KeypadDown;
    case Qt::Key_PageUp:
        return Vt::Key::KeypadPageUp;
    case Qt::Key_PageDown:
        return Vt::Key::KeypadPageDown;
    case Qt::Key_Home:
        return Vt::Key::KeypadHome;
    case Qt::Key_End:
        return Vt::Key::KeypadEnd;
    case Qt::Key_Insert:
        return Vt::Key::KeypadInsert;
    case Qt::Key_Delete:
        return Vt::Key::KeypadDelete;
    case Qt::Key_Clear:
        return Vt::Key::KeypadBegin;
    default:
        return std::nullopt;
    }
}

[[nodiscard]] bool isPrintable(const QString &text)
{
    const QList<uint> characters = text.toUcs4();
    return !characters.isEmpty() && QChar::isPrint(characters.first());
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
        return Vt::Key::IsoLevel3Shift;
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

/// Keys that never type anything and that only programs with the kitty keyboard protocol have words for.
[[nodiscard]] std::optional<Vt::Key> specialKey(int key)
{
    switch (key) {
    case Qt::Key_Print:
        return Vt::Key::PrintScreen;
    case Qt::Key_Pause:
        return Vt::Key::Pause;
    case Qt::Key_Menu:
        return Vt::Key::Menu;
    case Qt::Key_MediaPlay:
        return Vt::Key::MediaPlay;
    case Qt::Key_MediaPause:
        return Vt::Key::MediaPause;
    case Qt::Key_MediaTogglePlayPause:
        return Vt::Key::MediaPlayPause;
    case Qt::Key_MediaStop:
        return Vt::Key::MediaStop;
    case Qt::Key_AudioForward:
        return Vt::Key::MediaFastForward;
    case Qt::Key_AudioRewind:
        return Vt::Key::MediaRewind;
    case Qt::Key_MediaNext:
        return Vt::Key::MediaNext;
    case Qt::Key_MediaPrevious:
        return Vt::Key::MediaPrevious;
    case Qt::Key_MediaRecord:
        return Vt::Key::MediaRecord;
    case Qt::Key_VolumeDown:
        return Vt::Key::LowerVolume;
    case Qt::Key_VolumeUp:
        return Vt::Key::RaiseVolume;
    case Qt::Key_VolumeMute:
        return Vt::Key::MuteVolume;
    default:
        return std::nullopt;
    }
}

/// What a key types on a US keyboard; 0: nothing, or it is not known which key it is.
struct UsKey {
    char32_t plain = 0;
    char32_t shifted = 0;
};

/// X11 and Wayland number the keys by their places.
[[nodiscard]] UsKey usKeyAt(quint32 place)
{
    struct Row {
        quint32 first;
        std::u32string_view plain;
        std::u32string_view shifted;
    };
    static constexpr std::array rows = {
        Row{10, U"1234567890-=", U"!@#$%^&*()_+"}, Row{24, U"qwertyuiop[]", U"QWERTYUIOP{}"},
        Row{38, U"asdfghjkl;'`", U"ASDFGHJKL:\"~"}, Row{51, U"\\zxcvbnm,./", U"|ZXCVBNM<>?"},
        Row{65, U" ", U" "}};
    for (const Row &row : rows) {
        if (place >= row.first && place - row.first < row.plain.size()) {
            return {row.plain[place - row.first], row.shifted[place - row.first]};
        }
    }
    return {};
}

/// What a key types without Shift, of which Qt says only what it types with it. Most layouts have the digits
/// where the US keyboard has them; beyond that, what the key types is all there is to call it by.
[[nodiscard]] char32_t withoutShift(char32_t character, UsKey us)
{
    const char32_t lower = QChar::toLower(character);
    const auto isDigit = [](char32_t c) {
        return c >= U'0' && c <= U'9';
    };
    if (lower != character) {
        return lower;
    }
    return us.shifted == character || (isDigit(us.plain) && !isDigit(character)) ? us.plain : character;
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
    if (isPrintable(event.text())) {
        return event.text();
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
    // Qt itself knows no locks; X11 and Wayland tell them with the other modifiers.
    constexpr quint32 capsLock = 1U << 1U;
    constexpr quint32 numLock = 1U << 4U;
    Vt::KeyEvent result;
    result.modifiers = vtModifiers(event.modifiers());
    result.modifiers.capsLock = (event.nativeModifiers() & capsLock) != 0;
    result.modifiers.numLock = (event.nativeModifiers() & numLock) != 0;
    result.action = event.type() == QEvent::KeyRelease ? Vt::KeyEvent::Action::Release
                    : event.isAutoRepeat()             ? Vt::KeyEvent::Action::Repeat
                                                       : Vt::KeyEvent::Action::Press;
    const bool hasText = isPrintable(event.text());
    result.text = hasText ? event.text().toStdString() : std::string();
    auto key = modifierKey(event);
    if (!key) {
        key = specialKey(event.key());
    }
    if (!key) {
        key = vtKey(event);
    }
    if (key) {
        result.key = *key;
        const bool isKeypad = event.modifiers().testFlag(Qt::KeypadModifier);
        if (isKeypad) {
            result.text = vtText(event).toStdString(); // Also with Control: it tells that Num Lock is on.
        }
        return result;
    }
    const QList<uint> typed = vtText(event).toUcs4();
    if (typed.isEmpty()) {
        return std::nullopt;
    }
    const char32_t character = typed.first();
    const UsKey us = usKeyAt(event.nativeScanCode());
    result.base = us.plain;
    if (result.modifiers.shift) {
        result.character = withoutShift(character, us);
        const char32_t shifted = hasText ? character : QChar::toUpper(character);
        result.shifted = shifted != result.character ? shifted : 0;
    } else {
        result.character = QChar::toLower(character);
    }
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
