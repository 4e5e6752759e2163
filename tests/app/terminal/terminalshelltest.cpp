// SPDX-License-Identifier: GPL-3.0-or-later
#include "api/execchannel.h"
#include "core/clock.h"
#include "executor/shellquote.h"
#include "localengine.h"
#include "terminal/execlink.h"
#include "terminal/terminalpage.h"
#include "terminal/terminalsession.h"
#include "terminal/terminalview.h"

#include <QRegularExpression>
#include <QStandardPaths>
#include <QTest>

using namespace Koyeb;
using namespace Koyeb::Desktop;

namespace {

constexpr int patience = 30'000; // Milliseconds.

} // namespace

/// A real shell in a real sandbox of the local engine, used through the keyboard of a page.
class TerminalShellTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup() { m_page.reset(); }

    void runsAShellOfTheViewsSizeAtHome();
    void followsTheViewsSize();
    void interruptsAProgramThatFloods();
    void showsFullScreenPrograms();
    void tellsTheExitCodeAndStartsAgain();
    void reconnectsAfterTheConnectionWasLost();
    void offersOnlyKeepersThatRun();
    void findsAKeptShellAgain();

private:
    void openPage();
    /// As when the network goes: the other side hears of it, and the session, too.
    void cutConnection()
    {
        m_link->close();
        Q_EMIT m_link->failed(Error::of(ErrorKind::Offline, QStringLiteral("Cut.")));
    }
    void type(const QString &text) { QTest::keyClicks(m_view, text); }
    void enter(const QString &command)
    {
        type(command);
        QTest::keyClick(m_view, Qt::Key_Return);
    }
    [[nodiscard]] bool isSeen(const QString &pattern) const
    {
        const QRegularExpression expression(pattern, QRegularExpression::MultilineOption);
        return QTest::qWaitFor([&] { return expression.match(m_view->visibleText()).hasMatch(); }, patience);
    }

    SystemClock m_clock;
    Testing::LocalEngine m_engine;
    QString m_serviceId;
    std::unique_ptr<TerminalPage> m_page;
    TerminalView *m_view = nullptr;
    ShellOrder m_order;
    QPointer<ExecLink> m_link;
};

void TerminalShellTest::initTestCase()
{
    QVERIFY2(m_engine.start(), qPrintable(m_engine.errorText()));
    const QJsonObject sandbox = m_engine.createSandbox(QStringLiteral("terminal"));
    QVERIFY2(!sandbox.isEmpty(), qPrintable(m_engine.errorText()));
    m_serviceId = sandbox.value(QStringLiteral("service_id")).toString();
}

void TerminalShellTest::init()
{
    m_order = {};
    openPage();
}

void TerminalShellTest::openPage()
{
    TerminalHost host;
    host.clock = &m_clock;
    host.makeLink = [this](const ShellOrder &, QObject *parent) {
        auto channel = std::make_unique<ExecChannel>(m_clock, m_engine.url(), m_engine.token());
        auto *const link = new ExecLink(std::move(channel), m_serviceId, m_order, parent);
        m_link = link;
        return link;
    };
    m_page = std::make_unique<TerminalPage>(host);
    m_page->resize(800, 480);
    m_page->show();
    QVERIFY(QTest::qWaitForWindowActive(m_page.get()));
    m_view = m_page->findChild<TerminalView *>();
    QVERIFY(m_view != nullptr);
    QVERIFY2(isSeen(QStringLiteral("[#$]$")), qPrintable(m_view->visibleText()));
}

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
