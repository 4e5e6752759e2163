// SPDX-License-Identifier: Apache-2.0
#include "agentprocess.h"

#include <QDeadlineTimer>
#include <QElapsedTimer>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

#include <memory>

using namespace Koyeb::Local::Test;
using namespace std::chrono_literals;

/// What clients of the real executor must live with, so what they must meet here too.
class TrapsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init();

    void runHangsOnLoudErrorsAlone();
    void runTakesErrorsThatFitThePipe();
    void runWaitsForAllThatHoldItsStreams();
    void runGoesOnWithoutItsClient();
    void runTakesTheLongestArgument();
    void streamHasNoHeadersBeforeTheFirstLine();
    void streamHoldsBackUnfinishedLines();
    void streamWithoutClientKillsTheShellAlone();
    void streamCarriesLongLines();
    void killLeavesWhatTheShellStarted();
    void logKeepsTheLastLinesOfEachStream();
    void logOfOverlongLineEnds();
    void logEndsWithTheShell();
    void logFollowsARunningProcess();
    void logDropsLinesOfSlowReaders();
    void logOfEndedProcessIsCompleteForSlowReaders();
    void logOfEndedProcessCrashesOnRequest();
    void replyThatIsLongIsChunked();

private:
    [[nodiscard]] QString startProcess(const QByteArray &command);
    [[nodiscard]] QString statusOf(const QString &id);
    void openGate();
    [[nodiscard]] QByteArray runOutput(const QByteArray &command);
    /// Asks for the log of a process that has ended, more than fits on the way, and reads it late.
    [[nodiscard]] std::unique_ptr<HttpConnection> readLongLogSlowly();

    std::unique_ptr<AgentProcess> m_agent;
    std::unique_ptr<HttpConnection> m_connection;
};

namespace {

/// Lets a command wait until openGate() is called.
const QByteArray gate = "until test -e gate; do sleep 0.02; done; ";

QByteArray commandBody(const QByteArray &command)
{
    return QJsonDocument(QJsonObject{{QStringLiteral("cmd"), QString::fromUtf8(command)}})
        .toJson(QJsonDocument::Compact);
}

QList<QJsonObject> events(const QByteArray &name, const QByteArray &stream)
{
    QList<QJsonObject> found;
    for (const QByteArray &event : QByteArray(stream).replace("\n\n", "\x1e").split('\x1e')) {
        const QByteArray prefix = "event: " + name + "\ndata: ";
        if (event.startsWith(prefix))
            found.append(QJsonDocument::fromJson(event.mid(prefix.size())).object());
    }
    return found;
}

QString textOf(const QJsonObject &event)
{
    return event.value(u"data").toString();
}

} // namespace

void TrapsTest::init()
{
    m_connection.reset();
    m_agent = std::make_unique<AgentProcess>();
    QVERIFY(m_agent->start());
    m_connection = std::make_unique<HttpConnection>(*m_agent);
}

QString TrapsTest::startProcess(const QByteArray &command)
{
    const HttpReply reply = m_connection->post("/start_process", commandBody(command));
    return QJsonDocument::fromJson(reply.body)[u"id"].toString();
}

QString TrapsTest::statusOf(const QString &id)
{
    const HttpReply reply = m_connection->request("GET", "/list_processes");
    const QJsonArray processes = QJsonDocument::fromJson(reply.body)[u"processes"].toArray();
    for (const auto process : processes) {
        if (process[u"id"].toString() == id)
            return process[u"status"].toString();
    }
    return {};
}

void TrapsTest::openGate()
{
    QFile file(m_agent->workDir() + QStringLiteral("/gate"));
    QVERIFY(file.open(QIODevice::WriteOnly));
}

QByteArray TrapsTest::runOutput(const QByteArray &command)
{
    const HttpReply reply = m_connection->post("/run", commandBody(command));
    return QJsonDocument::fromJson(reply.body)[u"stdout"].toString().toUtf8();
}

void TrapsTest::runHangsOnLoudErrorsAlone()
{
    HttpConnection hanging(*m_agent);
    hanging.send("POST", "/run", commandBody("head -c 200000 /dev/zero >&2; echo written > written"));
    QVERIFY(hanging.raw().isSilentFor(500ms));
    QVERIFY(m_agent->fileContent(QStringLiteral("written")).isEmpty());
    QCOMPARE(runOutput("echo others go on"), "others go on\n");
}

void TrapsTest::runTakesErrorsThatFitThePipe()
{
    const HttpReply reply =
        m_connection->post("/run", commandBody("head -c 60000 /dev/zero | tr '\\0' e >&2"));
    QCOMPARE(QJsonDocument::fromJson(reply.body)[u"stderr"].toString().size(), 60000);
}

void TrapsTest::runWaitsForAllThatHoldItsStreams()
{
    HttpConnection waiting(*m_agent);
    waiting.send("POST", "/run", commandBody("(" + gate + ") & echo x"));
    QVERIFY(waiting.raw().isSilentFor(300ms));
    openGate();
    QCOMPARE(waiting.receiveReply().body, "{\"stdout\":\"x\\n\",\"stderr\":\"\",\"code\":0}\n");
}

void TrapsTest::runGoesOnWithoutItsClient()
{
    HttpConnection leaving(*m_agent);
    leaving.send("POST", "/run", commandBody("echo begun > begun; " + gate + "echo done > done"));
    QTRY_COMPARE(m_agent->fileContent(QStringLiteral("begun")), "begun\n");
    leaving.raw().close();
    openGate();
    QTRY_COMPARE(m_agent->fileContent(QStringLiteral("done")), "done\n");
}

void TrapsTest::runTakesTheLongestArgument()
{
    const QByteArray longest = ": " + QByteArray(131'071 - 2, 'x');
    QCOMPARE(m_connection->post("/run", commandBody(longest)).status, 200);
    QCOMPARE(m_connection->post("/run", commandBody(longest + 'x')).status, 500);
}

void TrapsTest::streamHasNoHeadersBeforeTheFirstLine()
{
    m_connection->send("POST", "/run_streaming", commandBody(gate + "echo late"));
    QVERIFY(m_connection->raw().isSilentFor(300ms));
    openGate();
    const HttpReply reply = m_connection->receiveReply();
    QCOMPARE(reply.status, 200);
    QCOMPARE(textOf(events("output", reply.body).value(0)), QStringLiteral("late"));
}

void TrapsTest::streamHoldsBackUnfinishedLines()
{
    m_connection->send(
        "POST", "/run_streaming", commandBody("echo first; printf 'prompt> '; " + gate + "echo"));
    QVERIFY(m_connection->raw().receive("first"));
    QVERIFY(m_connection->raw().isSilentFor(300ms));
    openGate();
    QVERIFY(m_connection->raw().receive("\"prompt\\u003e \""));
}

void TrapsTest::streamWithoutClientKillsTheShellAlone()
{
    m_connection->send("POST", "/run_streaming", commandBody("sleep 300 & echo $$ $! > pids; echo go; wait"));
    QVERIFY(m_connection->raw().receive("\"go\""));
    const QList<QByteArray> pids = m_agent->fileContent(QStringLiteral("pids")).simplified().split(' ');
    QVERIFY(isRunning(pids.value(0).toLongLong()));
    m_connection->raw().close();
    QTRY_VERIFY(!isRunning(pids.value(0).toLongLong()));
    QVERIFY(isRunning(pids.value(1).toLongLong()));
}

void TrapsTest::streamCarriesLongLines()
{
    const HttpReply reply = m_connection->post(
        "/run_streaming", commandBody("head -c 3000000 /dev/zero | tr '\\0' x; echo; echo after"));
    const QList<QJsonObject> lines = events("output", reply.body);
    QCOMPARE(lines.size(), 2);
    QCOMPARE(textOf(lines[0]).size(), 3'000'000);
    QCOMPARE(textOf(lines[1]), QStringLiteral("after"));
}

void TrapsTest::killLeavesWhatTheShellStarted()
{
    const QString id = startProcess("sleep 300 & echo $! > child; wait");
    QTRY_VERIFY(!m_agent->fileContent(QStringLiteral("child")).isEmpty());
    const qint64 child = m_agent->fileContent(QStringLiteral("child")).trimmed().toLongLong();
    QCOMPARE(m_connection->post("/kill_process", "{\"id\":\"" + id.toUtf8() + "\"}").status, 200);
    QTRY_COMPARE(statusOf(id), QStringLiteral("killed"));
    QVERIFY(isRunning(child));
}

void TrapsTest::logKeepsTheLastLinesOfEachStream()
{
    const QString id = startProcess("seq 1 10050; echo oops >&2; printf end");
    QTRY_COMPARE(statusOf(id), QStringLiteral("completed"));
    const HttpReply reply = m_connection->request("GET", "/process_logs_streaming?id=" + id.toUtf8());
    const QList<QJsonObject> lines = events("log", reply.body);
    QCOMPARE(lines.size(), 10'001);
    QCOMPARE(textOf(lines[0]), QStringLiteral("52"));
    QCOMPARE(textOf(lines[9'999]), QStringLiteral("end"));
    QCOMPARE(lines[10'000].value(u"stream").toString(), QStringLiteral("stderr"));
    QVERIFY(reply.body.endsWith("event: complete\ndata: {\"message\": \"stream ended\"}\n\n"));
}

void TrapsTest::logOfOverlongLineEnds()
{
    const QString id =
        startProcess("echo a; echo e >&2; head -c 2000000 /dev/zero | tr '\\0' x; echo b; echo f >&2");
    m_connection->send("GET", "/process_logs_streaming?id=" + id.toUtf8(), {});
    QVERIFY(m_connection->raw().receive("\"data\":\"e\""));
    // Nobody empties the pipe any more, so the command can't end.
    QVERIFY(m_connection->raw().isSilentFor(500ms));
    QVERIFY(m_connection->raw().received().contains("\"data\":\"a\""));
}

void TrapsTest::logEndsWithTheShell()
{
    const QString id = startProcess("yes endless & echo x");
    QTRY_COMPARE(statusOf(id), QStringLiteral("completed"));
    QVERIFY(m_connection->request("GET", "/process_logs_streaming?id=" + id.toUtf8())
                .body.contains("event: complete"));
}

void TrapsTest::logFollowsARunningProcess()
{
    const QString id = startProcess("echo early; " + gate + "echo late; printf 'no newline'");
    HttpConnection log(*m_agent);
    log.send("GET", "/process_logs_streaming?id=" + id.toUtf8(), {});
    QVERIFY(log.raw().receive("\"early\""));
    openGate();
    QVERIFY(log.raw().receive("event: complete"));
    QVERIFY(log.raw().received().contains("\"no newline\""));
    QCOMPARE(log.raw().received().count("\"late\""), 1);
}

void TrapsTest::logDropsLinesOfSlowReaders()
{
    constexpr int lineCount = 20'000;
    const QString id = startProcess(
        "echo early; " + gate + "for i in $(seq " + QByteArray::number(lineCount) +
        "); do printf '%01000d\\n' $i; done");
    HttpConnection log(*m_agent);
    log.send("GET", "/process_logs_streaming?id=" + id.toUtf8(), {});
    QVERIFY(log.raw().receive("early"));
    log.raw().socket().setReadBufferSize(1);
    openGate();
    QTRY_COMPARE_WITH_TIMEOUT(statusOf(id), QStringLiteral("completed"), int(patience.count()));
    log.raw().socket().setReadBufferSize(0);
    QVERIFY(log.raw().receive("event: complete"));
    QCOMPARE_LT(log.raw().received().count("event: log"), lineCount);
}

std::unique_ptr<HttpConnection> TrapsTest::readLongLogSlowly()
{
    const QString id = startProcess("head -c 30000000 /dev/zero | tr '\\0' x | fold -w 3000");
    const bool ended =
        QTest::qWaitFor([&] { return statusOf(id) == QStringLiteral("completed"); }, int(patience.count()));
    if (!ended)
        return nullptr;
    auto log = std::make_unique<HttpConnection>(*m_agent);
    log->raw().socket().setReadBufferSize(1);
    log->send("GET", "/process_logs_streaming?id=" + id.toUtf8(), {});
    QTest::qWait(300); // What a slow reader takes.
    log->raw().socket().setReadBufferSize(0);
    return log;
}

void TrapsTest::logOfEndedProcessIsCompleteForSlowReaders()
{
    const auto log = readLongLogSlowly();
    QVERIFY(log);
    QCOMPARE(events("log", log->receiveReply().body).size(), 10'000);
}

void TrapsTest::logOfEndedProcessCrashesOnRequest()
{
    m_connection.reset();
    m_agent = std::make_unique<AgentProcess>();
    m_agent->addToEnvironment(QStringLiteral("KOYEB_LOCAL_LOG_CRASH"), QStringLiteral("1"));
    QVERIFY(m_agent->start());
    m_connection = std::make_unique<HttpConnection>(*m_agent);
    const auto log = readLongLogSlowly();
    QVERIFY(log);
    QVERIFY(log->raw().receiveAll());
    QVERIFY(!log->raw().received().contains("event: complete"));
    QTRY_COMPARE_WITH_TIMEOUT(m_agent->process().state(), QProcess::NotRunning, int(patience.count()));
    QCOMPARE(m_agent->process().exitCode(), 2);
}

void TrapsTest::replyThatIsLongIsChunked()
{
    const auto reply = [this](int size) {
        return m_connection->post(
            "/run", commandBody("head -c " + QByteArray::number(size) + " /dev/zero | tr '\\0' x"));
    };
    constexpr int frameSize = sizeof R"({"stdout":"","stderr":"","code":0}
)" - 1;
    QVERIFY(!reply(2048 - frameSize).headers.contains("Transfer-Encoding"));
    const HttpReply longReply = reply(2049 - frameSize);
    QCOMPARE(longReply.headers.value("Transfer-Encoding"), "chunked");
    QVERIFY(!longReply.headers.contains("Content-Length"));
    QCOMPARE(longReply.body.size(), 2049);
}

QTEST_GUILESS_MAIN(TrapsTest)
#include "trapstest.moc"
