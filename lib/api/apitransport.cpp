// SPDX-License-Identifier: Apache-2.0
#include "api/apitransport.h"

#include <QJsonDocument>

namespace Koyeb {

using namespace Qt::Literals::StringLiterals;

namespace {

QCoro::Task<Result<void>> performBy(HttpClient &http, HttpRequest request, std::stop_token stop)
{
    const auto reply = co_await http.send(std::move(request), std::move(stop));
    if (!reply) {
        co_return failure(reply.error());
    }
    co_return {};
}

} // namespace

ApiTransport::ApiTransport(HttpClient &http, const QUrl &host) : m_http(http), m_host(host) {}

QUrl ApiTransport::url(const QStringList &segments) const
{
    QString path = u"/v1"_s;
    for (const auto &segment : segments) {
        path += u'/' + QString::fromLatin1(QUrl::toPercentEncoding(segment));
    }
    QUrl url = m_host;
    url.setPath(path, QUrl::TolerantMode);
    return url;
}

HttpRequest ApiTransport::get(const QUrl &url, Priority priority) const
{
    HttpRequest request;
    request.url = url;
    request.repeatable = Repeatable::Safely;
    request.priority = priority;
    if (!m_projectId.isEmpty()) {
        request.headers.append(HttpHeader{"x-koyeb-project-id", m_projectId.toUtf8()});
    }
    return request;
}

HttpRequest ApiTransport::withBody(
    const QByteArray &method, const QUrl &url, const QJsonObject &body, Repeatable repeatable) const
{
    HttpRequest request = get(url);
    request.method = method;
    request.headers.append(HttpHeader{"Content-Type", "application/json"});
    request.body = QJsonDocument(body).toJson(QJsonDocument::Compact);
    request.repeatable = repeatable;
    return request;
}

HttpRequest ApiTransport::post(const QUrl &url, const QJsonObject &body) const
{
    return withBody(QByteArrayLiteral("POST"), url, body, Repeatable::Never);
}

HttpRequest ApiTransport::remove(const QUrl &url) const
{
    HttpRequest request = get(url);
    request.method = QByteArrayLiteral("DELETE");
    return request;
}

QCoro::Task<Result<QJsonObject>> ApiTransport::ask(HttpRequest request, std::stop_token stop) const
{
    return askBy(m_http, std::move(request), std::move(stop));
}

QCoro::Task<Result<void>> ApiTransport::perform(HttpRequest request, std::stop_token stop) const
{
    return performBy(m_http, std::move(request), std::move(stop));
}

QCoro::Task<Result<QJsonObject>> ApiTransport::askBy(
    HttpClient &http, HttpRequest request, std::stop_token stop)
{
    const auto reply = co_await http.send(std::move(request), std::move(stop));
    if (!reply) {
        co_return failure(reply.error());
    }
    co_return parseJsonObject(reply->body);
}

} // namespace Koyeb
