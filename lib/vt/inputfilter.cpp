// SPDX-License-Identifier: Apache-2.0
#include "vt/inputfilter.h"

#include <algorithm>
#include <charconv>
#include <utf8proc.h>

namespace Koyeb::Vt {

namespace {

constexpr unsigned char escape = 0x1B;
constexpr unsigned char bell = 0x07;
constexpr unsigned char cancel = 0x18;
constexpr unsigned char substitute = 0x1A;
constexpr unsigned char deleteCharacter = 0x7F;

constexpr std::size_t maximumSequenceBytes = 256;
constexpr std::size_t maximumTitleBytes = 1024;
/// As many as any real sequence has. libvterm 0.1.4 has room for 16, does not check, and looks two ahead.
constexpr int maximumParameters = 14;
/// Larger than any screen: counts above this mean the same.
constexpr std::size_t maximumParameterDigits = 4;

[[nodiscard]] bool isFinal(unsigned char byte)
{
    return byte >= 0x40 && byte <= 0x7E;
}

/// Whether this begins a string after ESC.
[[nodiscard]] bool introducesString(unsigned char byte)
{
    return byte == ']' || byte == 'P' || byte == 'X' || byte == '^' || byte == '_';
}

[[nodiscard]] bool isIntermediate(char byte)
{
    return byte >= 0x20 && byte < 0x30;
}

[[nodiscard]] bool isControl(char32_t codePoint)
{
    return codePoint < 0x20 || (codePoint >= 0x7F && codePoint < 0xA0);
}

/// Format characters draw nothing; some turn the direction of the text around them, which a grid must not
/// allow. The joiners are kept: they choose the shape of the letters beside them.
[[nodiscard]] bool isInvisibleFormat(char32_t codePoint)
{
    const bool isJoiner = codePoint == 0x200C || codePoint == 0x200D;
    return !isJoiner && utf8proc_category(static_cast<utf8proc_int32_t>(codePoint)) == UTF8PROC_CATEGORY_CF;
}

/// The parameters with every number and their count bounded.
[[nodiscard]] std::string boundedParameters(std::string_view parameters)
{
    std::string bounded;
    int separators = 0;
    std::size_t digits = 0;
    std::size_t numberStart = 0;
    for (const char c : parameters) {
        if (c >= '0' && c <= '9') {
            if (digits == 0) {
                numberStart = bounded.size();
            }
            if (++digits <= maximumParameterDigits) {
                bounded.push_back(c);
            } else {
                std::fill(bounded.begin() + static_cast<std::ptrdiff_t>(numberStart), bounded.end(), '9');
            }
            continue;
        }
        digits = 0;
        const bool isSeparator = c == ';' || c == ':';
        if (isSeparator && ++separators >= maximumParameters) {
            break;
        }
        bounded.push_back(c);
    }
    return bounded;
}

void appendSequence(
    std::string &target, std::string_view parameters, std::string_view intermediates, char final)
{
    target += "\x1B[";
    target += parameters;
    target += intermediates;
    target.push_back(final);
}

} // namespace

bool isCombining(char32_t codePoint)
{
    if (codePoint < 0x300) {
        return false;
    }
    // The vowels and final consonants of Hangul are letters, but are drawn inside the syllable before them.
    if (codePoint >= 0x1160 && codePoint <= 0x11FF) {
        return true;
    }
    // Combining in the Unicode of the interpreter, no more in that of utf8proc. They have to take the same
    // way as the others: the interpreter would combine them only with what came in the same piece.
    if (codePoint == 0x06DE || codePoint == 0x1734) {
        return true;
    }
    switch (utf8proc_category(static_cast<utf8proc_int32_t>(codePoint))) {
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_ME:
    case UTF8PROC_CATEGORY_CF:
        return true;
    default:
        return false;
    }
}

void InputFilter::feed(std::string_view bytes)
{
    for (std::size_t i = 0; i < bytes.size();) {
        const auto byte = static_cast<unsigned char>(bytes[i]);
        bool consumed = true;
        switch (m_state) {
        case State::Ground:
            consumed = takeGround(byte);
            break;
        case State::Escape:
            consumed = takeEscape(byte);
            break;
        case State::ControlSequence:
            consumed = takeControlSequence(byte);
            break;
        case State::OscString:
        case State::IgnoredString:
            consumed = takeString(byte);
            break;
        }
        if (consumed) {
            ++i;
        }
    }
    flush();
}

bool InputFilter::takeGround(unsigned char byte)
{
    if (const auto codePoint = m_decoder.next(byte)) {
        if (m_decoder.reprocess()) {
            takeCodePoint(*codePoint);
            return false;
        }
        if (byte == escape) {
            m_state = State::Escape;
            m_sequence.clear();
            m_isIgnored = false;
        } else {
            takeCodePoint(*codePoint);
        }
    }
    return true;
}

void InputFilter::takeCodePoint(char32_t codePoint)
{
    if (codePoint < deleteCharacter) {
        m_clean.push_back(static_cast<char>(codePoint));
    } else if (isControl(codePoint)) {
        return; // C1 controls as characters are nothing that a program of this century sends.
    } else if (isCombining(codePoint)) {
        if (!isInvisibleFormat(codePoint)) {
            flush();
            m_sink.combine(codePoint);
        }
    } else {
        appendUtf8(m_clean, codePoint);
    }
}

bool InputFilter::takeEscape(unsigned char byte)
{
    if (byte == '[' && m_sequence.empty()) {
        m_state = State::ControlSequence;
        return true;
    }
    if (m_sequence.empty() && introducesString(byte)) {
        beginString(byte);
        return true;
    }
    if (byte >= 0x20 && byte < 0x30) {
        m_isIgnored = m_isIgnored || m_sequence.size() >= 4;
        if (!m_isIgnored) {
            m_sequence.push_back(static_cast<char>(byte));
        }
        return true;
    }
    m_state = State::Ground;
    if (byte >= 0x30 && byte <= 0x7E) {
        // ESC \ only ever ends a string; here there is none. And libvterm takes an introducer for one
        // whatever stands before it: what follows would be a sequence that has not come through here.
        const bool isIntroducer = byte == '[' || introducesString(byte);
        if (!m_isIgnored && !isIntroducer && !(byte == '\\' && m_sequence.empty())) {
            m_clean.push_back(static_cast<char>(escape));
            m_clean += m_sequence;
            m_clean.push_back(static_cast<char>(byte));
            if (byte == '8' && m_sequence.empty()) {
                // A cursor that was saved before the screen shrank is restored outside of it. The interpreter
                // only confines the cursor at the end of a control sequence, so give it one that does
                // nothing.
                m_clean += "\x1B[?9999l";
            }
        }
        return true;
    }
    return byte == cancel || byte == substitute; // Others, ESC among them, start anew.
}

bool InputFilter::takeControlSequence(unsigned char byte)
{
    if (byte == escape || byte >= 0x80) {
        abandonSequence();
        return false;
    }
    if (byte == cancel || byte == substitute) {
        abandonSequence();
        return true;
    }
    if (byte < 0x20) {
        m_clean.push_back(static_cast<char>(byte)); // Controls act at once, even within a sequence.
        return true;
    }
    if (isFinal(byte)) {
        if (!m_isIgnored) {
            passControlSequence(static_cast<char>(byte));
        }
        abandonSequence();
        return true;
    }
    if (byte == deleteCharacter) {
        return true;
    }
    // A private marker stands first, parameters stand before intermediates.
    const bool isMisplacedMarker = byte >= 0x3C && !m_sequence.empty();
    const bool isMisplacedParameter =
        byte >= 0x30 && !m_sequence.empty() && isIntermediate(m_sequence.back());
    m_isIgnored =
        m_isIgnored || isMisplacedMarker || isMisplacedParameter || m_sequence.size() >= maximumSequenceBytes;
    if (!m_isIgnored) {
        m_sequence.push_back(static_cast<char>(byte));
    }
    return true;
}

void InputFilter::passControlSequence(char final)
{
    if (m_sequence == "3" && final == 'J') {
        flush();
        m_sink.eraseScrollback();
        return;
    }
    const auto intermediates = std::find_if(m_sequence.begin(), m_sequence.end(), isIntermediate);
    const std::string_view parameters(
        m_sequence.data(), static_cast<std::size_t>(intermediates - m_sequence.begin()));
    const std::string_view rest(intermediates, m_sequence.end());
    std::string bounded = boundedParameters(parameters);
    const bool isPrivate = !bounded.empty() && bounded.front() >= 0x3C;
    if (final == 'b' && rest.empty() && !isPrivate) {
        int count = 1;
        std::from_chars(bounded.data(), bounded.data() + bounded.size(), count);
        flush();
        m_sink.repeat(std::max(count, 1));
        return;
    }
    const bool setsModes = rest.empty() && (final == 'h' || final == 'l');
    if (!setsModes) {
        appendSequence(m_clean, bounded, rest, final);
        return;
    }
    // libvterm 0.1.4 heeds only the first of several modes: give them one by one.
    const std::string marker = bounded.starts_with('?') ? "?" : "";
    bounded.erase(0, marker.size());
    std::size_t start = 0;
    for (std::size_t end = 0; end != std::string::npos; start = end + 1) {
        end = bounded.find(';', start);
        appendSequence(m_clean, marker + bounded.substr(start, end - start), {}, final);
    }
}

void InputFilter::beginString(unsigned char introducer)
{
    m_state = introducer == ']' ? State::OscString : State::IgnoredString;
    m_sequence.clear();
    m_isIgnored = false;
}

bool InputFilter::takeString(unsigned char byte)
{
    const bool endsWithBell = byte == bell && m_state == State::OscString;
    if (endsWithBell || byte == escape) {
        // ESC \ is the proper end; any other escape sequence cuts the string short. Both are ends.
        endString();
        m_state = byte == escape ? State::Escape : State::Ground;
        return true;
    }
    if (byte == cancel || byte == substitute) {
        abandonSequence();
        return true;
    }
    if (m_state == State::OscString && m_sequence.size() < maximumTitleBytes) {
        m_sequence.push_back(static_cast<char>(byte));
    }
    return true;
}

void InputFilter::endString()
{
    const bool isTitle =
        m_state == State::OscString && (m_sequence.starts_with("0;") || m_sequence.starts_with("2;"));
    if (isTitle) {
        std::string title;
        for (const char32_t codePoint : decodeUtf8(std::string_view(m_sequence).substr(2))) {
            if (!isControl(codePoint) && !isInvisibleFormat(codePoint)) {
                appendUtf8(title, codePoint);
            }
        }
        flush();
        m_sink.setTitle(std::move(title));
    }
    abandonSequence();
}

void InputFilter::abandonSequence()
{
    m_state = State::Ground;
    m_sequence.clear();
    m_isIgnored = false;
}

void InputFilter::flush()
{
    if (!m_clean.empty()) {
        m_sink.interpret(m_clean);
        m_clean.clear();
    }
}

} // namespace Koyeb::Vt
