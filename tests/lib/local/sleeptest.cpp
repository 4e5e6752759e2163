// SPDX-License-Identifier: Apache-2.0
#include "localengine.h"
#include "sandboxclient.h"
#include "servicestatus.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QTest>

using namespace Qt::Literals::StringLiterals;
using namespace Koyeb::Testing;

namespace {

constexpr int patience = 60'000;

/// A scaling that sleeps after so many seconds; 0: not so.
QJsonArray sleepingAfter(int deepSeconds, int lightSeconds = 0)
{
    QJsonObject delay;
    if (deepSeconds > 0)
        delay.insert(u"deep_sleep_value"_s, deepSeconds);
    if (lightSeconds > 0)
        delay.insert(u"light_sleep_value"_s, lightSeconds);
    const QJsonObject target{{u"sleep_idle_delay"_s, delay}};
    return {QJsonObject{{u"min"_s, 0}, {u"max"_s, 1}, {u"targets"_s, QJsonArray{target}}}};
}

/// How the kernel calls the state of this computer's process with such a command line: S sleeps, T is
/// stopped.
QByteArray stateOfProcess(const QByteArray &commandLine)
{
    for (const QString &id : QDir(u"/proc"_s).entryList(QDir::Dirs | QDir::NoDotAndDotDot)) {
        QFile words(u"/proc/%1/cmdline"_s.arg(id));
        QFile facts(u"/proc/%1/stat"_s.arg(id));
        if (words.open(QIODevice::ReadOnly) && words.readAll() == commandLine &&
            facts.open(QIODevice::ReadOnly))
            return facts.readAll().split(' ').at(2);
    }
    return {};
}

} // namespace

/// Falling asleep and waking. The engine's clock is moved, so nothing waits for time to pass.
class SleepTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void refusesImpossibleSleep_data();
    void refusesImpossibleSleep();
    void fallsAsleepWhenIdleAndWakesOnARequest();
    void losesWhatRanInDeepSleep();
    void keepsWhatRunsInLightSleep();
    void deepensALightSleep();
    void staysAwakeWhileSomethingIsAskedOfIt();
    void doesNotSleepWhenItMustNot();
    void sleepsAtCommand();
    void deletesWhatSleepsForTooLong();
    void replacesADeploymentThatSleeps();

private:
    void letPass(int seconds);

    LocalEngine m_engine;
};

void SleepTest::initTestCase()
{
    QVERIFY2(m_engine.start(), qPrintable(m_engine.errorText()));
}

void SleepTest::letPass(int seconds)
{
    QVERIFY2(m_engine.misbehave({{u"move_clock_s"_s, seconds}}), qPrintable(m_engine.errorText()));
}

void SleepTest::refusesImpossibleSleep_data()
{
    QTest::addColumn<QJsonArray>("scalings");
    QTest::addColumn<QString>("field");
    QTest::newRow("light not before deep")
        << sleepingAfter(300, 300) << u"definition.scalings.0.targets.0.light_sleep_value"_s;
    QJsonObject alwaysOn = sleepingAfter(300).first().toObject();
    alwaysOn.insert(u"min"_s, 1);
    QTest::newRow("never fewer than one") << QJsonArray{alwaysOn} << u"definition.scalings.0.min"_s;
    QTest::newRow("more than at most")
        << QJsonArray{QJsonObject{{u"min"_s, 2}, {u"max"_s, 1}}} << u"definition.scalings.0"_s;
}

void SleepTest::refusesImpossibleSleep()
{
    QFETCH(QJsonArray, scalings);
    QFETCH(QString, field);
    const QJsonObject sandbox = m_engine.createSandbox(u"sleepless"_s);
    const QString path = u"/v1/services/"_s + sandbox.value("service_id"_L1).toString();
    const QJsonObject change{{u"scalings"_s, scalings}};
    const auto reply = m_engine.request("PATCH", path, {{u"definition"_s, change}});
    QCOMPARE(reply.status, 400);
    const QJsonArray fields = reply.body.value("fields"_L1).toArray();
    QCOMPARE(fields.first().toObject().value("field"_L1).toString(), field);
    QCOMPARE(m_engine.request("DELETE", path).status, 200);
    QTRY_COMPARE_WITH_TIMEOUT(serviceStatus(m_engine, sandbox), u"gone"_s, patience);
    QCOMPARE(m_engine.request("DELETE", u"/v1/apps/"_s + sandbox.value("app_id"_L1).toString()).status, 200);
    const QString appPath = u"/v1/apps/"_s + sandbox.value("app_id"_L1).toString();
    QTRY_COMPARE_WITH_TIMEOUT(m_engine.request("GET", appPath).status, 404, patience);
}

void SleepTest::fallsAsleepWhenIdleAndWakesOnARequest()
{
    const QJsonObject sandbox = m_engine.createSandbox(u"sleeper"_s, {{u"scalings"_s, sleepingAfter(300)}});
    const SandboxClient client(sandbox);
    const QString id = firstDeployment(sandbox);
    letPass(299 - 60); // whatever the creation took, it was less than a minute
    QCOMPARE(deploymentStatus(m_engine, id), u"HEALTHY"_s);
    letPass(300);
    QCOMPARE(deploymentStatus(m_engine, id), u"SLEEPING"_s);
    QCOMPARE(instanceStatuses(m_engine, sandbox), QStringList{u"SLEEPING"_s});
    QCOMPARE(serviceStatus(m_engine, sandbox), u"HEALTHY"_s);
    const QString folder = m_engine.stateFolder() + u"/sandboxes/"_s + client.serviceId();
    QTRY_VERIFY_WITH_TIMEOUT(QDir(folder).isEmpty(QDir::AllEntries | QDir::NoDotAndDotDot), patience);

    const HttpReply woken = fetch("GET", client.publicUrl(u"/koyeb-sandbox/health"_s), client.credentials());
    QCOMPARE(woken.status, 200);
    QCOMPARE(deploymentStatus(m_engine, id), u"HEALTHY"_s);
    QCOMPARE(instanceStatuses(m_engine, sandbox), QStringList({u"HEALTHY"_s, u"STOPPED"_s}));

    const auto activities = m_engine.request("GET", u"/v1/activities?types=service"_s).body;
    QList<int> counts;
    for (const QJsonValue &value : activities.value("activities"_L1).toArray()) {
        const QJsonObject activity = value.toObject();
        const QJsonObject object = activity.value("object"_L1).toObject();
        if (activity.value("verb"_L1).toString() == u"autoscaled"_s &&
            object.value("id"_L1).toString() == client.serviceId())
            counts.append(activity.value("metadata"_L1).toObject().value("count"_L1).toInt());
    }
    QCOMPARE(counts, QList<int>({1, 0}));
}

void SleepTest::losesWhatRanInDeepSleep()
{
    const QJsonObject sandbox = m_engine.createSandbox(u"forgetful"_s, {{u"scalings"_s, sleepingAfter(300)}});
    const SandboxClient client(sandbox);
    QCOMPARE(client.executor(u"/start_process"_s, {{u"cmd"_s, u"sleep 1000"_s}}).status, 201);
    QCOMPARE(client.executor(u"/bind_port"_s, {{u"port"_s, u"9000"_s}}).status, 200);
    QCOMPARE(client.run(u"echo x > /root/file; cat /root/file"_s), u"x"_s);
    letPass(301);
    const HttpReply processes =
        fetch("GET", client.publicUrl(u"/koyeb-sandbox/list_processes"_s), client.credentials());
    QCOMPARE(processes.status, 200);
    QVERIFY2(!processes.body.contains("sleep"), processes.body);
    QCOMPARE(client.executor(u"/bind_port"_s, {{u"port"_s, u"9000"_s}}).status, 200);
    QCOMPARE(client.run(u"cat /root/file 2>/dev/null; echo end"_s), u"end"_s);
}

void SleepTest::keepsWhatRunsInLightSleep()
{
    const QJsonObject sandbox =
        m_engine.createSandbox(u"dozer"_s, {{u"scalings"_s, sleepingAfter(3900, 300)}});
    const SandboxClient client(sandbox);
    const QString id = firstDeployment(sandbox);
    const QByteArray commandLine = QByteArray("sleep 14142.135 ").replace(' ', '\0');
    QCOMPARE(client.executor(u"/start_process"_s, {{u"cmd"_s, u"exec sleep 14142.135"_s}}).status, 201);
    QTRY_COMPARE_WITH_TIMEOUT(stateOfProcess(commandLine), QByteArray("S"), patience);
    QCOMPARE(client.run(u"echo x > /root/file; cat /root/file"_s), u"x"_s);
    letPass(301);
    QCOMPARE(deploymentStatus(m_engine, id), u"SLEEPING"_s);
    QTRY_COMPARE_WITH_TIMEOUT(stateOfProcess(commandLine), QByteArray("T"), patience);
    QCOMPARE(client.run(u"cat /root/file"_s), u"x"_s);
    QTRY_COMPARE_WITH_TIMEOUT(stateOfProcess(commandLine), QByteArray("S"), patience);
    QCOMPARE(deploymentStatus(m_engine, id), u"HEALTHY"_s);
    QCOMPARE(instanceStatuses(m_engine, sandbox), QStringList{u"HEALTHY"_s});
    const HttpReply processes =
        fetch("GET", client.publicUrl(u"/koyeb-sandbox/list_processes"_s), client.credentials());
    QVERIFY2(processes.body.contains("running"), processes.body);
}

void SleepTest::deepensALightSleep()
{
    const QJsonObject sandbox =
        m_engine.createSandbox(u"deeper"_s, {{u"scalings"_s, sleepingAfter(3900, 300)}});
    const SandboxClient client(sandbox);
    QCOMPARE(client.run(u"echo x > /root/file; cat /root/file"_s), u"x"_s);
    letPass(301);
    letPass(3600);
    const QString id = firstDeployment(sandbox);
    QCOMPARE(deploymentStatus(m_engine, id), u"SLEEPING"_s);
    QCOMPARE(client.run(u"cat /root/file 2>/dev/null; echo end"_s), u"end"_s);
}

void SleepTest::staysAwakeWhileSomethingIsAskedOfIt()
{
    const QJsonObject sandbox = m_engine.createSandbox(u"watchful"_s, {{u"scalings"_s, sleepingAfter(300)}});
    const SandboxClient client(sandbox);
    const QString id = firstDeployment(sandbox);
    QNetworkAccessManager network;
    QNetworkRequest request(client.publicUrl(u"/koyeb-sandbox/run_streaming"_s));
    for (const auto &[name, value] : client.credentials())
        request.setRawHeader(name, value);
    request.setHeader(QNetworkRequest::ContentTypeHeader, u"application/json"_s);
    const std::unique_ptr<QNetworkReply> stream(
        network.post(request, QByteArray(R"({"cmd": "echo begun; sleep 1000"})")));
    QTRY_VERIFY_WITH_TIMEOUT(stream->bytesAvailable() > 0, patience);
    letPass(1000);
    QCOMPARE(deploymentStatus(m_engine, id), u"HEALTHY"_s);
    stream->abort();
    // The gateway notices the end a little later, and counts from then on.
    QTRY_VERIFY_WITH_TIMEOUT(
        m_engine.misbehave({{u"move_clock_s"_s, 301}}) && deploymentStatus(m_engine, id) == u"SLEEPING"_s,
        patience);
}

void SleepTest::doesNotSleepWhenItMustNot()
{
    const QJsonObject sandbox = m_engine.createSandbox(u"sentry"_s);
    letPass(100'000);
    const QString id = firstDeployment(sandbox);
    QCOMPARE(deploymentStatus(m_engine, id), u"HEALTHY"_s);
}

void SleepTest::sleepsAtCommand()
{
    const QJsonObject sandbox = m_engine.createSandbox(u"obedient"_s);
    const SandboxClient client(sandbox);
    QVERIFY(m_engine.misbehave({{u"sleep_sandbox"_s, client.serviceId()}}));
    const QString id = firstDeployment(sandbox);
    QCOMPARE(deploymentStatus(m_engine, id), u"SLEEPING"_s);
    QCOMPARE(client.run(u"echo awake"_s), u"awake"_s);
}

void SleepTest::deletesWhatSleepsForTooLong()
{
    const QJsonObject sandbox = m_engine.createSandbox(u"abandoned"_s, {{u"scalings"_s, sleepingAfter(300)}});
    const QString path = u"/v1/services/"_s + sandbox.value("service_id"_L1).toString();
    const QJsonObject lifeCycle{{u"delete_after_sleep"_s, 600}};
    QCOMPARE(m_engine.request("PATCH", path, {{u"life_cycle"_s, lifeCycle}}).status, 200);
    letPass(301);
    letPass(500);
    QCOMPARE(serviceStatus(m_engine, sandbox), u"HEALTHY"_s);
    letPass(101);
    QTRY_COMPARE_WITH_TIMEOUT(serviceStatus(m_engine, sandbox), u"gone"_s, patience);
}

void SleepTest::replacesADeploymentThatSleeps()
{
    const QJsonObject sandbox = m_engine.createSandbox(u"replaced"_s, {{u"scalings"_s, sleepingAfter(300)}});
    const SandboxClient client(sandbox);
    const QString id = firstDeployment(sandbox);
    letPass(301);
    QCOMPARE(deploymentStatus(m_engine, id), u"SLEEPING"_s);
    const QJsonObject change{{u"regions"_s, QJsonArray{u"fra"_s}}};
    const QString path = u"/v1/services/"_s + client.serviceId();
    QCOMPARE(m_engine.request("PATCH", path, {{u"definition"_s, change}}).status, 200);
    QTRY_COMPARE_WITH_TIMEOUT(deploymentStatus(m_engine, id), u"STOPPED"_s, patience);
    QCOMPARE(client.run(u"echo $KOYEB_REGION"_s), u"fra"_s);
    QCOMPARE(instanceStatuses(m_engine, sandbox), QStringList({u"HEALTHY"_s, u"STOPPED"_s}));
}

QTEST_GUILESS_MAIN(SleepTest)
#include "sleeptest.moc"
