// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vt/row.h"
#include "vt/tables.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace Koyeb::Vt {

/// Some hundred lines without a grid: their text as UTF-8, one run for each stretch of cells of the same
/// kind, and the styles that occur. A line of plain text costs about as many bytes as it has characters,
/// where cells would cost eight times that. Lines are logical ones: how many rows one takes depends on the
/// width.
class PackedLines {
public:
    /// A longer line is cut: it goes on in the next one.
    static constexpr std::uint32_t maximumLineCells = 8192;

    struct Info {
        std::uint32_t text = 0; ///< Where it begins; it ends where the next one does.
        std::uint32_t run = 0;
        std::uint32_t cells = 0;
        bool isOpen = false; ///< It goes on behind its last cell.
        bool hasWide = false;
        LineSize size = LineSize::Single; ///< Of all its rows.
        LineMarks marks;
    };

    /// Reads the characters of one line, one after the other.
    class Reader {
    public:
        Reader(const PackedLines &lines, std::size_t line, int columns);

        /// Goes to the start of a row of the line.
        void skipRows(std::size_t rows);
        /// False at the end of the row; then the next call begins with the next row.
        [[nodiscard]] bool next();
        [[nodiscard]] bool atEnd() const { return m_run >= m_endRun; }

        [[nodiscard]] std::string_view text() const { return m_text; } ///< Empty: blank.
        [[nodiscard]] int width() const { return m_lines.m_runs[m_glyphRun].width; }
        [[nodiscard]] int column() const { return m_glyphColumn; }
        [[nodiscard]] std::uint16_t style() const { return m_lines.m_runs[m_glyphRun].style; }
        // Where the next character is kept.
        [[nodiscard]] std::size_t run() const { return m_run; }
        [[nodiscard]] std::uint32_t glyphInRun() const { return m_glyph; }
        [[nodiscard]] std::size_t position() const { return m_position; }

    private:
        [[nodiscard]] std::size_t glyphBytes() const;

        const PackedLines &m_lines;
        std::size_t m_run;
        std::size_t m_endRun;
        std::size_t m_position;
        std::uint32_t m_glyph = 0;
        int m_columns;
        int m_column = 0;
        std::string_view m_text;
        std::size_t m_glyphRun = 0;
        int m_glyphColumn = 0;
    };

    PackedLines();

    [[nodiscard]] std::size_t size() const { return m_infos.size(); }
    [[nodiscard]] const Info &info(std::size_t line) const { return m_infos[line]; }
    [[nodiscard]] const Style &style(std::uint16_t number) const { return m_styles[number]; }
    [[nodiscard]] bool isFull() const;
    [[nodiscard]] std::size_t memoryBytes() const;

    /// Adds a line without cells.
    void beginLine(LineSize size);
    /// Adds a row to the last line.
    void append(const Row &row, const Tables &tables);
    void closeLast() { m_infos.back().isOpen = false; }
    /// Leaves only so many rows of the last line, which then is open; none: takes the line away.
    void keepRows(std::size_t rows, int columns);
    /// Nothing more will be added for now: gives back what memory is spare.
    void seal();

    [[nodiscard]] std::size_t rowsOf(std::size_t line, int columns) const;
    [[nodiscard]] std::size_t totalRows(int columns) const;
    /// Every line fits into one row.
    [[nodiscard]] bool areAllShort(int columns) const
    {
        return m_longest <= static_cast<std::uint32_t>(columns);
    }

private:
    /// So many characters of the same style, width and number of code points.
    struct Run {
        std::uint16_t style = 0;
        std::uint16_t glyphs = 0;
        std::uint8_t width = 1;
        std::uint8_t codePoints = 0; ///< Of each; 0: blank.
        bool isAscii = false;        ///< One byte each.
    };

    [[nodiscard]] std::uint16_t localStyle(std::uint32_t number, const Tables &tables);
    void appendStretch(const GridCell *cells, int count, const Tables &tables);
    void appendAscii(const GridCell *cells, int count, std::uint16_t style);
    int appendOthers(const GridCell *cells, int count, std::uint16_t style, const Tables &tables);
    void appendGlyph(const GridCell &cell, std::uint16_t style, const Tables &tables);
    void addToRun(Run kind, std::uint32_t glyphs);
    [[nodiscard]] std::size_t endRunOf(std::size_t line) const;

    std::string m_text;
    std::vector<Run> m_runs;
    std::vector<Info> m_infos;
    std::vector<Style> m_styles;
    std::uint32_t m_longest = 0; ///< Columns of the longest line that was ever here.
};

/// How many cells of a row are worth keeping: without blanks at its end, unless the text goes on behind them.
[[nodiscard]] int packedCellsOf(const Row &row);

} // namespace Koyeb::Vt
