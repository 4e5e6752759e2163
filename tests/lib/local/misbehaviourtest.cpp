// SPDX-License-Identifier: Apache-2.0
#include "localengine.h"
#include "sandboxclient.h"
#include "servicestatus.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QTcpSocket>
#include <QTest>

using namespace Qt::Literals::StringLiterals;
using namespace Koyeb::Testing;

class MisbehaviourTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cleanup();
    void answersAStatusSoManyTimes();
    void aimsAtMethodAndPath();
    void garblesAReply();
    void cutsAReplyAfterPerforming();
    void hangsUntilTheClientLeaves();
    void failsTheNextDeployment();
    void stretchesPhases();
    void fillsASmallDisk();
    void failsTheExecutor();
    void losesTheExecutorsAnswer();
    void crashesOnSlowReadersOfLogsWhenTold();
    void refusesWhatItDoesNotUnderstand();
    void wantsTheToken();

private:
    [[nodiscard]] HttpReply get(const QString &path) const;
    [[nodiscard]] QString createUnawaited(const QString &name) const;
    [[nodiscard]] QJsonObject deployment(const QString &id) const;

    LocalEngine m_engine;
};

void MisbehaviourTest::initTestCase()
{
    QVERIFY2(m_engine.start(), qPrintable(m_engine.errorText()));
}

void MisbehaviourTest::cleanup()
{
    QVERIFY(m_engine.misbehave({{u"clear"_s, true}}));
}

HttpReply MisbehaviourTest::get(const QString &path) const
{
    const QByteArray token = "Bearer " + m_engine.token().toUtf8();
    return fetch("GET", QUrl(m_engine.url().toString() + path), {{"Authorization", token}});
}

QString MisbehaviourTest::createUnawaited(const QString &name) const
{
    const auto app = m_engine.request("POST", u"/v1/apps"_s, {{u"name"_s, name}});
    const QJsonObject definition{
        {u"name"_s, name},
        {u"type"_s, u"SANDBOX"_s},
        {u"docker"_s, QJsonObject{{u"image"_s, u"koyeb/sandbox"_s}}},
        {u"env"_s, QJsonArray{QJsonObject{{u"key"_s, u"SANDBOX_SECRET"_s}, {u"value"_s, u"s"_s}}}},
        {u"regions"_s, QJsonArray{u"na"_s}},
        {u"instance_types"_s, QJsonArray{QJsonObject{{u"type"_s, u"micro"_s}}}}};
    const QJsonValue appId = app.body.value("app"_L1).toObject().value("id"_L1);
    const auto reply =
        m_engine.request("POST", u"/v1/services"_s, {{u"app_id"_s, appId}, {u"definition"_s, definition}});
    return reply.body.value("service"_L1).toObject().value("latest_deployment_id"_L1).toString();
}

QJsonObject MisbehaviourTest::deployment(const QString &id) const
{
    return m_engine.request("GET", u"/v1/deployments/"_s + id).body.value("deployment"_L1).toObject();
}

void MisbehaviourTest::answersAStatusSoManyTimes()
{
    const QJsonObject fault{
        {u"times"_s, 2},
        {u"status"_s, 429},
        {u"body"_s, u"<html>slow down</html>"_s},
        {u"headers"_s, QJsonObject{{u"x-ratelimit-reset"_s, u"2"_s}}}};
    QVERIFY(m_engine.misbehave({{u"fault"_s, fault}}));
    const HttpReply first = get(u"/v1/apps"_s);
    QCOMPARE(first.status, 429);
    QCOMPARE(first.body, QByteArray("<html>slow down</html>"));
    QCOMPARE(first.header("x-ratelimit-reset"), QByteArray("2"));
    QCOMPARE(get(u"/v1/apps"_s).status, 429);
    QCOMPARE(get(u"/v1/apps"_s).status, 200);
}

void MisbehaviourTest::aimsAtMethodAndPath()
{
    const QJsonObject fault{{u"path"_s, u"/v1/apps"_s}, {u"method"_s, u"POST"_s}, {u"status"_s, 503}};
    QVERIFY(m_engine.misbehave({{u"fault"_s, fault}}));
    QCOMPARE(get(u"/v1/apps"_s).status, 200);
    QCOMPARE(get(u"/v1/services"_s).status, 200);
    QCOMPARE(m_engine.request("POST", u"/v1/apps"_s, {{u"name"_s, u"refused"_s}}).status, 503);
    QCOMPARE(m_engine.request("GET", u"/v1/apps?name=refused"_s).body.value("count"_L1).toInt(), 0);
}

void MisbehaviourTest::garblesAReply()
{
    QVERIFY(m_engine.misbehave({{u"fault"_s, QJsonObject{{u"malformed"_s, true}}}}));
    const HttpReply reply = get(u"/v1/apps"_s);
    QCOMPARE(reply.status, 200);
    QCOMPARE(reply.header("Content-Type"), QByteArray("application/json"));
    QVERIFY(QJsonDocument::fromJson(reply.body).isNull());
}

void MisbehaviourTest::cutsAReplyAfterPerforming()
{
    const QJsonObject fault{{u"cut_after_bytes"_s, 3}, {u"perform"_s, true}};
    QVERIFY(m_engine.misbehave({{u"fault"_s, fault}}));
    QCOMPARE(m_engine.request("POST", u"/v1/apps"_s, {{u"name"_s, u"lost-reply"_s}}).body, QJsonObject());
    QCOMPARE(m_engine.request("GET", u"/v1/apps?name=lost-reply"_s).body.value("count"_L1).toInt(), 1);
}

void MisbehaviourTest::hangsUntilTheClientLeaves()
{
    QVERIFY(m_engine.misbehave({{u"fault"_s, QJsonObject{{u"hang"_s, true}}}}));
    QTcpSocket client;
    client.connectToHost(m_engine.url().host(), static_cast<quint16>(m_engine.url().port()));
    const QByteArray host = m_engine.url().authority().toUtf8();
    client.write(
        "GET /v1/apps HTTP/1.1\r\nHost: " + host + "\r\nAuthorization: Bearer " + m_engine.token().toUtf8() +
        "\r\n\r\n");
    // Others are served meanwhile, once the fault has been used up.
    QTRY_COMPARE_WITH_TIMEOUT(client.bytesToWrite(), 0, 30'000);
    QTRY_COMPARE_WITH_TIMEOUT(get(u"/v1/services"_s).status, 200, 30'000);
    QCOMPARE(client.bytesAvailable(), 0);
    QCOMPARE(client.state(), QAbstractSocket::ConnectedState);
}

void MisbehaviourTest::failsTheNextDeployment()
{
    QVERIFY(m_engine.misbehave({{u"fail_next_deployment"_s, u"The image does not exist."_s}}));
    const QString failed = createUnawaited(u"unlucky"_s);
    QTRY_COMPARE_WITH_TIMEOUT(deployment(failed).value("status"_L1).toString(), u"ERROR"_s, 30'000);
    QCOMPARE(deployment(failed).value("messages"_L1), QJsonValue(QJsonArray{u"The image does not exist."_s}));
    const QString next = createUnawaited(u"lucky"_s);
    QTRY_COMPARE_WITH_TIMEOUT(deployment(next).value("status"_L1).toString(), u"HEALTHY"_s, 30'000);
}

void MisbehaviourTest::stretchesPhases()
{
    QVERIFY(m_engine.misbehave({{u"phase_delay_ms"_s, 3'600'000}}));
    const QString id = createUnawaited(u"slow"_s);
    QCOMPARE(deployment(id).value("status"_L1).toString(), u"PENDING"_s);
    QCOMPARE(m_engine.request("POST", u"/v1/deployments/%1/cancel"_s.arg(id)).status, 200);
    QCOMPARE(deployment(id).value("status"_L1).toString(), u"CANCELED"_s);
    QCOMPARE(m_engine.request("POST", u"/v1/deployments/%1/cancel"_s.arg(id)).status, 400);
}

void MisbehaviourTest::fillsASmallDisk()
{
    const QJsonObject disk{{u"mount_point"_s, u"/full"_s}, {u"bytes"_s, 65536}};
    QVERIFY(m_engine.misbehave({{u"small_disk"_s, disk}}));
    const SandboxClient client(m_engine.createSandbox(u"small"_s));
    const QJsonObject file{{u"path"_s, u"/full/file"_s}, {u"content"_s, QString(100'000, u'x')}};
    const HttpReply reply = client.executor(u"/write_file"_s, file);
    QVERIFY(reply.body.contains("no space left on device"));
}

void MisbehaviourTest::failsTheExecutor()
{
    const SandboxClient client(m_engine.createSandbox(u"flaky"_s));
    const QJsonObject fault{
        {u"part"_s, u"executor"_s}, {u"path"_s, u"/run"_s}, {u"times"_s, 3}, {u"status"_s, 503}};
    QVERIFY(m_engine.misbehave({{u"fault"_s, fault}}));
    for (int i = 0; i < 3; ++i)
        QCOMPARE(client.executor(u"/run"_s, {{u"cmd"_s, u"echo x >> /root/count"_s}}).status, 503);
    QCOMPARE(client.run(u"cat /root/count 2>/dev/null | wc -l"_s), u"0"_s);
}

void MisbehaviourTest::losesTheExecutorsAnswer()
{
    const SandboxClient client(m_engine.createSandbox(u"deaf"_s));
    const QJsonObject fault{
        {u"part"_s, u"executor"_s}, {u"path"_s, u"/run"_s}, {u"status"_s, 502}, {u"perform"_s, true}};
    QVERIFY(m_engine.misbehave({{u"fault"_s, fault}}));
    QCOMPARE(client.executor(u"/run"_s, {{u"cmd"_s, u"echo x >> /root/count"_s}}).status, 502);
    QCOMPARE(client.run(u"cat /root/count | wc -l"_s), u"1"_s);
}

void MisbehaviourTest::crashesOnSlowReadersOfLogsWhenTold()
{
    const QJsonObject sandbox = m_engine.createSandbox(u"panicky"_s);
    const SandboxClient client(sandbox);
    const HttpReply started = client.executor(
        u"/start_process"_s, {{u"cmd"_s, u"yes $(head -c 3000 /dev/zero | tr '\\0' x) | head -n 9000"_s}});
    const QString id = QJsonDocument::fromJson(started.body).object().value("id"_L1).toString();
    const auto hasEnded = [&]() {
        const QUrl list = client.publicUrl(u"/koyeb-sandbox/list_processes"_s);
        return fetch("GET", list, client.credentials()).body.contains("completed");
    };
    QTRY_VERIFY_WITH_TIMEOUT(hasEnded(), 30'000);
    const auto readSlowly = [&](QTcpSocket &socket) {
        socket.setReadBufferSize(4096); // so that nothing is read but that
        socket.connectToHost(u"127.0.0.1"_s, static_cast<quint16>(client.publicUrl({}).port()));
        QByteArray head = "GET /koyeb-sandbox/process_logs_streaming?id=" + id.toUtf8() +
                          " HTTP/1.1\r\nHost: " + client.publicUrl({}).authority().toUtf8() + "\r\n";
        for (const auto &[name, value] : client.credentials())
            head += name + ": " + value + "\r\n";
        socket.write(head + "\r\n");
        return socket.waitForReadyRead(30'000);
    };
    QTcpSocket harmless;
    QVERIFY(readSlowly(harmless));
    QTest::qWait(300); // three times what makes the real one panic
    QCOMPARE(client.run(u"echo alive"_s), u"alive"_s);

    QVERIFY(m_engine.misbehave({{u"crash_on_slow_logs"_s, client.serviceId()}}));
    harmless.setReadBufferSize(0);
    QTcpSocket harmful;
    QVERIFY(readSlowly(harmful));
    QTRY_VERIFY_WITH_TIMEOUT(instanceStatuses(m_engine, sandbox).contains(u"ERROR"_s), 30'000);
    QTRY_COMPARE_WITH_TIMEOUT(
        instanceStatuses(m_engine, sandbox), QStringList({u"HEALTHY"_s, u"ERROR"_s}), 30'000);
}

void MisbehaviourTest::refusesWhatItDoesNotUnderstand()
{
    QVERIFY(!m_engine.misbehave({{u"nonsense"_s, 1}}));
    QVERIFY(!m_engine.misbehave({{u"fault"_s, QJsonObject{{u"statusx"_s, 503}}}}));
    QVERIFY(!m_engine.misbehave({{u"fault"_s, QJsonObject{{u"part"_s, u"moon"_s}}}}));
    QVERIFY(!m_engine.misbehave({{u"phase_delay_ms"_s, u"long"_s}}));
    QCOMPARE(get(u"/v1/apps"_s).status, 200);
}

void MisbehaviourTest::wantsTheToken()
{
    const QUrl url(m_engine.url().toString() + u"/local/misbehave"_s);
    QCOMPARE(fetch("POST", url, {}, R"({"clear":true})").status, 401);
}

QTEST_GUILESS_MAIN(MisbehaviourTest)
#include "misbehaviourtest.moc"
