// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vt/terminal.h"

#include <string>

/// Everything that can be seen of a terminal, for people: its rows, below each what its cells look like where
/// that is not plain, then the cursor and the modes.
[[nodiscard]] std::string dumpText(const Koyeb::Vt::Terminal &terminal);

/// The same for programs: a JSON object with size, cursor, title, modes, scrollback and screen; of each row
/// the text, and of each cell text, width, colours and attributes.
[[nodiscard]] std::string dumpJson(const Koyeb::Vt::Terminal &terminal);
