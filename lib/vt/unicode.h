// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace Koyeb::Vt {

/// C0, DEL and C1.
[[nodiscard]] constexpr bool isControl(char32_t codePoint)
{
    return codePoint < 0x20 || (codePoint >= 0x7F && codePoint < 0xA0);
}

/// Format characters draw nothing; some turn the direction of the text around them, which a grid must not
/// allow. The joiners and the tags of flags are none of these: they choose the shape of what is beside them.
[[nodiscard]] bool isInvisibleFormat(char32_t codePoint);

/// How many columns a character takes: 0, 1 or 2. Characters of ambiguous width (UAX #11) take two where
/// `ambiguousIsWide`.
[[nodiscard]] int columnsOf(char32_t codePoint, bool ambiguousIsWide);

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
    /// Whether the cluster goes on with `next`; if so, takes it in.
    [[nodiscard]] bool takes(char32_t next);
    /// False for most of what is written: then takes() need not be asked.
    [[nodiscard]] bool mayTake(char32_t next) const { return next >= 0x300 || m_previous == 0x200D; }

private:
    char32_t m_previous = 0;
    std::int32_t m_state = 0; ///< utf8proc's.
};

} // namespace Koyeb::Vt
