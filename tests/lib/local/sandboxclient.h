// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <QJsonObject>
#include <QNetworkReply>
#include <QString>
#include <QUrl>

namespace Koyeb::Testing {

using Headers = QList<QNetworkReply::RawHeaderPair>;

struct HttpReply {
    int status = 0; ///< 0: no complete reply
    QByteArray body;
    Headers headers;

    [[nodiscard]] QByteArray header(const QByteArray &name) const;
};

/// One request without any retry, waiting for the whole reply.
[[nodiscard]] HttpReply fetch(
    const QByteArray &method, const QUrl &url, const Headers &headers = {}, const QByteArray &body = {});

/// Talks to a sandbox that LocalEngine::createSandbox() has made, through its gateway.
class SandboxClient {
public:
    explicit SandboxClient(const QJsonObject &sandbox);

    [[nodiscard]] HttpReply executor(const QString &path, const QJsonObject &body = {}) const;
    /// The standard output of a command, without white space at its ends.
    [[nodiscard]] QString run(const QString &command) const;
    /// Starts python3's file server for a folder on a port of the sandbox, waits until it listens, and binds
    /// it.
    [[nodiscard]] bool serveFolder(const QString &folder, int port) const;

    [[nodiscard]] QUrl publicUrl(const QString &path) const { return QUrl(m_publicUrl + path); }
    [[nodiscard]] QString routingKey() const { return m_routingKey; }
    [[nodiscard]] QString serviceId() const { return m_serviceId; }
    [[nodiscard]] Headers credentials() const;

private:
    QString m_publicUrl;
    QString m_routingKey;
    QString m_secret;
    QString m_serviceId;
};

} // namespace Koyeb::Testing
