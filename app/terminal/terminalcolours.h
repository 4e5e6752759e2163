// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "vt/cell.h"

#include <QColor>

#include <array>

class QPalette;

namespace Koyeb::Desktop {

/// What the colours that programs name look like. Text in each of the sixteen named colours can be read on
/// the default background: at least 3:1, and 4.5:1 for all but the one that is nearest to the background.
class TerminalColours {
public:
    [[nodiscard]] static TerminalColours light();
    [[nodiscard]] static TerminalColours dark();
    /// The one that goes with the lightness of a widget's palette.
    [[nodiscard]] static TerminalColours matching(const QPalette &palette);

    [[nodiscard]] QColor foreground() const { return m_foreground; }
    [[nodiscard]] QColor background() const { return m_background; }
    [[nodiscard]] QColor cursor() const { return m_cursor; }
    [[nodiscard]] QColor selection() const { return m_selection; } ///< Behind selected text.
    /// The 256 colours of xterm: sixteen named, a cube of 6 × 6 × 6, 24 greys.
    [[nodiscard]] QColor indexed(std::uint8_t index) const;

    struct Pair {
        QColor foreground;
        QColor background;
    };
    /// What a cell is drawn with. `isReversed` swaps the defaults of the whole screen.
    [[nodiscard]] Pair of(const Vt::Style &style, bool isReversed) const;

private:
    TerminalColours() = default;

    std::array<QRgb, 16> m_named{};
    QColor m_foreground;
    QColor m_background;
    QColor m_cursor;
    QColor m_selection;
};

} // namespace Koyeb::Desktop
