// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace Koyeb::Vt {

enum class Charset : std::uint8_t { Ascii, British, DecGraphics };

/// The four sets that ESC ( ) * + designate, and which of them is in use.
struct Charsets {
    std::array<Charset, 4> sets{};
    std::uint8_t inUse = 0;  ///< GL: an index into `sets`.
    std::uint8_t single = 0; ///< For the next character only; 0: none.

    [[nodiscard]] bool isPlain() const { return single == 0 && sets[inUse] == Charset::Ascii; }
    /// What a character of ASCII means now.
    [[nodiscard]] char32_t translate(char32_t character)
    {
        const Charset set = sets[single != 0 ? single : inUse];
        single = 0;
        if (set == Charset::British) {
            return character == U'#' ? U'£' : character;
        }
        constexpr std::u32string_view graphics = U" ◆▒␉␌␍␊°±␤␋┘┐┌└┼⎺⎻─⎼⎽├┤┴┬│≤≥π≠£·";
        const bool isGraphic = set == Charset::DecGraphics && character >= 0x5F && character < 0x7F;
        return isGraphic ? graphics[character - 0x5F] : character;
    }
    void designate(std::size_t index, char final)
    {
        sets.at(index) = final == '0'   ? Charset::DecGraphics
                         : final == 'A' ? Charset::British
                                        : Charset::Ascii;
    }
};

} // namespace Koyeb::Vt
