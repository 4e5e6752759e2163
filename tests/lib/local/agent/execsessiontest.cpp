// SPDX-License-Identifier: Apache-2.0
#include "agentprocess.h"

#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

#include <algorithm>
#include <memory>

using namespace Koyeb::Local::Test;
using namespace std::chrono_literals;

namespace {

/// The client's side of one interactive process.
class ExecClient {
public:
    explicit ExecClient(const AgentProcess &agent) : m_raw(agent.socketPath("exec.sock")) {}

    void startShell(const QByteArray &command, const QByteArray &more = R"("tty":true)")
    {
        const QByteArray script =
            QJsonDocument(QJsonObject{{QStringLiteral("c"), QString::fromUtf8(command)}})
                .toJson(QJsonDocument::Compact)
                .mid(5)
                .chopped(1);
        m_raw.send(R"({"command":["sh","-c",)" + script + "]," + more + "}\n");
    }
    void sendFrame(const QByteArray &frame) { m_raw.send(frame + '\n'); }
    void type(const QByteArray &input) { sendFrame("{\"stdin\":\"" + input.toBase64() + "\"}"); }

    /// Reads until the output holds the text.
    [[nodiscard]] bool receiveOutput(const QByteArray &text)
    {
        while (!m_output.contains(text)) {
            if (!takeFrame())
                return false;
        }
        return true;
    }
    /// Reads to the end.
    [[nodiscard]] bool receiveEnd()
    {
        while (takeFrame()) {
        }
        return m_raw.socket().state() == QLocalSocket::UnconnectedState && m_raw.received().isEmpty();
    }

    [[nodiscard]] const QByteArray &output() const { return m_output; }
    [[nodiscard]] const QByteArray &errors() const { return m_errors; }
    [[nodiscard]] const QJsonObject &lastFrame() const { return m_lastFrame; }
    [[nodiscard]] qsizetype longestOutput() const { return m_longestOutput; }
    [[nodiscard]] int exitCode() const
    {
        return m_lastFrame.value(u"exited").toBool() ? m_lastFrame.value(u"exit_code").toInt(-1) : -2;
    }
    [[nodiscard]] RawConnection &raw() { return m_raw; }

private:
    [[nodiscard]] bool takeFrame()
    {
        if (!m_raw.receive("\n"))
            return false;
        const qsizetype size = m_raw.received().indexOf('\n');
        m_lastFrame = QJsonDocument::fromJson(m_raw.received().left(size)).object();
        m_raw.received().remove(0, size + 1);
        const auto output = QByteArray::fromBase64(m_lastFrame.value(u"stdout").toString().toLatin1());
        m_longestOutput = std::max(m_longestOutput, output.size());
        m_output += output;
        m_errors += QByteArray::fromBase64(m_lastFrame.value(u"stderr").toString().toLatin1());
        return true;
    }

    RawConnection m_raw;
    QByteArray m_output;
    QByteArray m_errors;
    qsizetype m_longestOutput = 0; ///< Of one frame.
    QJsonObject m_lastFrame;
};

} // namespace

class ExecSessionTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init();

    void terminalHasItsSizeFromTheStart();
    void terminalIsOne();
    void resizeIsNoticed();
    void inputIsEchoedAsUtf8();
    void eraseTakesAWholeCharacter();
    void controlCInterrupts();
    void controlCArrivesWhileNobodyReadsTheOutput();
    void floodLeavesLittleOnItsWay();
    void closedInputEndsAShell();
    void exitCodeIsTold_data();
    void exitCodeIsTold();
    void lastOutputComesBeforeTheExit();
    void backgroundJobDoesNotHoldTheEnd();
    void allOutputReachesASlowReader();
    void lostConnectionEndsTheWholeSession();
    void lostConnectionEndsWhatIgnoresIt();
    void pipesKeepStreamsApart();
    void pipesTakeLargeInput();
    void closedPipeIsNoError();
    void environmentAndDirectoryAreGiven();
    void startThatFailsIsTold_data();
    void startThatFailsIsTold();
    void nonsenseIsRefused_data();
    void nonsenseIsRefused();

private:
    std::unique_ptr<AgentProcess> m_agent;
    std::unique_ptr<ExecClient> m_client;
};

void ExecSessionTest::init()
{
    m_client.reset();
    m_agent = std::make_unique<AgentProcess>();
    QVERIFY(m_agent->start());
    m_client = std::make_unique<ExecClient>(*m_agent);
}

void ExecSessionTest::terminalHasItsSizeFromTheStart()
{
    m_client->startShell("stty size", R"("tty":true,"cols":132,"rows":43)");
    QVERIFY(m_client->receiveEnd());
    QCOMPARE(m_client->output(), "43 132\r\n");
}

void ExecSessionTest::terminalIsOne()
{
    m_client->startShell(
        "test -t 0 && test -t 1 && test -t 2 && stty size </dev/tty && echo $TERM $COLORTERM");
    QVERIFY(m_client->receiveEnd());
    QCOMPARE(m_client->output(), "24 80\r\nxterm-256color truecolor\r\n");
}

void ExecSessionTest::resizeIsNoticed()
{
    m_client->startShell("trap 'stty size; exit' WINCH; echo ready; while :; do sleep 0.05; done");
    QVERIFY(m_client->receiveOutput("ready"));
    m_client->sendFrame(R"({"resize":{"cols":100,"rows":31}})");
    QVERIFY(m_client->receiveOutput("31 100\r\n"));
}

void ExecSessionTest::inputIsEchoedAsUtf8()
{
    m_client->startShell("read line; printf '<%s>' \"$line\"");
    m_client->type("grüße 😀\n");
    QVERIFY(m_client->receiveEnd());
    QCOMPARE(m_client->output(), "grüße 😀\r\n<grüße 😀>");
}

void ExecSessionTest::eraseTakesAWholeCharacter()
{
    m_client->startShell("read line; printf '<%s>' \"$line\"");
    m_client->type("a😀\x7f"
                   "b\n");
    QVERIFY(m_client->receiveOutput("<ab>"));
}

void ExecSessionTest::controlCInterrupts()
{
    m_client->startShell("trap 'echo interrupted; exit 7' INT; echo ready; while :; do sleep 0.05; done");
    QVERIFY(m_client->receiveOutput("ready"));
    m_client->type("\x03");
    QVERIFY(m_client->receiveEnd());
    QVERIFY(m_client->output().contains("interrupted"));
    QCOMPARE(m_client->exitCode(), 7);
}

void ExecSessionTest::controlCArrivesWhileNobodyReadsTheOutput()
{
    m_client->startShell("echo $$; exec yes");
    QVERIFY(m_client->receiveOutput("y\r\ny"));
    m_client->raw().socket().setReadBufferSize(1);
    const qint64 pid = m_client->output().split('\r').first().toLongLong();
    QTest::qWait(200);
    QVERIFY(isRunning(pid));
    m_client->type("\x03");
    QTRY_VERIFY(!isRunning(pid));
}

// What is on its way stands between a key and its echo.
void ExecSessionTest::floodLeavesLittleOnItsWay()
{
    m_client->startShell("echo $$; exec yes");
    QVERIFY(m_client->receiveOutput("y\r\ny"));
    m_client->raw().socket().setReadBufferSize(1);
    const QString pid = QString::fromLatin1(m_client->output().split('\r').first());
    // Until it writes no more: it stays asleep.
    int asleep = 0;
    QTRY_VERIFY([&] {
        QFile stat(QStringLiteral("/proc/%1/stat").arg(pid));
        const bool isAsleep = stat.open(QIODevice::ReadOnly) && stat.readAll().contains(" S ");
        asleep = isAsleep ? asleep + 1 : 0;
        return asleep >= 10;
    }());
    m_client->type("\x03");
    m_client->raw().socket().setReadBufferSize(0);
    QVERIFY(m_client->receiveEnd());
    QVERIFY2(m_client->output().size() < 250'000, qPrintable(QString::number(m_client->output().size())));
    // What waited in the terminal came as few frames, not as many of the 4 KiB that one reading gives.
    QVERIFY2(m_client->longestOutput() > 4096, qPrintable(QString::number(m_client->longestOutput())));
}

void ExecSessionTest::closedInputEndsAShell()
{
    m_client->sendFrame(R"({"command":["/bin/sh"],"tty":true})");
    m_client->type("echo hello\n");
    m_client->sendFrame(R"({"close_stdin":true})");
    QVERIFY(m_client->receiveEnd());
    QVERIFY(m_client->output().contains("hello\r\n"));
    QCOMPARE(m_client->exitCode(), 0);
}

void ExecSessionTest::exitCodeIsTold_data()
{
    QTest::addColumn<QByteArray>("command");
    QTest::addColumn<QByteArray>("mode");
    QTest::addColumn<int>("code");
    QTest::newRow("success in a terminal") << QByteArray("true") << QByteArray(R"("tty":true)") << 0;
    QTest::newRow("failure in a terminal") << QByteArray("exit 3") << QByteArray(R"("tty":true)") << 3;
    QTest::newRow("failure with pipes") << QByteArray("exit 3") << QByteArray(R"("tty":false)") << 3;
    QTest::newRow("a signal counts from 128")
        << QByteArray("kill -9 $$") << QByteArray(R"("tty":true)") << 137;
}

void ExecSessionTest::exitCodeIsTold()
{
    QFETCH(const QByteArray, command);
    QFETCH(const QByteArray, mode);
    m_client->startShell(command, mode);
    QVERIFY(m_client->receiveEnd());
    QTEST(m_client->exitCode(), "code");
}

void ExecSessionTest::lastOutputComesBeforeTheExit()
{
    m_client->startShell("seq 1 5000");
    QVERIFY(m_client->receiveEnd());
    QVERIFY(m_client->output().endsWith("\r\n4999\r\n5000\r\n"));
    QCOMPARE(m_client->exitCode(), 0);
}

void ExecSessionTest::backgroundJobDoesNotHoldTheEnd()
{
    m_client->startShell("sleep 300 & yes >&2 & echo done", R"("tty":false)");
    QVERIFY(m_client->receiveEnd());
    QCOMPARE(m_client->output(), "done\n");
    QCOMPARE(m_client->exitCode(), 0);
}

void ExecSessionTest::allOutputReachesASlowReader()
{
    m_client->raw().socket().setReadBufferSize(4096);
    m_client->startShell(
        "stty raw; i=0; while [ $i -lt 10 ]; do head -c 1048576 /dev/zero | tr '\\0' x; i=$((i+1)); done");
    QVERIFY(m_client->receiveOutput("x"));
    QTest::qWait(300);
    QVERIFY(m_client->receiveEnd());
    QCOMPARE(m_client->output().size(), 10 * 1048576);
    QCOMPARE(m_client->output().count('x'), 10 * 1048576);
    QCOMPARE(m_client->exitCode(), 0);
}

void ExecSessionTest::lostConnectionEndsTheWholeSession()
{
    m_client->startShell("sleep 300 & echo $$ $!; wait");
    QVERIFY(m_client->receiveOutput("\r\n"));
    const QList<QByteArray> pids = m_client->output().simplified().split(' ');
    QVERIFY(isRunning(pids.value(1).toLongLong()));
    m_client->raw().close();
    for (const QByteArray &pid : pids)
        QTRY_VERIFY(!isRunning(pid.toLongLong()));
}

void ExecSessionTest::lostConnectionEndsWhatIgnoresIt()
{
    m_client->startShell("trap '' HUP; sleep 300 & echo $$ $!; while :; do wait; done");
    QVERIFY(m_client->receiveOutput("\r\n"));
    const QList<QByteArray> pids = m_client->output().simplified().split(' ');
    m_client->raw().close();
    for (const QByteArray &pid : pids)
        QTRY_VERIFY(!isRunning(pid.toLongLong()));
}

void ExecSessionTest::pipesKeepStreamsApart()
{
    m_client->startShell("test -t 0 || echo out; echo err >&2", R"("tty":false)");
    QVERIFY(m_client->receiveEnd());
    QCOMPARE(m_client->output(), "out\n");
    QCOMPARE(m_client->errors(), "err\n");
}

void ExecSessionTest::pipesTakeLargeInput()
{
    m_client->startShell("wc -c", R"("tty":false)");
    for (int i = 0; i < 30; ++i)
        m_client->type(QByteArray(100'000, 'x'));
    m_client->sendFrame(R"({"close_stdin":true})");
    QVERIFY(m_client->receiveEnd());
    QCOMPARE(m_client->output().trimmed(), "3000000");
}

void ExecSessionTest::closedPipeIsNoError()
{
    m_client->startShell(
        "exec <&-; echo closed; until test -e gate; do sleep 0.02; done; echo on",
        R"("tty":false,"cwd":")" + m_agent->workDir().toUtf8() + '"');
    QVERIFY(m_client->receiveOutput("closed"));
    m_client->type(QByteArray(200'000, 'x'));
    QVERIFY(QFile(m_agent->workDir() + QStringLiteral("/gate")).open(QIODevice::WriteOnly));
    QVERIFY(m_client->receiveEnd());
    QCOMPARE(m_client->output(), "closed\non\n");
}

void ExecSessionTest::environmentAndDirectoryAreGiven()
{
    m_client->startShell("echo \"$A\"; pwd", R"("tty":true,"env":{"A":"é"},"cwd":"/usr")");
    QVERIFY(m_client->receiveEnd());
    QCOMPARE(m_client->output(), "é\r\n/usr\r\n");
}

void ExecSessionTest::startThatFailsIsTold_data()
{
    QTest::addColumn<QByteArray>("frame");
    QTest::addColumn<QString>("error");
    QTest::newRow("an unknown command")
        << QByteArray(R"({"command":["no-such-command"],"tty":true})")
        << QStringLiteral("exec: \"no-such-command\": executable file not found in $PATH");
    QTest::newRow("a file that is missing")
        << QByteArray(R"({"command":["/no/such"]})")
        << QStringLiteral("fork/exec /no/such: no such file or directory");
    QTest::newRow("a directory that is missing")
        << QByteArray(R"({"command":["/bin/sh"],"cwd":"/none"})")
        << QStringLiteral("fork/exec /bin/sh: no such file or directory");
    QTest::newRow("no command") << QByteArray(R"({"command":[],"tty":true})")
                                << QStringLiteral("The first frame must name a command.");
}

void ExecSessionTest::startThatFailsIsTold()
{
    QFETCH(const QByteArray, frame);
    m_client->sendFrame(frame);
    QVERIFY(m_client->receiveEnd());
    QTEST(m_client->lastFrame().value(u"error").toString(), "error");
}

void ExecSessionTest::nonsenseIsRefused_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::newRow("no JSON") << QByteArray("hello\n");
    QTest::newRow("no object") << QByteArray("[1,2]\n");
    QTest::newRow("bad UTF-8") << QByteArray("{\"command\":[\"\xff\"]}\n");
    QTest::newRow("deep") << QByteArray(200'000, '[') + '\n';
    QTest::newRow("endless") << QByteArray(1024 * 1024 + 1, 'x');
}

void ExecSessionTest::nonsenseIsRefused()
{
    QFETCH(const QByteArray, bytes);
    m_client->raw().send(bytes);
    QVERIFY(m_client->raw().receive("\"error\""));
    ExecClient next(*m_agent);
    next.startShell("echo alive");
    QVERIFY(next.receiveEnd());
    QCOMPARE(next.output(), "alive\r\n");
}

QTEST_GUILESS_MAIN(ExecSessionTest)
#include "execsessiontest.moc"
