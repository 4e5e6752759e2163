// SPDX-License-Identifier: GPL-3.0-or-later
#include "terminalviewfixture.h"

#include "common/sandboxfilesdata.h"
#include "terminal/pasteconfirmation.h"

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

/// The mouse, composed, pasted and dropped things on their way to the program.
class TerminalViewInputTest : public TerminalViewFixture {
    Q_OBJECT

private Q_SLOTS:
    void keepsTheSelectionWhileModifiersArePressed();
    void composesWithAnInputMethod();
    void showsWhatIsComposedAsTheMethodWants();
    void showsWhatIsComposedAtTheEndOfARow();
    void asksBeforePastingLinesUnlessBracketed();
    void asksOnlyOnceWhenToldSo();
    void reportsTheMouseUnlessShiftIsHeld();
    void beginsASelectionWithShiftWhereTheProgramHasTheMouse();
    void tellsWhatComesUpOfEveryButtonThatWentDown();
    void reportsEveryButton();
    void reportsTheWheelByItsClicks();
    void pastesWhatIsSelectedWithTheMiddleButton();
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

void TerminalViewInputTest::beginsASelectionWithShiftWhereTheProgramHasTheMouse()
{
    QWidget *const target = m_view->viewport();
    const auto drag = [&](int from, int to, Qt::KeyboardModifiers modifiers) {
        QTest::mousePress(target, Qt::LeftButton, modifiers, leftOf(0, from));
        QTest::mouseMove(target, leftOf(0, to));
        QTest::mouseRelease(target, Qt::LeftButton, modifiers, leftOf(0, to));
    };
    print("some words here");
    drag(0, 4, Qt::NoModifier);
    QTest::mouseClick(target, Qt::LeftButton, Qt::ShiftModifier, leftOf(0, 10));
    QCOMPARE(m_view->selectedText(), QStringLiteral("some words"));
    print("\x1B[?1000;1006h");
    drag(5, 7, Qt::ShiftModifier);
    QCOMPARE(m_view->selectedText(), QStringLiteral("wo"));
    QCOMPARE(takeInput(), QByteArray());
}

void TerminalViewInputTest::tellsWhatComesUpOfEveryButtonThatWentDown()
{
    QWidget *const target = m_view->viewport();
    print("\x1B[?1002;1006h");
    QTest::mousePress(target, Qt::LeftButton, {}, middleOf(0, 2));
    QTest::mouseRelease(target, Qt::LeftButton, Qt::ShiftModifier, middleOf(0, 2));
    QCOMPARE(takeInput(), QByteArray("\x1B[<0;3;1M\x1B[<4;3;1m"));
    QTest::mouseRelease(target, Qt::RightButton, Qt::ShiftModifier, middleOf(0, 2)); // Went down with Shift.
    QCOMPARE(takeInput(), QByteArray());
}

void TerminalViewInputTest::reportsEveryButton()
{
    QWidget *const target = m_view->viewport();
    print("\x1B[?1000;1006h");
    QTest::mouseClick(target, Qt::BackButton, {}, middleOf(0, 2));
    QCOMPARE(takeInput(), QByteArray("\x1B[<128;3;1M\x1B[<128;3;1m"));
    QTest::mouseClick(target, Qt::ForwardButton, {}, middleOf(0, 2));
    QCOMPARE(takeInput(), QByteArray("\x1B[<129;3;1M\x1B[<129;3;1m"));
}

void TerminalViewInputTest::reportsTheWheelByItsClicks()
{
    print("\x1B[?1000;1006h");
    turnWheel({0, 240});
    QCOMPARE(takeInput(), QByteArray("\x1B[<64;3;2M\x1B[<64;3;2M"));
    turnWheel({120, 0});
    turnWheel({-120, 0});
    QCOMPARE(takeInput(), QByteArray("\x1B[<66;3;2M\x1B[<67;3;2M"));
    turnWheel({120, 0}, Qt::AltModifier); // As X11 tells of a wheel that turns forwards.
    QCOMPARE(takeInput(), QByteArray("\x1B[<72;3;2M"));
    for (int i = 0; i < 5; ++i) {
        turnWheel({0, -20}); // A touch pad.
    }
    QCOMPARE(takeInput(), QByteArray());
    turnWheel({0, -20});
    QCOMPARE(takeInput(), QByteArray("\x1B[<65;3;2M"));
}

void TerminalViewInputTest::pastesWhatIsSelectedWithTheMiddleButton()
{
    QClipboard *const clipboard = QApplication::clipboard();
    clipboard->setText(QStringLiteral("copied"));
    if (clipboard->supportsSelection()) {
        clipboard->setText(QStringLiteral("selected"), QClipboard::Selection);
    }
    QTest::mouseClick(m_view->viewport(), Qt::MiddleButton, {}, middleOf(0, 2));
    QCOMPARE(takeInput(), clipboard->supportsSelection() ? QByteArray("selected") : QByteArray());
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
