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

} // namespace

Vt::Modifiers vtModifiers(Qt::KeyboardModifiers modifiers)
{
    return {
        .shift = modifiers.testFlag(Qt::ShiftModifier),
        .alt = modifiers.testFlag(Qt::AltModifier),
        .control = modifiers.testFlag(Qt::ControlModifier)};
}

std::optional<Vt::Key> vtKey(const QKeyEvent &event)
{
    const int key = event.key();
    if (key >= Qt::Key_F1 && key <= Qt::Key_F12) {
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
