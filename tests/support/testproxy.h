// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <QObject>
#include <QStringList>
#include <QTcpServer>

namespace Koyeb::Test {

/// A proxy on loopback, HTTP and SOCKS 5 on the same port. Whatever host it is asked for, it connects to a
/// server of the test, so that names need not exist.
class TestProxy : public QObject {
    Q_OBJECT

public:
    explicit TestProxy(quint16 serverPort, QObject *parent = nullptr);

    /// From now on only who gives these is let through.
    void requireCredentials(const QByteArray &user, const QByteArray &password);
    /// e.g. `127.0.0.1:8080`
    [[nodiscard]] QString address() const;
    /// What it was asked for, in order: `CONNECT name:443`, `GET http://name/`, `SOCKS name:80`.
    [[nodiscard]] const QStringList &asked() const { return m_asked; }

private:
    struct Client;

    void serve(QTcpSocket *socket);
    void readFrom(Client &client);
    [[nodiscard]] bool takeHttp(Client &client);
    [[nodiscard]] bool takeSocks(Client &client);
    void connectThrough(Client &client);

    QTcpServer m_server;
    quint16 m_serverPort;
    QByteArray m_user;
    QByteArray m_password;
    QStringList m_asked;
};

} // namespace Koyeb::Test
