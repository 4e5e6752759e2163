// SPDX-License-Identifier: Apache-2.0
#include "vt/unicode.h"

#include "vt/ambiguouswidth.h"

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
    found.isAmbiguous = found.columns == 1 && isAmbiguous(codePoint);
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
