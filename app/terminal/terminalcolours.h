// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "terminal/terminalthemes.h"
#include "vt/cell.h"
#include "vt/palette.h"

#include <QColor>

class QPalette;

namespace Koyeb::Desktop {

/// What the colours that programs name look like: those of a theme, over which a program may have put others
/// for its own time.
class TerminalColours {
public:
    explicit TerminalColours(TerminalTheme theme) : m_theme(std::move(theme)) {}
    [[nodiscard]] static TerminalColours light() { return TerminalColours(builtInThemes().at(0)); }
    [[nodiscard]] static TerminalColours dark() { return TerminalColours(builtInThemes().at(1)); }
    /// The one that goes with the lightness of a widget's palette.
    [[nodiscard]] static TerminalColours matching(const QPalette &palette);

    /// What the program chose.
    void setProgramColours(const Vt::Palette &colours) { m_program = colours; }
    /// Bold text in one of the first eight colours is drawn in the bright one.
    void setBoldBright(bool isBoldBright) { m_isBoldBright = isBoldBright; }
    /// Text in a colour of the theme has at least this contrast to what is behind it. 1: as it comes.
    void setMinimumContrast(double ratio) { m_minimumContrast = ratio; }
    /// All that the program did not choose, for one that asks.
    [[nodiscard]] Vt::Palette themePalette() const;

    [[nodiscard]] QColor foreground() const;
    [[nodiscard]] QColor background() const;
    [[nodiscard]] QColor cursor() const;
    [[nodiscard]] QColor selection() const { return QColor(m_theme.selection); } ///< Behind selected text.
    [[nodiscard]] QColor matchText() const { return QColor(0xff1b1b1b); } ///< Of what was searched for.
    [[nodiscard]] QColor match() const { return QColor(0xfff2d35b); }
    [[nodiscard]] QColor currentMatch() const { return QColor(0xffff9b3d); }
    /// The 256 colours of xterm: sixteen named, a cube of 6 × 6 × 6, 24 greys.
    [[nodiscard]] QColor indexed(std::uint8_t index) const;

    struct Pair {
        QColor foreground;
        QColor background;
        QColor drawing; ///< Of boxes and blocks, which are not read and often continue a background.
    };
    /// What a cell is drawn with. `isReversed` swaps the defaults of the whole screen.
    [[nodiscard]] Pair of(const Vt::Style &style, bool isReversed) const;
    /// The same on another background, such as that of a selection.
    [[nodiscard]] Pair on(const QColor &background, Pair pair) const;
    /// Of the line under a text that is drawn in `text`.
    [[nodiscard]] QColor underline(const Vt::Style &style, const QColor &text) const;

private:
    [[nodiscard]] QColor themeIndexed(std::uint8_t index) const;
    [[nodiscard]] QColor resolve(Vt::Colour colour, const QColor &byDefault) const;

    TerminalTheme m_theme;
    Vt::Palette m_program;
    bool m_isBoldBright = false;
    double m_minimumContrast = 1;
};

} // namespace Koyeb::Desktop
