// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/paging.h"
#include "core/jsonreader.h"
#include "core/result.h"
#include "net/httpclient.h"

#include <QCoroTask>
#include <QJsonObject>
#include <QUrl>

#include <stop_token>

namespace Koyeb {

/// How a value is read from its JSON object.
template<typename T> using Reader = T (*)(const JsonReader &json);

/// What all calls to the control plane share: its address, the project that they are about, and how replies
/// become values. Each resource's client (ApiClient, SecretsApi, LogsApi …) is handed one. Outlives the
/// clients and what they were asked for.
class ApiTransport {
public:
    /// `http` carries the account's authorization, rate limit and retry policy and outlives the transport.
    /// `host` is e.g. https://app.koyeb.com, without a path.
    ApiTransport(HttpClient &http, const QUrl &host);
    ApiTransport(const ApiTransport &) = delete;
    ApiTransport &operator=(const ApiTransport &) = delete;

    /// What requests go through.
    [[nodiscard]] HttpClient &http() const { return m_http; }
    /// The control plane's address, without a path.
    [[nodiscard]] const QUrl &host() const { return m_host; }
    /// The project that all requests are about; empty: none is named.
    [[nodiscard]] const QString &projectId() const { return m_projectId; }
    /// The project that all requests are about from now on. Empty: none is named, and the token decides. The
    /// API refuses the id of another organization's project.
    void setProjectId(const QString &id) { m_projectId = id; }

    /// The address of `/v1/<segments>`; a segment is one whatever it contains.
    [[nodiscard]] QUrl url(const QStringList &segments) const;
    /// A request that reads.
    [[nodiscard]] HttpRequest get(const QUrl &url, Priority priority = Priority::Foreground) const;
    /// A request that creates or starts something, and is therefore never repeated.
    [[nodiscard]] HttpRequest post(const QUrl &url, const QJsonObject &body = {}) const;
    /// A request with a JSON body.
    [[nodiscard]] HttpRequest withBody(
        const QByteArray &method, const QUrl &url, const QJsonObject &body, Repeatable repeatable) const;
    /// A request that deletes.
    [[nodiscard]] HttpRequest remove(const QUrl &url) const;

    /// The reply's object.
    QCoro::Task<Result<QJsonObject>> ask(HttpRequest request, std::stop_token stop) const;
    /// Success, whatever the reply says.
    QCoro::Task<Result<void>> perform(HttpRequest request, std::stop_token stop) const;
    /// The one object of a reply that holds it under `member`.
    template<typename T>
    QCoro::Task<Result<T>> fetch(
        HttpRequest request, QLatin1String member, Reader<T> read, std::stop_token stop) const;
    /// The whole reply as one value.
    template<typename T>
    QCoro::Task<Result<T>> fetchReply(HttpRequest request, Reader<T> read, std::stop_token stop) const;
    /// All items of a list; see readList().
    template<typename T>
    QCoro::Task<Result<QList<T>>> fetchAll(ListRequest list, Reader<T> read, std::stop_token stop) const;

private:
    // Coroutines that hold no transport, so that they may outlive it. An empty member is the whole reply.
    static QCoro::Task<Result<QJsonObject>> askBy(
        HttpClient &http, HttpRequest request, std::stop_token stop);
    template<typename T>
    static QCoro::Task<Result<T>> fetchBy(
        HttpClient &http, HttpRequest request, QLatin1String member, Reader<T> read, std::stop_token stop);
    template<typename T>
    static QCoro::Task<Result<QList<T>>> fetchAllBy(
        HttpClient &http, ListRequest list, Reader<T> read, std::stop_token stop);

    HttpClient &m_http;
    QUrl m_host;
    QString m_projectId;
};

template<typename T>
QCoro::Task<Result<T>> ApiTransport::fetch(
    HttpRequest request, QLatin1String member, Reader<T> read, std::stop_token stop) const
{
    return fetchBy(m_http, std::move(request), member, read, std::move(stop));
}

template<typename T>
QCoro::Task<Result<T>> ApiTransport::fetchReply(
    HttpRequest request, Reader<T> read, std::stop_token stop) const
{
    return fetchBy(m_http, std::move(request), {}, read, std::move(stop));
}

template<typename T>
QCoro::Task<Result<QList<T>>> ApiTransport::fetchAll(
    ListRequest list, Reader<T> read, std::stop_token stop) const
{
    return fetchAllBy(m_http, std::move(list), read, std::move(stop));
}

template<typename T>
QCoro::Task<Result<T>> ApiTransport::fetchBy(
    HttpClient &http, HttpRequest request, QLatin1String member, Reader<T> read, std::stop_token stop)
{
    const auto object = co_await askBy(http, std::move(request), std::move(stop));
    if (!object) {
        co_return failure(object.error());
    }
    const JsonReader root(*object);
    T value = read(member.isEmpty() ? root : root.requiredObject(member));
    co_return root.result(std::move(value));
}

template<typename T>
QCoro::Task<Result<QList<T>>> ApiTransport::fetchAllBy(
    HttpClient &http, ListRequest list, Reader<T> read, std::stop_token stop)
{
    QList<T> items;
    std::function<void(const JsonReader &)> collect = [&items, read](const JsonReader &item) {
        items.append(read(item));
    };
    const auto done = co_await readList(http, std::move(list), std::move(collect), std::move(stop));
    if (!done) {
        co_return failure(done.error());
    }
    co_return items;
}

} // namespace Koyeb
