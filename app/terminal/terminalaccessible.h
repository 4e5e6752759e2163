// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace Koyeb::Desktop {

/// Makes every TerminalView readable to assistive technology: a text of the rows that are shown, with the
/// cursor as its caret. May be called more than once.
void installTerminalAccessibility();

} // namespace Koyeb::Desktop
