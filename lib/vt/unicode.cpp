// SPDX-License-Identifier: Apache-2.0
#include "vt/unicode.h"

#include <algorithm>
#include <array>
#include <utf8proc.h>
#include <utility>
#include <vector>

namespace Koyeb::Vt {

namespace {

[[nodiscard]] const utf8proc_property_t &propertiesOf(char32_t codePoint)
{
    return *utf8proc_get_property(static_cast<utf8proc_int32_t>(codePoint));
}

[[nodiscard]] bool isIn(char32_t codePoint, char32_t first, char32_t last)
{
    return codePoint >= first && codePoint <= last;
}

/// Ambiguous in UAX #11, as far as it matters: letters and signs that old East Asian fonts drew wide.
constexpr std::array ambiguousRanges = {
    std::pair{0x00A1, 0x00A1}, std::pair{0x00A4, 0x00A4}, std::pair{0x00A7, 0x00A8},
    std::pair{0x00AA, 0x00AA}, std::pair{0x00AE, 0x00AE}, std::pair{0x00B0, 0x00B4},
    std::pair{0x00B6, 0x00BA}, std::pair{0x00BC, 0x00BF}, std::pair{0x00C6, 0x00C6},
    std::pair{0x00D0, 0x00D0}, std::pair{0x00D7, 0x00D8}, std::pair{0x00DE, 0x00E1},
    std::pair{0x00E6, 0x00E6}, std::pair{0x00E8, 0x00EA}, std::pair{0x00EC, 0x00ED},
    std::pair{0x00F0, 0x00F0}, std::pair{0x00F2, 0x00F3}, std::pair{0x00F7, 0x00FA},
    std::pair{0x00FC, 0x00FC}, std::pair{0x00FE, 0x00FE}, std::pair{0x0391, 0x03A9},
    std::pair{0x03B1, 0x03C9}, std::pair{0x0401, 0x0401}, std::pair{0x0410, 0x044F},
    std::pair{0x0451, 0x0451}, std::pair{0x2010, 0x2010}, std::pair{0x2013, 0x2016},
    std::pair{0x2018, 0x2019}, std::pair{0x201C, 0x201D}, std::pair{0x2020, 0x2022},
    std::pair{0x2024, 0x2027}, std::pair{0x2030, 0x2030}, std::pair{0x2032, 0x2033},
    std::pair{0x2035, 0x2035}, std::pair{0x203B, 0x203B}, std::pair{0x203E, 0x203E},
    std::pair{0x2103, 0x2103}, std::pair{0x2109, 0x2109}, std::pair{0x2116, 0x2116},
    std::pair{0x2121, 0x2122}, std::pair{0x2153, 0x2154}, std::pair{0x215B, 0x215E},
    std::pair{0x2160, 0x216B}, std::pair{0x2170, 0x2179}, std::pair{0x2190, 0x2199},
    std::pair{0x21D2, 0x21D2}, std::pair{0x21D4, 0x21D4}, std::pair{0x2200, 0x2200},
    std::pair{0x2202, 0x2203}, std::pair{0x2207, 0x2208}, std::pair{0x220B, 0x220B},
    std::pair{0x220F, 0x220F}, std::pair{0x2211, 0x2211}, std::pair{0x221A, 0x221A},
    std::pair{0x221D, 0x2220}, std::pair{0x2223, 0x2223}, std::pair{0x2225, 0x2225},
    std::pair{0x2227, 0x222C}, std::pair{0x2234, 0x2237}, std::pair{0x2248, 0x2248},
    std::pair{0x2260, 0x2261}, std::pair{0x2264, 0x2267}, std::pair{0x2282, 0x2283},
    std::pair{0x2312, 0x2312}, std::pair{0x2460, 0x24E9}, std::pair{0x24EB, 0x254B},
    std::pair{0x2550, 0x2573}, std::pair{0x2580, 0x258F}, std::pair{0x2592, 0x2595},
    std::pair{0x25A0, 0x25A1}, std::pair{0x25B2, 0x25B3}, std::pair{0x25BC, 0x25BD},
    std::pair{0x25C6, 0x25C8}, std::pair{0x25CB, 0x25CB}, std::pair{0x25CE, 0x25D1},
    std::pair{0x2605, 0x2606}, std::pair{0x2640, 0x2640}, std::pair{0x2642, 0x2642},
    std::pair{0x2660, 0x2661}, std::pair{0x266A, 0x266A}, std::pair{0xE000, 0xF8FF},
    std::pair{0xFFFD, 0xFFFD},
};

[[nodiscard]] bool isAmbiguous(char32_t codePoint)
{
    const auto value = static_cast<int>(codePoint);
    const auto range = std::lower_bound(
        ambiguousRanges.begin(), ambiguousRanges.end(), value,
        [](const std::pair<int, int> &candidate, int wanted) { return candidate.second < wanted; });
    return range != ambiguousRanges.end() && range->first <= value;
}

[[nodiscard]] bool findInvisible(char32_t codePoint)
{
    if (codePoint < 0xAD) {
        return false;
    }
    const bool isJoiner = codePoint == 0x200C || codePoint == 0x200D;
    const bool isTag = isIn(codePoint, 0xE0020, 0xE007F);
    return !isJoiner && !isTag && propertiesOf(codePoint).category == UTF8PROC_CATEGORY_CF;
}

[[nodiscard]] int findColumns(char32_t codePoint)
{
    // The vowels and final consonants of Hangul are letters, but are drawn inside the syllable before them.
    if (isIn(codePoint, 0x1160, 0x11FF) || isIn(codePoint, 0xD7B0, 0xD7FB)) {
        return 0;
    }
    if (isIn(codePoint, 0xE000, 0xF8FF)) {
        return 1; // Private use: icons of fonts made for terminals.
    }
    const utf8proc_property_t &properties = propertiesOf(codePoint);
    const int columns = properties.charwidth;
    switch (properties.category) {
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_ME:
    case UTF8PROC_CATEGORY_CF:
        return 0;
    case UTF8PROC_CATEGORY_MC:
        return columns;
    default:
        return std::max(columns, 1); // 0: assigned after the tables were made.
    }
}

/// Everything else keeps a cell of its own, whatever goes before it.
[[nodiscard]] bool findMayJoin(char32_t codePoint)
{
    switch (propertiesOf(codePoint).boundclass) {
    case UTF8PROC_BOUNDCLASS_EXTEND:
    case UTF8PROC_BOUNDCLASS_ZWJ:
    case UTF8PROC_BOUNDCLASS_SPACINGMARK:
    case UTF8PROC_BOUNDCLASS_EXTENDED_PICTOGRAPHIC:
    case UTF8PROC_BOUNDCLASS_REGIONAL_INDICATOR:
    case UTF8PROC_BOUNDCLASS_L:
    case UTF8PROC_BOUNDCLASS_V:
    case UTF8PROC_BOUNDCLASS_T:
    case UTF8PROC_BOUNDCLASS_LV:
    case UTF8PROC_BOUNDCLASS_LVT:
        return true;
    default:
        return false;
    }
}

[[nodiscard]] std::vector<CharacterClass> makeTable()
{
    std::vector<CharacterClass> table(classTableSize);
    for (std::size_t i = 0; i < classTableSize; ++i) {
        table[i] = findClass(static_cast<char32_t>(i));
    }
    return table;
}

} // namespace

CharacterClass findClass(char32_t codePoint)
{
    CharacterClass found;
    found.columns = static_cast<std::uint8_t>(findColumns(codePoint)) & 3U;
    found.isAmbiguous = isAmbiguous(codePoint);
    found.isInvisible = findInvisible(codePoint);
    found.mayJoin = findMayJoin(codePoint);
    return found;
}

const CharacterClass *classTable()
{
    static const std::vector<CharacterClass> table = makeTable();
    return table.data();
}

bool isEmojiBase(char32_t codePoint)
{
    const bool isKeycap = isIn(codePoint, U'0', U'9') || codePoint == U'#' || codePoint == U'*';
    return isKeycap || (codePoint > 0x7F &&
                        propertiesOf(codePoint).boundclass == UTF8PROC_BOUNDCLASS_EXTENDED_PICTOGRAPHIC);
}

bool ClusterBreaker::asksTables(char32_t next)
{
    const auto previous = static_cast<utf8proc_int32_t>(m_previous);
    if (utf8proc_grapheme_break_stateful(previous, static_cast<utf8proc_int32_t>(next), &m_state) != 0) {
        return false;
    }
    m_previous = next;
    return true;
}

} // namespace Koyeb::Vt
