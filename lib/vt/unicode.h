// SPDX-License-Identifier: Apache-2.0
#pragma once

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
};

[[nodiscard]] CharacterClass classOf(char32_t codePoint);

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
    [[nodiscard]] bool takes(char32_t next);

private:
    char32_t m_previous = 0;
    std::int32_t m_state = 0; ///< utf8proc's.
};

} // namespace Koyeb::Vt
