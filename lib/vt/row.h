// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vt/cell.h"

#include <cstdint>

namespace Koyeb::Vt {

/// A cell as it is kept on a screen: eight bytes, so that a row of text is written and moved at the speed of
/// memory. What is larger stands in the Tables.
struct GridCell {
    static constexpr std::uint32_t clusterFlag = 1U << 31U;
    static constexpr std::uint32_t styleMask = (1U << 24U) - 1;
    static constexpr unsigned widthShift = 24;

    std::uint32_t text = 0; ///< 0: nothing was written; a code point; or clusterFlag and a cluster's number.
    std::uint32_t attributes = attributesOf(0, 1);

    [[nodiscard]] static constexpr std::uint32_t attributesOf(std::uint32_t style, unsigned width)
    {
        return style | (width << widthShift);
    }
    [[nodiscard]] static constexpr GridCell blank(std::uint32_t style) { return {0, attributesOf(style, 1)}; }

    [[nodiscard]] std::uint32_t style() const { return attributes & styleMask; }
    [[nodiscard]] unsigned width() const { return attributes >> widthShift; } ///< As in Cell.
    [[nodiscard]] bool isCluster() const { return (text & clusterFlag) != 0; }
    [[nodiscard]] std::uint32_t cluster() const { return text & ~clusterFlag; }

    bool operator==(const GridCell &) const = default;
};

/// A row of a screen. Its end, from `used()` on, is blank in one style and not stored: an empty row is made
/// without touching its cells.
class Row {
public:
    Row() = default;
    Row(GridCell *cells, int columns) : m_cells(cells), m_columns(columns) {}

    [[nodiscard]] int columns() const { return m_columns; }
    /// Where the columns end that are seen and written to. Those behind them keep what they had.
    [[nodiscard]] int limit() const { return cellsAcross(m_columns, m_size); }
    [[nodiscard]] LineSize size() const { return m_size; }
    void setSize(LineSize size);
    [[nodiscard]] int used() const { return m_used; }
    [[nodiscard]] std::uint32_t fill() const { return m_fill; } ///< The style of what is not stored.
    [[nodiscard]] const GridCell *cells() const { return m_cells; }
    [[nodiscard]] bool hasWide() const { return m_hasWide; }
    [[nodiscard]] GridCell at(int column) const
    {
        return column < m_used ? m_cells[column] : GridCell::blank(m_fill);
    }

    void clear(std::uint32_t style)
    {
        m_used = 0;
        m_fill = style;
        m_hasWide = false;
        m_size = LineSize::Single;
        wrapped = false;
        marks = {};
    }
    /// Printable ASCII that fits.
    void writeAscii(int column, const char *text, int count, std::uint32_t style);
    /// Characters of one width, 1 or 2, that fit.
    void write(int column, const char32_t *text, int count, int width, std::uint32_t style);
    void put(int column, std::uint32_t text, int width, std::uint32_t style);
    /// Replaces the text of a cell, and its width if that fits.
    void replace(int column, std::uint32_t text, int width);
    void erase(int first, int end, std::uint32_t style);
    void setStyle(int column, std::uint32_t style);
    /// Moves [first, end) to the right by `count`; what goes beyond `end` is lost.
    void insert(int first, int end, int count, std::uint32_t style);
    /// Takes `count` cells out at `first`; blanks come in before `end`.
    void remove(int first, int end, int count, std::uint32_t style);
    /// Copies cells of another row, or of this one, over [target, target + count).
    void copyFrom(const Row &source, int first, int count, int target);
    /// The same content in other memory.
    void moveTo(GridCell *cells, int columns);

    bool wrapped = false; ///< The text goes on in the next row.
    LineMarks marks;

private:
    void store(int end);
    void separate(int edge);

    GridCell *m_cells = nullptr;
    int m_columns = 0;
    int m_used = 0;
    std::uint32_t m_fill = 0;
    LineSize m_size = LineSize::Single;
    bool m_hasWide = false; ///< There may be wide characters.
};

} // namespace Koyeb::Vt
