// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <QHash>
#include <QJsonObject>
#include <QList>
#include <QObject>
#include <QSslConfiguration>
#include <QTcpServer>
#include <QUrl>

#include <functional>
#include <memory>

namespace Koyeb::Test {

/// A loopback HTTP server that does what a well-behaved one would not: hang, cut connections, answer
/// nonsense. For what the local engine does right.
class ScriptedHttpServer : public QObject {
    Q_OBJECT

public:
    struct Request {
        QByteArray method;
        QByteArray target;                     ///< Path and query as sent.
        QHash<QByteArray, QByteArray> headers; ///< Names in lower case.
        QByteArray body;
    };
    struct Answer {
        enum class Then { KeepOpen, Close };
        QByteArray bytes; ///< Sent as they are.
        Then then = Then::KeepOpen;
    };

    explicit ScriptedHttpServer(QObject *parent = nullptr);
    /// With TLS.
    explicit ScriptedHttpServer(const QSslConfiguration &tls, QObject *parent = nullptr);

    [[nodiscard]] quint16 port() const { return m_server->serverPort(); }
    /// By address; with TLS by the name `localhost`.
    [[nodiscard]] QUrl url(const QString &path = QString()) const;
    [[nodiscard]] const QList<Request> &requests() const { return m_requests; }
    void answerWith(std::function<Answer(const Request &)> script) { m_script = std::move(script); }

    [[nodiscard]] static Answer json(
        int status, const QJsonObject &body, const QByteArray &extraHeaders = {});
    [[nodiscard]] static Answer text(int status, const QByteArray &body, const QByteArray &extraHeaders = {});
    /// Nothing, ever.
    [[nodiscard]] static Answer hang() { return {}; }
    /// Closes without a byte.
    [[nodiscard]] static Answer cut() { return {{}, Answer::Then::Close}; }

private:
    ScriptedHttpServer(std::unique_ptr<QTcpServer> server, const QString &origin, QObject *parent);
    void serve(QTcpSocket *socket);
    void readFrom(QTcpSocket *socket, QByteArray &pending);

    std::unique_ptr<QTcpServer> m_server;
    QString m_origin;
    QList<Request> m_requests;
    std::function<Answer(const Request &)> m_script;
};

} // namespace Koyeb::Test
