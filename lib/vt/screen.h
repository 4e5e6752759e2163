// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vt/grid.h"
#include "vt/scrollback.h"
#include "vt/tables.h"

#include <optional>
#include <span>
#include <string_view>
#include <utility>

namespace Koyeb::Vt {

/// What a program draws on: the main grid, whose rows go to the scrollback when they leave at the top, and
/// the alternate one of full-screen programs. Rows, columns and areas that are given have to lie within.
class Screen {
public:
    enum class Buffer { Main, Alternate };

    enum class Leaving { Kept, Lost };

    struct Place {
        int row = 0;
        int column = 0;
    };

    Screen(Size size, Scrollback::Limits limits);

    [[nodiscard]] Size size() const { return m_main.size(); }
    [[nodiscard]] Buffer buffer() const { return m_buffer; }
    [[nodiscard]] CellArea wholeArea() const { return {0, size().rows, 0, size().columns}; }
    [[nodiscard]] Scrollback &scrollback() { return m_scrollback; }
    [[nodiscard]] const Scrollback &scrollback() const { return m_scrollback; }

    /// Lays the lines of the main grid and of the scrollback out for another width; the alternate grid is cut
    /// or extended. `places` are on the main grid and stay with their text; the first one, where the cursor
    /// is, stays on the screen. Their columns may then be at or beyond the edge.
    void resize(Size size, std::span<Place> places);
    void switchTo(Buffer buffer);
    /// Drops what the alternate grid shows. Only while it is not shown.
    void forgetAlternate() { m_alternate.reset(); }

    /// What is written from now on looks like this; of what is erased, only the background does.
    void setPen(const Style &style)
    {
        m_pen = style;
        m_isPenNew = true;
    }
    /// The pen, to be changed.
    [[nodiscard]] Style &changePen()
    {
        m_isPenNew = true;
        return m_pen;
    }
    [[nodiscard]] const Style &pen() const { return m_pen; }

    /// Printable ASCII that fits into the row.
    void writeAscii(int row, int column, std::string_view text)
    {
        usePen();
        grid().row(row).writeAscii(column, text.data(), static_cast<int>(text.size()), m_penNumber);
        markDirty(row, row + 1);
    }
    /// Characters of this width that fit into the row.
    void write(int row, int column, std::u32string_view text, int width)
    {
        usePen();
        grid().row(row).write(column, text.data(), static_cast<int>(text.size()), width, m_penNumber);
        markDirty(row, row + 1);
    }
    void put(int row, int column, char32_t character, int width);
    /// Adds a character to the cluster of a cell and gives that another width where there is room. False: the
    /// cell is blank.
    bool combine(int row, int column, char32_t character, int width);
    void erase(const CellArea &area);
    /// Leaves what is protected (DECSCA).
    void eraseUnprotected(const CellArea &area);
    void fill(const CellArea &area, char32_t character);
    void copy(const CellArea &source, int row, int column);
    void insertCells(int row, int firstColumn, int endColumn, int count);
    void removeCells(int row, int firstColumn, int endColumn, int count);
    /// Gives cells another style each (DECCARA, DECRARA).
    void restyle(const CellArea &area, const std::function<Style(Style)> &change);
    /// Moves the content of an area up by `upward` rows (negative: down) and left by `leftward` columns
    /// (negative: right). Whole rows that leave the main grid at its top go to the scrollback, unless they
    /// are to be lost. Returns how many did.
    LineNumber scroll(const CellArea &area, int upward, int leftward, Leaving leaving = Leaving::Kept);
    /// Says that the text of this row goes on in the next one.
    void setWrapped(int row) { grid().row(row).wrapped = true; }
    /// Of what is written into this row, and of what stands there.
    void setLineSize(int row, LineSize size);
    /// There may be rows of another size than usual.
    [[nodiscard]] bool hasLargeLines() const { return m_hasLargeLines; }
    void resetLineSizes(int firstRow, int endRow);
    void mark(int row, const LineMarks &marks);
    /// What stood in these rows is gone.
    void forgetMarks(int firstRow, int endRow);

    [[nodiscard]] Cell cell(int row, int column) const;
    void read(int row, Line &line) const;
    [[nodiscard]] const Row &row(int number) const { return grid().row(number); }
    [[nodiscard]] const Style &style(std::uint32_t number) const { return m_tables.styles[number]; }

    /// Where a row of the main grid begins.
    [[nodiscard]] Anchor anchorOf(int row) const;
    /// The opposite, for lines that are not in the scrollback; none: not here.
    [[nodiscard]] std::optional<Place> placeOf(const Anchor &anchor) const;
    [[nodiscard]] const Row &mainRow(int number) const { return m_main.row(number); }

    /// The rows that changed since the last call: [first, end).
    struct RowRange {
        int first = 0;
        int end = 0;
    };
    [[nodiscard]] RowRange takeDirtyRows() { return std::exchange(m_dirty, {}); }
    void markDirty(int firstRow, int endRow)
    {
        if (m_dirty.first >= m_dirty.end) {
            m_dirty = {firstRow, endRow};
        } else {
            m_dirty.first = firstRow < m_dirty.first ? firstRow : m_dirty.first;
            m_dirty.end = endRow > m_dirty.end ? endRow : m_dirty.end;
        }
    }

private:
    [[nodiscard]] Grid &grid() { return m_buffer == Buffer::Main ? m_main : *m_alternate; }
    [[nodiscard]] const Grid &grid() const { return m_buffer == Buffer::Main ? m_main : *m_alternate; }
    void usePen()
    {
        if (m_isPenNew) {
            numberPen();
        }
    }
    void numberPen();
    [[nodiscard]] std::uint32_t numberOf(const Style &style);
    [[nodiscard]] std::uint32_t numberOf(const Cluster &cluster);
    void collectUnused();
    [[nodiscard]] Cell cellOf(const GridCell &cell) const;
    void resizeMain(Size size, std::span<Place> places);
    [[nodiscard]] int contentEnd(int cursorRow) const;
    void restoreRows(Size size, LineNumber top);

    Tables m_tables;
    Grid m_main;
    std::optional<Grid> m_alternate; ///< Made when it is first wanted.
    Scrollback m_scrollback;
    Buffer m_buffer = Buffer::Main;
    Style m_pen;
    bool m_isPenNew = false;
    std::uint32_t m_penNumber = 0;
    std::uint32_t m_eraseNumber = 0;
    RowRange m_dirty;
    bool m_hasLargeLines = false;
};

} // namespace Koyeb::Vt
