// SPDX-License-Identifier: Apache-2.0
#include "vt/utf8.h"

#include <array>

namespace Koyeb::Vt {

void appendUtf8(std::string &target, char32_t codePoint)
{
    std::array<char, maximumUtf8> bytes{};
    target.append(bytes.data(), static_cast<std::size_t>(writeUtf8(bytes.data(), codePoint) - bytes.data()));
}

char32_t takeValidUtf8(std::string_view &text)
{
    const auto byte = [&text](std::size_t i) {
        return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
    };
    const auto tail = [&byte](std::size_t i) {
        return static_cast<char32_t>(byte(i) & 0x3FU);
    };
    const unsigned lead = byte(0);
    const std::size_t length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    char32_t codePoint = lead;
    if (length == 2) {
        codePoint = ((lead & 0x1FU) << 6U) | tail(1);
    } else if (length == 3) {
        codePoint = ((lead & 0x0FU) << 12U) | (tail(1) << 6U) | tail(2);
    } else if (length == 4) {
        codePoint = ((lead & 0x07U) << 18U) | (tail(1) << 12U) | (tail(2) << 6U) | tail(3);
    }
    text.remove_prefix(length < text.size() ? length : text.size());
    return codePoint;
}

std::u32string decodeUtf8(std::string_view bytes)
{
    std::u32string text;
    text.reserve(bytes.size());
    Utf8Decoder decoder;
    for (std::size_t i = 0; i < bytes.size();) {
        if (const auto codePoint = decoder.next(static_cast<unsigned char>(bytes[i]))) {
            text.push_back(*codePoint);
        }
        if (!decoder.reprocess()) {
            ++i;
        }
    }
    if (decoder.isMidCharacter()) {
        text.push_back(replacementCharacter);
    }
    return text;
}

std::optional<char32_t> Utf8Decoder::next(unsigned char byte)
{
    m_reprocess = false;
    if (m_missing == 0) {
        return begin(byte);
    }
    if (byte < m_lowest || byte > m_highest) {
        reset();
        m_reprocess = true;
        return replacementCharacter;
    }
    m_codePoint = (m_codePoint << 6) | (byte & 0x3Fu);
    m_lowest = 0x80;
    m_highest = 0xBF;
    return --m_missing > 0 ? std::nullopt : std::optional(m_codePoint);
}

std::optional<char32_t> Utf8Decoder::begin(unsigned char byte)
{
    if (byte < 0x80) {
        return byte;
    }
    // The second byte is what tells overlong forms, surrogates and what is beyond Unicode.
    m_lowest = byte == 0xE0 ? 0xA0 : byte == 0xF0 ? 0x90 : 0x80;
    m_highest = byte == 0xED ? 0x9F : byte == 0xF4 ? 0x8F : 0xBF;
    if (byte >= 0xC2 && byte < 0xE0) {
        m_codePoint = byte & 0x1Fu;
        m_missing = 1;
    } else if (byte >= 0xE0 && byte < 0xF0) {
        m_codePoint = byte & 0x0Fu;
        m_missing = 2;
    } else if (byte >= 0xF0 && byte < 0xF5) {
        m_codePoint = byte & 0x07u;
        m_missing = 3;
    } else {
        return replacementCharacter;
    }
    return std::nullopt;
}

void Utf8Decoder::reset()
{
    m_missing = 0;
    m_codePoint = 0;
    m_reprocess = false;
}

} // namespace Koyeb::Vt
