// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
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

enum class Underline : std::uint8_t { None, Single, Double, Curly };

/// How a cell is drawn.
struct Style {
    Colour foreground{};
    Colour background{};
    Underline underline = Underline::None;
    bool bold : 1 = false;
    bool italic : 1 = false;
    bool blink : 1 = false;
    bool reverse : 1 = false;
    bool strikeOut : 1 = false;

    bool operator==(const Style &) const = default;
};

/// One place of the grid.
struct Cell {
    /// A base character and the marks that combine with it; what exceeds this is dropped.
    static constexpr std::size_t maximumCodePoints = 4;

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

/// One row, of the screen or of the scrollback.
struct Line {
    std::vector<Cell> cells;
    bool wrapped = false; ///< The program did not end this line here: it ran over the edge into the next row.
};

/// Counts rows from the start of the session: a number means the same row for as long as that row exists.
using LineNumber = std::int64_t;

struct Size {
    int columns = 80;
    int rows = 24;

    bool operator==(const Size &) const = default;
};

} // namespace Koyeb::Vt
