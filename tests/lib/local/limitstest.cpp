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

/// What is said to the newest instance that has come to an error.
QString errorOf(const LocalEngine &engine, const QJsonObject &sandbox)
{
    const QString path = u"/v1/instances?service_id="_s + sandbox.value("service_id"_L1).toString();
    for (const QJsonValue &value : engine.request("GET", path).body.value("instances"_L1).toArray()) {
        const QJsonObject instance = value.toObject();
        if (instance.value("status"_L1).toString() == "ERROR"_L1)
            return instance.value("messages"_L1).toArray().first().toString();
    }
    return {};
}

} // namespace

/// No sandbox takes more than its share, however that is achieved on this computer.
class LimitsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cleanup();
    void tellsHowLimitsAreHeld();
    void tellsWhatIsNotHeld();
    void endsWhoWantsTooMuchMemory();
    void toleratesWhatProcessesShare();
    void holdsAFloodOfProcesses();
    void endsWhoFillsTheDisk();
    void givesNoMemoryByTheWayOfDevices();
    void refusesLimitsThatAreNone();

private:
    [[nodiscard]] QJsonObject limited(const QString &name, const QJsonObject &limits);
    [[nodiscard]] QString enforcement(const QString &name) const;

    LocalEngine m_engine;
    QJsonObject m_neighbour;
};

void LimitsTest::initTestCase()
{
    QVERIFY2(m_engine.start(), qPrintable(m_engine.errorText()));
    m_neighbour = m_engine.createSandbox(u"neighbour"_s);
    QVERIFY2(!m_neighbour.isEmpty(), qPrintable(m_engine.errorText()));
    QCOMPARE(SandboxClient(m_neighbour).run(u"sleep 16180.35 > /dev/null 2>&1 & echo up"_s), u"up"_s);
}

// Whatever happened to another one, this one runs on.
void LimitsTest::cleanup()
{
    QVERIFY(m_engine.misbehave({{u"clear"_s, true}}));
    const SandboxClient neighbour(m_neighbour);
    QCOMPARE(neighbour.run(u"ps -eo args | grep -c '^sleep 16180[.]35'"_s), u"1"_s);
    QCOMPARE(errorOf(m_engine, m_neighbour), QString());
}

QJsonObject LimitsTest::limited(const QString &name, const QJsonObject &limits)
{
    return m_engine.misbehave({{u"limits"_s, limits}}) ? m_engine.createSandbox(name) : QJsonObject();
}

QString LimitsTest::enforcement(const QString &name) const
{
    const QJsonObject info = m_engine.request("GET", u"/local/info"_s).body;
    return info.value("limits"_L1).toObject().value(name).toString();
}

void LimitsTest::tellsHowLimitsAreHeld()
{
    const QStringList ways{u"kernel"_s, u"watched"_s};
    for (const QString &name : {u"memory"_s, u"processes"_s, u"disk"_s})
        QVERIFY2(ways.contains(enforcement(name)), qPrintable(name + u' ' + enforcement(name)));
}

void LimitsTest::tellsWhatIsNotHeld()
{
    LocalEngine engine;
    QVERIFY2(engine.start({u"--unisolated"_s}), qPrintable(engine.errorText()));
    const QJsonObject info = engine.request("GET", u"/local/info"_s).body;
    QCOMPARE(info.value("isolated"_L1).toBool(true), false);
    QCOMPARE(info.value("limits"_L1).toObject().value("disk"_L1).toString(), u"none"_s);
}

void LimitsTest::endsWhoWantsTooMuchMemory()
{
    const QJsonObject hog = limited(u"memory-hog"_s, {{u"memory_bytes"_s, 128'000'000}});
    const SandboxClient client(hog);
    (void)client.run(
        u"python3 -c 'import time; x = b\"x\" * 400000000; time.sleep(600)' > /dev/null 2>&1 & echo begun"_s);
    QTRY_VERIFY_WITH_TIMEOUT(!errorOf(m_engine, hog).isEmpty(), patience);
    QCOMPARE(
        errorOf(m_engine, hog),
        u"The instance used more than its 128 MB of memory and was ended. It is started again."_s);
    QTRY_COMPARE_WITH_TIMEOUT(client.run(u"echo anew"_s), u"anew"_s, patience);
}

void LimitsTest::toleratesWhatProcessesShare()
{
    const QJsonObject sharer = limited(u"sharer"_s, {{u"memory_bytes"_s, 280'000'000}});
    const SandboxClient client(sharer);
    // 100 MB that four processes have in common.
    const QString script =
        u"import os, time\nx = b'x' * 100000000\nfor i in range(3):\n    if os.fork() == 0: break\n"
        "open('/tmp/at-%d' % os.getpid(), 'w')\ntime.sleep(600)\n"_s;
    QCOMPARE(
        client.executor(u"/write_file"_s, {{u"path"_s, u"/root/share.py"_s}, {u"content"_s, script}}).status,
        200);
    (void)client.run(u"python3 /root/share.py > /dev/null 2>&1 & echo begun"_s);
    QTRY_COMPARE_WITH_TIMEOUT(client.run(u"ls /tmp/at-* | wc -l"_s), u"4"_s, patience);
    // The hog's end tells that everybody was looked at meanwhile.
    const QJsonObject hog = limited(u"second-hog"_s, {{u"memory_bytes"_s, 128'000'000}});
    (void)SandboxClient(hog).run(
        u"python3 -c 'import time; x = b\"x\" * 400000000; time.sleep(600)' > /dev/null 2>&1 & echo begun"_s);
    QTRY_VERIFY_WITH_TIMEOUT(!errorOf(m_engine, hog).isEmpty(), patience);
    QCOMPARE(client.run(u"ps -eo args | grep -c '^python3 /root/share[.]py'"_s), u"4"_s);
}

void LimitsTest::holdsAFloodOfProcesses()
{
    const QJsonObject flood = limited(u"flood"_s, {{u"processes"_s, 100}});
    const SandboxClient client(flood);
    const HttpReply started = client.executor(
        u"/start_process"_s,
        {{u"cmd"_s, u"i=0; while [ $i -lt 3000 ]; do sleep 16180.36 & i=$((i+1)); done; wait"_s}});
    QCOMPARE(started.status, 201);
    const auto isHeld = [&]() {
        const QByteArray list =
            fetch("GET", client.publicUrl(u"/koyeb-sandbox/list_processes"_s), client.credentials()).body;
        return list.contains(R"("status":"failed")") || list.contains(R"("status":"killed")");
    };
    // The shell gives up when it cannot fork, or is ended with the rest.
    QTRY_VERIFY_WITH_TIMEOUT(isHeld(), patience);
    if (enforcement(u"processes"_s) == u"watched"_s) {
        QTRY_COMPARE_WITH_TIMEOUT(
            client.run(u"ps -eo args | grep -c '^sleep 16180[.]36'"_s), u"0"_s, patience);
        const QString query = u"/v1/streams/logs/query?service_id="_s + client.serviceId();
        const QByteArray log = QJsonDocument(m_engine.request("GET", query).body).toJson();
        QVERIFY2(log.contains("There were more than 100 processes"), log);
    }
    QCOMPARE(errorOf(m_engine, flood), QString());
}

void LimitsTest::endsWhoFillsTheDisk()
{
    const QJsonObject hog = limited(u"disk-hog"_s, {{u"disk_bytes"_s, 50'000'000}});
    const SandboxClient client(hog);
    (void)client.run(u"head -c 30000000 /dev/zero > /root/little; echo written"_s);
    (void)client.run(u"head -c 80000000 /dev/zero > /root/much 2>/root/complaint; echo written"_s);
    QCOMPARE(enforcement(u"disk"_s), u"watched"_s);
    QTRY_COMPARE_WITH_TIMEOUT(
        errorOf(m_engine, hog),
        u"The instance filled more than its 50 MB of disk and was ended. It is started again."_s, 90'000);
    QTRY_COMPARE_WITH_TIMEOUT(client.run(u"ls /root | wc -l"_s), u"0"_s, patience);
}

void LimitsTest::givesNoMemoryByTheWayOfDevices()
{
    const SandboxClient client(m_neighbour);
    QCOMPARE(
        client.run(
            u"head -c 80000000 /dev/zero > /dev/shm/much 2> /dev/null; wc -c < /dev/shm/much; rm /dev/shm/much"_s),
        u"67108864"_s);
    QCOMPARE(client.run(u"touch /dev/new 2>&1 | grep -c 'Read-only'"_s), u"1"_s);
    QCOMPARE(client.run(u"echo x > /dev/null && head -c 2 /dev/zero | wc -c"_s), u"2"_s);
}

void LimitsTest::refusesLimitsThatAreNone()
{
    QVERIFY(!m_engine.misbehave({{u"limits"_s, QJsonObject{{u"memory"_s, 1}}}}));
}

QTEST_GUILESS_MAIN(LimitsTest)
#include "limitstest.moc"
