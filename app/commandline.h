// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/theme.h"

#include <optional>

namespace Koyeb::Desktop {

/// What the words after the program's name ask for.
struct CommandLine {
    ThemeController::Theme theme = ThemeController::Theme::System;
    /// Set when the question was answered, or refused, on the terminal: the program ends with this code.
    std::optional<int> exitCode;
};

/// Reads the arguments of main(), without a display: `--help` and `--version` are asked where there is none.
/// Qt's own options are left to QApplication, which takes them out afterwards.
[[nodiscard]] CommandLine readCommandLine(int argc, char **argv);

/// Qt's texts and ours in the language of the person, for the application object that there is now.
void installTranslations();

} // namespace Koyeb::Desktop
