// SPDX-License-Identifier: Apache-2.0
// Emulator: the state of the cursor and the tab stops, told and set as a whole (DECRQPSR, DECRSPS).
#include "vt/emulator.h"

#include <algorithm>
#include <charconv>
#include <initializer_list>

namespace Koyeb::Vt {

namespace {

/// Flags travel as a character of which they are the low bits.
constexpr unsigned flagBase = 0x40;

[[nodiscard]] char flagsCharacter(std::initializer_list<bool> flags)
{
    unsigned bits = 0;
    unsigned bit = 1;
    for (const bool flag : flags) {
        bits |= flag ? bit : 0U;
        bit <<= 1U;
    }
    return static_cast<char>(flagBase | bits);
}

[[nodiscard]] std::string_view takeUntil(std::string_view &text, char separator)
{
    const std::size_t end = text.find(separator);
    const std::string_view field = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    return field;
}

[[nodiscard]] int numberIn(std::string_view text)
{
    int number = 0;
    (void)std::from_chars(text.data(), text.data() + text.size(), number);
    return std::max(number, 0);
}

[[nodiscard]] unsigned flagsIn(std::string_view text)
{
    return text.empty() ? 0U : static_cast<unsigned char>(text.front()) & ~flagBase;
}

} // namespace

void Emulator::reportPresentation(int what)
{
    std::string text;
    if (what == 1) {
        const Style &pen = m_screen.pen();
        const auto number = [](int value) {
            return std::to_string(value) + ';';
        };
        text = "1$u" + number(m_cursor.row + 1) + number(m_cursor.column + 1) + number(1);
        text += flagsCharacter({pen.bold, pen.underline != Underline::None, pen.blink, pen.reverse});
        text += ';';
        text += flagsCharacter({pen.isProtected});
        text += ';';
        text += flagsCharacter(
            {m_flags.originMode, m_charsets.single == 2, m_charsets.single == 3, m_cursor.isWrapPending});
        text += ';';
        text += number(m_charsets.inUse) + number(2);
        text += flagsCharacter(
            {m_charsets.has96(0), m_charsets.has96(1), m_charsets.has96(2), m_charsets.has96(3)});
        text += ';';
        for (std::size_t index = 0; index < m_charsets.sets.size(); ++index) {
            text += m_charsets.designator(index);
        }
    } else if (what == 2) {
        text = "2$u";
        for (std::size_t column = 0; column < m_tabs.size(); ++column) {
            if (m_tabs[column]) {
                text += text.back() == 'u' ? "" : "/";
                text += std::to_string(column + 1);
            }
        }
    } else {
        return;
    }
    send("\x1BP" + text + "\x1B\\");
}

/// What reportPresentation() told, given back.
void Emulator::restorePresentation(int what, std::string_view content)
{
    if (what == 1) {
        restoreCursorState(content);
    } else if (what == 2) {
        std::fill(m_tabs.begin(), m_tabs.end(), false);
        while (!content.empty()) {
            const int column = numberIn(takeUntil(content, '/'));
            if (column >= 1 && column <= columns()) {
                m_tabs[static_cast<std::size_t>(column - 1)] = true;
            }
        }
    }
}

void Emulator::restoreCursorState(std::string_view content)
{
    const int row = numberIn(takeUntil(content, ';')) - 1;
    const int column = numberIn(takeUntil(content, ';')) - 1;
    (void)takeUntil(content, ';'); // There is one page.
    const unsigned look = flagsIn(takeUntil(content, ';'));
    const unsigned protection = flagsIn(takeUntil(content, ';'));
    const unsigned flags = flagsIn(takeUntil(content, ';'));
    const int inUse = numberIn(takeUntil(content, ';'));
    (void)takeUntil(content, ';'); // The right half is not used with UTF-8.
    const unsigned are96 = flagsIn(takeUntil(content, ';'));
    Style &pen = m_screen.changePen();
    pen.bold = (look & 1U) != 0;
    pen.underline = (look & 2U) != 0 ? Underline::Single : Underline::None;
    pen.blink = (look & 4U) != 0;
    pen.reverse = (look & 8U) != 0;
    pen.isProtected = (protection & 1U) != 0;
    m_flags.originMode = (flags & 1U) != 0;
    m_charsets = {};
    m_charsets.inUse = inUse >= 0 && inUse <= 3 ? static_cast<std::uint8_t>(inUse) : std::uint8_t{0};
    for (std::size_t index = 0; index < m_charsets.sets.size() && !content.empty(); ++index) {
        const std::size_t length = content.front() == '%' ? 2 : 1;
        m_charsets.designate(index, content.substr(0, length), ((are96 >> index) & 1U) != 0);
        content.remove_prefix(std::min(length, content.size()));
    }
    m_charsets.single = (flags & 2U) != 0   ? std::uint8_t{2}
                        : (flags & 4U) != 0 ? std::uint8_t{3}
                                            : std::uint8_t{0};
    updatePlain();
    moveTo(row, column);
    m_cursor.isWrapPending = (flags & 8U) != 0 && m_cursor.column + 1 == rightLimit();
    m_last.isValid = false;
}

} // namespace Koyeb::Vt
