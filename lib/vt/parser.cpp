// SPDX-License-Identifier: Apache-2.0
#include "vt/parser.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace Koyeb::Vt {

namespace {

constexpr unsigned char escapeByte = 0x1B;
constexpr unsigned char bell = 0x07;
constexpr unsigned char cancel = 0x18;
constexpr unsigned char substitute = 0x1A;
constexpr unsigned char deleteByte = 0x7F;

constexpr std::size_t maximumString = 4096;
/// A clipboard is larger than anything else that comes as a string.
constexpr std::size_t maximumClipboard = std::size_t{1} << 20U;
constexpr std::string_view clipboardPrefix = "52;";

[[nodiscard]] unsigned char front(std::string_view bytes)
{
    return static_cast<unsigned char>(bytes.front());
}

/// 10 or more: it is none.
[[nodiscard]] unsigned digitAt(const char *at)
{
    return static_cast<unsigned>(static_cast<unsigned char>(*at)) - unsigned{'0'};
}

/// How many bytes at the front are printable ASCII; eight are looked at together.
[[nodiscard]] std::size_t printablePrefix(std::string_view bytes)
{
    constexpr std::uint64_t each = 0x0101010101010101U;
    std::size_t count = 0;
    if constexpr (std::endian::native == std::endian::little) {
        while (count + sizeof(std::uint64_t) <= bytes.size()) {
            std::uint64_t word = 0;
            std::memcpy(&word, bytes.data() + count, sizeof word);
            const std::uint64_t tooSmall = (word - each * 0x20) & ~word;
            const std::uint64_t tooLarge = word | (word + each);
            const std::uint64_t stops = (tooSmall | tooLarge) & (each * 0x80);
            if (stops != 0) {
                return count + static_cast<std::size_t>(std::countr_zero(stops)) / 8;
            }
            count += sizeof word;
        }
    }
    while (count < bytes.size() && bytes[count] >= 0x20 && bytes[count] < 0x7F) {
        ++count;
    }
    return count;
}

/// Whether this begins a string after ESC.
[[nodiscard]] bool introducesString(unsigned char byte)
{
    return byte == ']' || byte == 'P' || byte == 'X' || byte == '^' || byte == '_';
}

/// A character of several bytes that is whole and valid beyond doubt, and how many bytes it has; 0: look
/// closer.
struct PlainCharacter {
    char32_t character = 0;
    std::size_t length = 0;
};

[[nodiscard]] PlainCharacter plainCharacter(const char *bytes, std::size_t size)
{
    const auto byte = [bytes](std::size_t i) {
        return static_cast<unsigned>(static_cast<unsigned char>(bytes[i]));
    };
    const auto isTail = [&byte](std::size_t i) {
        return (byte(i) & 0xC0U) == 0x80U;
    };
    const unsigned lead = byte(0);
    if (lead >= 0xC2 && lead < 0xE0 && size >= 2 && isTail(1)) {
        return {((lead & 0x1FU) << 6U) | (byte(1) & 0x3FU), 2};
    }
    if (lead >= 0xE1 && lead < 0xF0 && lead != 0xED && size >= 3 && isTail(1) && isTail(2)) {
        return {((lead & 0x0FU) << 12U) | ((byte(1) & 0x3FU) << 6U) | (byte(2) & 0x3FU), 3};
    }
    if (lead >= 0xF0 && lead < 0xF4 && size >= 4 && isTail(1) && isTail(2) && isTail(3)) {
        const char32_t character = ((lead & 0x07U) << 18U) | ((byte(1) & 0x3FU) << 12U) |
                                   ((byte(2) & 0x3FU) << 6U) | (byte(3) & 0x3FU);
        return {character, character >= 0x10000 ? std::size_t{4} : std::size_t{0}};
    }
    return {};
}

} // namespace

void Parser::feed(std::string_view bytes)
{
    while (!bytes.empty()) {
        switch (m_state) {
        case State::Ground:
            takeGround(bytes);
            break;
        case State::Escape:
            takeEscape(bytes);
            break;
        case State::ControlSequence:
            takeControlSequence(bytes);
            break;
        case State::String:
            takeString(bytes);
            break;
        }
    }
}

void Parser::takeGround(std::string_view &bytes)
{
    while (!bytes.empty() && m_state == State::Ground) {
        if (!m_decoder.isMidCharacter()) {
            const std::size_t count = printablePrefix(bytes);
            if (count > 0) {
                m_sink.writeAscii({bytes.data(), count});
                bytes.remove_prefix(count);
                if (bytes.empty()) {
                    return;
                }
            }
            if (const unsigned char byte = front(bytes); byte < 0x20) {
                if (byte == escapeByte && takePlainSequence(bytes)) {
                    continue;
                }
                bytes.remove_prefix(1);
                byte == escapeByte ? beginEscape() : m_sink.execute(byte);
                continue;
            }
            if (takeText(bytes)) {
                continue;
            }
        }
        takeOther(bytes);
    }
}

/// Characters of several bytes that are whole and valid, and what of ASCII is between them: words of most
/// languages.
bool Parser::takeText(std::string_view &bytes)
{
    std::array<char32_t, 128>
        text; // NOLINT(cppcoreguidelines-pro-type-member-init): written before it is read.
    std::size_t count = 0;
    std::size_t position = 0;
    while (count < text.size() && position < bytes.size()) {
        const auto byte = static_cast<unsigned char>(bytes[position]);
        if (byte >= 0x20 && byte < deleteByte) {
            text[count++] = byte;
            ++position;
            continue;
        }
        const auto [character, length] = plainCharacter(bytes.data() + position, bytes.size() - position);
        if (length == 0) {
            break;
        }
        position += length;
        text[count] = character;
        count += isControl(character) ? 0U : 1U;
    }
    if (count > 0) {
        m_sink.write({text.data(), count});
    }
    bytes.remove_prefix(position);
    return position > 0;
}

void Parser::takeOther(std::string_view &bytes)
{
    const auto character = m_decoder.next(front(bytes));
    if (!character || !m_decoder.reprocess()) {
        bytes.remove_prefix(1);
    }
    if (!character) {
        return;
    }
    if (*character == escapeByte) {
        beginEscape();
    } else if (*character >= 0x20 && *character < deleteByte) {
        const auto byte = static_cast<char>(*character);
        m_sink.writeAscii({&byte, 1});
    } else {
        takeCharacter(*character);
    }
}

void Parser::takeCharacter(char32_t character)
{
    if (character < 0x20) {
        m_sink.execute(static_cast<unsigned char>(character));
    } else if (!isControl(character)) {
        m_sink.write({&character, 1});
    }
}

/// Nearly every sequence is ESC [ with numbers and semicolons and all there: it needs no states. Anything
/// else is left where it is.
bool Parser::takePlainSequence(std::string_view &bytes)
{
    if (bytes.size() < 3 || bytes[1] != '[') {
        return false;
    }
    clearSequence();
    const char *at = bytes.data() + 2;
    const char *const end = bytes.data() + bytes.size();
    if (*at >= 0x3C && *at <= 0x3F) {
        m_sequence.marker = *at++;
    }
    std::size_t count = 0;
    for (; at != end; ++at) {
        int value = ControlSequence::absent;
        for (unsigned digit = digitAt(at); digit < 10; digit = digitAt(at)) {
            value = (value < 0 ? 0 : value * 10) + static_cast<int>(digit);
            if (value >= ControlSequence::maximumValue || ++at == end) {
                return false;
            }
        }
        m_sequence.values[count++] = value;
        if (*at >= 0x40 && *at < deleteByte) {
            m_sequence.count = count;
            m_sequence.final = *at;
            bytes.remove_prefix(static_cast<std::size_t>(at + 1 - bytes.data()));
            m_sink.control(m_sequence);
            return true;
        }
        if (*at != ';' || count == ControlSequence::maximumParameters) {
            return false;
        }
    }
    return false;
}

void Parser::beginEscape()
{
    m_state = State::Escape;
    clearSequence();
    m_isIgnored = false;
}

void Parser::clearSequence()
{
    // Not its values: they are set as they come.
    m_sequence.subParameters = 0;
    m_sequence.count = 1;
    m_sequence.values[0] = ControlSequence::absent;
    m_sequence.marker = 0;
    m_sequence.intermediates = {};
    m_sequence.intermediateCount = 0;
}

void Parser::takeEscape(std::string_view &bytes)
{
    const unsigned char byte = front(bytes);
    if (byte > deleteByte) {
        abandon(); // Not of a sequence: text begins.
        return;
    }
    bytes.remove_prefix(1);
    if (byte < 0x20) {
        if (byte == escapeByte) {
            beginEscape();
        } else if (byte == cancel || byte == substitute) {
            m_state = State::Ground;
        } else {
            m_sink.execute(byte); // Controls act at once, even within a sequence.
        }
    } else if (byte < 0x30) {
        addToSequence(byte);
    } else if (byte < deleteByte) {
        m_state = State::Ground;
        if (m_sequence.intermediateCount == 0 && !m_isIgnored && byte == '[') {
            m_state = State::ControlSequence;
        } else if (m_sequence.intermediateCount == 0 && !m_isIgnored && introducesString(byte)) {
            beginString(byte);
        } else if (!m_isIgnored) {
            m_sink.escape(
                {m_sequence.intermediates.data(), m_sequence.intermediateCount}, static_cast<char>(byte));
        }
    }
}

void Parser::takeControlSequence(std::string_view &bytes)
{
    while (!bytes.empty()) {
        const unsigned char byte = front(bytes);
        if (byte == escapeByte || byte > deleteByte) {
            abandon();
            return;
        }
        bytes.remove_prefix(1);
        if (byte < 0x20) {
            if (byte == cancel || byte == substitute) {
                abandon();
                return;
            }
            m_sink.execute(byte);
        } else if (byte >= '0' && byte <= '9') {
            addDigit(byte - '0');
        } else if (byte < 0x30) {
            addToSequence(byte);
        } else if (byte < 0x40) {
            addToParameters(byte);
        } else if (byte < deleteByte) {
            m_state = State::Ground;
            if (!m_isIgnored) {
                m_sequence.count = std::min(m_sequence.count, ControlSequence::maximumParameters);
                m_sequence.final = static_cast<char>(byte);
                m_sink.control(m_sequence);
            }
            return;
        }
    }
}

void Parser::addToSequence(unsigned char byte)
{
    if (m_sequence.intermediateCount < m_sequence.intermediates.size()) {
        m_sequence.intermediates[m_sequence.intermediateCount++] = static_cast<char>(byte);
    } else {
        m_isIgnored = true;
    }
}

void Parser::addToParameters(unsigned char byte)
{
    ControlSequence &sequence = m_sequence;
    if (sequence.intermediateCount > 0) {
        m_isIgnored = true; // Parameters stand before intermediates.
        return;
    }
    const bool isFirst =
        sequence.marker == 0 && sequence.count == 1 && sequence.values[0] == ControlSequence::absent;
    if (byte >= 0x3C) {
        m_isIgnored = m_isIgnored || !isFirst || sequence.subParameters != 0;
        sequence.marker = static_cast<char>(byte);
    } else if (byte == ';' || byte == ':') {
        if (sequence.count >= ControlSequence::maximumParameters) {
            sequence.count = ControlSequence::maximumParameters + 1; // What comes now goes nowhere.
            return;
        }
        if (byte == ':') {
            sequence.subParameters |= 1U << sequence.count;
        }
        sequence.values[sequence.count++] = ControlSequence::absent;
    }
}

void Parser::beginString(unsigned char introducer)
{
    m_state = State::String;
    m_isOsc = introducer == ']';
    m_isKept = m_isOsc || introducer == 'P';
    m_isCut = false;
    m_string.clear();
}

void Parser::takeString(std::string_view &bytes)
{
    const auto isEnd = [this](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte == escapeByte || byte == cancel || byte == substitute || (byte == bell && m_isOsc);
    };
    const auto count =
        static_cast<std::size_t>(std::find_if(bytes.begin(), bytes.end(), isEnd) - bytes.begin());
    std::string_view content = bytes.substr(0, count);
    bytes.remove_prefix(count);
    while (m_isKept && !content.empty()) {
        const bool isClipboard = m_isOsc && m_string.starts_with(clipboardPrefix);
        const std::size_t room = (isClipboard ? maximumClipboard : maximumString) - m_string.size();
        // The first bytes one by one: they tell how long it may be.
        const std::size_t wanted = m_string.size() < clipboardPrefix.size() ? std::size_t{1} : content.size();
        const std::size_t taken = std::min({wanted, content.size(), room});
        m_string += content.substr(0, taken);
        content.remove_prefix(taken);
        if (room == 0) {
            m_isCut = true;
            break;
        }
    }
    if (bytes.empty()) {
        return;
    }
    const unsigned char end = front(bytes);
    bytes.remove_prefix(1);
    if (end == cancel || end == substitute) {
        abandon();
        return;
    }
    // ESC \ is the proper end; any other escape sequence cuts the string short. Both are ends.
    endString(end == bell);
    if (end == escapeByte) {
        beginEscape();
    }
}

void Parser::endString(bool byBell)
{
    m_state = State::Ground;
    if (m_isKept) {
        const auto kind =
            m_isOsc ? ParserSink::String::OperatingSystemCommand : ParserSink::String::DeviceControl;
        m_sink.string(kind, m_string, m_isCut, byBell);
    }
    abandon();
}

void Parser::abandon()
{
    m_state = State::Ground;
    m_isIgnored = false;
    if (m_string.capacity() > maximumString * 2) {
        m_string = {};
    }
    m_string.clear();
}

} // namespace Koyeb::Vt
