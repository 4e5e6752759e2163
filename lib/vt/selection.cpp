// SPDX-License-Identifier: Apache-2.0
#include "vt/selection.h"

#include "vt/terminal.h"
#include "vt/utf8.h"

#include <algorithm>
#include <limits>
#include <utf8proc.h>

namespace Koyeb::Vt {

namespace {

constexpr int wholeRow = std::numeric_limits<int>::max();
/// A word or a logical line ends here at the latest, so that a stream without line ends cannot make a click
/// slow.
constexpr int maximumJoinedRows = 1000;

/// Cells that a double click takes together. Punctuation of paths and addresses belongs to words.
enum class CellClass { Blank, Word, Other };

[[nodiscard]] CellClass classOf(const Cell &cell)
{
    const char32_t character = cell.text[0];
    if (character == 0 || character == U' ') {
        return CellClass::Blank;
    }
    if (character < 0x80) {
        const auto isIn = [character](std::u32string_view set) {
            return set.find(character) != set.npos;
        };
        const bool isAlphanumeric = (character >= U'0' && character <= U'9') ||
                                    (character >= U'A' && character <= U'Z') ||
                                    (character >= U'a' && character <= U'z');
        return isAlphanumeric || isIn(U"_-./~:@%+#?&=") ? CellClass::Word : CellClass::Other;
    }
    const auto category = utf8proc_category(static_cast<utf8proc_int32_t>(character));
    const bool isLetterOrNumber = category <= UTF8PROC_CATEGORY_NO;
    return isLetterOrNumber ? CellClass::Word : CellClass::Other;
}

/// Rows as a person reads them: those that ran over the edge belong together.
class Reader {
public:
    explicit Reader(const Terminal &terminal) : m_terminal(terminal) {}

    const Line &line(LineNumber number)
    {
        if (number != m_number) {
            m_terminal.readLine(number, m_line);
            m_number = number;
        }
        return m_line;
    }

    [[nodiscard]] bool continues(LineNumber number)
    {
        return number + 1 < m_terminal.endLine() && line(number).wrapped;
    }

    [[nodiscard]] CellClass classAt(Position position)
    {
        const Line &row = line(position.line);
        int column = position.column;
        if (column >= static_cast<int>(row.cells.size())) {
            return CellClass::Blank;
        }
        while (column > 0 && row.cells[static_cast<std::size_t>(column)].width == 0) {
            --column;
        }
        return classOf(row.cells[static_cast<std::size_t>(column)]);
    }

    /// The cell before this one; false at the start of the logical line.
    [[nodiscard]] bool stepBack(Position &position)
    {
        if (position.column > 0) {
            --position.column;
            return true;
        }
        if (position.line > m_terminal.firstLine() && continues(position.line - 1)) {
            position = {position.line - 1, std::max(m_terminal.cellsOf(position.line - 1) - 1, 0)};
            return true;
        }
        return false;
    }

    [[nodiscard]] bool stepForward(Position &position)
    {
        if (position.column + 1 < m_terminal.cellsOf(position.line)) {
            ++position.column;
            return true;
        }
        if (continues(position.line)) {
            position = {position.line + 1, 0};
            return true;
        }
        return false;
    }

private:
    const Terminal &m_terminal;
    LineNumber m_number = -1;
    Line m_line;
};

[[nodiscard]] Position wordStart(Reader &reader, Position position)
{
    const CellClass wanted = reader.classAt(position);
    const LineNumber limit = position.line - maximumJoinedRows;
    Position candidate = position;
    while (reader.stepBack(candidate) && candidate.line > limit && reader.classAt(candidate) == wanted) {
        position = candidate;
    }
    return position;
}

[[nodiscard]] Position wordEnd(Reader &reader, Position position)
{
    const CellClass wanted = reader.classAt(position);
    const LineNumber limit = position.line + maximumJoinedRows;
    Position candidate = position;
    while (reader.stepForward(candidate) && candidate.line < limit && reader.classAt(candidate) == wanted) {
        position = candidate;
    }
    return {position.line, position.column + 1};
}

[[nodiscard]] LineNumber logicalStart(Reader &reader, LineNumber line, LineNumber firstLine)
{
    const LineNumber limit = std::max(firstLine, line - maximumJoinedRows);
    while (line > limit && reader.continues(line - 1)) {
        --line;
    }
    return line;
}

[[nodiscard]] LineNumber logicalEnd(Reader &reader, LineNumber line)
{
    const LineNumber limit = line + maximumJoinedRows;
    while (line < limit && reader.continues(line)) {
        ++line;
    }
    return line;
}

} // namespace

std::string textOf(const Line &line, int firstColumn, int endColumn)
{
    std::string text;
    std::size_t used = 0;
    const auto end = std::min(line.cells.size(), static_cast<std::size_t>(std::max(endColumn, 0)));
    for (auto column = static_cast<std::size_t>(std::max(firstColumn, 0)); column < end; ++column) {
        const Cell &cell = line.cells[column];
        if (cell.width == 0) {
            continue;
        }
        if (cell.isBlank()) {
            text.push_back(' ');
            continue;
        }
        for (std::size_t i = 0; i < cell.codePointCount(); ++i) {
            appendUtf8(text, cell.text[i]);
        }
        used = text.size();
    }
    text.resize(used);
    return text;
}

std::string textGoingOn(const Line &line, int firstColumn, int endColumn)
{
    std::string text = textOf(line, firstColumn, endColumn);
    const auto width = std::min(line.cells.size(), static_cast<std::size_t>(std::max(endColumn, 0)));
    std::size_t blanks = 0;
    while (blanks < width && line.cells[width - 1 - blanks].text[0] == U' ') {
        ++blanks;
    }
    text.append(blanks, ' ');
    return text;
}

void Selection::begin(const Terminal &terminal, Position position, Unit unit)
{
    m_isActive = true;
    m_unit = unit;
    m_anchor = position;
    m_head = position;
    update(terminal);
}

void Selection::extendTo(const Terminal &terminal, Position position)
{
    if (m_isActive) {
        m_head = position;
        update(terminal);
    }
}

void Selection::clear()
{
    *this = {};
}

Selection::Anchors Selection::anchors(const Terminal &terminal) const
{
    return {terminal.anchorOf(m_anchor), terminal.anchorOf(m_head)};
}

void Selection::moveTo(const Terminal &terminal, const Anchors &anchors)
{
    const auto anchor = terminal.positionOf(anchors.anchor);
    const auto head = terminal.positionOf(anchors.head);
    if (!m_isActive || (!anchor && !head)) {
        clear();
        return;
    }
    // What of it was forgotten was at the start.
    const Position start{terminal.firstLine(), 0};
    m_anchor = anchor.value_or(start);
    m_head = head.value_or(start);
    update(terminal);
}

bool Selection::isEmpty() const
{
    return !m_isActive || (m_unit == Unit::Block ? m_first.column == m_end.column : m_first >= m_end);
}

void Selection::update(const Terminal &terminal)
{
    m_first = std::min(m_anchor, m_head);
    m_end = std::max(m_anchor, m_head);
    Reader reader(terminal);
    switch (m_unit) {
    case Unit::Character:
        break;
    case Unit::Word:
        m_first = wordStart(reader, m_first);
        m_end = wordEnd(reader, m_end);
        break;
    case Unit::Line:
        m_first = {logicalStart(reader, m_first.line, terminal.firstLine()), 0};
        m_end = {logicalEnd(reader, m_end.line), wholeRow};
        break;
    case Unit::Block:
        m_first.column = std::min(m_anchor.column, m_head.column);
        m_end.column = std::max(m_anchor.column, m_head.column);
        break;
    }
}

Selection::Columns Selection::columnsOf(LineNumber line) const
{
    if (isEmpty() || line < m_first.line || line > m_end.line) {
        return {};
    }
    if (m_unit == Unit::Block) {
        return {m_first.column, m_end.column};
    }
    return {line == m_first.line ? m_first.column : 0, line == m_end.line ? m_end.column : wholeRow};
}

std::string Selection::text(const Terminal &terminal) const
{
    if (isEmpty()) {
        return {};
    }
    std::string text;
    Line line;
    const LineNumber first = std::max(m_first.line, terminal.firstLine());
    const LineNumber last = std::min(m_end.line, terminal.endLine() - 1);
    for (LineNumber number = first; number <= last; ++number) {
        terminal.readLine(number, line);
        const Columns columns = columnsOf(number);
        const bool isJoined = line.wrapped && joinsWrappedRows();
        const bool goesOn = isJoined && number < last;
        text +=
            goesOn ? textGoingOn(line, columns.first, columns.end) : textOf(line, columns.first, columns.end);
        if (number < last && !isJoined) {
            text.push_back('\n');
        }
    }
    return text;
}

} // namespace Koyeb::Vt
