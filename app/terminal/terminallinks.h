// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "vt/cell.h"

#include <QString>
#include <QUrl>

#include <optional>

namespace Koyeb::Vt {
class Terminal;
}

namespace Koyeb::Desktop {

/// Text of a terminal that leads somewhere: a hyperlink of the program (OSC 8), or an address in plain text.
struct TerminalHyperlink {
    QString target; ///< As it was written; nobody checked it.
    Vt::Position first;
    Vt::Position end; ///< Behind the last cell.
    /// All cells with this number are the link, also where others stand between them; 0: those from `first`
    /// to `end` are.
    Vt::LinkId sharedId = 0;

    bool operator==(const TerminalHyperlink &) const = default;
    /// Perhaps another part of it.
    [[nodiscard]] bool isSameLinkAs(const TerminalHyperlink &other) const
    {
        return sharedId == 0 ? *this == other : sharedId == other.sharedId && target == other.target;
    }
};

/// The link that the cell at this place is part of.
[[nodiscard]] std::optional<TerminalHyperlink> hyperlinkAt(const Vt::Terminal &terminal, Vt::Position cell);

/// What may be opened of a target that a program chose: addresses of the web and of mail, of the latter
/// only the recipient. Invalid for all else, such as files and other programs' schemes.
[[nodiscard]] QUrl openableUrl(const QString &target);

} // namespace Koyeb::Desktop
