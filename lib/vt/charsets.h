// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace Koyeb::Vt {

enum class Charset : std::uint8_t {
    Ascii,
    British,
    DecGraphics,
    Latin1, ///< Its upper half, in the place of ASCII.
    DecSupplemental,
    // National ones (ISO 646), which differ from ASCII in at most twelve characters.
    Dutch,
    Finnish,
    French,
    FrenchCanadian,
    German,
    Italian,
    NorwegianDanish,
    Spanish,
    Swedish,
    Swiss,
};

/// The four sets that ESC ( ) * + and - . / designate, and which of them is in use.
struct Charsets {
    std::array<Charset, 4> sets{};
    std::uint8_t inUse = 0;  ///< GL: an index into `sets`.
    std::uint8_t single = 0; ///< For the next character only; 0: none.

    [[nodiscard]] bool isPlain() const { return single == 0 && sets[inUse] == Charset::Ascii; }
    /// What a character of ASCII means now.
    [[nodiscard]] char32_t translate(char32_t character);
    /// Intermediates and final character of an escape sequence. `isNational`: national sets may be chosen.
    void designate(std::string_view intermediates, char final, bool isNational);
    /// The same by what designator() tells.
    void designate(std::size_t index, std::string_view designator, bool is96);
    /// What designates the set that stands at this index.
    [[nodiscard]] std::string_view designator(std::size_t index) const;
    /// It has 96 characters instead of 94.
    [[nodiscard]] bool has96(std::size_t index) const { return sets.at(index) == Charset::Latin1; }
};

} // namespace Koyeb::Vt
