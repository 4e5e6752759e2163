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

    std::unique_ptr<AgentProcess> m_agent;
};

namespace {

QByteArray portOf(const QTcpServer &server)
{
    return QByteArray::number(server.serverPort());
}

std::unique_ptr<QTcpSocket> accepted(QTcpServer &server)
{
    server.waitForNewConnection(int(patience.count()));
    return std::unique_ptr<QTcpSocket>(server.nextPendingConnection());
}

} // namespace

void PortProxyTest::init()
{
    m_agent = std::make_unique<AgentProcess>();
    QVERIFY(m_agent->start());
}

void PortProxyTest::bind(const QByteArray &port)
{
    HttpConnection connection(*m_agent);
    QCOMPARE(connection.post("/bind_port", "{\"port\":\"" + port + "\"}").status, 200);
}

void PortProxyTest::bytesPassBothWays()
{
    QTcpServer server;
    QVERIFY(server.listen(QHostAddress::LocalHost));
    bind(portOf(server));
    RawConnection client(m_agent->socketPath("proxy.sock"));
    client.send(QByteArray("\0\xff question", 11));
    const std::unique_ptr<QTcpSocket> socket = accepted(server);
    QVERIFY(socket);
    while (socket->bytesAvailable() < 11)
        QVERIFY(socket->waitForReadyRead(int(patience.count())));
    QCOMPARE(socket->readAll(), QByteArray("\0\xff question", 11));
    socket->write("answer");
    QVERIFY(socket->waitForBytesWritten(int(patience.count())));
    QVERIFY(client.receive("answer"));
}

void PortProxyTest::serverOnIpv6OnlyIsFound()
{
    QTcpServer server;
    if (!server.listen(QHostAddress::LocalHostIPv6)) {
        qWarning("This machine has no IPv6, so that the way to ::1 was not tried.");
        return;
    }
    bind(portOf(server));
    RawConnection client(m_agent->socketPath("proxy.sock"));
    QVERIFY(accepted(server));
}

void PortProxyTest::endOfTheServerEndsTheClient()
{
    QTcpServer server;
    QVERIFY(server.listen(QHostAddress::LocalHost));
    bind(portOf(server));
    RawConnection client(m_agent->socketPath("proxy.sock"));
    const std::unique_ptr<QTcpSocket> socket = accepted(server);
    QVERIFY(socket);
    socket->write("last words");
    QVERIFY(socket->waitForBytesWritten(int(patience.count())));
    socket->disconnectFromHost();
    QVERIFY(client.receiveAll());
    QCOMPARE(client.received(), "last words");
}

void PortProxyTest::endOfTheClientEndsTheServer()
{
    QTcpServer server;
    QVERIFY(server.listen(QHostAddress::LocalHost));
    bind(portOf(server));
    RawConnection client(m_agent->socketPath("proxy.sock"));
    const std::unique_ptr<QTcpSocket> socket = accepted(server);
    QVERIFY(socket);
    client.close();
    QTRY_COMPARE_WITH_TIMEOUT(socket->state(), QAbstractSocket::UnconnectedState, int(patience.count()));
}

void PortProxyTest::largeAnswerArrivesWhole()
{
    QTcpServer server;
    QVERIFY(server.listen(QHostAddress::LocalHost));
    bind(portOf(server));
    RawConnection client(m_agent->socketPath("proxy.sock"));
    const std::unique_ptr<QTcpSocket> socket = accepted(server);
    QVERIFY(socket);
    const QByteArray answer(8 * 1024 * 1024, 'x');
    socket->write(answer);
    socket->disconnectFromHost();
    QTRY_COMPARE_WITH_TIMEOUT(
        (client.received() += client.socket().readAll()).size(), answer.size(), int(patience.count()));
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
