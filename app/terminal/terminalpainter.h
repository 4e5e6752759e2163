// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "terminal/terminalcolours.h"
#include "terminal/terminalfonts.h"
#include "vt/selection.h"
#include "vt/terminal.h"

#include <QGlyphRun>
#include <QRectF>

#include <vector>

class QPainter;

namespace Koyeb::Desktop {

/// What is special about some columns of a row.
struct RowMarks {
    Vt::Selection::Columns selected{};
    std::vector<Vt::Selection::Columns> matches{}; ///< Of what was searched for.
    Vt::Selection::Columns currentMatch{};
    Vt::Selection::Columns hoveredLink{};
    Vt::LinkId hoveredLinkId = 0; ///< All of its cells are hovered; 0: none.
};

/// Draws rows of cells: the background of each stretch of one colour, then its glyphs at their columns.
class TerminalPainter {
public:
    /// What is painted on was filled with the default background.
    TerminalPainter(QPainter &painter, const TerminalFonts &fonts, const TerminalColours &colours);

    /// The whole screen's defaults are swapped.
    void setReversed(bool isReversed) { m_isReversed = isReversed; }
    /// Blinking text is in its dark phase.
    void setBlinkedOff(bool isBlinkedOff) { m_isBlinkedOff = isBlinkedOff; }
    /// Punctuation that stands together is drawn as the font joins it.
    void setLigatures(bool hasLigatures) { m_hasLigatures = hasLigatures; }

    /// A row whose upper left corner is at `origin`, `columns` wide.
    void drawRow(const Vt::Line &line, const RowMarks &marks, QPointF origin, int columns);

    enum class CursorFocus { Focused, Unfocused };
    /// The cursor on a row that was drawn before.
    void drawCursor(
        const Vt::Line &line, const Vt::Cursor &cursor, QPointF rowOrigin, int columns, CursorFocus focus);

private:
    enum class Backing { Plain, Selected, Match, CurrentMatch };

    /// Cells that are drawn alike.
    struct Stretch {
        Vt::Style style;
        Backing backing = Backing::Plain;
        bool isHovered = false;
        int first = 0;
        int end = 0;

        [[nodiscard]] bool looksLike(const Stretch &other) const
        {
            return style == other.style && backing == other.backing && isHovered == other.isHovered;
        }
    };

    void drawCursorCell(const Vt::Line &line, const Vt::Cursor &cursor, QPointF rowOrigin, CursorFocus focus);
    void drawCells(const Vt::Line &line, const RowMarks &marks, QPointF origin, int columns);
    [[nodiscard]] QPointF enlarge(Vt::LineSize size, QPointF origin, int columns);
    [[nodiscard]] static Backing backingAt(const RowMarks &marks, int column);
    void findStretches(const Vt::Line &line, const RowMarks &marks, int columns);
    [[nodiscard]] TerminalColours::Pair coloursOf(const Stretch &stretch) const;
    void drawText(const Vt::Line &line, const Stretch &stretch, QPointF origin);
    void drawGlyphs(
        const Vt::Line &line, const Stretch &stretch, QPointF origin, const TerminalColours::Pair &colours);
    [[nodiscard]] int ligatureEnd(const Vt::Line &line, int column, int end) const;
    void drawCell(const Vt::Cell &cell, QPointF origin, const QColor &colour);
    void drawCluster(const Vt::Style &style, const QString &text, QRectF area, const QColor &colour);
    void drawLines(const Stretch &stretch, QRectF area, const QColor &colour);
    void drawUnderline(Vt::Underline underline, QRectF area, const QColor &colour);
    void flushGlyphs(const Vt::Style &style, const QColor &colour);
    [[nodiscard]] QRectF columnsRect(int first, int end, QPointF origin) const;

    QPainter &m_painter;
    const TerminalFonts &m_fonts;
    const TerminalColours &m_colours;
    bool m_isReversed = false;
    bool m_isBlinkedOff = false;
    bool m_hasLigatures = false;
    std::vector<Stretch> m_stretches; ///< Of the row that is drawn.
    QList<quint32> m_glyphs;          ///< Collected to be drawn at once.
    QList<QPointF> m_positions;
};

} // namespace Koyeb::Desktop
