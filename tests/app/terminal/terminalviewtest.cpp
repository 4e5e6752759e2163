// SPDX-License-Identifier: GPL-3.0-or-later
#include "terminal/terminalview.h"
#include "fakelink.h"
#include "terminal/pasteconfirmation.h"
#include "terminal/terminalcolours.h"
#include "terminal/terminalsession.h"

#include <QAccessible>
#include <QAction>
#include <QApplication>
#include <QCheckBox>
#include <QClipboard>
#include <QPushButton>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTest>
#include <QVBoxLayout>
#include <QWheelEvent>

using namespace Koyeb;
using namespace Koyeb::Desktop;

/// A view on a running session, in a window and with the keyboard.
class TerminalViewTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();

    void fitsTheTerminalToItsSize();
    void paintsTextAndColours();
    void paintsTheCursorWhereItIs();
    void paintsOnlyRowsThatChanged();
    void followsThePalette();
    void sendsKeys_data();
    void sendsKeys();
    void keepsKeysFromShortcuts_data();
    void keepsKeysFromShortcuts();
    void composesWithAnInputMethod();
    void selectsAndCopies_data();
    void selectsAndCopies();
    void scrollsWhileSelectingBeyondTheEdge();
    void keepsTheSelectionOnItsTextWhileOutputScrolls();
    void asksBeforePastingLinesUnlessBracketed();
    void asksOnlyOnceWhenToldSo();
    void reportsTheMouseUnlessShiftIsHeld();
    void turnsTheWheelIntoArrowsOnTheAlternateScreen();
    void scrollsBackAndReturnsOnKeys();
    void staysWhereAPersonScrolledWhileOutputComes();
    void zooms();
    void clearsOnRequest();
    void canBeReadByAssistiveTechnology();

private:
    void print(const QByteArray &bytes)
    {
        m_links.last()->print(bytes);
        QTRY_COMPARE(m_session->waitingBytes(), 0);
    }
    [[nodiscard]] QByteArray takeInput() { return std::exchange(m_links.last()->input, {}); }
    [[nodiscard]] QImage grab() { return m_view->viewport()->grab().toImage(); }
    [[nodiscard]] QPoint middleOf(int row, int column) const
    {
        return m_view->cellRect(row, column).center();
    }
    [[nodiscard]] QPoint leftOf(int row, int column) const
    {
        const QRect cell = m_view->cellRect(row, column);
        return {cell.left() + 1, cell.center().y()};
    }
    [[nodiscard]] QVariant query(Qt::InputMethodQuery what) const
    {
        QInputMethodQueryEvent event(what);
        QApplication::sendEvent(m_view, &event);
        return event.value(what);
    }
    void wheel(int steps)
    {
        const QPointF at = middleOf(1, 2);
        QWheelEvent event(
            at, m_view->viewport()->mapToGlobal(at), {}, {0, steps * 120}, Qt::NoButton, Qt::NoModifier,
            Qt::NoScrollPhase, false);
        QApplication::sendEvent(m_view->viewport(), &event);
    }

    FakeLinks m_links;
    std::unique_ptr<TerminalSession> m_session;
    std::unique_ptr<QWidget> m_window;
    TerminalView *m_view = nullptr; ///< In the window.
};

void TerminalViewTest::init()
{
    m_links = {};
    m_session = std::make_unique<TerminalSession>(m_links.factory());
    m_window = std::make_unique<QWidget>();
    m_view = new TerminalView(m_session.get());
    auto *const layout = new QVBoxLayout(m_window.get());
    layout->addWidget(m_view);
    m_window->resize(700, 400);
    m_window->show();
    QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
    m_view->setFocus();
    m_session->start();
    Q_EMIT m_links.last()->opened();
}

void TerminalViewTest::cleanup()
{
    m_window.reset();
    m_session.reset();
}

void TerminalViewTest::fitsTheTerminalToItsSize()
{
    const Vt::Size size = m_session->terminal().size();
    QCOMPARE(m_links.last()->starts, QList<Vt::Size>{size});
    QCOMPARE(size, m_view->gridSize());
    QVERIFY(size.columns > 40 && size.rows > 10);
    const QRect last = m_view->cellRect(size.rows - 1, size.columns - 1);
    QVERIFY(m_view->viewport()->rect().contains(last));

    m_window->resize(500, 300);
    QTRY_COMPARE(m_links.last()->resizes.size(), 1);
    QVERIFY(m_links.last()->resizes.last().columns < size.columns);
    QVERIFY(m_links.last()->resizes.last().rows < size.rows);
}

void TerminalViewTest::paintsTextAndColours()
{
    print("\x1B[?25l\x1B[48;2;200;10;20m \x1B[0m \x1B[38;2;0;250;0mM\x1B[0m\x1B[7m "
          "\x1B[0m\xE2\x94\x80\xE4\xB8\xAD");
    const QImage image = grab();
    const TerminalColours colours = TerminalColours::matching(m_view->palette());
    QCOMPARE(image.pixelColor(middleOf(0, 0)), QColor(200, 10, 20));
    QCOMPARE(image.pixelColor(middleOf(0, 1)), colours.background());
    QCOMPARE(image.pixelColor(middleOf(0, 3)), colours.foreground());
    QCOMPARE(image.pixelColor(middleOf(5, 5)), colours.background());
    const auto inked = [&image, &colours](const QRect &cell) {
        int count = 0;
        for (int y = cell.top(); y <= cell.bottom(); ++y) {
            for (int x = cell.left(); x <= cell.right(); ++x) {
                count += image.pixelColor(x, y) != colours.background() ? 1 : 0;
            }
        }
        return count;
    };
    QVERIFY(inked(m_view->cellRect(0, 2)) > 5);
    QVERIFY(inked(m_view->cellRect(0, 4)) > 3);
    QVERIFY(inked(m_view->cellRect(0, 5).united(m_view->cellRect(0, 6))) > 5);
    QCOMPARE(inked(m_view->cellRect(1, 2)), 0);
}

void TerminalViewTest::paintsTheCursorWhereItIs()
{
    print("\x1B[2 q\x1B[3;5H");
    const TerminalColours colours = TerminalColours::matching(m_view->palette());
    QTRY_COMPARE(grab().pixelColor(middleOf(2, 4)), colours.cursor());
    print("\x1B[?25l");
    QTRY_COMPARE(grab().pixelColor(middleOf(2, 4)), colours.background());
    print("\x1B[?25h");
    m_view->clearFocus(); // A hollow one.
    QTRY_COMPARE(grab().pixelColor(middleOf(2, 4)), colours.background());
    QCOMPARE(grab().pixelColor(m_view->cellRect(2, 4).topLeft()), colours.cursor());
}

void TerminalViewTest::paintsOnlyRowsThatChanged()
{
    class PaintWatcher : public QObject {
    public:
        bool eventFilter(QObject *, QEvent *event) override
        {
            if (event->type() == QEvent::Paint) {
                painted += static_cast<QPaintEvent *>(event)->region();
            }
            return false;
        }
        QRegion painted;
    };
    print("\x1B[2 q\x1B[3;1Hready");
    QTest::qWait(50); // Frames of before.
    PaintWatcher watcher;
    m_view->viewport()->installEventFilter(&watcher);
    print("\x1B[3;1Hagain");
    QTRY_VERIFY(watcher.painted.contains(middleOf(2, 0)));
    QVERIFY(!watcher.painted.contains(middleOf(0, 0)));
    QVERIFY(!watcher.painted.contains(middleOf(4, 0)));
}

void TerminalViewTest::followsThePalette()
{
    QPalette palette = m_view->palette();
    palette.setColor(QPalette::Base, Qt::black);
    m_view->setPalette(palette);
    QCOMPARE(grab().pixelColor(middleOf(5, 5)), TerminalColours::dark().background());
    palette.setColor(QPalette::Base, Qt::white);
    m_view->setPalette(palette);
    QCOMPARE(grab().pixelColor(middleOf(5, 5)), TerminalColours::light().background());
}

void TerminalViewTest::sendsKeys_data()
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

void TerminalViewTest::sendsKeys()
{
    QFETCH(const int, key);
    QFETCH(const Qt::KeyboardModifiers, modifiers);
    QFETCH(const QString, text);
    QFETCH(const QByteArray, expected);
    (void)takeInput();
    QTest::sendKeyEvent(QTest::Click, m_view, Qt::Key(key), text, modifiers);
    QCOMPARE(takeInput(), expected);
}

void TerminalViewTest::keepsKeysFromShortcuts_data()
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

void TerminalViewTest::keepsKeysFromShortcuts()
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

void TerminalViewTest::composesWithAnInputMethod()
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
}

void TerminalViewTest::selectsAndCopies_data()
{
    QTest::addColumn<QString>("gesture");
    QTest::addColumn<QString>("expected");
    QTest::newRow("drag") << QStringLiteral("drag") << QStringLiteral("wo three\nsecond");
    QTest::newRow("double click") << QStringLiteral("double") << QStringLiteral("two");
    QTest::newRow("triple click") << QStringLiteral("triple") << QStringLiteral("one two three");
    QTest::newRow("block") << QStringLiteral("block") << QStringLiteral("wo th\nd lin");
    QTest::newRow("click") << QStringLiteral("click") << QString();
}

void TerminalViewTest::selectsAndCopies()
{
    QFETCH(const QString, gesture);
    QFETCH(const QString, expected);
    QWidget *const target = m_view->viewport();
    print("one two three\r\nsecond line\r\n");
    const auto drag = [this, target](QPoint from, QPoint to, Qt::KeyboardModifiers modifiers) {
        QTest::mousePress(target, Qt::LeftButton, modifiers, from);
        QMouseEvent move(
            QEvent::MouseMove, to, target->mapToGlobal(to), Qt::NoButton, Qt::LeftButton, modifiers);
        QApplication::sendEvent(target, &move);
        QTest::mouseRelease(target, Qt::LeftButton, modifiers, to);
    };
    if (gesture == QStringLiteral("drag")) {
        drag(leftOf(0, 5), leftOf(1, 6), Qt::NoModifier);
    } else if (gesture == QStringLiteral("block")) {
        drag(leftOf(0, 5), leftOf(1, 10), Qt::AltModifier);
    } else {
        QTest::mouseClick(target, Qt::LeftButton, {}, middleOf(0, 5));
        if (gesture != QStringLiteral("click")) {
            QTest::mouseDClick(target, Qt::LeftButton, {}, middleOf(0, 5));
        }
        if (gesture == QStringLiteral("triple")) {
            QTest::mousePress(target, Qt::LeftButton, {}, middleOf(0, 5));
            QTest::mouseRelease(target, Qt::LeftButton, {}, middleOf(0, 5));
        }
    }
    QCOMPARE(m_view->selectedText(), expected);
    QApplication::clipboard()->setText(QStringLiteral("before"));
    QTest::keyClick(m_view, Qt::Key_C, Qt::ControlModifier | Qt::ShiftModifier);
    QCOMPARE(QApplication::clipboard()->text(), expected.isEmpty() ? QStringLiteral("before") : expected);
    QCOMPARE(takeInput(), QByteArray());
    if (!expected.isEmpty()) {
        const TerminalColours colours = TerminalColours::matching(m_view->palette());
        const QRect cell = m_view->cellRect(0, 6);
        QCOMPARE(grab().pixelColor(cell.right() - 1, cell.top() + 1), colours.selection());
    }
}

void TerminalViewTest::scrollsWhileSelectingBeyondTheEdge()
{
    QWidget *const target = m_view->viewport();
    for (int i = 0; i < 100; ++i) {
        print("line " + QByteArray::number(i) + "\r\n");
    }
    QTRY_VERIFY(m_view->verticalScrollBar()->maximum() > 50);
    QTest::mousePress(target, Qt::LeftButton, {}, leftOf(2, 0));
    const QPoint above(leftOf(0, 0).x(), -60);
    QMouseEvent move(
        QEvent::MouseMove, above, target->mapToGlobal(above), Qt::NoButton, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(target, &move);
    QTRY_COMPARE_WITH_TIMEOUT(m_view->verticalScrollBar()->value(), 0, 20'000);
    QTest::mouseRelease(target, Qt::LeftButton, {}, above);
    QVERIFY(m_view->selectedText().startsWith(QStringLiteral("line 0\nline 1\n")));
}

void TerminalViewTest::keepsTheSelectionOnItsTextWhileOutputScrolls()
{
    print("chosen\r\n");
    QTest::mouseDClick(m_view->viewport(), Qt::LeftButton, {}, middleOf(0, 2));
    for (int i = 0; i < 200; ++i) {
        print("more\r\n");
    }
    QCOMPARE(m_view->selectedText(), QStringLiteral("chosen"));
}

void TerminalViewTest::asksBeforePastingLinesUnlessBracketed()
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

void TerminalViewTest::asksOnlyOnceWhenToldSo()
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

void TerminalViewTest::reportsTheMouseUnlessShiftIsHeld()
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

void TerminalViewTest::turnsTheWheelIntoArrowsOnTheAlternateScreen()
{
    print("\x1B[?1049h\x1B[?1h");
    wheel(-1);
    QCOMPARE(takeInput(), QByteArray("\x1BOB\x1BOB\x1BOB"));
}

void TerminalViewTest::scrollsBackAndReturnsOnKeys()
{
    for (int i = 0; i < 100; ++i) {
        print("line " + QByteArray::number(i) + "\r\n");
    }
    QScrollBar *const bar = m_view->verticalScrollBar();
    QTRY_COMPARE(bar->value(), bar->maximum());
    QTRY_VERIFY(bar->maximum() > 50);
    wheel(1);
    QCOMPARE(bar->value(), bar->maximum() - 3);
    QTest::keyClick(m_view, Qt::Key_Home, Qt::ShiftModifier);
    QCOMPARE(bar->value(), 0);
    QVERIFY(m_view->visibleText().startsWith(QStringLiteral("line 0\n")));
    QTest::keyClick(m_view, Qt::Key_PageDown, Qt::ShiftModifier);
    QCOMPARE(bar->value(), bar->pageStep());
    QTest::keyClick(m_view, Qt::Key_X);
    QCOMPARE(bar->value(), bar->maximum());
}

void TerminalViewTest::staysWhereAPersonScrolledWhileOutputComes()
{
    for (int i = 0; i < 100; ++i) {
        print("line " + QByteArray::number(i) + "\r\n");
    }
    QTRY_VERIFY(m_view->verticalScrollBar()->maximum() > 50);
    m_view->verticalScrollBar()->setValue(10);
    const QString seen = m_view->visibleText();
    for (int i = 0; i < 50; ++i) {
        print("more\r\n");
    }
    QTest::qWait(50);
    QCOMPARE(m_view->visibleText(), seen);
    QCOMPARE(m_view->verticalScrollBar()->value(), 10);
}

void TerminalViewTest::zooms()
{
    const Vt::Size normal = m_view->gridSize();
    QTest::keyClick(m_view, Qt::Key_Plus, Qt::ControlModifier);
    m_view->zoomIn();
    QVERIFY(m_view->gridSize().columns < normal.columns);
    QCOMPARE(m_links.last()->resizes.last(), m_view->gridSize());
    QTest::keyClick(m_view, Qt::Key_0, Qt::ControlModifier);
    QCOMPARE(m_view->gridSize(), normal);
    for (int i = 0; i < 3; ++i) {
        QTest::keyClick(m_view, Qt::Key_Minus, Qt::ControlModifier);
    }
    QVERIFY(m_view->gridSize().columns > normal.columns);
}

void TerminalViewTest::clearsOnRequest()
{
    for (int i = 0; i < 100; ++i) {
        print("line\r\n");
    }
    print("$ ");
    QTest::keyClick(m_view, Qt::Key_K, Qt::ControlModifier | Qt::ShiftModifier);
    QTRY_COMPARE(m_view->verticalScrollBar()->maximum(), 0);
    QCOMPARE(m_view->visibleText().trimmed(), QStringLiteral("$"));
}

void TerminalViewTest::canBeReadByAssistiveTechnology()
{
    print("$ echo h\xC3\xA9llo\r\nh\xC3\xA9llo\r\n$ ");
    QAccessibleInterface *const accessible = QAccessible::queryAccessibleInterface(m_view);
    QVERIFY(accessible != nullptr);
    QCOMPARE(accessible->role(), QAccessible::Terminal);
    QCOMPARE(accessible->text(QAccessible::Name), QStringLiteral("Terminal"));
    QAccessibleTextInterface *const text = accessible->textInterface();
    QVERIFY(text != nullptr);
    const QString all = text->text(0, text->characterCount());
    QVERIFY(all.startsWith(QStringLiteral("$ echo héllo\nhéllo\n$\n")));
    QCOMPARE(all.count(u'\n'), m_session->terminal().size().rows - 1);
    QCOMPARE(text->text(2, 6), QStringLiteral("echo"));
    // The blank after the prompt is not part of the text: the caret stands where the text of its row ends.
    QCOMPARE(text->cursorPosition(), QStringLiteral("$ echo héllo\nhéllo\n$").size());
    const QRect character = text->characterRect(13);
    QCOMPARE(character.topLeft(), m_view->viewport()->mapToGlobal(m_view->cellRect(1, 0).topLeft()));
    QCOMPARE(text->offsetAtPoint(character.center()), 13);
}

QTEST_MAIN(TerminalViewTest)
#include "terminalviewtest.moc"
