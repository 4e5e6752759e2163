// SPDX-License-Identifier: Apache-2.0
#include "vt/grid.h"

#include <algorithm>
#include <cstdlib>
#include <numeric>

namespace Koyeb::Vt {

Grid::Grid(Size size) : m_size(size)
{
    const auto rows = static_cast<std::size_t>(size.rows);
    const auto columns = static_cast<std::size_t>(size.columns);
    m_cells.resize(rows * columns);
    m_order.resize(rows);
    std::iota(m_order.begin(), m_order.end(), std::uint16_t{0});
    m_rows.reserve(rows);
    for (std::size_t row = 0; row < rows; ++row) {
        m_rows.emplace_back(m_cells.data() + row * columns, size.columns);
    }
}

void Grid::clear(std::uint32_t style)
{
    for (Row &row : m_rows) {
        row.clear(style);
    }
}

/// Lets the ring begin at its start, so that a part of it is one stretch.
void Grid::straighten()
{
    std::rotate(m_order.begin(), m_order.begin() + m_first, m_order.end());
    m_first = 0;
}

void Grid::scrollUp(int first, int end, int count, std::uint32_t style)
{
    if (first == 0 && end == m_size.rows) {
        for (int row = 0; row < count; ++row) {
            this->row(row).clear(style);
        }
        m_first = (m_first + count) % m_size.rows;
        return;
    }
    straighten();
    const auto begin = m_order.begin();
    std::rotate(begin + first, begin + first + count, begin + end);
    for (int row = end - count; row < end; ++row) {
        this->row(row).clear(style);
    }
}

void Grid::scrollDown(int first, int end, int count, std::uint32_t style)
{
    straighten();
    const auto begin = m_order.begin();
    std::rotate(begin + first, begin + end - count, begin + end);
    for (int row = first; row < first + count; ++row) {
        this->row(row).clear(style);
    }
}

void Grid::moveArea(const CellArea &area, int upward, int leftward, std::uint32_t style)
{
    const int height = area.endRow - area.firstRow;
    const int width = area.endColumn - area.firstColumn;
    upward = std::clamp(upward, -height, height);
    leftward = std::clamp(leftward, -width, width);
    if (upward == 0) {
        for (int number = area.firstRow; number < area.endRow; ++number) {
            if (leftward > 0) {
                row(number).remove(area.firstColumn, area.endColumn, leftward, style);
            } else {
                row(number).insert(area.firstColumn, area.endColumn, -leftward, style);
            }
        }
        return;
    }
    CellArea source = area;
    (upward > 0 ? source.firstRow : source.endRow) += upward;
    (leftward > 0 ? source.firstColumn : source.endColumn) += leftward;
    copyArea(source, source.firstRow - upward, source.firstColumn - leftward);
    for (int number = area.firstRow; number < area.endRow; ++number) {
        const bool isFreed = number < source.firstRow - upward || number >= source.endRow - upward;
        if (isFreed) {
            row(number).erase(area.firstColumn, area.endColumn, style);
        } else {
            row(number).erase(area.firstColumn, source.firstColumn - leftward, style);
            row(number).erase(source.endColumn - leftward, area.endColumn, style);
        }
    }
}

void Grid::copyArea(const CellArea &source, int row, int column)
{
    const int height = source.endRow - source.firstRow;
    const int width = source.endColumn - source.firstColumn;
    for (int i = 0; i < height && width > 0; ++i) {
        // Never overwrite what is still to be read.
        const int offset = row <= source.firstRow ? i : height - 1 - i;
        this->row(row + offset)
            .copyFrom(this->row(source.firstRow + offset), source.firstColumn, width, column);
    }
}

void Grid::resize(Size size)
{
    Grid other(size);
    const int rows = std::min(size.rows, m_size.rows);
    for (int number = 0; number < rows; ++number) {
        GridCell *const cells =
            other.m_cells.data() + static_cast<std::size_t>(number) * static_cast<std::size_t>(size.columns);
        other.row(number) = row(number);
        other.row(number).moveTo(cells, size.columns);
    }
    *this = std::move(other);
}

} // namespace Koyeb::Vt
