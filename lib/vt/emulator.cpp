// SPDX-License-Identifier: Apache-2.0
#include "vt/emulator.h"

#include "vt/sgr.h"

#include <algorithm>

namespace Koyeb::Vt {

namespace {

/// Far more than a person or an honest program causes before it is taken.
constexpr std::size_t maximumOutput = std::size_t{64} * 1024;
/// A synchronized update that is longer than any screen is shown before it ends.
constexpr std::size_t maximumSynchronizedBytes = std::size_t{4} << 20U;

constexpr char32_t emojiSelector = 0xFE0F;

[[nodiscard]] bool isRegionalIndicator(char32_t character)
{
    return character >= 0x1F1E6 && character <= 0x1F1FF;
}

} // namespace

Emulator::Emulator(Screen &screen, const Terminal::Options &options)
    : m_screen(screen), m_isAmbiguousWide(options.ambiguousIsWide), m_allowsChecksums(options.allowsChecksums)
{
    resetMargins();
    resetTabs();
    for (std::size_t index = 0; index < CharacterClass::count; ++index) {
        const CharacterClass kind = CharacterClass::ofIndex(index);
        m_runWidths[index] = static_cast<std::uint8_t>(kind.mayJoin ? 0 : columnsOf(kind));
    }
}

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
    if (end < m_rightMargin && !m_cursor.isWrapPending) { // Most text fits.
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
    const int limit = at.column < m_rightMargin ? m_rightMargin : columns();
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
    const bool goesOn = m_cursor.row + 1 == m_bottomMargin || m_cursor.row + 1 < rows();
    if (isWholeRow && goesOn) {
        m_screen.setWrapped(m_cursor.row);
    }
    lineFeed(); // From where the text ended: outside the margins nothing scrolls.
    carriageReturn();
}

void Emulator::carriageReturn()
{
    m_cursor.isWrapPending = false;
    m_cursor.column = m_flags.originMode || m_cursor.column >= m_leftMargin ? m_leftMargin : 0;
}

void Emulator::lineFeed()
{
    m_last.isValid = false;
    m_cursor.isWrapPending = false;
    if (m_cursor.row + 1 == m_bottomMargin) {
        if (isInsideColumns()) {
            scrollRegion(1, 0);
        }
    } else if (m_cursor.row + 1 < rows()) {
        ++m_cursor.row;
    }
}

void Emulator::reverseLineFeed()
{
    m_cursor.isWrapPending = false;
    if (m_cursor.row == m_topMargin) {
        if (isInsideColumns()) {
            scrollRegion(-1, 0);
        }
    } else if (m_cursor.row > 0) {
        --m_cursor.row;
    }
}

void Emulator::execute(unsigned char control)
{
    m_last.isRepeatable = false;
    if (control == '\0') {
        return;
    }
    if (control == '\a') {
        ++m_bellCount;
        return;
    }
    m_last.isValid = false;
    switch (control) {
    case '\b':
        moveLeft(1);
        break;
    case '\t':
        if (m_flags.tabWraps && m_flags.autoWrap && m_cursor.isWrapPending) {
            wrapLine();
        }
        tabForward(1);
        break;
    case '\n':
    case '\v':
    case '\f':
        lineFeed();
        if (m_flags.newLine) {
            carriageReturn();
        }
        break;
    case '\r':
        carriageReturn();
        break;
    case 0x0E: // SO
        m_charsets.inUse = 1;
        updatePlain();
        break;
    case 0x0F: // SI
        m_charsets.inUse = 0;
        updatePlain();
        break;
    default:
        break; // ENQ among them: there is no answerback.
    }
}

void Emulator::escape(std::string_view intermediates, char final)
{
    m_last.isValid = false;
    m_last.isRepeatable = false;
    if (!intermediates.empty()) {
        if (intermediates == "#" && final == '8') {
            align();
        } else {
            m_charsets.designate(intermediates, final, m_flags.nationalCharsets);
            updatePlain();
        }
        return;
    }
    switch (final) {
    case '6':
        indexColumn(-1, m_leftMargin);
        break;
    case '7':
        saveCursor();
        break;
    case '8':
        restoreCursor();
        break;
    case '9':
        indexColumn(1, m_rightMargin - 1);
        break;
    case '=':
    case '>':
        m_flags.applicationKeypad = final == '=';
        break;
    case 'D':
        lineFeed();
        break;
    case 'E':
        lineFeed();
        carriageReturn();
        break;
    case 'H':
        m_tabs[static_cast<std::size_t>(m_cursor.column)] = true;
        break;
    case 'M':
        reverseLineFeed();
        break;
    case 'V': // SPA
    case 'W': // EPA
        setProtection(final == 'V', Protection::Iso);
        break;
    case 'Z':
        send("\x1B[?64;6;21;22;28c");
        break;
    case 'c':
        fullReset();
        break;
    default:
        shiftCharset(final);
        break;
    }
}

/// DECBI and DECFI: one column on, or at the margin the text the other way.
void Emulator::indexColumn(int step, int margin)
{
    if (m_cursor.column != margin) {
        moveTo(m_cursor.row, m_cursor.column + step);
    } else if (isInsideMargins()) {
        scrollRegion(0, step);
    }
}

/// SS2 and SS3, LS2 and LS3.
void Emulator::shiftCharset(char final)
{
    if (final == 'N' || final == 'O') {
        m_charsets.single = final == 'N' ? 2 : 3;
    } else if (final == 'n' || final == 'o') {
        m_charsets.inUse = final == 'n' ? 2 : 3;
    }
    updatePlain();
}

void Emulator::control(const ControlSequence &sequence)
{
    const bool isPlain = sequence.marker == 0 && sequence.intermediateCount == 0;
    const char plainFinal = isPlain ? sequence.final : '\0';
    if (plainFinal == 'm') {
        m_last.isRepeatable = false;
        applySgr(m_screen.changePen(), sequence);
        return;
    }
    if (plainFinal == 'b') {
        repeatLast(sequence.amount());
        return;
    }
    m_last.isValid = false;
    m_last.isRepeatable = false;
    if (plainFinal == 'H') { // The most frequent one need not be looked for.
        moveToOrigin(sequence.amount(0) - 1, sequence.amount(1) - 1);
        return;
    }
    (void)(moveByControl(sequence) || editByControl(sequence) || setByControl(sequence) || reportByControl(sequence));
}

void Emulator::string(String kind, std::string_view content, bool isCut, bool isBellEnded)
{
    m_answersWithBell = isBellEnded;
    m_last.isRepeatable = false;
    if (kind == String::OperatingSystemCommand) {
        command(content, isCut);
    } else if (!isCut) {
        deviceControl(content);
    }
}

void Emulator::resize(Size size)
{
    m_last.isValid = false;
    const bool isMain = m_screen.buffer() == Screen::Buffer::Main;
    Place &ofMain = isMain ? m_cursor : m_cursorOfMain;
    Place &saved = m_main.saved.place;
    std::array<Screen::Place, 2> places{
        Screen::Place{ofMain.row, ofMain.column + (ofMain.isWrapPending ? 1 : 0)},
        Screen::Place{saved.row, saved.column + (saved.isWrapPending ? 1 : 0)}};
    m_screen.resize(size, places);
    const auto placed = [size](Screen::Place place) {
        return Place{place.row, std::min(place.column, size.columns - 1), place.column == size.columns};
    };
    ofMain = placed(places[0]);
    saved = placed(places[1]);
    const auto confine = [size](Place &place) {
        const bool isOutside = place.column >= size.columns;
        place.row = std::min(place.row, size.rows - 1);
        place.column = isOutside ? size.columns - 1 : place.column;
        place.isWrapPending = place.isWrapPending && place.column == size.columns - 1;
    };
    confine(m_cursor);
    confine(m_alternate.saved.place);
    resetMargins();
    const std::size_t known = m_tabs.size();
    m_tabs.resize(static_cast<std::size_t>(size.columns));
    for (std::size_t column = known; column < m_tabs.size(); ++column) {
        m_tabs[column] = column % 8 == 0;
    }
    m_damage.everything = true;
}

void Emulator::handleMouse(const MouseEvent &event)
{
    send(m_mouse.report(event, m_flags.tracking, m_flags.encoding));
}

void Emulator::setFocused(bool focused)
{
    if (m_flags.focusEvents) {
        send(focused ? "\x1B[I" : "\x1B[O");
    }
}

void Emulator::clear()
{
    if (m_screen.buffer() == Screen::Buffer::Main && m_cursor.row > 0) {
        m_screen.scroll(m_screen.wholeArea(), m_cursor.row, 0);
        m_main.saved.place.row = std::max(0, m_main.saved.place.row - m_cursor.row);
        m_cursor.row = 0;
        m_last.isValid = false;
    }
    m_screen.scrollback().clear();
    m_damage.everything = true;
}

void Emulator::countInput(std::size_t bytes)
{
    if (!m_flags.synchronized) {
        m_synchronizedBytes = 0;
    } else if ((m_synchronizedBytes += bytes) > maximumSynchronizedBytes) {
        m_flags.synchronized = false;
    }
}

Cursor Emulator::cursor() const
{
    Cursor cursor = m_look;
    cursor.row = m_cursor.row;
    cursor.column = m_cursor.column;
    return cursor;
}

void Emulator::send(std::string_view bytes)
{
    if (m_output.size() + bytes.size() <= maximumOutput) {
        m_output += bytes;
    }
}

Damage Emulator::takeDamage()
{
    m_damage.cursor = m_damage.cursor || cursor() != m_toldCursor;
    m_toldCursor = cursor();
    return std::exchange(m_damage, {});
}

} // namespace Koyeb::Vt
