// SPDX-License-Identifier: Apache-2.0
#include "apicalls.h"

#include "api/activitiesapi.h"
#include "api/catalogapi.h"
#include "api/domainsapi.h"
#include "api/eventsapi.h"
#include "api/imagesapi.h"
#include "api/logsapi.h"
#include "api/metricsapi.h"
#include "api/organizationsapi.h"
#include "api/projectsapi.h"
#include "api/secretsapi.h"
#include "support/await.h"

namespace Koyeb::Test {

using namespace Qt::Literals::StringLiterals;

namespace {

/// Makes the call's request; the reply says nothing, which most calls do not like and which does not matter
/// here.
template<typename Task> void make(Task &&task)
{
    (void)await(std::forward<Task>(task));
}

LogQuery everyLogFilter()
{
    LogQuery query;
    query.filter = {u"s"_s, u"d"_s, {u"i"_s}, u"a"_s, u"build"_s, {u"stdout"_s}, {u"fra"_s}, u"t"_s, u"r"_s};
    query.start = 1;
    query.end = 2;
    return query;
}

InstanceFilter everyInstanceFilter()
{
    InstanceFilter filter{u"s"_s, u"d"_s, u"a"_s, {u"HEALTHY"_s}, 5, u"l"_s, 0};
    filter.runningSince = QDateTime::fromSecsSinceEpoch(1);
    filter.runningUntil = QDateTime::fromSecsSinceEpoch(2);
    filter.order = ListOrder::OldestFirst;
    return filter;
}

MetricQuery everyMetricFilter()
{
    const QDateTime time = QDateTime::fromSecsSinceEpoch(1);
    return {Metric::MemoryRss, u"s"_s, {}, time, time, std::chrono::minutes(1)};
}

QList<ApiCall> clientCalls()
{
    const QString id = u"x"_s;
    return {
        {"profile",
         [](ApiClient &api) {
             make(api.profile({}));
         }},
        {"current organization",
         [](ApiClient &api) {
             make(api.currentOrganization({}));
         }},
        {"organization",
         [=](ApiClient &api) {
             make(api.organization(id, {}));
         }},
        {"apps",
         [=](ApiClient &api) {
             make(api.apps({id, id}, Priority::Foreground, {}));
         }},
        {"app",
         [=](ApiClient &api) {
             make(api.app(id, {}));
         }},
        {"createApp",
         [=](ApiClient &api) {
             make(api.createApp({id}, {}));
         }},
        {"updateApp",
         [=](ApiClient &api) {
             make(api.updateApp(id, {id, true}, {}));
         }},
        {"deleteApp",
         [=](ApiClient &api) {
             make(api.deleteApp(id, {}));
         }},
        {"pauseApp",
         [=](ApiClient &api) {
             make(api.pauseApp(id, {}));
         }},
        {"resumeApp",
         [=](ApiClient &api) {
             make(api.resumeApp(id, {}));
         }},
        {"services",
         [=](ApiClient &api) {
             const QStringList some{id};
             make(api.services({id, id, some, some, some, id}, Priority::Foreground, {}));
         }},
        {"service",
         [=](ApiClient &api) {
             make(api.service(id, Priority::Foreground, {}));
         }},
        {"createService",
         [](ApiClient &api) {
             make(api.createService({}, {}));
         }},
        {"checkNewService",
         [](ApiClient &api) {
             make(api.checkNewService({}, {}));
         }},
        {"updateServiceLifeCycle",
         [=](ApiClient &api) {
             make(api.updateServiceLifeCycle(id, {}, {}));
         }},
        {"updateService",
         [=](ApiClient &api) {
             make(api.updateService(id, {}, {}));
         }},
        {"checkServiceUpdate",
         [=](ApiClient &api) {
             make(api.checkServiceUpdate(id, {}, {}));
         }},
        {"pauseService",
         [=](ApiClient &api) {
             make(api.pauseService(id, {}));
         }},
        {"resumeService",
         [=](ApiClient &api) {
             make(api.resumeService(id, {true, true}, {}));
         }},
        {"redeployService",
         [=](ApiClient &api) {
             make(api.redeployService(id, {{true, true}, id, id}, {}));
         }},
        {"deleteService",
         [=](ApiClient &api) {
             make(api.deleteService(id, {}));
         }},
        {"deployments",
         [=](ApiClient &api) {
             make(api.deployments({id, id, {u"HEALTHY"_s}, 5}, {}));
         }},
        {"deployment",
         [=](ApiClient &api) {
             make(api.deployment(id, Priority::Foreground, {}));
         }},
        {"cancelDeployment",
         [=](ApiClient &api) {
             make(api.cancelDeployment(id, {}));
         }},
        {"instances",
         [=](ApiClient &api) {
             make(api.instances(everyInstanceFilter(), {}));
         }},
        {"instance",
         [=](ApiClient &api) {
             make(api.instance(id, {}));
         }},
        {"regions",
         [](ApiClient &api) {
             make(api.regions({}));
         }},
        {"region",
         [=](ApiClient &api) {
             make(api.region(id, {}));
         }},
        {"instance type",
         [=](ApiClient &api) {
             make(api.instanceType(id, {}));
         }},
        {"instance types",
         [](ApiClient &api) {
             make(api.instanceTypes({}));
         }},
    };
}

QList<ApiCall> resourceCalls()
{
    const QString id = u"x"_s;
    const auto events = [id](EventSubject subject) {
        return [id, subject](ApiClient &api) {
            make(EventsApi(api.transport()).events({subject, id, {u"T"_s}}, {}));
        };
    };
    return {
        {"projects",
         [=](ApiClient &api) {
             make(ProjectsApi(api.transport()).projects({id}, {}));
         }},
        {"project",
         [=](ApiClient &api) {
             make(ProjectsApi(api.transport()).project(id, {}));
         }},
        {"createProject",
         [](ApiClient &api) {
             make(ProjectsApi(api.transport()).createProject({}, {}));
         }},
        {"updateProject",
         [=](ApiClient &api) {
             make(ProjectsApi(api.transport()).updateProject(id, {}, {}));
         }},
        {"deleteProject",
         [=](ApiClient &api) {
             make(ProjectsApi(api.transport()).deleteProject(id, {}));
         }},
        {"organizations",
         [=](ApiClient &api) {
             make(OrganizationsApi(api.transport()).organizations({id, {id}}, {}));
         }},
        {"createAccessToken",
         [=](ApiClient &api) {
             make(OrganizationsApi(api.transport()).createAccessToken(id, std::chrono::hours(1), {}));
         }},
        {"quotas",
         [=](ApiClient &api) {
             make(OrganizationsApi(api.transport()).quotas(id, {}));
         }},
        {"summary",
         [=](ApiClient &api) {
             make(OrganizationsApi(api.transport()).summary(id, {}));
         }},
        {"usage",
         [=](ApiClient &api) {
             make(CatalogApi(api.transport()).usage(id, {}));
         }},
        {"datacenters",
         [](ApiClient &api) {
             make(CatalogApi(api.transport()).datacenters({}));
         }},
        {"secrets",
         [=](ApiClient &api) {
             make(SecretsApi(api.transport()).secrets({id, {id}, id}, {}));
         }},
        {"secret",
         [=](ApiClient &api) {
             make(SecretsApi(api.transport()).secret(id, {}));
         }},
        {"createSecret",
         [](ApiClient &api) {
             make(SecretsApi(api.transport()).createSecret({}, {}));
         }},
        {"updateSecret",
         [=](ApiClient &api) {
             make(SecretsApi(api.transport()).updateSecret(id, {}, {}));
         }},
        {"deleteSecret",
         [=](ApiClient &api) {
             make(SecretsApi(api.transport()).deleteSecret(id, {}));
         }},
        {"reveal",
         [=](ApiClient &api) {
             make(SecretsApi(api.transport()).reveal(id, {}));
         }},
        {"domains",
         [=](ApiClient &api) {
             make(DomainsApi(api.transport()).domains({{id}, id, {id}, {id}, id}, {}));
         }},
        {"domain",
         [=](ApiClient &api) {
             make(DomainsApi(api.transport()).domain(id, {}));
         }},
        {"createDomain",
         [](ApiClient &api) {
             make(DomainsApi(api.transport()).createDomain({}, {}));
         }},
        {"attachDomain",
         [=](ApiClient &api) {
             make(DomainsApi(api.transport()).attachDomain(id, id, {}));
         }},
        {"renameDomain",
         [=](ApiClient &api) {
             make(DomainsApi(api.transport()).renameDomain(id, id, {}));
         }},
        {"checkSubdomain",
         [=](ApiClient &api) {
             make(DomainsApi(api.transport()).checkSubdomain(id, id, {}));
         }},
        {"refreshDomain",
         [=](ApiClient &api) {
             make(DomainsApi(api.transport()).refreshDomain(id, {}));
         }},
        {"deleteDomain",
         [=](ApiClient &api) {
             make(DomainsApi(api.transport()).deleteDomain(id, {}));
         }},
        {"events of an app", events(EventSubject::App)},
        {"events of a service", events(EventSubject::Service)},
        {"events of a deployment", events(EventSubject::Deployment)},
        {"events of an instance", events(EventSubject::Instance)},
        {"activities",
         [=](ApiClient &api) {
             make(ActivitiesApi(api.transport()).activities({{id}, 5}, {}));
         }},
        {"image check",
         [=](ApiClient &api) {
             make(ImagesApi(api.transport()).check(id, id, {}));
         }},
        {"metrics",
         [](ApiClient &api) {
             make(MetricsApi(api.transport()).metrics(everyMetricFilter(), {}));
         }},
        {"metrics of an instance",
         [=](ApiClient &api) {
             MetricQuery query;
             query.instanceId = id;
             make(MetricsApi(api.transport()).metrics(query, {}));
         }},
        {"logs",
         [](ApiClient &api) {
             make(LogsApi(api.transport()).query(everyLogFilter(), {}));
         }},
    };
}

} // namespace

QList<ApiCall> apiCalls()
{
    return clientCalls() + resourceCalls();
}

} // namespace Koyeb::Test
