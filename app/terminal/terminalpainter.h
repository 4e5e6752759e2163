// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "terminal/terminalcolours.h"
#include "terminal/terminalfonts.h"
#include "vt/selection.h"
#include "vt/terminal.h"

#include <QGlyphRun>
#include <QRectF>

class QPainter;

namespace Koyeb::Desktop {

/// Draws rows of cells: the background of each stretch of one colour, then its glyphs at their columns.
class TerminalPainter {
public:
    TerminalPainter(QPainter &painter, const TerminalFonts &fonts, const TerminalColours &colours);

    /// The whole screen's defaults are swapped.
    void setReversed(bool isReversed) { m_isReversed = isReversed; }
    /// Blinking text is in its dark phase.
    void setBlinkedOff(bool isBlinkedOff) { m_isBlinkedOff = isBlinkedOff; }

    /// A row whose upper left corner is at `origin`, `columns` wide.
    void drawRow(const Vt::Line &line, Vt::Selection::Columns selected, QPointF origin, int columns);

    enum class CursorFocus { Focused, Unfocused };
    /// The cursor on a row that was drawn before.
    void drawCursor(const Vt::Line &line, const Vt::Cursor &cursor, QPointF rowOrigin, CursorFocus focus);
    /// What an input method is composing, at the cursor.
    void drawPreedit(const QString &preedit, QPointF origin);

private:
    struct Stretch {
        Vt::Style style;
        bool isSelected = false;
        int first = 0;
        int end = 0;
    };

    void drawStretch(const Vt::Line &line, const Stretch &stretch, QPointF origin);
    void drawGlyphs(const Vt::Line &line, const Stretch &stretch, QPointF origin, const QColor &colour);
    void drawCluster(const Vt::Cell &cell, QPointF origin, const QColor &colour);
    void drawLines(const Vt::Style &style, QRectF area, const QColor &colour);
    void flushGlyphs(const Vt::Style &style, const QColor &colour);
    [[nodiscard]] QRectF columnsRect(int first, int end, QPointF origin) const;

    QPainter &m_painter;
    const TerminalFonts &m_fonts;
    const TerminalColours &m_colours;
    bool m_isReversed = false;
    bool m_isBlinkedOff = false;
    QList<quint32> m_glyphs; ///< Collected to be drawn at once.
    QList<QPointF> m_positions;
};

} // namespace Koyeb::Desktop
