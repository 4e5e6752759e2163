// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vt/cell.h"

#include <string>

namespace Koyeb::Vt {

class Terminal;

/// What a person marked, from where the button went down to where the pointer is. Ends are grown to whole
/// words or lines as the unit asks. It must be cleared when the rows that it covers are replaced by those of
/// another buffer; when the width changes, it can be kept by anchors() before and moveTo() after.
class Selection {
public:
    enum class Unit : std::uint8_t { Character, Word, Line, Block };

    /// The columns of one row: [first, end).
    struct Columns {
        int first = 0;
        int end = 0;
        [[nodiscard]] bool isEmpty() const { return first >= end; }
    };

    /// Begins at `position`. A selection by character is empty until it is extended.
    void begin(const Terminal &terminal, Position position, Unit unit);
    void extendTo(const Terminal &terminal, Position position);
    void clear();

    /// The ends as places in the text.
    struct Anchors {
        Anchor anchor;
        Anchor head;
    };
    [[nodiscard]] Anchors anchors(const Terminal &terminal) const;
    /// Marks the same text again; clears the selection when that is gone.
    void moveTo(const Terminal &terminal, const Anchors &anchors);

    [[nodiscard]] bool isActive() const { return m_isActive; } ///< Begun and not cleared.
    [[nodiscard]] bool isEmpty() const;
    /// What is marked of a row; beyond the row's own end where the selection goes on.
    [[nodiscard]] Columns columnsOf(LineNumber line) const;

    /// Whether rows that ran over the edge are one line of what is marked; those of a block are not.
    [[nodiscard]] bool joinsWrappedRows() const { return m_unit != Unit::Block; }

    /// The marked text as UTF-8. Rows that ran over the edge are joined, blanks at the ends of rows are left
    /// out.
    [[nodiscard]] std::string text(const Terminal &terminal) const;

private:
    void update(const Terminal &terminal);

    bool m_isActive = false;
    Unit m_unit = Unit::Character;
    Position m_anchor; ///< Where the button went down.
    Position m_head;   ///< Where the pointer is.
    Position m_first;  ///< The grown selection: [m_first, m_end).
    Position m_end;
};

/// The text of some columns of a row, without blanks at its end.
[[nodiscard]] std::string textOf(const Line &line, int firstColumn, int endColumn);
/// The same of a row that goes on in the next one: blanks before the edge are part of the text then.
[[nodiscard]] std::string textGoingOn(const Line &line, int firstColumn, int endColumn);

} // namespace Koyeb::Vt
