// SPDX-License-Identifier: Apache-2.0
#include "localengine.h"
#include "sandboxclient.h"
#include "servicestatus.h"

#include <QJsonArray>
#include <QTcpSocket>
#include <QTest>

using namespace Qt::Literals::StringLiterals;
using namespace Koyeb::Testing;

namespace {

constexpr int patience = 30'000;

/// A connection to a sandbox's executor that is kept as long as the other side lets it.
class KeptConnection {
public:
    explicit KeptConnection(const SandboxClient &client) : m_client(client)
    {
        m_socket.connectToHost(u"127.0.0.1"_s, static_cast<quint16>(client.publicUrl({}).port()));
        m_socket.waitForConnected(patience);
    }

    [[nodiscard]] QByteArray head(const QByteArray &line, const QByteArray &more) const
    {
        QByteArray text = line + "\r\nHost: " + m_client.publicUrl({}).authority().toUtf8() + "\r\n";
        for (const auto &[name, value] : m_client.credentials())
            text += name + ": " + value + "\r\n";
        return text + more + "\r\n";
    }
    [[nodiscard]] QByteArray post(
        const QByteArray &path, const QByteArray &body, const QByteArray &more = {}) const
    {
        const QByteArray length = "Content-Length: " + QByteArray::number(body.size()) + "\r\n";
        return head("POST /koyeb-sandbox" + path + " HTTP/1.1", length + more) + body;
    }
    [[nodiscard]] QByteArray run(const QByteArray &command, const QByteArray &more = {}) const
    {
        return post("/run", R"({"cmd":")" + command + "\"}", more);
    }

    void send(const QByteArray &bytes)
    {
        m_socket.write(bytes);
        m_socket.flush();
    }

    /// Reads until what has come ends so, and gives it out; what there is by the end of patience otherwise.
    [[nodiscard]] QByteArray readUntil(const QByteArray &end)
    {
        while (!m_received.contains(end) && m_socket.waitForReadyRead(patience))
            m_received += m_socket.readAll();
        const qsizetype found = m_received.indexOf(end);
        const QByteArray reply = m_received.left(found < 0 ? m_received.size() : found + end.size());
        m_received.remove(0, reply.size());
        return reply;
    }
    [[nodiscard]] QByteArray ask(const QByteArray &request, const QByteArray &end = "}\n")
    {
        send(request);
        return readUntil(end);
    }

    /// Whether the other side ends the connection, sooner or later.
    [[nodiscard]] bool isEnded()
    {
        return m_socket.state() == QTcpSocket::UnconnectedState || m_socket.waitForDisconnected(patience);
    }
    /// Whether it does not end by itself within a moment.
    [[nodiscard]] bool isOpen()
    {
        return m_socket.state() == QTcpSocket::ConnectedState && !m_socket.waitForDisconnected(200);
    }

    QTcpSocket &socket() { return m_socket; }

private:
    const SandboxClient &m_client;
    QTcpSocket m_socket;
    QByteArray m_received;
};

} // namespace

/// Connections to an executor that carry one request after the other.
class KeepAliveTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();
    void carriesOneRequestAfterTheOther();
    void carriesLargeBodies();
    void carriesChunkedRequests();
    void saysWhenToGoOn();
    void answersWhatWasSentAhead();
    void endsWhenAsked_data();
    void endsWhenAsked();
    void endsTheCommandWhenTheClientLeaves();
    void outlivesTheExecutor_data();
    void outlivesTheExecutor();
    void letsTheSandboxSleep();
    void isResetBeforeItsNextRequest();
    void failsTheNextRequestAsOrdered();
    void endsWhenNobodyListens();

private:
    LocalEngine m_engine;
    QJsonObject m_sandbox;
    std::unique_ptr<SandboxClient> m_client;
    std::unique_ptr<KeptConnection> m_connection;
};

void KeepAliveTest::initTestCase()
{
    QVERIFY2(m_engine.start(), qPrintable(m_engine.errorText()));
    const QJsonObject target{{u"sleep_idle_delay"_s, QJsonObject{{u"deep_sleep_value"_s, 300}}}};
    const QJsonObject scaling{{u"min"_s, 0}, {u"max"_s, 1}, {u"targets"_s, QJsonArray{target}}};
    m_sandbox = m_engine.createSandbox(u"kept"_s, {{u"scalings"_s, QJsonArray{scaling}}});
    QVERIFY2(!m_sandbox.isEmpty(), qPrintable(m_engine.errorText()));
    m_client = std::make_unique<SandboxClient>(m_sandbox);
}

void KeepAliveTest::init()
{
    m_connection = std::make_unique<KeptConnection>(*m_client);
}

void KeepAliveTest::cleanup()
{
    m_connection.reset();
    QVERIFY(m_engine.misbehave({{u"clear"_s, true}}));
}

void KeepAliveTest::carriesOneRequestAfterTheOther()
{
    for (int i = 0; i < 3; ++i) {
        const QByteArray reply = m_connection->ask(m_connection->run("echo " + QByteArray::number(i)));
        QVERIFY2(reply.startsWith("HTTP/1.1 200"), reply);
        QVERIFY2(reply.contains(R"("stdout":")" + QByteArray::number(i) + R"(\n")"), reply);
        QVERIFY2(!reply.toLower().contains("connection: close"), reply);
    }
    // Replies without a body, in chunks as they come, and with an error.
    const QByteArray head =
        m_connection->ask(m_connection->head("HEAD /koyeb-sandbox/health HTTP/1.1", {}), "\r\n\r\n");
    QVERIFY2(head.startsWith("HTTP/1.1 200"), head);
    const QByteArray stream = m_connection->ask(
        m_connection->post("/run_streaming", R"({"cmd":"echo a; echo b"})"), "\r\n0\r\n\r\n");
    QVERIFY2(stream.contains("event: complete"), stream);
    QVERIFY(
        m_connection->ask(m_connection->post("/nowhere", "{}"), "not found\n").startsWith("HTTP/1.1 404"));
    QVERIFY(m_connection->ask(m_connection->run("echo last")).contains("last"));
    QVERIFY(m_connection->isOpen());
}

void KeepAliveTest::carriesLargeBodies()
{
    const QByteArray content(3'000'000, 'x');
    for (int i = 0; i < 3; ++i) {
        const QByteArray written = m_connection->ask(
            m_connection->post("/write_file", R"({"path":"/tmp/large","content":")" + content + "\"}"));
        QVERIFY2(written.contains(R"({"success":true})"), written);
        const QByteArray read =
            m_connection->ask(m_connection->post("/read_file", R"({"path":"/tmp/large"})"), "\r\n0\r\n\r\n");
        QCOMPARE(read.count('x'), content.size());
    }
}

void KeepAliveTest::carriesChunkedRequests()
{
    const QByteArray head =
        m_connection->head("POST /koyeb-sandbox/run HTTP/1.1", "Transfer-Encoding: chunked\r\n");
    for (int i = 0; i < 2; ++i) {
        m_connection->send(head + "8\r\n{\"cmd\":\"\r\n");
        const QByteArray reply = m_connection->ask("c\r\necho chunk\"}\r\n0\r\n\r\n");
        QVERIFY2(reply.contains(R"("stdout":"chunk\n")"), reply);
    }
}

void KeepAliveTest::saysWhenToGoOn()
{
    const QByteArray body = R"({"cmd":"echo went on"})";
    for (int i = 0; i < 2; ++i) {
        const QByteArray request = m_connection->post("/run", body, "Expect: 100-continue\r\n");
        const QByteArray interim = m_connection->ask(request.left(request.size() - body.size()), "\r\n\r\n");
        QCOMPARE(interim, QByteArray("HTTP/1.1 100 Continue\r\n\r\n"));
        const QByteArray reply = m_connection->ask(body);
        QVERIFY2(reply.startsWith("HTTP/1.1 200") && reply.contains("went on"), reply);
    }
}

void KeepAliveTest::answersWhatWasSentAhead()
{
    m_connection->send(
        m_connection->run("sleep 0.2; echo one") + m_connection->run("echo two") +
        m_connection->run("echo three"));
    for (const char *word : {"one", "two", "three"}) {
        const QByteArray reply = m_connection->readUntil("}\n");
        QVERIFY2(reply.contains(word), reply);
    }
}

void KeepAliveTest::endsWhenAsked_data()
{
    QTest::addColumn<QByteArray>("version");
    QTest::addColumn<QByteArray>("header");
    QTest::newRow("by its header") << QByteArray("HTTP/1.1") << QByteArray("Connection: close\r\n");
    QTest::newRow("an old version") << QByteArray("HTTP/1.0") << QByteArray();
}

void KeepAliveTest::endsWhenAsked()
{
    QFETCH(const QByteArray, version);
    QFETCH(const QByteArray, header);
    QVERIFY(m_connection->ask(m_connection->run("echo first")).contains("first"));
    const QByteArray request = m_connection->run("echo second", header).replace("HTTP/1.1", version);
    const QByteArray reply = m_connection->ask(request);
    QVERIFY2(reply.contains("second") && reply.toLower().contains("connection: close"), reply);
    QVERIFY(m_connection->isEnded());
}

void KeepAliveTest::endsTheCommandWhenTheClientLeaves()
{
    QVERIFY(m_connection->ask(m_connection->run("echo first")).contains("first"));
    const QByteArray stream = m_connection->ask(
        m_connection->post("/run_streaming", R"({"cmd":"echo up; exec sleep 16180.34"})"), "up");
    QVERIFY2(stream.contains("up"), stream);
    const QString count = u"ps -eo args | grep -c '^sleep 16180[.]34'"_s;
    QCOMPARE(m_client->run(count), u"1"_s);
    m_connection->socket().abort();
    QTRY_COMPARE_WITH_TIMEOUT(m_client->run(count), u"0"_s, patience);
}

void KeepAliveTest::outlivesTheExecutor_data()
{
    QTest::addColumn<QString>("order");
    QTest::newRow("restarted") << u"restart_executor"_s;
    QTest::newRow("ended with its sandbox") << u"end_sandbox"_s;
}

void KeepAliveTest::outlivesTheExecutor()
{
    QFETCH(const QString, order);
    QVERIFY(m_connection->ask(m_connection->run("echo first")).contains("first"));
    QCOMPARE(m_client->run(u"echo alive"_s), u"alive"_s);
    QVERIFY(m_engine.misbehave({{order, m_client->serviceId()}}));
    QTRY_COMPARE_WITH_TIMEOUT(m_client->run(u"echo again"_s), u"again"_s, patience);
    const QByteArray reply = m_connection->ask(m_connection->run("echo next"));
    QVERIFY2(reply.contains("next"), reply);
}

void KeepAliveTest::letsTheSandboxSleep()
{
    QVERIFY(m_connection->ask(m_connection->run("echo first")).contains("first"));
    QVERIFY(m_engine.misbehave({{u"move_clock_s"_s, 300}}));
    const QString id = firstDeployment(m_sandbox);
    QCOMPARE(deploymentStatus(m_engine, id), u"SLEEPING"_s);
    const QByteArray reply = m_connection->ask(m_connection->run("echo woken"));
    QVERIFY2(reply.contains("woken"), reply);
    QCOMPARE(deploymentStatus(m_engine, id), u"HEALTHY"_s);
}

void KeepAliveTest::isResetBeforeItsNextRequest()
{
    QVERIFY(m_connection->ask(m_connection->run("echo first")).contains("first"));
    QVERIFY(m_engine.misbehave(
        {{u"fault"_s, QJsonObject{{u"part"_s, u"executor"_s}, {u"reset"_s, u"before"_s}}}}));
    QVERIFY(m_connection->isOpen());
    QCOMPARE(m_connection->ask(m_connection->run("touch /tmp/not-done")), QByteArray());
    QCOMPARE(m_connection->socket().error(), QAbstractSocket::RemoteHostClosedError);
    QCOMPARE(m_client->run(u"test ! -e /tmp/not-done && echo missing"_s), u"missing"_s);
}

void KeepAliveTest::failsTheNextRequestAsOrdered()
{
    QVERIFY(m_connection->ask(m_connection->run("echo first")).contains("first"));
    const auto order = [this](QJsonObject fault) {
        fault.insert(u"part"_s, u"executor"_s);
        return m_engine.misbehave({{u"fault"_s, fault}});
    };
    // One that only takes longer leaves the connection what it is.
    QVERIFY(order({{u"delay_ms"_s, 50}}));
    QVERIFY(m_connection->ask(m_connection->run("echo late")).contains("late"));
    QVERIFY(m_connection->isOpen());
    QVERIFY(order({{u"cut_after_bytes"_s, 7}}));
    const QByteArray cut = m_connection->ask(m_connection->run("echo something"));
    QCOMPARE(cut.mid(cut.indexOf("\r\n\r\n") + 4).size(), 7);
    QVERIFY(m_connection->isEnded());
}

void KeepAliveTest::endsWhenNobodyListens()
{
    QVERIFY(m_connection->ask(m_connection->run("echo first")).contains("first"));
    QVERIFY(m_engine.misbehave(
        {{u"refuse_connections"_s,
          QJsonObject{{u"service_id"_s, m_client->serviceId()}, {u"for_ms"_s, 100}}}}));
    QVERIFY(m_connection->isEnded());
    QTRY_COMPARE_WITH_TIMEOUT(m_client->run(u"echo back"_s), u"back"_s, patience);
}

QTEST_GUILESS_MAIN(KeepAliveTest)
#include "keepalivetest.moc"
