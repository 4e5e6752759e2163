// SPDX-License-Identifier: Apache-2.0
#include "vt/keys.h"
#include "vt/terminal.h"

#include <QTest>

using namespace Koyeb::Vt;

Q_DECLARE_METATYPE(Koyeb::Vt::Key)
Q_DECLARE_METATYPE(Koyeb::Vt::Modifiers)
Q_DECLARE_METATYPE(Koyeb::Vt::KeyEvent)
Q_DECLARE_METATYPE(Koyeb::Vt::MouseEvent)

namespace {

constexpr Modifiers none{};
constexpr Modifiers shift{.shift = true};
constexpr Modifiers alt{.alt = true};
constexpr Modifiers control{.control = true};
constexpr Modifiers controlShift{.shift = true, .control = true};

[[nodiscard]] QByteArray bytes(const std::string &text)
{
    return QByteArray::fromStdString(text);
}

/// What a terminal sends for one mouse event after the program asked for it with `request`.
[[nodiscard]] QByteArray mouseBytes(std::string_view request, const MouseEvent &event)
{
    Terminal terminal({80, 24});
    terminal.feed(request);
    terminal.handleMouse(event);
    return bytes(terminal.takeOutput());
}

} // namespace

class KeysTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void encodesKeysLikeXterm_data();
    void encodesKeysLikeXterm();
    void encodesCharacters_data();
    void encodesCharacters();
    void obeysTheModesOfTheProgram();
    void stripsControlsFromPastes_data();
    void stripsControlsFromPastes();
    void reportsTheMouseWhereAsked();
    void tellsKeysApart_data();
    void tellsKeysApart();
    void keepsKeyboardFlagsForEachScreen();
    void followsEveryButtonThatIsDown();
    void writesTheMouseInEveryForm_data();
    void writesTheMouseInEveryForm();
    void sendsControlsInOneByteWhereAsked();
};

void KeysTest::encodesKeysLikeXterm_data()
{
    QTest::addColumn<Key>("key");
    QTest::addColumn<Modifiers>("modifiers");
    QTest::addColumn<bool>("applicationCursor");
    QTest::addColumn<QByteArray>("expected");
    QTest::newRow("up") << Key::Up << none << false << QByteArray("\x1B[A");
    QTest::newRow("down, application") << Key::Down << none << true << QByteArray("\x1BOB");
    QTest::newRow("control right") << Key::Right << control << false << QByteArray("\x1B[1;5C");
    QTest::newRow("control right, application") << Key::Right << control << true << QByteArray("\x1B[1;5C");
    QTest::newRow("control shift left") << Key::Left << controlShift << false << QByteArray("\x1B[1;6D");
    QTest::newRow("home") << Key::Home << none << false << QByteArray("\x1B[H");
    QTest::newRow("end, application") << Key::End << none << true << QByteArray("\x1BOF");
    QTest::newRow("insert") << Key::Insert << none << false << QByteArray("\x1B[2~");
    QTest::newRow("delete") << Key::Delete << none << false << QByteArray("\x1B[3~");
    QTest::newRow("control delete") << Key::Delete << control << false << QByteArray("\x1B[3;5~");
    QTest::newRow("page up") << Key::PageUp << none << false << QByteArray("\x1B[5~");
    QTest::newRow("page down") << Key::PageDown << none << false << QByteArray("\x1B[6~");
    QTest::newRow("F1") << Key::F1 << none << false << QByteArray("\x1BOP");
    QTest::newRow("shift F4") << Key::F4 << shift << false << QByteArray("\x1B[1;2S");
    QTest::newRow("F5") << Key::F5 << none << false << QByteArray("\x1B[15~");
    QTest::newRow("F10") << Key::F10 << none << false << QByteArray("\x1B[21~");
    QTest::newRow("F12") << Key::F12 << none << false << QByteArray("\x1B[24~");
    QTest::newRow("enter") << Key::Enter << none << false << QByteArray("\r");
    QTest::newRow("alt enter") << Key::Enter << alt << false << QByteArray("\x1B\r");
    QTest::newRow("tab") << Key::Tab << none << false << QByteArray("\t");
    QTest::newRow("shift tab") << Key::Tab << shift << false << QByteArray("\x1B[Z");
    QTest::newRow("backspace") << Key::Backspace << none << false << QByteArray("\x7F");
    QTest::newRow("control backspace") << Key::Backspace << control << false << QByteArray("\x08");
    QTest::newRow("escape") << Key::Escape << none << false << QByteArray("\x1B");
}

void KeysTest::encodesKeysLikeXterm()
{
    QFETCH(const Key, key);
    QFETCH(const Modifiers, modifiers);
    QFETCH(const bool, applicationCursor);
    QFETCH(const QByteArray, expected);
    QCOMPARE(bytes(encodeKey(key, modifiers, {.applicationCursor = applicationCursor})), expected);
}

void KeysTest::encodesCharacters_data()
{
    QTest::addColumn<uint>("character");
    QTest::addColumn<Modifiers>("modifiers");
    QTest::addColumn<QByteArray>("expected");
    QTest::newRow("letter") << uint(U'a') << none << QByteArray("a");
    QTest::newRow("not ASCII") << uint(0x20AC) << none << QByteArray("\xE2\x82\xAC");
    QTest::newRow("control c") << uint(U'c') << control << QByteArray("\x03");
    QTest::newRow("control i is tab") << uint(U'i') << control << QByteArray("\t");
    QTest::newRow("control m is enter") << uint(U'm') << control << QByteArray("\r");
    QTest::newRow("control [") << uint(U'[') << control << QByteArray("\x1B");
    QTest::newRow("control \\") << uint(U'\\') << control << QByteArray("\x1C");
    QTest::newRow("control ]") << uint(U']') << control << QByteArray("\x1D");
    QTest::newRow("control _") << uint(U'_') << control << QByteArray("\x1F");
    QTest::newRow("control /") << uint(U'/') << control << QByteArray("\x1F");
    QTest::newRow("control space") << uint(U' ') << control << QByteArray(1, '\0');
    QTest::newRow("control `") << uint(U'`') << control << QByteArray(1, '\0');
    QTest::newRow("control {") << uint(U'{') << control << QByteArray("\x1B");
    QTest::newRow("control |") << uint(U'|') << control << QByteArray("\x1C");
    QTest::newRow("control }") << uint(U'}') << control << QByteArray("\x1D");
    QTest::newRow("control ~") << uint(U'~') << control << QByteArray("\x1E");
    QTest::newRow("control ^") << uint(U'^') << control << QByteArray("\x1E");
    QTest::newRow("control 3") << uint(U'3') << control << QByteArray("\x1B");
    QTest::newRow("control 7") << uint(U'7') << control << QByteArray("\x1F");
    QTest::newRow("control ?") << uint(U'?') << control << QByteArray("\x7F");
    QTest::newRow("control -") << uint(U'-') << control << QByteArray("-");
    QTest::newRow("control 9") << uint(U'9') << control << QByteArray("9");
    QTest::newRow("alt f") << uint(U'f') << alt
                           << QByteArray("\x1B"
                                         "f");
    QTest::newRow("alt not ASCII") << uint(0xE9) << alt << QByteArray("\x1B\xC3\xA9");
}

void KeysTest::encodesCharacters()
{
    QFETCH(const uint, character);
    QFETCH(const Modifiers, modifiers);
    QFETCH(const QByteArray, expected);
    QCOMPARE(bytes(encodeCharacter(static_cast<char32_t>(character), modifiers)), expected);
}

void KeysTest::obeysTheModesOfTheProgram()
{
    Terminal terminal({80, 24});
    QCOMPARE(terminal.modes(), Modes{});
    terminal.feed("\x1B[?1h\x1B[20h\x1B[?2004h\x1B[?1002h\x1B[?5h\x1B[?1049h");
    const Modes expected{
        .alternateScreen = true,
        .applicationCursor = true,
        .newLine = true,
        .bracketedPaste = true,
        .reverseVideo = true,
        .mouse = MouseTracking::Drags};
    QCOMPARE(terminal.modes(), expected);
    QCOMPARE(bytes(terminal.takeOutput()), QByteArray());

    terminal.pressKey(Key::Up, none);
    terminal.pressKey(Key::Enter, none);
    terminal.paste("x");
    QCOMPARE(bytes(terminal.takeOutput()), QByteArray("\x1BOA\r\n\x1B[200~x\x1B[201~"));

    terminal.feed("\x1B[?1l\x1B[20l\x1B[?2004l\x1B[?1002l\x1B[?5l\x1B[?1049l");
    QCOMPARE(terminal.modes(), Modes{});
}

void KeysTest::stripsControlsFromPastes_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<bool>("bracketed");
    QTest::addColumn<QByteArray>("expected");
    QTest::newRow("plain") << QByteArray("ls -l") << false << QByteArray("ls -l");
    QTest::newRow("lines") << QByteArray("a\nb\r\nc\rd") << false << QByteArray("a\rb\rc\rd");
    QTest::newRow("tab stays") << QByteArray("a\tb") << false << QByteArray("a\tb");
    QTest::newRow("controls go") << QByteArray("a\x03\x1B[A\x7F\xC2\x9B"
                                               "b")
                                 << false << QByteArray("a[Ab");
    QTest::newRow("not UTF-8") << QByteArray("a\xFF") << false << QByteArray("a\xEF\xBF\xBD");
    QTest::newRow("bracketed") << QByteArray("a\nb") << true << QByteArray("\x1B[200~a\rb\x1B[201~");
    QTest::newRow("cannot leave the bracket")
        << QByteArray("a\x1B[201~rm") << true << QByteArray("\x1B[200~a[201~rm\x1B[201~");
}

void KeysTest::stripsControlsFromPastes()
{
    QFETCH(const QByteArray, text);
    QFETCH(const bool, bracketed);
    QFETCH(const QByteArray, expected);
    QCOMPARE(bytes(encodePaste(text.toStdString(), {.bracketedPaste = bracketed})), expected);
}

void KeysTest::reportsTheMouseWhereAsked()
{
    using Action = MouseEvent::Action;
    using Button = MouseEvent::Button;
    const MouseEvent press{Action::Press, Button::Left, 4, 9, none};
    QCOMPARE(mouseBytes("", press), QByteArray());
    QCOMPARE(mouseBytes("\x1B[?1000h", press), QByteArray("\x1B[M *%"));
    QCOMPARE(mouseBytes("\x1B[?1000h\x1B[?1006h", press), QByteArray("\x1B[<0;10;5M"));
    QCOMPARE(mouseBytes("\x1B[?1006;1000h", press), QByteArray("\x1B[<0;10;5M")); // As ncurses writes it.
    const MouseEvent far{Action::Press, Button::Right, 4, 79, none};
    QCOMPARE(mouseBytes("\x1B[?1000h\x1B[?1006h", far), QByteArray("\x1B[<2;80;5M"));
    const MouseEvent wheel{Action::Press, Button::WheelDown, 0, 0, control};
    QCOMPARE(mouseBytes("\x1B[?1000h\x1B[?1006h", wheel), QByteArray("\x1B[<81;1;1M"));
    const MouseEvent move{Action::Move, Button::None, 2, 3, none};
    QCOMPARE(mouseBytes("\x1B[?1002h\x1B[?1006h", move), QByteArray());
    QCOMPARE(mouseBytes("\x1B[?1003h\x1B[?1006h", move), QByteArray("\x1B[<35;4;3M"));
}

void KeysTest::tellsKeysApart_data()
{
    using Action = KeyEvent::Action;
    QTest::addColumn<QByteArray>("request");
    QTest::addColumn<KeyEvent>("event");
    QTest::addColumn<QByteArray>("expected");
    const auto row = [](const char *name, const char *request, const KeyEvent &event, const char *expected) {
        QTest::newRow(name) << QByteArray(request) << event << QByteArray(expected);
    };
    const auto character = [](char32_t c, Modifiers modifiers, Action action = Action::Press) {
        return KeyEvent{.character = c, .modifiers = modifiers, .action = action};
    };
    const auto key = [](Key k, Modifiers modifiers = {}, Action action = Action::Press) {
        return KeyEvent{.key = k, .modifiers = modifiers, .action = action};
    };
    const KeyEvent capital{.character = U'a', .shifted = U'A', .text = "A", .modifiers = shift};
    const KeyEvent capitalControl{.character = U'a', .shifted = U'A', .modifiers = controlShift};
    const KeyEvent cyrillic{.character = U'с', .base = U'c', .text = "с", .modifiers = control};
    row("plain: shift", "", capital, "A");
    row("plain: control i", "", character(U'i', control), "\t");
    row("plain: release", "", character(U'a', none, Action::Release), "");
    row("plain: F13", "", key(Key::F13), "\x1B[25~");
    row("plain: keypad", "", key(Key::Keypad5), "5");
    const KeyEvent five{.key = Key::Keypad5, .text = "5"};
    const KeyEvent altFive{.key = Key::Keypad5, .text = "5", .modifiers = alt};
    row("application keypad", "\x1B=", key(Key::Keypad5), "\x1BOu");
    row("application keypad: Num Lock", "\x1B=", five, "5");
    row("application keypad: Num Lock, alt", "\x1B=", altFive,
        "\x1B"
        "5");
    row("application keypad: enter", "\x1B=", key(Key::KeypadEnter), "\x1BOM");
    row("keypad without Num Lock", "", key(Key::KeypadUp), "\x1B[A");
    row("keypad without Num Lock: page", "", key(Key::KeypadPageDown, control), "\x1B[6;5~");
    row("keypad without Num Lock: modes", "\x1B=\x1B[?1h", key(Key::KeypadLeft), "\x1BOD");
    row("keypad without Num Lock: middle", "", key(Key::KeypadBegin), "\x1B[E");
    row("backspace as BS", "\x1B[?67h", key(Key::Backspace), "\x08");
    row("other keys: control i", "\x1B[>4;2m", character(U'i', control), "\x1B[27;5;105~");
    row("other keys: shift", "\x1B[>4;2m", capital, "A");
    row("other keys: control shift a", "\x1B[>4;2m", capitalControl, "\x1B[27;6;65~");
    row("other keys: shift enter", "\x1B[>4;2m", key(Key::Enter, shift), "\x1B[27;2;13~");
    row("other keys: enter", "\x1B[>4;2m", key(Key::Enter), "\r");
    row("some other keys: control i", "\x1B[>4;1m", character(U'i', control), "\t");
    row("some other keys: control ;", "\x1B[>4;1m", character(U';', control), "\x1B[27;5;59~");
    row("some other keys: control é", "\x1B[>4;1m", character(0xE9, control), "\x1B[27;5;233~");
    row("some other keys: control -", "\x1B[>4;1m", character(U'-', control), "\x1B[27;5;45~");
    row("some other keys: control ?", "\x1B[>4;1m", character(U'?', control), "\x7F");
    row("some other keys: alt enter with a lock", "\x1B[>4;1m",
        key(Key::Enter, {.alt = true, .numLock = true}), "\x1B\r");
    row("some other keys: control enter", "\x1B[>4;1m", key(Key::Enter, control), "\x1B[27;5;13~");
    row("kitty: text", "\x1B[>1u", capital, "A");
    row("kitty: escape", "\x1B[>1u", key(Key::Escape), "\x1B[27u");
    row("kitty: enter", "\x1B[>1u", key(Key::Enter), "\r");
    row("kitty: shift enter", "\x1B[>1u", key(Key::Enter, shift), "\x1B[13;2u");
    row("kitty: control i", "\x1B[>1u", character(U'i', control), "\x1B[105;5u");
    row("kitty: control shift a", "\x1B[>1u", capitalControl, "\x1B[97;6u");
    row("kitty: alt a", "\x1B[>1u", character(U'a', alt), "\x1B[97;3u");
    row("kitty: up", "\x1B[?1h\x1B[>1u", key(Key::Up), "\x1B[A");
    row("kitty: control up", "\x1B[>1u", key(Key::Up, control), "\x1B[1;5A");
    row("kitty: F3", "\x1B[>1u", key(Key::F3), "\x1B[13~");
    row("kitty: F13", "\x1B[>1u", key(Key::F13), "\x1B[57376u");
    row("kitty: release is not told", "\x1B[>1u", key(Key::Up, none, Action::Release), "");
    row("kitty: release", "\x1B[>3u", key(Key::Up, none, Action::Release), "\x1B[1;1:3A");
    row("kitty: repeat", "\x1B[>3u", key(Key::Escape, none, Action::Repeat), "\x1B[27;1:2u");
    row("kitty: release of enter", "\x1B[>3u", key(Key::Enter, none, Action::Release), "");
    row("kitty: other keys of a layout", "\x1B[>5u", cyrillic, "\x1B[1089::99;5u");
    row("kitty: shifted", "\x1B[>5u", capitalControl, "\x1B[97:65;6u");
    row("kitty: all", "\x1B[>8u", character(U'a', none), "\x1B[97u");
    row("kitty: all with text", "\x1B[>24u", capital, "\x1B[97;2;65u");
    row("kitty: modifier", "\x1B[>8u", key(Key::LeftShift, shift), "\x1B[57441;2u");
    row("kitty: right modifier", "\x1B[>8u", key(Key::RightControl, control), "\x1B[57448;5u");
    row("kitty: modifier is not told", "\x1B[>1u", key(Key::LeftShift, shift), "");
    row("kitty: keypad", "\x1B[>8u", key(Key::KeypadEnter), "\x1B[57414u");
    row("kitty: keypad types", "\x1B[>1u", five, "5");
    row("kitty: keypad without Num Lock", "\x1B[>1u", key(Key::KeypadLeft), "\x1B[57417u");
    row("kitty: middle of the keypad", "\x1B[>1u", key(Key::KeypadBegin), "\x1B[57427u");
    row("kitty: keypad as usual", "\x1B[>2u", key(Key::KeypadLeft), "\x1B[D");
    row("kitty: keypad as usual, release", "\x1B[>2u", key(Key::KeypadLeft, none, Action::Release),
        "\x1B[1;1:3D");
    row("kitty: text without a key", "\x1B[>24u", {.text = "É日"}, "\x1B[0;;201:26085u");
    row("kitty: text without a key, keys only", "\x1B[>8u", {.text = "É"}, "É");
    row("kitty: text without a key, as usual", "\x1B[>17u", {.text = "É"}, "É");
    row("kitty: control has no text", "\x1B[>24u", {.character = U'-', .text = "-", .modifiers = control},
        "\x1B[45;5u");
    row("kitty: locks", "\x1B[>8u", character(U'a', {.capsLock = true, .numLock = true}), "\x1B[97;193u");
    row("kitty: locks and text", "\x1B[>1u",
        {.character = U'a', .text = "A", .modifiers = {.capsLock = true}}, "A");
    row("kitty: menu", "\x1B[>1u", key(Key::Menu), "\x1B[57363u");
    row("kitty: first media key", "\x1B[>1u", key(Key::MediaPlay), "\x1B[57428u");
    row("kitty: last media key", "\x1B[>1u", key(Key::MuteVolume), "\x1B[57440u");
    row("kitty: AltGr", "\x1B[>8u", key(Key::IsoLevel3Shift), "\x1B[57453u");
    row("kitty: right super", "\x1B[>8u", key(Key::RightSuper), "\x1B[57450u");
}

void KeysTest::tellsKeysApart()
{
    QFETCH(const QByteArray, request);
    QFETCH(const KeyEvent, event);
    QFETCH(const QByteArray, expected);
    Terminal terminal({80, 24});
    terminal.feed(request.toStdString());
    terminal.handleKey(event);
    QCOMPARE(bytes(terminal.takeOutput()), expected);
}

void KeysTest::keepsKeyboardFlagsForEachScreen()
{
    Terminal terminal({80, 24});
    terminal.feed("\x1B[>1u\x1B[?1049h");
    QCOMPARE(int(terminal.modes().keyboardFlags), 0);
    terminal.feed("\x1B[>9u\x1B[>2u\x1B[<u");
    QCOMPARE(int(terminal.modes().keyboardFlags), 9);
    terminal.feed("\x1B[?1049l");
    QCOMPARE(int(terminal.modes().keyboardFlags), 1);
    for (int i = 0; i < 10'000; ++i) {
        terminal.feed("\x1B[>1u");
    }
    terminal.feed("\x1B[<9999u");
    QCOMPARE(int(terminal.modes().keyboardFlags), 0);
}

void KeysTest::followsEveryButtonThatIsDown()
{
    using Action = MouseEvent::Action;
    using Button = MouseEvent::Button;
    Terminal terminal({80, 24});
    terminal.feed("\x1B[?1002;1006h");
    const auto tell = [&terminal](Action action, Button button, int column) {
        terminal.handleMouse({action, button, 0, column, none});
        return bytes(terminal.takeOutput());
    };
    QCOMPARE(tell(Action::Press, Button::Left, 0), QByteArray("\x1B[<0;1;1M"));
    QCOMPARE(tell(Action::Press, Button::Right, 0), QByteArray("\x1B[<2;1;1M"));
    QCOMPARE(tell(Action::Move, Button::None, 1), QByteArray("\x1B[<32;2;1M"));
    QCOMPARE(tell(Action::Release, Button::Right, 1), QByteArray("\x1B[<2;2;1m"));
    QCOMPARE(tell(Action::Move, Button::None, 2), QByteArray("\x1B[<32;3;1M"));
    QCOMPARE(tell(Action::Press, Button::WheelUp, 2), QByteArray("\x1B[<64;3;1M"));
    QCOMPARE(tell(Action::Release, Button::Left, 2), QByteArray("\x1B[<0;3;1m"));
    QCOMPARE(tell(Action::Move, Button::None, 3), QByteArray());
    QCOMPARE(tell(Action::Press, Button::Forward, 3), QByteArray("\x1B[<129;4;1M"));
    QCOMPARE(tell(Action::Move, Button::None, 4), QByteArray("\x1B[<161;5;1M"));
}

void KeysTest::writesTheMouseInEveryForm_data()
{
    using Action = MouseEvent::Action;
    using Button = MouseEvent::Button;
    QTest::addColumn<QByteArray>("request");
    QTest::addColumn<MouseEvent>("event");
    QTest::addColumn<QByteArray>("expected");
    const auto row = [](const char *name, const char *request, const MouseEvent &event,
                        const QByteArray &expected) {
        QTest::newRow(name) << QByteArray(request) << event << expected;
    };
    const MouseEvent press{Action::Press, Button::Left, 4, 9, control, 95, 47};
    const MouseEvent release{Action::Release, Button::Left, 4, 9, none, 95, 47};
    const MouseEvent far{Action::Press, Button::Left, 4, 299, none};
    row("X10", "\x1B[?9h", press, "\x1B[M *%");
    row("X10 tells no release", "\x1B[?9h", release, "");
    row("release", "\x1B[?1000h", release, "\x1B[M#*%");
    row("too far", "\x1B[?1000h", far, "");
    row("far, UTF-8", "\x1B[?1000;1005h", far, "\x1B[M \xC5\x8C%");
    row("far, decimal", "\x1B[?1000;1015h", far, "\x1B[32;300;5M");
    row("modifiers", "\x1B[?1000;1006h", press, "\x1B[<16;10;5M");
    row("release, SGR", "\x1B[?1000;1006h", release, "\x1B[<0;10;5m");
    row("pixels", "\x1B[?1000;1016h", press, "\x1B[<16;96;48M");
    row("wheel to the side", "\x1B[?1000;1006h", {Action::Press, Button::WheelRight, 0, 0, none},
        "\x1B[<67;1;1M");
    row("fourth button", "\x1B[?1000;1006h", {Action::Press, Button::Back, 0, 0, none}, "\x1B[<128;1;1M");
    row("switched off", "\x1B[?1000h\x1B[?1000l", press, "");
}

void KeysTest::writesTheMouseInEveryForm()
{
    QFETCH(const QByteArray, request);
    QFETCH(const MouseEvent, event);
    QFETCH(const QByteArray, expected);
    QCOMPARE(mouseBytes(request.toStdString(), event), expected);
}

void KeysTest::sendsControlsInOneByteWhereAsked()
{
    Terminal terminal({80, 24});
    const auto press = [&terminal] {
        terminal.pressKey(Key::Up, none);
        terminal.pressKey(Key::F1, none);
        terminal.pressKey(Key::Escape, none);
        terminal.typeCharacter(U'[', alt); // Is ESC and a bracket, and no control.
        terminal.setFocused(true);
        return bytes(terminal.takeOutput());
    };
    terminal.feed("\x1B[?1004h");
    const QByteArray usual = "\x1B[A\x1BOP\x1B\x1B[\x1B[I";
    QCOMPARE(press(), usual);
    terminal.feed("\x1B G");
    QCOMPARE(press(), QByteArray("\x9B\x41\x8FP\x1B\x1B[\x9BI"));
    terminal.feed("\x1B F");
    QCOMPARE(press(), usual);
}

QTEST_APPLESS_MAIN(KeysTest)
#include "keystest.moc"
