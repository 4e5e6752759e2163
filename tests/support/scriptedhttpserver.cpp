// SPDX-License-Identifier: Apache-2.0
#include "support/scriptedhttpserver.h"

#include <QJsonDocument>
#include <QSslServer>
#include <QTcpSocket>

#include <memory>
#include <optional>

namespace Koyeb::Test {

namespace {

/// The request that `bytes` begins with, once it is there in full; it is then taken out of `bytes`.
std::optional<ScriptedHttpServer::Request> takeRequest(QByteArray &bytes)
{
    const auto headEnd = bytes.indexOf("\r\n\r\n");
    if (headEnd < 0) {
        return std::nullopt;
    }
    auto lines = bytes.left(headEnd).split('\n');
    const auto words = lines.takeFirst().trimmed().split(' ');
    ScriptedHttpServer::Request request{words.value(0), words.value(1), {}, {}};
    for (const auto &line : std::as_const(lines)) {
        const auto colon = line.indexOf(':');
        request.headers.insert(line.left(colon).trimmed().toLower(), line.mid(colon + 1).trimmed());
    }
    const auto length = request.headers.value("content-length").toLongLong();
    if (bytes.size() < headEnd + 4 + length) {
        return std::nullopt;
    }
    request.body = bytes.mid(headEnd + 4, length);
    bytes.remove(0, headEnd + 4 + length);
    return request;
}

} // namespace

ScriptedHttpServer::ScriptedHttpServer(QObject *parent)
    : ScriptedHttpServer(std::make_unique<QTcpServer>(), QStringLiteral("http://127.0.0.1"), parent)
{
}

ScriptedHttpServer::ScriptedHttpServer(const QSslConfiguration &tls, QObject *parent)
    : ScriptedHttpServer(
          [&tls] {
              auto server = std::make_unique<QSslServer>();
              server->setSslConfiguration(tls);
              return server;
          }(),
          QStringLiteral("https://localhost"), parent)
{
}

ScriptedHttpServer::ScriptedHttpServer(
    std::unique_ptr<QTcpServer> server, const QString &origin, QObject *parent)
    : QObject(parent), m_server(std::move(server)), m_origin(origin)
{
    m_server->listen(QHostAddress::LocalHost);
    connect(m_server.get(), &QTcpServer::pendingConnectionAvailable, this, [this] {
        while (auto *socket = m_server->nextPendingConnection()) {
            serve(socket);
        }
    });
}

QUrl ScriptedHttpServer::url(const QString &path) const
{
    return QUrl(QStringLiteral("%1:%2%3").arg(m_origin).arg(port()).arg(path));
}

void ScriptedHttpServer::serve(QTcpSocket *socket)
{
    const auto pending = std::make_shared<QByteArray>();
    connect(socket, &QTcpSocket::disconnected, socket, &QObject::deleteLater);
    connect(socket, &QTcpSocket::readyRead, this, [this, socket, pending] { readFrom(socket, *pending); });
}

void ScriptedHttpServer::readFrom(QTcpSocket *socket, QByteArray &pending)
{
    pending += socket->readAll();
    while (auto request = takeRequest(pending)) {
        m_requests.append(*request);
        const Answer answer = m_script ? m_script(*request) : hang();
        socket->write(answer.bytes);
        if (answer.then == Answer::Then::Close) {
            socket->disconnectFromHost();
        }
    }
}

ScriptedHttpServer::Answer ScriptedHttpServer::json(
    int status, const QJsonObject &body, const QByteArray &extraHeaders)
{
    auto answer = text(status, QJsonDocument(body).toJson(QJsonDocument::Compact), extraHeaders);
    answer.bytes.replace("text/plain", "application/json");
    return answer;
}

ScriptedHttpServer::Answer ScriptedHttpServer::text(
    int status, const QByteArray &body, const QByteArray &extraHeaders)
{
    return {
        "HTTP/1.1 " + QByteArray::number(status) + " Status\r\nContent-Type: text/plain\r\nContent-Length: " +
            QByteArray::number(body.size()) + "\r\n" + extraHeaders + "\r\n" + body,
        Answer::Then::KeepOpen};
}

} // namespace Koyeb::Test
