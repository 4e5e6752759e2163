// SPDX-License-Identifier: Apache-2.0
// How Screen changes its size: what is on the main grid goes to the scrollback, which knows lines instead of
// rows, and what belongs on the screen comes back from there.
#include "vt/screen.h"

#include <algorithm>

namespace Koyeb::Vt {

namespace {

/// Goes from row to row of a grid with the place in the text that they begin at.
void advance(Anchor &anchor, const Row &row)
{
    anchor.cell += packedCellsOf(row);
    if (!row.wrapped || anchor.cell >= static_cast<int>(PackedLines::maximumLineCells)) {
        anchor = {anchor.line + 1, 0};
    }
}

} // namespace

void Screen::resize(Size size, std::span<Place> places)
{
    resizeMain(size, places);
    if (m_alternate) {
        m_alternate->resize(size);
    }
    m_dirty = {};
    markDirty(0, size.rows);
}

/// Where the rows with content end; the cursor's is one.
int Screen::contentEnd(int cursorRow) const
{
    int end = size().rows;
    while (end > cursorRow + 1 && packedCellsOf(m_main.row(end - 1)) == 0) {
        --end;
    }
    return end;
}

void Screen::resizeMain(Size size, std::span<Place> places)
{
    const int oldRows = this->size().rows;
    const int end = contentEnd(places.front().row);
    const Anchor top = m_scrollback.endAnchor();
    std::vector<Anchor> anchors(places.size());
    for (int row = 0; row < end; ++row) {
        const Anchor start = m_scrollback.endAnchor();
        for (std::size_t i = 0; i < places.size(); ++i) {
            // The last row also stands for those below it.
            if (places[i].row == row || (row == end - 1 && places[i].row > row)) {
                anchors[i] = {start.line, start.cell + places[i].column};
            }
        }
        m_scrollback.push(m_main.row(row));
    }
    if (size.columns != this->size().columns) {
        m_scrollback.setColumns(size.columns);
    }
    const LineNumber cursorRow = m_scrollback.placeOf(anchors.front()).row;
    // A full screen stays full; otherwise the top stays, and what was taken from the rows comes back first.
    const bool wasFull = end == oldRows;
    LineNumber newTop = m_scrollback.endRow() - size.rows;
    if (!wasFull) {
        newTop = std::max(newTop, m_scrollback.placeOf(top).row - std::max(0, size.rows - oldRows));
    }
    newTop = std::max(newTop, m_scrollback.firstRow());
    newTop = std::min(newTop, cursorRow);
    for (std::size_t i = 0; i < places.size(); ++i) {
        const Scrollback::Place place = m_scrollback.placeOf(anchors[i]);
        places[i].row = static_cast<int>(std::clamp<LineNumber>(place.row - newTop, 0, size.rows - 1));
        places[i].column = place.column;
    }
    restoreRows(size, newTop);
}

void Screen::restoreRows(Size size, LineNumber top)
{
    m_scrollback.dropFrom(top + size.rows); // Only below the cursor, when that is at the top.
    m_main = Grid(size);
    for (LineNumber row = top; row < m_scrollback.endRow(); ++row) {
        Row &target = m_main.row(static_cast<int>(row - top));
        m_scrollback.readInto(row, target);
        m_hasLargeLines = m_hasLargeLines || target.size() != LineSize::Single;
    }
    m_main.row(size.rows - 1).wrapped = false; // What it went on in, if that was below, is gone.
    m_scrollback.dropFrom(top);
    m_scrollback.trim();
}

Anchor Screen::anchorOf(int row) const
{
    Anchor anchor = m_scrollback.endAnchor();
    for (int above = 0; above < row; ++above) {
        advance(anchor, m_main.row(above));
    }
    return anchor;
}

std::optional<Screen::Place> Screen::placeOf(const Anchor &anchor) const
{
    Anchor start = m_scrollback.endAnchor();
    for (int row = 0; row < size().rows; ++row) {
        Anchor next = start;
        advance(next, m_main.row(row));
        const bool isHere = anchor.line == start.line && anchor.cell >= start.cell &&
                            (next.line != start.line || anchor.cell < next.cell);
        if (isHere) {
            return Place{row, std::min(anchor.cell - start.cell, size().columns)};
        }
        start = next;
    }
    return std::nullopt;
}

} // namespace Koyeb::Vt
