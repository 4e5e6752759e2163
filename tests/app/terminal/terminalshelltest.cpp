// SPDX-License-Identifier: GPL-3.0-or-later
#include "terminalshellfixture.h"

#include "executor/shellquote.h"

#include <QClipboard>
#include <QScrollBar>
#include <QStandardPaths>

using namespace Koyeb;
using namespace Koyeb::Desktop;

/// A shell.
class TerminalShellTest : public TerminalShellFixture {
    Q_OBJECT

private Q_SLOTS:
    void runsAShellOfTheViewsSizeAtHome();
    void followsTheViewsSize();
    void marksPromptsOfBash();
    void leavesTheStatusToOthersThatPrompt();
    void tellsItsDirectoryToASplit();
    void interruptsAProgramThatFloods();
    void showsFullScreenPrograms();
    void tellsTheExitCodeAndStartsAgain();
    void reconnectsAfterTheConnectionWasLost();
    void offersOnlyKeepersThatRun();
    void findsAKeptShellAgain();

private:
    /// As when the network goes: the other side hears of it, and the session, too.
    void cutConnection()
    {
        m_link->close();
        Q_EMIT m_link->failed(Error::of(ErrorKind::Offline, QStringLiteral("Cut.")));
    }
};

void TerminalShellTest::runsAShellOfTheViewsSizeAtHome()
{
    const Vt::Size size = m_view->gridSize();
    enter(QStringLiteral("stty size; echo in-$PWD-$HOME-$TERM-${BASH_VERSION:+bash}-$'\\303\\251'"));
    QVERIFY2(
        isSeen(QStringLiteral("^%1 %2$").arg(size.rows).arg(size.columns)),
        qPrintable(m_view->visibleText()));
    QVERIFY2(
        isSeen(QStringLiteral("^in-(/[^-]*)-\\1-xterm-256color-bash-é$")), qPrintable(m_view->visibleText()));
}

void TerminalShellTest::followsTheViewsSize()
{
    const Vt::Size before = m_view->gridSize();
    m_page->resize(600, 360);
    QTRY_VERIFY(m_view->gridSize() != before);
    const Vt::Size after = m_view->gridSize();
    enter(QStringLiteral("stty size"));
    QVERIFY2(
        isSeen(QStringLiteral("^%1 %2$").arg(after.rows).arg(after.columns)),
        qPrintable(m_view->visibleText()));
}

void TerminalShellTest::marksPromptsOfBash()
{
    enter(QStringLiteral("seq 100; (exit 3)"));
    QVERIFY2(isSeen(QStringLiteral("^100\n.*[#$]$")), qPrintable(m_view->visibleText()));
    m_view->goToPreviousPrompt();
    QTRY_VERIFY2(
        m_view->visibleText().contains(QStringLiteral("seq 100")), qPrintable(m_view->visibleText()));
    m_view->verticalScrollBar()->setValue(m_view->verticalScrollBar()->maximum());
    enter(QStringLiteral("printf 'one\\ntwo\\n'"));
    QVERIFY2(isSeen(QStringLiteral("^one\ntwo\n.*[#$]$")), qPrintable(m_view->visibleText()));
    m_view->copyCommandOutput();
    QCOMPARE(QApplication::clipboard()->text(), QStringLiteral("one\ntwo"));
}

void TerminalShellTest::leavesTheStatusToOthersThatPrompt()
{
    enter(QStringLiteral("PROMPT_COMMAND=\"$PROMPT_COMMAND\"'; echo status-$?'"));
    QVERIFY2(isSeen(QStringLiteral("^status-0$")), qPrintable(m_view->visibleText()));
    enter(QStringLiteral("(exit 7)"));
    QVERIFY2(isSeen(QStringLiteral("^status-7$")), qPrintable(m_view->visibleText()));
}

// Whatever its name is.
void TerminalShellTest::tellsItsDirectoryToASplit()
{
    enter(QStringLiteral("mkdir -p '/tmp/a b%41' && cd '/tmp/a b%41'"));
    QTRY_COMPARE_WITH_TIMEOUT(
        QString::fromStdString(m_view->session().terminal().directory()), QStringLiteral("/tmp/a b%41"),
        patience);
    press(Qt::Key_D, Qt::ControlModifier | Qt::ShiftModifier);
    QTRY_COMPARE(m_page->findChildren<TerminalView *>().size(), 2);
    for (auto *const view : m_page->findChildren<TerminalView *>()) {
        if (view != m_view) {
            QTRY_COMPARE_WITH_TIMEOUT(
                QString::fromStdString(view->session().terminal().directory()), QStringLiteral("/tmp/a b%41"),
                patience);
        }
    }
}

void TerminalShellTest::interruptsAProgramThatFloods()
{
    enter(QStringLiteral("yes flood"));
    QVERIFY(isSeen(QStringLiteral("^flood$")));
    QTest::keyClick(m_view, Qt::Key_C, Qt::ControlModifier);
    QVERIFY2(isSeen(QStringLiteral("[#$]$")), qPrintable(m_view->visibleText()));
    enter(QStringLiteral("echo back-$((40+2))"));
    QVERIFY2(isSeen(QStringLiteral("^back-42$")), qPrintable(m_view->visibleText()));
}

void TerminalShellTest::showsFullScreenPrograms()
{
    if (QStandardPaths::findExecutable(QStringLiteral("less")).isEmpty()) {
        QSKIP("less is not installed on this computer, whose programs the sandbox has.");
    }
    enter(QStringLiteral("seq 1 500 | less"));
    QVERIFY2(isSeen(QStringLiteral("\\A1\n2\n")), qPrintable(m_view->visibleText()));
    QVERIFY(m_view->session().terminal().modes().alternateScreen);
    type(QStringLiteral("G"));
    QVERIFY2(isSeen(QStringLiteral("^500$")), qPrintable(m_view->visibleText()));
    type(QStringLiteral("q"));
    QVERIFY2(isSeen(QStringLiteral("\\| less")), qPrintable(m_view->visibleText()));
    QVERIFY(!m_view->session().terminal().modes().alternateScreen);
}

void TerminalShellTest::tellsTheExitCodeAndStartsAgain()
{
    enter(QStringLiteral("exit 7"));
    QVERIFY2(
        isSeen(QStringLiteral("^The shell ended with exit code 7\\.")), qPrintable(m_view->visibleText()));
    QTest::keyClick(m_view, Qt::Key_Return);
    QVERIFY2(isSeen(QStringLiteral("[#$]$")), qPrintable(m_view->visibleText()));
    enter(QStringLiteral("echo again-$((1+1))"));
    QVERIFY2(isSeen(QStringLiteral("^again-2$")), qPrintable(m_view->visibleText()));
}

void TerminalShellTest::reconnectsAfterTheConnectionWasLost()
{
    enter(QStringLiteral("left=behind"));
    enter(QStringLiteral("echo seen-$((40+3))"));
    QVERIFY2(isSeen(QStringLiteral("^seen-43$")), qPrintable(m_view->visibleText()));
    cutConnection();
    QVERIFY2(
        isSeen(QStringLiteral("^The connection to the sandbox was lost")), qPrintable(m_view->visibleText()));
    QVERIFY2(
        isSeen(QStringLiteral("^This is a new shell.*\\n(.*\\n)*.*[#$]$")),
        qPrintable(m_view->visibleText()));
    enter(QStringLiteral("echo is-$left-"));
    QVERIFY2(isSeen(QStringLiteral("^is--$")), qPrintable(m_view->visibleText()));
    QVERIFY(m_view->visibleText().contains(QStringLiteral("seen-43")));
}

void TerminalShellTest::offersOnlyKeepersThatRun()
{
    const QString script = shellQuoted(findKeeperScript().toUtf8());
    enter(QStringLiteral("echo k-$(sh -c %1)-").arg(script));
    QVERIFY2(isSeen(QStringLiteral("^k-tmux-$")), qPrintable(m_view->visibleText()));
    // Here a sandbox has but one user and one group, which screen does not do with.
    enter(QStringLiteral("mkdir ~/only; ln -s /usr/bin/* ~/only; rm ~/only/tmux; export PATH=~/only; clear"));
    enter(QStringLiteral("echo k-$(command -v screen)-$(sh -c %1)-").arg(script));
    QVERIFY2(isSeen(QStringLiteral("^k-/root/only/screen--$")), qPrintable(m_view->visibleText()));
}

void TerminalShellTest::findsAKeptShellAgain()
{
    m_order.keptName = QStringLiteral("koyeb-test");
    openPage();
    enter(QStringLiteral("left=behind; echo first-$((1+1))"));
    QVERIFY2(isSeen(QStringLiteral("^first-2$")), qPrintable(m_view->visibleText()));
    cutConnection();
    QVERIFY2(
        isSeen(QStringLiteral("^The connection to the sandbox was lost")), qPrintable(m_view->visibleText()));
    QVERIFY2(
        QTest::qWaitFor(
            [this] { return m_view->session().state() == TerminalSession::State::Running; }, patience),
        "");
    enter(QStringLiteral("echo is-$left-"));
    QVERIFY2(isSeen(QStringLiteral("^is-behind-$")), qPrintable(m_view->visibleText()));
    QVERIFY(!m_view->visibleText().contains(QStringLiteral("new shell")));
    // It goes on where its page is gone, too, until it ends by itself.
    openPage();
    QVERIFY2(isSeen(QStringLiteral("^is-behind-$")), qPrintable(m_view->visibleText()));
    enter(QStringLiteral("exit"));
    QVERIFY2(isSeen(QStringLiteral("^The shell ended")), qPrintable(m_view->visibleText()));
    m_order = {};
}

QTEST_MAIN(TerminalShellTest)
#include "terminalshelltest.moc"
