// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "terminal/terminalcolours.h"
#include "vt/selection.h"

#include <QString>

namespace Koyeb::Vt {
class Terminal;
}

namespace Koyeb::Desktop {

/// The rows [first, end) as far as they are marked, with their colours, for programs that take formatted
/// text. Without links: their targets are nobody's to vouch for.
[[nodiscard]] QString htmlOf(
    const Vt::Terminal &terminal, const Vt::Selection &selection, Vt::LineNumber first, Vt::LineNumber end,
    const TerminalColours &colours, const QString &fontFamily);

} // namespace Koyeb::Desktop
