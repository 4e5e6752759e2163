// SPDX-License-Identifier: GPL-3.0-or-later
#include "terminalviewfixture.h"

#include "common/sandboxfilesdata.h"
#include "terminal/pasteconfirmation.h"

#include <QAction>
#include <QCheckBox>
#include <QClipboard>
#include <QDropEvent>
#include <QInputMethodEvent>
#include <QMimeData>
#include <QPushButton>
#include <QSignalSpy>
#include <QTextCharFormat>

using namespace Koyeb;
using namespace Koyeb::Desktop;

/// Keys, the mouse and pasted text on their way to the program.
class TerminalViewInputTest : public TerminalViewFixture {
    Q_OBJECT

private Q_SLOTS:
    void sendsKeys_data();
    void sendsKeys();
    void sendsKeysInTheKittyProtocol();
    void sendsTheKeypad();
    void keepsTheSelectionWhileModifiersArePressed();
    void keepsKeysFromShortcuts_data();
    void keepsKeysFromShortcuts();
    void composesWithAnInputMethod();
    void showsWhatIsComposedAsTheMethodWants();
    void showsWhatIsComposedAtTheEndOfARow();
    void asksBeforePastingLinesUnlessBracketed();
    void asksOnlyOnceWhenToldSo();
    void reportsTheMouseUnlessShiftIsHeld();
    void turnsTheWheelIntoArrowsOnTheAlternateScreen();
    void takesFilesThatAreDropped();
    void takesFilesOfSandboxes();
    void takesNothingWithoutAShell();
    void typesPathsAsOneWordEach();

private:
    void compose(const QString &text, const QList<QInputMethodEvent::Attribute> &attributes);
    /// What a program that drags files over the view and drops them would see.
    [[nodiscard]] Qt::DropAction drop()
    {
        QMimeData data;
        data.setUrls({QUrl::fromLocalFile(QStringLiteral("/tmp/a file"))});
        return drop(data);
    }
    [[nodiscard]] Qt::DropAction drop(const QMimeData &data)
    {
        const Qt::DropActions allowed = Qt::CopyAction | Qt::MoveAction;
        QDragEnterEvent enter({5, 5}, allowed, &data, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(m_view->viewport(), &enter);
        if (!enter.isAccepted()) {
            return Qt::IgnoreAction;
        }
        QDropEvent event({5, 5}, allowed, &data, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(m_view->viewport(), &event);
        return event.isAccepted() ? event.dropAction() : Qt::IgnoreAction;
    }
};

void TerminalViewInputTest::sendsKeys_data()
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
    QTest::newRow("shift page up scrolls") << int(Qt::Key_PageUp) << shift << QString() << QByteArray();
}

void TerminalViewInputTest::sendsKeys()
{
    QFETCH(const int, key);
    QFETCH(const Qt::KeyboardModifiers, modifiers);
    QFETCH(const QString, text);
    QFETCH(const QByteArray, expected);
    (void)takeInput();
    QTest::sendKeyEvent(QTest::Click, m_view, Qt::Key(key), text, modifiers);
    QCOMPARE(takeInput(), expected);
}

void TerminalViewInputTest::sendsKeysInTheKittyProtocol()
{
    const auto send = [this](
                          QEvent::Type type, int key, Qt::KeyboardModifiers modifiers, const QString &text,
                          quint32 place = 0) {
        QKeyEvent event(type, key, modifiers, place, 0, 0, text);
        QApplication::sendEvent(m_view, &event);
        return takeInput();
    };
    (void)takeInput();
    print("\x1B[>1u"); // Keys can be told apart.
    QCOMPARE(send(QEvent::KeyPress, Qt::Key_A, {}, QStringLiteral("a")), QByteArray("a"));
    QCOMPARE(send(QEvent::KeyPress, Qt::Key_A, Qt::ShiftModifier, QStringLiteral("A")), QByteArray("A"));
    QCOMPARE(
        send(QEvent::KeyPress, Qt::Key_I, Qt::ControlModifier, QStringLiteral("\t")),
        QByteArray("\x1B[105;5u"));
    QCOMPARE(send(QEvent::KeyPress, Qt::Key_Escape, {}, QString()), QByteArray("\x1B[27u"));
    QCOMPARE(send(QEvent::KeyRelease, Qt::Key_A, {}, QStringLiteral("a")), QByteArray());
    QCOMPARE(send(QEvent::KeyPress, Qt::Key_Shift, Qt::ShiftModifier, QString()), QByteArray());

    print("\x1B[>11u"); // All keys, also when they come up.
    QCOMPARE(send(QEvent::KeyPress, Qt::Key_A, {}, QStringLiteral("a")), QByteArray("\x1B[97u"));
    QCOMPARE(send(QEvent::KeyRelease, Qt::Key_A, {}, QStringLiteral("a")), QByteArray("\x1B[97;1:3u"));
    QCOMPARE(send(QEvent::KeyPress, Qt::Key_Shift, {}, QString(), 50), QByteArray("\x1B[57441;2u"));
    QCOMPARE(send(QEvent::KeyPress, Qt::Key_Shift, {}, QString(), 62), QByteArray("\x1B[57447;2u"));
    print("\x1B[<9u");
    QCOMPARE(send(QEvent::KeyPress, Qt::Key_Escape, {}, QString()), QByteArray("\x1B"));
}

void TerminalViewInputTest::sendsTheKeypad()
{
    (void)takeInput();
    const auto press = [this](Qt::Key key, const QString &text) {
        QTest::sendKeyEvent(QTest::Click, m_view, key, text, Qt::KeypadModifier);
        return takeInput();
    };
    QCOMPARE(press(Qt::Key_5, QStringLiteral("5")), QByteArray("5"));
    QCOMPARE(press(Qt::Key_Enter, QStringLiteral("\r")), QByteArray("\r"));
    QCOMPARE(press(Qt::Key_Up, QString()), QByteArray("\x1B[A"));
    print("\x1B=");
    QCOMPARE(press(Qt::Key_5, QStringLiteral("5")), QByteArray("\x1BOu"));
    QCOMPARE(press(Qt::Key_Enter, QStringLiteral("\r")), QByteArray("\x1BOM"));
}

void TerminalViewInputTest::keepsTheSelectionWhileModifiersArePressed()
{
    print("some words");
    QTest::mouseClick(m_view->viewport(), Qt::LeftButton, {}, middleOf(0, 1));
    QTest::mouseDClick(m_view->viewport(), Qt::LeftButton, {}, middleOf(0, 1));
    QCOMPARE(m_view->selectedText(), QStringLiteral("some"));
    QTest::keyClick(m_view, Qt::Key_Control);
    QTest::keyClick(m_view, Qt::Key_Shift);
    QCOMPARE(m_view->selectedText(), QStringLiteral("some"));
}

void TerminalViewInputTest::keepsKeysFromShortcuts_data()
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

void TerminalViewInputTest::keepsKeysFromShortcuts()
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

/// Told at once, as by an input method.
void TerminalViewInputTest::compose(
    const QString &text, const QList<QInputMethodEvent::Attribute> &attributes)
{
    QInputMethodEvent event(text, attributes);
    QApplication::sendEvent(m_view, &event);
}

void TerminalViewInputTest::showsWhatIsComposedAsTheMethodWants()
{
    using Attribute = QInputMethodEvent::Attribute;
    const QColor caretColour(0xffff0000);
    const QColor behind(0xff0000ff);
    const auto hasColour = [this](int column, const QColor &colour) {
        const QImage cell = grab().copy(m_view->cellRect(0, column));
        bool isFound = false;
        for (int pixel = 0; pixel < cell.width() * cell.height(); ++pixel) {
            isFound = isFound || cell.pixelColor(pixel % cell.width(), pixel / cell.width()) == colour;
        }
        return isFound;
    };
    print("\x1B[?25l");
    const QImage before = grab();
    QTextCharFormat marked;
    marked.setBackground(behind);
    compose(
        QStringLiteral("abc"), {Attribute(QInputMethodEvent::TextFormat, 1, 1, marked),
                                Attribute(QInputMethodEvent::Cursor, 2, 1, caretColour)});
    QVERIFY(!hasColour(0, behind));
    QVERIFY(hasColour(1, behind));
    QVERIFY(hasColour(2, caretColour));
    QVERIFY(!hasColour(2, behind));
    const int caret = query(Qt::ImCursorRectangle).toRect().left() - m_view->viewport()->x();
    QVERIFY(std::abs(caret - m_view->cellRect(0, 2).left()) <= 2); // Text is not bound to the grid.

    // A caret that is hidden; what has no format is underlined.
    compose(QStringLiteral(" "), {Attribute(QInputMethodEvent::Cursor, 0, 0, caretColour)});
    QVERIFY(!hasColour(0, caretColour));
    QVERIFY(grab() != before);
    compose({}, {});
    QCOMPARE(grab(), before);
}

void TerminalViewInputTest::showsWhatIsComposedAtTheEndOfARow()
{
    print("\x1B[?25l\x1B[1;999H");
    const int columns = m_session->terminal().size().columns;
    const QImage before = grab();
    const auto isDrawn = [&](int column) {
        const QRect cell = m_view->cellRect(0, column);
        return grab().copy(cell) != before.copy(cell);
    };
    compose(QStringLiteral("#").repeated(10), {});
    QVERIFY(isDrawn(columns - 1));
    QVERIFY(isDrawn(columns - 10));
    QVERIFY(!isDrawn(columns - 12));
    // Of what is longer than a row, the caret is seen.
    compose(QStringLiteral("#").repeated(columns + 50), {});
    QVERIFY(isDrawn(0));
    QVERIFY(m_view->viewport()->rect().contains(query(Qt::ImCursorRectangle).toRect()));
}

void TerminalViewInputTest::composesWithAnInputMethod()
{
    print("\x1B[?25l");
    const QImage before = grab();
    QInputMethodEvent composing(QStringLiteral("に"), {});
    QApplication::sendEvent(m_view, &composing);
    QCOMPARE(takeInput(), QByteArray());
    QVERIFY(grab() != before);
    QInputMethodEvent committed;
    committed.setCommitString(QStringLiteral("日本"));
    QApplication::sendEvent(m_view, &committed);
    QCOMPARE(takeInput(), QByteArray("日本"));
    QCOMPARE(grab(), before);
    QVERIFY(query(Qt::ImEnabled).toBool());
    const QRect cursor = query(Qt::ImCursorRectangle).toRect();
    QVERIFY(m_view->rect().contains(cursor));
    print("word");
    QTest::mouseDClick(m_view->viewport(), Qt::LeftButton, {}, middleOf(0, 1));
    QCOMPARE(m_view->selectedText(), QStringLiteral("word"));
    QApplication::sendEvent(m_view, &committed);
    QCOMPARE(m_view->selectedText(), QString());
}

void TerminalViewInputTest::asksBeforePastingLinesUnlessBracketed()
{
    QApplication::clipboard()->setText(QStringLiteral("one line"));
    QTest::keyClick(m_view, Qt::Key_V, Qt::ControlModifier | Qt::ShiftModifier);
    QCOMPARE(takeInput(), QByteArray("one line"));

    QApplication::clipboard()->setText(QStringLiteral("two\nlines"));
    m_view->pasteClipboard();
    QCOMPARE(takeInput(), QByteArray());
    auto *const question = m_view->findChild<PasteConfirmation *>();
    QVERIFY(question != nullptr);
    QSignalSpy gone(question, &QObject::destroyed);
    question->defaultButton()->click();
    QCOMPARE(takeInput(), QByteArray("two\rlines"));
    QTRY_COMPARE(gone.size(), 1);

    m_view->pasteClipboard();
    m_view->findChild<PasteConfirmation *>()->reject();
    QCOMPARE(takeInput(), QByteArray());

    print("\x1B[?2004h");
    m_view->pasteClipboard();
    QCOMPARE(takeInput(), QByteArray("\x1B[200~two\rlines\x1B[201~"));
}

void TerminalViewInputTest::asksOnlyOnceWhenToldSo()
{
    QApplication::clipboard()->setText(QStringLiteral("two\nlines"));
    m_view->pasteClipboard();
    auto *const question = m_view->findChild<PasteConfirmation *>();
    QVERIFY(question != nullptr);
    question->checkBox()->setChecked(true);
    question->defaultButton()->click();
    (void)takeInput();
    m_view->pasteClipboard();
    QCOMPARE(takeInput(), QByteArray("two\rlines"));
}

void TerminalViewInputTest::reportsTheMouseUnlessShiftIsHeld()
{
    QWidget *const target = m_view->viewport();
    print("text\x1B[?1000h\x1B[?1006h");
    QTest::mouseClick(target, Qt::LeftButton, {}, middleOf(0, 2));
    QCOMPARE(takeInput(), QByteArray("\x1B[<0;3;1M\x1B[<0;3;1m"));
    wheel(1);
    QCOMPARE(takeInput(), QByteArray("\x1B[<64;3;2M"));
    QTest::mouseDClick(target, Qt::LeftButton, Qt::ShiftModifier, middleOf(0, 2));
    QCOMPARE(takeInput(), QByteArray());
    QCOMPARE(m_view->selectedText(), QStringLiteral("text"));
}

void TerminalViewInputTest::turnsTheWheelIntoArrowsOnTheAlternateScreen()
{
    print("\x1B[?1049h\x1B[?1h");
    wheel(-1);
    QCOMPARE(takeInput(), QByteArray("\x1BOB\x1BOB\x1BOB"));
}

void TerminalViewInputTest::takesFilesThatAreDropped()
{
    QList<std::filesystem::path> taken;
    connect(m_view, &TerminalView::filesDropped, this, [&](const auto &sources) { taken = sources; });
    QCOMPARE(drop(), Qt::CopyAction);
    QCOMPARE(taken, QList<std::filesystem::path>({"/tmp/a file"}));
}

void TerminalViewInputTest::takesFilesOfSandboxes()
{
    QString from;
    QList<QByteArray> taken;
    connect(m_view, &TerminalView::sandboxFilesDropped, this, [&](const QString &id, const auto &paths) {
        from = id;
        taken = paths;
    });
    const SandboxFilesData data(QStringLiteral("box"), {"/a b"}, SandboxFilesData::Purpose::Copy);
    QCOMPARE(drop(data), Qt::CopyAction);
    QCOMPARE(from, QStringLiteral("box"));
    QCOMPARE(taken, QList<QByteArray>({"/a b"}));
    QMimeData forged; // Of another program.
    forged.setData(SandboxFilesData::mimeType, "sandbox files");
    QCOMPARE(drop(forged), Qt::IgnoreAction);
}

void TerminalViewInputTest::takesNothingWithoutAShell()
{
    Q_EMIT m_links.last()->exited(0);
    QCOMPARE(drop(), Qt::IgnoreAction);
}

void TerminalViewInputTest::typesPathsAsOneWordEach()
{
    m_session->insertPaths({"/plain/path.txt", "/it's $(here)", "/bytes \xFF", "/line\nbreak"});
    QCOMPARE(
        takeInput(), QByteArray("/plain/path.txt '/it'\\''s $(here)' '/bytes '\"$(printf '\\377')\" "
                                "\"$(printf '\\057\\154\\151\\156\\145\\012\\142\\162\\145\\141\\153')\" "));
}

QTEST_MAIN(TerminalViewInputTest)
#include "terminalviewinputtest.moc"
