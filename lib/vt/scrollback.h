// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vt/packedlines.h"

#include <deque>
#include <functional>
#include <memory>

namespace Koyeb::Vt {

/// The rows that left the screen at its top; the oldest are forgotten when there are too many or too large
/// ones. Lines are kept as they were written and laid out in rows for one width at a time; laying them out
/// anew costs next to nothing for those that fit into a row.
class Scrollback {
public:
    struct Limits {
        std::size_t lines = 0;
        std::size_t bytes = 0;
    };

    Scrollback(Limits limits, int columns, Tables &tables)
        : m_limits(limits), m_columns(columns), m_tables(tables)
    {
    }

    /// Adds a row at the end. Call trim() afterwards.
    void push(const Row &row);
    /// Forgets what is beyond the limits.
    void trim();
    void clear();
    /// Lays out all lines for another width. The first row keeps its number.
    void setColumns(int columns);

    [[nodiscard]] LineNumber firstRow() const { return m_firstRow; }
    [[nodiscard]] LineNumber endRow() const { return m_endRow; }
    [[nodiscard]] std::size_t memoryBytes() const;

    /// The number has to be one of a row that is here.
    void read(LineNumber row, Line &line) const;
    [[nodiscard]] bool isWrapped(LineNumber row) const;
    [[nodiscard]] LineSize sizeOf(LineNumber row) const;
    void readInto(LineNumber row, Row &target) const;
    /// What the shell told of the line that begins with this row.
    [[nodiscard]] LineMarks marksOf(LineNumber row) const { return marksOf(find(row)); }
    /// Takes back all rows from this one on.
    void dropFrom(LineNumber row);
    /// The newest line ended after all.
    void closeLast();
    [[nodiscard]] bool isLastOpen() const;

    /// Where a row begins.
    [[nodiscard]] Anchor anchorOf(LineNumber row) const;
    /// Where the next row that is pushed will begin.
    [[nodiscard]] Anchor endAnchor() const;
    struct Place {
        LineNumber row = 0;
        int column = 0; ///< Beyond the edge where the place is behind the end of the line.
    };
    /// Where a line that is here stands; places behind its end are beside its last row.
    [[nodiscard]] Place placeOf(const Anchor &anchor) const;
    [[nodiscard]] std::int64_t firstLine() const { return m_firstLine; }
    [[nodiscard]] std::int64_t endLine() const { return m_endLine; }

    /// The first row, in steps of `direction` (1 or -1) from `from` on, whose line has marks for which `test`
    /// is true; -1: none.
    [[nodiscard]] LineNumber findMark(
        LineNumber from, int direction, const std::function<bool(const LineMarks &)> &test) const;

private:
    struct Block {
        PackedLines lines;
        std::size_t first = 0;       ///< Lines before it are forgotten.
        std::int64_t firstLine = 0;  ///< The number of `first`.
        LineNumber firstRow = 0;     ///< Where `first` begins.
        std::size_t sealedBytes = 0; ///< 0: more is coming.
    };
    struct Found {
        const Block *block = nullptr;
        std::size_t line = 0;
        std::size_t row = 0; ///< Within the line.
    };

    [[nodiscard]] Found find(LineNumber row) const;
    [[nodiscard]] static LineMarks marksOf(const Found &found)
    {
        return found.row == 0 ? found.block->lines.info(found.line).marks : LineMarks{};
    }
    [[nodiscard]] Found findLine(std::int64_t line) const;
    [[nodiscard]] LineNumber firstRowOf(const Found &found) const;
    void addBlock();
    void sealLast();
    void forgetOldest();

    Limits m_limits;
    int m_columns;
    Tables &m_tables;
    std::deque<std::unique_ptr<Block>> m_blocks;
    LineNumber m_firstRow = 0;
    LineNumber m_endRow = 0;
    std::int64_t m_firstLine = 0;
    std::int64_t m_endLine = 0;
    std::size_t m_sealedBytes = 0;
};

} // namespace Koyeb::Vt
