// SPDX-License-Identifier: Apache-2.0
#include "vt/screen.h"

#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <utility>

namespace Koyeb::Vt {

namespace {

[[nodiscard]] std::size_t index(int value)
{
    return static_cast<std::size_t>(value);
}

[[nodiscard]] Cell blankCell(const Style &style)
{
    Cell cell;
    cell.style.background = style.background;
    return cell;
}

void fitColumns(Line &line, int columns)
{
    line.cells.resize(index(columns));
    if (line.cells.back().width == 2) {
        line.cells.back() = blankCell(line.cells.back().style);
    }
}

} // namespace

Screen::Screen(Size size, Scrollback &scrollback) : m_size(size), m_scrollback(scrollback)
{
    m_main.assign(index(size.rows), blankLine());
    m_alternate = m_main;
    markDirty(0, size.rows);
}

int Screen::resize(Size size, int cursorRow)
{
    const int moved = resizeMain(size, m_buffer == Buffer::Main ? cursorRow : m_mainCursorRow);
    m_size = size;
    m_alternate.resize(index(size.rows), blankLine());
    for (Rows *buffer : {&m_main, &m_alternate}) {
        for (Line &line : *buffer) {
            fitColumns(line, size.columns);
        }
    }
    m_dirty = {};
    markDirty(0, size.rows);
    return m_buffer == Buffer::Main ? moved : 0;
}

int Screen::resizeMain(Size size, int cursorRow)
{
    const int oldRows = m_size.rows;
    if (size.rows < oldRows) {
        // The rows above the cursor make room only when those below it are not enough.
        const int pushed = std::clamp(cursorRow - (size.rows - 1), 0, oldRows - size.rows);
        for (int row = 0; row < pushed; ++row) {
            m_scrollback.push(m_main[index(row)]);
        }
        m_main.erase(m_main.begin(), m_main.begin() + pushed);
        m_main.resize(index(size.rows));
        m_mainCursorRow -= pushed;
        return -pushed;
    }
    // While the alternate screen is shown, the saved cursor cannot follow: the content must stay where it is.
    const int wanted = m_buffer == Buffer::Main ? size.rows - oldRows : 0;
    const int popped = std::min(wanted, static_cast<int>(m_scrollback.size()));
    Rows older(index(popped));
    for (int row = popped - 1; row >= 0; --row) {
        m_scrollback.popNewest(older[index(row)]);
    }
    m_main.insert(
        m_main.begin(), std::make_move_iterator(older.begin()), std::make_move_iterator(older.end()));
    m_main.resize(index(size.rows), blankLine());
    return popped;
}

void Screen::switchTo(Buffer buffer, int cursorRow)
{
    if (m_buffer == buffer) {
        return;
    }
    if (m_buffer == Buffer::Main) {
        m_mainCursorRow = cursorRow;
    }
    m_buffer = buffer;
    markDirty(0, m_size.rows);
}

void Screen::put(int row, int column, std::span<const char32_t> text, int width, const Style &style)
{
    if (!contains(row, column) || text.empty()) {
        return;
    }
    const int end = std::min(column + std::max(width, 1), m_size.columns);
    Line &line = rows()[index(row)];
    separateWideCells(line, column, end);
    Cell &cell = line.cells[index(column)];
    cell = Cell{};
    std::copy_n(text.begin(), std::min(text.size(), cell.text.size()), cell.text.begin());
    cell.width = static_cast<std::uint8_t>(end - column);
    cell.style = style;
    for (int covered = column + 1; covered < end; ++covered) {
        Cell &half = line.cells[index(covered)];
        half = Cell{};
        half.width = 0;
        half.style = style;
    }
    if (end == m_size.columns) {
        line.wrapped = false;
    }
    markDirty(row, row + 1);
}

void Screen::combine(int row, int column, char32_t mark)
{
    if (!contains(row, column)) {
        return;
    }
    Cell &cell = rows()[index(row)].cells[index(column)];
    const std::size_t used = cell.codePointCount();
    if (used > 0 && used < cell.text.size()) {
        cell.text[used] = mark;
        markDirty(row, row + 1);
    }
}

void Screen::erase(CellArea area, const Style &style)
{
    area = confined(area);
    const Cell blank = blankCell(style);
    for (int row = area.firstRow; row < area.endRow; ++row) {
        Line &line = rows()[index(row)];
        separateWideCells(line, area.firstColumn, area.endColumn);
        std::fill(line.cells.begin() + area.firstColumn, line.cells.begin() + area.endColumn, blank);
        if (area.endColumn == m_size.columns) {
            line.wrapped = false;
        }
    }
    markDirty(area.firstRow, area.endRow);
}

int Screen::scroll(CellArea area, int upward, int leftward, const Style &style)
{
    area = confined(area);
    const int height = area.endRow - area.firstRow;
    const int width = area.endColumn - area.firstColumn;
    if (height <= 0 || width <= 0) {
        return 0;
    }
    upward = std::clamp(upward, -height, height);
    leftward = std::clamp(leftward, -width, width);
    markDirty(area.firstRow, area.endRow);
    if (leftward == 0 && width == m_size.columns) {
        return scrollRows(area, upward, style);
    }
    moveCells(area, upward, leftward);
    CellArea freed = area;
    if (upward != 0) {
        (upward > 0 ? freed.firstRow : freed.endRow) =
            upward > 0 ? area.endRow - upward : area.firstRow - upward;
        erase(freed, style);
        freed = area;
    }
    if (leftward != 0) {
        (leftward > 0 ? freed.firstColumn : freed.endColumn) =
            leftward > 0 ? area.endColumn - leftward : area.firstColumn - leftward;
        erase(freed, style);
    }
    return 0;
}

int Screen::scrollRows(CellArea area, int upward, const Style &style)
{
    const auto first = rows().begin() + area.firstRow;
    const auto end = rows().begin() + area.endRow;
    if (upward < 0) {
        std::rotate(first, end + upward, end);
        std::fill(first, first - upward, blankLine(style));
        return 0;
    }
    const bool isKept = m_buffer == Buffer::Main && area.firstRow == 0;
    if (isKept) {
        std::for_each(first, first + upward, [this](const Line &line) { m_scrollback.push(line); });
    } else if (area.firstRow > 0) {
        rows()[index(area.firstRow - 1)].wrapped = false; // What it went on in is gone.
    }
    std::rotate(first, first + upward, end);
    std::fill(end - upward, end, blankLine(style));
    return isKept ? upward : 0;
}

void Screen::moveCells(CellArea area, int upward, int leftward)
{
    const int height = area.endRow - area.firstRow - std::abs(upward);
    const int width = area.endColumn - area.firstColumn - std::abs(leftward);
    const int sourceRow = area.firstRow + std::max(upward, 0);
    const int targetRow = area.firstRow + std::max(-upward, 0);
    const int sourceColumn = area.firstColumn + std::max(leftward, 0);
    const int targetColumn = area.firstColumn + std::max(-leftward, 0);
    for (int i = 0; i < height; ++i) {
        const int offset = upward >= 0 ? i : height - 1 - i; // Never overwrite what is still to be read.
        const Line &source = rows()[index(sourceRow + offset)];
        Line &target = rows()[index(targetRow + offset)];
        separateWideCells(target, area.firstColumn, area.endColumn);
        const auto begin = source.cells.begin() + sourceColumn;
        const auto to = target.cells.begin() + targetColumn;
        if (leftward >= 0) {
            std::copy(begin, begin + width, to);
        } else {
            std::copy_backward(begin, begin + width, to + width);
        }
        target.wrapped = false;
        // A wide character that was cut by an edge of the moved part has no meaning any more.
        separateWideCells(target, targetColumn, targetColumn);
        separateWideCells(target, targetColumn + width, targetColumn + width);
    }
}

void Screen::setWrapped(int row)
{
    if (contains(row, 0)) {
        rows()[index(row)].wrapped = true;
    }
}

Screen::RowRange Screen::takeDirtyRows()
{
    return std::exchange(m_dirty, {});
}

bool Screen::contains(int row, int column) const
{
    return row >= 0 && row < m_size.rows && column >= 0 && column < m_size.columns;
}

CellArea Screen::confined(CellArea area) const
{
    area.firstRow = std::clamp(area.firstRow, 0, m_size.rows);
    area.endRow = std::clamp(area.endRow, area.firstRow, m_size.rows);
    area.firstColumn = std::clamp(area.firstColumn, 0, m_size.columns);
    area.endColumn = std::clamp(area.endColumn, area.firstColumn, m_size.columns);
    return area;
}

Line Screen::blankLine(const Style &style) const
{
    return {std::vector<Cell>(index(m_size.columns), blankCell(style)), false};
}

void Screen::markDirty(int firstRow, int endRow)
{
    if (firstRow >= endRow) {
        return;
    }
    if (m_dirty.first >= m_dirty.end) {
        m_dirty = {firstRow, endRow};
    } else {
        m_dirty = {std::min(m_dirty.first, firstRow), std::max(m_dirty.end, endRow)};
    }
}

/// Makes [firstColumn, endColumn) free to be changed: a wide character that lies across one of its edges is
/// blanked, since half of it would remain. With an empty range, only a character across that edge.
void Screen::separateWideCells(Line &line, int firstColumn, int endColumn)
{
    const auto blankAcross = [this, &line](int edge) {
        if (edge > 0 && line.cells[index(edge - 1)].width == 2) {
            line.cells[index(edge - 1)] = blankCell(line.cells[index(edge - 1)].style);
        }
        if (edge < m_size.columns && line.cells[index(edge)].width == 0) {
            line.cells[index(edge)] = blankCell(line.cells[index(edge)].style);
        }
    };
    blankAcross(firstColumn);
    if (endColumn != firstColumn) {
        blankAcross(endColumn);
    }
}

} // namespace Koyeb::Vt
