// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

namespace Koyeb::Vt {

/// C0, DEL and C1.
[[nodiscard]] constexpr bool isControl(char32_t codePoint)
{
    return codePoint < 0x20 || (codePoint >= 0x7F && codePoint < 0xA0);
}

/// What the grid has to know of a character.
struct CharacterClass {
    std::uint8_t columns : 2 = 1; ///< How many it takes: 0, 1 or 2.
    bool isAmbiguous : 1 = false; ///< Of ambiguous width (UAX #11): takes two where a setting says so.
    /// A format character. These draw nothing; some turn the direction of the text around them, which a grid
    /// must not allow. The joiners and the tags of flags are none of these: they choose the shape of what is
    /// beside them.
    bool isInvisible : 1 = false;
    bool mayJoin : 1 = false; ///< May belong to the grapheme cluster before it.

    static constexpr std::size_t count = 32; ///< So many there can be.
    [[nodiscard]] static CharacterClass ofIndex(std::size_t index)
    {
        return std::bit_cast<CharacterClass>(static_cast<std::uint8_t>(index));
    }
    [[nodiscard]] std::size_t index() const { return std::bit_cast<std::uint8_t>(*this) % count; }
};
static_assert(sizeof(CharacterClass) == 1);

/// The planes of text and of emoji, which are all that is common.
constexpr std::size_t classTableSize = 0x20000;
/// The classes of these planes.
[[nodiscard]] const CharacterClass *classTable();
/// The class of any character, looked for.
[[nodiscard]] CharacterClass findClass(char32_t codePoint);

[[nodiscard]] inline CharacterClass classOf(char32_t codePoint)
{
    return codePoint < classTableSize ? classTable()[codePoint] : findClass(codePoint);
}

/// Looks many classes up: it need not ask each time whether the table is made.
class ClassTable {
public:
    [[nodiscard]] CharacterClass of(char32_t codePoint) const
    {
        return codePoint < classTableSize ? m_table[codePoint] : findClass(codePoint);
    }

private:
    const CharacterClass *m_table = classTable();
};

[[nodiscard]] inline bool isInvisibleFormat(char32_t codePoint)
{
    return codePoint >= 0xAD && classOf(codePoint).isInvisible;
}

/// Whether U+FE0F makes this a picture of two columns.
[[nodiscard]] bool isEmojiBase(char32_t codePoint);

/// Tells which characters belong to the grapheme cluster before them (UAX #29).
class ClusterBreaker {
public:
    /// Begins a cluster with this character.
    void begin(char32_t first)
    {
        m_previous = first;
        m_state = 0;
    }
    /// Whether the cluster goes on with `next`, which mayJoin; if so, takes it in.
    [[nodiscard]] bool takes(char32_t next)
    {
        // Pictures stand beside each other unless a joiner is between them, which is quicker told.
        constexpr char32_t joiner = 0x200D;
        const bool isPicture = (next >= 0x1F300 && next <= 0x1FAFF && !(next >= 0x1F3FB && next <= 0x1F3FF));
        const bool isSyllable = next >= 0xAC00 && next <= 0xD7A3;
        if ((isPicture && m_previous != joiner) || (isSyllable && m_previous >= 0xAC00)) {
            return false;
        }
        // Accents belong to the letter before them.
        if (next >= 0x300 && next < 0x370 && m_previous < 0x2000 && !classOf(m_previous).mayJoin) {
            m_previous = next;
            m_state = 0;
            return true;
        }
        return asksTables(next);
    }

private:
    [[nodiscard]] bool asksTables(char32_t next);

    char32_t m_previous = 0;
    std::int32_t m_state = 0; ///< utf8proc's.
};

} // namespace Koyeb::Vt
