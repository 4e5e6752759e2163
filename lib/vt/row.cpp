// SPDX-License-Identifier: Apache-2.0
#include "vt/row.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <vector>

namespace Koyeb::Vt {

/// Makes the cells before `end` exist.
void Row::store(int end)
{
    if (end > m_used) {
        std::fill(m_cells + m_used, m_cells + end, GridCell::blank(m_fill));
        m_used = end;
    }
}

/// A wide character that lies across this edge is blanked, since one half of it is about to change.
void Row::separate(int edge)
{
    if (m_hasWide && edge > 0 && edge < m_used && m_cells[edge].width() == 0) {
        m_cells[edge - 1] = GridCell::blank(m_cells[edge - 1].style());
        m_cells[edge] = GridCell::blank(m_cells[edge].style());
        wrapped = wrapped && edge + 1 < limit();
    }
}

void Row::setSize(LineSize size)
{
    m_size = size;
    separate(limit());
}

void Row::writeAscii(int column, const char *text, int count, std::uint32_t style)
{
    const int end = column + count;
    separate(column);
    separate(end);
    store(column);
    const std::uint32_t attributes = GridCell::attributesOf(style, 1);
    GridCell *target = m_cells + column;
    // Eight at a time, copied before: the compiler cannot know that cells and text are not the same memory.
    std::array<char, 8> part{};
    for (; count >= static_cast<int>(part.size()); count -= static_cast<int>(part.size())) {
        std::memcpy(part.data(), text, part.size());
        text += part.size();
        for (const char c : part) {
            *target++ = {static_cast<unsigned char>(c), attributes};
        }
    }
    for (; count > 0; --count) {
        *target++ = {static_cast<unsigned char>(*text++), attributes};
    }
    m_used = std::max(m_used, end);
    wrapped = wrapped && end < limit();
}

void Row::write(int column, const char32_t *text, int count, int width, std::uint32_t style)
{
    const int end = column + count * width;
    separate(column);
    separate(end);
    store(column);
    const std::uint32_t attributes = GridCell::attributesOf(style, static_cast<unsigned>(width));
    const GridCell covered{0, GridCell::attributesOf(style, 0)};
    GridCell *const target = m_cells + column;
    if (width == 1) {
        for (int i = 0; i < count; ++i) {
            target[i] = {text[i], attributes};
        }
    } else {
        for (int i = 0; i < count; ++i) {
            target[2 * i] = {text[i], attributes};
            target[2 * i + 1] = covered;
        }
        m_hasWide = true;
    }
    m_used = std::max(m_used, end);
    wrapped = wrapped && end < limit();
}

void Row::put(int column, std::uint32_t text, int width, std::uint32_t style)
{
    const int end = std::min(column + width, m_columns);
    separate(column);
    separate(end);
    store(column);
    m_used = std::max(m_used, end);
    m_cells[column] = {text, GridCell::attributesOf(style, static_cast<unsigned>(end - column))};
    if (end - column == 2) {
        m_cells[column + 1] = {0, GridCell::attributesOf(style, 0)};
        m_hasWide = true;
    }
    wrapped = wrapped && end < limit();
}

void Row::replace(int column, std::uint32_t text, int width)
{
    const GridCell before = at(column);
    if (static_cast<int>(before.width()) == width || column + width > m_columns) {
        store(column + 1);
        m_cells[column].text = text;
        return;
    }
    const bool wasWrapped = wrapped;
    put(column, text, width, before.style());
    wrapped = wasWrapped;
}

void Row::erase(int first, int end, std::uint32_t style)
{
    if (first >= end) {
        return;
    }
    separate(first);
    separate(end);
    if (end >= m_columns) {
        if (first > m_used && m_fill != style) {
            store(first);
        }
        m_used = std::min(m_used, first);
        m_fill = style;
        wrapped = false;
        return;
    }
    if (first >= m_used && m_fill == style) {
        return;
    }
    store(end);
    std::fill(m_cells + first, m_cells + end, GridCell::blank(style));
}

void Row::setStyle(int column, std::uint32_t style)
{
    store(column + 1);
    m_cells[column].attributes = GridCell::attributesOf(style, m_cells[column].width());
}

void Row::insert(int first, int end, int count, std::uint32_t style)
{
    count = std::min(count, end - first);
    separate(first);
    separate(end - count);
    separate(end);
    store(end);
    std::copy_backward(m_cells + first, m_cells + end - count, m_cells + end);
    std::fill(m_cells + first, m_cells + first + count, GridCell::blank(style));
    wrapped = wrapped && end < limit();
}

void Row::remove(int first, int end, int count, std::uint32_t style)
{
    count = std::min(count, end - first);
    separate(first);
    separate(first + count);
    separate(end);
    store(end);
    std::copy(m_cells + first + count, m_cells + end, m_cells + first);
    if (end == m_columns) {
        m_used = end - count;
        if (m_fill != style) {
            m_fill = style;
        }
        wrapped = false;
    } else {
        std::fill(m_cells + end - count, m_cells + end, GridCell::blank(style));
        wrapped = wrapped && end < limit();
    }
}

void Row::copyFrom(const Row &source, int first, int count, int target)
{
    std::vector<GridCell> copied; // It may be this row, of which the target is cut out.
    copied.reserve(static_cast<std::size_t>(count));
    for (int column = first; column < first + count; ++column) {
        copied.push_back(source.at(column));
    }
    separate(target);
    separate(target + count);
    store(target + count);
    std::copy(copied.begin(), copied.end(), m_cells + target);
    m_hasWide = m_hasWide || source.m_hasWide;
    wrapped = wrapped && target + count < limit();
    if (count > 0 && m_hasWide) {
        // A wide character that was cut by an edge of the copied part has no meaning any more.
        GridCell &head = m_cells[target];
        GridCell &tail = m_cells[target + count - 1];
        head = head.width() == 0 ? GridCell::blank(head.style()) : head;
        tail = tail.width() == 2 ? GridCell::blank(tail.style()) : tail;
    }
}

void Row::moveTo(GridCell *cells, int columns)
{
    const int kept = std::min(m_used, columns);
    std::copy(m_cells, m_cells + kept, cells);
    m_used = kept;
    if (columns < m_columns) {
        wrapped = false;
        if (kept > 0 && cells[kept - 1].width() == 2) {
            cells[kept - 1] = GridCell::blank(cells[kept - 1].style());
        }
    }
    m_cells = cells;
    m_columns = columns;
}

} // namespace Koyeb::Vt
