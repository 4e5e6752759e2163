// SPDX-License-Identifier: Apache-2.0
#include "local/agent/jsontext.h"

#include "local/agent/textscan.h"

#include <charconv>
#include <optional>

namespace Koyeb::Local {

namespace {

constexpr std::string_view replacementCharacter = "\xEF\xBF\xBD";
constexpr std::string_view escapedReplacementCharacter = "\\ufffd";

constexpr bool isContinuation(unsigned char byte)
{
    return (byte & 0xC0U) == 0x80U;
}

std::string_view shortEscape(unsigned char byte)
{
    switch (byte) {
    case '"':
        return "\\\"";
    case '\\':
        return "\\\\";
    case '\b':
        return "\\b";
    case '\f':
        return "\\f";
    case '\n':
        return "\\n";
    case '\r':
        return "\\r";
    case '\t':
        return "\\t";
    default:
        return {};
    }
}

bool needsHexEscape(unsigned char byte)
{
    return byte < 0x20 || byte == '<' || byte == '>' || byte == '&';
}

void appendHexEscape(std::string &json, unsigned char byte)
{
    constexpr std::string_view digits = "0123456789abcdef";
    json += "\\u00";
    json += digits[byte >> 4U];
    json += digits[byte & 0xFU];
}

/// The code unit that a \uXXXX at the start of the text stands for.
std::optional<unsigned> unicodeEscape(std::string_view text)
{
    if (text.size() < 6 || text[0] != '\\' || text[1] != 'u')
        return std::nullopt;
    unsigned unit = 0;
    const auto [end, error] = std::from_chars(text.data() + 2, text.data() + 6, unit, 16);
    if (error != std::errc() || end != text.data() + 6)
        return std::nullopt;
    return unit;
}

/// Copies the escape that the text begins with; returns how many bytes it took.
size_t copyEscape(std::string &out, std::string_view text)
{
    const std::optional<unsigned> unit = unicodeEscape(text);
    if (!unit) {
        const size_t length = text.size() < 2 ? 1 : 2;
        // What follows the backslash may be a bad byte, which is looked at on its own.
        const size_t copied = length == 2 && static_cast<unsigned char>(text[1]) >= 0x80 ? 1 : length;
        out += text.substr(0, copied);
        return copied;
    }
    const bool isHigh = *unit >= 0xD800 && *unit <= 0xDBFF;
    const bool isLow = *unit >= 0xDC00 && *unit <= 0xDFFF;
    if (isHigh) {
        const std::optional<unsigned> next = unicodeEscape(text.substr(6));
        if (next && *next >= 0xDC00 && *next <= 0xDFFF) {
            out += text.substr(0, 12);
            return 12;
        }
    }
    out += isHigh || isLow ? escapedReplacementCharacter : text.substr(0, 6);
    return 6;
}

} // namespace

size_t utf8SequenceLength(std::string_view text)
{
    const auto byteAt = [text](size_t index) {
        return static_cast<unsigned char>(text[index]);
    };
    if (text.empty())
        return 0;
    const unsigned char first = byteAt(0);
    if (first < 0x80)
        return 1;
    if (first < 0xC2 || first > 0xF4)
        return 0;
    const size_t length = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    if (text.size() < length)
        return 0;
    for (size_t i = 1; i < length; ++i) {
        if (!isContinuation(byteAt(i)))
            return 0;
    }
    const unsigned char second = byteAt(1);
    const bool overlong = (first == 0xE0 && second < 0xA0) || (first == 0xF0 && second < 0x90);
    const bool surrogate = first == 0xED && second > 0x9F;
    const bool tooLarge = first == 0xF4 && second > 0x8F;
    return overlong || surrogate || tooLarge ? 0 : length;
}

void appendJsonString(std::string &json, std::string_view bytes)
{
    json.reserve(json.size() + bytes.size() + 2);
    json += '"';
    size_t plainStart = 0;
    size_t at = 0;
    const auto flushPlain = [&] {
        json += bytes.substr(plainStart, at - plainStart);
    };
    for (;;) {
        at += plainHtmlPrefix(bytes.substr(at));
        if (at == bytes.size())
            break;
        const auto byte = static_cast<unsigned char>(bytes[at]);
        const size_t length = utf8SequenceLength(bytes.substr(at));
        // JavaScript took U+2028 and U+2029 for line ends, which is why Go escapes them.
        const bool isLineSeparator =
            length == 3 && (bytes.substr(at, 3) == "\xE2\x80\xA8" || bytes.substr(at, 3) == "\xE2\x80\xA9");
        const std::string_view escape = shortEscape(byte);
        if (length > 0 && escape.empty() && !needsHexEscape(byte) && !isLineSeparator) {
            at += length;
            continue;
        }
        flushPlain();
        if (length == 0)
            json += replacementCharacter;
        else if (isLineSeparator)
            json += bytes[at + 2] == '\xA8' ? "\\u2028" : "\\u2029";
        else if (!escape.empty())
            json += escape;
        else
            appendHexEscape(json, byte);
        at += length == 0 ? 1 : length;
        plainStart = at;
    }
    flushPlain();
    json += '"';
}

std::string jsonString(std::string_view bytes)
{
    std::string json;
    appendJsonString(json, bytes);
    return json;
}

std::string withReplacedBadUnicode(std::string_view text)
{
    std::string out;
    out.reserve(text.size());
    size_t plainStart = 0;
    size_t at = 0;
    for (;;) {
        at += plainJsonPrefix(text.substr(at));
        if (at == text.size())
            break;
        const bool isEscape = text[at] == '\\';
        const size_t length = isEscape ? 0 : utf8SequenceLength(text.substr(at));
        if (length > 0) {
            at += length;
            continue;
        }
        out += text.substr(plainStart, at - plainStart);
        if (isEscape) {
            at += copyEscape(out, text.substr(at));
        } else {
            out += replacementCharacter;
            ++at;
        }
        plainStart = at;
    }
    out += text.substr(plainStart);
    return out;
}

} // namespace Koyeb::Local
