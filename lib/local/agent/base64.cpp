// SPDX-License-Identifier: Apache-2.0
#include "local/agent/base64.h"

#include <algorithm>
#include <cstdint>

namespace Koyeb::Local {

namespace {
constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
}

std::string toBase64(std::string_view bytes)
{
    // Terminals that flood come through here: whole groups are written in place.
    std::string text((bytes.size() + 2) / 3 * 4, '=');
    const auto byteAt = [bytes](size_t at) -> std::uint32_t {
        return at < bytes.size() ? static_cast<unsigned char>(bytes[at]) : 0U;
    };
    size_t at = 0;
    for (size_t end = 0; end < text.size(); end += 4, at += 3) {
        const std::uint32_t group = (byteAt(at) << 16U) | (byteAt(at + 1) << 8U) | byteAt(at + 2);
        const size_t digits = std::min<size_t>(4, bytes.size() - at + 1);
        for (size_t i = 0; i < digits; ++i)
            text[end + i] = alphabet[(group >> (18U - 6U * i)) & 0x3FU];
    }
    return text;
}

std::optional<std::string> fromBase64(std::string_view text)
{
    if (text.size() % 4 != 0)
        return std::nullopt;
    size_t padding = 0;
    while (padding < 2 && padding < text.size() && text[text.size() - 1 - padding] == '=')
        ++padding;
    text.remove_suffix(padding);
    std::string bytes;
    bytes.reserve(text.size() / 4 * 3 + 2);
    std::uint32_t group = 0;
    unsigned bits = 0;
    for (const char digit : text) {
        const size_t value = alphabet.find(digit);
        if (value == std::string_view::npos)
            return std::nullopt;
        group = (group << 6U) | static_cast<std::uint32_t>(value);
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            bytes += static_cast<char>((group >> bits) & 0xFFU);
        }
    }
    return bytes;
}

} // namespace Koyeb::Local
