// SPDX-License-Identifier: GPL-3.0-or-later
#include "terminalviewfixture.h"

#include <QAction>
#include <QInputMethodEvent>
#include <QMenu>
#include <QSignalSpy>

using namespace Koyeb;
using namespace Koyeb::Desktop;

/// Keys on their way to the program.
class TerminalViewKeysTest : public TerminalViewFixture {
    Q_OBJECT

private Q_SLOTS:
    void sendsKeys_data();
    void sendsKeys();
    void sendsKeysInTheKittyProtocol();
    void namesKeysByTheirPlaces_data();
    void namesKeysByTheirPlaces();
    void tellsLocks();
    void sendsTheKeypad();
    void tellsWhatComesUpOnlyOfKeysThatWentDown();
    void keepsTheSelectionWhereKeysDoNothing();
    void sendsComposedText_data();
    void sendsComposedText();
    void keepsKeysFromShortcuts_data();
    void keepsKeysFromShortcuts();
    void keepsShortcutsThatCannotBeUsedFromTheProgram_data();
    void keepsShortcutsThatCannotBeUsedFromTheProgram();

private:
    /// What the program gets for a key that goes down, as the platform tells of it.
    QByteArray press(int key, Qt::KeyboardModifiers modifiers, const QString &text, quint32 place = 0)
    {
        return send(QEvent::KeyPress, key, modifiers, text, place);
    }
    QByteArray release(int key, Qt::KeyboardModifiers modifiers, const QString &text, quint32 place = 0)
    {
        return send(QEvent::KeyRelease, key, modifiers, text, place);
    }
    QByteArray send(
        QEvent::Type type, int key, Qt::KeyboardModifiers modifiers, const QString &text, quint32 place)
    {
        QKeyEvent event(type, key, modifiers, place, 0, 0, text);
        QApplication::sendEvent(m_view, &event);
        return takeInput();
    }
};

void TerminalViewKeysTest::sendsKeys_data()
{
    QTest::addColumn<int>("key");
    QTest::addColumn<Qt::KeyboardModifiers>("modifiers");
    QTest::addColumn<QString>("text");
    QTest::addColumn<QByteArray>("expected");
    const Qt::KeyboardModifiers none = Qt::NoModifier;
    const Qt::KeyboardModifiers control = Qt::ControlModifier;
    const Qt::KeyboardModifiers alt = Qt::AltModifier;
    const Qt::KeyboardModifiers shift = Qt::ShiftModifier;
    QTest::newRow("letter") << int(Qt::Key_A) << none << QStringLiteral("a") << QByteArray("a");
    QTest::newRow("capital") << int(Qt::Key_A) << shift << QStringLiteral("A") << QByteArray("A");
    QTest::newRow("letter with accent")
        << int(Qt::Key_Eacute) << none << QStringLiteral("é") << QByteArray("é");
    QTest::newRow("enter") << int(Qt::Key_Return) << none << QStringLiteral("\r") << QByteArray("\r");
    QTest::newRow("tab") << int(Qt::Key_Tab) << none << QStringLiteral("\t") << QByteArray("\t");
    QTest::newRow("shift tab") << int(Qt::Key_Backtab) << shift << QString() << QByteArray("\x1B[Z");
    QTest::newRow("backspace") << int(Qt::Key_Backspace) << none << QStringLiteral("\b")
                               << QByteArray("\x7F");
    QTest::newRow("escape") << int(Qt::Key_Escape) << none << QStringLiteral("\x1B") << QByteArray("\x1B");
    QTest::newRow("control c") << int(Qt::Key_C) << control << QStringLiteral("\x03") << QByteArray("\x03");
    QTest::newRow("control w") << int(Qt::Key_W) << control << QStringLiteral("\x17") << QByteArray("\x17");
    QTest::newRow("control space") << int(Qt::Key_Space) << control << QString() << QByteArray(1, '\0');
    QTest::newRow("alt f") << int(Qt::Key_F) << alt << QStringLiteral("f")
                           << QByteArray("\x1B"
                                         "f");
    QTest::newRow("up") << int(Qt::Key_Up) << none << QString() << QByteArray("\x1B[A");
    QTest::newRow("control left") << int(Qt::Key_Left) << control << QString() << QByteArray("\x1B[1;5D");
    QTest::newRow("F5") << int(Qt::Key_F5) << none << QString() << QByteArray("\x1B[15~");
    QTest::newRow("shift alone") << int(Qt::Key_Shift) << shift << QString() << QByteArray();
    QTest::newRow("page up") << int(Qt::Key_PageUp) << none << QString() << QByteArray("\x1B[5~");
    // What is no shortcut is the program's, whatever is held with it. Text as X11 gives it.
    const auto row = [](const char *name, Qt::Key key, Qt::KeyboardModifiers modifiers, const QString &text,
                        const QByteArray &expected) {
        QTest::newRow(name) << int(key) << modifiers << text << expected;
    };
    row("control _", Qt::Key_Underscore, control | shift, QStringLiteral("\x1F"), "\x1F");
    row("control ^", Qt::Key_AsciiCircum, control | shift, QStringLiteral("\x1E"), "\x1E");
    row("control @", Qt::Key_At, control | shift, QString(QChar(0)), QByteArray(1, '\0'));
    row("control / of a German keyboard", Qt::Key_Slash, control | shift, QStringLiteral("\x1F"), "\x1F");
    row("control shift A", Qt::Key_A, control | shift, QStringLiteral("\x01"), "\x01");
    row("control shift C with nothing to copy", Qt::Key_C, control | shift, QStringLiteral("\x03"), "");
    row("alt 9", Qt::Key_9, alt, QStringLiteral("9"),
        "\x1B"
        "9");
    row("super letter", Qt::Key_L, Qt::MetaModifier, QStringLiteral("l"), "l");
    row("AltGr", Qt::Key_At, Qt::GroupSwitchModifier, QStringLiteral("@"), "@");
    row("beyond 16 bits", Qt::Key_unknown, none, QStringLiteral("😀"), "😀");
    row("menu", Qt::Key_Menu, none, QString(), "");
    QTest::newRow("shift page up scrolls") << int(Qt::Key_PageUp) << shift << QString() << QByteArray();
}

void TerminalViewKeysTest::sendsKeys()
{
    QFETCH(const int, key);
    QFETCH(const Qt::KeyboardModifiers, modifiers);
    QFETCH(const QString, text);
    QFETCH(const QByteArray, expected);
    (void)takeInput();
    QTest::sendKeyEvent(QTest::Click, m_view, Qt::Key(key), text, modifiers);
    QCOMPARE(takeInput(), expected);
}

void TerminalViewKeysTest::sendsKeysInTheKittyProtocol()
{
    (void)takeInput();
    print("\x1B[>1u"); // Keys can be told apart.
    QCOMPARE(press(Qt::Key_A, {}, QStringLiteral("a")), QByteArray("a"));
    QCOMPARE(press(Qt::Key_A, Qt::ShiftModifier, QStringLiteral("A")), QByteArray("A"));
    QCOMPARE(press(Qt::Key_I, Qt::ControlModifier, QStringLiteral("\t")), QByteArray("\x1B[105;5u"));
    QCOMPARE(
        press(Qt::Key_A, Qt::ControlModifier | Qt::ShiftModifier, QStringLiteral("\x01")),
        QByteArray("\x1B[97;6u"));
    QCOMPARE(press(Qt::Key_L, Qt::MetaModifier, QStringLiteral("l")), QByteArray("\x1B[108;9u"));
    QCOMPARE(press(Qt::Key_Escape, {}, QString()), QByteArray("\x1B[27u"));
    QCOMPARE(release(Qt::Key_A, {}, QStringLiteral("a")), QByteArray());
    QCOMPARE(press(Qt::Key_Shift, Qt::ShiftModifier, QString()), QByteArray());

    print("\x1B[>11u"); // All keys, also when they come up.
    QCOMPARE(press(Qt::Key_A, {}, QStringLiteral("a")), QByteArray("\x1B[97u"));
    QCOMPARE(release(Qt::Key_A, {}, QStringLiteral("a")), QByteArray("\x1B[97;1:3u"));
    QCOMPARE(press(Qt::Key_Shift, {}, QString(), 50), QByteArray("\x1B[57441;2u"));
    QCOMPARE(press(Qt::Key_Shift, {}, QString(), 62), QByteArray("\x1B[57447;2u"));
    QCOMPARE(press(Qt::Key_Alt, {}, QString(), 64), QByteArray("\x1B[57443;3u"));
    QCOMPARE(press(Qt::Key_Alt, {}, QString(), 108), QByteArray("\x1B[57449;3u"));
    QCOMPARE(press(Qt::Key_AltGr, {}, QString(), 108), QByteArray("\x1B[57453u"));
    QCOMPARE(press(Qt::Key_Menu, {}, QString()), QByteArray("\x1B[57363u"));
    QCOMPARE(press(Qt::Key_Print, {}, QString()), QByteArray("\x1B[57361u"));
    QCOMPARE(press(Qt::Key_Pause, {}, QString()), QByteArray("\x1B[57362u"));
    QCOMPARE(press(Qt::Key_MediaTogglePlayPause, {}, QString()), QByteArray("\x1B[57430u"));
    QCOMPARE(press(Qt::Key_VolumeMute, {}, QString()), QByteArray("\x1B[57440u"));
    print("\x1B[<9u");
    QCOMPARE(press(Qt::Key_Escape, {}, QString()), QByteArray("\x1B"));
}

void TerminalViewKeysTest::namesKeysByTheirPlaces_data()
{
    QTest::addColumn<int>("place");
    QTest::addColumn<int>("key");
    QTest::addColumn<Qt::KeyboardModifiers>("modifiers");
    QTest::addColumn<QString>("text");
    QTest::addColumn<QByteArray>("expected");
    const auto row = [](const char *name, int place, int key, Qt::KeyboardModifiers modifiers,
                        const QString &text, const char *expected) {
        QTest::newRow(name) << place << key << modifiers << text << QByteArray(expected);
    };
    const Qt::KeyboardModifiers none = Qt::NoModifier;
    const Qt::KeyboardModifiers shift = Qt::ShiftModifier;
    const Qt::KeyboardModifiers control = Qt::ControlModifier;
    row("letter", 38, Qt::Key_A, none, QStringLiteral("a"), "\x1B[97;;97u");
    row("shift 1", 10, Qt::Key_Exclam, shift, QStringLiteral("!"), "\x1B[49:33;2;33u");
    row("shift /", 61, Qt::Key_Question, shift, QStringLiteral("?"), "\x1B[47:63;2;63u");
    row("shift `", 49, Qt::Key_AsciiTilde, shift, QStringLiteral("~"), "\x1B[96:126;2;126u");
    row("shift \\", 51, Qt::Key_Bar, shift, QStringLiteral("|"), "\x1B[92:124;2;124u");
    row("shift 2 of a German keyboard", 11, Qt::Key_QuoteDbl, shift, QStringLiteral("\""),
        "\x1B[50:34;2;34u");
    row("shift - of a German keyboard", 61, Qt::Key_Underscore, shift, QStringLiteral("_"),
        "\x1B[95::47;2;95u"); // Qt does not say which key it is.
    row("y of a German keyboard", 52, Qt::Key_Y, none, QStringLiteral("y"), "\x1B[121::122;;121u");
    row("с of a Russian keyboard", 54, 0x421, none, QStringLiteral("с"), "\x1B[1089::99;;1089u");
    row("AltGr Q of a German keyboard", 24, Qt::Key_At, Qt::GroupSwitchModifier, QStringLiteral("@"),
        "\x1B[64::113;;64u");
    row("control shift A", 38, Qt::Key_A, control | shift, QStringLiteral("\x01"), "\x1B[97:65;6u");
    row("control _", 20, Qt::Key_Underscore, control | shift, QStringLiteral("\x1F"), "\x1B[45:95;6u");
    row("no known place", 0, Qt::Key_Exclam, shift, QStringLiteral("!"), "\x1B[33;2;33u");
    row("a place without text", 255, Qt::Key_A, none, QStringLiteral("a"), "\x1B[97;;97u");
}

void TerminalViewKeysTest::namesKeysByTheirPlaces()
{
    QFETCH(const int, place);
    QFETCH(const int, key);
    QFETCH(const Qt::KeyboardModifiers, modifiers);
    QFETCH(const QString, text);
    QFETCH(const QByteArray, expected);
    (void)takeInput();
    print("\x1B[>29u");
    QCOMPARE(press(key, modifiers, text, quint32(place)), expected);
}

void TerminalViewKeysTest::tellsLocks()
{
    constexpr quint32 capsLock = 2;
    constexpr quint32 numLock = 16;
    const auto type = [this](quint32 native) {
        QKeyEvent event(QEvent::KeyPress, Qt::Key_A, {}, 38, 0, native, QStringLiteral("a"));
        QApplication::sendEvent(m_view, &event);
        return takeInput();
    };
    (void)takeInput();
    QCOMPARE(type(capsLock | numLock), QByteArray("a"));
    print("\x1B[>8u");
    QCOMPARE(type(0), QByteArray("\x1B[97u"));
    QCOMPARE(type(capsLock), QByteArray("\x1B[97;65u"));
    QCOMPARE(type(numLock), QByteArray("\x1B[97;129u"));
}

void TerminalViewKeysTest::sendsTheKeypad()
{
    (void)takeInput();
    const auto type = [this](Qt::Key key, const QString &text, Qt::KeyboardModifiers modifiers = {}) {
        return press(key, Qt::KeypadModifier | modifiers, text);
    };
    QCOMPARE(type(Qt::Key_5, QStringLiteral("5")), QByteArray("5"));
    QCOMPARE(type(Qt::Key_Enter, QStringLiteral("\r")), QByteArray("\r"));
    QCOMPARE(type(Qt::Key_Up, QString()), QByteArray("\x1B[A"));
    QCOMPARE(type(Qt::Key_Clear, QString()), QByteArray("\x1B[E"));
    print("\x1B="); // With Num Lock, keys of the keypad type all the same.
    QCOMPARE(type(Qt::Key_5, QStringLiteral("5")), QByteArray("5"));
    QCOMPARE(type(Qt::Key_Plus, QStringLiteral("+")), QByteArray("+"));
    QCOMPARE(type(Qt::Key_5, QStringLiteral("\x1D"), Qt::ControlModifier), QByteArray("5"));
    QCOMPARE(type(Qt::Key_Enter, QStringLiteral("\r")), QByteArray("\x1BOM"));
    print("\x1B[>1u");
    QCOMPARE(type(Qt::Key_5, QStringLiteral("5")), QByteArray("5"));
    QCOMPARE(type(Qt::Key_Left, QString()), QByteArray("\x1B[57417u"));
    QCOMPARE(type(Qt::Key_Right, QString()), QByteArray("\x1B[57418u"));
    QCOMPARE(type(Qt::Key_Up, QString()), QByteArray("\x1B[57419u"));
    QCOMPARE(type(Qt::Key_Down, QString()), QByteArray("\x1B[57420u"));
    QCOMPARE(type(Qt::Key_PageUp, QString()), QByteArray("\x1B[57421u"));
    QCOMPARE(type(Qt::Key_PageDown, QString()), QByteArray("\x1B[57422u"));
    QCOMPARE(type(Qt::Key_Home, QString()), QByteArray("\x1B[57423u"));
    QCOMPARE(type(Qt::Key_End, QString()), QByteArray("\x1B[57424u"));
    QCOMPARE(type(Qt::Key_Insert, QString()), QByteArray("\x1B[57425u"));
    QCOMPARE(type(Qt::Key_Delete, QString()), QByteArray("\x1B[57426u"));
    QCOMPARE(type(Qt::Key_Clear, QString()), QByteArray("\x1B[57427u"));
}

void TerminalViewKeysTest::tellsWhatComesUpOnlyOfKeysThatWentDown()
{
    (void)takeInput();
    print("\x1B[>11u");
    // A shortcut takes the press, so that Control alone is told. So does what scrolls, and Shift.
    QTest::sendKeyEvent(QTest::Click, m_view, Qt::Key_Minus, QStringLiteral("-"), Qt::ControlModifier);
    QCOMPARE(takeInput(), QByteArray("\x1B[57442;5u\x1B[57442;1:3u"));
    QTest::sendKeyEvent(QTest::Click, m_view, Qt::Key_PageUp, QString(), Qt::ShiftModifier);
    QCOMPARE(takeInput(), QByteArray("\x1B[57441;2u\x1B[57441;1:3u"));
    // One that went down in another window.
    QCOMPARE(release(Qt::Key_A, {}, QStringLiteral("a")), QByteArray());
    // The same key, whatever it types when it comes up.
    QCOMPARE(press(Qt::Key_Exclam, Qt::ShiftModifier, QStringLiteral("!"), 10), QByteArray("\x1B[49;2u"));
    QCOMPARE(release(Qt::Key_1, {}, QStringLiteral("1"), 10), QByteArray("\x1B[49;1:3u"));
    QCOMPARE(release(Qt::Key_1, {}, QStringLiteral("1"), 10), QByteArray());
    // What is let go while another window has the keyboard.
    QVERIFY(!press(Qt::Key_B, {}, QStringLiteral("b"), 56).isEmpty());
    m_view->clearFocus();
    m_view->setFocus();
    (void)takeInput();
    QCOMPARE(release(Qt::Key_B, {}, QStringLiteral("b"), 56), QByteArray());
}

void TerminalViewKeysTest::keepsTheSelectionWhereKeysDoNothing()
{
    print("some words");
    QTest::mouseDClick(m_view->viewport(), Qt::LeftButton, {}, middleOf(0, 1));
    QCOMPARE(m_view->selectedText(), QStringLiteral("some"));
    for (const int key : {Qt::Key_Menu, Qt::Key_VolumeUp, Qt::Key_AltGr}) {
        (void)press(key, {}, QString());
    }
    QCOMPARE(m_view->selectedText(), QStringLiteral("some"));
}

void TerminalViewKeysTest::sendsComposedText_data()
{
    QTest::addColumn<QByteArray>("request");
    QTest::addColumn<QByteArray>("expected");
    QTest::newRow("usual") << QByteArray() << QByteArray("É");
    QTest::newRow("keys that can be told apart") << QByteArray("\x1B[>1u") << QByteArray("É");
    QTest::newRow("all keys") << QByteArray("\x1B[>8u") << QByteArray("É");
    QTest::newRow("all keys with text") << QByteArray("\x1B[>24u") << QByteArray("\x1B[0;;201u");
    QTest::newRow("all keys, which come up") << QByteArray("\x1B[>27u") << QByteArray("\x1B[0;;201u");
}

/// A dead key and a letter: the method takes both presses, and their releases come.
void TerminalViewKeysTest::sendsComposedText()
{
    QFETCH(const QByteArray, request);
    QFETCH(const QByteArray, expected);
    print(request);
    (void)takeInput();
    QCOMPARE(press(Qt::Key_Dead_Acute, {}, QString(), 21), QByteArray());
    QInputMethodEvent committed;
    committed.setCommitString(QStringLiteral("É"));
    QApplication::sendEvent(m_view, &committed);
    QCOMPARE(takeInput(), expected);
    QCOMPARE(release(Qt::Key_Dead_Acute, {}, QString(), 21), QByteArray());
    QCOMPARE(release(Qt::Key_E, Qt::ShiftModifier, QStringLiteral("E"), 26), QByteArray());
}

void TerminalViewKeysTest::keepsKeysFromShortcuts_data()
{
    QTest::addColumn<QKeySequence>("shortcut");
    QTest::addColumn<bool>("isPrograms");
    QTest::newRow("control K") << QKeySequence(Qt::CTRL | Qt::Key_K) << true;
    QTest::newRow("control F") << QKeySequence(Qt::CTRL | Qt::Key_F) << true;
    QTest::newRow("F5") << QKeySequence(Qt::Key_F5) << true;
    QTest::newRow("delete") << QKeySequence(Qt::Key_Delete) << true;
    QTest::newRow("alt B") << QKeySequence(Qt::ALT | Qt::Key_B) << true;
    QTest::newRow("control shift T") << QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_T) << false;
    QTest::newRow("alt 1") << QKeySequence(Qt::ALT | Qt::Key_1) << false;
    QTest::newRow("control page down") << QKeySequence(Qt::CTRL | Qt::Key_PageDown) << false;
}

void TerminalViewKeysTest::keepsKeysFromShortcuts()
{
    QFETCH(const QKeySequence, shortcut);
    QFETCH(const bool, isPrograms);
    QAction action;
    action.setShortcut(shortcut);
    m_window->addAction(&action);
    QSignalSpy triggered(&action, &QAction::triggered);
    (void)takeInput();
    const QKeyCombination combination = shortcut[0];
    QTest::keyClick(m_view, combination.key(), combination.keyboardModifiers());
    QCOMPARE(triggered.size(), isPrograms ? 0 : 1);
    QCOMPARE(!takeInput().isEmpty(), isPrograms);
}

void TerminalViewKeysTest::keepsShortcutsThatCannotBeUsedFromTheProgram_data()
{
    QTest::addColumn<QKeySequence>("shortcut");
    QTest::addColumn<bool>("isPrograms");
    QTest::newRow("control shift T") << QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_T) << false;
    QTest::newRow("alt 1") << QKeySequence(Qt::ALT | Qt::Key_1) << false;
    QTest::newRow("control F") << QKeySequence(Qt::CTRL | Qt::Key_F) << true;
}

void TerminalViewKeysTest::keepsShortcutsThatCannotBeUsedFromTheProgram()
{
    QFETCH(const QKeySequence, shortcut);
    QFETCH(const bool, isPrograms);
    const QKeyCombination combination = shortcut[0];
    const auto isSent = [&] {
        (void)takeInput();
        QTest::keyClick(m_view, combination.key(), combination.keyboardModifiers());
        return !takeInput().isEmpty();
    };
    QVERIFY(isSent()); // It is nobody's.
    QAction around;
    around.setShortcut(shortcut);
    around.setEnabled(false);
    m_window->addAction(&around);
    QCOMPARE(isSent(), isPrograms);
    m_window->removeAction(&around);
    QVERIFY(isSent());
    QMenu menu(m_window.get());
    auto *const inMenu = menu.addAction(QStringLiteral("In a menu"));
    inMenu->setShortcut(shortcut);
    inMenu->setEnabled(false);
    QCOMPARE(isSent(), isPrograms);
    inMenu->setShortcutContext(Qt::WidgetShortcut); // Of that menu only.
    QVERIFY(isSent());
}

QTEST_MAIN(TerminalViewKeysTest)
#include "terminalviewkeystest.moc"
