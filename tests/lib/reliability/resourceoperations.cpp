// SPDX-License-Identifier: Apache-2.0
// The calls about the control plane's other resources.
#include "api/activitiesapi.h"
#include "api/catalogapi.h"
#include "api/credentialsapi.h"
#include "api/domainsapi.h"
#include "api/eventsapi.h"
#include "api/imagesapi.h"
#include "api/logsapi.h"
#include "api/metricsapi.h"
#include "api/organizationsapi.h"
#include "api/projectsapi.h"
#include "api/secretsapi.h"
#include "operations.h"

namespace Koyeb::Reliability {

using namespace Qt::Literals::StringLiterals;

namespace {

/// A call of `Api`. What it needs is made by `make`, which gives an id for the call and the end of its path.
template<typename Api> struct Resource {
    using Calling = std::function<QCoro::Task<Result<void>>(const Api &, const QString &id, std::stop_token)>;
    using Making = std::function<QString(Bench &)>;

    QString className;

    [[nodiscard]] Operation row(
        const QString &name, Nature nature, Reading reading, const QByteArray &method, const QString &path,
        Making make, Calling calling) const
    {
        Operation operation{className + u"::"_s + name, nature, reading};
        operation.prepare = [=](Cell &cell) {
            const auto id = make ? make(cell.bench) : QString();
            const auto target = path.contains(u'%') ? path.arg(id) : path;
            const auto api = std::make_shared<Api>(cell.api.transport());
            return Call{{method, u"/v1"_s + target}, [=](auto stop) {
                            return calling(*api, id, stop);
                        }};
        };
        return operation;
    }
    /// Reads values.
    [[nodiscard]] Operation get(const QString &name, const QString &path, Making make, Calling calling) const
    {
        return row(
            name, Nature::Repeatable, Reading::Values, "GET", path, std::move(make), std::move(calling));
    }
};

QString organization(Bench &bench)
{
    return bench.organizationId();
}
QString box(Bench &bench)
{
    return bench.sandbox().serviceId;
}
QString name(Bench &bench)
{
    return bench.newName();
}

QList<Operation> organizationCalls()
{
    const Resource<OrganizationsApi> of{u"OrganizationsApi"_s};
    return {
        of.get(
            u"organizations"_s, u"/account/organizations"_s, {},
            [](auto &api, auto &, auto stop) { return outcomeOf(api.organizations({}, stop)); }),
        of.get(
            u"quotas"_s, u"/organizations/%1/quotas"_s, organization,
            [](auto &api, auto &id, auto stop) { return outcomeOf(api.quotas(id, stop)); }),
        of.get(
            u"summary"_s, u"/organizations/%1/summary"_s, organization,
            [](auto &api, auto &id, auto stop) { return outcomeOf(api.summary(id, stop)); }),
        of.row(
            u"createAccessToken"_s, Nature::Once, Reading::Values, "POST",
            u"/organizations/%1/access_token"_s, organization,
            [](auto &api, auto &id, auto stop) {
                return outcomeOf(api.createAccessToken(id, std::chrono::hours(1), stop));
            }),
    };
}

QList<Operation> projectCalls()
{
    const Resource<ProjectsApi> of{u"ProjectsApi"_s};
    const auto make = [](Bench &bench) {
        return bench.makeProject();
    };
    return {
        of.get(
            u"projects"_s, u"/projects"_s, {},
            [](auto &api, auto &, auto stop) { return outcomeOf(api.projects({}, stop)); }),
        of.get(
            u"project"_s, u"/projects/%1"_s, [](Bench &bench) { return bench.projectId(); },
            [](auto &api, auto &id, auto stop) { return outcomeOf(api.project(id, stop)); }),
        of.row(
            u"createProject"_s, Nature::Once, Reading::Values, "POST", u"/projects"_s, name,
            [](auto &api, auto &id, auto stop) {
                return outcomeOf(api.createProject({id, {}}, stop));
            }),
        of.row(
            u"updateProject"_s, Nature::Repeatable, Reading::Values, "PATCH", u"/projects/%1"_s, make,
            [](auto &api, auto &id, auto stop) {
                return outcomeOf(api.updateProject(id, {u"renamed"_s, {}}, stop));
            }),
        of.row(
            u"deleteProject"_s, Nature::Repeatable, Reading::Nothing, "DELETE", u"/projects/%1"_s, make,
            [](auto &api, auto &id, auto stop) { return api.deleteProject(id, stop); }),
    };
}

QList<Operation> secretCalls()
{
    const Resource<SecretsApi> of{u"SecretsApi"_s};
    const auto make = [](Bench &bench) {
        return bench.makeSecret();
    };
    const auto one = [](Bench &bench) {
        return bench.secretId();
    };
    return {
        of.get(
            u"secrets"_s, u"/secrets"_s, {},
            [](auto &api, auto &, auto stop) { return outcomeOf(api.secrets({}, stop)); }),
        of.get(
            u"secret"_s, u"/secrets/%1"_s, one,
            [](auto &api, auto &id, auto stop) { return outcomeOf(api.secret(id, stop)); }),
        of.row(
            u"reveal"_s, Nature::Repeatable, Reading::Values, "POST", u"/secrets/%1/reveal"_s, one,
            [](auto &api, auto &id, auto stop) { return outcomeOf(api.reveal(id, stop)); }),
        of.row(
            u"createSecret"_s, Nature::Once, Reading::Values, "POST", u"/secrets"_s, name,
            [](auto &api, auto &id, auto stop) {
                return outcomeOf(api.createSecret({id, u"value"_s}, stop));
            }),
        of.row(
            u"updateSecret"_s, Nature::Repeatable, Reading::Values, "PATCH", u"/secrets/%1"_s, make,
            [](auto &api, auto &id, auto stop) {
                return outcomeOf(api.updateSecret(id, {{}, u"another"_s}, stop));
            }),
        of.row(
            u"deleteSecret"_s, Nature::Repeatable, Reading::Nothing, "DELETE", u"/secrets/%1"_s, make,
            [](auto &api, auto &id, auto stop) { return api.deleteSecret(id, stop); }),
    };
}

QList<Operation> domainCalls()
{
    const Resource<DomainsApi> of{u"DomainsApi"_s};
    const auto make = [](Bench &bench) {
        return bench.makeDomain();
    };
    const auto one = [](Bench &bench) {
        return bench.domainId();
    };
    const auto automatic = [](Bench &bench) {
        const auto app = bench.ask("GET", u"/v1/apps/"_s + bench.makeApp(), {}, u"app"_s);
        return app["domains"_L1].toArray().at(0)["id"_L1].toString();
    };
    return {
        of.get(
            u"domains"_s, u"/domains"_s, {},
            [](auto &api, auto &, auto stop) {
                return outcomeOf(api.domains({{}, {}, {u"CUSTOM"_s}}, stop));
            }),
        of.get(
            u"domain"_s, u"/domains/%1"_s, one,
            [](auto &api, auto &id, auto stop) { return outcomeOf(api.domain(id, stop)); }),
        of.row(
            u"createDomain"_s, Nature::Once, Reading::Values, "POST", u"/domains"_s, name,
            [](auto &api, auto &id, auto stop) {
                return outcomeOf(api.createDomain({id + u".example.org"_s, {}}, stop));
            }),
        of.row(
            u"attachDomain"_s, Nature::Repeatable, Reading::Values, "PATCH", u"/domains/%1"_s, make,
            [](auto &api, auto &id, auto stop) { return outcomeOf(api.attachDomain(id, {}, stop)); }),
        of.row(
            u"renameDomain"_s, Nature::Repeatable, Reading::Values, "PATCH", u"/domains/%1"_s, automatic,
            [](auto &api, auto &id, auto stop) {
                return outcomeOf(api.renameDomain(id, u"renamed-"_s + id.left(8), stop));
            }),
        of.row(
            u"checkSubdomain"_s, Nature::Repeatable, Reading::Nothing, "PATCH", u"/domains/%1"_s, automatic,
            [](auto &api, auto &id, auto stop) {
                return api.checkSubdomain(id, u"renamed-"_s + id.left(8), stop);
            }),
        of.row(
            u"refreshDomain"_s, Nature::Repeatable, Reading::Nothing, "POST", u"/domains/%1/refresh"_s, one,
            [](auto &api, auto &id, auto stop) { return api.refreshDomain(id, stop); }),
        of.row(
            u"deleteDomain"_s, Nature::Repeatable, Reading::Nothing, "DELETE", u"/domains/%1"_s, make,
            [](auto &api, auto &id, auto stop) { return api.deleteDomain(id, stop); }),
    };
}

QList<Operation> otherCalls()
{
    const Resource<CatalogApi> ofCatalog{u"CatalogApi"_s};
    const Resource<LogsApi> ofLogs{u"LogsApi"_s};
    return {
        ofCatalog.get(
            u"usage"_s, u"/catalog/usage"_s, {},
            [](auto &api, auto &, auto stop) { return outcomeOf(api.usage(u"na"_s, stop)); }),
        ofCatalog.get(
            u"datacenters"_s, u"/catalog/datacenters"_s, {},
            [](auto &api, auto &, auto stop) { return outcomeOf(api.datacenters(stop)); }),
        Resource<ActivitiesApi>{u"ActivitiesApi"_s}.get(
            u"activities"_s, u"/activities"_s, {},
            [](auto &api, auto &, auto stop) {
                return outcomeOf(api.activities({{}, 5}, stop));
            }),
        Resource<EventsApi>{u"EventsApi"_s}.get(
            u"events"_s, u"/service_events"_s, box,
            [](auto &api, auto &id, auto stop) {
                return outcomeOf(api.events({EventSubject::Service, id, {}, 5}, stop));
            }),
        Resource<MetricsApi>{u"MetricsApi"_s}.get(
            u"metrics"_s, u"/streams/metrics"_s, box,
            [](auto &api, auto &id, auto stop) {
                MetricQuery query;
                query.metric = Metric::MemoryRss;
                query.serviceId = id;
                return outcomeOf(api.metrics(query, stop));
            }),
        ofLogs.get(
            u"query"_s, u"/streams/logs/query"_s, box,
            [](auto &api, auto &id, auto stop) {
                LogQuery query;
                query.filter.serviceId = id;
                query.limit = 3;
                return outcomeOf(api.query(query, stop));
            }),
        ofLogs.get(
            u"lastLines"_s, u"/streams/logs/query"_s, box,
            [](auto &api, auto &id, auto stop) {
                LogFilter filter;
                filter.serviceId = id;
                return outcomeOf(api.lastLines(filter, 1, 3, stop));
            }),
        Resource<ImagesApi>{u"ImagesApi"_s}.get(
            u"check"_s, u"/docker-helper/verify"_s, {},
            [](auto &api, auto &, auto stop) { return outcomeOf(api.check(u"koyeb/sandbox"_s, {}, stop)); }),
        Resource<CredentialsApi>{u"CredentialsApi"_s}.row(
            u"createCredential"_s, Nature::Once, Reading::Values, "POST", u"/credentials"_s, name,
            [](auto &api, auto &id, auto stop) { return outcomeOf(api.createCredential({id}, stop)); }),
    };
}

} // namespace

QList<Operation> resourceOperations()
{
    return organizationCalls() + projectCalls() + secretCalls() + domainCalls() + otherCalls();
}

} // namespace Koyeb::Reliability
