// SPDX-License-Identifier: Apache-2.0
#include "api/apiclient.h"

#include "api/paging.h"
#include "api/readers.h"

#include <QJsonDocument>

namespace Koyeb {

using namespace Qt::Literals::StringLiterals;

namespace {

template<typename T> using Reader = T (*)(const JsonReader &);

/// The one object of a reply that holds it under `member`.
template<typename T>
QCoro::Task<Result<T>> fetch(
    HttpClient &http, HttpRequest request, QLatin1String member, Reader<T> read, std::stop_token stop)
{
    const auto reply = co_await http.send(std::move(request), std::move(stop));
    if (!reply) {
        co_return failure(reply.error());
    }
    const auto object = parseJsonObject(reply->body);
    if (!object) {
        co_return failure(object.error());
    }
    const JsonReader root(*object);
    T value = read(root.requiredObject(member));
    co_return root.result(std::move(value));
}

template<typename T>
QCoro::Task<Result<QList<T>>> fetchAll(
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

QCoro::Task<Result<void>> perform(HttpClient &http, HttpRequest request, std::stop_token stop)
{
    const auto reply = co_await http.send(std::move(request), std::move(stop));
    if (!reply) {
        co_return failure(reply.error());
    }
    co_return {};
}

/// The address of `/v1/<segments>`; a segment is one whatever it contains.
[[nodiscard]] QUrl urlOf(const QUrl &host, const QStringList &segments)
{
    QString path = u"/v1"_s;
    for (const auto &segment : segments) {
        path += u'/' + QString::fromLatin1(QUrl::toPercentEncoding(segment));
    }
    QUrl url = host;
    url.setPath(path, QUrl::TolerantMode);
    return url;
}

[[nodiscard]] HttpRequest get(const QUrl &url, Priority priority = Priority::Foreground)
{
    HttpRequest request;
    request.url = url;
    request.repeatable = Repeatable::Safely;
    request.priority = priority;
    return request;
}

[[nodiscard]] HttpRequest withBody(
    const QByteArray &method, const QUrl &url, const QJsonObject &body, Repeatable repeatable)
{
    HttpRequest request;
    request.method = method;
    request.url = url;
    request.headers = {{"Content-Type", "application/json"}};
    request.body = QJsonDocument(body).toJson(QJsonDocument::Compact);
    request.repeatable = repeatable;
    return request;
}

[[nodiscard]] HttpRequest remove(const QUrl &url)
{
    HttpRequest request;
    request.method = QByteArrayLiteral("DELETE");
    request.url = url;
    request.repeatable = Repeatable::Safely;
    return request;
}

[[nodiscard]] ListRequest listAt(
    const QUrl &url, QLatin1String member, Priority priority = Priority::Foreground)
{
    return ListRequest{get(url, priority), member};
}

/// Adds a filter, where it is set.
void filterBy(QUrl &url, const QString &key, const QString &value)
{
    if (!value.isEmpty()) {
        addQueryItem(url, key, value);
    }
}

/// Whether the server understood who asks and does not want to tell them this: what organization tokens get
/// where a user is needed.
[[nodiscard]] bool isRefusal(const Error &error)
{
    return error.kind == ErrorKind::Unauthorized || error.kind == ErrorKind::Forbidden ||
           error.kind == ErrorKind::NotFound || error.kind == ErrorKind::Invalid;
}

/// The organization that owns the account's first app; empty when there is no app.
QCoro::Task<Result<QString>> organizationOfFirstApp(HttpClient &http, QUrl url, std::stop_token stop)
{
    addQueryItem(url, u"limit"_s, u"1"_s);
    HttpRequest request = get(url);
    const auto reply = co_await http.send(std::move(request), std::move(stop));
    if (!reply) {
        co_return failure(reply.error());
    }
    const auto object = parseJsonObject(reply->body);
    if (!object) {
        co_return failure(object.error());
    }
    QString id;
    const JsonReader root(*object);
    root.forEach("apps"_L1, [&id](const JsonReader &app) { id = app.string("organization_id"_L1); });
    co_return root.result(id);
}

QCoro::Task<Result<Organization>> findOrganization(HttpClient &http, QUrl host, std::stop_token stop)
{
    HttpRequest direct = get(urlOf(host, {u"account"_s, u"organization"_s}));
    auto own = co_await fetch(http, std::move(direct), "organization"_L1, &readOrganization, stop);
    if (own || !isRefusal(own.error())) {
        co_return own;
    }
    QUrl apps = urlOf(host, {u"apps"_s});
    const auto id = co_await organizationOfFirstApp(http, std::move(apps), stop);
    if (!id) {
        co_return failure(id.error().isCancelled() ? id.error() : own.error());
    }
    if (id->isEmpty()) {
        co_return Organization();
    }
    HttpRequest byId = get(urlOf(host, {u"organizations"_s, *id}));
    co_return co_await fetch(http, std::move(byId), "organization"_L1, &readOrganization, stop);
}

} // namespace

ApiClient::ApiClient(HttpClient &http, const QUrl &host) : m_http(http), m_host(host) {}

QCoro::Task<Result<User>> ApiClient::profile(std::stop_token stop)
{
    const QUrl url = urlOf(m_host, {u"account"_s, u"profile"_s});
    return fetch(m_http, get(url), "user"_L1, &readUser, std::move(stop));
}

QCoro::Task<Result<Organization>> ApiClient::currentOrganization(std::stop_token stop)
{
    return findOrganization(m_http, m_host, std::move(stop));
}

QCoro::Task<Result<Organization>> ApiClient::organization(QString id, std::stop_token stop)
{
    const QUrl url = urlOf(m_host, {u"organizations"_s, id});
    return fetch(m_http, get(url), "organization"_L1, &readOrganization, std::move(stop));
}

QCoro::Task<Result<QList<App>>> ApiClient::apps(AppFilter filter, Priority priority, std::stop_token stop)
{
    QUrl url = urlOf(m_host, {u"apps"_s});
    filterBy(url, u"name"_s, filter.name);
    return fetchAll(m_http, listAt(url, "apps"_L1, priority), &readApp, std::move(stop));
}

QCoro::Task<Result<App>> ApiClient::app(QString id, std::stop_token stop)
{
    const QUrl url = urlOf(m_host, {u"apps"_s, id});
    return fetch(m_http, get(url), "app"_L1, &readApp, std::move(stop));
}

QCoro::Task<Result<App>> ApiClient::createApp(NewApp app, std::stop_token stop)
{
    const QUrl url = urlOf(m_host, {u"apps"_s});
    HttpRequest request = withBody("POST", url, toJson(app), Repeatable::Never);
    return fetch(m_http, std::move(request), "app"_L1, &readApp, std::move(stop));
}

QCoro::Task<Result<void>> ApiClient::deleteApp(QString id, std::stop_token stop)
{
    return perform(m_http, remove(urlOf(m_host, {u"apps"_s, id})), std::move(stop));
}

QCoro::Task<Result<QList<Service>>> ApiClient::services(
    ServiceFilter filter, Priority priority, std::stop_token stop)
{
    QUrl url = urlOf(m_host, {u"services"_s});
    filterBy(url, u"app_id"_s, filter.appId);
    filterBy(url, u"name"_s, filter.name);
    for (const auto &type : filter.types) {
        filterBy(url, u"types"_s, type);
    }
    return fetchAll(m_http, listAt(url, "services"_L1, priority), &readService, std::move(stop));
}

QCoro::Task<Result<Service>> ApiClient::service(QString id, Priority priority, std::stop_token stop)
{
    const QUrl url = urlOf(m_host, {u"services"_s, id});
    return fetch(m_http, get(url, priority), "service"_L1, &readService, std::move(stop));
}

QCoro::Task<Result<Service>> ApiClient::createService(NewService service, std::stop_token stop)
{
    const QUrl url = urlOf(m_host, {u"services"_s});
    HttpRequest request = withBody("POST", url, toJson(service), Repeatable::Never);
    return fetch(m_http, std::move(request), "service"_L1, &readService, std::move(stop));
}

QCoro::Task<Result<Service>> ApiClient::updateServiceLifeCycle(
    QString id, ServiceLifeCycle lifeCycle, std::stop_token stop)
{
    const QUrl url = urlOf(m_host, {u"services"_s, id});
    const QJsonObject body{{"life_cycle"_L1, toJson(lifeCycle)}};
    HttpRequest request = withBody("PATCH", url, body, Repeatable::Safely);
    return fetch(m_http, std::move(request), "service"_L1, &readService, std::move(stop));
}

QCoro::Task<Result<void>> ApiClient::deleteService(QString id, std::stop_token stop)
{
    return perform(m_http, remove(urlOf(m_host, {u"services"_s, id})), std::move(stop));
}

QCoro::Task<Result<QList<Deployment>>> ApiClient::deployments(DeploymentFilter filter, std::stop_token stop)
{
    QUrl url = urlOf(m_host, {u"deployments"_s});
    filterBy(url, u"service_id"_s, filter.serviceId);
    return fetchAll(m_http, listAt(url, "deployments"_L1), &readDeployment, std::move(stop));
}

QCoro::Task<Result<Deployment>> ApiClient::deployment(QString id, Priority priority, std::stop_token stop)
{
    const QUrl url = urlOf(m_host, {u"deployments"_s, id});
    return fetch(m_http, get(url, priority), "deployment"_L1, &readDeployment, std::move(stop));
}

QCoro::Task<Result<QList<Instance>>> ApiClient::instances(InstanceFilter filter, std::stop_token stop)
{
    QUrl url = urlOf(m_host, {u"instances"_s});
    filterBy(url, u"service_id"_s, filter.serviceId);
    filterBy(url, u"deployment_id"_s, filter.deploymentId);
    return fetchAll(m_http, listAt(url, "instances"_L1), &readInstance, std::move(stop));
}

QCoro::Task<Result<QList<Region>>> ApiClient::regions(std::stop_token stop)
{
    const QUrl url = urlOf(m_host, {u"catalog"_s, u"regions"_s});
    return fetchAll(m_http, listAt(url, "regions"_L1), &readRegion, std::move(stop));
}

QCoro::Task<Result<QList<InstanceType>>> ApiClient::instanceTypes(std::stop_token stop)
{
    const QUrl url = urlOf(m_host, {u"catalog"_s, u"instances"_s});
    return fetchAll(m_http, listAt(url, "instances"_L1), &readInstanceType, std::move(stop));
}

} // namespace Koyeb
