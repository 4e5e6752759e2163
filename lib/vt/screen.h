// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vt/cell.h"
#include "vt/scrollback.h"

#include <span>
#include <vector>

namespace Koyeb::Vt {

/// A rectangle of cells; the ends are not part of it.
struct CellArea {
    int firstRow = 0;
    int endRow = 0;
    int firstColumn = 0;
    int endColumn = 0;
};

/// The grid that a program draws on: the main one, whose rows go to the scrollback when they leave at the
/// top, and the alternate one of full-screen programs. Positions outside of the grid are tolerated and do
/// nothing.
class Screen {
public:
    enum class Buffer { Main, Alternate };

    Screen(Size size, Scrollback &scrollback);

    [[nodiscard]] Size size() const { return m_size; }
    [[nodiscard]] Buffer buffer() const { return m_buffer; }
    [[nodiscard]] const Line &line(int row) const { return rows()[static_cast<std::size_t>(row)]; }

    /// Changing the size keeps the cursor's row on the screen. Returns by how many rows the content moved
    /// down (negative: up, into the scrollback).
    int resize(Size size, int cursorRow);

    /// `cursorRow` is where the cursor stands on the buffer that is left.
    void switchTo(Buffer buffer, int cursorRow);
    void put(int row, int column, std::span<const char32_t> text, int width, const Style &style);
    /// Adds a mark to the cell there; marks beyond what a cell holds are dropped.
    void combine(int row, int column, char32_t mark);
    /// Empties cells; of the style only the background stays.
    void erase(CellArea area, const Style &style);
    /// Moves the content of an area up by `upward` rows (negative: down) and left by `leftward` columns
    /// (negative: right). What leaves the main screen at its top goes to the scrollback. Returns how many
    /// rows went there.
    int scroll(CellArea area, int upward, int leftward, const Style &style);
    /// Says that the text of this row goes on in the next one.
    void setWrapped(int row);

    /// The rows that changed since the last call: [first, end).
    struct RowRange {
        int first = 0;
        int end = 0;
    };
    [[nodiscard]] RowRange takeDirtyRows();

private:
    using Rows = std::vector<Line>;

    [[nodiscard]] Rows &rows() { return m_buffer == Buffer::Main ? m_main : m_alternate; }
    [[nodiscard]] const Rows &rows() const { return m_buffer == Buffer::Main ? m_main : m_alternate; }
    [[nodiscard]] bool contains(int row, int column) const;
    [[nodiscard]] CellArea confined(CellArea area) const;
    [[nodiscard]] Line blankLine(const Style &style = {}) const;
    void markDirty(int firstRow, int endRow);
    void separateWideCells(Line &line, int firstColumn, int endColumn);
    int scrollRows(CellArea area, int upward, const Style &style);
    void moveCells(CellArea area, int upward, int leftward);
    int resizeMain(Size size, int cursorRow);

    Size m_size;
    Scrollback &m_scrollback;
    Rows m_main;
    Rows m_alternate;
    Buffer m_buffer = Buffer::Main;
    int m_mainCursorRow = 0; ///< Where the cursor of the main screen waits while the alternate one is shown.
    RowRange m_dirty;
};

} // namespace Koyeb::Vt
