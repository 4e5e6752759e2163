// SPDX-License-Identifier: Apache-2.0
#include "vt/scrollback.h"

#include "vt/utf8.h"

#include <algorithm>
#include <utility>

namespace Koyeb::Vt {

void Scrollback::push(const Row &row)
{
    LineNumber before = 0;
    if (isLastOpen() && m_blocks.back()->lines.info(m_blocks.back()->lines.size() - 1).size != row.size()) {
        closeLast(); // All of a line has one size.
    }
    if (isLastOpen() && m_blocks.back()->lines.info(m_blocks.back()->lines.size() - 1).cells <
                            PackedLines::maximumLineCells) {
        const PackedLines &lines = m_blocks.back()->lines;
        before = static_cast<LineNumber>(lines.rowsOf(lines.size() - 1, m_columns));
    } else {
        if (m_blocks.empty() || m_blocks.back()->lines.isFull()) {
            addBlock();
        }
        m_blocks.back()->lines.beginLine(row.size());
        ++m_endLine;
    }
    PackedLines &lines = m_blocks.back()->lines;
    lines.append(row, m_tables);
    m_endRow += static_cast<LineNumber>(lines.rowsOf(lines.size() - 1, m_columns)) - before;
}

void Scrollback::addBlock()
{
    sealLast();
    m_blocks.push_back(std::make_unique<Block>());
    m_blocks.back()->firstLine = m_endLine;
    m_blocks.back()->firstRow = m_endRow;
}

void Scrollback::sealLast()
{
    if (!m_blocks.empty() && m_blocks.back()->sealedBytes == 0) {
        Block &block = *m_blocks.back();
        block.lines.seal();
        block.sealedBytes = block.lines.memoryBytes();
        m_sealedBytes += block.sealedBytes;
    }
}

void Scrollback::trim()
{
    while (m_endLine - m_firstLine > static_cast<std::int64_t>(m_limits.lines)) {
        forgetOldest();
    }
    while (m_blocks.size() > 1 && m_sealedBytes > m_limits.bytes) {
        const Block *const oldest = m_blocks.front().get();
        while (!m_blocks.empty() && m_blocks.front().get() == oldest) {
            forgetOldest();
        }
    }
}

void Scrollback::forgetOldest()
{
    Block &block = *m_blocks.front();
    m_firstRow += static_cast<LineNumber>(block.lines.rowsOf(block.first, m_columns));
    ++m_firstLine;
    ++block.first;
    block.firstRow = m_firstRow;
    block.firstLine = m_firstLine;
    if (block.first == block.lines.size()) {
        m_sealedBytes -= block.sealedBytes;
        m_blocks.pop_front();
    }
}

void Scrollback::clear()
{
    m_blocks.clear();
    m_firstRow = m_endRow;
    m_firstLine = m_endLine;
    m_sealedBytes = 0;
}

void Scrollback::setColumns(int columns)
{
    m_columns = columns;
    LineNumber row = m_firstRow;
    for (const auto &block : m_blocks) {
        block->firstRow = row;
        auto rows = static_cast<LineNumber>(block->lines.totalRows(columns));
        for (std::size_t line = 0; line < block->first; ++line) {
            rows -= static_cast<LineNumber>(block->lines.rowsOf(line, columns));
        }
        row += rows;
    }
    m_endRow = row;
}

std::size_t Scrollback::memoryBytes() const
{
    const bool isLastCounted = m_blocks.empty() || m_blocks.back()->sealedBytes > 0;
    return m_sealedBytes + (isLastCounted ? 0 : m_blocks.back()->lines.memoryBytes());
}

Scrollback::Found Scrollback::find(LineNumber row) const
{
    const auto after =
        std::upper_bound(m_blocks.begin(), m_blocks.end(), row, [](LineNumber wanted, const auto &block) {
            return wanted < block->firstRow;
        });
    const Block &block = **std::prev(after);
    auto offset = static_cast<std::size_t>(row - block.firstRow);
    if (block.lines.areAllShort(m_columns)) {
        return {&block, block.first + offset, 0};
    }
    std::size_t line = block.first;
    for (std::size_t rows = 0; offset >= (rows = block.lines.rowsOf(line, m_columns)); ++line) {
        offset -= rows;
    }
    return {&block, line, offset};
}

Scrollback::Found Scrollback::findLine(std::int64_t line) const
{
    const auto after =
        std::upper_bound(m_blocks.begin(), m_blocks.end(), line, [](std::int64_t wanted, const auto &block) {
            return wanted < block->firstLine;
        });
    const Block &block = **std::prev(after);
    return {&block, block.first + static_cast<std::size_t>(line - block.firstLine), 0};
}

LineNumber Scrollback::firstRowOf(const Found &found) const
{
    const Block &block = *found.block;
    if (block.lines.areAllShort(m_columns)) {
        return block.firstRow + static_cast<LineNumber>(found.line - block.first);
    }
    LineNumber row = block.firstRow;
    for (std::size_t line = block.first; line < found.line; ++line) {
        row += static_cast<LineNumber>(block.lines.rowsOf(line, m_columns));
    }
    return row;
}

void Scrollback::read(LineNumber row, Line &line) const
{
    const Found found = find(row);
    const PackedLines &lines = found.block->lines;
    const PackedLines::Info &info = lines.info(found.line);
    PackedLines::Reader reader(lines, found.line, m_columns);
    reader.skipRows(found.row);
    line.cells.clear();
    line.marks = marksOf(found);
    line.size = info.size;
    while (reader.next()) {
        Cell &cell = line.cells.emplace_back();
        cell.style = lines.style(reader.style());
        cell.width = static_cast<std::uint8_t>(reader.width());
        std::string_view text = reader.text();
        for (std::size_t i = 0; i < cell.text.size() && !text.empty(); ++i) {
            cell.text[i] = takeValidUtf8(text);
        }
        if (reader.width() == 2) {
            Cell covered;
            covered.width = 0;
            covered.style = lines.style(reader.style());
            line.cells.push_back(covered);
        }
    }
    line.wrapped = !reader.atEnd() || info.isOpen;
}

bool Scrollback::isWrapped(LineNumber row) const
{
    const Found found = find(row);
    const bool isLast = found.row + 1 == found.block->lines.rowsOf(found.line, m_columns);
    return !isLast || found.block->lines.info(found.line).isOpen;
}

LineSize Scrollback::sizeOf(LineNumber row) const
{
    const Found found = find(row);
    return found.block->lines.info(found.line).size;
}

void Scrollback::readInto(LineNumber row, Row &target) const
{
    const Found found = find(row);
    const PackedLines &lines = found.block->lines;
    PackedLines::Reader reader(lines, found.line, m_columns);
    reader.skipRows(found.row);
    target.clear(0);
    target.setSize(lines.info(found.line).size);
    while (reader.next()) {
        std::string_view text = reader.text();
        std::uint32_t number = 0;
        if (!text.empty()) {
            number = takeValidUtf8(text);
        }
        if (!text.empty()) {
            Cluster cluster;
            cluster.text[cluster.length++] = number;
            while (!text.empty() && cluster.length < cluster.text.size()) {
                cluster.text[cluster.length++] = takeValidUtf8(text);
            }
            number = GridCell::clusterFlag | m_tables.clusters.intern(cluster);
        }
        const std::uint32_t style = m_tables.styles.intern(lines.style(reader.style()));
        target.put(reader.column(), number, reader.width(), style);
    }
    target.wrapped = !reader.atEnd() || lines.info(found.line).isOpen;
    target.marks = marksOf(found);
}

void Scrollback::dropFrom(LineNumber row)
{
    while (m_endRow > row) {
        Block &block = *m_blocks.back();
        m_sealedBytes -= std::exchange(block.sealedBytes, 0);
        const std::size_t line = block.lines.size() - 1;
        const auto rows = static_cast<LineNumber>(block.lines.rowsOf(line, m_columns));
        const LineNumber kept = std::max<LineNumber>(row - (m_endRow - rows), 0);
        block.lines.keepRows(static_cast<std::size_t>(kept), m_columns);
        m_endRow -= rows - kept;
        if (kept == 0) {
            --m_endLine;
            if (block.lines.size() == block.first) {
                m_blocks.pop_back();
            }
        }
    }
}

void Scrollback::closeLast()
{
    if (isLastOpen()) {
        m_blocks.back()->lines.closeLast();
    }
}

bool Scrollback::isLastOpen() const
{
    return !m_blocks.empty() && m_blocks.back()->lines.info(m_blocks.back()->lines.size() - 1).isOpen;
}

Anchor Scrollback::anchorOf(LineNumber row) const
{
    const Found found = find(row);
    const PackedLines &lines = found.block->lines;
    Anchor anchor{found.block->firstLine + static_cast<std::int64_t>(found.line - found.block->first), 0};
    if (!lines.info(found.line).hasWide) {
        anchor.cell = static_cast<int>(found.row) * cellsAcross(m_columns, lines.info(found.line).size);
        return anchor;
    }
    PackedLines::Reader reader(lines, found.line, m_columns);
    for (std::size_t skipped = 0; skipped < found.row; ++skipped) {
        while (reader.next()) {
            anchor.cell += reader.width();
        }
    }
    return anchor;
}

Anchor Scrollback::endAnchor() const
{
    if (isLastOpen()) {
        const PackedLines &lines = m_blocks.back()->lines;
        const std::uint32_t cells = lines.info(lines.size() - 1).cells;
        if (cells < PackedLines::maximumLineCells) {
            return {m_endLine - 1, static_cast<int>(cells)};
        }
    }
    return {m_endLine, 0};
}

Scrollback::Place Scrollback::placeOf(const Anchor &anchor) const
{
    const Found found = findLine(anchor.line);
    const PackedLines &lines = found.block->lines;
    const PackedLines::Info &info = lines.info(found.line);
    const LineNumber first = firstRowOf(found);
    const auto lastRow = static_cast<LineNumber>(lines.rowsOf(found.line, m_columns)) - 1;
    if (!info.hasWide) {
        const int width = cellsAcross(m_columns, info.size);
        const LineNumber row = std::min<LineNumber>(anchor.cell / width, lastRow);
        return {first + row, anchor.cell - static_cast<int>(row) * width};
    }
    PackedLines::Reader reader(lines, found.line, m_columns);
    int cell = 0;
    for (LineNumber row = 0;; ++row) {
        const int start = cell;
        while (reader.next()) {
            if (anchor.cell < cell + reader.width()) {
                return {first + row, reader.column() + anchor.cell - cell};
            }
            cell += reader.width();
        }
        if (row >= lastRow) {
            return {first + lastRow, anchor.cell - start};
        }
    }
}

LineNumber Scrollback::findMark(
    LineNumber from, int direction, const std::function<bool(const LineMarks &)> &test) const
{
    if (m_firstRow == m_endRow) {
        return -1;
    }
    const Found start = find(std::clamp(from, m_firstRow, m_endRow - 1));
    std::int64_t line = start.block->firstLine + static_cast<std::int64_t>(start.line - start.block->first);
    if (start.row > 0 && direction > 0) {
        ++line; // Marks are on the first row of a line, which is behind us.
    }
    for (; line >= m_firstLine && line < m_endLine; line += direction) {
        const Found found = findLine(line);
        if (test(found.block->lines.info(found.line).marks)) {
            return firstRowOf(found);
        }
    }
    return -1;
}

} // namespace Koyeb::Vt
