// SPDX-License-Identifier: Apache-2.0
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
#include "apifixture.h"
#include "support/await.h"

#include <QFile>
#include <QJsonArray>
#include <QRegularExpression>
#include <QTest>

using namespace Koyeb;
using namespace Koyeb::Test;
using namespace Qt::Literals::StringLiterals;

using Call = std::function<void(ApiClient &api)>;
Q_DECLARE_METATYPE(Call)

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

MetricQuery everyMetricFilter()
{
    const QDateTime time = QDateTime::fromSecsSinceEpoch(1);
    return {Metric::MemoryRss, u"s"_s, {}, time, time, std::chrono::minutes(1)};
}

QList<std::pair<const char *, Call>> clientCalls()
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
             make(api.apps({id}, Priority::Foreground, {}));
         }},
        {"app",
         [=](ApiClient &api) {
             make(api.app(id, {}));
         }},
        {"createApp",
         [=](ApiClient &api) {
             make(api.createApp({id}, {}));
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
             make(api.services({id, id, {u"SANDBOX"_s}, {u"HEALTHY"_s}}, Priority::Foreground, {}));
         }},
        {"service",
         [=](ApiClient &api) {
             make(api.service(id, Priority::Foreground, {}));
         }},
        {"createService",
         [](ApiClient &api) {
             make(api.createService({}, {}));
         }},
        {"updateServiceLifeCycle",
         [=](ApiClient &api) {
             make(api.updateServiceLifeCycle(id, {}, {}));
         }},
        {"updateService",
         [=](ApiClient &api) {
             make(api.updateService(id, {}, {}));
         }},
        {"pauseService",
         [=](ApiClient &api) {
             make(api.pauseService(id, {}));
         }},
        {"resumeService",
         [=](ApiClient &api) {
             make(api.resumeService(id, {}));
         }},
        {"redeployService",
         [=](ApiClient &api) {
             make(api.redeployService(id, {}));
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
             make(api.instances({id, id, id, {u"HEALTHY"_s}, 5}, {}));
         }},
        {"instance",
         [=](ApiClient &api) {
             make(api.instance(id, {}));
         }},
        {"regions",
         [](ApiClient &api) {
             make(api.regions({}));
         }},
        {"instance types",
         [](ApiClient &api) {
             make(api.instanceTypes({}));
         }},
    };
}

QList<std::pair<const char *, Call>> resourceCalls()
{
    const QString id = u"x"_s;
    const auto events = [id](EventSubject subject) {
        return [id, subject](ApiClient &api) {
            make(EventsApi(api.transport()).events({subject, id, {u"T"_s}}, {}));
        };
    };
    return {
        {"projects",
         [](ApiClient &api) {
             make(ProjectsApi(api.transport()).projects({}));
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
         [](ApiClient &api) {
             make(OrganizationsApi(api.transport()).organizations({}));
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
             make(SecretsApi(api.transport()).secrets({id, {id}}, {}));
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
             make(DomainsApi(api.transport()).domains({{id}, id, {id}}, {}));
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
        {"logs",
         [](ApiClient &api) {
             make(LogsApi(api.transport()).query(everyLogFilter(), {}));
         }},
    };
}

} // namespace

/// Every call asks for a path that the API's document has, by a method and with query items that it has
/// there. Not in the document: the making of credentials.
class TestOpenApiRequests : public QObject {
    Q_OBJECT

    QJsonObject m_paths;

    /// What the document says about a request to that path; empty when it has none.
    [[nodiscard]] QJsonObject pathItemOf(const QString &path) const
    {
        static const QRegularExpression parameter(u"\\\\\\{[^/]*\\}"_s);
        for (auto item = m_paths.begin(); item != m_paths.end(); ++item) {
            QString pattern = QRegularExpression::escape(item.key());
            pattern.replace("\\/"_L1, "/"_L1).replace(parameter, u"[^/]+"_s);
            if (QRegularExpression(QRegularExpression::anchoredPattern(pattern)).match(path).hasMatch()) {
                return item.value().toObject();
            }
        }
        return {};
    }

private Q_SLOTS:
    void initTestCase()
    {
        QFile file(QFINDTESTDATA("../../../../shared/contract/koyeb-sandbox-openapi.json"));
        if (!file.open(QIODevice::ReadOnly)) {
            QSKIP("The contract's files are not here, so the requests are not compared with them.");
        }
        m_paths = parsed(file.readAll())["paths"_L1].toObject();
    }

    void asksForWhatTheDocumentOffers_data()
    {
        QTest::addColumn<Call>("call");
        for (const auto &[name, call] : clientCalls() + resourceCalls()) {
            QTest::newRow(name) << call;
        }
    }
    void asksForWhatTheDocumentOffers()
    {
        QFETCH(const Call, call);
        ApiFixture fixture;
        call(fixture.api);
        QVERIFY(!fixture.server.requests().isEmpty());
        const auto &request = fixture.server.requests().first();
        const QUrl target = QUrl::fromEncoded(request.target);
        const QJsonObject operation =
            pathItemOf(target.path())[QString::fromLatin1(request.method).toLower()].toObject();
        QVERIFY2(!operation.isEmpty(), fixture.line().constData());
        QStringList offered;
        bool takesBody = false;
        const auto parameters = operation["parameters"_L1].toArray();
        for (const auto &parameter : parameters) {
            offered.append(parameter["in"_L1] == "query"_L1 ? parameter["name"_L1].toString() : QString());
            takesBody = takesBody || parameter["in"_L1] == "body"_L1;
        }
        for (const auto &[key, value] : QUrlQuery(target).queryItems()) {
            QVERIFY2(offered.contains(key), qPrintable(key));
        }
        QVERIFY(!takesBody || !request.body.isEmpty());
    }
};

QTEST_GUILESS_MAIN(TestOpenApiRequests)
#include "test_openapirequests.moc"
