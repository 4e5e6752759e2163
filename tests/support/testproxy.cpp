// SPDX-License-Identifier: Apache-2.0
#include "support/testproxy.h"

#include <QTcpSocket>

#include <memory>

namespace Koyeb::Test {

struct TestProxy::Client {
    enum class Stage { New, SocksCredentials, SocksRequest, Connected };

    QTcpSocket *socket = nullptr;
    QTcpSocket *upstream = nullptr;
    Stage stage = Stage::New;
    QByteArray pending;
};

TestProxy::TestProxy(quint16 serverPort, QObject *parent) : QObject(parent), m_serverPort(serverPort)
{
    m_server.listen(QHostAddress::LocalHost);
    connect(&m_server, &QTcpServer::newConnection, this, [this] {
        while (auto *socket = m_server.nextPendingConnection()) {
            serve(socket);
        }
    });
}

void TestProxy::requireCredentials(const QByteArray &user, const QByteArray &password)
{
    m_user = user;
    m_password = password;
}

QString TestProxy::address() const
{
    return QStringLiteral("127.0.0.1:%1").arg(m_server.serverPort());
}

void TestProxy::serve(QTcpSocket *socket)
{
    const auto client = std::make_shared<Client>();
    client->socket = socket;
    connect(socket, &QTcpSocket::disconnected, socket, &QObject::deleteLater);
    connect(socket, &QTcpSocket::readyRead, this, [this, client] {
        client->pending += client->socket->readAll();
        readFrom(*client);
    });
}

void TestProxy::readFrom(Client &client)
{
    while (client.stage != Client::Stage::Connected && !client.pending.isEmpty()) {
        const bool isSocks = client.stage != Client::Stage::New || client.pending[0] == '\5';
        if (!(isSocks ? takeSocks(client) : takeHttp(client))) {
            return; // The rest is on its way.
        }
    }
    if (client.upstream) {
        client.upstream->write(std::exchange(client.pending, {}));
    }
}

bool TestProxy::takeHttp(Client &client)
{
    const auto headEnd = client.pending.indexOf("\r\n\r\n");
    if (headEnd < 0) {
        return false;
    }
    const auto head = client.pending.left(headEnd);
    const auto words = head.left(head.indexOf("\r\n")).split(' ');
    m_asked.append(QString::fromUtf8(words.value(0) + ' ' + words.value(1)));
    const auto credentials = "Basic " + (m_user + ':' + m_password).toBase64();
    if (!m_user.isEmpty() && !head.contains(credentials)) {
        client.pending.clear();
        client.socket->write("HTTP/1.1 407 Credentials\r\nProxy-Authenticate: Basic realm=\"test\"\r\n"
                             "Content-Length: 0\r\n\r\n");
        return true;
    }
    connectThrough(client);
    if (words.value(0) == "CONNECT") {
        client.pending.remove(0, headEnd + 4);
        client.socket->write("HTTP/1.1 200 Connected\r\n\r\n");
    }
    return true;
}

bool TestProxy::takeSocks(Client &client)
{
    auto &bytes = client.pending;
    const auto byteAt = [&](qsizetype index) {
        return index < bytes.size() ? static_cast<unsigned char>(bytes[index]) : 0;
    };
    if (client.stage == Client::Stage::New) { // version, count, methods
        client.stage = m_user.isEmpty() ? Client::Stage::SocksRequest : Client::Stage::SocksCredentials;
        bytes.remove(0, 2 + byteAt(1));
        client.socket->write(m_user.isEmpty() ? QByteArray("\5\0", 2) : QByteArray("\5\2", 2));
        return true;
    }
    if (client.stage == Client::Stage::SocksCredentials) { // version, user, password, each with its length
        const auto user = bytes.mid(2, byteAt(1));
        const auto password = bytes.mid(3 + byteAt(1), byteAt(2 + byteAt(1)));
        client.stage = Client::Stage::SocksRequest;
        bytes.clear();
        const bool isRight = user == m_user && password == m_password;
        client.socket->write(isRight ? QByteArray("\1\0", 2) : QByteArray("\1\1", 2));
        return true;
    }
    // version, command, reserved, kind of address, address (a name with its length), port
    const bool isName = byteAt(3) == 3;
    const qsizetype addressBytes = isName ? byteAt(4) : 4;
    const qsizetype addressAt = isName ? 5 : 4;
    const qsizetype portAt = addressAt + addressBytes;
    if (bytes.size() < portAt + 2) {
        return false;
    }
    const auto address = bytes.mid(addressAt, addressBytes);
    const auto name = isName ? address : address.toHex('.');
    m_asked.append(QStringLiteral("SOCKS %1:%2")
                       .arg(QString::fromUtf8(name))
                       .arg(byteAt(portAt) * 256 + byteAt(portAt + 1)));
    bytes.remove(0, portAt + 2);
    connectThrough(client);
    client.socket->write(QByteArray("\5\0\0\1\0\0\0\0\0\0", 10));
    return true;
}

void TestProxy::connectThrough(Client &client)
{
    auto *socket = client.socket;
    auto *upstream = new QTcpSocket(socket);
    client.upstream = upstream;
    client.stage = Client::Stage::Connected;
    connect(
        upstream, &QTcpSocket::readyRead, socket, [socket, upstream] { socket->write(upstream->readAll()); });
    connect(upstream, &QTcpSocket::disconnected, socket, &QTcpSocket::disconnectFromHost);
    upstream->connectToHost(QHostAddress::LocalHost, m_serverPort);
}

} // namespace Koyeb::Test
