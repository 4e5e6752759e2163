// SPDX-License-Identifier: Apache-2.0
#include "vt/screen.h"

#include <algorithm>
#include <string>

namespace Koyeb::Vt {

Screen::Screen(Size size, Scrollback::Limits limits)
    : m_main(size), m_scrollback(limits, size.columns, m_tables)
{
    markDirty(0, size.rows);
}

void Screen::switchTo(Buffer buffer)
{
    if (buffer == Buffer::Alternate && !m_alternate) {
        m_alternate.emplace(size());
    }
    m_buffer = buffer;
    markDirty(0, size().rows);
}

void Screen::numberPen()
{
    m_isPenNew = false;
    m_penNumber = 0;
    m_eraseNumber = 0;
    if (m_pen == Style{}) {
        return;
    }
    m_penNumber = numberOf(m_pen);
    if (m_pen.background != Colour{}) {
        m_eraseNumber = numberOf(Style{.background = m_pen.background});
    }
}

std::uint32_t Screen::numberOf(const Style &style)
{
    if (const std::uint32_t number = m_tables.styles.find(style); number != 0) {
        return number;
    }
    if (m_tables.styles.wantsCollection()) {
        collectUnused();
    }
    return m_tables.styles.intern(style);
}

std::uint32_t Screen::numberOf(const Cluster &cluster)
{
    if (const std::uint32_t number = m_tables.clusters.find(cluster); number != 0) {
        return number;
    }
    if (m_tables.clusters.wantsCollection()) {
        collectUnused();
    }
    return m_tables.clusters.intern(cluster);
}

void Screen::collectUnused()
{
    std::vector<bool> styles(m_tables.styles.size(), false);
    std::vector<bool> clusters(m_tables.clusters.size(), false);
    styles[m_penNumber] = true;
    styles[m_eraseNumber] = true;
    const auto collect = [&](const Grid &grid) {
        for (int number = 0; number < grid.size().rows; ++number) {
            const Row &row = grid.row(number);
            styles[row.fill()] = true;
            for (int column = 0; column < row.used(); ++column) {
                const GridCell &cell = row.cells()[column];
                styles[cell.style()] = true;
                if (cell.isCluster()) {
                    clusters[cell.cluster()] = true;
                }
            }
        }
    };
    collect(m_main);
    if (m_alternate) {
        collect(*m_alternate);
    }
    m_tables.styles.collect(styles);
    m_tables.clusters.collect(clusters);
}

void Screen::put(int row, int column, char32_t character, int width)
{
    usePen();
    grid().row(row).put(column, character, width, m_penNumber);
    markDirty(row, row + 1);
}

bool Screen::combine(int row, int column, char32_t character, int width)
{
    const GridCell cell = grid().row(row).at(column);
    if (cell.text == 0) {
        return false;
    }
    Cluster cluster;
    if (cell.isCluster()) {
        cluster = m_tables.clusters[cell.cluster()];
    } else {
        cluster.text[cluster.length++] = cell.text;
    }
    std::uint32_t text = cell.text;
    if (cluster.length < cluster.text.size()) {
        cluster.text[cluster.length++] = character;
        const std::uint32_t number = numberOf(cluster);
        text = number == 0 ? cell.text : GridCell::clusterFlag | number;
    }
    grid().row(row).replace(column, text, width);
    markDirty(row, row + 1);
    return true;
}

void Screen::erase(const CellArea &area)
{
    usePen();
    for (int row = area.firstRow; row < area.endRow; ++row) {
        grid().row(row).erase(area.firstColumn, area.endColumn, m_eraseNumber);
    }
    const bool isFromTheStart =
        area.firstRow == 0 && area.firstColumn == 0 && area.endColumn == size().columns;
    if (isFromTheStart && area.endRow == size().rows && m_buffer == Buffer::Main) {
        m_scrollback.closeLast(); // What it went on in is gone.
    }
    markDirty(area.firstRow, area.endRow);
}

void Screen::eraseUnprotected(const CellArea &area)
{
    usePen();
    for (int number = area.firstRow; number < area.endRow; ++number) {
        Row &row = grid().row(number);
        for (int column = area.firstColumn; column < area.endColumn; ++column) {
            if (!m_tables.styles[row.at(column).style()].isProtected) {
                row.erase(column, column + 1, m_eraseNumber);
            }
        }
    }
    markDirty(area.firstRow, area.endRow);
}

void Screen::fill(const CellArea &area, char32_t character)
{
    usePen();
    const int width = area.endColumn - area.firstColumn;
    const std::string text(static_cast<std::size_t>(width), static_cast<char>(character));
    for (int number = area.firstRow; number < area.endRow; ++number) {
        Row &row = grid().row(number);
        if (character < 0x80) {
            row.writeAscii(area.firstColumn, text.data(), width, m_penNumber);
            continue;
        }
        for (int column = area.firstColumn; column < area.endColumn; ++column) {
            row.put(column, character, 1, m_penNumber);
        }
    }
    markDirty(area.firstRow, area.endRow);
}

void Screen::copy(const CellArea &source, int row, int column)
{
    grid().copyArea(source, row, column);
    markDirty(row, row + source.endRow - source.firstRow);
}

void Screen::insertCells(int row, int firstColumn, int endColumn, int count)
{
    usePen();
    grid().row(row).insert(firstColumn, endColumn, count, m_eraseNumber);
    markDirty(row, row + 1);
}

void Screen::removeCells(int row, int firstColumn, int endColumn, int count)
{
    usePen();
    grid().row(row).remove(firstColumn, endColumn, count, m_eraseNumber);
    markDirty(row, row + 1);
}

void Screen::restyle(const CellArea &area, const std::function<Style(Style)> &change)
{
    usePen();
    // Cells that look the same stand together: each look is changed once for all of them.
    std::optional<std::uint32_t> before;
    std::uint32_t after = 0;
    for (int number = area.firstRow; number < area.endRow; ++number) {
        Row &row = grid().row(number);
        for (int column = area.firstColumn; column < area.endColumn; ++column) {
            const std::uint32_t style = row.at(column).style();
            if (style != before) {
                before = style;
                after = numberOf(change(m_tables.styles[style]));
            }
            row.setStyle(column, after);
        }
    }
    markDirty(area.firstRow, area.endRow);
}

LineNumber Screen::scroll(const CellArea &area, int upward, int leftward, Leaving leaving)
{
    if (area.isEmpty()) {
        return 0;
    }
    usePen();
    markDirty(area.firstRow, area.endRow);
    const int height = area.endRow - area.firstRow;
    upward = std::clamp(upward, -height, height);
    if (leftward != 0 || area.firstColumn > 0 || area.endColumn < size().columns) {
        grid().moveArea(area, upward, leftward, m_eraseNumber);
        return 0;
    }
    if (Row &last = grid().row(area.endRow - 1); upward > 0 && last.size() != LineSize::Single) {
        last.wrapped = false; // The row that comes behind it is of the usual size.
    }
    const LineNumber before = m_scrollback.endRow();
    const bool isKept =
        leaving == Leaving::Kept && upward > 0 && m_buffer == Buffer::Main && area.firstRow == 0;
    if (isKept) {
        for (int row = 0; row < upward; ++row) {
            m_scrollback.push(m_main.row(row));
        }
    } else if (area.firstRow > 0) {
        grid().row(area.firstRow - 1).wrapped = false; // What it went on in is gone.
    } else if (m_buffer == Buffer::Main) {
        m_scrollback.closeLast();
    }
    const LineNumber pushed = m_scrollback.endRow() - before;
    if (upward > 0) {
        grid().scrollUp(area.firstRow, area.endRow, upward, m_eraseNumber);
    } else if (upward < 0) {
        grid().scrollDown(area.firstRow, area.endRow, -upward, m_eraseNumber);
        grid().row(area.endRow - 1).wrapped = false;
    }
    if (isKept) {
        m_scrollback.trim();
    }
    return pushed;
}

void Screen::setLineSize(int row, LineSize size)
{
    Row &target = grid().row(row);
    if (target.size() == size) {
        return;
    }
    target.setSize(size);
    m_hasLargeLines = m_hasLargeLines || size != LineSize::Single;
    // All of a line has one size: this row is a line of its own now.
    target.wrapped = false;
    if (row > 0) {
        grid().row(row - 1).wrapped = false;
    } else if (m_buffer == Buffer::Main) {
        m_scrollback.closeLast();
    }
    markDirty(row, row + 1);
}

void Screen::resetLineSizes(int firstRow, int endRow)
{
    for (int row = firstRow; m_hasLargeLines && row < endRow; ++row) {
        setLineSize(row, LineSize::Single);
    }
}

void Screen::mark(int row, const LineMarks &marks)
{
    grid().row(row).marks.add(marks, 0);
    markDirty(row, row + 1);
}

void Screen::forgetMarks(int firstRow, int endRow)
{
    for (int row = firstRow; row < endRow; ++row) {
        grid().row(row).marks = {};
    }
    markDirty(firstRow, endRow);
}

Cell Screen::cellOf(const GridCell &cell) const
{
    Cell result;
    result.width = static_cast<std::uint8_t>(cell.width());
    result.style = m_tables.styles[cell.style()];
    if (cell.isCluster()) {
        result.text = m_tables.clusters[cell.cluster()].text;
    } else {
        result.text[0] = cell.text;
    }
    return result;
}

Cell Screen::cell(int row, int column) const
{
    return cellOf(grid().row(row).at(column));
}

void Screen::read(int number, Line &line) const
{
    const Row &row = grid().row(number);
    const int width = row.limit();
    line.cells.resize(static_cast<std::size_t>(width));
    for (int column = 0; column < width; ++column) {
        line.cells[static_cast<std::size_t>(column)] = cellOf(row.at(column));
    }
    if (line.cells.back().width == 2) { // The other half is beyond the edge.
        line.cells.back() = cellOf(GridCell::blank(row.at(width - 1).style()));
    }
    line.size = row.size();
    line.wrapped = row.wrapped;
    line.marks = row.marks;
}

} // namespace Koyeb::Vt
