// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace Koyeb::Vt {

constexpr char32_t replacementCharacter = 0xFFFD;

void appendUtf8(std::string &target, char32_t codePoint);

constexpr std::size_t maximumUtf8 = 4; ///< Bytes of a code point.

/// Writes the bytes of a code point and returns where they end.
inline char *writeUtf8(char *target, char32_t codePoint)
{
    const auto tail = [codePoint](unsigned shift) {
        return static_cast<char>(0x80U | ((codePoint >> shift) & 0x3FU));
    };
    if (codePoint < 0x80) {
        *target++ = static_cast<char>(codePoint);
    } else if (codePoint < 0x800) {
        *target++ = static_cast<char>(0xC0U | (codePoint >> 6U));
        *target++ = tail(0);
    } else if (codePoint < 0x10000) {
        *target++ = static_cast<char>(0xE0U | (codePoint >> 12U));
        *target++ = tail(6);
        *target++ = tail(0);
    } else {
        *target++ = static_cast<char>(0xF0U | (codePoint >> 18U));
        *target++ = tail(12);
        *target++ = tail(6);
        *target++ = tail(0);
    }
    return target;
}

/// Takes the first code point off a text that is known to be UTF-8 and not to be empty.
[[nodiscard]] char32_t takeValidUtf8(std::string_view &text);

/// Decodes a whole text; what is not UTF-8 becomes U+FFFD.
[[nodiscard]] std::u32string decodeUtf8(std::string_view bytes);

/// Decodes UTF-8 that may be cut anywhere.
class Utf8Decoder {
public:
    /// Takes one byte. Returns what it completes: nothing while a character is unfinished, U+FFFD for a
    /// malformed one: one for each longest part that begins a character (as Unicode and the web have it).
    /// When `reprocess()` is true afterwards, the byte was not consumed (it ended a malformed character) and
    /// is to be given again.
    [[nodiscard]] std::optional<char32_t> next(unsigned char byte);
    [[nodiscard]] bool reprocess() const { return m_reprocess; }
    [[nodiscard]] bool isMidCharacter() const { return m_missing > 0; }
    void reset();

private:
    [[nodiscard]] std::optional<char32_t> begin(unsigned char byte);

    char32_t m_codePoint = 0;
    int m_missing = 0;
    unsigned char m_lowest = 0; ///< What the next byte may be.
    unsigned char m_highest = 0;
    bool m_reprocess = false;
};

} // namespace Koyeb::Vt
