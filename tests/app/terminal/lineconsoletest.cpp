// SPDX-License-Identifier: GPL-3.0-or-later
#include "api/execchannel.h"
#include "core/clock.h"
#include "executor/executorclient.h"
#include "fakelink.h"
#include "localengine.h"
#include "terminal/execlink.h"
#include "terminal/fallbacklink.h"
#include "terminal/lineconsolelink.h"
#include "terminal/terminalsession.h"
#include "vt/selection.h"

#include <QRegularExpression>
#include <QSignalSpy>
#include <QTest>

using namespace Koyeb;
using namespace Koyeb::Desktop;
using State = TerminalSession::State;

namespace {

constexpr int patience = 30'000; // Milliseconds.

} // namespace

/// The line console on the executor of a real sandbox of the local engine.
class LineConsoleTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup() { m_session.reset(); }

    void saysThatItIsNoTty();
    void carriesDirectoryAndEnvironmentOn();
    void startsWhereTheOrderSays();
    void tellsExitCodesAndErrors();
    void endsACommandOnInterrupt();
    void recallsLines();
    void runsPastedLinesOneAfterTheOther();
    void endsOnExit();
    void keepsOutputBackWhilePaused();
    void replacesALinkThatCannotBeHad_data();
    void replacesALinkThatCannotBeHad();
    void replacesAShellThatTheServerRefuses_data();
    void replacesAShellThatTheServerRefuses();

private:
    [[nodiscard]] LineConsoleLink::MakeStream makeStream()
    {
        return [this](const Command &command, QObject *parent) {
            return m_executor->stream(command, parent);
        };
    }
    void enter(const QString &line)
    {
        m_session->typeText(line, {});
        m_session->pressKey(Vt::Key::Enter, {});
    }
    [[nodiscard]] QString text() const
    {
        QString text;
        Vt::Line line;
        const Vt::Terminal &terminal = m_session->terminal();
        for (auto number = terminal.firstLine(); number < terminal.endLine(); ++number) {
            terminal.readLine(number, line);
            text += QString::fromStdString(Vt::textOf(line, 0, terminal.size().columns));
            text += terminal.isWrapped(number) ? QString() : QStringLiteral("\n");
        }
        return text.trimmed();
    }
    [[nodiscard]] bool isSeen(const QString &pattern) const
    {
        const QRegularExpression expression(pattern, QRegularExpression::MultilineOption);
        return QTest::qWaitFor([&] { return expression.match(text()).hasMatch(); }, patience);
    }
    [[nodiscard]] bool isPrompted() const { return isSeen(QStringLiteral("> ?\\z")); }

    SystemClock m_clock;
    Testing::LocalEngine m_engine;
    QString m_serviceId;
    std::unique_ptr<ExecutorClient> m_executor;
    ShellOrder m_order;
    std::unique_ptr<TerminalSession> m_session;
};

void LineConsoleTest::initTestCase()
{
    QVERIFY2(m_engine.start(), qPrintable(m_engine.errorText()));
    const QJsonObject sandbox = m_engine.createSandbox(QStringLiteral("console"));
    QVERIFY2(!sandbox.isEmpty(), qPrintable(m_engine.errorText()));
    m_serviceId = sandbox.value(QStringLiteral("service_id")).toString();
    const QUrl url(sandbox.value(QStringLiteral("public_url")).toString() + QStringLiteral("/koyeb-sandbox"));
    m_executor = std::make_unique<ExecutorClient>(
        m_clock, ExecutorEndpoint{
                     url, sandbox.value(QStringLiteral("secret")).toString(),
                     sandbox.value(QStringLiteral("routing_key")).toString()});
}

void LineConsoleTest::init()
{
    m_session = std::make_unique<TerminalSession>(
        [this](QObject *parent) { return new LineConsoleLink(makeStream(), m_order, parent); });
    m_session->resize({100, 24});
    m_session->start();
    QVERIFY2(isPrompted(), qPrintable(text()));
}

void LineConsoleTest::saysThatItIsNoTty()
{
    QVERIFY2(text().contains(QStringLiteral("There is no tty")), qPrintable(text()));
    enter(QStringLiteral("tty; cat; echo read-$?"));
    QVERIFY2(isSeen(QStringLiteral("^not a tty$")), qPrintable(text()));
    QVERIFY2(isSeen(QStringLiteral("^read-0$")), qPrintable(text())); // It does not wait for input.
}

void LineConsoleTest::carriesDirectoryAndEnvironmentOn()
{
    enter(QStringLiteral("mkdir -p \"/tmp/it's \\$here\" && cd \"/tmp/it's \\$here\""));
    QVERIFY2(isSeen(QStringLiteral("^/tmp/it's \\$here> ?\\z")), qPrintable(text()));
    enter(QStringLiteral("export NAME=\"a'b \\\"c\\\" é $((1+1))\" BYTES=$(printf '\\377\\nx'); unset MAIL"));
    QVERIFY(isPrompted());
    enter(QStringLiteral("printf '<%s>' \"$NAME\"; printf %s \"$BYTES\" | od -An -tx1; pwd"));
    QVERIFY2(isSeen(QStringLiteral("<a'b \"c\" é 2> ff 0a 78$")), qPrintable(text()));
    QVERIFY2(isSeen(QStringLiteral("^/tmp/it's \\$here$")), qPrintable(text()));
    enter(QStringLiteral("unset NAME; rmdir \"$PWD\""));
    QVERIFY(isPrompted());
    enter(QStringLiteral("echo gone-${NAME-yes}"));
    // What the shell says of its directory may come in the middle of a line.
    QVERIFY2(isSeen(QStringLiteral("gone-yes$")), qPrintable(text()));
}

void LineConsoleTest::startsWhereTheOrderSays()
{
    m_order = {
        .directory = QStringLiteral("/usr"), .environment = {{QStringLiteral("A"), QStringLiteral("b c")}}};
    init();
    m_order = {};
    enter(QStringLiteral("echo \"$PWD-$A\""));
    QVERIFY2(isSeen(QStringLiteral("^/usr-b c$")), qPrintable(text()));
}

void LineConsoleTest::tellsExitCodesAndErrors()
{
    enter(QStringLiteral("cd /; echo out; echo err >&2; exit 7 # with words"));
    QVERIFY2(isSeen(QStringLiteral("^\\[7\\] /> ?\\z")), qPrintable(text()));
    QVERIFY(text().contains(QStringLiteral("\nout\n")));
    QVERIFY(text().contains(QStringLiteral("\nerr\n")));
    enter(QStringLiteral("if then"));
    QVERIFY2(isSeen(QStringLiteral("^\\[2\\] /> ?\\z")), qPrintable(text()));
    enter(QStringLiteral("printf no-newline"));
    QVERIFY2(isSeen(QStringLiteral("^no-newline\\n/> ?\\z")), qPrintable(text()));
}

void LineConsoleTest::endsACommandOnInterrupt()
{
    enter(QStringLiteral("export KEPT=1; cd /usr"));
    QVERIFY2(isSeen(QStringLiteral("^/usr> ?\\z")), qPrintable(text()));
    enter(QStringLiteral("echo $$ > /tmp/console-pid; echo begun; sleep 3000; echo not-this"));
    QVERIFY2(isSeen(QStringLiteral("^begun$")), qPrintable(text()));
    m_session->typeText(QStringLiteral("typed ahead"), {});
    m_session->typeText(QStringLiteral("c"), {.control = true});
    QVERIFY2(isSeen(QStringLiteral("\\^C\\n\\[130\\] /usr> ?\\z")), qPrintable(text()));
    enter(QStringLiteral("i=0; while kill -0 $(cat /tmp/console-pid) 2>/dev/null && [ $i -lt 100 ]; "
                         "do sleep 0.1; i=$((i+1)); done; [ $i -lt 100 ] && echo ended-$KEPT"));
    QVERIFY2(isSeen(QStringLiteral("^ended-1$")), qPrintable(text()));
    QVERIFY(!text().contains(QStringLiteral("\nnot-this\n")));
}

void LineConsoleTest::recallsLines()
{
    enter(QStringLiteral("echo first-$((1+0))"));
    QVERIFY(isSeen(QStringLiteral("^first-1$")));
    QVERIFY(isPrompted());
    m_session->pressKey(Vt::Key::Up, {});
    m_session->typeText(QStringLiteral("-again"), {});
    m_session->pressKey(Vt::Key::Enter, {});
    QVERIFY2(isSeen(QStringLiteral("^first-1-again$")), qPrintable(text()));
}

void LineConsoleTest::runsPastedLinesOneAfterTheOther()
{
    m_session->paste(QStringLiteral("cd /tmp\nsleep 0.2; echo one-$PWD\necho two\nech"));
    QVERIFY2(isSeen(QStringLiteral("^one-/tmp\\n/tmp> echo two\\ntwo\\n/tmp> ech\\z")), qPrintable(text()));
}

void LineConsoleTest::endsOnExit()
{
    enter(QStringLiteral("exit 3"));
    QTRY_COMPARE(m_session->state(), State::Ended);
    QCOMPARE(m_session->exitCode(), 3);
    m_session->pressKey(Vt::Key::Enter, {});
    QVERIFY2(isPrompted(), qPrintable(text()));
    m_session->typeText(QStringLiteral("d"), {.control = true});
    QTRY_COMPARE(m_session->state(), State::Ended);
    QCOMPARE(m_session->exitCode(), 0);
}

void LineConsoleTest::keepsOutputBackWhilePaused()
{
    LineConsoleLink link(makeStream(), {});
    QByteArray output;
    connect(
        &link, &TerminalLink::outputReceived, this, [&output](const QByteArray &bytes) { output += bytes; });
    link.start({80, 24});
    QTRY_VERIFY_WITH_TIMEOUT(output.endsWith("C") || output.contains("> "), patience);
    link.setReadPaused(true);
    const auto before = output.size();
    link.sendInput("head -c 9000000 /dev/zero | tr '\\0' x; exit 4\r");
    QSignalSpy spy(&link, &TerminalLink::outputReceived);
    const auto isDone = [&] {
        link.setReadPaused(false);
        const bool isThere = output.contains("[4] ");
        link.setReadPaused(true);
        return isThere;
    };
    QVERIFY(!spy.wait(300));
    QCOMPARE(output.size(), before);
    QVERIFY(QTest::qWaitFor(isDone, patience));
    QVERIFY(output.count('x') > 1'000'000);
}

void LineConsoleTest::replacesALinkThatCannotBeHad_data()
{
    QTest::addColumn<ErrorKind>("kind");
    QTest::addColumn<bool>("hasSpoken");
    QTest::addColumn<bool>("isReplaced");
    QTest::newRow("forbidden") << ErrorKind::Forbidden << false << true;
    QTest::newRow("not found") << ErrorKind::NotFound << false << true;
    QTest::newRow("unsupported") << ErrorKind::Unsupported << false << true;
    QTest::newRow("offline") << ErrorKind::Offline << false << false;
    QTest::newRow("forbidden later") << ErrorKind::Forbidden << true << false;
}

void LineConsoleTest::replacesALinkThatCannotBeHad()
{
    QFETCH(const ErrorKind, kind);
    QFETCH(const bool, hasSpoken);
    QFETCH(const bool, isReplaced);
    FakeLinks links;
    m_session = std::make_unique<TerminalSession>([&](QObject *parent) {
        return new FallbackLink(
            links.factory(), [this](QObject *owner) { return new LineConsoleLink(makeStream(), {}, owner); },
            parent);
    });
    m_session->resize({100, 24});
    m_session->start();
    Q_EMIT links.last()->opened();
    if (hasSpoken) {
        links.last()->print("$ ");
    }
    Q_EMIT links.last()->failed(Error::of(kind, QStringLiteral("No.")));
    if (isReplaced) {
        QVERIFY2(isPrompted(), qPrintable(text()));
        QVERIFY(!text().contains(QStringLiteral("could not be started")));
    } else {
        QTRY_COMPARE(m_session->state(), State::Failed);
        QCOMPARE(m_session->error().kind, kind);
    }
}

/// By the answer to the request for a WebSocket, which has no body that would be seen.
void LineConsoleTest::replacesAShellThatTheServerRefuses_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<bool>("isReplaced");
    QTest::newRow("forbidden") << 403 << true;
    QTest::newRow("not found") << 404 << true;
    QTest::newRow("not implemented") << 501 << true;
    QTest::newRow("unavailable") << 503 << false;
}

void LineConsoleTest::replacesAShellThatTheServerRefuses()
{
    QFETCH(const int, status);
    QFETCH(const bool, isReplaced);
    QVERIFY2(
        m_engine.misbehave(
            {{QStringLiteral("fault"),
              QJsonObject{
                  {QStringLiteral("path"), QStringLiteral("/v1/streams/instances/exec")},
                  {QStringLiteral("status"), status},
                  {QStringLiteral("times"), 0}}}}),
        qPrintable(m_engine.errorText()));
    m_session = std::make_unique<TerminalSession>([&](QObject *parent) {
        const auto makeShell = [this](QObject *owner) {
            auto channel = std::make_unique<ExecChannel>(m_clock, m_engine.url(), m_engine.token());
            return new ExecLink(std::move(channel), m_serviceId, {}, owner);
        };
        const auto makeConsole = [this](QObject *owner) {
            return new LineConsoleLink(makeStream(), {}, owner);
        };
        return new FallbackLink(makeShell, makeConsole, parent);
    });
    m_session->resize({100, 24});
    m_session->start();
    if (isReplaced) {
        QVERIFY2(isPrompted(), qPrintable(text() + m_session->error().message));
        enter(QStringLiteral("echo there-$((1+1))"));
        QVERIFY2(isSeen(QStringLiteral("^there-2$")), qPrintable(text()));
    } else {
        QVERIFY(QTest::qWaitFor([this] { return m_session->state() == State::Failed; }, patience));
    }
    QVERIFY(m_engine.misbehave({{QStringLiteral("clear"), true}}));
}

QTEST_GUILESS_MAIN(LineConsoleTest)
#include "lineconsoletest.moc"
