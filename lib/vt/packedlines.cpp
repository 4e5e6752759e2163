// SPDX-License-Identifier: Apache-2.0
#include "vt/packedlines.h"

#include "vt/utf8.h"

#include <algorithm>
#include <limits>

namespace Koyeb::Vt {

namespace {

constexpr std::size_t fullAtLines = 512;
constexpr std::size_t fullAtText = std::size_t{48} * 1024;
constexpr std::size_t fullAtRuns = 8192;
/// So that a whole row of new styles always finds room.
constexpr std::size_t fullAtStyles = 50'000;

[[nodiscard]] std::size_t sequenceLength(char lead)
{
    const auto byte = static_cast<unsigned char>(lead);
    return byte < 0x80 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
}

} // namespace

int packedCellsOf(const Row &row)
{
    const int columns = row.limit();
    // Of a wide character across the edge, which a rectangle may have left, only one half is seen.
    const bool isCut = columns < row.columns() && row.at(columns - 1).width() == 2;
    if (row.wrapped) {
        // Before a wide character that did not fit, the last column stayed free.
        const bool isFree =
            row.used() < columns || row.at(columns - 1) == GridCell::blank(row.at(columns - 1).style());
        return isFree || isCut ? columns - 1 : columns;
    }
    if (isCut) {
        return columns - 1;
    }
    if (row.fill() != 0) {
        return columns;
    }
    int count = std::min(row.used(), columns);
    while (count > 0 && row.at(count - 1) == GridCell{}) {
        --count;
    }
    return count;
}

PackedLines::PackedLines() : m_styles(1) {}

bool PackedLines::isFull() const
{
    return m_infos.size() >= fullAtLines || m_text.size() >= fullAtText || m_runs.size() >= fullAtRuns ||
           m_styles.size() >= fullAtStyles;
}

std::size_t PackedLines::memoryBytes() const
{
    return sizeof(PackedLines) + m_text.capacity() + m_runs.capacity() * sizeof(Run) +
           m_infos.capacity() * sizeof(Info) + m_styles.capacity() * sizeof(Style);
}

void PackedLines::beginLine(LineSize size)
{
    Info info;
    info.size = size;
    info.text = static_cast<std::uint32_t>(m_text.size());
    info.run = static_cast<std::uint32_t>(m_runs.size());
    m_infos.push_back(info);
}

std::uint16_t PackedLines::localStyle(std::uint32_t number, const Tables &tables)
{
    if (number == 0) {
        return 0;
    }
    const Style &style = tables.styles[number];
    // Styles come again soon or not at all: the newest ones are looked at, a repetition costs little.
    constexpr std::size_t remembered = 32;
    const std::size_t oldest = m_styles.size() > remembered ? m_styles.size() - remembered : 0;
    for (std::size_t i = m_styles.size(); i > oldest; --i) {
        if (m_styles[i - 1] == style) {
            return static_cast<std::uint16_t>(i - 1);
        }
    }
    m_styles.push_back(style);
    return static_cast<std::uint16_t>(m_styles.size() - 1);
}

void PackedLines::append(const Row &row, const Tables &tables)
{
    const int count = packedCellsOf(row);
    Info &info = m_infos.back();
    info.isOpen = row.wrapped;
    info.hasWide = info.hasWide || row.hasWide();
    if (!row.marks.isNone()) {
        info.marks.add(row.marks, static_cast<int>(info.cells));
    }
    info.cells += static_cast<std::uint32_t>(count);
    m_longest = std::max(m_longest, info.size == LineSize::Single ? info.cells : 2 * info.cells);
    const GridCell *const cells = row.cells();
    const int stored = std::min(count, row.used());
    for (int first = 0; first < stored;) {
        // A wide character is one stretch with the cell that it covers.
        const std::uint32_t style = cells[first].style();
        int end = first + 1;
        while (end < stored && cells[end].style() == style) {
            ++end;
        }
        appendStretch(cells + first, end - first, tables);
        first = end;
    }
    if (count > stored) {
        const Run blank{localStyle(row.fill(), tables), 0, 1, 0, false};
        addToRun(blank, static_cast<std::uint32_t>(count - stored));
    }
}

/// Cells of one style.
void PackedLines::appendStretch(const GridCell *cells, int count, const Tables &tables)
{
    const std::uint16_t style = localStyle(cells[0].style(), tables);
    const auto isAscii = [cells](int i) {
        return cells[i].text - 1 < 0x7F; // Wraps around for what was never written.
    };
    for (int first = 0; first < count;) {
        int end = first;
        while (end < count && isAscii(end)) {
            ++end;
        }
        appendAscii(cells + first, end - first, style);
        first = end;
        while (first < count && !isAscii(first)) {
            first += appendOthers(cells + first, count - first, style, tables);
        }
    }
}

/// Characters of the same kind, as many as follow each other. Returns how many cells they take.
int PackedLines::appendOthers(const GridCell *cells, int count, std::uint16_t style, const Tables &tables)
{
    const unsigned width = cells[0].width();
    if (cells[0].text == 0 && width == 1) {
        // Such as a tab leaves behind.
        int blanks = 1;
        while (blanks < count && cells[blanks].text == 0 && cells[blanks].width() == 1) {
            ++blanks;
        }
        addToRun({style, 0, 1, 0, false}, static_cast<std::uint32_t>(blanks));
        return blanks;
    }
    // One code point, ASCII among others: words of most languages are one run.
    const std::uint32_t attributes = cells[0].attributes;
    const auto isSimple = [cells, attributes](int i) {
        return cells[i].text - 1 < GridCell::clusterFlag - 1 && cells[i].attributes == attributes;
    };
    if (width == 0 || !isSimple(0)) {
        if (width != 0) {
            appendGlyph(cells[0], style, tables);
        }
        return 1;
    }
    int taken = 0;
    std::uint32_t glyphs = 0;
    while (taken < count && isSimple(taken)) {
        taken += static_cast<int>(width);
        ++glyphs;
    }
    // Room for these only: where each is of another kind, room for all that follow would be made each time.
    const std::size_t before = m_text.size();
    m_text.resize(before + std::size_t{glyphs} * maximumUtf8);
    char *target = m_text.data() + before;
    for (int i = 0; i < taken; i += static_cast<int>(width)) {
        target = writeUtf8(target, cells[i].text);
    }
    m_text.resize(static_cast<std::size_t>(target - m_text.data()));
    addToRun({style, 0, static_cast<std::uint8_t>(width), 1, false}, glyphs);
    return taken;
}

void PackedLines::appendAscii(const GridCell *cells, int count, std::uint16_t style)
{
    if (count == 0) {
        return;
    }
    const std::size_t before = m_text.size();
    m_text.resize(before + static_cast<std::size_t>(count));
    char *const target = m_text.data() + before;
    for (int i = 0; i < count; ++i) {
        target[i] = static_cast<char>(cells[i].text);
    }
    addToRun({style, 0, 1, 1, true}, static_cast<std::uint32_t>(count));
}

void PackedLines::appendGlyph(const GridCell &cell, std::uint16_t style, const Tables &tables)
{
    Run kind{style, 0, static_cast<std::uint8_t>(cell.width()), 0, false};
    if (cell.isCluster()) {
        const Cluster &cluster = tables.clusters[cell.cluster()];
        kind.codePoints = cluster.length;
        for (const char32_t codePoint : cluster.codePoints()) {
            appendUtf8(m_text, codePoint);
        }
    } else if (cell.text != 0) {
        kind.codePoints = 1;
        appendUtf8(m_text, cell.text);
    }
    addToRun(kind, 1);
}

void PackedLines::addToRun(Run kind, std::uint32_t glyphs)
{
    if (m_runs.size() > m_infos.back().run) {
        Run &last = m_runs.back();
        const bool isSame = last.style == kind.style && last.width == kind.width &&
                            last.codePoints == kind.codePoints && last.isAscii == kind.isAscii;
        if (isSame && last.glyphs + glyphs <= std::numeric_limits<std::uint16_t>::max()) {
            last.glyphs = static_cast<std::uint16_t>(last.glyphs + glyphs);
            return;
        }
    }
    // One by one: copying as a whole what was just put together waits for the parts.
    Run &run = m_runs.emplace_back();
    run.style = kind.style;
    run.glyphs = static_cast<std::uint16_t>(glyphs);
    run.width = kind.width;
    run.codePoints = kind.codePoints;
    run.isAscii = kind.isAscii;
}

void PackedLines::keepRows(std::size_t rows, int columns)
{
    const std::size_t line = m_infos.size() - 1;
    Info &info = m_infos[line];
    if (rows == 0) {
        m_text.resize(info.text);
        m_runs.resize(info.run);
        m_infos.pop_back();
        return;
    }
    Reader reader(*this, line, columns);
    std::uint32_t cells = 0;
    for (std::size_t row = 0; row < rows; ++row) {
        while (reader.next()) {
            cells += static_cast<std::uint32_t>(reader.width());
        }
    }
    const std::size_t run = reader.run();
    const std::uint32_t glyph = reader.glyphInRun();
    m_text.resize(reader.position());
    if (glyph > 0) {
        m_runs.resize(run + 1);
        m_runs.back().glyphs = static_cast<std::uint16_t>(glyph);
    } else {
        m_runs.resize(run);
    }
    info.cells = cells;
    info.isOpen = true;
}

void PackedLines::seal()
{
    m_text.shrink_to_fit();
    m_runs.shrink_to_fit();
    m_infos.shrink_to_fit();
    m_styles.shrink_to_fit();
}

std::size_t PackedLines::endRunOf(std::size_t line) const
{
    return line + 1 < m_infos.size() ? m_infos[line + 1].run : m_runs.size();
}

std::size_t PackedLines::rowsOf(std::size_t line, int columns) const
{
    const Info &info = m_infos[line];
    const auto width = static_cast<std::uint32_t>(cellsAcross(columns, info.size));
    if (info.cells <= width) {
        return 1;
    }
    if (!info.hasWide) {
        return (info.cells + width - 1) / width;
    }
    std::size_t rows = 1;
    std::uint32_t column = 0;
    for (std::size_t i = info.run; i < endRunOf(line); ++i) {
        const Run &run = m_runs[i];
        const std::uint32_t fitting = (width - column) / run.width;
        if (run.glyphs <= fitting) {
            column += std::uint32_t{run.glyphs} * run.width;
            continue;
        }
        const std::uint32_t perRow = width / run.width;
        const std::uint32_t rest = run.glyphs - fitting;
        const std::uint32_t more = (rest + perRow - 1) / perRow;
        rows += more;
        column = (rest - (more - 1) * perRow) * run.width;
    }
    return rows;
}

std::size_t PackedLines::totalRows(int columns) const
{
    if (areAllShort(columns)) {
        return m_infos.size();
    }
    std::size_t rows = 0;
    for (std::size_t line = 0; line < m_infos.size(); ++line) {
        rows += rowsOf(line, columns);
    }
    return rows;
}

PackedLines::Reader::Reader(const PackedLines &lines, std::size_t line, int columns)
    : m_lines(lines),
      m_run(lines.m_infos[line].run),
      m_endRun(lines.endRunOf(line)),
      m_position(lines.m_infos[line].text),
      m_columns(cellsAcross(columns, lines.m_infos[line].size))
{
}

std::size_t PackedLines::Reader::glyphBytes() const
{
    const Run &run = m_lines.m_runs[m_run];
    if (run.isAscii) {
        return 1;
    }
    std::size_t bytes = 0;
    for (int i = 0; i < run.codePoints; ++i) {
        bytes += sequenceLength(m_lines.m_text[m_position + bytes]);
    }
    return bytes;
}

bool PackedLines::Reader::next()
{
    if (m_run >= m_endRun) {
        return false;
    }
    const Run &run = m_lines.m_runs[m_run];
    if (m_column + run.width > m_columns) {
        m_column = 0;
        return false;
    }
    const std::size_t bytes = glyphBytes();
    m_text = std::string_view(m_lines.m_text).substr(m_position, bytes);
    m_position += bytes;
    m_glyphRun = m_run;
    m_glyphColumn = m_column;
    m_column += run.width;
    if (++m_glyph >= run.glyphs) {
        ++m_run;
        m_glyph = 0;
    }
    return true;
}

void PackedLines::Reader::skipRows(std::size_t rows)
{
    while (rows > 0 && m_run < m_endRun) {
        const Run &run = m_lines.m_runs[m_run];
        // Whole stretches of what has one byte a column.
        const auto rest = static_cast<std::size_t>(run.glyphs) - m_glyph;
        if (run.isAscii && run.width == 1 && m_column < m_columns) {
            const auto count = std::min(rest, static_cast<std::size_t>(m_columns - m_column));
            m_position += count;
            m_column += static_cast<int>(count);
            m_glyph += static_cast<std::uint32_t>(count);
            if (m_glyph >= run.glyphs) {
                ++m_run;
                m_glyph = 0;
            }
        } else if (!next()) {
            --rows;
        }
    }
}

} // namespace Koyeb::Vt
