// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vt/utf8.h"

#include <string>
#include <string_view>

namespace Koyeb::Vt {

/// Takes what comes out of an InputFilter, in order.
class InputSink {
public:
    virtual ~InputSink() = default;

    /// Complete characters, control characters and escape sequences.
    virtual void interpret(std::string_view bytes) = 0;
    /// A mark that belongs to the character before it.
    virtual void combine(char32_t mark) = 0;
    /// The program wants what scrolled away forgotten (CSI 3 J).
    virtual void eraseScrollback() = 0;
    /// The program wants the character before repeated (CSI n b): at least once, at most 9999 times.
    virtual void repeat(int count) = 0;
    /// The program named its window (OSC 0 or 2). UTF-8 without control characters, bounded.
    virtual void setTitle(std::string title) = 0;
};

/// Stands between a hostile stream and the interpreter behind it.
///
/// A sandbox can send anything, cut anywhere. Past this filter, escape sequences and characters are whole,
/// UTF-8 is valid, sequences have bounded length, numbers and counts, and strings (OSC, DCS, APC, PM, SOS)
/// have ended here: titles are told to the sink, everything else that strings could do (clipboard, reports)
/// does not exist.
class InputFilter {
public:
    explicit InputFilter(InputSink &sink) : m_sink(sink) {}

    void feed(std::string_view bytes);

private:
    enum class State { Ground, Escape, ControlSequence, OscString, IgnoredString };

    /// Each of these takes one byte and says whether it was consumed; if not, it is to be looked at again in
    /// the state that was set.
    [[nodiscard]] bool takeGround(unsigned char byte);
    [[nodiscard]] bool takeEscape(unsigned char byte);
    [[nodiscard]] bool takeControlSequence(unsigned char byte);
    [[nodiscard]] bool takeString(unsigned char byte);

    void takeCodePoint(char32_t codePoint);
    void beginString(unsigned char introducer);
    void endString();
    void passControlSequence(char final);
    void abandonSequence();
    void flush();

    InputSink &m_sink;
    State m_state = State::Ground;
    Utf8Decoder m_decoder;
    std::string m_sequence;   ///< The unfinished sequence or string, without its introducer.
    bool m_isIgnored = false; ///< The sequence is malformed or too long: its rest is swallowed.
    std::string m_clean;      ///< Ready for the sink.
};

/// Whether this code point is drawn over the character before it instead of in a cell of its own.
[[nodiscard]] bool isCombining(char32_t codePoint);

} // namespace Koyeb::Vt
