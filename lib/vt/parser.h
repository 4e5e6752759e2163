// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vt/unicode.h" // isControl()
#include "vt/utf8.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace Koyeb::Vt {

/// CSI, its parameters, its intermediates and its final character.
struct ControlSequence {
    static constexpr std::size_t maximumParameters = 32;
    static constexpr int maximumValue = 65535;
    static constexpr int absent = -1;

    std::array<int, maximumParameters> values{};
    std::uint32_t subParameters = 0; ///< A bit for each that follows a colon.
    std::size_t count = 0;           ///< At least 1.
    char marker = 0;                 ///< One of < = > ? in front of the parameters.
    std::array<char, 2> intermediates{};
    std::size_t intermediateCount = 0;
    char final = 0;

    [[nodiscard]] bool isSub(std::size_t index) const { return ((subParameters >> index) & 1U) != 0; }
    /// A parameter, or what stands for one that is absent.
    [[nodiscard]] int value(std::size_t index, int byDefault = 0) const
    {
        return index < count && values[index] != absent ? values[index] : byDefault;
    }
    /// A count: 0 means 1.
    [[nodiscard]] int amount(std::size_t index = 0) const
    {
        const int given = value(index, 1);
        return given == 0 ? 1 : given;
    }
    /// Marker, intermediates and final character as one number, to switch on.
    [[nodiscard]] std::uint32_t function() const
    {
        return functionOf(final, intermediates[0], marker, intermediates[1]);
    }
    [[nodiscard]] static constexpr std::uint32_t functionOf(
        char final, char intermediate = 0, char marker = 0, char second = 0)
    {
        const auto bits = [](char c, unsigned shift) {
            return static_cast<std::uint32_t>(static_cast<unsigned char>(c)) << shift;
        };
        return bits(final, 0) | bits(intermediate, 8) | bits(marker, 16) | bits(second, 24);
    }
};

/// Takes what a Parser found, in order.
class ParserSink {
public:
    enum class String : std::uint8_t { OperatingSystemCommand, DeviceControl };

    virtual ~ParserSink() = default;

    virtual void writeAscii(std::string_view text) = 0; ///< Printable: U+0020 to U+007E.
    virtual void write(std::u32string_view text) = 0;   ///< Other characters among such, no controls.
    virtual void execute(unsigned char control) = 0;    ///< Of C0.
    virtual void escape(std::string_view intermediates, char final) = 0;
    virtual void control(const ControlSequence &sequence) = 0;
    /// OSC or DCS, without its introducer and its end. `isCut`: there was more than is kept. `isBellEnded`:
    /// BEL stood in the place of ST.
    virtual void string(String kind, std::string_view content, bool isCut, bool isBellEnded) = 0;
};

/// Takes a stream apart into text, control characters, sequences and strings, as the state machine of DEC's
/// terminals does (as Paul Williams wrote it down), with UTF-8 in the place of eight-bit sets. The stream may
/// be hostile and cut anywhere: whatever comes out is whole, valid and bounded. C1 controls exist as ESC
/// sequences only; as characters they are nothing that a program of this century sends.
class Parser {
public:
    explicit Parser(ParserSink &sink) : m_sink(sink) {}

    void feed(std::string_view bytes);

private:
    enum class State : std::uint8_t { Ground, Escape, ControlSequence, String };

    // Each of these takes what it can from the front.
    void takeGround(std::string_view &bytes);
    void takeOther(std::string_view &bytes);
    void takeEscape(std::string_view &bytes);
    void takeControlSequence(std::string_view &bytes);
    [[nodiscard]] bool takePlainSequence(std::string_view &bytes);
    [[nodiscard]] bool takeText(std::string_view &bytes);
    void takeString(std::string_view &bytes);

    void takeCharacter(char32_t character);
    void beginEscape();
    void clearSequence();
    void beginString(unsigned char introducer);
    void endString(bool byBell);
    void addToSequence(unsigned char byte);
    void addToParameters(unsigned char byte);
    void addDigit(int digit)
    {
        if (m_sequence.intermediateCount > 0) {
            m_isIgnored = true; // Parameters stand before intermediates.
        } else if (m_sequence.count <= ControlSequence::maximumParameters) {
            int &value = m_sequence.values[m_sequence.count - 1];
            const int before = value < 0 ? 0 : value;
            value = before * 10 + digit < ControlSequence::maximumValue ? before * 10 + digit
                                                                        : ControlSequence::maximumValue;
        }
    }
    void abandon();

    ParserSink &m_sink;
    State m_state = State::Ground;
    Utf8Decoder m_decoder;
    ControlSequence m_sequence;
    bool m_isIgnored = false; ///< The sequence is malformed or too long: its rest is swallowed.
    bool m_isKept = false;    ///< The string means something.
    bool m_isOsc = false;
    bool m_isCut = false; ///< There was no room for all of the string.
    std::string m_string;
};

} // namespace Koyeb::Vt
