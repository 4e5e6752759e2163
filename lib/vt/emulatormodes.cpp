// SPDX-License-Identifier: Apache-2.0
// Emulator: modes, and what resets them.
#include "vt/emulator.h"

#include <algorithm>

namespace Koyeb::Vt {

namespace {

/// As DECRPM tells them.
enum ModeState : int { Unknown = 0, Set = 1, Reset = 2, AlwaysSet = 3, AlwaysReset = 4 };

constexpr std::size_t maximumStack = 32;

/// Modes of ISO 6429 for terminals that edit and send pages by themselves.
[[nodiscard]] bool isAlwaysReset(int ansiMode)
{
    return ansiMode == 1 || ansiMode == 3 || ansiMode == 5 || ansiMode == 7 || ansiMode == 10 ||
           ansiMode == 11 || (ansiMode >= 13 && ansiMode <= 19);
}

[[nodiscard]] MouseTracking trackingOf(int mode)
{
    return mode == 9      ? MouseTracking::Presses
           : mode == 1000 ? MouseTracking::Clicks
           : mode == 1002 ? MouseTracking::Drags
                          : MouseTracking::Moves;
}

[[nodiscard]] MouseEncoding encodingOf(int mode)
{
    return mode == 1005   ? MouseEncoding::Utf8
           : mode == 1006 ? MouseEncoding::Sgr
           : mode == 1015 ? MouseEncoding::Decimal
                          : MouseEncoding::SgrPixels;
}

/// Takes over what the parameters of XTPUSHSGR name: those of SGR, but 30 and 31 (once 10 and 11) for the two
/// colours.
[[nodiscard]] Style withParts(Style style, const Style &saved, std::uint32_t parts)
{
    const auto has = [parts](unsigned parameter) {
        return ((parts >> parameter) & 1U) != 0;
    };
    style.bold = has(1) ? saved.bold : style.bold;
    style.dim = has(2) ? saved.dim : style.dim;
    style.italic = has(3) ? saved.italic : style.italic;
    style.underline = has(4) || has(21) ? saved.underline : style.underline;
    style.blink = has(5) ? saved.blink : style.blink;
    style.reverse = has(7) ? saved.reverse : style.reverse;
    style.invisible = has(8) ? saved.invisible : style.invisible;
    style.strikeOut = has(9) ? saved.strikeOut : style.strikeOut;
    style.foreground = has(10) || has(30) ? saved.foreground : style.foreground;
    style.background = has(11) || has(31) ? saved.background : style.background;
    return style;
}

} // namespace

bool Emulator::setByControl(const ControlSequence &sequence)
{
    using C = ControlSequence;
    switch (sequence.function()) {
    case C::functionOf('h'):
    case C::functionOf('h', 0, '?'):
    case C::functionOf('l'):
    case C::functionOf('l', 0, '?'):
        setModes(sequence, sequence.final == 'h');
        return true;
    case C::functionOf('s', 0, '?'):
        saveModes(sequence);
        return true;
    case C::functionOf('r', 0, '?'):
        restoreModes(sequence);
        return true;
    case C::functionOf('q', ' '):
        setCursorStyle(sequence.value(0));
        return true;
    case C::functionOf('q', '"'):
        setProtection(sequence.value(0) == 1, Protection::Dec);
        return true;
    case C::functionOf('p', '"'): // DECSCL: there is one level, but setting it resets.
        if (sequence.value(0) != 61) {
            m_sendsC1 = sequence.value(1) != 1;
        }
        [[fallthrough]];
    case C::functionOf('p', '!'):
        softReset();
        return true;
    case C::functionOf('u', 0, '>'):
    case C::functionOf('u', 0, '<'):
    case C::functionOf('u', 0, '='):
        changeKeyboardFlags(sequence);
        return true;
    case C::functionOf('m', 0, '>'):
    case C::functionOf('n', 0, '>'):
        setKeyModifierOptions(sequence);
        return true;
    case C::functionOf('{', '#'):
    case C::functionOf('p', '#'):
        pushStyle(sequence);
        return true;
    case C::functionOf('}', '#'):
    case C::functionOf('q', '#'):
        popStyle();
        return true;
    default:
        return false;
    }
}

void Emulator::setModes(const ControlSequence &sequence, bool isOn)
{
    for (std::size_t i = 0; i < sequence.count; ++i) {
        const int mode = sequence.value(i);
        if (sequence.marker == '?') {
            setPrivateMode(mode, isOn);
        } else if (bool *const flag = m_flags.find(mode, false)) {
            *flag = isOn;
        }
    }
    updatePlain();
}

void Emulator::setPrivateMode(int mode, bool isOn)
{
    if (bool *const flag = m_flags.find(mode, true)) {
        m_damage.everything = m_damage.everything || (mode == 5 && *flag != isOn);
        *flag = isOn;
    }
    switch (mode) {
    case 3: // The window keeps its width, but what else DECCOLM does is done.
        if (m_flags.allowsColumnSwitch) {
            resetMargins();
            if (!m_flags.keepsScreenOnSwitch) {
                m_screen.resetLineSizes(0, rows());
                m_screen.erase(m_screen.wholeArea());
            }
            moveTo(0, 0);
        }
        break;
    case 6:
        moveToOrigin(0, 0);
        break;
    case 12:
        m_look.blinking = isOn;
        break;
    case 25:
        m_look.visible = isOn;
        break;
    case 69:
        if (isOn) {
            m_screen.resetLineSizes(0, rows());
        } else {
            m_leftMargin = 0;
            m_rightMargin = columns();
        }
        break;
    case 47:
    case 1047:
    case 1049:
        useBuffer(mode, isOn);
        break;
    case 1048:
        isOn ? saveCursor() : restoreCursor();
        break;
    case 9:
    case 1000:
    case 1002:
    case 1003:
        setTracking(mode, isOn);
        break;
    case 1005:
    case 1006:
    case 1015:
    case 1016:
        setEncoding(mode, isOn);
        break;
    default:
        break;
    }
}

/// 47, 1047 and 1049: they differ in what is erased and whether the cursor is saved.
void Emulator::useBuffer(int mode, bool isOn)
{
    const bool wasAlternate = m_screen.buffer() == Screen::Buffer::Alternate;
    if (mode == 1049 && isOn) {
        saveCursor();
    }
    if (mode == 1047 && !isOn && wasAlternate) {
        m_screen.resetLineSizes(0, rows());
        m_screen.erase(m_screen.wholeArea());
    }
    if (wasAlternate != isOn) {
        setBuffer(isOn);
    }
    if (mode == 1049 && isOn) {
        m_screen.resetLineSizes(0, rows());
        m_screen.erase(m_screen.wholeArea());
    }
    if (mode == 1049 && !isOn) {
        restoreCursor();
    }
}

void Emulator::setBuffer(bool isAlternate)
{
    if (isAlternate) {
        m_cursorOfMain = m_cursor;
    }
    m_screen.switchTo(isAlternate ? Screen::Buffer::Alternate : Screen::Buffer::Main);
    confineToLine();
    m_damage.everything = true;
}

void Emulator::setTracking(int mode, bool isOn)
{
    if (isOn) {
        m_flags.tracking = trackingOf(mode);
    } else {
        m_flags.tracking = MouseTracking::None;
    }
}

void Emulator::setEncoding(int mode, bool isOn)
{
    if (isOn) {
        m_flags.encoding = encodingOf(mode);
    } else if (m_flags.encoding == encodingOf(mode)) {
        m_flags.encoding = MouseEncoding::Bytes;
    }
}

int Emulator::privateModeState(int mode) const
{
    const auto state = [](bool isOn) {
        return isOn ? ModeState::Set : ModeState::Reset;
    };
    ModeFlags flags = m_flags;
    if (const bool *const flag = flags.find(mode, true)) {
        return state(*flag);
    }
    switch (mode) {
    case 3:
        return ModeState::Reset;
    case 12:
        return state(m_look.blinking);
    case 25:
        return state(m_look.visible);
    case 47:
    case 1047:
    case 1049:
        return state(m_screen.buffer() == Screen::Buffer::Alternate);
    case 1048:
        return ModeState::Set;
    case 9:
    case 1000:
    case 1002:
    case 1003:
        return state(m_flags.tracking == trackingOf(mode));
    case 1005:
    case 1006:
    case 1015:
    case 1016:
        return state(m_flags.encoding == encodingOf(mode));
    case 2:    // No VT52.
    case 1036: // Alt puts ESC in front.
    case 2027: // Text is taken in grapheme clusters.
        return ModeState::AlwaysSet;
    default:
        return ModeState::Unknown;
    }
}

void Emulator::reportMode(const ControlSequence &sequence)
{
    const int mode = sequence.value(0);
    const bool isPrivate = sequence.marker == '?';
    int state = ModeState::Unknown;
    if (isPrivate) {
        state = privateModeState(mode);
    } else if (const bool *const flag = m_flags.find(mode, false)) {
        state = *flag ? ModeState::Set : ModeState::Reset;
    } else if (isAlwaysReset(mode)) {
        state = ModeState::AlwaysReset;
    }
    send((isPrivate ? "\x1B[?" : "\x1B[") + std::to_string(mode) + ';' + std::to_string(state) + "$y");
}

void Emulator::saveModes(const ControlSequence &sequence)
{
    for (std::size_t i = 0; i < sequence.count; ++i) {
        const int mode = sequence.value(i);
        const int state = privateModeState(mode);
        if (state != ModeState::Set && state != ModeState::Reset) {
            continue;
        }
        const auto known = std::find_if(m_savedModes.begin(), m_savedModes.end(), [mode](const auto &entry) {
            return entry.first == mode;
        });
        if (known == m_savedModes.end()) {
            m_savedModes.emplace_back(mode, state); // As many as there are modes at most.
        } else {
            known->second = state;
        }
    }
}

void Emulator::restoreModes(const ControlSequence &sequence)
{
    for (std::size_t i = 0; i < sequence.count; ++i) {
        const int mode = sequence.value(i);
        const auto known = std::find_if(m_savedModes.begin(), m_savedModes.end(), [mode](const auto &entry) {
            return entry.first == mode;
        });
        if (known != m_savedModes.end() && privateModeState(mode) != known->second) {
            setPrivateMode(mode, known->second == ModeState::Set);
        }
    }
}

void Emulator::setCursorStyle(int style)
{
    if (style <= 6) {
        m_look.shape = style <= 2   ? Cursor::Shape::Block
                       : style <= 4 ? Cursor::Shape::Underline
                                    : Cursor::Shape::Bar;
        m_look.blinking = style != 0 && style % 2 == 1;
    }
}

void Emulator::softReset()
{
    const ModeFlags before = m_flags;
    m_flags = {};
    // Not the matter of a soft reset.
    m_flags.newLine = before.newLine;
    m_flags.reverseVideo = before.reverseVideo;
    m_flags.tracking = before.tracking;
    m_flags.encoding = before.encoding;
    m_flags.focusEvents = before.focusEvents;
    m_flags.bracketedPaste = before.bracketedPaste;
    m_flags.alternateScroll = before.alternateScroll;
    m_flags.allowsColumnSwitch = before.allowsColumnSwitch;
    m_look.visible = true;
    m_charsets = {};
    m_screen.setPen({});
    m_protection = Protection::Dec;
    m_cursor.isWrapPending = false;
    resetMargins();
    ofBuffer().saved = {};
    m_main.keyboardFlags.clear();
    m_alternate.keyboardFlags.clear();
    m_modifyOtherKeys = 0;
    updatePlain();
}

void Emulator::fullReset()
{
    if (m_screen.buffer() == Screen::Buffer::Alternate) {
        setPrivateMode(1049, false);
    }
    softReset();
    m_flags = {};
    m_look = {};
    m_main = {};
    m_alternate = {};
    m_last = {};
    m_savedModes.clear();
    m_styleStack.clear();
    m_titleStack.clear();
    m_colours = {};
    m_specialColours = {};
    m_undrawnColours = {};
    m_changeExtent = 0;
    m_sendsC1 = false;
    resetTabs();
    updatePlain();
    m_screen.forgetAlternate();
    m_screen.resetLineSizes(0, rows());
    m_screen.erase(m_screen.wholeArea());
    m_screen.scrollback().clear();
    moveTo(0, 0);
    m_damage.everything = true;
}

Emulator::PerBuffer &Emulator::ofBuffer()
{
    return m_screen.buffer() == Screen::Buffer::Main ? m_main : m_alternate;
}

const Emulator::PerBuffer &Emulator::ofBuffer() const
{
    return m_screen.buffer() == Screen::Buffer::Main ? m_main : m_alternate;
}

void Emulator::changeKeyboardFlags(const ControlSequence &sequence)
{
    constexpr int allFlags = 31;
    std::vector<std::uint8_t> &stack = ofBuffer().keyboardFlags;
    const auto given = static_cast<std::uint8_t>(sequence.value(0) & allFlags);
    switch (sequence.marker) {
    case '>':
        if (stack.size() >= maximumStack) {
            stack.erase(stack.begin());
        }
        stack.push_back(given);
        break;
    case '<':
        stack.resize(stack.size() - std::min(stack.size(), static_cast<std::size_t>(sequence.amount())));
        break;
    default: {
        if (stack.empty()) {
            stack.push_back(0);
        }
        const int how = sequence.value(1, 1);
        std::uint8_t &flags = stack.back();
        if (how == 1) {
            flags = given;
        } else if (how == 2) {
            flags = static_cast<std::uint8_t>(flags | given);
        } else if (how == 3) {
            flags = static_cast<std::uint8_t>(flags & ~given);
        }
        break;
    }
    }
}

/// XTMODKEYS: of its resources, modifyOtherKeys.
void Emulator::setKeyModifierOptions(const ControlSequence &sequence)
{
    constexpr int modifyOtherKeys = 4;
    const bool isForAll = sequence.count == 1 && sequence.value(0) == 0;
    if (isForAll || sequence.value(0) == modifyOtherKeys) {
        const int value = sequence.final == 'm' ? sequence.value(1) : 0;
        m_modifyOtherKeys = static_cast<std::uint8_t>(std::clamp(value, 0, 2));
    }
}

void Emulator::pushStyle(const ControlSequence &sequence)
{
    if (m_styleStack.size() >= maximumStack) {
        return;
    }
    SavedStyle saved{m_screen.pen(), 0};
    for (std::size_t i = 0; i < sequence.count; ++i) {
        if (const int parameter = sequence.value(i); parameter > 0 && parameter < 32) {
            saved.parts |= 1U << static_cast<unsigned>(parameter);
        }
    }
    m_styleStack.push_back(saved);
}

void Emulator::popStyle()
{
    if (m_styleStack.empty()) {
        return;
    }
    const auto [style, parts] = m_styleStack.back();
    m_styleStack.pop_back();
    m_screen.setPen(parts == 0 ? style : withParts(m_screen.pen(), style, parts));
}

Modes Emulator::modes() const
{
    Modes modes;
    modes.alternateScreen = m_screen.buffer() == Screen::Buffer::Alternate;
    modes.applicationCursor = m_flags.applicationCursor;
    modes.newLine = m_flags.newLine;
    modes.bracketedPaste = m_flags.bracketedPaste;
    modes.reverseVideo = m_flags.reverseVideo;
    modes.mouse = m_flags.tracking;
    modes.mouseEncoding = m_flags.encoding;
    modes.focusEvents = m_flags.focusEvents;
    modes.alternateScroll = m_flags.alternateScroll;
    modes.applicationKeypad = m_flags.applicationKeypad;
    modes.backspaceIsBs = m_flags.backspaceIsBs;
    modes.sendsC1 = m_sendsC1;
    modes.insert = m_flags.insert;
    modes.originMode = m_flags.originMode;
    modes.autoWrap = m_flags.autoWrap;
    modes.reverseWrap = m_flags.reverseWrap;
    modes.horizontalMargins = m_flags.horizontalMargins;
    modes.synchronized = m_flags.synchronized;
    modes.modifyOtherKeys = m_modifyOtherKeys;
    modes.keyboardFlags =
        ofBuffer().keyboardFlags.empty() ? std::uint8_t{0} : ofBuffer().keyboardFlags.back();
    return modes;
}

} // namespace Koyeb::Vt
