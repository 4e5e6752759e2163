// SPDX-License-Identifier: Apache-2.0
// Emulator: what changes the content of the screen apart from text.
#include "vt/emulator.h"

#include "vt/sgr.h"

#include <algorithm>

namespace Koyeb::Vt {

bool Emulator::editByControl(const ControlSequence &sequence)
{
    using C = ControlSequence;
    const int amount = sequence.amount();
    switch (sequence.function()) {
    case C::functionOf('J'):
    case C::functionOf('J', 0, '?'):
        eraseInDisplay(sequence.value(0), sequence.marker == '?' || m_protection == Protection::Iso);
        return true;
    case C::functionOf('K'):
    case C::functionOf('K', 0, '?'):
        eraseInLine(sequence.value(0), sequence.marker == '?' || m_protection == Protection::Iso);
        return true;
    case C::functionOf('L'):
        insertLines(amount);
        return true;
    case C::functionOf('M'):
        removeLines(amount);
        return true;
    case C::functionOf('@'):
        insertCells(amount);
        return true;
    case C::functionOf('P'):
        removeCells(amount);
        return true;
    case C::functionOf('X'):
        m_cursor.isWrapPending = false;
        eraseArea(
            {m_cursor.row, m_cursor.row + 1, m_cursor.column, std::min(m_cursor.column + amount, columns())},
            m_protection == Protection::Iso);
        return true;
    case C::functionOf('S'):
        scrollRegion(amount, 0);
        return true;
    case C::functionOf('T'):
    case C::functionOf('^'):
        // With five it would be the highlighting of the mouse, with a 0 the end of that.
        if (sequence.count == 1 && (sequence.value(0, 1) != 0 || sequence.final == '^')) {
            scrollRegion(-amount, 0);
        }
        return true;
    case C::functionOf('@', ' '): // SL and SR
    case C::functionOf('A', ' '):
        if (isInsideColumns()) {
            scrollRegion(0, sequence.final == '@' ? amount : -amount);
        }
        return true;
    case C::functionOf('}', '\''):
        insertColumns(amount);
        return true;
    case C::functionOf('~', '\''):
        removeColumns(amount);
        return true;
    default:
        return editRectangle(sequence);
    }
}

bool Emulator::editRectangle(const ControlSequence &sequence)
{
    using C = ControlSequence;
    switch (sequence.function()) {
    case C::functionOf('z', '$'):
    case C::functionOf('{', '$'):
        eraseArea(rectangle(sequence, 0), sequence.final == '{' && m_protection == Protection::Dec);
        return true;
    case C::functionOf('x', '$'):
        fillRectangle(sequence);
        return true;
    case C::functionOf('v', '$'):
        copyRectangle(sequence);
        return true;
    case C::functionOf('r', '$'):
    case C::functionOf('t', '$'):
        restyleRectangle(sequence, sequence.final == 't');
        return true;
    case C::functionOf('x', '*'):
        m_changeExtent = sequence.value(0) <= 2 ? sequence.value(0) : m_changeExtent;
        return true;
    case C::functionOf('y', '*'):
        reportChecksum(sequence);
        return true;
    default:
        return false;
    }
}

CellArea Emulator::marginArea() const
{
    return {m_topMargin, m_bottomMargin, m_leftMargin, m_rightMargin};
}

void Emulator::eraseArea(const CellArea &area, bool isSelective)
{
    if (area.isEmpty()) {
        return;
    }
    if (isSelective) {
        m_screen.eraseUnprotected(area);
    } else {
        m_screen.erase(area);
    }
}

void Emulator::eraseInDisplay(int what, bool isSelective)
{
    m_cursor.isWrapPending = false;
    const auto [row, column, isPending] = m_cursor;
    // Marks go with the rows that they stand in. Those of the cursor's row are for what follows: shells mark
    // a prompt before they erase what is below.
    const auto forgetMarks = [&](int firstRow, int endRow) {
        if (!isSelective && firstRow < endRow) {
            m_screen.forgetMarks(firstRow, endRow);
        }
    };
    switch (what) {
    case 0:
        forgetMarks(row + 1, rows());
        m_screen.resetLineSizes(row + 1, rows());
        if (row == 0 && column == 0) {
            eraseArea(m_screen.wholeArea(), isSelective);
            break;
        }
        eraseArea({row, row + 1, column, columns()}, isSelective);
        eraseArea({row + 1, rows(), 0, columns()}, isSelective);
        break;
    case 1:
        forgetMarks(0, row);
        m_screen.resetLineSizes(0, row);
        eraseArea({0, row, 0, columns()}, isSelective);
        eraseArea({row, row + 1, 0, column + 1}, isSelective);
        break;
    case 2:
        forgetMarks(0, rows());
        m_screen.resetLineSizes(0, rows());
        eraseArea(m_screen.wholeArea(), isSelective);
        break;
    case 3:
        m_screen.scrollback().clear();
        m_damage.everything = true;
        break;
    default:
        break;
    }
}

void Emulator::eraseInLine(int what, bool isSelective)
{
    m_cursor.isWrapPending = false;
    const int row = m_cursor.row;
    const int first = what == 0 ? m_cursor.column : 0;
    const int end = what == 1 ? m_cursor.column + 1 : columns();
    if (what <= 2) {
        eraseArea({row, row + 1, first, end}, isSelective);
    }
}

void Emulator::scrollRegion(int upward, int leftward)
{
    m_last.isValid = false;
    m_damage.scrolledLines += m_screen.scroll(marginArea(), upward, leftward);
    confineToLine();
}

void Emulator::insertLines(int count)
{
    if (isInsideMargins()) {
        CellArea area = marginArea();
        area.firstRow = m_cursor.row;
        m_screen.scroll(area, -std::min(count, rows()), 0);
        moveTo(m_cursor.row, m_leftMargin);
    }
}

void Emulator::removeLines(int count)
{
    if (isInsideMargins()) {
        CellArea area = marginArea();
        area.firstRow = m_cursor.row;
        m_screen.scroll(area, std::min(count, rows()), 0, Screen::Leaving::Lost);
        moveTo(m_cursor.row, m_leftMargin);
    }
}

void Emulator::insertCells(int count)
{
    m_cursor.isWrapPending = false;
    if (isInsideColumns()) {
        m_screen.insertCells(m_cursor.row, m_cursor.column, rightLimit(), count);
    }
}

void Emulator::removeCells(int count)
{
    m_cursor.isWrapPending = false;
    if (isInsideColumns()) {
        m_screen.removeCells(m_cursor.row, m_cursor.column, rightLimit(), count);
    }
}

void Emulator::insertColumns(int count)
{
    if (isInsideMargins()) {
        CellArea area = marginArea();
        area.firstColumn = m_cursor.column;
        m_screen.scroll(area, 0, -std::min(count, columns()));
    }
}

void Emulator::removeColumns(int count)
{
    if (isInsideMargins()) {
        CellArea area = marginArea();
        area.firstColumn = m_cursor.column;
        m_screen.scroll(area, 0, std::min(count, columns()));
    }
}

void Emulator::repeatLast(int count)
{
    const Cluster cluster = m_last.text;
    if (!m_last.isRepeatable || cluster.length == 0) {
        return;
    }
    const char32_t first = cluster.text[0];
    count = std::min(count, rows() * columns());
    for (int i = 0; i < count; ++i) {
        m_last.begin(first);
        m_breaker.begin(first);
        place(first, columnsOf(classOf(first)));
        for (const char32_t mark : cluster.codePoints().subspan(1)) {
            (void)m_breaker.takes(mark);
            join(mark);
        }
    }
    m_last.isRepeatable = false;
}

void Emulator::setProtection(bool isOn, Protection kind)
{
    Style pen = m_screen.pen();
    pen.isProtected = isOn;
    m_screen.setPen(pen);
    m_protection = kind;
}

/// DECALN
void Emulator::align()
{
    const Style pen = m_screen.pen();
    m_screen.setPen({});
    resetMargins();
    m_flags.originMode = false;
    m_screen.resetLineSizes(0, rows());
    m_screen.fill(m_screen.wholeArea(), U'E');
    m_screen.setPen(pen);
    moveTo(0, 0);
    m_last.text = {};
}

/// Four parameters from `first` on: top, left, bottom, right.
CellArea Emulator::rectangle(const ControlSequence &sequence, std::size_t first) const
{
    const int rowOrigin = m_flags.originMode ? m_topMargin : 0;
    const int columnOrigin = m_flags.originMode ? m_leftMargin : 0;
    const int lastRow = m_flags.originMode ? m_bottomMargin : rows();
    const int lastColumn = m_flags.originMode ? m_rightMargin : columns();
    const auto end = [&sequence](std::size_t index, int origin, int last) {
        const int given = sequence.value(index);
        return given == 0 ? last : std::min(origin + given, last);
    };
    return {
        rowOrigin + sequence.amount(first) - 1, end(first + 2, rowOrigin, lastRow),
        columnOrigin + sequence.amount(first + 1) - 1, end(first + 3, columnOrigin, lastColumn)};
}

void Emulator::fillRectangle(const ControlSequence &sequence)
{
    const int character = sequence.value(0, ' ');
    const CellArea area = rectangle(sequence, 1);
    const bool isPrintable =
        (character >= 0x20 && character < 0x7F) || (character >= 0xA0 && character <= 0xFF);
    if (isPrintable && !area.isEmpty()) {
        m_screen.fill(area, static_cast<char32_t>(character));
    }
}

void Emulator::copyRectangle(const ControlSequence &sequence)
{
    CellArea source = rectangle(sequence, 0);
    const int row = sequence.amount(5) - 1 + (m_flags.originMode ? m_topMargin : 0);
    const int column = sequence.amount(6) - 1 + (m_flags.originMode ? m_leftMargin : 0);
    source.endRow = std::min(source.endRow, source.firstRow + rows() - row);
    source.endColumn = std::min(source.endColumn, source.firstColumn + columns() - column);
    if (!source.isEmpty()) {
        m_screen.copy(source, row, column);
    }
}

void Emulator::restyleRectangle(const ControlSequence &sequence, bool isReversal)
{
    const CellArea area = rectangle(sequence, 0);
    const bool isRectangle = m_changeExtent == 2 || area.endRow - area.firstRow == 1;
    if (area.firstRow >= area.endRow || area.firstColumn >= columns() || (isRectangle && area.isEmpty())) {
        return;
    }
    const auto change = [&sequence, isReversal](Style style) {
        if (!isReversal) {
            applySgr(style, sequence, 4);
            return style;
        }
        for (std::size_t index = 4; index < sequence.count; ++index) {
            const int parameter = sequence.value(index);
            style.bold = style.bold != (parameter == 1);
            if (parameter == 4) {
                style.underline = style.underline == Underline::None ? Underline::Single : Underline::None;
            }
            style.blink = style.blink != (parameter == 5);
            style.reverse = style.reverse != (parameter == 7);
        }
        return style;
    };
    if (isRectangle) {
        m_screen.restyle(area, change);
        return;
    }
    // A stretch of text: from the first place to the last one, in whole rows between.
    m_screen.restyle({area.firstRow, area.firstRow + 1, area.firstColumn, columns()}, change);
    m_screen.restyle({area.firstRow + 1, area.endRow - 1, 0, columns()}, change);
    m_screen.restyle({area.endRow - 1, area.endRow, 0, area.endColumn}, change);
}

/// DECRQCRA: as xterm counts by default. Only for tests: it lets a program read the screen.
void Emulator::reportChecksum(const ControlSequence &sequence)
{
    if (!m_allowsChecksums) {
        return;
    }
    const CellArea area = rectangle(sequence, 2);
    unsigned sum = 0;
    for (int row = area.firstRow; row < area.endRow; ++row) {
        for (int column = area.firstColumn; column < area.endColumn; ++column) {
            const Cell cell = m_screen.cell(row, column);
            unsigned value = cell.text[0] == 0 ? 0x20U : static_cast<unsigned>(cell.text[0]);
            value += cell.style.invisible ? 0x08U : 0U;
            value += cell.style.underline != Underline::None ? 0x10U : 0U;
            value += cell.style.reverse ? 0x20U : 0U;
            value += cell.style.blink ? 0x40U : 0U;
            value += cell.style.bold ? 0x80U : 0U;
            sum += value;
        }
    }
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string text = "\x1BP" + std::to_string(sequence.value(0)) + "!~";
    const unsigned checksum = (0x10000U - (sum & 0xFFFFU)) & 0xFFFFU;
    for (unsigned shift = 16; shift > 0; shift -= 4) {
        text.push_back(digits[(checksum >> (shift - 4)) & 0xFU]);
    }
    send(text + "\x1B\\");
}

} // namespace Koyeb::Vt
