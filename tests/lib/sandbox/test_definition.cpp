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

SandboxOptions quickOptions()
{
    SandboxOptions options;
    options.name = u"quick-sandbox"_s;
    return options;
}

} // namespace

class TestDefinition : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void isTheSdksByDefault()
    {
        const auto definition = sandboxDefinition(quickOptions(), u"<SANDBOX_SECRET>"_s);
        QVERIFY(definition);
        QCOMPARE(toJson(*definition), sdkDefault());
    }

    void isWhatTheContractRecorded()
    {
        QFile recorded(QFINDTESTDATA("../../../../shared/contract/create-service.default.json"));
        if (!recorded.open(QIODevice::ReadOnly)) {
            QSKIP("The contract's files are not here; the fixture above stands for them.");
        }
        QCOMPARE(
            toJson(sandboxDefinition(quickOptions(), u"<SANDBOX_SECRET>"_s).value()),
            parsed(recorded.readAll())["definition"_L1].toObject());
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
