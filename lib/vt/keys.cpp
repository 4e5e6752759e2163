// SPDX-License-Identifier: Apache-2.0
#include "vt/keys.h"

#include "vt/utf8.h"

#include <array>

namespace Koyeb::Vt {

namespace {

constexpr char escape = '\x1B';

/// xterm's modifier parameter: 1 for none, plus 1 Shift, 2 Alt, 4 Control, 8 Super.
[[nodiscard]] int modifierParameter(Modifiers modifiers)
{
    return 1 + (modifiers.shift ? 1 : 0) + (modifiers.alt ? 2 : 0) + (modifiers.control ? 4 : 0) +
           (modifiers.super ? 8 : 0);
}

/// Keys whose sequence ends with a letter of their own.
[[nodiscard]] std::string encodeLettered(char letter, Modifiers modifiers, char introducer)
{
    if (modifiers.isAny()) {
        return std::string("\x1B[1;") + std::to_string(modifierParameter(modifiers)) + letter;
    }
    return {escape, introducer, letter};
}

/// Keys whose sequence carries a number.
[[nodiscard]] std::string encodeNumbered(int number, Modifiers modifiers)
{
    std::string bytes = "\x1B[" + std::to_string(number);
    if (modifiers.isAny()) {
        bytes += ';' + std::to_string(modifierParameter(modifiers));
    }
    return bytes + '~';
}

[[nodiscard]] std::string withAlt(std::string bytes, Modifiers modifiers)
{
    return modifiers.alt ? escape + bytes : bytes;
}

[[nodiscard]] std::string encodeFunction(Key key, Modifiers modifiers)
{
    // The numbers leave gaps where the VT220's keyboard had them.
    constexpr std::array numbers = {15, 17, 18, 19, 20, 21, 23, 24, 25, 26,
                                    28, 29, 31, 32, 33, 34, 42, 43, 44, 45};
    const auto offset = static_cast<std::size_t>(key) - static_cast<std::size_t>(Key::F1);
    if (offset < 4) {
        return encodeLettered(static_cast<char>('P' + offset), modifiers, 'O');
    }
    return encodeNumbered(numbers.at(offset - 4), modifiers);
}

/// What the keys of the keypad type, from Keypad0 on.
constexpr std::string_view keypadText = "0123456789./*-+\r=";

[[nodiscard]] std::string encodeKeypad(Key key, Modifiers modifiers, const Modes &modes)
{
    constexpr std::string_view applicationLetters = "pqrstuvwxynojmkMX";
    const auto offset = static_cast<std::size_t>(key) - static_cast<std::size_t>(Key::Keypad0);
    if (modes.applicationKeypad) {
        return encodeLettered(applicationLetters[offset], modifiers, 'O');
    }
    return withAlt(std::string(1, keypadText[offset]), modifiers);
}

/// The control character that Control makes of this one, or the character itself: as Xlib does for xterm.
[[nodiscard]] char32_t controlled(char32_t character)
{
    if (character == U' ' || (character >= U'@' && character <= U'~')) {
        return character & 0x1F;
    }
    switch (character) {
    case U'2':
        return 0x00;
    case U'3':
    case U'4':
    case U'5':
    case U'6':
    case U'7':
        return character - U'3' + 0x1B;
    case U'/':
        return 0x1F;
    case U'8':
    case U'?':
        return 0x7F;
    default:
        return character;
    }
}

} // namespace

Key withoutKeypad(Key key)
{
    constexpr std::array keys = {Key::Left,     Key::Right, Key::Up,  Key::Down,   Key::PageUp,
                                 Key::PageDown, Key::Home,  Key::End, Key::Insert, Key::Delete};
    const auto offset = static_cast<std::size_t>(key) - static_cast<std::size_t>(Key::KeypadLeft);
    return offset < keys.size() ? keys.at(offset) : key;
}

std::string encodeKey(Key key, Modifiers modifiers, const Modes &modes)
{
    const char cursorIntroducer = modes.applicationCursor ? 'O' : '[';
    switch (withoutKeypad(key)) {
    case Key::Enter:
        return withAlt(modes.newLine ? "\r\n" : "\r", modifiers);
    case Key::Tab:
        return withAlt(modifiers.shift ? "\x1B[Z" : "\t", modifiers);
    case Key::Backspace:
        return withAlt(modifiers.control != modes.backspaceIsBs ? "\x08" : "\x7F", modifiers);
    case Key::Escape:
        return withAlt("\x1B", modifiers);
    case Key::Up:
        return encodeLettered('A', modifiers, cursorIntroducer);
    case Key::Down:
        return encodeLettered('B', modifiers, cursorIntroducer);
    case Key::Right:
        return encodeLettered('C', modifiers, cursorIntroducer);
    case Key::Left:
        return encodeLettered('D', modifiers, cursorIntroducer);
    case Key::Home:
        return encodeLettered('H', modifiers, cursorIntroducer);
    case Key::End:
        return encodeLettered('F', modifiers, cursorIntroducer);
    case Key::Insert:
        return encodeNumbered(2, modifiers);
    case Key::Delete:
        return encodeNumbered(3, modifiers);
    case Key::PageUp:
        return encodeNumbered(5, modifiers);
    case Key::PageDown:
        return encodeNumbered(6, modifiers);
    case Key::KeypadBegin:
        return encodeLettered('E', modifiers, cursorIntroducer);
    default:
        break;
    }
    if (key >= Key::F1 && key <= Key::F24) {
        return encodeFunction(key, modifiers);
    }
    if (key >= Key::Keypad0 && key <= Key::KeypadEqual) {
        return encodeKeypad(key, modifiers, modes);
    }
    return {};
}

std::string encodeCharacter(char32_t character, Modifiers modifiers)
{
    std::string bytes;
    appendUtf8(bytes, modifiers.control ? controlled(character) : character);
    return withAlt(std::move(bytes), modifiers);
}

std::string encodePaste(std::string_view utf8, const Modes &modes)
{
    std::string bytes;
    bytes.reserve(utf8.size() + 12);
    if (modes.bracketedPaste) {
        bytes += "\x1B[200~";
    }
    char32_t previous = 0;
    for (const char32_t codePoint : decodeUtf8(utf8)) {
        const bool isControl = codePoint < 0x20 || (codePoint >= 0x7F && codePoint < 0xA0);
        if (codePoint == U'\n' || codePoint == U'\r') {
            if (codePoint == U'\r' || previous != U'\r') {
                bytes.push_back('\r');
            }
        } else if (!isControl || codePoint == U'\t') {
            appendUtf8(bytes, codePoint);
        }
        previous = codePoint;
    }
    if (modes.bracketedPaste) {
        bytes += "\x1B[201~";
    }
    return bytes;
}

} // namespace Koyeb::Vt
