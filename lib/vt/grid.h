// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vt/row.h"

#include <vector>

namespace Koyeb::Vt {

/// A rectangle of cells; the ends are not part of it.
struct CellArea {
    int firstRow = 0;
    int endRow = 0;
    int firstColumn = 0;
    int endColumn = 0;

    [[nodiscard]] bool isEmpty() const { return firstRow >= endRow || firstColumn >= endColumn; }
};

/// The rows of a screen. They scroll by being renamed: no cell is moved.
class Grid {
public:
    explicit Grid(Size size);

    [[nodiscard]] Size size() const { return m_size; }
    [[nodiscard]] Row &row(int number) { return m_rows[m_order[indexOf(number)]]; }
    [[nodiscard]] const Row &row(int number) const { return m_rows[m_order[indexOf(number)]]; }

    void clear(std::uint32_t style);
    /// Moves the rows [first, end) up; blank ones come in below. At most all of them.
    void scrollUp(int first, int end, int count, std::uint32_t style);
    void scrollDown(int first, int end, int count, std::uint32_t style);
    /// Moves a part of the rows; what comes in is blank.
    void moveArea(const CellArea &area, int upward, int leftward, std::uint32_t style);
    /// Copies a part of the rows to where `row` and `column` are; the two may overlap.
    void copyArea(const CellArea &source, int row, int column);
    /// Cuts or extends at the right and at the bottom.
    void resize(Size size);

private:
    [[nodiscard]] std::size_t indexOf(int number) const
    {
        const std::size_t index = static_cast<std::size_t>(m_first) + static_cast<std::size_t>(number);
        return index < m_order.size() ? index : index - m_order.size();
    }
    void straighten();

    Size m_size;
    std::vector<GridCell> m_cells;
    std::vector<Row> m_rows;            ///< Where they are in memory.
    std::vector<std::uint16_t> m_order; ///< A ring of indices into m_rows.
    int m_first = 0;                    ///< Where the ring begins.
};

} // namespace Koyeb::Vt
