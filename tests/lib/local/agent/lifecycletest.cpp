// SPDX-License-Identifier: Apache-2.0
#include "agentprocess.h"

#include <QFile>
#include <QTest>

#include <signal.h>

#include <memory>

using namespace Koyeb::Local::Test;

/// The agent's own life, and what it must survive.
class LifecycleTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init();

    void endTakesEveryProcessAlong_data();
    void endTakesEveryProcessAlong();
    void socketsAreForThisUserOnly();
    void staleSocketsAreReplaced();
    void startWithoutDirectoryFails();
    void orphansAreReaped();
    void malformedRequestsAreRefused_data();
    void malformedRequestsAreRefused();
    void requestCutInItsBodyChangesNothing();
    void requestsMayBePipelined();
    void bodyMayWaitForItsInvitation();
    void bodyMayBeChunked();
    void headHasNoBody();
    void oldProtocolEndsWithTheReply();
    void refusedBodyKeepsTheConnectionOnlyWhenShort();
    void largeFileGoesThereAndBack();
    void endlessOutputDoesNotFillTheMemory();
    void manyConnectionsAreServedAtOnce();

private:
    std::unique_ptr<AgentProcess> m_agent;
};

namespace {

QByteArray authorized(const QByteArray &requestLine, const QByteArray &more)
{
    return requestLine + " HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + HttpConnection::secret + "\r\n" +
           more;
}

} // namespace

void LifecycleTest::init()
{
    m_agent = std::make_unique<AgentProcess>();
    QVERIFY(m_agent->start());
}

void LifecycleTest::endTakesEveryProcessAlong_data()
{
    QTest::addColumn<int>("signal");
    QTest::newRow("its input ends") << 0;
    QTest::newRow("it is told to terminate") << SIGTERM;
    QTest::newRow("it is interrupted") << SIGINT;
}

void LifecycleTest::endTakesEveryProcessAlong()
{
    QFETCH(const int, signal);
    // One of each kind: a waiting call, a stream, a started process, a daemon that left it, a terminal.
    HttpConnection run(*m_agent);
    run.send("POST", "/run", R"({"cmd":"echo $$ >> pids; sleep 300"})");
    HttpConnection stream(*m_agent);
    stream.send(
        "POST", "/run_streaming", R"({"cmd":"echo $$ >> pids; trap '' TERM HUP INT; sleep 300; sleep 300"})");
    HttpConnection start(*m_agent);
    const QByteArray daemon =
        R"json({"cmd":"echo $$ >> pids; (setsid sh -c 'echo $$ >> pids; sleep 300' &)"})json";
    QCOMPARE(start.post("/start_process", daemon).status, 201);
    RawConnection terminal(m_agent->socketPath("exec.sock"));
    terminal.send(
        R"({"command":["sh","-c","echo $$ >> pids; sleep 300"],"tty":true,"cwd":")" +
        m_agent->workDir().toUtf8() + "\"}\n");
    const auto pids = [this] {
        return m_agent->fileContent(QStringLiteral("pids")).simplified().split(' ');
    };
    QTRY_COMPARE_WITH_TIMEOUT(pids().size(), 5, int(patience.count()));

    if (signal == 0)
        m_agent->process().closeWriteChannel();
    else
        ::kill(pid_t(m_agent->process().processId()), signal);
    QVERIFY(m_agent->process().waitForFinished(int(patience.count())));
    QCOMPARE(m_agent->process().exitStatus(), QProcess::NormalExit);
    QCOMPARE(m_agent->process().exitCode(), 0);
    const QList<QByteArray> all = pids();
    for (const QByteArray &pid : all)
        QVERIFY2(!isRunning(pid.toLongLong()), pid.constData());
    for (const char *const name : {"executor.sock", "proxy.sock", "exec.sock"})
        QVERIFY(!QFile::exists(m_agent->socketPath(name)));
}

void LifecycleTest::socketsAreForThisUserOnly()
{
    constexpr QFile::Permissions othersToo = QFile::ReadGroup | QFile::WriteGroup | QFile::ExeGroup |
                                             QFile::ReadOther | QFile::WriteOther | QFile::ExeOther;
    for (const char *const name : {"executor.sock", "proxy.sock", "exec.sock"})
        QCOMPARE(QFile::permissions(m_agent->socketPath(name)) & othersToo, QFile::Permissions());
}

void LifecycleTest::staleSocketsAreReplaced()
{
    ::kill(pid_t(m_agent->process().processId()), SIGKILL);
    QVERIFY(m_agent->process().waitForFinished(int(patience.count())));
    QVERIFY(QFile::exists(m_agent->socketPath("executor.sock")));
    QVERIFY(m_agent->start());
    HttpConnection connection(*m_agent);
    QCOMPARE(connection.request("GET", "/health").status, 200);
}

void LifecycleTest::startWithoutDirectoryFails()
{
    QProcess process;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("SANDBOX_SECRET"), QStringLiteral("x"));
    process.setProcessEnvironment(environment);
    process.start(m_agent->process().program(), {QStringLiteral("/no/such/directory")});
    QVERIFY(process.waitForFinished(int(patience.count())));
    QCOMPARE(process.exitCode(), 1);
    QVERIFY(process.readAllStandardError().contains("/no/such/directory"));
    QVERIFY(process.readAllStandardOutput().isEmpty());
}

void LifecycleTest::orphansAreReaped()
{
    HttpConnection connection(*m_agent);
    const HttpReply reply =
        connection.post("/run", R"json({"cmd":"(sh -c 'echo $$ > orphan; exit 0' &)"})json");
    QCOMPARE(reply.status, 200);
    QTRY_VERIFY(!m_agent->fileContent(QStringLiteral("orphan")).isEmpty());
    const QString pid = QString::fromLatin1(m_agent->fileContent(QStringLiteral("orphan")).trimmed());
    QTRY_VERIFY(!QFile::exists(QStringLiteral("/proc/") + pid));
}

void LifecycleTest::malformedRequestsAreRefused_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QByteArray>("status");
    QTest::newRow("no request line") << QByteArray("hello\r\n\r\n") << QByteArray("400");
    QTest::newRow("binary") << QByteArray("\x16\x03\x01\x02\x00\x01\x00\r\n\r\n", 11) << QByteArray("400");
    QTest::newRow("unknown version") << QByteArray("GET / HTTP/9.9\r\n\r\n") << QByteArray("400");
    QTest::newRow("bad header") << QByteArray("GET / HTTP/1.1\r\nno colon\r\n\r\n") << QByteArray("400");
    QTest::newRow("bad length") << authorized("POST /run", "Content-Length: -5\r\n\r\n") << QByteArray("400");
    QTest::newRow("bad chunk") << authorized("POST /run", "Transfer-Encoding: chunked\r\n\r\nzz\r\n")
                               << QByteArray("400");
    QTest::newRow("endless header") << QByteArray("GET / HTTP/1.1\r\nX: ") + QByteArray(100'000, 'x')
                                    << QByteArray("431");
    QTest::newRow("absurd length") << authorized("POST /run", "Content-Length: 999999999999999999\r\n\r\n")
                                   << QByteArray("413");
}

void LifecycleTest::malformedRequestsAreRefused()
{
    QFETCH(const QByteArray, bytes);
    QFETCH(const QByteArray, status);
    RawConnection connection(m_agent->socketPath("executor.sock"));
    connection.send(bytes);
    QVERIFY(connection.receive("HTTP/1.1 " + status));
    HttpConnection next(*m_agent);
    QCOMPARE(next.request("GET", "/health").status, 200);
}

void LifecycleTest::requestCutInItsBodyChangesNothing()
{
    HttpConnection connection(*m_agent);
    QCOMPARE(connection.post("/write_file", R"({"path":"file","content":"before"})").status, 200);
    RawConnection cut(m_agent->socketPath("executor.sock"));
    cut.send(authorized(
        "POST /write_file", "Content-Length: 1000\r\n\r\n{\"path\":\"file\",\"content\":\"after\"}"));
    cut.close();
    QCOMPARE(connection.post("/read_file", R"({"path":"file"})").body, "{\"content\":\"before\"}\n");
}

void LifecycleTest::requestsMayBePipelined()
{
    HttpConnection connection(*m_agent);
    connection.send("POST", "/run", R"({"cmd":"sleep 0.1; echo 1"})");
    connection.send("POST", "/run", R"({"cmd":"echo 2"})");
    QVERIFY(connection.receiveReply().body.contains("\"1\\n\""));
    QVERIFY(connection.receiveReply().body.contains("\"2\\n\""));
}

void LifecycleTest::bodyMayWaitForItsInvitation()
{
    HttpConnection connection(*m_agent);
    connection.raw().send(authorized("POST /run", "Expect: 100-continue\r\nContent-Length: 16\r\n\r\n"));
    QVERIFY(connection.raw().receive("HTTP/1.1 100 Continue\r\n\r\n"));
    connection.raw().received().clear();
    connection.raw().send(R"({"cmd":"echo 1"})");
    QVERIFY(connection.receiveReply().body.contains("\"1\\n\""));
}

void LifecycleTest::bodyMayBeChunked()
{
    HttpConnection connection(*m_agent);
    connection.raw().send(authorized(
        "POST /run", "Transfer-Encoding: chunked\r\n\r\n7\r\n{\"cmd\":\r\n9\r\n\"echo 1\"}\r\n0\r\n\r\n"));
    QVERIFY(connection.receiveReply().body.contains("\"1\\n\""));
}

void LifecycleTest::headHasNoBody()
{
    RawConnection connection(m_agent->socketPath("executor.sock"));
    connection.send("HEAD /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    QVERIFY(connection.receiveAll());
    QVERIFY(connection.received().contains("Content-Length: 15\r\n"));
    QVERIFY(connection.received().endsWith("\r\n\r\n"));
}

void LifecycleTest::oldProtocolEndsWithTheReply()
{
    RawConnection connection(m_agent->socketPath("executor.sock"));
    connection.send(authorized("POST /run_streaming", "Content-Length: 16\r\n\r\n{\"cmd\":\"echo 1\"}")
                        .replace("HTTP/1.1", "HTTP/1.0"));
    QVERIFY(connection.receiveAll());
    QVERIFY(connection.received().endsWith(
        "\r\n\r\nevent: output\ndata: {\"data\":\"1\",\"stream\":\"stdout\"}\n\n"
        "event: complete\ndata: {\"code\":0,\"error\":false}\n\n"));
}

void LifecycleTest::refusedBodyKeepsTheConnectionOnlyWhenShort()
{
    HttpConnection connection(*m_agent);
    QCOMPARE(connection.request("POST", "/run", QByteArray(1000, 'x'), "Bearer wrong").status, 401);
    QCOMPARE(connection.request("GET", "/health").status, 200);
    connection.raw().send("POST /run HTTP/1.1\r\nHost: x\r\nContent-Length: 100000000\r\n\r\n");
    const HttpReply reply = connection.receiveReply();
    QCOMPARE(reply.status, 401);
    QCOMPARE(reply.headers.value("Connection"), "close");
    QVERIFY(connection.raw().receiveAll());
}

void LifecycleTest::largeFileGoesThereAndBack()
{
    HttpConnection connection(*m_agent);
    const QByteArray content = QByteArray("line of text äöü\\n").repeated(8 * 1024 * 1024 / 20);
    const HttpReply written =
        connection.post("/write_file", "{\"path\":\"large\",\"content\":\"" + content + "\"}");
    QCOMPARE(written.body, "{\"success\":true}\n");
    const HttpReply read = connection.post("/read_file", "{\"path\":\"large\"}");
    QVERIFY(read.body == "{\"content\":\"" + content + "\"}\n");
}

void LifecycleTest::endlessOutputDoesNotFillTheMemory()
{
    HttpConnection connection(*m_agent);
    const QByteArray tooLarge = R"({"error":"read /dev/zero: file too large"})";
    QCOMPARE(connection.post("/read_file", R"({"path":"/dev/zero"})").body, tooLarge + '\n');
    HttpConnection endless(*m_agent);
    endless.send("POST", "/run", R"({"cmd":"exec cat /dev/zero"})");
    QVERIFY(endless.raw().receiveAll());
    QVERIFY(endless.raw().received().isEmpty());
    QCOMPARE(connection.request("GET", "/health").status, 200);
}

void LifecycleTest::manyConnectionsAreServedAtOnce()
{
    std::vector<std::unique_ptr<HttpConnection>> connections;
    for (int i = 0; i < 100; ++i) {
        connections.push_back(std::make_unique<HttpConnection>(*m_agent));
        connections.back()->send(
            "POST", "/run", R"({"cmd":"until test -e gate; do sleep 0.2; done; echo 1"})");
    }
    HttpConnection opener(*m_agent);
    QCOMPARE(opener.post("/write_file", R"({"path":"gate"})").status, 200);
    for (const std::unique_ptr<HttpConnection> &connection : connections)
        QCOMPARE(connection->receiveReply().body, "{\"stdout\":\"1\\n\",\"stderr\":\"\",\"code\":0}\n");
}

QTEST_GUILESS_MAIN(LifecycleTest)
#include "lifecycletest.moc"
