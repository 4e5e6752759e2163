// SPDX-License-Identifier: Apache-2.0
#include "localengine.h"
#include "sandboxclient.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QTest>

using namespace Qt::Literals::StringLiterals;
using namespace Koyeb::Testing;

/// Secrets and where sandboxes use them; what else a definition says about the file system and the processes
/// of a sandbox; domains; the check of an image's name.
class SecretsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void createsListsAndRevealsASecret();
    void hidesValuesExceptWhenRevealing();
    void namesTheFieldsThatAreWrong_data();
    void namesTheFieldsThatAreWrong();
    void changesAndDeletesASecret();
    void putsSecretsIntoTheEnvironment();
    void readsTheSandboxSecretFromASecret();
    void putsSecretsIntoConfigFiles();
    void saysWhichConfigFilesItCannotPlace();
    void leavesWhatIsNoReferenceAsItIs();
    void saysWhichSecretsAreMissing();
    void runsTheContainersOwnCommand();
    void listsNamesToReferTo();
    void attachesAndDetachesADomain();
    void renamesAnAutomaticDomain();
    void checksTheNameOfAnImage_data();
    void checksTheNameOfAnImage();
    void tellsWhatIsAvailableWhere();
    void notesWhoDidWhat();

private:
    [[nodiscard]] QString createSecret(const QString &name, const QString &value) const;

    LocalEngine m_engine;
};

void SecretsTest::initTestCase()
{
    QVERIFY2(m_engine.start(), qPrintable(m_engine.errorText()));
}

QString SecretsTest::createSecret(const QString &name, const QString &value) const
{
    const auto reply = m_engine.request(
        "POST", u"/v1/secrets"_s, {{u"name"_s, name}, {u"type"_s, u"SIMPLE"_s}, {u"value"_s, value}});
    return reply.body.value("secret"_L1).toObject().value("id"_L1).toString();
}

void SecretsTest::createsListsAndRevealsASecret()
{
    const QString id = createSecret(u"plain"_s, u"hidden value"_s);
    QVERIFY(!id.isEmpty());
    const QJsonObject list = m_engine.request("GET", u"/v1/secrets?name=plain"_s).body;
    QCOMPARE(list.value("count"_L1).toInt(), 1);
    QVERIFY(!list.contains("has_next"_L1));
    const auto revealed = m_engine.request("POST", u"/v1/secrets/%1/reveal"_s.arg(id));
    QCOMPARE(revealed.body.value("value"_L1), QJsonValue(u"hidden value"_s));
}

void SecretsTest::hidesValuesExceptWhenRevealing()
{
    const QJsonObject registry{{u"username"_s, u"me"_s}, {u"password"_s, u"hidden-password"_s}};
    const auto created = m_engine.request(
        "POST", u"/v1/secrets"_s,
        {{u"name"_s, u"images"_s}, {u"type"_s, u"REGISTRY"_s}, {u"github_registry"_s, registry}});
    const QJsonObject secret = created.body.value("secret"_L1).toObject();
    QCOMPARE(secret.value("github_registry"_L1).toObject().value("username"_L1).toString(), u"me"_s);
    QVERIFY(!secret.contains("docker_hub_registry"_L1));
    const QJsonObject list = m_engine.request("GET", u"/v1/secrets"_s).body;
    QVERIFY(!QJsonDocument(list).toJson().contains("hidden"));
    const QString path = u"/v1/secrets/%1/reveal"_s.arg(secret.value("id"_L1).toString());
    QCOMPARE(m_engine.request("POST", path).body.value("value"_L1).toObject(), registry);
}

void SecretsTest::namesTheFieldsThatAreWrong_data()
{
    QTest::addColumn<QJsonObject>("body");
    QTest::addColumn<QString>("field");
    QTest::newRow("no name") << QJsonObject{{u"type"_s, u"SIMPLE"_s}, {u"value"_s, u"x"_s}} << u"name"_s;
    QTest::newRow("no value") << QJsonObject{{u"name"_s, u"n1"_s}, {u"type"_s, u"SIMPLE"_s}} << u"value"_s;
    QTest::newRow("no type") << QJsonObject{{u"name"_s, u"n2"_s}, {u"value"_s, u"x"_s}} << u"type"_s;
    QTest::newRow("no registry") << QJsonObject{{u"name"_s, u"n3"_s}, {u"type"_s, u"REGISTRY"_s}}
                                 << u"type"_s;
    const QJsonObject half{{u"username"_s, u"me"_s}, {u"password"_s, u"p"_s}};
    QTest::newRow("half a registry")
        << QJsonObject{{u"name"_s, u"n4"_s}, {u"type"_s, u"REGISTRY"_s}, {u"private_registry"_s, half}}
        << u"private_registry.url"_s;
}

void SecretsTest::namesTheFieldsThatAreWrong()
{
    QFETCH(QJsonObject, body);
    QFETCH(QString, field);
    const auto reply = m_engine.request("POST", u"/v1/secrets"_s, body);
    QCOMPARE(reply.status, 400);
    const QJsonArray fields = reply.body.value("fields"_L1).toArray();
    QCOMPARE(fields.first().toObject().value("field"_L1).toString(), field);
}

void SecretsTest::changesAndDeletesASecret()
{
    const QString id = createSecret(u"changing"_s, u"old"_s);
    const QString path = u"/v1/secrets/"_s + id;
    QCOMPARE(m_engine.request("PATCH", path, {{u"value"_s, u"new"_s}}).status, 200);
    QCOMPARE(m_engine.request("POST", path + u"/reveal"_s).body.value("value"_L1), QJsonValue(u"new"_s));
    QVERIFY(!createSecret(u"other"_s, u"x"_s).isEmpty());
    QCOMPARE(m_engine.request("PATCH", path, {{u"name"_s, u"other"_s}}).status, 400);
    QCOMPARE(m_engine.request("DELETE", path).status, 200);
    QCOMPARE(m_engine.request("GET", path).status, 404);
}

void SecretsTest::putsSecretsIntoTheEnvironment()
{
    QVERIFY(!createSecret(u"api-key"_s, u"k3y"_s).isEmpty());
    const QJsonArray env{
        QJsonObject{{u"key"_s, u"TEMPLATE"_s}, {u"value"_s, u"<{{ secret.api-key }}|{{secret.api-key}}>"_s}},
        QJsonObject{{u"key"_s, u"MEMBER"_s}, {u"secret"_s, u"api-key"_s}}};
    const QJsonObject sandbox = m_engine.createSandbox(u"keyed"_s, {{u"env"_s, env}});
    QCOMPARE(SandboxClient(sandbox).run(u"echo \"$TEMPLATE $MEMBER\""_s), u"<k3y|k3y> k3y"_s);
    // The definition keeps the reference.
    const QByteArray deployment = QJsonDocument(sandbox.value("deployment"_L1).toObject()).toJson();
    QVERIFY(!deployment.contains("k3y"));
}

void SecretsTest::readsTheSandboxSecretFromASecret()
{
    QVERIFY(!createSecret(u"executor-secret"_s, u"from the vault"_s).isEmpty());
    const auto app = m_engine.request("POST", u"/v1/apps"_s, {{u"name"_s, u"vaulted"_s}});
    const QJsonObject entry{{u"key"_s, u"SANDBOX_SECRET"_s}, {u"secret"_s, u"executor-secret"_s}};
    const QJsonObject definition{
        {u"name"_s, u"vaulted"_s},
        {u"type"_s, u"SANDBOX"_s},
        {u"docker"_s, QJsonObject{{u"image"_s, u"koyeb/sandbox"_s}}},
        {u"env"_s, QJsonArray{entry}},
        {u"regions"_s, QJsonArray{u"na"_s}},
        {u"instance_types"_s, QJsonArray{QJsonObject{{u"type"_s, u"micro"_s}}}}};
    const QJsonValue appId = app.body.value("app"_L1).toObject().value("id"_L1);
    const auto created =
        m_engine.request("POST", u"/v1/services"_s, {{u"app_id"_s, appId}, {u"definition"_s, definition}});
    const QString deploymentPath =
        u"/v1/deployments/"_s +
        created.body.value("service"_L1).toObject().value("latest_deployment_id"_L1).toString();
    QJsonObject deployment;
    const auto status = [&]() {
        deployment = m_engine.request("GET", deploymentPath).body.value("deployment"_L1).toObject();
        return deployment.value("status"_L1).toString();
    };
    QTRY_COMPARE_WITH_TIMEOUT(status(), u"HEALTHY"_s, 60'000);
    const QJsonObject address = deployment.value("metadata"_L1).toObject().value("sandbox"_L1).toObject();
    const SandboxClient client(
        {{u"public_url"_s, address.value("public_url"_L1)},
         {u"routing_key"_s, address.value("routing_key"_L1)},
         {u"secret"_s, u"from the vault"_s}});
    QCOMPARE(client.run(u"echo in"_s), u"in"_s);
}

void SecretsTest::putsSecretsIntoConfigFiles()
{
    QVERIFY(!createSecret(u"certificate"_s, u"-----BEGIN-----"_s).isEmpty());
    const QJsonArray files{
        QJsonObject{{u"path"_s, u"/etc/myapp/plain.yaml"_s}, {u"content"_s, u"key: value\n"_s}},
        QJsonObject{
            {u"path"_s, u"/etc/myapp/cert.pem"_s},
            {u"permissions"_s, u"0600"_s},
            {u"content"_s, u"{{ secret.certificate }}"_s}}};
    const QJsonObject sandbox = m_engine.createSandbox(u"filed"_s, {{u"config_files"_s, files}});
    const SandboxClient client(sandbox);
    QCOMPARE(
        client.run(u"stat -c %a /etc/myapp/plain.yaml /etc/myapp/cert.pem; cat /etc/myapp/*"_s),
        u"644\n600\n-----BEGIN-----key: value"_s);
}

void SecretsTest::saysWhichConfigFilesItCannotPlace()
{
    const QStringList hidden{
        u"/usr/local/etc/hidden.conf"_s, u"/bin/hidden"_s, u"//run/./hidden"_s, u"/etc/ssl/certs/own.pem"_s};
    const QStringList paths = hidden + QStringList{u"/opt/seen"_s, u"/usrlocal/seen"_s};
    QJsonArray files;
    for (const QString &path : paths)
        files.append(QJsonObject{{u"path"_s, path}, {u"content"_s, u"here"_s}});
    const QJsonObject sandbox = m_engine.createSandbox(u"covered"_s, {{u"config_files"_s, files}});
    QVERIFY2(!sandbox.isEmpty(), qPrintable(m_engine.errorText()));
    QStringList told;
    const QJsonArray messages = sandbox.value("deployment"_L1).toObject().value("messages"_L1).toArray();
    for (qsizetype i = 1; i < messages.size(); ++i)
        told.append(messages.at(i).toString().section(u' ', 0, 0));
    QCOMPARE(told, hidden);
    QCOMPARE(
        SandboxClient(sandbox).run(u"ls "_s + paths.join(u' ') + u" 2>/dev/null"_s),
        u"/opt/seen\n/usrlocal/seen"_s);
    QVERIFY(!QFile::exists(hidden.first()) && !QFile::exists(hidden.at(1)));
}

void SecretsTest::leavesWhatIsNoReferenceAsItIs()
{
    QVERIFY(!createSecret(u"near"_s, u"here"_s).isEmpty());
    // Longer than a matcher that calls itself for each character would live.
    const QString blanks(500'000, u' ');
    const QString content =
        u"{{"_s + blanks + u"{{{ secret.near }}} {{secret. }} {{ other.near }} {{secret.near} {{"_s;
    const QJsonObject file{{u"path"_s, u"/etc/template"_s}, {u"content"_s, content}};
    const QJsonObject sandbox =
        m_engine.createSandbox(u"templated"_s, {{u"config_files"_s, QJsonArray{file}}});
    QVERIFY2(!sandbox.isEmpty(), qPrintable(m_engine.errorText()));
    const QString expected = u"{here} {{secret. }} {{ other.near }} {{secret.near} {{"_s;
    QCOMPARE(SandboxClient(sandbox).run(u"tr -s ' ' < /etc/template"_s), u"{{ "_s + expected);
}

void SecretsTest::saysWhichSecretsAreMissing()
{
    const QJsonArray env{QJsonObject{{u"key"_s, u"MISSING"_s}, {u"value"_s, u"{{ secret.nowhere }}"_s}}};
    const QJsonObject sandbox = m_engine.createSandbox(u"lacking"_s, {{u"env"_s, env}});
    QCOMPARE(SandboxClient(sandbox).run(u"echo ${MISSING-unset}"_s), u"unset"_s);
    const QJsonArray messages = sandbox.value("deployment"_L1).toObject().value("messages"_L1).toArray();
    QVERIFY(messages.last().toString().startsWith(u"MISSING "_s));
}

void SecretsTest::runsTheContainersOwnCommand()
{
    const QJsonObject docker{
        {u"image"_s, u"koyeb/sandbox"_s},
        {u"entrypoint"_s, QJsonArray{u"/bin/sh"_s, u"-c"_s}},
        {u"command"_s, u"echo \"$0 $1 $KOYEB_LOCAL_MAIN_COMMAND\" > /root/own; exec sleep 1000"_s},
        {u"args"_s, QJsonArray{u"zero"_s, u"one two"_s}}};
    const QJsonObject sandbox = m_engine.createSandbox(u"own-command"_s, {{u"docker"_s, docker}});
    const SandboxClient client(sandbox);
    QTRY_COMPARE_WITH_TIMEOUT(client.run(u"cat /root/own 2>/dev/null"_s), u"zero one two"_s, 60'000);
    QCOMPARE(client.run(u"ps ax | grep -c '[s]leep 1000'"_s), u"1"_s);
    const HttpReply processes =
        fetch("GET", client.publicUrl(u"/koyeb-sandbox/list_processes"_s), client.credentials());
    QVERIFY2(!processes.body.contains("sleep"), processes.body);
    // It runs again after a restart, as the container's would.
    (void)client.run(u"rm /root/own"_s);
    QVERIFY(m_engine.misbehave({{u"restart_executor"_s, client.serviceId()}}));
    QTRY_COMPARE_WITH_TIMEOUT(client.run(u"cat /root/own 2>/dev/null"_s), u"zero one two"_s, 60'000);
}

void SecretsTest::listsNamesToReferTo()
{
    QVERIFY(!createSecret(u"referred"_s, u"x"_s).isEmpty());
    const QJsonObject definition{
        {u"env"_s, QJsonArray{QJsonObject{{u"key"_s, u"MINE"_s}, {u"value"_s, u"x"_s}}}}};
    const QJsonObject names =
        m_engine.request("POST", u"/v1/services-autocomplete"_s, {{u"definition"_s, definition}}).body;
    QVERIFY(names.value("secrets"_L1).toArray().contains(u"referred"_s));
    QCOMPARE(names.value("user_env"_L1).toArray(), QJsonArray{u"MINE"_s});
    QVERIFY(names.value("system_env"_L1).toArray().contains(u"KOYEB_REGION"_s));
}

void SecretsTest::attachesAndDetachesADomain()
{
    const auto app = m_engine.request("POST", u"/v1/apps"_s, {{u"name"_s, u"domained"_s}});
    const QString appId = app.body.value("app"_L1).toObject().value("id"_L1).toString();
    const auto created = m_engine.request(
        "POST", u"/v1/domains"_s,
        {{u"name"_s, u"box.example.org"_s}, {u"type"_s, u"CUSTOM"_s}, {u"app_id"_s, appId}});
    QCOMPARE(created.status, 200);
    const QString path =
        u"/v1/domains/"_s + created.body.value("domain"_L1).toObject().value("id"_L1).toString();
    const auto domainsOfApp = [&]() {
        const QJsonObject body = m_engine.request("GET", u"/v1/apps/"_s + appId).body;
        return body.value("app"_L1).toObject().value("domains"_L1).toArray().size();
    };
    QCOMPARE(domainsOfApp(), 2);
    QCOMPARE(m_engine.request("PATCH", path, {{u"app_id"_s, QString()}}).status, 200);
    QCOMPARE(domainsOfApp(), 1);
    const QJsonObject list = m_engine.request("GET", u"/v1/domains?types=CUSTOM&name=box.example"_s).body;
    QCOMPARE(list.value("count"_L1).toInt(), 1);
    QCOMPARE(m_engine.request("POST", path + u"/refresh"_s).status, 200);
    QCOMPARE(m_engine.request("DELETE", path).status, 200);
    QCOMPARE(m_engine.request("GET", path).status, 404);
}

void SecretsTest::renamesAnAutomaticDomain()
{
    const auto app = m_engine.request("POST", u"/v1/apps"_s, {{u"name"_s, u"renamed"_s}});
    const QJsonObject domain =
        app.body.value("app"_L1).toObject().value("domains"_L1).toArray().first().toObject();
    QCOMPARE(domain.value("type"_L1).toString(), u"AUTOASSIGNED"_s);
    const QString path = u"/v1/domains/"_s + domain.value("id"_L1).toString();
    const auto tried = m_engine.request("PATCH", path + u"?dry_run=true"_s, {{u"subdomain"_s, u"better"_s}});
    QVERIFY(tried.body.value("domain"_L1).toObject().value("name"_L1).toString().startsWith(u"better."_s));
    QCOMPARE(
        m_engine.request("GET", path).body.value("domain"_L1).toObject().value("name"_L1),
        domain.value("name"_L1));
    QCOMPARE(m_engine.request("DELETE", path).status, 400);
}

void SecretsTest::checksTheNameOfAnImage_data()
{
    QTest::addColumn<QString>("image");
    QTest::addColumn<QString>("code");
    QTest::newRow("short") << u"koyeb/sandbox"_s << QString();
    QTest::newRow("whole") << u"ghcr.io/acme/private-sandbox:1.2.3"_s << QString();
    QTest::newRow("scheme") << u"https://ghcr.io/acme/box"_s << u"INVALID_SCHEME"_s;
    QTest::newRow("spaces") << u"not an image"_s << u"MALFORMED"_s;
    QTest::newRow("nothing") << QString() << u"MALFORMED"_s;
}

void SecretsTest::checksTheNameOfAnImage()
{
    QFETCH(QString, image);
    QFETCH(QString, code);
    const QString query =
        u"/v1/docker-helper/verify?image="_s + QString::fromLatin1(QUrl::toPercentEncoding(image));
    const auto reply = m_engine.request("GET", query);
    QCOMPARE(reply.status, 200);
    QCOMPARE(reply.body.value("success"_L1).toBool(), code.isEmpty());
    if (!code.isEmpty())
        QCOMPARE(reply.body.value("code"_L1).toString(), code);
}

void SecretsTest::tellsWhatIsAvailableWhere()
{
    const QJsonObject usage =
        m_engine.request("GET", u"/v1/catalog/usage"_s).body.value("usage"_L1).toObject();
    const QJsonObject micro = usage.value("instances"_L1).toObject().value("micro"_L1).toObject();
    QCOMPARE(micro.value("availability"_L1).toString(), u"HIGH"_s);
    QVERIFY(micro.value("regions"_L1).toObject().contains("fra"_L1));
    QVERIFY(!micro.value("regions"_L1).toObject().contains("sao"_L1));
    const QJsonObject regions = m_engine.request("GET", u"/v1/catalog/regions?limit=100"_s).body;
    QCOMPARE(regions.value("count"_L1).toInt(), 15);
    QCOMPARE(
        m_engine.request("GET", u"/v1/catalog/datacenters"_s).body.value("datacenters"_L1).toArray().size(),
        1);
}

void SecretsTest::notesWhoDidWhat()
{
    const QString id = createSecret(u"noted"_s, u"x"_s);
    QCOMPARE(m_engine.request("DELETE", u"/v1/secrets/"_s + id).status, 200);
    const QJsonObject body = m_engine.request("GET", u"/v1/activities?types=secret&limit=2"_s).body;
    QStringList verbs;
    for (const QJsonValue &value : body.value("activities"_L1).toArray()) {
        const QJsonObject activity = value.toObject();
        verbs.append(activity.value("verb"_L1).toString());
        QCOMPARE(activity.value("object"_L1).toObject().value("name"_L1).toString(), u"noted"_s);
        QCOMPARE(activity.value("object"_L1).toObject().value("deleted"_L1), QJsonValue(true));
        QCOMPARE(activity.value("actor"_L1).toObject().value("type"_L1).toString(), u"user"_s);
    }
    QCOMPARE(verbs, QStringList({u"deleted"_s, u"created"_s}));
}

QTEST_GUILESS_MAIN(SecretsTest)
#include "secretstest.moc"
