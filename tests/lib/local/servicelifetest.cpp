// SPDX-License-Identifier: Apache-2.0
#include "localengine.h"
#include "sandboxclient.h"
#include "servicestatus.h"

#include <QJsonArray>
#include <QTest>

using namespace Qt::Literals::StringLiterals;
using namespace Koyeb::Testing;

namespace {

constexpr int patience = 60'000;

} // namespace

/// What becomes of a service between its creation and its end, sleep aside.
class ServiceLifeTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void pausesAndResumes();
    void findsInstancesByWhenTheyRan();
    void refusesToPauseOrResumeOutOfTurn();
    void pausesAndResumesAnApp();
    void redeploysTheSameDefinition();
    void checksWhatARedeployIsAskedFor_data();
    void checksWhatARedeployIsAskedFor();
    void wantsABodyForARedeploy();
    void keepsADraftUntilItIsRedeployed();
    void patchesPartsOfTheDefinition();
    void honoursTheUpdateMask();
    void takesMembersInCamelCase();
    void remembersManualScaling();
    void restartsTheExecutor();
    void tellsWhatHappenedInEvents();

private:
    [[nodiscard]] QJsonObject get(const QString &path, const QString &member) const;

    LocalEngine m_engine;
};

void ServiceLifeTest::initTestCase()
{
    QVERIFY2(m_engine.start(), qPrintable(m_engine.errorText()));
}

QJsonObject ServiceLifeTest::get(const QString &path, const QString &member) const
{
    return m_engine.request("GET", path).body.value(member).toObject();
}

void ServiceLifeTest::pausesAndResumes()
{
    const QJsonObject sandbox = m_engine.createSandbox(u"paused"_s);
    const SandboxClient client(sandbox);
    const QString path = u"/v1/services/"_s + client.serviceId();
    const QString first = get(path, u"service"_s).value("active_deployment_id"_L1).toString();

    QCOMPARE(m_engine.request("POST", path + u"/pause"_s).status, 200);
    QCOMPARE(serviceStatus(m_engine, sandbox), u"PAUSING"_s);
    QTRY_COMPARE_WITH_TIMEOUT(serviceStatus(m_engine, sandbox), u"PAUSED"_s, patience);
    QCOMPARE(deploymentStatus(m_engine, first), u"STOPPED"_s);
    QCOMPARE(instanceStatuses(m_engine, sandbox), QStringList{u"STOPPED"_s});
    const QJsonObject paused = get(path, u"service"_s);
    QCOMPARE(paused.value("active_deployment_id"_L1), QJsonValue(QString()));
    QVERIFY(paused.value("paused_at"_L1).isString());
    QCOMPARE(client.executor(u"/run"_s, {{u"cmd"_s, u"true"_s}}).status, 503);

    const auto resumed = m_engine.request("POST", path + u"/resume"_s);
    QCOMPARE(resumed.status, 200);
    QVERIFY(resumed.body.isEmpty());
    QCOMPARE(serviceStatus(m_engine, sandbox), u"RESUMING"_s);
    QTRY_COMPARE_WITH_TIMEOUT(serviceStatus(m_engine, sandbox), u"HEALTHY"_s, patience);
    const QString second = get(path, u"service"_s).value("active_deployment_id"_L1).toString();
    QVERIFY(second != first);
    const QJsonObject trigger = get(u"/v1/deployments/"_s + second, u"deployment"_s)
                                    .value("metadata"_L1)
                                    .toObject()
                                    .value("trigger"_L1)
                                    .toObject();
    QCOMPARE(trigger.value("type"_L1).toString(), u"RESUME"_s);
    QCOMPARE(client.run(u"echo back"_s), u"back"_s);
}

void ServiceLifeTest::refusesToPauseOrResumeOutOfTurn()
{
    const QJsonObject sandbox = m_engine.createSandbox(u"turns"_s);
    const QString path = u"/v1/services/"_s + sandbox.value("service_id"_L1).toString();
    const auto early = m_engine.request("POST", path + u"/resume"_s);
    QCOMPARE(early.status, 400);
    QCOMPARE(early.body.value("code"_L1).toString(), u"failed_precondition"_s);
    QCOMPARE(m_engine.request("POST", path + u"/pause"_s).status, 200);
    QCOMPARE(m_engine.request("POST", path + u"/pause"_s).status, 400);
    QCOMPARE(m_engine.request("POST", u"/v1/services/x/pause"_s).status, 404);
}

void ServiceLifeTest::findsInstancesByWhenTheyRan()
{
    const QJsonObject sandbox = m_engine.createSandbox(u"dated"_s);
    const QString path = u"/v1/services/"_s + sandbox.value("service_id"_L1).toString();
    const auto count = [&](const QString &period) {
        const QString instances = u"/v1/instances?service_id=%1&%2"_s;
        const auto reply = m_engine.request("GET", instances.arg(path.section(u'/', -1), period));
        return reply.body.value("count"_L1).toInt();
    };
    const QString later = u"2100-01-01T00:00:00Z"_s;
    const QString before = u"2000-01-01T00:00:00Z"_s;
    QCOMPARE(count(u"starting_time="_s + later), 1); // It runs on.
    QCOMPARE(count(u"ending_time="_s + before), 0);
    QCOMPARE(m_engine.request("POST", path + u"/pause"_s).status, 200);
    QTRY_COMPARE_WITH_TIMEOUT(serviceStatus(m_engine, sandbox), u"PAUSED"_s, patience);
    QCOMPARE(count(u"starting_time="_s + later), 0);
    QCOMPARE(count(u"starting_time=%1&ending_time=%2"_s.arg(before, later)), 1);
}

void ServiceLifeTest::pausesAndResumesAnApp()
{
    const QJsonObject sandbox = m_engine.createSandbox(u"apart"_s);
    const QString path = u"/v1/apps/"_s + sandbox.value("app_id"_L1).toString();
    const auto status = [&]() {
        return get(path, u"app"_s).value("status"_L1).toString();
    };
    QCOMPARE(m_engine.request("POST", path + u"/pause"_s).status, 200);
    QTRY_COMPARE_WITH_TIMEOUT(status(), u"PAUSED"_s, patience);
    QCOMPARE(m_engine.request("POST", path + u"/resume"_s).status, 200);
    QTRY_COMPARE_WITH_TIMEOUT(status(), u"HEALTHY"_s, patience);
}

void ServiceLifeTest::redeploysTheSameDefinition()
{
    const QJsonObject sandbox = m_engine.createSandbox(u"again"_s);
    const SandboxClient client(sandbox);
    QCOMPARE(client.run(u"echo x > /root/file; cat /root/file"_s), u"x"_s);
    const QString path = u"/v1/services/"_s + client.serviceId();
    // A member without meaning here, since the helper sends no body for an empty object.
    const auto reply = m_engine.request("POST", path + u"/redeploy"_s, {{u"use_cache"_s, true}});
    QCOMPARE(reply.status, 200);
    const QJsonObject deployment = reply.body.value("deployment"_L1).toObject();
    QCOMPARE(deployment.value("status"_L1).toString(), u"PENDING"_s);
    QCOMPARE(
        deployment.value("definition"_L1), sandbox.value("deployment"_L1).toObject().value("definition"_L1));
    const QString id = deployment.value("id"_L1).toString();
    QTRY_COMPARE_WITH_TIMEOUT(deploymentStatus(m_engine, id), u"HEALTHY"_s, patience);
    QCOMPARE(client.run(u"cat /root/file 2>/dev/null; echo end"_s), u"end"_s);
}

void ServiceLifeTest::checksWhatARedeployIsAskedFor_data()
{
    QTest::addColumn<QJsonObject>("body");
    QTest::addColumn<QString>("wrongField");
    QTest::newRow("everything")
        << QJsonObject{{u"use_cache"_s, true}, {u"skip_build"_s, true}, {u"sha"_s, u"f00"_s}} << QString();
    QTest::newRow("nothing") << QJsonObject{{u"use_cache"_s, QJsonValue::Null}} << QString();
    QTest::newRow("a text for the cache") << QJsonObject{{u"use_cache"_s, u"true"_s}} << u"use_cache"_s;
    QTest::newRow("a number for the build") << QJsonObject{{u"skip_build"_s, 1}} << u"skip_build"_s;
    QTest::newRow("a number for the commit") << QJsonObject{{u"sha"_s, 1}} << u"sha"_s;
}

void ServiceLifeTest::checksWhatARedeployIsAskedFor()
{
    QFETCH(const QJsonObject, body);
    QFETCH(const QString, wrongField);
    const QString name =
        u"redeployed-"_s + QString::number(qHash(QString::fromLatin1(QTest::currentDataTag())) % 100'000);
    const QJsonObject sandbox = m_engine.createSandbox(name);
    const QString path = u"/v1/services/"_s + sandbox.value("service_id"_L1).toString();
    const auto reply = m_engine.request("POST", path + u"/redeploy"_s, body);
    QCOMPARE(reply.status, wrongField.isEmpty() ? 200 : 400);
    const QJsonArray fields = reply.body.value("fields"_L1).toArray();
    QCOMPARE(fields.first().toObject().value("field"_L1).toString(), wrongField);
    if (wrongField.isEmpty()) {
        const QJsonObject deployment = reply.body.value("deployment"_L1).toObject();
        QCOMPARE(deployment.value("skip_build"_L1).toBool(), body.value("skip_build"_L1).toBool());
    }
    QCOMPARE(m_engine.request("POST", path + u"/resume?skip_build=perhaps"_s).status, 400);
    QCOMPARE(m_engine.request("DELETE", path).status, 200);
}

void ServiceLifeTest::wantsABodyForARedeploy()
{
    const QJsonObject sandbox = m_engine.createSandbox(u"bodiless"_s);
    const QString path = u"/v1/services/"_s + sandbox.value("service_id"_L1).toString();
    QCOMPARE(m_engine.request("POST", path + u"/redeploy"_s).status, 400);
}

void ServiceLifeTest::keepsADraftUntilItIsRedeployed()
{
    const QJsonObject sandbox = m_engine.createSandbox(u"draft"_s);
    const SandboxClient client(sandbox);
    const QString path = u"/v1/services/"_s + client.serviceId();
    QJsonObject definition = sandbox.value("deployment"_L1).toObject().value("definition"_L1).toObject();
    QJsonArray env = definition.value("env"_L1).toArray();
    env.prepend(QJsonObject{{u"key"_s, u"STAGE"_s}, {u"value"_s, u"drafted"_s}});
    definition.insert(u"env"_s, env);
    const auto saved = m_engine.request("PUT", path, {{u"definition"_s, definition}, {u"save_only"_s, true}});
    QCOMPARE(saved.status, 200);
    const QString draft =
        saved.body.value("service"_L1).toObject().value("latest_deployment_id"_L1).toString();
    QCOMPARE(deploymentStatus(m_engine, draft), u"STASHED"_s);
    QCOMPARE(client.run(u"echo [$STAGE]"_s), u"[]"_s);
    QCOMPARE(serviceStatus(m_engine, sandbox), u"HEALTHY"_s);
    QCOMPARE(m_engine.request("POST", path + u"/redeploy"_s, {{u"use_cache"_s, false}}).status, 200);
    QTRY_COMPARE_WITH_TIMEOUT(client.run(u"echo [$STAGE]"_s), u"[drafted]"_s, patience);
    QCOMPARE(deploymentStatus(m_engine, draft), u"STASHED"_s);
}

void ServiceLifeTest::patchesPartsOfTheDefinition()
{
    const QJsonObject sandbox = m_engine.createSandbox(u"patched"_s);
    const SandboxClient client(sandbox);
    const QString path = u"/v1/services/"_s + client.serviceId();
    const QJsonObject change{{u"regions"_s, QJsonArray{u"fra"_s}}};
    QCOMPARE(m_engine.request("PATCH", path, {{u"definition"_s, change}}).status, 200);
    QTRY_COMPARE_WITH_TIMEOUT(client.run(u"echo $KOYEB_REGION"_s), u"fra"_s, patience);
    QCOMPARE(m_engine.request("PUT", path, {{u"definition"_s, change}}).status, 400);
}

void ServiceLifeTest::honoursTheUpdateMask()
{
    const QJsonObject sandbox = m_engine.createSandbox(u"masked"_s);
    const QString path = u"/v1/services/"_s + sandbox.value("service_id"_L1).toString();
    const QJsonObject body{
        {u"life_cycle"_s, QJsonObject{{u"delete_after_create"_s, 7200}}},
        {u"definition"_s, QJsonObject{{u"name"_s, u"Not Valid"_s}}}};
    const auto reply = m_engine.request("PATCH", path + u"?update_mask=life_cycle"_s, body);
    QCOMPARE(reply.status, 200);
    const QJsonObject lifeCycle = reply.body.value("service"_L1).toObject().value("life_cycle"_L1).toObject();
    QCOMPARE(lifeCycle.value("delete_after_create"_L1).toInt(), 7200);
}

void ServiceLifeTest::takesMembersInCamelCase()
{
    const QJsonObject sandbox = m_engine.createSandbox(u"camel"_s);
    const QString path = u"/v1/services/"_s + sandbox.value("service_id"_L1).toString();
    const QJsonObject lifeCycle{{u"deleteAfterCreate"_s, 7300}};
    const auto reply = m_engine.request("PATCH", path, {{u"lifeCycle"_s, lifeCycle}});
    const QJsonObject service = reply.body.value("service"_L1).toObject();
    QCOMPARE(service.value("life_cycle"_L1).toObject().value("delete_after_create"_L1).toInt(), 7300);
}

void ServiceLifeTest::remembersManualScaling()
{
    const QJsonObject sandbox = m_engine.createSandbox(u"scaled"_s);
    const QString path = u"/v1/services/"_s + sandbox.value("service_id"_L1).toString() + u"/scale"_s;
    const QJsonArray scalings{QJsonObject{{u"instances"_s, 1}, {u"scopes"_s, QJsonArray{u"region:na"_s}}}};
    QCOMPARE(m_engine.request("GET", path).body.value("scalings"_L1), QJsonValue(QJsonArray()));
    QCOMPARE(m_engine.request("PUT", path, {{u"scalings"_s, scalings}}).status, 200);
    QCOMPARE(m_engine.request("GET", path).body.value("scalings"_L1), QJsonValue(scalings));
    QCOMPARE(m_engine.request("DELETE", path).status, 200);
    QCOMPARE(m_engine.request("GET", path).body.value("scalings"_L1), QJsonValue(QJsonArray()));
}

void ServiceLifeTest::restartsTheExecutor()
{
    const QJsonObject sandbox = m_engine.createSandbox(u"restarted"_s);
    const SandboxClient client(sandbox);
    QCOMPARE(client.executor(u"/start_process"_s, {{u"cmd"_s, u"sleep 1000"_s}}).status, 201);
    QCOMPARE(client.executor(u"/bind_port"_s, {{u"port"_s, u"9000"_s}}).status, 200);
    QCOMPARE(client.run(u"echo x > /root/file; cat /root/file"_s), u"x"_s);
    QVERIFY(m_engine.misbehave({{u"restart_executor"_s, client.serviceId()}}));
    QTRY_COMPARE_WITH_TIMEOUT(client.run(u"cat /root/file"_s), u"x"_s, patience);
    const HttpReply processes =
        fetch("GET", client.publicUrl(u"/koyeb-sandbox/list_processes"_s), client.credentials());
    QVERIFY2(!processes.body.contains("sleep"), processes.body);
    QCOMPARE(client.run(u"ps ax | grep -c '[s]leep 1000'"_s), u"0"_s);
    QCOMPARE(client.executor(u"/bind_port"_s, {{u"port"_s, u"9000"_s}}).status, 200);
    QCOMPARE(instanceStatuses(m_engine, sandbox), QStringList{u"HEALTHY"_s});
}

void ServiceLifeTest::tellsWhatHappenedInEvents()
{
    const QJsonObject sandbox = m_engine.createSandbox(u"eventful"_s);
    const QString id = firstDeployment(sandbox);
    const QJsonObject reply =
        m_engine.request("GET", u"/v1/deployment_events?order=asc&deployment_id="_s + id).body;
    QStringList types;
    for (const QJsonValue &event : reply.value("events"_L1).toArray()) {
        QCOMPARE(event.toObject().value("deployment_id"_L1).toString(), id);
        types.append(event.toObject().value("type"_L1).toString());
    }
    QCOMPARE(
        types, QStringList({u"PENDING"_s, u"SCHEDULED"_s, u"ALLOCATING"_s, u"STARTING"_s, u"HEALTHY"_s}));
    QCOMPARE(reply.value("order"_L1).toString(), u"asc"_s);
    QCOMPARE(reply.value("has_next"_L1), QJsonValue(false));
    QVERIFY(!reply.contains("count"_L1));
    const QString instances = u"/v1/instances?service_id="_s + sandbox.value("service_id"_L1).toString();
    const QString instanceId = m_engine.request("GET", instances)
                                   .body.value("instances"_L1)
                                   .toArray()
                                   .first()
                                   .toObject()
                                   .value("id"_L1)
                                   .toString();
    const QJsonArray events =
        m_engine.request("GET", u"/v1/instance_events?types=HEALTHY&instance_ids="_s + instanceId)
            .body.value("events"_L1)
            .toArray();
    QCOMPARE(events.size(), 1);
}

QTEST_GUILESS_MAIN(ServiceLifeTest)
#include "servicelifetest.moc"
