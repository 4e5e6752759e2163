// SPDX-License-Identifier: GPL-3.0-or-later
#include "terminal/terminalpainter.h"

#include "terminal/boxdrawing.h"

#include <QPainter>
#include <QPainterPath>

#include <algorithm>
#include <cmath>
#include <string_view>

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

TerminalPainter::Backing TerminalPainter::backingAt(const RowMarks &marks, int column)
{
    if (isIn(marks.selected, column)) {
        return Backing::Selected;
    }
    if (isIn(marks.currentMatch, column)) {
        return Backing::CurrentMatch;
    }
    const bool isMatch = std::any_of(
        marks.matches.begin(), marks.matches.end(), [column](auto columns) { return isIn(columns, column); });
    return isMatch ? Backing::Match : Backing::Plain;
}

void TerminalPainter::findStretches(const Vt::Line &line, const RowMarks &marks, int columns)
{
    m_stretches.clear();
    // Rows of the scrollback are as long as they were written.
    const int used = std::min(static_cast<int>(line.cells.size()), columns);
    for (int column = 0; column < columns; ++column) {
        const Vt::Style style =
            column < used ? line.cells[static_cast<std::size_t>(column)].style : Vt::Style();
        const bool isHovered = isIn(marks.hoveredLink, column) ||
                               (marks.hoveredLinkId != 0 && style.link == marks.hoveredLinkId);
        const Stretch here{style, backingAt(marks, column), isHovered, column, column + 1};
        if (!m_stretches.empty() && m_stretches.back().looksLike(here)) {
            ++m_stretches.back().end;
        } else {
            m_stretches.push_back(here);
        }
    }
}

TerminalColours::Pair TerminalPainter::coloursOf(const Stretch &stretch) const
{
    auto pair = m_colours.of(stretch.style, m_isReversed);
    switch (stretch.backing) {
    case Backing::Plain:
        break;
    case Backing::Selected:
        // Text keeps its colour on the selection, unless that was chosen for a background of its own.
        if (pair.background != m_colours.background()) {
            pair.foreground = m_colours.foreground();
        }
        pair.drawing = pair.foreground;
        pair = m_colours.on(m_colours.selection(), pair);
        break;
    case Backing::Match:
        pair = {m_colours.matchText(), m_colours.match(), m_colours.matchText()};
        break;
    case Backing::CurrentMatch:
        pair = {m_colours.matchText(), m_colours.currentMatch(), m_colours.matchText()};
        break;
    }
    return pair;
}

void TerminalPainter::drawRow(const Vt::Line &line, const RowMarks &marks, QPointF origin, int columns)
{
    if (line.size == Vt::LineSize::Single) {
        drawCells(line, marks, origin, columns);
        return;
    }
    m_painter.save();
    const QPointF start = enlarge(line.size, origin, columns);
    drawCells(line, marks, start, Vt::cellsAcross(columns, line.size));
    m_painter.restore();
}

/// Characters twice as wide from now on, and perhaps twice as high, of which a row shows one half. Returns
/// where the row begins then.
QPointF TerminalPainter::enlarge(Vt::LineSize size, QPointF origin, int columns)
{
    m_painter.setClipRect(columnsRect(0, columns, origin), Qt::IntersectClip);
    m_painter.translate(origin);
    m_painter.scale(2, size == Vt::LineSize::DoubleWidth ? 1 : 2);
    return {0, size == Vt::LineSize::DoubleBottom ? -m_fonts.cellSize().height() / 2 : 0};
}

void TerminalPainter::drawCells(const Vt::Line &line, const RowMarks &marks, QPointF origin, int columns)
{
    findStretches(line, marks, columns);
    const QColor behind = m_isReversed ? m_colours.foreground() : m_colours.background();
    for (const Stretch &stretch : m_stretches) {
        const QColor background = coloursOf(stretch).background;
        if (background != behind) {
            m_painter.fillRect(columnsRect(stretch.first, stretch.end, origin), background);
        }
    }
    // All of the text after all of the backgrounds: what leans over into the next cell stays whole.
    for (const Stretch &stretch : m_stretches) {
        drawText(line, stretch, origin);
    }
}

void TerminalPainter::drawText(const Vt::Line &line, const Stretch &stretch, QPointF origin)
{
    const bool isHidden = stretch.style.invisible || (stretch.style.blink && m_isBlinkedOff);
    if (isHidden && stretch.backing == Backing::Plain) {
        return;
    }
    const TerminalColours::Pair colours = coloursOf(stretch);
    if (!isHidden) {
        drawGlyphs(line, stretch, origin, colours);
    }
    drawLines(stretch, columnsRect(stretch.first, stretch.end, origin), colours.foreground);
}

/// Where the punctuation ends that begins here, as far as it is alike and a font may join it.
int TerminalPainter::ligatureEnd(const Vt::Line &line, int column, int end) const
{
    constexpr std::u32string_view joined = U"!#$%&*+-./:;<=>?@\\^_|~";
    constexpr int longest = 8;
    const int first = column;
    while (m_hasLigatures && column < end && column - first < longest) {
        const Vt::Cell &cell = line.cells[static_cast<std::size_t>(column)];
        if (cell.text[1] != 0 || joined.find(cell.text[0]) == joined.npos) {
            break;
        }
        ++column;
    }
    return column;
}

void TerminalPainter::drawGlyphs(
    const Vt::Line &line, const Stretch &stretch, QPointF origin, const TerminalColours::Pair &colours)
{
    const int end = std::min(stretch.end, static_cast<int>(line.cells.size()));
    for (int column = stretch.first; column < end; ++column) {
        const Vt::Cell &cell = line.cells[static_cast<std::size_t>(column)];
        if (cell.isBlank() || cell.width == 0) {
            continue;
        }
        if (const int joined = ligatureEnd(line, column, end); joined - column > 1) {
            QString text;
            for (int i = column; i < joined; ++i) {
                text += QChar(static_cast<char16_t>(line.cells[static_cast<std::size_t>(i)].text[0]));
            }
            drawCluster(stretch.style, text, columnsRect(column, joined, origin), colours.foreground);
            column = joined - 1;
            continue;
        }
        const QPointF place = columnsRect(column, column + 1, origin).topLeft();
        const bool isSingle = cell.text[1] == 0 && !isBoxCharacter(cell.text[0]);
        const quint32 glyph = isSingle ? m_fonts.glyph(stretch.style, cell.text[0]) : 0;
        if (glyph == 0) {
            drawCell(cell, place, isBoxCharacter(cell.text[0]) ? colours.drawing : colours.foreground);
        } else {
            m_glyphs.append(glyph);
            m_positions.append(place + QPointF(0, m_fonts.baseline()));
        }
    }
    flushGlyphs(stretch.style, colours.foreground);
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

/// What is not a plain glyph of the font.
void TerminalPainter::drawCell(const Vt::Cell &cell, QPointF origin, const QColor &colour)
{
    const QRectF area = columnsRect(0, std::max<int>(cell.width, 1), origin);
    if (isBoxCharacter(cell.text[0])) {
        drawBox(m_painter, cell.text[0], area, m_fonts.lineWidth(), m_fonts.devicePixelRatio(), colour);
    } else {
        drawCluster(cell.style, textOf(cell), area, colour);
    }
}

/// Marks that combine, and characters that another font draws: by the text engine, confined to the cells.
void TerminalPainter::drawCluster(
    const Vt::Style &style, const QString &text, QRectF area, const QColor &colour)
{
    const TerminalFonts::Cluster &cluster = m_fonts.cluster(style, text);
    m_painter.save();
    m_painter.setClipRect(area, Qt::IntersectClip);
    m_painter.setPen(colour);
    QPointF place = area.topLeft() + QPointF(0, m_fonts.baseline() - cluster.ascent);
    if (cluster.width > area.width() * 1.05) {
        // Made narrower rather than cut off.
        m_painter.translate(place);
        m_painter.scale(area.width() / cluster.width, 1);
        place = {};
    } else {
        // Another font is rarely exactly as wide: centred looks better than leaning to the left.
        place.rx() += std::max(0.0, (area.width() - cluster.width) / 2);
    }
    for (const QGlyphRun &run : cluster.runs) {
        m_painter.drawGlyphRun(place, run);
    }
    m_painter.restore();
}

void TerminalPainter::drawLines(const Stretch &stretch, QRectF area, const QColor &colour)
{
    const Vt::Style &style = stretch.style;
    const qreal width = m_fonts.lineWidth();
    const auto line = [&](qreal y) {
        m_painter.fillRect(QRectF(area.left(), y, area.width(), width), colour);
    };
    if (stretch.isHovered) {
        drawUnderline(Vt::Underline::Single, area, colour);
    } else if (style.underline == Vt::Underline::None && style.link != 0) {
        QColor faint = colour;
        faint.setAlphaF(0.6F);
        drawUnderline(Vt::Underline::Dotted, area, faint);
    } else {
        drawUnderline(style.underline, area, m_colours.underline(style, colour));
    }
    if (style.strikeOut) {
        line(area.top() + m_fonts.baseline() - m_fonts.strikeOutOffset());
    }
    if (style.overline) {
        line(area.top());
    }
}

void TerminalPainter::drawUnderline(Vt::Underline underline, QRectF area, const QColor &colour)
{
    const qreal width = m_fonts.lineWidth();
    const auto line = [&](qreal y) {
        m_painter.fillRect(QRectF(area.left(), y, area.width(), width), colour);
    };
    // Within the cell, whatever the font says: the row below would draw over it.
    const qreal lowest = area.bottom() - width;
    const qreal normal = std::min(area.top() + m_fonts.baseline() + m_fonts.underlineOffset(), lowest);
    switch (underline) {
    case Vt::Underline::None:
        break;
    case Vt::Underline::Single:
        line(normal);
        break;
    case Vt::Underline::Double:
        line(lowest - 2 * width);
        line(lowest);
        break;
    case Vt::Underline::Dotted:
    case Vt::Underline::Dashed: {
        const qreal step =
            underline == Vt::Underline::Dotted ? width : std::max(3 * width, m_fonts.cellSize().width() / 3);
        for (qreal x = area.left(); x < area.right(); x += 2 * step) {
            m_painter.fillRect(QRectF(x, normal, std::min(step, area.right() - x), width), colour);
        }
        break;
    }
    case Vt::Underline::Curly: {
        // One wave a cell, as high as there is room below the text.
        const qreal step = m_fonts.cellSize().width() / 2;
        const qreal room = area.bottom() - area.top() - m_fonts.baseline() - width;
        const qreal height = std::clamp(room / 2, width, 2 * width);
        const qreal middle = area.bottom() - height - width / 2;
        QPainterPath path(QPointF(area.left(), middle));
        bool isUp = true;
        for (qreal x = area.left(); x + step <= area.right() + 0.01; x += step, isUp = !isUp) {
            path.quadTo(x + step / 2, middle + (isUp ? -2 : 2) * height, x + step, middle);
        }
        m_painter.setRenderHint(QPainter::Antialiasing);
        m_painter.strokePath(path, QPen(colour, width));
        m_painter.setRenderHint(QPainter::Antialiasing, false);
        break;
    }
    }
}

void TerminalPainter::drawCursor(
    const Vt::Line &line, const Vt::Cursor &cursor, QPointF rowOrigin, int columns, CursorFocus focus)
{
    m_painter.save();
    if (line.size != Vt::LineSize::Single) {
        rowOrigin = enlarge(line.size, rowOrigin, columns);
    }
    drawCursorCell(line, cursor, rowOrigin, focus);
    m_painter.restore();
}

void TerminalPainter::drawCursorCell(
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
        if (!cell.isBlank() && !cell.style.invisible) {
            drawCell(cell, area.topLeft(), m_isReversed ? m_colours.foreground() : m_colours.background());
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

} // namespace Koyeb::Desktop
