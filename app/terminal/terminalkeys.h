// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "vt/keys.h"

#include <QString>

#include <optional>

class QKeyEvent;

namespace Koyeb::Desktop {

[[nodiscard]] Vt::Modifiers vtModifiers(Qt::KeyboardModifiers modifiers);

/// The terminal's name for a key that is not text.
[[nodiscard]] std::optional<Vt::Key> vtKey(const QKeyEvent &event);

/// The text that a key means to the program, before Control and Alt are applied; empty: none.
[[nodiscard]] QString vtText(const QKeyEvent &event);

/// All that a program may want to know of a key that went down or up, also of one that only modifies others;
/// none: nothing that a terminal has a word for.
[[nodiscard]] std::optional<Vt::KeyEvent> vtKeyEvent(const QKeyEvent &event);

/// Whether a focused terminal takes this key even where the application has a shortcut for it: everything
/// that programs use, which is all but the keys with Ctrl+Shift, Alt and a digit, and those that change tabs.
[[nodiscard]] bool belongsToProgram(const QKeyEvent &event);

} // namespace Koyeb::Desktop
