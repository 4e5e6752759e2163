// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/apiclient.h"
#include "core/clock.h"
#include "support/scriptedhttpserver.h"

#include <QJsonDocument>
#include <QUrlQuery>

namespace Koyeb::Test {

[[nodiscard]] inline QJsonObject parsed(const QByteArray &json)
{
    const auto document = QJsonDocument::fromJson(json);
    Q_ASSERT(document.isObject());
    return document.object();
}

/// A client of a server that answers every request with the same body, and what it was asked.
struct ApiFixture {
    explicit ApiFixture(const QByteArray &body = "{}", int status = 200) { answerWith(body, status); }

    void answerWith(const QByteArray &body, int status = 200)
    {
        server.answerWith(
            [json = parsed(body), status](const auto &) { return ScriptedHttpServer::json(status, json); });
    }

    /// The last request, as `METHOD /path`.
    [[nodiscard]] QByteArray line() const
    {
        const auto &request = server.requests().last();
        return request.method + ' ' + request.target.split('?').first();
    }
    [[nodiscard]] QJsonObject body() const { return parsed(server.requests().last().body); }
    [[nodiscard]] QByteArray header(const QByteArray &name) const
    {
        return server.requests().last().headers.value(name);
    }
    [[nodiscard]] QStringList queryItems(const QString &key) const
    {
        const QUrlQuery query(QUrl::fromEncoded(server.requests().last().target));
        return query.allQueryItemValues(key, QUrl::FullyDecoded);
    }

    SystemClock clock;
    ScriptedHttpServer server;
    HttpClient http{clock};
    ApiClient api{http, server.url()};
};

} // namespace Koyeb::Test
