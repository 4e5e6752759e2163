// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vt/cell.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace Koyeb::Vt {

class Terminal;

/// A line as the program wrote it: rows that ran over the edge joined, as UTF-8, with the way back from its
/// bytes to cells. For searching it, and for finding addresses in it.
class LogicalLine {
public:
    /// A line ends here at the latest, so that a stream without line ends cannot make a search slow.
    static constexpr int maximumRows = 1000;

    /// Reads the line that the row belongs to (reusing memory): at most so many rows of it before the row and
    /// from the row on.
    void read(const Terminal &terminal, LineNumber row, int rows = maximumRows);

    [[nodiscard]] const std::string &text() const { return m_text; }
    [[nodiscard]] LineNumber firstRow() const { return m_first; }
    [[nodiscard]] LineNumber endRow() const { return m_end; } ///< The row behind the line.
    /// Where the cell begins that this byte of text() belongs to; behind the last one for the end of the
    /// text.
    [[nodiscard]] Position positionAt(std::size_t byte) const;
    /// Where the cell ends that the byte before this one belongs to: the end of a match.
    [[nodiscard]] Position endAt(std::size_t byte) const;
    /// The byte at which a cell begins; that of the next one where nothing begins.
    [[nodiscard]] std::size_t byteAt(Position position) const;

private:
    struct CellStart {
        std::uint32_t byte = 0;
        std::int32_t row = 0; ///< From the first one.
        std::int32_t column = 0;
        std::int32_t width = 1;
    };

    void append(const Line &line, int row);
    [[nodiscard]] const CellStart &cellAt(std::size_t byte) const;

    LineNumber m_first = 0;
    LineNumber m_end = 0;
    std::string m_text;
    std::vector<CellStart> m_cells; ///< The last one stands for the end.
};

} // namespace Koyeb::Vt
