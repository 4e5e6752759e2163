// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace Koyeb::Vt {

/// The keys of a keyboard. Those of the keypad are there twice: as what they are with Num Lock, from Keypad0
/// on, and without, from KeypadLeft on.
enum class Key : std::uint8_t {
    Enter,
    Tab,
    Backspace,
    Escape,
    Up,
    Down,
    Right,
    Left,
    Home,
    End,
    Insert,
    Delete,
    PageUp,
    PageDown,
    F1,
    F2,
    F3,
    F4,
    F5,
    F6,
    F7,
    F8,
    F9,
    F10,
    F11,
    F12,
    F13,
    F14,
    F15,
    F16,
    F17,
    F18,
    F19,
    F20,
    F21,
    F22,
    F23,
    F24,
    Keypad0,
    Keypad1,
    Keypad2,
    Keypad3,
    Keypad4,
    Keypad5,
    Keypad6,
    Keypad7,
    Keypad8,
    Keypad9,
    KeypadDecimal,
    KeypadDivide,
    KeypadMultiply,
    KeypadSubtract,
    KeypadAdd,
    KeypadEnter,
    KeypadEqual,
    KeypadLeft,
    KeypadRight,
    KeypadUp,
    KeypadDown,
    KeypadPageUp,
    KeypadPageDown,
    KeypadHome,
    KeypadEnd,
    KeypadInsert,
    KeypadDelete,
    KeypadBegin, ///< In the middle.
    CapsLock,
    ScrollLock,
    NumLock,
    PrintScreen,
    Pause,
    Menu,
    MediaPlay,
    MediaPause,
    MediaPlayPause,
    MediaReverse,
    MediaStop,
    MediaFastForward,
    MediaRewind,
    MediaNext,
    MediaPrevious,
    MediaRecord,
    LowerVolume,
    RaiseVolume,
    MuteVolume,
    LeftShift,
    LeftControl,
    LeftAlt,
    LeftSuper,
    RightShift,
    RightControl,
    RightAlt,
    RightSuper,
    IsoLevel3Shift, ///< AltGr, where it chooses other characters.
    Character,      ///< One that types text: KeyEvent says which.
};

struct Modifiers {
    bool shift : 1 = false;
    bool alt : 1 = false;
    bool control : 1 = false;
    bool super : 1 = false;
    bool capsLock : 1 = false; ///< The locks are told in the kitty keyboard protocol only.
    bool numLock : 1 = false;

    /// Something is held down.
    [[nodiscard]] bool isAny() const { return shift || alt || control || super; }
    bool operator==(const Modifiers &) const = default;
};

/// Which mouse events the program wants to hear of.
enum class MouseTracking : std::uint8_t { None, Presses, Clicks, Drags, Moves };

/// How the program wants mouse events written.
enum class MouseEncoding : std::uint8_t {
    Bytes, ///< One byte for each number, which ends at column 223.
    Utf8,
    Decimal, ///< As urxvt does (mode 1015).
    Sgr,
    SgrPixels,
};

/// What a program may ask for in the kitty keyboard protocol.
enum KeyboardFlag : std::uint8_t {
    DisambiguateEscapes = 1,
    ReportEventTypes = 2,
    ReportAlternateKeys = 4,
    ReportAllAsEscapes = 8,
    ReportText = 16,
};

/// What the program switched on.
struct Modes {
    bool alternateScreen = false;
    bool applicationCursor = false; ///< DECCKM: arrows, Home and End are sent as SS3.
    bool newLine = false;           ///< LNM: Enter sends CR LF.
    bool bracketedPaste = false;
    bool reverseVideo = false; ///< DECSCNM: default colours are swapped.
    MouseTracking mouse = MouseTracking::None;
    MouseEncoding mouseEncoding = MouseEncoding::Bytes;
    bool focusEvents = false;
    bool alternateScroll = true; ///< On the alternate screen, the wheel is sent as arrow keys.
    bool applicationKeypad = false;
    bool sendsC1 = false;       ///< S8C1T: controls of function keys take one byte, which is not UTF-8.
    bool backspaceIsBs = false; ///< DECBKM: Backspace sends BS instead of DEL.
    // Of no concern to who sends keys, but of what a program sees.
    bool insert = false;              ///< IRM: what is written moves the rest of its row.
    bool originMode = false;          ///< DECOM: positions count from the margins.
    bool autoWrap = true;             ///< DECAWM.
    bool reverseWrap = false;         ///< BS goes back over the edge.
    bool horizontalMargins = false;   ///< DECLRMM.
    bool synchronized = false;        ///< 2026: an update is under way.
    std::uint8_t modifyOtherKeys = 0; ///< xterm's resource of this name: 0 to 2.
    std::uint8_t keyboardFlags = 0;   ///< Of the kitty keyboard protocol: a combination of KeyboardFlag.

    bool operator==(const Modes &) const = default;
};

/// A key that goes down or up.
struct KeyEvent {
    enum class Action : std::uint8_t { Press, Repeat, Release };

    Key key = Key::Character;
    char32_t character = 0; ///< For Key::Character: what the key types without Shift; 0: text without a key.
    char32_t shifted = 0;   ///< With Shift; 0: not known.
    char32_t base = 0;      ///< What the key at this place types on a US keyboard; 0: not known, or the same.
    /// What is typed, in UTF-8; empty: nothing. A key of the keypad that has text is that text in every mode:
    /// with Num Lock, there is no application keypad.
    std::string text{};
    Modifiers modifiers{};
    Action action = Action::Press;
};

/// The key that one of the keypad is without Num Lock, for programs that do not ask which of both it was; any
/// other key itself.
[[nodiscard]] Key withoutKeypad(Key key);

/// The bytes for a key as the modes ask for them: as xterm does, with its modifyOtherKeys, or in the kitty
/// keyboard protocol. Empty where there is nothing to send.
[[nodiscard]] std::string encodeKey(const KeyEvent &event, const Modes &modes);
/// The same with one byte in the place of each control that is written as ESC and a letter.
[[nodiscard]] std::string withC1(std::string_view sequences);

/// The bytes that xterm sends for a key. Key::Character has none.
[[nodiscard]] std::string encodeKey(Key key, Modifiers modifiers, const Modes &modes);

/// The bytes for a typed character: Control makes it a control character where there is one, Alt puts ESC
/// before it.
[[nodiscard]] std::string encodeCharacter(char32_t character, Modifiers modifiers);

/// The bytes for pasted text: line ends become Enter, other control characters but Tab are taken out, so that
/// nothing in it can act as a key or end the bracket.
[[nodiscard]] std::string encodePaste(std::string_view utf8, const Modes &modes);

} // namespace Koyeb::Vt
