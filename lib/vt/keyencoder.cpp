// SPDX-License-Identifier: Apache-2.0
// Key events in the forms that tell keys apart: the kitty keyboard protocol and xterm's modifyOtherKeys.
#include "vt/keys.h"

#include "vt/utf8.h"

#include <array>
#include <optional>
#include <utf8proc.h>

namespace Koyeb::Vt {

namespace {

using Action = KeyEvent::Action;

/// How the kitty keyboard protocol writes a key: CSI number … final.
struct KeyCode {
    int number = 1;
    char final = 'u';
};

[[nodiscard]] char32_t lowerCase(char32_t character)
{
    return static_cast<char32_t>(utf8proc_tolower(static_cast<utf8proc_int32_t>(character)));
}

[[nodiscard]] int offsetFrom(Key key, Key first)
{
    return static_cast<int>(key) - static_cast<int>(first);
}

[[nodiscard]] KeyCode codeOfFunction(Key key)
{
    constexpr std::array firstFunctions = {KeyCode{1, 'P'},  KeyCode{1, 'Q'},  KeyCode{13, '~'},
                                           KeyCode{1, 'S'},  KeyCode{15, '~'}, KeyCode{17, '~'},
                                           KeyCode{18, '~'}, KeyCode{19, '~'}, KeyCode{20, '~'},
                                           KeyCode{21, '~'}, KeyCode{23, '~'}, KeyCode{24, '~'}};
    const auto offset = static_cast<std::size_t>(offsetFrom(key, Key::F1));
    constexpr int f13 = 57376;
    return offset < firstFunctions.size() ? firstFunctions.at(offset)
                                          : KeyCode{f13 + offsetFrom(key, Key::F13), 'u'};
}

[[nodiscard]] KeyCode codeOf(const KeyEvent &event)
{
    constexpr std::array codes = {KeyCode{13, 'u'}, KeyCode{9, 'u'}, KeyCode{127, 'u'}, KeyCode{27, 'u'},
                                  KeyCode{1, 'A'},  KeyCode{1, 'B'}, KeyCode{1, 'C'},   KeyCode{1, 'D'},
                                  KeyCode{1, 'H'},  KeyCode{1, 'F'}, KeyCode{2, '~'},   KeyCode{3, '~'},
                                  KeyCode{5, '~'},  KeyCode{6, '~'}};
    constexpr int keypad0 = 57399;
    constexpr int keypadLeft = 57417;
    constexpr int capsLock = 57358;
    constexpr int mediaPlay = 57428;
    constexpr int rightShift = 57447;
    constexpr int isoLevel3Shift = 57453;
    const Key key = event.key;
    if (key == Key::Character) {
        return {static_cast<int>(lowerCase(event.character)), 'u'};
    }
    if (key < Key::F1) {
        return codes.at(static_cast<std::size_t>(key));
    }
    if (key <= Key::F24) {
        return codeOfFunction(key);
    }
    if (key <= Key::KeypadEqual) {
        return {keypad0 + offsetFrom(key, Key::Keypad0), 'u'};
    }
    if (key <= Key::KeypadBegin) {
        return {keypadLeft + offsetFrom(key, Key::KeypadLeft), 'u'};
    }
    if (key <= Key::Menu) {
        return {capsLock + offsetFrom(key, Key::CapsLock), 'u'};
    }
    if (key < Key::RightShift) { // The numbers of keys that we do not know come between.
        return {mediaPlay + offsetFrom(key, Key::MediaPlay), 'u'};
    }
    return {key == Key::IsoLevel3Shift ? isoLevel3Shift : rightShift + offsetFrom(key, Key::RightShift), 'u'};
}

[[nodiscard]] int kittyModifiers(Modifiers modifiers)
{
    return 1 + (modifiers.shift ? 1 : 0) + (modifiers.alt ? 2 : 0) + (modifiers.control ? 4 : 0) +
           (modifiers.super ? 8 : 0) + (modifiers.capsLock ? 64 : 0) + (modifiers.numLock ? 128 : 0);
}

[[nodiscard]] bool isModifier(Key key)
{
    const bool isLock = key >= Key::CapsLock && key <= Key::NumLock;
    return isLock || (key >= Key::LeftShift && key <= Key::IsoLevel3Shift);
}

/// Digits and operators, which type text with Num Lock.
[[nodiscard]] bool isTypingKeypad(Key key)
{
    return key >= Key::Keypad0 && key <= Key::KeypadEqual;
}

[[nodiscard]] std::string codePointsOf(const std::string &text)
{
    std::string numbers;
    for (const char32_t character : decodeUtf8(text)) {
        if (character >= 0x20 && !(character >= 0x7F && character < 0xA0)) {
            numbers += (numbers.empty() ? "" : ":") + std::to_string(static_cast<unsigned>(character));
        }
    }
    return numbers;
}

/// CSI code : shifted : base ; modifiers : action ; text final
[[nodiscard]] std::string kittySequence(const KeyEvent &event, std::uint8_t flags)
{
    const KeyCode code = codeOf(event);
    std::string key = std::to_string(code.number);
    if ((flags & ReportAlternateKeys) != 0 && event.key == Key::Character) {
        const bool hasShifted = event.modifiers.shift && event.shifted != 0;
        const bool hasBase = event.base != 0 && event.base != event.character;
        key += hasShifted ? ':' + std::to_string(static_cast<unsigned>(event.shifted)) : hasBase ? ":" : "";
        key += hasBase ? ':' + std::to_string(static_cast<unsigned>(event.base)) : "";
    }
    const int parameter = kittyModifiers(event.modifiers);
    const bool tellsAction = (flags & ReportEventTypes) != 0 && event.action != Action::Press;
    std::string modifiers = parameter > 1 || tellsAction ? std::to_string(parameter) : "";
    modifiers += tellsAction ? ':' + std::to_string(static_cast<int>(event.action) + 1) : "";
    const bool tellsText = (flags & ReportText) != 0 && (flags & ReportAllAsEscapes) != 0 &&
                           event.action != Action::Release && code.final == 'u' && !event.modifiers.control;
    const std::string text = tellsText ? codePointsOf(event.text) : std::string();
    std::string sequence = "\x1B[";
    const bool isBare = code.number == 1 && code.final != 'u' && modifiers.empty();
    sequence += isBare ? "" : key;
    sequence += modifiers.empty() && text.empty() ? "" : ';' + modifiers;
    sequence += text.empty() ? "" : ';' + text;
    return sequence + code.final;
}

/// What a key types by itself, without a protocol.
[[nodiscard]] std::string textOf(const KeyEvent &event)
{
    if (!event.text.empty()) {
        return event.text;
    }
    std::string text;
    if (event.key == Key::Character && event.character != 0) {
        const bool isShifted = event.modifiers.shift && event.shifted != 0;
        appendUtf8(text, isShifted ? event.shifted : event.character);
    }
    return text;
}

[[nodiscard]] std::string encodeKitty(const KeyEvent &event, const Modes &modes)
{
    const std::uint8_t flags = modes.keyboardFlags;
    const bool tellsAll = (flags & ReportAllAsEscapes) != 0;
    if (event.action == Action::Release && (flags & ReportEventTypes) == 0) {
        return {};
    }
    if (event.key == Key::Character && event.character == 0) {
        const bool isWritten = tellsAll && (flags & ReportText) != 0 && !codePointsOf(event.text).empty();
        return isWritten ? kittySequence(event, flags) : event.text;
    }
    if (isModifier(event.key) && !tellsAll) {
        return {};
    }
    const bool isPlain = !event.modifiers.alt && !event.modifiers.control && !event.modifiers.super;
    const bool isTyping = event.key == Key::Character || (isTypingKeypad(event.key) && !event.text.empty());
    if (isTyping && isPlain && !tellsAll && event.action != Action::Release) {
        return textOf(event);
    }
    const bool isLegacy = event.key == Key::Enter || event.key == Key::Tab || event.key == Key::Backspace;
    if (isLegacy && !tellsAll) {
        // So that a person can still type "reset" after a program that died.
        if (event.action == Action::Release) {
            return {};
        }
        if (!event.modifiers.isAny()) {
            return encodeKey(event.key, {}, modes);
        }
    }
    if ((flags & DisambiguateEscapes) == 0 && !tellsAll) {
        if (event.action == Action::Press) {
            Modes legacy = modes;
            legacy.keyboardFlags = 0;
            return encodeKey(event, legacy);
        }
        KeyEvent plain = event;
        plain.key = withoutKeypad(event.key);
        return kittySequence(plain, flags);
    }
    return kittySequence(event, flags);
}

/// CSI 27 ; modifiers ; character ~
[[nodiscard]] std::optional<std::string> encodeOther(const KeyEvent &event, const Modes &modes)
{
    Modifiers modifiers = event.modifiers;
    modifiers.capsLock = modifiers.numLock = false;
    char32_t character = 0;
    switch (event.key) {
    case Key::Character:
        character = modifiers.shift && event.shifted != 0 ? event.shifted : event.character;
        break;
    case Key::Enter:
        character = U'\r';
        break;
    case Key::Tab:
        character = U'\t';
        break;
    case Key::Escape:
        character = 0x1B;
        break;
    case Key::Backspace:
        character = 0x7F;
        break;
    default:
        return std::nullopt; // Have a place for modifiers in any case.
    }
    const bool isTyping = event.key == Key::Character;
    if (isTyping ? !(modifiers.control || modifiers.alt || modifiers.super) : !modifiers.isAny()) {
        return std::nullopt;
    }
    if (modes.modifyOtherKeys == 1) {
        // Only where there is no usual way to tell.
        const auto sent = static_cast<unsigned char>(encodeCharacter(character, {.control = true}).front());
        const bool hasControl = sent < 0x20 || sent == 0x7F;
        const bool isUsual = isTyping
                                 ? !modifiers.control || (hasControl && !modifiers.shift)
                                 : modifiers == Modifiers{.alt = true} ||
                                       (event.key == Key::Tab && modifiers == Modifiers{.shift = true}) ||
                                       event.key == Key::Backspace || event.key == Key::Escape;
        if (isUsual) {
            return std::nullopt;
        }
    }
    return "\x1B[27;" + std::to_string(kittyModifiers(modifiers)) + ';' +
           std::to_string(static_cast<unsigned>(character)) + '~';
}

} // namespace

std::string withC1(std::string_view sequences)
{
    std::string result;
    for (std::size_t i = 0; i < sequences.size(); ++i) {
        const bool isControl = sequences[i] == '\x1B' && i + 1 < sequences.size() &&
                               sequences[i + 1] >= '@' && sequences[i + 1] <= '_';
        result.push_back(isControl ? static_cast<char>(sequences[++i] + 0x40) : sequences[i]);
    }
    return result;
}

std::string encodeKey(const KeyEvent &event, const Modes &modes)
{
    if (modes.keyboardFlags != 0) {
        return encodeKitty(event, modes);
    }
    if (event.action == Action::Release) {
        return {};
    }
    if (modes.modifyOtherKeys > 0) {
        if (const auto bytes = encodeOther(event, modes)) {
            return *bytes;
        }
    }
    const bool isTypingDigits = isTypingKeypad(event.key) && !event.text.empty();
    if (isTypingDigits) {
        return event.modifiers.alt ? '\x1B' + event.text : event.text;
    }
    if (event.key != Key::Character) {
        const std::string sequence = encodeKey(event.key, event.modifiers, modes);
        return modes.sendsC1 ? withC1(sequence) : sequence;
    }
    if (!event.modifiers.control) {
        const std::string text = textOf(event);
        return event.modifiers.alt ? '\x1B' + text : text;
    }
    const bool isShifted = event.modifiers.shift && event.shifted != 0;
    return encodeCharacter(isShifted ? event.shifted : event.character, event.modifiers);
}

} // namespace Koyeb::Vt
