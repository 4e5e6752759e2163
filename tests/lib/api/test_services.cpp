// SPDX-License-Identifier: Apache-2.0
#include "api/readers.h"
#include "apifixture.h"
#include "support/await.h"

#include <QJsonArray>
#include <QTest>

using namespace Koyeb;
using namespace Koyeb::Test;
using namespace Qt::Literals::StringLiterals;

using Action = std::function<QCoro::Task<Result<void>>(ApiClient &api)>;
Q_DECLARE_METATYPE(Action)

/// What can be done with services and deployments that are there.
class TestServices : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void acts_data()
    {
        QTest::addColumn<Action>("action");
        QTest::addColumn<QByteArray>("line");
        const auto row = [](const char *name, const Action &action, const QByteArray &line) {
            QTest::newRow(name) << action << line;
        };
        row(
            "pause a service", [](ApiClient &api) { return api.pauseService(u"s1"_s, {}); },
            "POST /v1/services/s1/pause");
        row(
            "resume a service", [](ApiClient &api) { return api.resumeService(u"s1"_s, {}, {}); },
            "POST /v1/services/s1/resume");
        row(
            "cancel a deployment", [](ApiClient &api) { return api.cancelDeployment(u"d1"_s, {}); },
            "POST /v1/deployments/d1/cancel");
        row(
            "pause an app", [](ApiClient &api) { return api.pauseApp(u"a1"_s, {}); },
            "POST /v1/apps/a1/pause");
        row(
            "resume an app", [](ApiClient &api) { return api.resumeApp(u"a1"_s, {}); },
            "POST /v1/apps/a1/resume");
    }
    void acts()
    {
        QFETCH(const Action, action);
        QFETCH(const QByteArray, line);
        ApiFixture fixture;
        const auto done = await(action(fixture.api));
        QVERIFY(done && *done);
        QCOMPARE(fixture.line(), line);

        fixture.answerWith(R"({"status": 409, "code": "conflict", "message": "Not in this state"})", 409);
        const auto refused = await(action(fixture.api));
        QVERIFY(refused && !*refused);
        QCOMPARE(refused->error().kind, ErrorKind::Conflict);

        fixture.server.answerWith([](const auto &) { return ScriptedHttpServer::cut(); });
        const auto before = fixture.server.requests().size();
        const auto lost = await(action(fixture.api));
        QVERIFY(lost && !*lost);
        QCOMPARE(fixture.server.requests().size(), before + 1); // Never twice.
    }

    void deploysAgain()
    {
        ApiFixture fixture(R"({"deployment": {"id": "d2", "parent_id": "d1", "status": "PENDING"}})");
        const auto deployment = await(fixture.api.redeployService(u"s1"_s, {}, {}));
        QVERIFY(deployment && *deployment);
        QCOMPARE((*deployment)->id, u"d2"_s);
        QCOMPARE((*deployment)->parentId, u"d1"_s);
        QCOMPARE(fixture.line(), QByteArray("POST /v1/services/s1/redeploy"));
        QCOMPARE(fixture.server.requests().last().body, QByteArray("{}")); // It must have one.
    }

    void buildsAgainAsAsked()
    {
        ApiFixture fixture(R"({"deployment": {"id": "d2"}})");
        RedeployOptions options{{true, false}, u"0123abc"_s, u"blue"_s};
        QVERIFY(await(fixture.api.redeployService(u"s1"_s, options, {})).value());
        QCOMPARE(
            fixture.body(), parsed(R"({"use_cache": true, "sha": "0123abc", "deployment_group": "blue"})"));
        options = {{false, true}};
        QVERIFY(await(fixture.api.redeployService(u"s1"_s, options, {})).value());
        QCOMPARE(fixture.body(), parsed(R"({"skip_build": true})"));

        QVERIFY(await(fixture.api.resumeService(u"s1"_s, {true, false}, {})).value());
        QCOMPARE(fixture.queryItems(u"use_cache"_s), QStringList{u"true"_s});
        QCOMPARE(fixture.queryItems(u"skip_build"_s), QStringList());
        QVERIFY(await(fixture.api.resumeService(u"s1"_s, {false, true}, {})).value());
        QCOMPARE(fixture.queryItems(u"use_cache"_s), QStringList());
        QCOMPARE(fixture.queryItems(u"skip_build"_s), QStringList{u"true"_s});
    }

    void keepsAnUpdateForLater()
    {
        ApiFixture fixture(R"({"service": {"id": "s1"}})");
        ServiceUpdate update;
        update.saveOnly = true;
        QVERIFY(await(fixture.api.updateService(u"s1"_s, update, {})).value());
        QCOMPARE(fixture.body()["save_only"_L1], QJsonValue(true));
        QVERIFY(!fixture.body().contains("skip_build"_L1));
        update = {};
        update.skipBuild = true;
        QVERIFY(await(fixture.api.updateService(u"s1"_s, update, {})).value());
        QCOMPARE(fixture.body()["skip_build"_L1], QJsonValue(true));
        QVERIFY(!fixture.body().contains("save_only"_L1));
    }

    void changesAnApp()
    {
        ApiFixture fixture(R"({"app": {"id": "a1", "name": "new"}})");
        const auto app = await(fixture.api.updateApp(u"a1"_s, {u"new"_s, {}}, {}));
        QVERIFY(app && *app);
        QCOMPARE((*app)->name, u"new"_s);
        QCOMPARE(fixture.line(), QByteArray("PATCH /v1/apps/a1"));
        QCOMPARE(fixture.body(), parsed(R"({"name": "new"})"));
        QVERIFY(await(fixture.api.updateApp(u"a1"_s, {{}, false}, {})).value());
        QCOMPARE(fixture.body(), parsed(R"({"life_cycle": {"delete_when_empty": false}})"));
    }

    void asksBeforeItActs()
    {
        ApiFixture fixture("{}"); // Whatever the server answers: the status says it.
        QVERIFY(await(fixture.api.checkNewService({}, {})).value());
        QCOMPARE(fixture.line(), QByteArray("POST /v1/services"));
        QCOMPARE(fixture.queryItems(u"dry_run"_s), QStringList{u"true"_s});
        QVERIFY(await(fixture.api.checkServiceUpdate(u"s1"_s, {}, {})).value());
        QCOMPARE(fixture.line(), QByteArray("PUT /v1/services/s1"));
        QCOMPARE(fixture.queryItems(u"dry_run"_s), QStringList{u"true"_s});
        fixture.answerWith(
            R"({"status": 400, "message": "Invalid", "fields": [{"field": "definition.name", "description": "?"}]})",
            400);
        const auto refused = await(fixture.api.checkNewService({}, {}));
        QVERIFY(refused && !*refused);
        QCOMPARE(refused->error().kind, ErrorKind::Invalid);
        QCOMPARE(refused->error().fields.size(), 1);
    }

    void narrowsInstancesDown()
    {
        ApiFixture fixture(R"({"instances": []})");
        InstanceFilter filter;
        filter.allocationId = u"l1"_s;
        filter.replicaIndex = 0; // Which is one.
        filter.runningSince = QDateTime::fromSecsSinceEpoch(60, Qt::UTC);
        filter.runningUntil = QDateTime::fromSecsSinceEpoch(120, Qt::UTC);
        filter.order = ListOrder::NewestFirst;
        QVERIFY(await(fixture.api.instances(filter, {})).value());
        QCOMPARE(fixture.queryItems(u"allocation_id"_s), QStringList{u"l1"_s});
        QCOMPARE(fixture.queryItems(u"replica_index"_s), QStringList{u"0"_s});
        QCOMPARE(fixture.queryItems(u"starting_time"_s), QStringList{u"1970-01-01T00:01:00.000Z"_s});
        QCOMPARE(fixture.queryItems(u"ending_time"_s), QStringList{u"1970-01-01T00:02:00.000Z"_s});
        QCOMPARE(fixture.queryItems(u"order"_s), QStringList{u"desc"_s});
        QVERIFY(await(fixture.api.instances({}, {})).value());
        QCOMPARE(QUrl::fromEncoded(fixture.server.requests().last().target).query(), u"limit=100&offset=0"_s);
    }

    void knowsOneRegionAndInstanceType()
    {
        ApiFixture fixture(R"({"region": {"id": "fra", "name": "Frankfurt"}})");
        const auto region = await(fixture.api.region(u"fra"_s, {}));
        QVERIFY(region && *region);
        QCOMPARE((*region)->name, u"Frankfurt"_s);
        QCOMPARE(fixture.line(), QByteArray("GET /v1/catalog/regions/fra"));
        fixture.answerWith(R"({"instance": {"id": "micro"}})");
        const auto type = await(fixture.api.instanceType(u"micro"_s, {}));
        QVERIFY(type && *type);
        QCOMPARE((*type)->id, u"micro"_s);
        QCOMPARE(fixture.line(), QByteArray("GET /v1/catalog/instances/micro"));
    }

    void replacesDefinitionAndLifeCycle()
    {
        ApiFixture fixture(R"({"service": {"id": "s1", "latest_deployment_id": "d2"}})");
        ServiceUpdate update;
        update.definition.name = u"box"_s;
        update.definition.type = u"SANDBOX"_s;
        update.definition.docker.image = u"koyeb/sandbox"_s;
        update.lifeCycle = {60, 30};
        const auto service = await(fixture.api.updateService(u"s1"_s, update, {}));
        QVERIFY(service && *service);
        QCOMPARE((*service)->latestDeploymentId, u"d2"_s);
        QCOMPARE(fixture.line(), QByteArray("PUT /v1/services/s1"));
        QCOMPARE(fixture.body(), parsed(R"({
            "definition": {"name": "box", "type": "SANDBOX",
                "docker": {"image": "koyeb/sandbox", "privileged": false}},
            "life_cycle": {"delete_after_create": 60, "delete_after_sleep": 30}})"));
    }

    void givesBackWhatASandboxIsMadeOf_data()
    {
        QTest::addColumn<QByteArray>("definition");
        QTest::newRow("default") << QByteArray(R"({"name": "quick-sandbox", "type": "SANDBOX",
            "routes": [{"port": 3030, "path": "/koyeb-sandbox/"}, {"port": 3031, "path": "/"}],
            "ports": [{"port": 3030, "protocol": "http"}, {"port": 3031, "protocol": "http"}],
            "env": [{"key": "EMPTY", "value": ""}, {"key": "SANDBOX_SECRET", "value": "s"}],
            "regions": ["na"], "instance_types": [{"type": "micro"}],
            "scalings": [{"min": 0, "max": 1, "targets": [{"sleep_idle_delay": {"deep_sleep_value": 300}}]}],
            "mesh": "DEPLOYMENT_MESH_AUTO", "docker": {"image": "koyeb/sandbox", "privileged": false}})");
        QTest::newRow("full") << QByteArray(R"({"name": "full-sandbox", "type": "SANDBOX",
            "routes": [{"port": 3030, "path": "/koyeb-sandbox/"}, {"port": 3031, "path": "/",
                "security_policies": {"basic_auths": [{"username": "u", "password": "p"}], "api_keys": ["k"]}}],
            "ports": [{"port": 3030, "protocol": "http"}, {"port": 3031, "protocol": "http2"}],
            "proxy_ports": [{"port": 3031, "protocol": "tcp"}],
            "env": [{"key": "A", "value": "{{ secret.x }}"}, {"key": "B", "secret": "y", "scopes": ["region:fra"]}],
            "regions": ["fra"], "instance_types": [{"type": "small", "scopes": ["region:fra"]}],
            "scalings": [{"min": 0, "max": 1, "targets": [
                {"sleep_idle_delay": {"deep_sleep_value": 3900, "light_sleep_value": 300}}]}],
            "health_checks": [{"grace_period": 5, "interval": 60, "restart_limit": 3, "timeout": 5,
                "http": {"port": 3030, "path": "/", "method": "GET", "headers": [{"key": "A", "value": "b"}]}}],
            "volumes": [{"id": "v1", "path": "/data"}],
            "config_files": [{"path": "/etc/a", "permissions": "0600", "content": "x\n"}],
            "mesh": "DEPLOYMENT_MESH_ENABLED", "strategy": {"type": "DEPLOYMENT_STRATEGY_TYPE_ROLLING"},
            "docker": {"image": "ghcr.io/acme/x:1", "command": "run", "args": ["--verbose"],
                "image_registry_secret": "mine", "entrypoint": ["/bin/sh", "-c"], "privileged": true}})");
        QTest::newRow("of another source, whose fields are new") << QByteArray(
            R"({"name": "web", "type": "WEB", "git": {"repository": "github.com/acme/x", "future": 1},
            "scalings": [{"min": 1, "max": 1, "targets": [{}]}], "skip_cache": true})");
    }
    void givesBackWhatASandboxIsMadeOf()
    {
        QFETCH(const QByteArray, definition);
        const JsonReader reader(parsed(definition));
        const auto value = reader.result(readDefinition(reader));
        QVERIFY(value);
        QCOMPARE(toJson(*value), parsed(definition));
    }

    void readsWhereADeploymentIsReached()
    {
        ApiFixture fixture(R"({"deployment": {"id": "d1", "status": "HEALTHY", "version": "3",
            "metadata": {"trigger": {"type": "RESUME", "actor": "USER"},
                "proxy_ports": [{"host": "01.tcp.example", "public_port": 20123, "port": 3031, "protocol": "tcp"}]},
            "provisioning_info": {"stages": [{"name": "pull", "status": "FAILED", "messages": ["no image"]}]}}})");
        const auto deployment = await(fixture.api.deployment(u"d1"_s, Priority::Foreground, {}));
        QVERIFY(deployment && *deployment);
        const Deployment &value = **deployment;
        QVERIFY((value.proxyPorts == QList<ProxyPortAddress>{{3031, u"01.tcp.example"_s, 20123, u"tcp"_s}}));
        QCOMPARE(value.triggerType, u"RESUME"_s);
        QCOMPARE(value.version, 3);
        QCOMPARE(value.provisioning.stages.value(0).messages, QStringList{u"no image"_s});
    }

    void asksForWhatIsWantedOnly()
    {
        ApiFixture fixture(
            R"({"deployments": [{"id": "d3"}, {"id": "d2"}, {"id": "d1"}], "has_next": true})");
        DeploymentFilter filter;
        filter.serviceId = u"s1"_s;
        filter.statuses = QStringList{u"HEALTHY"_s, u"SLEEPING"_s};
        filter.atMost = 2;
        const auto deployments = await(fixture.api.deployments(filter, {}));
        QVERIFY(deployments && *deployments);
        QCOMPARE((*deployments)->size(), 2); // Although the server gave more.
        QCOMPARE(fixture.queryItems(u"limit"_s), QStringList{u"2"_s});
        QCOMPARE(fixture.queryItems(u"statuses"_s), filter.statuses);
        QCOMPARE(fixture.server.requests().size(), 1);
    }

    void readsOneInstance()
    {
        ApiFixture fixture(R"({"instance": {"id": "i1", "status": "SLEEPING", "replica_index": 1,
            "started_at": "2026-11-22T10:00:00Z"}})");
        const auto instance = await(fixture.api.instance(u"i1"_s, {}));
        QVERIFY(instance && *instance);
        QCOMPARE((*instance)->status, InstanceStatus::Sleeping);
        QCOMPARE((*instance)->replicaIndex, 1);
        QVERIFY((*instance)->startedAt.isValid());
        QCOMPARE(fixture.line(), QByteArray("GET /v1/instances/i1"));
    }

    void namesTheProjectInEveryRequestOnceItIsChosen()
    {
        ApiFixture fixture(R"({"service": {"id": "s1"}})");
        QVERIFY(await(fixture.api.service(u"s1"_s, Priority::Foreground, {})));
        QVERIFY(!fixture.server.requests().last().headers.contains("x-koyeb-project-id"));
        fixture.api.transport().setProjectId(u"p1"_s);
        QVERIFY(await(fixture.api.service(u"s1"_s, Priority::Foreground, {})));
        QCOMPARE(fixture.header("x-koyeb-project-id"), QByteArray("p1"));
        QVERIFY(await(fixture.api.createService({}, {})));
        QCOMPARE(fixture.header("x-koyeb-project-id"), QByteArray("p1"));
        QVERIFY(await(fixture.api.deleteService(u"s1"_s, {})));
        QCOMPARE(fixture.header("x-koyeb-project-id"), QByteArray("p1"));
        fixture.api.transport().setProjectId({});
        QVERIFY(await(fixture.api.services({}, Priority::Foreground, {})));
        QVERIFY(!fixture.server.requests().last().headers.contains("x-koyeb-project-id"));
    }
};

QTEST_GUILESS_MAIN(TestServices)
#include "test_services.moc"
