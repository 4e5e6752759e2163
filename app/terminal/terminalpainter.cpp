// SPDX-License-Identifier: GPL-3.0-or-later
#include "terminal/terminalpainter.h"

#include <QFontMetricsF>
#include <QPainter>
#include <QPainterPath>

#include <algorithm>

namespace Koyeb::Desktop {

namespace {

[[nodiscard]] QString textOf(const Vt::Cell &cell)
{
    return QString::fromUcs4(cell.text.data(), static_cast<qsizetype>(cell.codePointCount()));
}

[[nodiscard]] bool isIn(Vt::Selection::Columns columns, int column)
{
    return column >= columns.first && column < columns.end;
}

} // namespace

TerminalPainter::TerminalPainter(
    QPainter &painter, const TerminalFonts &fonts, const TerminalColours &colours)
    : m_painter(painter), m_fonts(fonts), m_colours(colours)
{
    // Cells stand in a grid, whatever the direction of the text around and in them.
    m_painter.setLayoutDirection(Qt::LeftToRight);
}

QRectF TerminalPainter::columnsRect(int first, int end, QPointF origin) const
{
    const QSizeF cell = m_fonts.cellSize();
    return {origin.x() + first * cell.width(), origin.y(), (end - first) * cell.width(), cell.height()};
}

void TerminalPainter::drawRow(
    const Vt::Line &line, Vt::Selection::Columns selected, QPointF origin, int columns)
{
    const int used = std::min(static_cast<int>(line.cells.size()), columns);
    Stretch stretch;
    for (int column = 0; column < used; ++column) {
        const Vt::Cell &cell = line.cells[static_cast<std::size_t>(column)];
        const bool isSelected = isIn(selected, column);
        if (column > stretch.first && (cell.style != stretch.style || isSelected != stretch.isSelected)) {
            drawStretch(line, stretch, origin);
            stretch.first = column;
        }
        stretch.style = cell.style;
        stretch.isSelected = isSelected;
        stretch.end = column + 1;
    }
    if (stretch.end > stretch.first) {
        drawStretch(line, stretch, origin);
    }
    // Rows of the scrollback are as long as they were written.
    for (int column = used; column < columns;) {
        const bool isSelected = isIn(selected, column);
        const int boundary = isSelected ? selected.end : std::max(column + 1, selected.first);
        const int end = isSelected || column < selected.first ? std::min(boundary, columns) : columns;
        drawStretch(line, {{}, isSelected, column, end}, origin);
        column = end;
    }
}

void TerminalPainter::drawStretch(const Vt::Line &line, const Stretch &stretch, QPointF origin)
{
    const auto pair = m_colours.of(stretch.style, m_isReversed);
    const QRectF area = columnsRect(stretch.first, stretch.end, origin);
    m_painter.fillRect(area, stretch.isSelected ? m_colours.selection() : pair.background);
    if (stretch.style.blink && m_isBlinkedOff) {
        return;
    }
    // Text keeps its colour on the selection, unless that colour was chosen for a background of its own.
    const bool hasOwnBackground = pair.background != m_colours.background();
    const QColor colour = stretch.isSelected && hasOwnBackground ? m_colours.foreground() : pair.foreground;
    drawGlyphs(line, stretch, origin, colour);
    drawLines(stretch.style, area, colour);
}

void TerminalPainter::drawGlyphs(
    const Vt::Line &line, const Stretch &stretch, QPointF origin, const QColor &colour)
{
    const int end = std::min(stretch.end, static_cast<int>(line.cells.size()));
    for (int column = stretch.first; column < end; ++column) {
        const Vt::Cell &cell = line.cells[static_cast<std::size_t>(column)];
        if (cell.isBlank() || cell.width == 0) {
            continue;
        }
        const QPointF place = columnsRect(column, column + 1, origin).topLeft();
        const quint32 glyph = cell.text[1] == 0 ? m_fonts.glyph(stretch.style, cell.text[0]) : 0;
        if (glyph == 0) {
            drawCluster(cell, place, colour);
        } else {
            m_glyphs.append(glyph);
            m_positions.append(place + QPointF(0, m_fonts.baseline()));
        }
    }
    flushGlyphs(stretch.style, colour);
}

void TerminalPainter::flushGlyphs(const Vt::Style &style, const QColor &colour)
{
    if (m_glyphs.isEmpty()) {
        return;
    }
    QGlyphRun run;
    run.setRawFont(m_fonts.rawFont(style));
    run.setGlyphIndexes(m_glyphs);
    run.setPositions(m_positions);
    m_painter.setPen(colour);
    m_painter.drawGlyphRun(QPointF(), run);
    m_glyphs.clear();
    m_positions.clear();
}

/// Marks that combine, and characters that another font draws: by the text engine, confined to the cell.
void TerminalPainter::drawCluster(const Vt::Cell &cell, QPointF origin, const QColor &colour)
{
    const QRectF area = columnsRect(0, std::max<int>(cell.width, 1), origin);
    const QFont &font = m_fonts.font(cell.style);
    const QString text = textOf(cell);
    m_painter.save();
    m_painter.setClipRect(area, Qt::IntersectClip);
    m_painter.setFont(font);
    m_painter.setPen(colour);
    // Another font is rarely exactly as wide: centred looks better than leaning to the left.
    const qreal slack = area.width() - QFontMetricsF(font).horizontalAdvance(text);
    m_painter.drawText(area.topLeft() + QPointF(std::max(0.0, slack / 2), m_fonts.baseline()), text);
    m_painter.restore();
}

void TerminalPainter::drawLines(const Vt::Style &style, QRectF area, const QColor &colour)
{
    const qreal width = m_fonts.lineWidth();
    const auto line = [&](qreal y) {
        m_painter.fillRect(QRectF(area.left(), y, area.width(), width), colour);
    };
    // Within the cell, whatever the font says: the row below would draw over it.
    const qreal lowest = area.bottom() - width;
    const qreal underline = std::min(area.top() + m_fonts.baseline() + m_fonts.underlineOffset(), lowest);
    switch (style.underline) {
    case Vt::Underline::None:
        break;
    case Vt::Underline::Single:
        line(underline);
        break;
    case Vt::Underline::Double:
        line(lowest - 2 * width);
        line(lowest);
        break;
    case Vt::Underline::Dotted:
    case Vt::Underline::Dashed: {
        const qreal step = style.underline == Vt::Underline::Dotted ? width : m_fonts.cellSize().width() / 3;
        for (qreal x = area.left(); x < area.right(); x += 2 * step) {
            m_painter.fillRect(QRectF(x, underline, std::min(step, area.right() - x), width), colour);
        }
        break;
    }
    case Vt::Underline::Curly: {
        QPainterPath path(QPointF(area.left(), lowest));
        const qreal step = m_fonts.cellSize().width() / 2;
        bool isUp = true;
        for (qreal x = area.left(); x + step <= area.right() + 0.01; x += step, isUp = !isUp) {
            path.quadTo(x + step / 2, lowest + (isUp ? -3 : 3) * width / 2, x + step, lowest);
        }
        m_painter.setRenderHint(QPainter::Antialiasing);
        m_painter.strokePath(path, QPen(colour, width));
        m_painter.setRenderHint(QPainter::Antialiasing, false);
        break;
    }
    }
    if (style.strikeOut) {
        line(area.top() + m_fonts.baseline() - m_fonts.strikeOutOffset());
    }
}

void TerminalPainter::drawCursor(
    const Vt::Line &line, const Vt::Cursor &cursor, QPointF rowOrigin, CursorFocus focus)
{
    int column = cursor.column;
    Vt::Cell cell;
    if (column < static_cast<int>(line.cells.size())) {
        while (column > 0 && line.cells[static_cast<std::size_t>(column)].width == 0) {
            --column;
        }
        cell = line.cells[static_cast<std::size_t>(column)];
    }
    const QRectF area = columnsRect(column, column + std::max<int>(cell.width, 1), rowOrigin);
    const QColor colour = m_isReversed ? m_colours.background() : m_colours.cursor();
    if (focus == CursorFocus::Unfocused) {
        const qreal width = m_fonts.lineWidth();
        m_painter.setPen(QPen(colour, width, Qt::SolidLine, Qt::SquareCap, Qt::MiterJoin));
        m_painter.setBrush(Qt::NoBrush);
        m_painter.drawRect(area.adjusted(width / 2, width / 2, -width / 2, -width / 2));
        return;
    }
    const qreal thickness = std::max(2 * m_fonts.lineWidth(), area.height() / 12);
    switch (cursor.shape) {
    case Vt::Cursor::Shape::Block: {
        m_painter.fillRect(area, colour);
        if (!cell.isBlank()) {
            drawCluster(cell, area.topLeft(), m_isReversed ? m_colours.foreground() : m_colours.background());
        }
        break;
    }
    case Vt::Cursor::Shape::Underline:
        m_painter.fillRect(QRectF(area.left(), area.bottom() - thickness, area.width(), thickness), colour);
        break;
    case Vt::Cursor::Shape::Bar:
        m_painter.fillRect(QRectF(area.left(), area.top(), thickness, area.height()), colour);
        break;
    }
}

void TerminalPainter::drawPreedit(const QString &preedit, QPointF origin)
{
    const QFont &font = m_fonts.font({});
    const QRectF area(
        origin, QSizeF(QFontMetricsF(font).horizontalAdvance(preedit), m_fonts.cellSize().height()));
    m_painter.fillRect(area, m_colours.background());
    m_painter.setFont(font);
    m_painter.setPen(m_colours.foreground());
    m_painter.drawText(area.topLeft() + QPointF(0, m_fonts.baseline()), preedit);
    drawLines({.underline = Vt::Underline::Single}, area, m_colours.foreground());
}

} // namespace Koyeb::Desktop
