// SPDX-License-Identifier: Apache-2.0
// Emulator: where the cursor goes, the margins that confine it, and its tab stops.
#include "vt/emulator.h"

#include <algorithm>

namespace Koyeb::Vt {

bool Emulator::isInsideColumns() const
{
    return m_cursor.column >= m_leftMargin && m_cursor.column < m_rightMargin;
}

bool Emulator::isInsideMargins() const
{
    return isInsideColumns() && m_cursor.row >= m_topMargin && m_cursor.row < m_bottomMargin;
}

/// The column before which text has to end that is at this place.
int Emulator::limitAt(int row, int column) const
{
    return std::min(column < m_rightMargin ? m_rightMargin : columns(), lineEnd(row));
}

/// The same for the cursor, which always has room for a character.
int Emulator::rightLimit() const
{
    return std::max(limitAt(m_cursor.row, m_cursor.column), m_cursor.column + 1);
}

/// The cursor came to a row whose characters may be larger. (xterm lets it stand where nothing is seen.)
void Emulator::confineToLine()
{
    if (const int end = lineEnd(m_cursor.row); m_cursor.column >= end) {
        m_cursor.column = end - 1;
        m_cursor.isWrapPending = false;
    }
}

void Emulator::moveTo(int row, int column)
{
    m_cursor.row = std::clamp(row, 0, rows() - 1);
    m_cursor.column = std::clamp(column, 0, lineEnd(m_cursor.row) - 1);
    m_cursor.isWrapPending = false;
}

/// As moveTo(), but counted from where the origin mode says, and confined to that area.
void Emulator::moveToOrigin(int row, int column)
{
    if (!m_flags.originMode) {
        moveTo(row, column);
        return;
    }
    moveTo(
        std::min(m_topMargin + row, m_bottomMargin - 1), std::min(m_leftMargin + column, m_rightMargin - 1));
}

int Emulator::rowInOrigin() const
{
    return m_cursor.row - (m_flags.originMode ? m_topMargin : 0);
}

int Emulator::columnInOrigin() const
{
    return m_cursor.column - (m_flags.originMode ? m_leftMargin : 0);
}

void Emulator::moveUp(int count)
{
    const int top = m_cursor.row >= m_topMargin ? m_topMargin : 0;
    moveTo(std::max(m_cursor.row - count, top), m_cursor.column);
}

void Emulator::moveDown(int count)
{
    const int bottom = m_cursor.row < m_bottomMargin ? m_bottomMargin : rows();
    moveTo(std::min(m_cursor.row + count, bottom - 1), m_cursor.column);
}

void Emulator::moveRight(int count)
{
    moveTo(m_cursor.row, std::min(m_cursor.column + count, rightLimit() - 1));
}

void Emulator::moveLeft(int count)
{
    const bool wraps = (m_flags.reverseWrap || m_flags.extendedReverseWrap) && m_flags.autoWrap;
    if (wraps && m_cursor.isWrapPending) {
        --count; // The cursor is behind the last column, where it only looks as if on it.
        m_cursor.isWrapPending = false;
    }
    const int left = m_cursor.column >= m_leftMargin ? m_leftMargin : 0;
    if (!wraps || count <= m_cursor.column - left) {
        moveTo(m_cursor.row, std::max(m_cursor.column - count, left));
        return;
    }
    // The rows are one ring of text: before the first one comes the last one, as with xterm's original mode.
    const bool isInsideRows = m_cursor.row >= m_topMargin && m_cursor.row < m_bottomMargin;
    const int top = isInsideRows ? m_topMargin : 0;
    const int height = isInsideRows ? m_bottomMargin - m_topMargin : rows();
    const int width = m_rightMargin - left;
    const int beyond = (count - (m_cursor.column - left) - 1) % (width * height);
    const int row = m_cursor.row - top - 1 - beyond / width;
    moveTo(top + (row < 0 ? row + height : row), m_rightMargin - 1 - beyond % width);
}

void Emulator::tabForward(int count)
{
    const int last = std::min(m_rightMargin, lineEnd(m_cursor.row)) - 1;
    int column = m_cursor.column;
    for (; count > 0 && column < last; --count) {
        do {
            ++column;
        } while (column < last && !m_tabs[static_cast<std::size_t>(column)]);
    }
    m_cursor.column = std::min(column, last);
}

void Emulator::tabBack(int count)
{
    const int first = m_flags.originMode ? m_leftMargin : 0;
    int column = m_cursor.column;
    for (; count > 0 && column > first; --count) {
        do {
            --column;
        } while (column > first && !m_tabs[static_cast<std::size_t>(column)]);
    }
    moveTo(m_cursor.row, column);
}

void Emulator::resetTabs()
{
    m_tabs.assign(static_cast<std::size_t>(columns()), false);
    for (std::size_t column = 8; column < m_tabs.size(); column += 8) {
        m_tabs[column] = true;
    }
}

void Emulator::editTabs(const ControlSequence &sequence)
{
    if (sequence.final == 'W') {
        if (sequence.value(0) == 5) {
            resetTabs();
        }
    } else if (sequence.value(0) == 0) {
        m_tabs[static_cast<std::size_t>(m_cursor.column)] = false;
    } else if (sequence.value(0) == 3) {
        std::fill(m_tabs.begin(), m_tabs.end(), false);
    }
}

void Emulator::resetMargins()
{
    m_topMargin = 0;
    m_bottomMargin = rows();
    m_leftMargin = 0;
    m_rightMargin = columns();
}

void Emulator::setVerticalMargins(const ControlSequence &sequence)
{
    const int top = sequence.amount(0) - 1;
    const int given = sequence.value(1);
    const int bottom = given == 0 ? rows() : std::min(given, rows());
    if (top + 1 < bottom) {
        m_topMargin = top;
        m_bottomMargin = bottom;
        moveToOrigin(0, 0);
    }
}

void Emulator::setHorizontalMargins(const ControlSequence &sequence)
{
    const int left = sequence.amount(0) - 1;
    const int given = sequence.value(1);
    const int right = given == 0 ? columns() : std::min(given, columns());
    if (left + 1 < right) {
        m_leftMargin = left;
        m_rightMargin = right;
        moveToOrigin(0, 0);
    }
}

bool Emulator::moveByControl(const ControlSequence &sequence)
{
    using C = ControlSequence;
    const int amount = sequence.amount();
    switch (sequence.function()) {
    case C::functionOf('A'):
    case C::functionOf('k'): // VPB
        moveUp(amount);
        return true;
    case C::functionOf('B'):
        moveDown(amount);
        return true;
    case C::functionOf('C'):
        moveRight(amount);
        return true;
    case C::functionOf('a'): // HPR and VPR: like positions, they know no margins but those of the origin.
        moveToOrigin(rowInOrigin(), columnInOrigin() + amount);
        return true;
    case C::functionOf('e'):
        moveToOrigin(rowInOrigin() + amount, columnInOrigin());
        return true;
    case C::functionOf('D'):
    case C::functionOf('j'): // HPB
        moveLeft(amount);
        return true;
    case C::functionOf('E'):
        moveDown(amount);
        carriageReturn();
        return true;
    case C::functionOf('F'):
        moveUp(amount);
        carriageReturn();
        return true;
    case C::functionOf('G'):
    case C::functionOf('`'):
        moveToOrigin(rowInOrigin(), amount - 1);
        return true;
    case C::functionOf('d'):
        moveToOrigin(amount - 1, columnInOrigin());
        return true;
    case C::functionOf('H'):
    case C::functionOf('f'):
        moveToOrigin(sequence.amount(0) - 1, sequence.amount(1) - 1);
        return true;
    case C::functionOf('I'):
        tabForward(amount);
        return true;
    case C::functionOf('Z'):
        tabBack(amount);
        return true;
    default:
        return confineByControl(sequence);
    }
}

/// Tab stops, margins, and the cursor that is saved.
bool Emulator::confineByControl(const ControlSequence &sequence)
{
    using C = ControlSequence;
    switch (sequence.function()) {
    case C::functionOf('g'):
    case C::functionOf('W', 0, '?'):
        editTabs(sequence);
        return true;
    case C::functionOf('r'):
        setVerticalMargins(sequence);
        return true;
    case C::functionOf('s'):
        if (m_flags.horizontalMargins) {
            setHorizontalMargins(sequence);
        } else {
            saveCursor();
        }
        return true;
    case C::functionOf('u'):
        restoreCursor();
        return true;
    default:
        return false;
    }
}

void Emulator::saveCursor()
{
    ofBuffer().saved = {m_cursor, m_screen.pen(), m_charsets, m_flags.originMode};
}

void Emulator::restoreCursor()
{
    const SavedCursor &saved = ofBuffer().saved;
    m_flags.originMode = saved.originMode;
    m_charsets = saved.charsets;
    m_screen.setPen(saved.pen);
    updatePlain();
    m_cursor = saved.place;
    confineToLine();
}

} // namespace Koyeb::Vt
