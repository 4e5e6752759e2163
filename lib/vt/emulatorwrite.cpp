// SPDX-License-Identifier: Apache-2.0
// How an Emulator puts text on the screen: where the cursor is, a cluster at a time, or many cells at once.
#include "vt/emulator.h"

#include <algorithm>

namespace Koyeb::Vt {

namespace {

constexpr char32_t emojiSelector = 0xFE0F;

[[nodiscard]] bool isRegionalIndicator(char32_t character)
{
    return character >= 0x1F1E6 && character <= 0x1F1FF;
}

} // namespace

void Emulator::writeAscii(std::string_view text)
{
    if (!m_isPlain) {
        for (const char c : text) {
            const char32_t character = m_charsets.translate(static_cast<unsigned char>(c));
            updatePlain();
            m_last.begin(character);
            m_breaker.begin(character);
            place(character, columnsOf(classOf(character)));
        }
        return;
    }
    m_last.begin(static_cast<unsigned char>(text.back()));
    m_last.width = 1;
    m_last.isValid = true;
    m_breaker.begin(static_cast<unsigned char>(text.back()));
    const int end = m_cursor.column + static_cast<int>(text.size());
    const int last = m_screen.hasLargeLines() ? rightLimit() : m_rightMargin;
    if (end < last && !m_cursor.isWrapPending) { // Most text fits.
        m_screen.writeAscii(m_cursor.row, m_cursor.column, text);
        m_last.place = {m_cursor.row, end - 1, false};
        m_cursor.column = end;
        return;
    }
    while (!text.empty()) {
        if (m_cursor.isWrapPending && m_flags.autoWrap) {
            wrapLine();
        }
        const int limit = rightLimit();
        const auto room = static_cast<std::size_t>(limit - m_cursor.column);
        const std::size_t count = std::min(text.size(), room);
        m_screen.writeAscii(m_cursor.row, m_cursor.column, text.substr(0, count));
        m_cursor.column += static_cast<int>(count);
        text.remove_prefix(count);
        m_last.place = {m_cursor.row, m_cursor.column - 1, false};
        if (m_cursor.column == limit) {
            m_cursor.column = limit - 1;
            m_cursor.isWrapPending = true;
            if (!m_flags.autoWrap && text.size() > 1) {
                text = text.substr(text.size() - 1); // They would stand on top of each other.
            }
        }
    }
    m_last.isValid = true; // Also where a line feed was on the way.
}

void Emulator::write(std::u32string_view text)
{
    const auto runWidth = [this](char32_t character) {
        return m_runWidths[m_classes.of(character).index()];
    };
    while (!text.empty()) {
        const int width = m_isPlain ? runWidth(text.front()) : 0;
        std::size_t count = 1;
        if (width > 0) {
            while (count < text.size() && runWidth(text[count]) == width) {
                ++count;
            }
            writeRun(text.substr(0, count), width);
        } else if (text.front() < 0x7F) {
            const auto ascii = static_cast<char>(text.front());
            writeAscii({&ascii, 1});
        } else {
            writeOne(text.front());
        }
        text.remove_prefix(count);
    }
}

/// Characters of the same width, none of which joins what is before it.
void Emulator::writeRun(std::u32string_view text, int width)
{
    m_last.begin(text.back());
    m_breaker.begin(text.back());
    while (!text.empty()) {
        if (m_cursor.isWrapPending && m_flags.autoWrap) {
            wrapLine();
        }
        const int limit = rightLimit();
        const auto room = static_cast<std::size_t>((limit - m_cursor.column) / width);
        const std::size_t count = std::min(text.size(), room);
        if (count == 0) {
            place(text.front(), width);
            text.remove_prefix(1);
            continue;
        }
        m_screen.write(m_cursor.row, m_cursor.column, text.substr(0, count), width);
        m_cursor.column += static_cast<int>(count) * width;
        text.remove_prefix(count);
        m_last.place = {m_cursor.row, m_cursor.column - width, false};
        m_last.width = width;
        m_last.isValid = true;
        m_cursor.isWrapPending = m_cursor.column >= limit;
        m_cursor.column = std::min(m_cursor.column, limit - 1);
    }
}

void Emulator::writeOne(char32_t character)
{
    const CharacterClass kind = m_classes.of(character);
    if (kind.isInvisible) {
        return;
    }
    if (m_last.isValid && kind.mayJoin && m_breaker.takes(character)) {
        join(character);
        return;
    }
    const int width = columnsOf(kind);
    if (width == 0) {
        return; // There is nothing that it could stand on.
    }
    if (!m_isPlain) {
        m_charsets.single = 0;
        updatePlain();
    }
    m_last.begin(character);
    m_breaker.begin(character);
    place(character, width);
}

void Emulator::place(char32_t character, int width)
{
    if (m_cursor.isWrapPending && m_flags.autoWrap) {
        wrapLine();
    }
    int limit = rightLimit();
    if (m_cursor.column + width > limit) {
        if (!m_flags.autoWrap) {
            m_last.isValid = false; // There is no room for a wide one.
            return;
        }
        wrapLine();
        limit = rightLimit();
        width = std::min(width, limit - m_cursor.column);
    }
    if (m_flags.insert && isInsideColumns()) {
        m_screen.insertCells(m_cursor.row, m_cursor.column, limit, width);
    }
    m_screen.put(m_cursor.row, m_cursor.column, character, width);
    m_last.isValid = true;
    m_last.place = {m_cursor.row, m_cursor.column, false};
    m_last.width = width;
    m_cursor.column += width;
    m_cursor.isWrapPending = m_cursor.column >= limit;
    m_cursor.column = std::min(m_cursor.column, limit - 1);
}

/// A character that belongs to the cluster before it.
void Emulator::join(char32_t character)
{
    const bool makesEmoji = character == emojiSelector && isEmojiBase(m_last.text.text[0]);
    const int wanted = makesEmoji || isRegionalIndicator(character)
                           ? 2
                           : std::max(m_last.width, columnsOf(classOf(character)));
    if (m_last.text.length < Cell::maximumCodePoints) {
        m_last.text.text[m_last.text.length++] = character;
    }
    if (wanted > m_last.width) {
        joinWider(character);
    } else if (!m_screen.combine(m_last.place.row, m_last.place.column, character, m_last.width)) {
        m_last.isValid = false;
    }
}

/// A character that makes the cluster before it two columns wide.
void Emulator::joinWider(char32_t character)
{
    const Place at = m_last.place;
    const int limit = limitAt(at.row, at.column);
    if (at.column + 2 <= limit) {
        m_screen.combine(at.row, at.column, character, 2);
        m_last.width = 2;
        m_cursor.column = std::min(at.column + 2, limit - 1);
        m_cursor.isWrapPending = at.column + 2 >= limit;
        return;
    }
    if (!m_flags.autoWrap || limit < 2) {
        m_screen.combine(at.row, at.column, character, m_last.width);
        return;
    }
    m_screen.erase({at.row, at.row + 1, at.column, at.column + 1});
    wrapLine();
    const Cluster cluster = m_last.text;
    place(cluster.text[0], 2);
    for (const char32_t mark : cluster.codePoints().subspan(1)) {
        m_screen.combine(m_last.place.row, m_last.place.column, mark, 2);
    }
}

void Emulator::wrapLine()
{
    const bool isWholeRow = !m_flags.horizontalMargins || (m_leftMargin == 0 && m_rightMargin == columns());
    const bool scrolls = m_cursor.row + 1 == m_bottomMargin;
    const bool goesOn = scrolls || m_cursor.row + 1 < rows();
    // All of a line has one size.
    const auto isSameSize = [this, scrolls] {
        const LineSize next = scrolls ? LineSize::Single : m_screen.row(m_cursor.row + 1).size();
        return m_screen.row(m_cursor.row).size() == next;
    };
    if (isWholeRow && goesOn && isSameSize()) {
        m_screen.setWrapped(m_cursor.row);
    }
    lineFeed(); // From where the text ended: outside the margins nothing scrolls.
    carriageReturn();
}

} // namespace Koyeb::Vt
