// SPDX-License-Identifier: Apache-2.0
#include "agentprocess.h"

#include <QElapsedTimer>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTest>

#include <memory>

using namespace Koyeb::Local::Test;

class PortProxyTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init();

    void bytesPassBothWays();
    void serverOnIpv6OnlyIsFound();
    void endOfTheServerEndsTheClient();
    void endOfTheClientEndsTheServer();
    void largeAnswerArrivesWhole();
    void connectionsWithoutATargetAreClosed_data();
    void connectionsWithoutATargetAreClosed();
    void unboundPortIsNotReached();

private:
    void bind(const QByteArray &port);
    /// Makes a client of the proxy and, behind the bound port, the connection that it leads to.
    [[nodiscard]] bool reach(const QHostAddress &address = QHostAddress::LocalHost);

    std::unique_ptr<AgentProcess> m_agent;
    std::unique_ptr<QTcpServer> m_server;
    std::unique_ptr<RawConnection> m_client;
    std::unique_ptr<QTcpSocket> m_reached;
};

namespace {

QByteArray portOf(const QTcpServer &server)
{
    return QByteArray::number(server.serverPort());
}

} // namespace

void PortProxyTest::init()
{
    m_reached.reset();
    m_client.reset();
    m_server = std::make_unique<QTcpServer>();
    m_agent = std::make_unique<AgentProcess>();
    QVERIFY(m_agent->start());
}

void PortProxyTest::bind(const QByteArray &port)
{
    HttpConnection connection(*m_agent);
    QCOMPARE(connection.post("/bind_port", "{\"port\":\"" + port + "\"}").status, 200);
}

bool PortProxyTest::reach(const QHostAddress &address)
{
    if (!m_server->listen(address))
        return false;
    bind(portOf(*m_server));
    m_client = std::make_unique<RawConnection>(m_agent->socketPath("proxy.sock"));
    m_server->waitForNewConnection(int(patience.count()));
    m_reached.reset(m_server->nextPendingConnection());
    return m_reached != nullptr;
}

void PortProxyTest::bytesPassBothWays()
{
    QVERIFY(reach());
    const QByteArray question("\0\xff question", 11);
    m_client->send(question);
    while (m_reached->bytesAvailable() < question.size())
        QVERIFY(m_reached->waitForReadyRead(int(patience.count())));
    QCOMPARE(m_reached->readAll(), question);
    m_reached->write("answer");
    QVERIFY(m_reached->waitForBytesWritten(int(patience.count())));
    QVERIFY(m_client->receive("answer"));
}

void PortProxyTest::serverOnIpv6OnlyIsFound()
{
    if (!QTcpServer().listen(QHostAddress::LocalHostIPv6)) {
        qWarning("This machine has no IPv6, so that the way to ::1 was not tried.");
        return;
    }
    QVERIFY(reach(QHostAddress::LocalHostIPv6));
}

void PortProxyTest::endOfTheServerEndsTheClient()
{
    QVERIFY(reach());
    m_reached->write("last words");
    QVERIFY(m_reached->waitForBytesWritten(int(patience.count())));
    m_reached->disconnectFromHost();
    QVERIFY(m_client->receiveAll());
    QCOMPARE(m_client->received(), "last words");
}

void PortProxyTest::endOfTheClientEndsTheServer()
{
    QVERIFY(reach());
    m_client->close();
    QTRY_COMPARE_WITH_TIMEOUT(m_reached->state(), QAbstractSocket::UnconnectedState, int(patience.count()));
}

void PortProxyTest::largeAnswerArrivesWhole()
{
    QVERIFY(reach());
    const QByteArray answer(8 * 1024 * 1024, 'x');
    m_reached->write(answer);
    m_reached->disconnectFromHost();
    QTRY_COMPARE_WITH_TIMEOUT(
        (m_client->received() += m_client->socket().readAll()).size(), answer.size(), int(patience.count()));
}

void PortProxyTest::connectionsWithoutATargetAreClosed_data()
{
    QTest::addColumn<QByteArray>("port");
    QTcpServer once;
    QVERIFY(once.listen(QHostAddress::LocalHost));
    QTest::newRow("none bound") << QByteArray();
    QTest::newRow("nobody listens") << portOf(once);
    QTest::newRow("no number") << QByteArray("http");
    QTest::newRow("no port") << QByteArray("65536");
}

void PortProxyTest::connectionsWithoutATargetAreClosed()
{
    QFETCH(const QByteArray, port);
    if (!port.isEmpty())
        bind(port);
    RawConnection client(m_agent->socketPath("proxy.sock"));
    QElapsedTimer open;
    open.start();
    QVERIFY(client.receiveAll());
    QVERIFY(client.received().isEmpty());
    QCOMPARE_GE(open.elapsed(), 90);
}

void PortProxyTest::unboundPortIsNotReached()
{
    QTcpServer server;
    QVERIFY(server.listen(QHostAddress::LocalHost));
    bind(portOf(server));
    HttpConnection connection(*m_agent);
    QCOMPARE(connection.post("/unbind_port", "{}").status, 200);
    RawConnection client(m_agent->socketPath("proxy.sock"));
    QVERIFY(client.receiveAll());
    QVERIFY(!server.hasPendingConnections());
}

QTEST_GUILESS_MAIN(PortProxyTest)
#include "portproxytest.moc"
