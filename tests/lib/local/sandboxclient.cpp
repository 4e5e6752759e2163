// SPDX-License-Identifier: Apache-2.0
#include "sandboxclient.h"

#include <QEventLoop>
#include <QJsonDocument>
#include <QNetworkAccessManager>
#include <QNetworkRequest>
#include <QTest>
#include <memory>

using namespace Qt::Literals::StringLiterals;

namespace Koyeb::Testing {

QByteArray HttpReply::header(const QByteArray &name) const
{
    for (const auto &[key, value] : headers) {
        if (key.compare(name, Qt::CaseInsensitive) == 0)
            return value;
    }
    return {};
}

HttpReply fetch(const QByteArray &method, const QUrl &url, const Headers &headers, const QByteArray &body)
{
    QNetworkAccessManager network;
    QNetworkRequest request(url);
    request.setTransferTimeout(60'000);
    request.setAttribute(QNetworkRequest::CookieLoadControlAttribute, QNetworkRequest::Manual);
    if (!body.isEmpty())
        request.setHeader(QNetworkRequest::ContentTypeHeader, u"application/json"_s);
    for (const auto &[name, value] : headers)
        request.setRawHeader(name, value);
    const std::unique_ptr<QNetworkReply> reply(network.sendCustomRequest(request, method, body));
    QEventLoop loop;
    QObject::connect(reply.get(), &QNetworkReply::finished, &loop, &QEventLoop::quit);
    if (!reply->isFinished())
        loop.exec();
    if (!reply->isOpen())
        return {}; // Given up after its time.
    const int status = reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    const bool cut = reply->error() == QNetworkReply::RemoteHostClosedError;
    return {cut ? 0 : status, reply->readAll(), reply->rawHeaderPairs()};
}

SandboxClient::SandboxClient(const QJsonObject &sandbox)
    : m_publicUrl(sandbox.value("public_url"_L1).toString()),
      m_routingKey(sandbox.value("routing_key"_L1).toString()),
      m_secret(sandbox.value("secret"_L1).toString()),
      m_serviceId(sandbox.value("service_id"_L1).toString())
{
}

Headers SandboxClient::credentials() const
{
    return {{"X-Routing-Key", m_routingKey.toUtf8()}, {"Authorization", "Bearer " + m_secret.toUtf8()}};
}

HttpReply SandboxClient::executor(const QString &path, const QJsonObject &body) const
{
    return fetch("POST", publicUrl(u"/koyeb-sandbox"_s + path), credentials(), QJsonDocument(body).toJson());
}

QString SandboxClient::run(const QString &command) const
{
    const HttpReply reply = executor(u"/run"_s, {{u"cmd"_s, command}});
    return QJsonDocument::fromJson(reply.body).object().value("stdout"_L1).toString().trimmed();
}

bool SandboxClient::serveFolder(const QString &folder, int port) const
{
    const QString number = QString::number(port);
    const HttpReply started = executor(
        u"/start_process"_s,
        {{u"cmd"_s, u"exec python3 -m http.server --bind 127.0.0.1 %1"_s.arg(number)}, {u"cwd"_s, folder}});
    const HttpReply bound = executor(u"/bind_port"_s, {{u"port"_s, number}});
    return started.status == 201 && bound.status == 200 &&
           QTest::qWaitFor(
               [&]() { return fetch("GET", publicUrl(u"/r/"_s + m_routingKey + u'/')).status == 200; },
               30'000);
}

} // namespace Koyeb::Testing
