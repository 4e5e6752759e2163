// SPDX-License-Identifier: GPL-3.0-or-later
#include "terminalviewfixture.h"

#include "terminal/terminalnotice.h"
#include "terminal/terminalscrollbar.h"
#include "terminal/terminalsearch.h"
#include "terminal/terminalsearchbar.h"

#include <QAction>
#include <QClipboard>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QScrollBar>
#include <QToolButton>

using namespace Koyeb;
using namespace Koyeb::Desktop;

/// What is found in a view: matches, prompts; and what its program asks for.
class TerminalViewFindTest : public TerminalViewFixture {
    Q_OBJECT

private Q_SLOTS:
    void searchesTextAndScrollback();
    void searchesByRegularExpression();
    void searchesAllOfALongLineByRegularExpression();
    void survivesExpressionsThatNeverEnd();
    void goesOnSearchingInNewOutput();
    void showsMatchesInTheScrollBar();
    void closesTheSearchWithEscape();
    void jumpsBetweenPrompts();
    void jumpsToPromptsBehindOtherText();
    void copiesTheOutputOfACommand();
    void copiesTheOutputOfACommandThatStillRuns();
    void copiesOutputWithoutALineFeed();
    void copiesOutputAfterTheScreenWasCleared();
    void asksBeforeAProgramWritesTheClipboard();
    void takesNoForAnAnswer();
    void showsNotificationsAsText();

private:
    [[nodiscard]] TerminalSearch &search() const { return *m_view->findChild<TerminalSearch *>(); }
    [[nodiscard]] QLineEdit &searchEdit() const
    {
        return *m_view->findChild<TerminalSearchBar *>()->findChild<QLineEdit *>();
    }
    void searchFor(const QString &text)
    {
        m_view->openSearch();
        searchEdit().setText(text);
        QTRY_VERIFY(!search().isRunning());
    }
    [[nodiscard]] TerminalNotice *openNotice() const
    {
        for (auto *const notice : m_view->findChildren<TerminalNotice *>()) {
            if (!notice->isHidden()) {
                return notice;
            }
        }
        return nullptr;
    }
    [[nodiscard]] static QPushButton *button(const QWidget *parent, const QString &text)
    {
        for (auto *const candidate : parent->findChildren<QPushButton *>()) {
            if (candidate->text() == text) {
                return candidate;
            }
        }
        return nullptr;
    }
};

void TerminalViewFindTest::searchesTextAndScrollback()
{
    for (int i = 0; i < 300; ++i) {
        print("line " + QByteArray::number(i) + (i % 100 == 7 ? " Needle\r\n" : "\r\n"));
    }
    QTest::keyClick(m_view, Qt::Key_F, Qt::ControlModifier | Qt::ShiftModifier);
    QVERIFY(searchEdit().hasFocus());
    searchFor(QStringLiteral("needle"));
    QCOMPARE(search().matches().size(), std::size_t{3});
    QCOMPARE(search().currentNumber(), std::size_t{3});
    QVERIFY(m_view->visibleText().contains(QStringLiteral("line 207 Needle")));

    const auto isShown = [this](const QString &text) {
        return m_view->visibleText().contains(text);
    };
    QTest::keyClick(&searchEdit(), Qt::Key_Return, Qt::ShiftModifier);
    QVERIFY(isShown(QStringLiteral("line 107 Needle")));
    QTest::keyClick(&searchEdit(), Qt::Key_Return, Qt::ShiftModifier);
    QVERIFY(isShown(QStringLiteral("line 7 Needle")));
    QTest::keyClick(&searchEdit(), Qt::Key_Return, Qt::ShiftModifier); // Around.
    QVERIFY(isShown(QStringLiteral("line 207 Needle")));
    QTest::keyClick(&searchEdit(), Qt::Key_Return);
    QVERIFY(isShown(QStringLiteral("line 7 Needle")));
    QCOMPARE(search().currentNumber(), std::size_t{1});

    // It is seen where it is.
    const auto match = search().current();
    QVERIFY(match);
    const int row = static_cast<int>(match->first.line - m_session->terminal().firstLine()) -
                    m_view->verticalScrollBar()->value();
    const QImage image = grab();
    QCOMPARE(
        image.pixelColor(m_view->cellRect(row, match->first.column).topLeft()),
        m_view->colours().currentMatch());

    auto *const bar = m_view->findChild<TerminalSearchBar *>();
    for (auto *const option : bar->findChildren<QToolButton *>()) {
        option->setChecked(option->text() == QStringLiteral("Aa")); // Capitals matter now.
    }
    QTRY_VERIFY(!search().isRunning());
    QVERIFY(search().matches().empty());
}

void TerminalViewFindTest::searchesByRegularExpression()
{
    print("abc \xC3\xA9\xE4\xB8\xAD x12 y345\r\n");
    m_view->openSearch();
    search().start({QStringLiteral("[xy]\\d+"), true, false}, 100);
    QTRY_VERIFY(!search().isRunning());
    QCOMPARE(search().matches().size(), std::size_t{2});
    const auto columns = search().columnsOf(0);
    QCOMPARE(columns.size(), std::size_t{2});
    QCOMPARE(columns[1].first, 8); // The newest, and on a line the last, come first.
    QCOMPARE(columns[1].end, 11);
    QCOMPARE(columns[0].first, 12);

    search().start({QStringLiteral("(unfinished"), true, false}, 100);
    QVERIFY(!search().problem().isEmpty());
    QVERIFY(!search().isRunning());
    search().start({QStringLiteral("x*"), true, false}, 100); // Also matches nothing, everywhere.
    QTRY_VERIFY(!search().isRunning());
    QCOMPARE(search().matches().size(), std::size_t{1});
}

void TerminalViewFindTest::searchesAllOfALongLineByRegularExpression()
{
    // Longer than what is looked at together, with matches in the middle, where two parts meet, and at the
    // end.
    QByteArray text = "needle0 " + QByteArray(30'000, '.') + " needle1";
    for (const qsizetype place : {12 * 1024 - 3, 16 * 1024 - 3}) {
        text.replace(place, 8, " needle2");
    }
    print(text + "\r\n");
    const auto count = [this](const char *expression) {
        search().start({QString::fromLatin1(expression), true, false}, 1000);
        return QTest::qWaitFor([this] { return !search().isRunning(); }) ? search().matches().size() : 9999;
    };
    QCOMPARE(count("needle\\d"), std::size_t{4});
    QCOMPARE(count("needle1$"), std::size_t{1});
    QCOMPARE(count("^needle0|^\\."), std::size_t{1}); // Only one part begins the line.
    QCOMPARE(count("\\bneedle"), std::size_t{4});
    QCOMPARE(count("(?<=\\. )needle\\d"), std::size_t{3});
}

void TerminalViewFindTest::survivesExpressionsThatNeverEnd()
{
    print(QByteArray(100'000, 'a') + "\r\n");
    search().start({QStringLiteral("(a+a+)+$b"), true, false}, 100);
    QTRY_VERIFY(!search().isRunning()); // Within five seconds instead of years.
    QVERIFY(search().matches().empty());
}

void TerminalViewFindTest::goesOnSearchingInNewOutput()
{
    print("one needle\r\n");
    searchFor(QStringLiteral("needle"));
    QCOMPARE(search().matches().size(), std::size_t{1});
    for (int i = 0; i < 100; ++i) {
        print("more\r\n");
    }
    print("another needle\r\n");
    QTRY_COMPARE(search().matches().size(), std::size_t{2});
    QCOMPARE(search().currentNumber(), std::size_t{1}); // A person keeps the place.
    print("\x1B[H\x1B[J");
    QTRY_COMPARE(search().matches().size(), std::size_t{1});
}

void TerminalViewFindTest::showsMatchesInTheScrollBar()
{
    auto *const bar = qobject_cast<TerminalScrollBar *>(m_view->verticalScrollBar());
    QVERIFY(bar != nullptr);
    for (int i = 0; i < 100; ++i) {
        print(i == 0 || i == 50 ? "needle\r\n" : "line\r\n");
    }
    searchFor(QStringLiteral("needle"));
    QCOMPARE(bar->marks().size(), 2);
    QVERIFY(bar->marks().last() < 0.02);
    QVERIFY(qAbs(bar->marks().first() - 0.5) < 0.05);
    m_view->findChild<TerminalSearchBar *>()->dismiss();
    QVERIFY(bar->marks().isEmpty());
}

void TerminalViewFindTest::closesTheSearchWithEscape()
{
    print("needle");
    const Vt::Size before = m_session->terminal().size();
    searchFor(QStringLiteral("needle"));
    QTRY_VERIFY(m_session->terminal().size().rows < before.rows); // The bar hides nothing.
    QTest::keyClick(&searchEdit(), Qt::Key_Escape);
    QTRY_COMPARE(m_session->terminal().size(), before);
    QVERIFY(m_view->hasFocus());
    QVERIFY(search().matches().empty());
}

void TerminalViewFindTest::jumpsBetweenPrompts()
{
    for (int command = 1; command <= 3; ++command) {
        print(
            "\x1B]133;A\x1B\\$ \x1B]133;B\x1B\\run " + QByteArray::number(command) + "\r\n\x1B]133;C\x1B\\");
        for (int i = 0; i < 40; ++i) {
            print("output " + QByteArray::number(command) + "\r\n");
        }
        print("\x1B]133;D;0\x1B\\");
    }
    print("\x1B]133;A\x1B\\$ ");
    const auto topText = [this] {
        return m_view->visibleText().section(u'\n', 0, 0);
    };
    QTest::keyClick(m_view, Qt::Key_PageUp, Qt::ControlModifier | Qt::ShiftModifier);
    QCOMPARE(topText(), QStringLiteral("$ run 3"));
    m_view->goToPreviousPrompt();
    m_view->goToPreviousPrompt();
    QCOMPARE(topText(), QStringLiteral("$ run 1"));
    m_view->goToPreviousPrompt(); // There is none.
    QCOMPARE(topText(), QStringLiteral("$ run 1"));
    QTest::keyClick(m_view, Qt::Key_PageDown, Qt::ControlModifier | Qt::ShiftModifier);
    QCOMPARE(topText(), QStringLiteral("$ run 2"));
    QVERIFY(takeInput().isEmpty());
}

void TerminalViewFindTest::jumpsToPromptsBehindOtherText()
{
    // Output without a line feed, over several rows, and the next prompt behind it on the same line.
    const int columns = m_session->terminal().size().columns;
    for (int command = 1; command <= 3; ++command) {
        print("\x1B]133;A\x1B\\$ \x1B]133;B\x1B\\run " + QByteArray::number(command));
        for (int i = 0; i < 40; ++i) {
            print("\r\n");
        }
        print("\x1B]133;C\x1B\\" + QByteArray(3 * columns + 5, 'x') + "\x1B]133;D;0\x1B\\");
    }
    print("\x1B]133;A\x1B\\$ ");
    for (int i = 0; i < 40; ++i) {
        print("\r\n");
    }
    const auto topText = [this] {
        return m_view->visibleText().section(u'\n', 0, 0);
    };
    const QString before(5, u'x');
    m_view->goToPreviousPrompt();
    QCOMPARE(topText(), before + QStringLiteral("$"));
    m_view->goToPreviousPrompt();
    QCOMPARE(topText(), before + QStringLiteral("$ run 3"));
    m_view->goToPreviousPrompt();
    QCOMPARE(topText(), before + QStringLiteral("$ run 2"));
    m_view->goToPreviousPrompt();
    QCOMPARE(topText(), QStringLiteral("$ run 1"));
    m_view->goToNextPrompt();
    QCOMPARE(topText(), before + QStringLiteral("$ run 2"));
    m_view->goToNextPrompt();
    QCOMPARE(topText(), before + QStringLiteral("$ run 3"));
    // From within the text that stands before it on its line.
    m_view->goToPreviousPrompt();
    m_view->verticalScrollBar()->setValue(m_view->verticalScrollBar()->value() - 2);
    QCOMPARE(topText(), QString(columns, u'x'));
    m_view->goToNextPrompt();
    QCOMPARE(topText(), before + QStringLiteral("$ run 2"));
}

void TerminalViewFindTest::copiesTheOutputOfACommand()
{
    print("\x1B]133;A\x1B\\$ \x1B]133;B\x1B\\ls\r\n\x1B]133;C\x1B\\a.txt\r\nb.txt\r\n\x1B]133;D;0\x1B\\"
          "\x1B]133;A\x1B\\$ ");
    m_view->copyCommandOutput();
    QCOMPARE(m_view->selectedText(), QStringLiteral("a.txt\nb.txt"));
    QCOMPARE(QApplication::clipboard()->text(), QStringLiteral("a.txt\nb.txt"));
}

void TerminalViewFindTest::copiesTheOutputOfACommandThatStillRuns()
{
    print("\x1B]133;A\x1B\\$ \x1B]133;B\x1B\\make\r\n\x1B]133;C\x1B\\");
    m_view->selectCommandOutput();
    QCOMPARE(m_view->selectedText(), QString()); // It said nothing yet.
    print("one\r\n\r\ntwo\r\n");
    m_view->copyCommandOutput();
    QCOMPARE(QApplication::clipboard()->text(), QStringLiteral("one\n\ntwo"));
    print("thr");
    m_view->copyCommandOutput();
    QCOMPARE(QApplication::clipboard()->text(), QStringLiteral("one\n\ntwo\nthr"));
}

void TerminalViewFindTest::copiesOutputWithoutALineFeed()
{
    // The next prompt stands behind it on its line, which is wider than the view.
    const int columns = m_session->terminal().size().columns;
    const QByteArray output(columns + 5, 'x');
    print(
        "\x1B]133;A\x1B\\$ \x1B]133;B\x1B\\printf\r\n\x1B]133;C\x1B\\" + output +
        "\x1B]133;D;0\x1B\\\x1B]133;A\x1B\\$ \x1B]133;B\x1B\\next");
    m_view->copyCommandOutput();
    QCOMPARE(QApplication::clipboard()->text(), QString::fromLatin1(output));
    // One that printed nothing at all has nothing to be copied, not even of what follows.
    print("\r\n\x1B]133;C\x1B\\\x1B]133;D;0\x1B\\\x1B]133;A\x1B\\$ ");
    m_view->selectCommandOutput();
    QCOMPARE(m_view->selectedText(), QString());
}

void TerminalViewFindTest::copiesOutputAfterTheScreenWasCleared()
{
    const QByteArray prompt = "\x1B]133;D;0\x1B\\\x1B]133;A\x1B\\$ \x1B]133;B\x1B\\";
    // Prompts were where the output comes to be, and below it.
    print(prompt + "\r\n" + prompt + "\r\n" + prompt + "\x1B[H\x1B[2J" + prompt);
    print("ls\r\n\x1B]133;C\x1B\\a.txt\r\nb.txt\r\nc.txt\r\n" + prompt);
    m_view->copyCommandOutput();
    QCOMPARE(QApplication::clipboard()->text(), QStringLiteral("a.txt\nb.txt\nc.txt"));
    // What is erased below the cursor takes its marks along, too.
    print("\x1B[H" + prompt + "ls\x1B[J\r\n\x1B]133;C\x1B\\d.txt\r\ne.txt\r\n" + prompt);
    m_view->copyCommandOutput();
    QCOMPARE(QApplication::clipboard()->text(), QStringLiteral("d.txt\ne.txt"));
}

void TerminalViewFindTest::asksBeforeAProgramWritesTheClipboard()
{
    QApplication::clipboard()->setText(QStringLiteral("mine"));
    print("\x1B]52;c;" + QByteArray("<b>theirs</b>").toBase64() + "\x1B\\");
    QTRY_VERIFY(openNotice() != nullptr);
    QCOMPARE(QApplication::clipboard()->text(), QStringLiteral("mine"));
    QVERIFY(m_view->hasFocus());
    QVERIFY(openNotice()->text().contains(QStringLiteral("<b>theirs</b>")));
    QCOMPARE(openNotice()->findChild<QLabel *>()->textFormat(), Qt::PlainText);
    // Another text does not slip under the answer.
    print("\x1B]52;c;" + QByteArray("worse").toBase64() + "\x1B\\");
    QTest::qWait(40);
    button(openNotice(), QStringLiteral("Allow"))->click();
    QCOMPARE(QApplication::clipboard()->text(), QStringLiteral("<b>theirs</b>"));
    QVERIFY(openNotice() == nullptr);
    // It is never told what is there.
    (void)takeInput();
    print("\x1B]52;c;?\x1B\\");
    QCOMPARE(takeInput(), QByteArray());
}

void TerminalViewFindTest::takesNoForAnAnswer()
{
    QApplication::clipboard()->setText(QStringLiteral("mine"));
    print("\x1B]52;c;" + QByteArray("theirs").toBase64() + "\x1B\\");
    QTRY_VERIFY(openNotice() != nullptr);
    button(openNotice(), QStringLiteral("Do not allow"))->click();
    print("\x1B]52;c;" + QByteArray("theirs").toBase64() + "\x1B\\mark");
    QTRY_VERIFY(m_view->visibleText().contains(QStringLiteral("mark")));
    QTest::qWait(40);
    QVERIFY(openNotice() == nullptr);
    QCOMPARE(QApplication::clipboard()->text(), QStringLiteral("mine"));
}

void TerminalViewFindTest::showsNotificationsAsText()
{
    print("\x1B]777;notify;Build;<i>done</i>\x1B\\");
    QTRY_VERIFY(openNotice() != nullptr);
    QVERIFY(openNotice()->text().contains(QStringLiteral("Build: <i>done</i>")));
    QVERIFY(m_view->hasFocus());
    button(openNotice(), QStringLiteral("Close"))->click();
    QVERIFY(openNotice() == nullptr);
    QCOMPARE(
        TerminalNotice::excerpt(QStringLiteral("a\u202Eb\n c") + QString(100, u'x'), 5),
        QStringLiteral("ab cx…"));
}

QTEST_MAIN(TerminalViewFindTest)
#include "terminalviewfindtest.moc"
