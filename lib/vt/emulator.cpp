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
        confineToLine();
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
        confineToLine();
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
        escapeWith(intermediates, final);
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

void Emulator::escapeWith(std::string_view intermediates, char final)
{
    if (intermediates == "#") {
        if (final == '8') {
            align();
        } else if (final >= '3' && final <= '6') {
            constexpr std::array sizes{
                LineSize::DoubleTop, LineSize::DoubleBottom, LineSize::Single, LineSize::DoubleWidth};
            setLineSize(sizes.at(static_cast<std::size_t>(final - '3')));
        }
    } else if (intermediates == " " && (final == 'F' || final == 'G')) {
        m_sendsC1 = final == 'G';
    } else {
        m_charsets.designate(intermediates, final, m_flags.nationalCharsets);
        updatePlain();
    }
}

/// DECDHL, DECSWL and DECDWL. Rows with margins at their sides have one size only, as in xterm.
void Emulator::setLineSize(LineSize size)
{
    if (!m_flags.horizontalMargins) {
        m_screen.setLineSize(m_cursor.row, size);
        confineToLine();
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
    const auto placed = [this](Screen::Place place) {
        const int end = m_screen.mainRow(place.row).limit();
        return Place{place.row, std::min(place.column, end - 1), place.column == end};
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
    confineToLine();
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
        m_output += m_sendsC1 ? withC1(bytes) : std::string(bytes);
    }
}

Damage Emulator::takeDamage()
{
    m_damage.cursor = m_damage.cursor || cursor() != m_toldCursor;
    m_toldCursor = cursor();
    return std::exchange(m_damage, {});
}

} // namespace Koyeb::Vt
