// SPDX-License-Identifier: Apache-2.0
#include "localengine.h"
#include "sandboxclient.h"

#include <QElapsedTimer>
#include <QJsonDocument>
#include <QProcess>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTest>

#include <memory>

using namespace Qt::Literals::StringLiterals;
using namespace Koyeb::Testing;

namespace {

constexpr int patience = 60'000;
constexpr int roundTripMs = 150;

QByteArray mixedBytes(int count)
{
    QByteArray bytes(count, Qt::Uninitialized);
    for (int i = 0; i < count; ++i)
        bytes[i] = static_cast<char>(i * 31 + i / 251);
    return bytes;
}

} // namespace

/// A link over a distance, in front of the engine and of any server. Times are bounded from below only: a
/// busy computer makes everything slower.
class LinkTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cleanup();
    void answersComeLater();
    void carriesNoFasterThanItsRate();
    void allConnectionsShareTheRate();
    void endsWithAReset();
    void leadsToAnyServer();
    void refusesWhatItDoesNotKnow();

private:
    [[nodiscard]] bool setLink(const QJsonObject &shape) { return m_engine.misbehave({{u"link"_s, shape}}); }

    LocalEngine m_engine;
    QJsonObject m_sandbox;
};

void LinkTest::initTestCase()
{
    QVERIFY2(m_engine.start(), qPrintable(m_engine.errorText()));
    m_sandbox = m_engine.createSandbox(u"far"_s);
    QVERIFY2(!m_sandbox.isEmpty(), qPrintable(m_engine.errorText()));
}

void LinkTest::cleanup()
{
    QVERIFY(m_engine.misbehave({{u"clear"_s, true}}));
}

void LinkTest::answersComeLater()
{
    QVERIFY(setLink({{u"round_trip_ms"_s, roundTripMs}}));
    const SandboxClient client(m_sandbox);
    QElapsedTimer timer;
    timer.start();
    QCOMPARE(client.run(u"echo there"_s), u"there"_s);
    // One for the connection, one for the request.
    QVERIFY2(timer.elapsed() >= 2 * roundTripMs, qPrintable(QString::number(timer.elapsed())));
    timer.restart();
    QCOMPARE(m_engine.request("GET", u"/v1/account/organization"_s).status, 200);
    QVERIFY(timer.elapsed() >= 2 * roundTripMs);
}

void LinkTest::carriesNoFasterThanItsRate()
{
    constexpr int bytes = 400'000;
    QVERIFY(setLink({{u"bits_per_second"_s, 8'000'000}}));
    const SandboxClient client(m_sandbox);
    const QString text(bytes, u'x');
    QElapsedTimer timer;
    timer.start();
    const QJsonObject file{{u"path"_s, u"/tmp/far"_s}, {u"content"_s, text}};
    QCOMPARE(client.executor(u"/write_file"_s, file).status, 200);
    QVERIFY2(timer.elapsed() >= 400, qPrintable(QString::number(timer.elapsed())));
    timer.restart();
    const HttpReply read = client.executor(u"/read_file"_s, {{u"path"_s, u"/tmp/far"_s}});
    QCOMPARE(QJsonDocument::fromJson(read.body).object().value("content"_L1).toString(), text);
    QVERIFY2(timer.elapsed() >= 400, qPrintable(QString::number(timer.elapsed())));
}

void LinkTest::allConnectionsShareTheRate()
{
    const SandboxClient client(m_sandbox);
    const QString text(200'000, u'x');
    QCOMPARE(
        client.executor(u"/write_file"_s, {{u"path"_s, u"/tmp/near"_s}, {u"content"_s, text}}).status, 200);
    QVERIFY(setLink({{u"bits_per_second"_s, 8'000'000}}));
    QElapsedTimer timer;
    timer.start();
    constexpr int connections = 3;
    const QByteArray body = R"({"path": "/tmp/near"})";
    std::vector<std::unique_ptr<QTcpSocket>> sockets;
    const QUrl url = client.publicUrl({});
    for (int i = 0; i < connections; ++i) {
        auto &socket = sockets.emplace_back(std::make_unique<QTcpSocket>());
        socket->connectToHost(url.host(), static_cast<quint16>(url.port()));
        QByteArray head = "POST /koyeb-sandbox/read_file HTTP/1.1\r\nConnection: close\r\nHost: " +
                          url.authority().toUtf8() + "\r\nContent-Length: " + QByteArray::number(body.size());
        for (const auto &[name, value] : client.credentials())
            head += "\r\n" + name + ": " + value;
        socket->write(head + "\r\n\r\n" + body);
    }
    for (const auto &socket : sockets) {
        while (socket->state() != QAbstractSocket::UnconnectedState)
            QVERIFY(socket->waitForDisconnected(patience));
        QVERIFY(socket->readAll().size() > text.size());
    }
    QVERIFY2(timer.elapsed() >= 600, qPrintable(QString::number(timer.elapsed())));
}

void LinkTest::endsWithAReset()
{
    QVERIFY(setLink({{u"round_trip_ms"_s, 10}}));
    QVERIFY(m_engine.misbehave(
        {{u"fault"_s, QJsonObject{{u"part"_s, u"executor"_s}, {u"reset"_s, u"during"_s}, {u"times"_s, 0}}}}));
    const SandboxClient client(m_sandbox);
    QCOMPARE(client.executor(u"/health"_s).status, 0);
    cleanup();
    QCOMPARE(client.run(u"echo again"_s), u"again"_s);
}

void LinkTest::leadsToAnyServer()
{
    QTcpServer server;
    QVERIFY(server.listen(QHostAddress::LocalHost));
    QProcess link;
    link.start(
        qEnvironmentVariable("KOYEB_LOCAL_PROGRAM"),
        {u"link"_s, u"127.0.0.1:%1"_s.arg(server.serverPort()), u"--round-trip-ms"_s, u"20"_s});
    QVERIFY(link.waitForReadyRead(patience));
    const QUrl url(QJsonDocument::fromJson(link.readLine()).object().value("url"_L1).toString());
    QTcpSocket client;
    client.connectToHost(url.host(), static_cast<quint16>(url.port()));
    QVERIFY(server.waitForNewConnection(patience));
    const std::unique_ptr<QTcpSocket> far(server.nextPendingConnection());
    const QByteArray bytes = mixedBytes(5'000'000);
    client.write(bytes);
    QByteArray arrived;
    QByteArray returned;
    // The server sends back what it gets, and ends once it has all.
    connect(far.get(), &QTcpSocket::readyRead, this, [&] {
        const QByteArray some = far->readAll();
        arrived += some;
        far->write(some);
    });
    connect(&client, &QTcpSocket::readyRead, this, [&] { returned += client.readAll(); });
    QTRY_COMPARE_WITH_TIMEOUT(returned.size(), bytes.size(), patience);
    QCOMPARE(arrived, bytes);
    QCOMPARE(returned, bytes);
    far->disconnectFromHost();
    QTRY_COMPARE_WITH_TIMEOUT(client.state(), QAbstractSocket::UnconnectedState, patience);
    link.closeWriteChannel();
    QVERIFY(link.waitForFinished(patience));
    QCOMPARE(link.exitCode(), 0);
}

void LinkTest::refusesWhatItDoesNotKnow()
{
    QVERIFY(!setLink({{u"round_trip"_s, 10}}));
    QVERIFY(!setLink({{u"round_trip_ms"_s, -10}}));
    QProcess link;
    link.start(qEnvironmentVariable("KOYEB_LOCAL_PROGRAM"), {u"link"_s, u"nowhere"_s});
    QVERIFY(link.waitForFinished(patience));
    QCOMPARE(link.exitCode(), 1);
    QVERIFY(link.readAllStandardError().contains("HOST:PORT"));
}

QTEST_GUILESS_MAIN(LinkTest)
#include "linktest.moc"
