// SPDX-License-Identifier: Apache-2.0
#include "api/activitiesapi.h"
#include "api/catalogapi.h"
#include "api/credentialsapi.h"
#include "api/domainsapi.h"
#include "api/eventsapi.h"
#include "api/imagesapi.h"
#include "api/metricsapi.h"
#include "api/organizationsapi.h"
#include "api/projectsapi.h"
#include "api/secretsapi.h"
#include "apifixture.h"
#include "support/await.h"

#include <QTest>

using namespace Koyeb;
using namespace Koyeb::Test;
using namespace Qt::Literals::StringLiterals;

/// The resources around the sandboxes. The form of all their values is test_openapi's.
class TestResources : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void keepsProjects()
    {
        ApiFixture fixture(R"({"project": {"id": "p1", "name": "one", "service_count": "3"},
            "projects": [{"id": "p1", "name": "one", "service_count": "3"}], "limit": 100, "offset": 0})");
        const ProjectsApi projects(fixture.api.transport());
        const auto all = await(projects.projects({u"one"_s}, {}));
        QVERIFY(all && *all);
        QCOMPARE((*all)->value(0).serviceCount, 3);
        QCOMPARE(fixture.line(), QByteArray("GET /v1/projects"));
        QCOMPARE(fixture.queryItems(u"name"_s), QStringList{u"one"_s});
        QVERIFY(await(projects.project(u"p1"_s, {})).value());
        QCOMPARE(fixture.line(), QByteArray("GET /v1/projects/p1"));
        QVERIFY(await(projects.createProject({u"one"_s, u"first"_s}, {})).value());
        QCOMPARE(fixture.line(), QByteArray("POST /v1/projects"));
        QCOMPARE(fixture.body(), parsed(R"({"name": "one", "description": "first"})"));
        QVERIFY(await(projects.updateProject(u"p1"_s, {u"two"_s, {}}, {})).value());
        QCOMPARE(fixture.line(), QByteArray("PATCH /v1/projects/p1"));
        QCOMPARE(fixture.body(), parsed(R"({"name": "two", "description": ""})"));
        QVERIFY(await(projects.deleteProject(u"p1"_s, {})).value());
        QCOMPARE(fixture.line(), QByteArray("DELETE /v1/projects/p1"));
    }

    void switchesTheOrganization()
    {
        ApiFixture fixture(R"({"organizations": [{"id": "o1", "name": "acme", "status": "ACTIVE",
            "default_project_id": "p1"}], "has_next": false, "token": "the-token"})");
        const OrganizationsApi organizations(fixture.api.transport());
        const auto all = await(organizations.organizations({u"ac"_s, {u"ACTIVE"_s}}, {}));
        QVERIFY(all && *all);
        QCOMPARE((*all)->value(0).defaultProjectId, u"p1"_s);
        QCOMPARE(fixture.line(), QByteArray("GET /v1/account/organizations"));
        QCOMPARE(fixture.queryItems(u"search"_s), QStringList{u"ac"_s});
        QCOMPARE(fixture.queryItems(u"statuses"_s), QStringList{u"ACTIVE"_s});
        const auto token = await(organizations.createAccessToken(u"o1"_s, std::chrono::hours(2), {}));
        QVERIFY(token && *token);
        QCOMPARE(**token, u"the-token"_s);
        QCOMPARE(fixture.line(), QByteArray("POST /v1/organizations/o1/access_token"));
        QCOMPARE(fixture.body(), parsed(R"({"validity": "7200s"})"));
    }

    void knowsTheLimitsOfAnOrganization()
    {
        ApiFixture fixture(R"({"quotas": {"services": "100", "memory_mb": "65536", "logs_retention": 7,
            "max_instances_by_type": {"micro": "10", "large": "0"}, "regions": ["fra"],
            "persistent_volumes_by_region": {"was": {"max_total_size": 100}},
            "scale_to_zero": {"is_deep_sleep_enabled": true, "deep_sleep_idle_delay_min": 300},
            "lifecycle": {"delete_after_create_max": 86400}}})");
        const auto quotas = await(OrganizationsApi(fixture.api.transport()).quotas(u"o1"_s, {}));
        QVERIFY(quotas && *quotas);
        QCOMPARE(fixture.line(), QByteArray("GET /v1/organizations/o1/quotas"));
        const Quotas &value = **quotas;
        QCOMPARE(value.services, 100);
        QCOMPARE(value.memoryMegabytes, 65536);
        QCOMPARE(value.logsRetentionDays, 7);
        QCOMPARE(value.instancesByType.value(u"micro"_s), 10);
        QCOMPARE(value.volumes.value(u"was"_s).maximumTotalSize, 100);
        QVERIFY(value.scaleToZero.isDeepSleepEnabled);
        QCOMPARE(value.scaleToZero.deepSleepMinimumSeconds, 300);
        QCOMPARE(value.lifeCycle.deleteAfterCreateMaximumSeconds, 86400);
    }

    void countsWhatAnOrganizationHas()
    {
        ApiFixture fixture(
            R"({"summary": {"instances": {"total": "3", "by_type": {"micro": "2", "nano": "1"}},
            "services": {"SANDBOX": {"total": "2", "by_status": {"HEALTHY": "2"}}},
            "members": {"total": "1"}}})");
        const auto summary = await(OrganizationsApi(fixture.api.transport()).summary(u"o1"_s, {}));
        QVERIFY(summary && *summary);
        QCOMPARE(fixture.line(), QByteArray("GET /v1/organizations/o1/summary"));
        QCOMPARE((*summary)->instances.total, 3);
        QCOMPARE((*summary)->instances.parts.value(u"micro"_s), 2);
        QCOMPARE((*summary)->services.value(u"SANDBOX"_s).parts.value(u"HEALTHY"_s), 2);
        QCOMPARE((*summary)->members.total, 1);
    }

    void namesThePathIntoAMap_data()
    {
        QTest::addColumn<QByteArray>("reply");
        QTest::addColumn<QString>("path");
        QTest::newRow("number") << QByteArray(R"({"summary": {"apps": {"by_status": {"HEALTHY": "many"}}}})")
                                << u"$.summary.apps.by_status.HEALTHY is not a whole number"_s;
        QTest::newRow("object") << QByteArray(R"({"summary": {"services": {"WEB": 5}}})")
                                << u"$.summary.services.WEB is not an object"_s;
    }
    void namesThePathIntoAMap()
    {
        QFETCH(const QByteArray, reply);
        QFETCH(const QString, path);
        ApiFixture fixture(reply);
        const auto summary = await(OrganizationsApi(fixture.api.transport()).summary(u"o1"_s, {}));
        QVERIFY(summary && !*summary);
        QVERIFY2(summary->error().message.contains(path), qPrintable(summary->error().message));
    }

    void knowsWhatCanBeHad()
    {
        ApiFixture fixture(R"({"usage": {"instances": {"micro": {"availability": "HIGH",
            "regions": {"fra": {"availability": "LOW"}, "was": {"availability": "NEW"}}}}},
            "datacenters": [{"id": "par1", "region_id": "par", "domain": "par1.example", "regions": ["eu"]}]})");
        const CatalogApi catalog(fixture.api.transport());
        const auto usage = await(catalog.usage(u"fra"_s, {}));
        QVERIFY(usage && *usage);
        QCOMPARE(fixture.line(), QByteArray("GET /v1/catalog/usage"));
        QCOMPARE(fixture.queryItems(u"region"_s), QStringList{u"fra"_s});
        const InstanceAvailability micro = (*usage)->value(u"micro"_s);
        QCOMPARE(micro.overall, Availability::High);
        QCOMPARE(micro.regions.value(u"fra"_s), Availability::Low);
        QCOMPARE(micro.regions.value(u"was"_s), Availability::Unknown);
        const auto datacenters = await(catalog.datacenters({}));
        QVERIFY(datacenters && *datacenters);
        QCOMPARE(fixture.line(), QByteArray("GET /v1/catalog/datacenters"));
        QCOMPARE((*datacenters)->value(0).domain, u"par1.example"_s);
    }

    void createsASecret_data()
    {
        QTest::addColumn<NewSecret>("secret");
        QTest::addColumn<QByteArray>("body");
        const auto row = [](const char *name, const SecretContent &content, const QByteArray &rest) {
            QTest::newRow(name) << NewSecret{u"mine"_s, content}
                                << QByteArray(R"({"name": "mine", )" + rest + '}');
        };
        const auto account = [](RegistryKind kind) {
            RegistryAccount filled;
            filled.kind = kind;
            filled.username = u"u"_s;
            filled.password = u"p"_s;
            return filled;
        };
        const QByteArray user = R"({"username": "u", "password": "p"})";
        const auto registry = [](const QByteArray &member) {
            return QByteArray(R"("type": "REGISTRY", ")" + member + R"(": )");
        };
        row("text", u"v"_s, R"("type": "SIMPLE", "value": "v")");
        row("empty text", QString(), R"("type": "SIMPLE", "value": "")");
        row("Docker Hub", account(RegistryKind::DockerHub), registry("docker_hub_registry") + user);
        row("DigitalOcean", account(RegistryKind::DigitalOcean), registry("digital_ocean_registry") + user);
        row("GitHub", account(RegistryKind::GitHub), registry("github_registry") + user);
        row("GitLab", account(RegistryKind::GitLab), registry("gitlab_registry") + user);
        RegistryAccount azure = account(RegistryKind::Azure);
        azure.registryName = u"r"_s;
        row("Azure", azure,
            registry("azure_container_registry") +
                R"({"registry_name": "r", "username": "u", "password": "p"})");
        RegistryAccount other = account(RegistryKind::Private);
        other.url = u"r.example"_s;
        row("private", other,
            registry("private_registry") + R"({"url": "r.example", "username": "u", "password": "p"})");
        RegistryAccount google;
        google.kind = RegistryKind::Google;
        google.url = u"gcr.io"_s;
        google.keyFile = u"{}"_s;
        row("Google", google,
            registry("gcp_container_registry") + R"({"url": "gcr.io", "keyfile_content": "{}"})");
    }
    void createsASecret()
    {
        QFETCH(const NewSecret, secret);
        QFETCH(const QByteArray, body);
        ApiFixture fixture(R"({"secret": {"id": "x1", "name": "mine", "type": "SIMPLE", "value": "v"}})");
        const auto created = await(SecretsApi(fixture.api.transport()).createSecret(secret, {}));
        QVERIFY(created && *created);
        QCOMPARE(fixture.line(), QByteArray("POST /v1/secrets"));
        QCOMPARE(fixture.body(), parsed(body));
    }

    void keepsSecrets()
    {
        ApiFixture fixture(R"({"secret": {"id": "x1"}, "count": 2, "secrets": [
            {"id": "x1", "name": "text", "type": "SIMPLE", "project_id": "p1", "value": "clear"},
            {"id": "x2", "name": "hub", "type": "REGISTRY",
             "private_registry": {"username": "u", "password": "clear", "url": "r.example"}}]})");
        const SecretsApi secrets(fixture.api.transport());
        const auto all = await(secrets.secrets({u"e"_s, {u"SIMPLE"_s, u"REGISTRY"_s}}, {}));
        QVERIFY(all && *all);
        QCOMPARE(fixture.line(), QByteArray("GET /v1/secrets"));
        QCOMPARE(fixture.queryItems(u"types"_s), (QStringList{u"SIMPLE"_s, u"REGISTRY"_s}));
        QCOMPARE((*all)->value(0).type, SecretType::Simple);
        QCOMPARE((*all)->value(0).projectId, u"p1"_s);
        const auto registry = (*all)->value(1).registry;
        QVERIFY(registry);
        QCOMPARE(registry->kind, RegistryKind::Private);
        QCOMPARE(registry->url, u"r.example"_s);
        QVERIFY(registry->password.isEmpty()); // Even where the server tells it.
        QVERIFY(await(secrets.secret(u"x1"_s, {})).value());
        QCOMPARE(fixture.line(), QByteArray("GET /v1/secrets/x1"));
        QVERIFY(await(secrets.deleteSecret(u"x1"_s, {})).value());
        QCOMPARE(fixture.line(), QByteArray("DELETE /v1/secrets/x1"));
    }

    void changesOfASecretWhatIsToBeDifferent()
    {
        ApiFixture fixture(R"({"secret": {"id": "x1"}})");
        const SecretsApi secrets(fixture.api.transport());
        SecretChange rename;
        rename.name = u"new"_s;
        QVERIFY(await(secrets.updateSecret(u"x1"_s, rename, {})).value());
        QCOMPARE(fixture.line(), QByteArray("PATCH /v1/secrets/x1"));
        QCOMPARE(fixture.body(), parsed(R"({"name": "new"})"));
        SecretChange change;
        change.content = u"v2"_s;
        QVERIFY(await(secrets.updateSecret(u"x1"_s, change, {})).value());
        QCOMPARE(fixture.body(), parsed(R"({"type": "SIMPLE", "value": "v2"})"));
    }

    void revealsASecret_data()
    {
        QTest::addColumn<QByteArray>("reply");
        QTest::addColumn<RevealedSecret>("secret");
        const RevealedSecret account{{}, {{u"username"_s, u"u"_s}, {u"password"_s, u"p"_s}}};
        QTest::newRow("text") << QByteArray(R"({"value": "v"})") << RevealedSecret{u"v"_s, {}};
        QTest::newRow("account") << QByteArray(R"({"value": {"username": "u", "password": "p"}})") << account;
        QTest::newRow("account below its kind")
            << QByteArray(R"({"value": {"github_registry": {"username": "u", "password": "p"}}})") << account;
    }
    void revealsASecret()
    {
        QFETCH(const QByteArray, reply);
        QFETCH(const RevealedSecret, secret);
        ApiFixture fixture(reply);
        const auto revealed = await(SecretsApi(fixture.api.transport()).reveal(u"x1"_s, {}));
        QVERIFY(revealed && *revealed);
        QVERIFY(**revealed == secret);
        QCOMPARE(fixture.line(), QByteArray("POST /v1/secrets/x1/reveal"));
        QCOMPARE(fixture.server.requests().last().body, QByteArray("{}"));
    }

    void keepsSecretsOutOfErrors()
    {
        ApiFixture fixture(R"({"value": ["geheim"]})");
        const auto revealed = await(SecretsApi(fixture.api.transport()).reveal(u"x1"_s, {}));
        QVERIFY(revealed && !*revealed);
        QCOMPARE(revealed->error().kind, ErrorKind::Protocol);
        QVERIFY(!revealed->error().message.contains(u"geheim"_s));
    }

    void keepsDomains()
    {
        ApiFixture fixture(R"({"domain": {"id": "n1"}, "count": 1, "domains": [{"id": "n1",
            "name": "x.example", "status": "PENDING", "intended_cname": "abc.cname.example"}]})");
        const DomainsApi domains(fixture.api.transport());
        const auto all = await(domains.domains({QStringList{u"a1"_s, u"a2"_s}, u"x"_s}, {}));
        QVERIFY(all && *all);
        QCOMPARE(fixture.queryItems(u"app_ids"_s), (QStringList{u"a1"_s, u"a2"_s}));
        QCOMPARE((*all)->value(0).intendedCname, u"abc.cname.example"_s);
        QVERIFY(await(domains.domain(u"n1"_s, {})).value());
        QCOMPARE(fixture.line(), QByteArray("GET /v1/domains/n1"));
        QVERIFY(await(domains.createDomain({u"x.example"_s, {}}, {})).value());
        QCOMPARE(fixture.line(), QByteArray("POST /v1/domains"));
        QCOMPARE(fixture.body(), parsed(R"({"name": "x.example", "type": "CUSTOM"})"));
        QVERIFY(await(domains.attachDomain(u"n1"_s, {}, {})).value());
        QCOMPARE(fixture.line(), QByteArray("PATCH /v1/domains/n1"));
        QCOMPARE(fixture.body(), parsed(R"({"app_id": ""})"));
        QVERIFY(await(domains.renameDomain(u"n1"_s, u"acme"_s, {})).value());
        QCOMPARE(fixture.line(), QByteArray("PATCH /v1/domains/n1"));
        QCOMPARE(fixture.body(), parsed(R"({"subdomain": "acme"})"));
        QCOMPARE(fixture.queryItems(u"dry_run"_s), QStringList());
        QVERIFY(await(domains.checkSubdomain(u"n1"_s, u"acme"_s, {})).value());
        QCOMPARE(fixture.line(), QByteArray("PATCH /v1/domains/n1"));
        QCOMPARE(fixture.body(), parsed(R"({"subdomain": "acme"})"));
        QCOMPARE(fixture.queryItems(u"dry_run"_s), QStringList{u"true"_s});
        QVERIFY(await(domains.refreshDomain(u"n1"_s, {})).value());
        QCOMPARE(fixture.line(), QByteArray("POST /v1/domains/n1/refresh"));
        QVERIFY(await(domains.deleteDomain(u"n1"_s, {})).value());
        QCOMPARE(fixture.line(), QByteArray("DELETE /v1/domains/n1"));
    }

    void tellsWhatHappened_data()
    {
        QTest::addColumn<EventSubject>("subject");
        QTest::addColumn<QByteArray>("kind");
        QTest::addColumn<QString>("filter");
        QTest::newRow("app") << EventSubject::App << QByteArray("app") << u"app_id"_s;
        QTest::newRow("service") << EventSubject::Service << QByteArray("service") << u"service_id"_s;
        QTest::newRow("deployment") << EventSubject::Deployment << QByteArray("deployment")
                                    << u"deployment_id"_s;
        QTest::newRow("instance") << EventSubject::Instance << QByteArray("instance") << u"instance_ids"_s;
    }
    void tellsWhatHappened()
    {
        QFETCH(const EventSubject, subject);
        QFETCH(const QByteArray, kind);
        QFETCH(const QString, filter);
        ApiFixture fixture(
            R"({"events": [{"id": "e1", "when": "2026-11-22T10:00:00Z", ")" + kind +
            R"(_id": "t1", "type": "PAUSED", "message": "Paused", "metadata": {"a": 1}}],
            "has_next": false, "order": "desc"})");
        EventFilter wanted;
        wanted.subject = subject;
        wanted.subjectId = u"t1"_s;
        const auto events = await(EventsApi(fixture.api.transport()).events(wanted, {}));
        QVERIFY(events && *events);
        QCOMPARE(fixture.line(), QByteArray("GET /v1/" + kind + "_events"));
        QCOMPARE(fixture.queryItems(filter), QStringList{u"t1"_s});
        QCOMPARE(fixture.queryItems(u"order"_s), QStringList{u"desc"_s});
        const Event event = (*events)->value(0);
        QCOMPARE(event.subjectId, u"t1"_s);
        QCOMPARE(event.message, u"Paused"_s);
        QCOMPARE(event.metadata, parsed(R"({"a": 1})"));
    }

    void tellsWhoDidWhat()
    {
        ApiFixture fixture(R"({"activities": [{"id": "1", "verb": "autoscaled",
            "actor": {"id": "u1", "name": "ann", "type": "user"},
            "object": {"id": "s1", "name": "box", "type": "service", "deleted": true},
            "metadata": {"count": 0}}], "has_next": true})");
        ActivityFilter filter;
        filter.types = QStringList{u"service"_s};
        filter.atMost = 1;
        const auto activities = await(ActivitiesApi(fixture.api.transport()).activities(filter, {}));
        QVERIFY(activities && *activities);
        QCOMPARE(fixture.line(), QByteArray("GET /v1/activities"));
        QCOMPARE(fixture.queryItems(u"types"_s), filter.types);
        const Activity activity = (*activities)->value(0);
        QCOMPARE(activity.actor.name, u"ann"_s);
        QVERIFY(activity.object.deleted);
        QCOMPARE(activity.metadata, parsed(R"({"count": 0})"));
    }

    void makesAnApiToken()
    {
        ApiFixture fixture(R"({"credential": {"id": "c1", "name": "desk", "token": "t"}})");
        NewCredential wanted;
        wanted.name = u"desk"_s;
        wanted.type = NewCredential::Type::Organization;
        wanted.organizationId = u"o1"_s;
        const auto credential = await(CredentialsApi(fixture.api.transport()).createCredential(wanted, {}));
        QVERIFY(credential && *credential);
        QCOMPARE((*credential)->token, u"t"_s);
        QCOMPARE(fixture.line(), QByteArray("POST /v1/credentials"));
        QCOMPARE(
            fixture.body(), parsed(R"({"name": "desk", "type": "ORGANIZATION", "organization_id": "o1"})"));
        fixture.answerWith(R"({"credential": {"id": "c1"}})");
        const auto without = await(CredentialsApi(fixture.api.transport()).createCredential({u"x"_s}, {}));
        QVERIFY(without && !*without);
        QCOMPARE(fixture.body(), parsed(R"({"name": "x", "type": "USER"})"));
    }

    void checksAnImage()
    {
        ApiFixture fixture(R"({"success": false, "reason": "not found", "code": "ANON_NOT_FOUND"})");
        const auto check =
            await(ImagesApi(fixture.api.transport()).check(u" ghcr.io/a/b:1+x "_s, u"x1"_s, {}));
        QVERIFY(check && *check);
        QVERIFY((**check == ImageCheck{false, u"ANON_NOT_FOUND"_s, u"not found"_s}));
        QCOMPARE(fixture.line(), QByteArray("GET /v1/docker-helper/verify"));
        QCOMPARE(fixture.queryItems(u"image"_s), QStringList{u"ghcr.io/a/b:1+x"_s});
        QCOMPARE(fixture.queryItems(u"secret_id"_s), QStringList{u"x1"_s});
    }

    void measures()
    {
        ApiFixture fixture(R"({"metrics": [{"labels": {"instance_id": "i1"}, "samples": [
            {"timestamp": "2026-11-22T10:00:00Z", "value": 12.5}, {"timestamp": "2026-11-22T10:01:00Z", "value": null},
            {"timestamp": "2026-11-22T10:02:00Z"}, {"timestamp": "2026-11-22T10:03:00Z", "value": "NaN"},
            {"timestamp": "2026-11-22T10:04:00Z", "value": 0}]}]})");
        MetricQuery query;
        query.metric = Metric::MemoryRss;
        query.serviceId = u"s1"_s;
        query.start = QDateTime(QDate(2026, 11, 22), QTime(10, 0), Qt::UTC);
        query.step = std::chrono::minutes(1);
        const auto metrics = await(MetricsApi(fixture.api.transport()).metrics(query, {}));
        QVERIFY(metrics && *metrics);
        QCOMPARE(fixture.line(), QByteArray("GET /v1/streams/metrics"));
        QCOMPARE(fixture.queryItems(u"name"_s), QStringList{u"MEM_RSS"_s});
        QCOMPARE(fixture.queryItems(u"service_id"_s), QStringList{u"s1"_s});
        QCOMPARE(fixture.queryItems(u"start"_s), QStringList{u"2026-11-22T10:00:00.000Z"_s});
        QCOMPARE(fixture.queryItems(u"step"_s), QStringList{u"1m"_s});
        QVERIFY(fixture.queryItems(u"end"_s).isEmpty());
        const MetricSeries series = (*metrics)->value(0);
        QCOMPARE(series.labels.value(u"instance_id"_s), u"i1"_s);
        QList<std::optional<double>> values;
        for (const auto &sample : series.samples) {
            values.append(sample.value);
        }
        QVERIFY((values == QList<std::optional<double>>{12.5, {}, {}, {}, 0.0}));
        query.instanceId = u"i1"_s;
        QVERIFY(await(MetricsApi(fixture.api.transport()).metrics(query, {})));
        QVERIFY(fixture.queryItems(u"service_id"_s).isEmpty());
    }
};

QTEST_GUILESS_MAIN(TestResources)
#include "test_resources.moc"
