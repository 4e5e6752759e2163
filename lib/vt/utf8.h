// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace Koyeb::Vt {

constexpr char32_t replacementCharacter = 0xFFFD;

void appendUtf8(std::string &target, char32_t codePoint);

/// Takes the first code point off a text that is known to be UTF-8 and not to be empty.
[[nodiscard]] char32_t takeValidUtf8(std::string_view &text);

/// Decodes a whole text; what is not UTF-8 becomes U+FFFD.
[[nodiscard]] std::u32string decodeUtf8(std::string_view bytes);

/// Decodes UTF-8 that may be cut anywhere.
class Utf8Decoder {
public:
    /// Takes one byte. Returns what it completes: nothing while a character is unfinished, U+FFFD for a
    /// malformed one. When `reprocess()` is true afterwards, the byte was not consumed (it ended a malformed
    /// character) and is to be given again.
    [[nodiscard]] std::optional<char32_t> next(unsigned char byte);
    [[nodiscard]] bool reprocess() const { return m_reprocess; }
    [[nodiscard]] bool isMidCharacter() const { return m_missing > 0; }
    void reset();

private:
    [[nodiscard]] std::optional<char32_t> begin(unsigned char byte);

    char32_t m_codePoint = 0;
    char32_t m_smallest = 0; ///< Below this the encoding is overlong.
    int m_missing = 0;
    bool m_reprocess = false;
};

} // namespace Koyeb::Vt
