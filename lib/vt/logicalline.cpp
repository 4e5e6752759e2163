// SPDX-License-Identifier: Apache-2.0
#include "vt/logicalline.h"

#include "vt/terminal.h"
#include "vt/utf8.h"

#include <algorithm>

namespace Koyeb::Vt {

void LogicalLine::read(const Terminal &terminal, LineNumber row, int rows)
{
    m_text.clear();
    m_cells.clear();
    m_first = row;
    while (m_first > terminal.firstLine() && row - m_first < rows && terminal.isWrapped(m_first - 1)) {
        --m_first;
    }
    Line line;
    m_end = m_first;
    do {
        terminal.readLine(m_end, line);
        append(line, static_cast<int>(m_end - m_first));
        ++m_end;
    } while (line.wrapped && m_end < terminal.endLine() && m_end - row < rows);

    // Blanks at the end are no part of what was written.
    std::size_t used = m_cells.size();
    while (used > 0 && m_text[m_cells[used - 1].byte] == ' ') {
        --used;
    }
    CellStart end{static_cast<std::uint32_t>(m_text.size()), static_cast<int>(m_end - m_first) - 1, 0, 1};
    if (used < m_cells.size()) {
        end = m_cells[used];
    } else if (used > 0) {
        end = m_cells[used - 1];
        end.byte = static_cast<std::uint32_t>(m_text.size());
        end.column += end.width;
    }
    m_cells.resize(used);
    m_cells.push_back(end);
    m_text.resize(end.byte);
}

void LogicalLine::append(const Line &line, int row)
{
    std::size_t count = line.cells.size();
    // Before a wide character that did not fit, the last column stayed free.
    while (line.wrapped && count > 0 && line.cells[count - 1].text[0] == 0 &&
           line.cells[count - 1].width == 1) {
        --count;
    }
    for (std::size_t column = 0; column < count; ++column) {
        const Cell &cell = line.cells[column];
        if (cell.width == 0) {
            continue;
        }
        m_cells.push_back(
            {static_cast<std::uint32_t>(m_text.size()), row, static_cast<int>(column), cell.width});
        if (cell.text[0] == 0) {
            m_text.push_back(' ');
        }
        for (std::size_t i = 0; i < cell.codePointCount(); ++i) {
            appendUtf8(m_text, cell.text[i]);
        }
    }
}

const LogicalLine::CellStart &LogicalLine::cellAt(std::size_t byte) const
{
    const auto after =
        std::upper_bound(m_cells.begin(), m_cells.end(), byte, [](std::size_t wanted, const CellStart &cell) {
            return wanted < cell.byte;
        });
    return after == m_cells.begin() ? m_cells.front() : *std::prev(after);
}

Position LogicalLine::positionAt(std::size_t byte) const
{
    const CellStart &cell = cellAt(byte);
    return {m_first + cell.row, cell.column};
}

Position LogicalLine::endAt(std::size_t byte) const
{
    const CellStart &cell = cellAt(byte == 0 ? 0 : byte - 1);
    return {m_first + cell.row, cell.column + cell.width};
}

std::size_t LogicalLine::byteAt(Position position) const
{
    const auto row = static_cast<std::int64_t>(position.line - m_first);
    const auto found = std::lower_bound(
        m_cells.begin(), m_cells.end(), position, [row](const CellStart &cell, const Position &wanted) {
            return cell.row < row || (cell.row == row && cell.column < wanted.column);
        });
    return found == m_cells.end() ? m_text.size() : found->byte;
}

} // namespace Koyeb::Vt
