// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vt/cell.h"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <vector>

namespace Koyeb::Vt {

/// A row without its grid: text as UTF-8 and one run for each stretch of cells of the same kind. A line of
/// plain text costs about as many bytes as it has characters, where cells would cost thirty times that.
class PackedLine {
public:
    PackedLine() = default;
    /// Trailing cells that were never written and have the default background are left out.
    explicit PackedLine(const Line &line);

    void unpack(Line &line) const;
    [[nodiscard]] std::size_t memoryBytes() const;

private:
    struct Run {
        Style style;
        std::uint16_t cells = 0;
        std::uint8_t width = 1;
        std::uint8_t codePoints = 0; ///< Of each cell; 0: blank.
    };

    std::string m_text;
    std::vector<Run> m_runs;
    bool m_wrapped = false;
};

/// The rows that left the screen at its top; the oldest are forgotten when there are too many or too large
/// ones.
class Scrollback {
public:
    explicit Scrollback(std::size_t maximumLines, std::size_t maximumBytes);

    void push(const Line &line);
    /// Takes back the newest row. There must be one.
    void popNewest(Line &line);
    void clear();

    [[nodiscard]] std::size_t size() const { return m_lines.size(); }
    [[nodiscard]] std::size_t memoryBytes() const { return m_bytes; }
    /// How many rows were forgotten since the start; the number of the oldest row that is still here.
    [[nodiscard]] LineNumber forgotten() const { return m_forgotten; }
    /// `index` counts from the oldest row.
    void read(std::size_t index, Line &line) const;

private:
    void forgetOldest();

    std::deque<PackedLine> m_lines;
    std::size_t m_maximumLines;
    std::size_t m_maximumBytes;
    std::size_t m_bytes = 0;
    LineNumber m_forgotten = 0;
};

} // namespace Koyeb::Vt
