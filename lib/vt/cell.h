// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

namespace Koyeb::Vt {

/// A colour as the program asked for it. What "default" and the 256 palette entries look like is the view's
/// choice.
struct Colour {
    enum class Kind : std::uint8_t { Default, Indexed, Rgb };

    Kind kind = Kind::Default;
    std::uint8_t red = 0; ///< For Indexed: the palette's index, 0 to 255.
    std::uint8_t green = 0;
    std::uint8_t blue = 0;

    [[nodiscard]] static constexpr Colour indexed(std::uint8_t index) { return {Kind::Indexed, index, 0, 0}; }
    [[nodiscard]] static constexpr Colour rgb(std::uint8_t r, std::uint8_t g, std::uint8_t b)
    {
        return {Kind::Rgb, r, g, b};
    }
    [[nodiscard]] constexpr std::uint8_t index() const { return red; }

    bool operator==(const Colour &) const = default;
};

enum class Underline : std::uint8_t { None, Single, Double, Curly, Dotted, Dashed };

/// Names a hyperlink (OSC 8); Terminal::linkTarget() knows where it leads. 0: none.
using LinkId = std::uint32_t;

/// How a cell is drawn.
struct Style {
    Colour foreground{};
    Colour background{};
    Colour underlineColour{}; ///< Default: that of the text.
    Underline underline = Underline::None;
    bool bold : 1 = false;
    bool dim : 1 = false;
    bool italic : 1 = false;
    bool blink : 1 = false;
    bool reverse : 1 = false;
    bool invisible : 1 = false;
    bool strikeOut : 1 = false;
    bool overline : 1 = false;
    bool isProtected : 1 = false; ///< Selective erasing leaves it (DECSCA). Not visible.
    std::uint8_t unused : 7 = 0;  ///< With this and the next one no bit is without a value: see words().
    std::uint8_t unusedToo = 0;
    LinkId link = 0;

    /// All of it, to be compared and hashed at once.
    struct Words {
        std::uint64_t first = 0;
        std::uint64_t second = 0;
        std::uint32_t third = 0;
    };
    [[nodiscard]] Words words() const
    {
        Words words;
        const auto *const bytes = reinterpret_cast<const char *>(this);
        std::memcpy(&words.first, bytes, sizeof words.first);
        std::memcpy(&words.second, bytes + sizeof words.first, sizeof words.second);
        words.third = link;
        return words;
    }
    bool operator==(const Style &other) const
    {
        const Words one = words();
        const Words two = other.words();
        return ((one.first ^ two.first) | (one.second ^ two.second) | (one.third ^ two.third)) == 0;
    }
};

static_assert(sizeof(Style) == 20, "words() covers it");

/// One place of the grid.
struct Cell {
    /// A grapheme cluster: enough for the longest emoji of Unicode; what exceeds this is dropped.
    static constexpr std::size_t maximumCodePoints = 10;

    std::array<char32_t, maximumCodePoints>
        text{};             ///< Ends at the first zero; all zero: nothing was written here.
    std::uint8_t width = 1; ///< 1, 2 (also covers the next cell), or 0: covered by the one before.
    Style style;

    [[nodiscard]] bool isBlank() const { return text[0] == 0 || (text[0] == U' ' && text[1] == 0); }
    [[nodiscard]] std::size_t codePointCount() const
    {
        std::size_t count = 0;
        while (count < text.size() && text[count] != 0) {
            ++count;
        }
        return count;
    }

    bool operator==(const Cell &) const = default;
};

/// What a shell can tell of a place (OSC 133): where its prompt, what is typed and the output begin, and
/// where the output ended.
enum class Mark : std::uint8_t { Prompt, Command, Output, End };

/// What a shell told of a line, so that one can jump from prompt to prompt. Of each kind a line has one.
struct LineMarks {
    static constexpr std::size_t kinds = 4;
    static constexpr std::int16_t unknownExitCode = -1;

    std::uint8_t present = 0;                ///< A bit for each kind.
    std::int16_t exitCode = unknownExitCode; ///< Of Mark::End.
    /// Where each stands: so many cells behind the start of the row that carries the marks. That may be in a
    /// row that follows, where the line goes on.
    std::array<std::uint16_t, kinds> cells{};

    [[nodiscard]] bool isNone() const { return present == 0; }
    [[nodiscard]] bool has(Mark mark) const { return (present & bitOf(mark)) != 0; }
    [[nodiscard]] int cellOf(Mark mark) const { return cells[static_cast<std::size_t>(mark)]; }
    void set(Mark mark, int cell)
    {
        present = static_cast<std::uint8_t>(present | bitOf(mark));
        cells[static_cast<std::size_t>(mark)] = static_cast<std::uint16_t>(cell);
    }
    /// Takes over what another row carries, which begins so many cells behind this one: what came later
    /// counts.
    void add(const LineMarks &other, int offset)
    {
        for (std::size_t kind = 0; kind < kinds; ++kind) {
            const auto mark = static_cast<Mark>(kind);
            if (other.has(mark)) {
                set(mark, offset + other.cellOf(mark));
            }
        }
        exitCode = other.has(Mark::End) ? other.exitCode : exitCode;
    }

    bool operator==(const LineMarks &) const = default;

private:
    [[nodiscard]] static constexpr unsigned bitOf(Mark mark) { return 1U << static_cast<unsigned>(mark); }
};

/// How large the characters of a row are (DECDHL, DECDWL). What is as high as two rows a program writes
/// twice: into the row with its upper halves, and into the one with its lower halves.
enum class LineSize : std::uint8_t { Single, DoubleWidth, DoubleTop, DoubleBottom };

/// So many cells of this size a row has that is so many columns wide; at least one wide character.
[[nodiscard]] constexpr int cellsAcross(int columns, LineSize size)
{
    return size == LineSize::Single || columns < 3 ? columns : std::max(columns / 2, 2);
}

/// One row, of the screen or of the scrollback.
struct Line {
    std::vector<Cell> cells;
    LineSize size = LineSize::Single;
    bool wrapped = false; ///< The program did not end this line here: it ran over the edge into the next row.
    LineMarks marks;      ///< Of the line that begins with this row.
};

/// Counts rows from the start of the session: a number means the same row for as long as that row exists and
/// the width does not change.
using LineNumber = std::int64_t;

/// A place between cells: before the cell `column` of a row. It stays with its row when that scrolls away.
struct Position {
    LineNumber line = 0;
    int column = 0;

    // NOLINTNEXTLINE(modernize-use-nullptr): clang 14 means the comparison with 0 in it.
    auto operator<=>(const Position &) const = default;
};

/// A place in the text of the main screen and its scrollback that stays valid when the width changes: see
/// Terminal::anchorOf().
struct Anchor {
    std::int64_t line = 0; ///< Counts lines as programs wrote them, from the start of the session.
    int cell = 0;          ///< Within the line.

    bool operator==(const Anchor &) const = default;
};

struct Size {
    int columns = 80;
    int rows = 24;

    bool operator==(const Size &) const = default;
};

} // namespace Koyeb::Vt
