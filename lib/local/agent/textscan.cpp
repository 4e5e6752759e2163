// SPDX-License-Identifier: Apache-2.0
#include "local/agent/textscan.h"

#include <cstdint>
#include <cstring>

namespace Koyeb::Local {

namespace {

// Eight bytes at once: files come through here, a byte at a time would be what they wait for.
constexpr std::uint64_t each(std::uint8_t byte)
{
    return 0x0101010101010101U * byte;
}

constexpr std::uint64_t highBits = each(0x80);

/// The high bit of each byte that is `byte`, and perhaps of others behind the first such one.
constexpr std::uint64_t bytesThatAre(std::uint64_t word, std::uint8_t byte)
{
    const std::uint64_t difference = word ^ each(byte);
    return (difference - each(1)) & ~difference & highBits;
}

enum class Escaped { Json, Html };

template<Escaped escaped> constexpr bool isPlain(unsigned char byte)
{
    const bool isHtml = byte == '<' || byte == '>' || byte == '&';
    return byte >= 0x20 && byte < 0x80 && byte != '"' && byte != '\\' &&
           !(escaped == Escaped::Html && isHtml);
}

/// Not zero if one of the bytes is not plain. Bytes behind the first such one may be taken for others.
template<Escaped escaped> constexpr std::uint64_t specialBytes(std::uint64_t word)
{
    std::uint64_t special = (word & highBits) | ((word - each(0x20)) & ~word & highBits);
    special |= bytesThatAre(word, '"') | bytesThatAre(word, '\\');
    if constexpr (escaped == Escaped::Html)
        special |= bytesThatAre(word, '<') | bytesThatAre(word, '>') | bytesThatAre(word, '&');
    return special;
}

template<Escaped escaped> std::size_t plainPrefix(std::string_view text)
{
    std::size_t length = 0;
    for (; text.size() - length >= sizeof(std::uint64_t); length += sizeof(std::uint64_t)) {
        std::uint64_t word = 0;
        std::memcpy(&word, text.data() + length, sizeof word);
        if (specialBytes<escaped>(word) != 0)
            break;
    }
    while (length < text.size() && isPlain<escaped>(static_cast<unsigned char>(text[length])))
        ++length;
    return length;
}

} // namespace

std::size_t plainJsonPrefix(std::string_view text)
{
    return plainPrefix<Escaped::Json>(text);
}

std::size_t plainHtmlPrefix(std::string_view text)
{
    return plainPrefix<Escaped::Html>(text);
}

} // namespace Koyeb::Local
