// SPDX-License-Identifier: Apache-2.0
#include "api/readers.h"
#include "sandbox/definition.h"

#include <QFile>
#include <QJsonDocument>
#include <QRegularExpression>
#include <QSet>
#include <QTest>

using namespace Koyeb;
using namespace Qt::Literals::StringLiterals;

namespace {

QJsonObject parsed(const QByteArray &json)
{
    return QJsonDocument::fromJson(json).object();
}

/// What the official SDK sends by default, but for the name of the sandbox and its secret.
QJsonObject sdkDefault()
{
    return parsed(R"({
        "name": "quick-sandbox", "type": "SANDBOX",
        "routes": [{"port": 3030, "path": "/koyeb-sandbox/"}, {"port": 3031, "path": "/"}],
        "ports": [{"port": 3030, "protocol": "http"}, {"port": 3031, "protocol": "http"}],
        "env": [{"key": "SANDBOX_SECRET", "value": "<SANDBOX_SECRET>"}],
        "regions": ["na"],
        "scalings": [{"min": 0, "max": 1, "targets": [{"sleep_idle_delay": {"deep_sleep_value": 300}}]}],
        "instance_types": [{"type": "micro"}],
        "mesh": "DEPLOYMENT_MESH_AUTO",
        "docker": {"image": "koyeb/sandbox", "privileged": false}})");
}

/// And what it sends when every option is used.
QJsonObject sdkFull()
{
    return parsed(R"({
        "name": "full-sandbox", "type": "SANDBOX",
        "routes": [{"port": 3030, "path": "/koyeb-sandbox/"}, {"port": 3031, "path": "/"}],
        "ports": [{"port": 3030, "protocol": "http"}, {"port": 3031, "protocol": "http2"}],
        "proxy_ports": [{"port": 3031, "protocol": "tcp"}],
        "env": [{"key": "PLAIN", "value": "value"},
                {"key": "FROM_SECRET", "value": "{{ secret.my-secret }}"},
                {"key": "SANDBOX_SECRET", "value": "<SANDBOX_SECRET>"}],
        "regions": ["fra"],
        "scalings": [{"min": 0, "max": 1, "targets": [
            {"sleep_idle_delay": {"deep_sleep_value": 3900, "light_sleep_value": 300}}]}],
        "instance_types": [{"type": "small"}],
        "config_files": [
            {"path": "/etc/myapp/config.yaml", "permissions": "0644", "content": "key: value\n"},
            {"path": "/etc/myapp/cert.pem", "permissions": "0600", "content": "-----BEGIN-----\n"}],
        "mesh": "DEPLOYMENT_MESH_ENABLED",
        "docker": {"image": "ghcr.io/acme/private-sandbox:1.2.3", "command": "sandbox-executor",
                   "args": ["--verbose", "--port", "3030"], "image_registry_secret": "my-ghcr-secret",
                   "entrypoint": ["/bin/sh", "-c"], "privileged": true}})");
}

SandboxOptions fullOptions()
{
    SandboxOptions options;
    options.name = u"full-sandbox"_s;
    options.image = u"ghcr.io/acme/private-sandbox:1.2.3"_s;
    options.registrySecret = u"my-ghcr-secret"_s;
    options.region = u"fra"_s;
    options.instanceType = u"small"_s;
    options.environment = {{u"PLAIN"_s, u"value"_s, {}}, {u"FROM_SECRET"_s, {}, u"my-secret"_s}};
    options.configFiles = {
        {u"/etc/myapp/config.yaml"_s, u"key: value\n"_s},
        {u"/etc/myapp/cert.pem"_s, u"-----BEGIN-----\n"_s, u"0600"_s}};
    options.sleepMode = SleepMode::LightThenDeep;
    options.portProtocol = PortProtocol::Http2;
    options.tcpProxy = true;
    options.privileged = true;
    options.mesh = MeshMode::Enabled;
    options.entrypoint = QStringList{u"/bin/sh"_s, u"-c"_s};
    options.command = u"sandbox-executor"_s;
    options.arguments = QStringList{u"--verbose"_s, u"--port"_s, u"3030"_s};
    options.deleteAfterDelay = std::chrono::hours(1);
    options.deleteAfterInactivity = std::chrono::minutes(30);
    return options;
}

SandboxOptions quickOptions()
{
    SandboxOptions options;
    options.name = u"quick-sandbox"_s;
    return options;
}

} // namespace

Q_DECLARE_METATYPE(SandboxOptions)

class TestDefinition : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void isTheSdksByDefault()
    {
        const auto definition = sandboxDefinition(quickOptions(), u"<SANDBOX_SECRET>"_s);
        QVERIFY(definition);
        QCOMPARE(toJson(*definition), sdkDefault());
    }

    void carriesEveryOptionAsTheSdkDoes()
    {
        QCOMPARE(toJson(sandboxDefinition(fullOptions(), u"<SANDBOX_SECRET>"_s).value()), sdkFull());
        const auto lifeCycle = sandboxLifeCycle(fullOptions());
        QCOMPARE(lifeCycle.deleteAfterCreateSeconds, 3600);
        QCOMPARE(lifeCycle.deleteAfterSleepSeconds, 1800);
        QCOMPARE(sandboxLifeCycle(quickOptions()), ServiceLifeCycle());
    }

    void isWhatTheContractRecorded_data()
    {
        QTest::addColumn<QString>("file");
        QTest::addColumn<SandboxOptions>("options");
        QTest::newRow("default") << u"create-service.default.json"_s << quickOptions();
        QTest::newRow("full") << u"create-service.full.json"_s << fullOptions();
    }
    void isWhatTheContractRecorded()
    {
        QFETCH(const QString, file);
        QFETCH(const SandboxOptions, options);
        const QString path = QFINDTESTDATA(u"../../../../shared/contract/"_s + file);
        QFile recorded(path);
        if (path.isEmpty() || !recorded.open(QIODevice::ReadOnly)) {
            QSKIP("The contract's files are not here; the fixtures above stand for them.");
        }
        const auto expected = parsed(recorded.readAll());
        NewService service;
        service.appId = expected["app_id"_L1].toString();
        service.definition = sandboxDefinition(options, u"<SANDBOX_SECRET>"_s).value();
        service.lifeCycle = sandboxLifeCycle(options);
        QCOMPARE(toJson(service), expected);
    }

    void itsAppGoesWhenItIsEmpty()
    {
        NewApp app;
        app.name = u"sandbox-app-quick-sandbox-1795376216"_s;
        QCOMPARE(toJson(app), parsed(R"({"name": "sandbox-app-quick-sandbox-1795376216",
                                    "life_cycle": {"delete_when_empty": true}})"));
    }

    void theMeshCanBeLeft()
    {
        SandboxOptions options = quickOptions();
        options.mesh = MeshMode::Disabled;
        QCOMPARE(
            toJson(sandboxDefinition(options, u"x"_s).value())["mesh"_L1].toString(),
            u"DEPLOYMENT_MESH_DISABLED"_s);
    }

    void refusesALightSleepThatTheDeepOneForestalls()
    {
        SandboxOptions options = fullOptions();
        options.idleTimeout = lightThenDeepDelay;
        const auto definition = sandboxDefinition(options, u"x"_s);
        QVERIFY(!definition);
        QCOMPARE(definition.error().kind, ErrorKind::Invalid);
        QVERIFY(definition.error().fields.value(0).field.endsWith("light_sleep_value"_L1));
    }

    void neverSleepsWithoutAnIdleTimeout()
    {
        SandboxOptions options = quickOptions();
        options.idleTimeout = std::chrono::seconds(0);
        QCOMPARE(
            toJson(sandboxDefinition(options, u"x"_s).value())["scalings"_L1],
            parsed(R"({"s": [{"min": 1, "max": 1}]})")["s"_L1]);
    }

    void keepsTheOrderOfVariablesAndTheSecretLast()
    {
        SandboxOptions options = quickOptions();
        options.environment = {{u"Z"_s, u"1"_s, {}}, {u"A"_s, {}, u"mine"_s}};
        QCOMPARE(
            toJson(sandboxDefinition(options, u"x"_s).value())["env"_L1],
            parsed(R"({"e": [{"key": "Z", "value": "1"}, {"key": "A", "value": "{{ secret.mine }}"},
                {"key": "SANDBOX_SECRET", "value": "x"}]})")["e"_L1]);
    }

    void refusesASecretOfTheUser()
    {
        SandboxOptions options = quickOptions();
        options.environment = {{u"A"_s, u"1"_s, {}}, {u"SANDBOX_SECRET"_s, u"mine"_s, {}}};
        const auto definition = sandboxDefinition(options, u"x"_s);
        QVERIFY(!definition);
        QCOMPARE(definition.error().kind, ErrorKind::Invalid);
        QCOMPARE(definition.error().fields.value(0).field, u"definition.env.1.key"_s);
        QVERIFY(!definition.error().message.contains(u"mine"_s));
    }

    void makesSecretsThatNobodyGuesses()
    {
        QSet<QString> secrets;
        const QRegularExpression form(u"^[-_A-Za-z0-9]{43}$"_s);
        for (int i = 0; i < 100; ++i) {
            const QString secret = createSandboxSecret();
            QVERIFY2(form.match(secret).hasMatch(), qUtf8Printable(secret));
            secrets.insert(secret);
        }
        QCOMPARE(secrets.size(), 100);
    }

    void makesNamesThatTheServerTakes_data()
    {
        QTest::addColumn<QString>("wanted");
        QTest::addColumn<QString>("name");
        QTest::newRow("fine") << u"my-box.1"_s << u"my-box.1"_s;
        QTest::newRow("capitals and blanks") << u"  My Box "_s << u"my-box"_s;
        QTest::newRow("other scripts") << u"Łódź 1"_s << u"d--1"_s;
        QTest::newRow("edges") << u"--box.."_s << u"box"_s;
        QTest::newRow("short") << u"a"_s << u"sandbox-a"_s;
        QTest::newRow("long") << QString(100, u'x') << QString(63, u'x');
        QTest::newRow("cut at a hyphen") << QString(62, u'x') + u"-y"_s << QString(62, u'x');
    }
    void makesNamesThatTheServerTakes()
    {
        QFETCH(const QString, wanted);
        QFETCH(const QString, name);
        QCOMPARE(sandboxName(wanted), name);
    }

    void makesUpANameWhereThereIsNone()
    {
        const QRegularExpression form(u"^sandbox-[a-z0-9]{6}$"_s);
        QVERIFY(form.match(sandboxName(u""_s)).hasMatch());
        QVERIFY(form.match(sandboxName(u"///"_s)).hasMatch());
        QVERIFY(sandboxName({}) != sandboxName({}));
    }

    void namesTheAppAfterTheSandbox()
    {
        const auto now = QDateTime::fromSecsSinceEpoch(1795376216);
        QCOMPARE(sandboxAppName(u"quick-sandbox"_s, now), u"sandbox-app-quick-sandbox-1795376216"_s);
        const QString longest = sandboxAppName(QString(63, u'x'), now);
        QCOMPARE(longest.size(), 63);
        QVERIFY(longest.endsWith(u"x-1795376216"_s));
    }
};

QTEST_GUILESS_MAIN(TestDefinition)
#include "test_definition.moc"
