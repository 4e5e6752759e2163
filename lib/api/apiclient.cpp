// SPDX-License-Identifier: Apache-2.0
#include "api/apiclient.h"

#include "api/readers.h"

namespace Koyeb {

using namespace Qt::Literals::StringLiterals;

namespace {

[[nodiscard]] ListRequest listAt(HttpRequest request, QLatin1String member, qsizetype atMost = 0)
{
    return {std::move(request), member, atMost};
}

/// Whether the server understood who asks and does not want to tell them this: what organization tokens get
/// where a user is needed.
[[nodiscard]] bool isRefusal(const Error &error)
{
    return error.kind == ErrorKind::Unauthorized || error.kind == ErrorKind::Forbidden ||
           error.kind == ErrorKind::NotFound || error.kind == ErrorKind::Invalid;
}

[[nodiscard]] QString readOrganizationId(const JsonReader &app)
{
    return app.string("organization_id"_L1);
}

/// The token's own organization; where that is refused, the one that owns the account's first app, empty when
/// there is no app.
QCoro::Task<Result<Organization>> findOrganization(ApiTransport &transport, std::stop_token stop)
{
    HttpRequest direct = transport.get(transport.url({u"account"_s, u"organization"_s}));
    auto own = co_await transport.fetch(std::move(direct), "organization"_L1, &readOrganization, stop);
    if (own || !isRefusal(own.error())) {
        co_return own;
    }
    ListRequest firstApp = listAt(transport.get(transport.url({u"apps"_s})), "apps"_L1, 1);
    const auto owners = co_await transport.fetchAll(std::move(firstApp), &readOrganizationId, stop);
    if (!owners) {
        co_return failure(owners.error().isCancelled() ? owners.error() : own.error());
    }
    const QString id = owners->value(0);
    if (id.isEmpty()) {
        co_return Organization();
    }
    HttpRequest byId = transport.get(transport.url({u"organizations"_s, id}));
    co_return co_await transport.fetch(std::move(byId), "organization"_L1, &readOrganization, stop);
}

} // namespace

ApiClient::ApiClient(HttpClient &http, const QUrl &host) : m_transport(http, host) {}

QCoro::Task<Result<User>> ApiClient::profile(std::stop_token stop)
{
    const QUrl url = m_transport.url({u"account"_s, u"profile"_s});
    return m_transport.fetch(m_transport.get(url), "user"_L1, &readUser, std::move(stop));
}

QCoro::Task<Result<Organization>> ApiClient::currentOrganization(std::stop_token stop)
{
    return findOrganization(m_transport, std::move(stop));
}

QCoro::Task<Result<Organization>> ApiClient::organization(QString id, std::stop_token stop)
{
    const QUrl url = m_transport.url({u"organizations"_s, id});
    return m_transport.fetch(m_transport.get(url), "organization"_L1, &readOrganization, std::move(stop));
}

QCoro::Task<Result<QList<App>>> ApiClient::apps(AppFilter filter, Priority priority, std::stop_token stop)
{
    QUrl url = m_transport.url({u"apps"_s});
    filterBy(url, u"name"_s, filter.name);
    filterBy(url, u"project_id"_s, filter.projectId);
    return m_transport.fetchAll(listAt(m_transport.get(url, priority), "apps"_L1), &readApp, std::move(stop));
}

QCoro::Task<Result<App>> ApiClient::app(QString id, std::stop_token stop)
{
    const QUrl url = m_transport.url({u"apps"_s, id});
    return m_transport.fetch(m_transport.get(url), "app"_L1, &readApp, std::move(stop));
}

QCoro::Task<Result<App>> ApiClient::createApp(NewApp app, std::stop_token stop)
{
    const QUrl url = m_transport.url({u"apps"_s});
    HttpRequest request = m_transport.post(url, toJson(app));
    return m_transport.fetch(std::move(request), "app"_L1, &readApp, std::move(stop));
}

QCoro::Task<Result<App>> ApiClient::updateApp(QString id, AppChange change, std::stop_token stop)
{
    const QUrl url = m_transport.url({u"apps"_s, id});
    HttpRequest request = m_transport.withBody("PATCH", url, toJson(change), Repeatable::Safely);
    return m_transport.fetch(std::move(request), "app"_L1, &readApp, std::move(stop));
}

QCoro::Task<Result<void>> ApiClient::deleteApp(QString id, std::stop_token stop)
{
    return m_transport.perform(m_transport.remove(m_transport.url({u"apps"_s, id})), std::move(stop));
}

QCoro::Task<Result<void>> ApiClient::pauseApp(QString id, std::stop_token stop)
{
    const QUrl url = m_transport.url({u"apps"_s, id, u"pause"_s});
    return m_transport.perform(m_transport.post(url), std::move(stop));
}

QCoro::Task<Result<void>> ApiClient::resumeApp(QString id, std::stop_token stop)
{
    const QUrl url = m_transport.url({u"apps"_s, id, u"resume"_s});
    return m_transport.perform(m_transport.post(url), std::move(stop));
}

QCoro::Task<Result<QList<Service>>> ApiClient::services(
    ServiceFilter filter, Priority priority, std::stop_token stop)
{
    QUrl url = m_transport.url({u"services"_s});
    filterBy(url, u"app_id"_s, filter.appId);
    filterBy(url, u"name"_s, filter.name);
    filterBy(url, u"types"_s, filter.types);
    filterBy(url, u"statuses"_s, filter.statuses);
    filterBy(url, u"regions"_s, filter.regions);
    filterBy(url, u"project_id"_s, filter.projectId);
    return m_transport.fetchAll(
        listAt(m_transport.get(url, priority), "services"_L1), &readService, std::move(stop));
}

QCoro::Task<Result<Service>> ApiClient::service(QString id, Priority priority, std::stop_token stop)
{
    const QUrl url = m_transport.url({u"services"_s, id});
    return m_transport.fetch(m_transport.get(url, priority), "service"_L1, &readService, std::move(stop));
}

QCoro::Task<Result<Service>> ApiClient::createService(NewService service, std::stop_token stop)
{
    const QUrl url = m_transport.url({u"services"_s});
    HttpRequest request = m_transport.post(url, toJson(service));
    return m_transport.fetch(std::move(request), "service"_L1, &readService, std::move(stop));
}

QCoro::Task<Result<void>> ApiClient::checkNewService(NewService service, std::stop_token stop)
{
    QUrl url = m_transport.url({u"services"_s});
    addQueryItem(url, u"dry_run"_s, u"true"_s);
    return m_transport.perform(
        m_transport.withBody("POST", url, toJson(service), Repeatable::Safely), std::move(stop));
}

QCoro::Task<Result<Service>> ApiClient::updateServiceLifeCycle(
    QString id, ServiceLifeCycle lifeCycle, std::stop_token stop)
{
    const QUrl url = m_transport.url({u"services"_s, id});
    const QJsonObject body{{"life_cycle"_L1, toJson(lifeCycle)}};
    HttpRequest request = m_transport.withBody("PATCH", url, body, Repeatable::Safely);
    return m_transport.fetch(std::move(request), "service"_L1, &readService, std::move(stop));
}

QCoro::Task<Result<Service>> ApiClient::updateService(QString id, ServiceUpdate update, std::stop_token stop)
{
    const QUrl url = m_transport.url({u"services"_s, id});
    HttpRequest request = m_transport.withBody("PUT", url, toJson(update), Repeatable::Never);
    return m_transport.fetch(std::move(request), "service"_L1, &readService, std::move(stop));
}

QCoro::Task<Result<void>> ApiClient::checkServiceUpdate(
    QString id, ServiceUpdate update, std::stop_token stop)
{
    QUrl url = m_transport.url({u"services"_s, id});
    addQueryItem(url, u"dry_run"_s, u"true"_s);
    return m_transport.perform(
        m_transport.withBody("PUT", url, toJson(update), Repeatable::Safely), std::move(stop));
}

QCoro::Task<Result<void>> ApiClient::pauseService(QString id, std::stop_token stop)
{
    const QUrl url = m_transport.url({u"services"_s, id, u"pause"_s});
    return m_transport.perform(m_transport.post(url), std::move(stop));
}

QCoro::Task<Result<void>> ApiClient::resumeService(QString id, BuildOptions options, std::stop_token stop)
{
    QUrl url = m_transport.url({u"services"_s, id, u"resume"_s});
    filterBy(url, u"use_cache"_s, options.useCache ? u"true"_s : QString());
    filterBy(url, u"skip_build"_s, options.skipBuild ? u"true"_s : QString());
    return m_transport.perform(m_transport.post(url), std::move(stop));
}

QCoro::Task<Result<Deployment>> ApiClient::redeployService(
    QString id, RedeployOptions options, std::stop_token stop)
{
    const QUrl url = m_transport.url({u"services"_s, id, u"redeploy"_s});
    HttpRequest request = m_transport.post(url, toJson(options));
    return m_transport.fetch(std::move(request), "deployment"_L1, &readDeployment, std::move(stop));
}

QCoro::Task<Result<void>> ApiClient::deleteService(QString id, std::stop_token stop)
{
    return m_transport.perform(m_transport.remove(m_transport.url({u"services"_s, id})), std::move(stop));
}

QCoro::Task<Result<QList<Deployment>>> ApiClient::deployments(DeploymentFilter filter, std::stop_token stop)
{
    QUrl url = m_transport.url({u"deployments"_s});
    filterBy(url, u"app_id"_s, filter.appId);
    filterBy(url, u"service_id"_s, filter.serviceId);
    filterBy(url, u"statuses"_s, filter.statuses);
    ListRequest list = listAt(m_transport.get(url), "deployments"_L1, filter.atMost);
    return m_transport.fetchAll(std::move(list), &readDeployment, std::move(stop));
}

QCoro::Task<Result<Deployment>> ApiClient::deployment(QString id, Priority priority, std::stop_token stop)
{
    const QUrl url = m_transport.url({u"deployments"_s, id});
    return m_transport.fetch(
        m_transport.get(url, priority), "deployment"_L1, &readDeployment, std::move(stop));
}

QCoro::Task<Result<void>> ApiClient::cancelDeployment(QString id, std::stop_token stop)
{
    const QUrl url = m_transport.url({u"deployments"_s, id, u"cancel"_s});
    return m_transport.perform(m_transport.post(url), std::move(stop));
}

QCoro::Task<Result<QList<Instance>>> ApiClient::instances(InstanceFilter filter, std::stop_token stop)
{
    QUrl url = m_transport.url({u"instances"_s});
    filterBy(url, u"app_id"_s, filter.appId);
    filterBy(url, u"service_id"_s, filter.serviceId);
    filterBy(url, u"deployment_id"_s, filter.deploymentId);
    filterBy(url, u"statuses"_s, filter.statuses);
    filterBy(url, u"allocation_id"_s, filter.allocationId);
    filterBy(
        url, u"replica_index"_s, filter.replicaIndex ? QString::number(*filter.replicaIndex) : QString());
    filterBy(url, u"starting_time"_s, filter.runningSince);
    filterBy(url, u"ending_time"_s, filter.runningUntil);
    if (filter.order != ListOrder::Unspecified) {
        addQueryItem(url, u"order"_s, filter.order == ListOrder::OldestFirst ? u"asc"_s : u"desc"_s);
    }
    ListRequest list = listAt(m_transport.get(url), "instances"_L1, filter.atMost);
    return m_transport.fetchAll(std::move(list), &readInstance, std::move(stop));
}

QCoro::Task<Result<Instance>> ApiClient::instance(QString id, std::stop_token stop)
{
    const QUrl url = m_transport.url({u"instances"_s, id});
    return m_transport.fetch(m_transport.get(url), "instance"_L1, &readInstance, std::move(stop));
}

QCoro::Task<Result<QList<Region>>> ApiClient::regions(std::stop_token stop)
{
    const QUrl url = m_transport.url({u"catalog"_s, u"regions"_s});
    return m_transport.fetchAll(listAt(m_transport.get(url), "regions"_L1), &readRegion, std::move(stop));
}

QCoro::Task<Result<Region>> ApiClient::region(QString id, std::stop_token stop)
{
    const QUrl url = m_transport.url({u"catalog"_s, u"regions"_s, id});
    return m_transport.fetch(m_transport.get(url), "region"_L1, &readRegion, std::move(stop));
}

QCoro::Task<Result<QList<InstanceType>>> ApiClient::instanceTypes(std::stop_token stop)
{
    const QUrl url = m_transport.url({u"catalog"_s, u"instances"_s});
    return m_transport.fetchAll(
        listAt(m_transport.get(url), "instances"_L1), &readInstanceType, std::move(stop));
}

QCoro::Task<Result<InstanceType>> ApiClient::instanceType(QString id, std::stop_token stop)
{
    const QUrl url = m_transport.url({u"catalog"_s, u"instances"_s, id});
    return m_transport.fetch(m_transport.get(url), "instance"_L1, &readInstanceType, std::move(stop));
}

} // namespace Koyeb
