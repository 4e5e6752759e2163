// SPDX-License-Identifier: Apache-2.0
#include "localengine.h"
#include "sandboxclient.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QTest>

using namespace Qt::Literals::StringLiterals;
using namespace Koyeb::Testing;

namespace {

QJsonObject definition(const QString &name)
{
    return {
        {u"name"_s, name},
        {u"type"_s, u"SANDBOX"_s},
        {u"docker"_s, QJsonObject{{u"image"_s, u"koyeb/sandbox"_s}}},
        {u"env"_s, QJsonArray{QJsonObject{{u"key"_s, u"SANDBOX_SECRET"_s}, {u"value"_s, u"s"_s}}}},
        {u"regions"_s, QJsonArray{u"na"_s}},
        {u"instance_types"_s, QJsonArray{QJsonObject{{u"type"_s, u"micro"_s}}}}};
}

QStringList fieldsOf(const QJsonObject &error)
{
    QStringList fields;
    for (const QJsonValue &field : error.value("fields"_L1).toArray())
        fields.append(field.toObject().value("field"_L1).toString());
    return fields;
}

} // namespace

class ControlPlaneTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void wantsTheToken_data();
    void wantsTheToken();
    void tellsTheCatalogToEverybody();
    void servesItsOwnHostAndPagesOnly_data();
    void servesItsOwnHostAndPagesOnly();
    void tellsWhoIsSignedIn();
    void answersUnknownThingsWith404_data();
    void answersUnknownThingsWith404();
    void pagesThroughLists();
    void namesTheFieldsThatAreWrong_data();
    void namesTheFieldsThatAreWrong();
    void refusesBodiesThatAreNestedTooDeeply_data();
    void refusesBodiesThatAreNestedTooDeeply();
    void answersRequestsThatAreTooLarge();
    void dryRunCreatesNothing();
    void listsRegionsAndInstanceTypes();
    void writes64BitVersionsAsText();
    void replacesTheDeploymentOfAChangedDefinition();
    void keepsTheDeploymentWhenOnlyTheLifeCycleChanges();
    void deletesAnAppWithItsServices();
    void deletesAnEmptyAppThatAsksForIt();
    void deletesAfterTheTimeGiven();
    void failsADeploymentWithoutSecret();

private:
    [[nodiscard]] QString createApp(const QString &name, bool deleteWhenEmpty = false) const;
    [[nodiscard]] QString statusOf(const QString &path, const QString &member) const;

    LocalEngine m_engine;
};

void ControlPlaneTest::initTestCase()
{
    QVERIFY2(m_engine.start(), qPrintable(m_engine.errorText()));
}

QString ControlPlaneTest::createApp(const QString &name, bool deleteWhenEmpty) const
{
    const QJsonObject lifeCycle{{u"delete_when_empty"_s, deleteWhenEmpty}};
    const auto reply =
        m_engine.request("POST", u"/v1/apps"_s, {{u"name"_s, name}, {u"life_cycle"_s, lifeCycle}});
    return reply.body.value("app"_L1).toObject().value("id"_L1).toString();
}

QString ControlPlaneTest::statusOf(const QString &path, const QString &member) const
{
    const auto reply = m_engine.request("GET", path);
    return reply.status == 404 ? u"gone"_s
                               : reply.body.value(member).toObject().value("status"_L1).toString();
}

void ControlPlaneTest::wantsTheToken_data()
{
    QTest::addColumn<QByteArray>("authorization");
    QTest::newRow("none") << QByteArray();
    QTest::newRow("wrong") << QByteArray("Bearer wrong");
    QTest::newRow("another scheme") << "Basic " + m_engine.token().toUtf8();
}

void ControlPlaneTest::wantsTheToken()
{
    QFETCH(QByteArray, authorization);
    const QUrl url(m_engine.url().toString() + u"/v1/account/profile"_s);
    const HttpReply reply = fetch("GET", url, {{"Authorization", authorization}});
    QCOMPARE(reply.status, 401);
    const QJsonObject body = QJsonDocument::fromJson(reply.body).object();
    QCOMPARE(body.value("code"_L1).toString(), u"authentication_error"_s);
    QCOMPARE(body.value("status"_L1).toInt(), 401);
}

void ControlPlaneTest::tellsTheCatalogToEverybody()
{
    const QString host = m_engine.url().toString();
    QCOMPARE(fetch("GET", QUrl(host + u"/v1/catalog/regions"_s)).status, 200);
    QCOMPARE(fetch("POST", QUrl(host + u"/v1/catalog/regions"_s)).status, 401);
    QCOMPARE(fetch("GET", QUrl(host + u"/v1/catalog"_s)).status, 401);
}

void ControlPlaneTest::servesItsOwnHostAndPagesOnly_data()
{
    QTest::addColumn<QByteArray>("header");
    QTest::addColumn<QByteArray>("value");
    QTest::newRow("a name that leads here") << QByteArray("Host") << QByteArray("evil.example:80");
    QTest::newRow("a page of another site") << QByteArray("Origin") << QByteArray("https://evil.example");
    QTest::newRow("a local file") << QByteArray("Origin") << QByteArray("null");
}

void ControlPlaneTest::servesItsOwnHostAndPagesOnly()
{
    QFETCH(QByteArray, header);
    QFETCH(QByteArray, value);
    const QUrl url(m_engine.url().toString() + u"/v1/apps"_s);
    const QByteArray token = "Bearer " + m_engine.token().toUtf8();
    QCOMPARE(fetch("GET", url, {{"Authorization", token}, {header, value}}).status, 403);
}

void ControlPlaneTest::tellsWhoIsSignedIn()
{
    const QJsonObject user =
        m_engine.request("GET", u"/v1/account/profile"_s).body.value("user"_L1).toObject();
    QVERIFY(!user.value("id"_L1).toString().isEmpty());
    const auto reply = m_engine.request("GET", u"/v1/account/organization"_s);
    const QJsonObject organization = reply.body.value("organization"_L1).toObject();
    QCOMPARE(organization.value("status"_L1).toString(), u"ACTIVE"_s);
    const QString id = organization.value("id"_L1).toString();
    QCOMPARE(
        m_engine.request("GET", u"/v1/organizations/"_s + id).body.value("organization"_L1), organization);
}

void ControlPlaneTest::answersUnknownThingsWith404_data()
{
    QTest::addColumn<QString>("path");
    for (const char *path :
         {"/v1/apps/x", "/v1/services/x", "/v1/deployments/x", "/v1/instances/x", "/v1/organizations/x",
          "/v1/catalog/regions/x", "/v1/secrets/x", "/v1/domains/x", "/v1/projects/x", "/v1/nothing"})
        QTest::newRow(path) << QString::fromLatin1(path);
}

void ControlPlaneTest::answersUnknownThingsWith404()
{
    QFETCH(QString, path);
    const auto reply = m_engine.request("GET", path);
    QCOMPARE(reply.status, 404);
    QCOMPARE(reply.body.value("status"_L1).toInt(), 404);
    QVERIFY(!reply.body.value("message"_L1).toString().isEmpty());
}

void ControlPlaneTest::pagesThroughLists()
{
    for (int i = 0; i < 5; ++i)
        QVERIFY(!createApp(u"paged-%1"_s.arg(i)).isEmpty());
    QStringList names;
    bool more = true;
    for (int offset = 0; more; offset += 2) {
        const QJsonObject page =
            m_engine.request("GET", u"/v1/apps?name=paged-&limit=2&offset=%1"_s.arg(offset)).body;
        QCOMPARE(page.value("count"_L1).toInt(), 5);
        QCOMPARE(page.value("limit"_L1).toInt(), 2);
        for (const QJsonValue &app : page.value("apps"_L1).toArray())
            names.append(app.toObject().value("name"_L1).toString());
        more = page.value("has_next"_L1).toBool();
    }
    names.sort();
    QCOMPARE(names, QStringList({u"paged-0"_s, u"paged-1"_s, u"paged-2"_s, u"paged-3"_s, u"paged-4"_s}));
}

void ControlPlaneTest::namesTheFieldsThatAreWrong_data()
{
    QTest::addColumn<QString>("member");
    QTest::addColumn<QJsonValue>("value");
    QTest::addColumn<QString>("field");
    const auto row = [](const char *name, const char *member, const QJsonValue &value, const char *field) {
        QTest::newRow(name) << QString::fromLatin1(member) << value << QString::fromLatin1(field);
    };
    row("no image", "docker", QJsonObject(), "definition.docker.image");
    row("bad name", "name", u"No Spaces"_s, "definition.name");
    row("short name", "name", u"ab"_s, "definition.name");
    row("another type", "type", u"WEB"_s, "definition.type");
    row("unknown region", "regions", QJsonArray{u"moon"_s}, "definition.regions.0");
    row("unknown instance type", "instance_types", QJsonArray{QJsonObject{{u"type"_s, u"giant"_s}}},
        "definition.instance_types.0.type");
    row("variable without name", "env", QJsonArray{QJsonObject{{u"value"_s, u"x"_s}}},
        "definition.env.0.key");
    row("no list of variables", "env", u"none"_s, "definition.env");
    row("no objects in a list", "ports", QJsonArray{3030}, "definition.ports");
    row("no texts in a list", "regions", QJsonArray{1}, "definition.regions");
    row("words that are one text", "docker",
        QJsonObject{{u"image"_s, u"koyeb/sandbox"_s}, {u"args"_s, u"--verbose"_s}}, "definition.docker.args");
    row("a text for a flag", "docker",
        QJsonObject{{u"image"_s, u"koyeb/sandbox"_s}, {u"privileged"_s, u"no"_s}},
        "definition.docker.privileged");
    row("file outside", "config_files", QJsonArray{QJsonObject{{u"path"_s, u"/etc/../../x"_s}}},
        "definition.config_files.0.path");
}

void ControlPlaneTest::namesTheFieldsThatAreWrong()
{
    QFETCH(QString, member);
    QFETCH(QJsonValue, value);
    QFETCH(QString, field);
    QJsonObject wrong = definition(u"wrong"_s);
    wrong.insert(member, value);
    const QString appId = createApp(u"app-of-wrong"_s);
    const auto reply = m_engine.request(
        "POST", u"/v1/services?dry_run=true"_s, {{u"app_id"_s, appId}, {u"definition"_s, wrong}});
    QCOMPARE(reply.status, 400);
    QCOMPARE(fieldsOf(reply.body), QStringList{field});
}

void ControlPlaneTest::refusesBodiesThatAreNestedTooDeeply_data()
{
    QTest::addColumn<int>("depth");
    QTest::addColumn<int>("status");
    QTest::newRow("deep") << 90 << 200;
    QTest::newRow("too deep") << 110 << 400;
    QTest::newRow("enough to use up the stack") << 1'000'000 << 400;
}

void ControlPlaneTest::refusesBodiesThatAreNestedTooDeeply()
{
    QFETCH(int, depth);
    QFETCH(int, status);
    const QByteArray body = "{\"name\": \"nested-" + QByteArray::number(depth) +
                            "\", \"extra\": " + QByteArray(depth, '[') + QByteArray(depth, ']') + '}';
    const QUrl url(m_engine.url().toString() + u"/v1/apps"_s);
    QCOMPARE(
        fetch("POST", url, {{"Authorization", "Bearer " + m_engine.token().toUtf8()}}, body).status, status);
}

void ControlPlaneTest::answersRequestsThatAreTooLarge()
{
    const QString host = m_engine.url().toString();
    const QByteArray authorization = "Bearer " + m_engine.token().toUtf8();
    const auto list = [&](int ids) {
        const QString query = u"instance_ids=c0ffee00-0000-4000-8000-000000000000&"_s.repeated(ids);
        const QUrl url(host + u"/v1/instance_events?"_s + query);
        return fetch("GET", url, {{"Authorization", authorization}}).status;
    };
    QCOMPARE(list(1000), 200);
    QCOMPARE(list(2000), 431);
    const QByteArray body = "{\"name\": \"" + QByteArray(9 * 1024 * 1024, 'a') + "\"}";
    QCOMPARE(fetch("POST", QUrl(host + u"/v1/apps"_s), {{"Authorization", authorization}}, body).status, 413);
}

void ControlPlaneTest::dryRunCreatesNothing()
{
    const QJsonObject body{{u"app_id"_s, u"not-there-yet"_s}, {u"definition"_s, definition(u"ghost"_s)}};
    QCOMPARE(m_engine.request("POST", u"/v1/services?dry_run=true"_s, body).status, 200);
    QCOMPARE(m_engine.request("GET", u"/v1/services?name=ghost"_s).body.value("count"_L1).toInt(), 0);
    const auto reply = m_engine.request("POST", u"/v1/services"_s, body);
    QCOMPARE(reply.status, 400);
    QCOMPARE(fieldsOf(reply.body), QStringList{u"app_id"_s});
}

void ControlPlaneTest::listsRegionsAndInstanceTypes()
{
    const QJsonObject region =
        m_engine.request("GET", u"/v1/catalog/regions/na"_s).body.value("region"_L1).toObject();
    QCOMPARE(region.value("status"_L1).toString(), u"AVAILABLE"_s);
    const QJsonObject types = m_engine.request("GET", u"/v1/catalog/instances?limit=100"_s).body;
    QCOMPARE(types.value("count"_L1).toInt(), 6);
    QVERIFY(!types.contains("has_next"_L1));
    const QJsonObject micro =
        m_engine.request("GET", u"/v1/catalog/instances/micro"_s).body.value("instance"_L1).toObject();
    QCOMPARE(micro.value("price_hourly"_L1), QJsonValue(u"0"_s));
    QCOMPARE(micro.value("memory"_L1).toString(), u"512MB"_s);
}

void ControlPlaneTest::writes64BitVersionsAsText()
{
    const QString id = createApp(u"versioned"_s);
    const QJsonObject app = m_engine.request("GET", u"/v1/apps/"_s + id).body.value("app"_L1).toObject();
    QCOMPARE(app.value("version"_L1), QJsonValue(u"1"_s));
    QVERIFY(app.value("terminated_at"_L1).isNull());
}

void ControlPlaneTest::replacesTheDeploymentOfAChangedDefinition()
{
    const QJsonObject sandbox = m_engine.createSandbox(u"changing"_s);
    const SandboxClient client(sandbox);
    QCOMPARE(client.run(u"echo kept > /root/file; cat /root/file"_s), u"kept"_s);
    const QJsonObject before = sandbox.value("deployment"_L1).toObject();
    QJsonObject changed = before.value("definition"_L1).toObject();
    QJsonArray env = changed.value("env"_L1).toArray();
    env.prepend(QJsonObject{{u"key"_s, u"COLOUR"_s}, {u"value"_s, u"blue"_s}});
    changed.insert("env"_L1, env);
    const QString servicePath = u"/v1/services/"_s + client.serviceId();
    const auto reply = m_engine.request("PUT", servicePath, {{u"definition"_s, changed}});
    const QJsonObject service = reply.body.value("service"_L1).toObject();
    QCOMPARE(service.value("active_deployment_id"_L1), before.value("id"_L1));
    QVERIFY(service.value("latest_deployment_id"_L1) != before.value("id"_L1));
    QTRY_COMPARE_WITH_TIMEOUT(client.run(u"echo $COLOUR"_s), u"blue"_s, 30'000);
    QCOMPARE(client.run(u"ls /root"_s), QString());
    const QString oldPath = u"/v1/deployments/"_s + before.value("id"_L1).toString();
    QTRY_COMPARE_WITH_TIMEOUT(statusOf(oldPath, u"deployment"_s), u"STOPPED"_s, 30'000);
}

void ControlPlaneTest::keepsTheDeploymentWhenOnlyTheLifeCycleChanges()
{
    const QJsonObject sandbox = m_engine.createSandbox(u"patient"_s);
    const QString path = u"/v1/services/"_s + sandbox.value("service_id"_L1).toString();
    const QJsonObject lifeCycle{{u"delete_after_create"_s, 3600}, {u"delete_after_sleep"_s, 60}};
    const auto reply = m_engine.request("PATCH", path, {{u"life_cycle"_s, lifeCycle}});
    const QJsonObject service = reply.body.value("service"_L1).toObject();
    QCOMPARE(service.value("life_cycle"_L1).toObject(), lifeCycle);
    QCOMPARE(
        service.value("latest_deployment_id"_L1), sandbox.value("deployment"_L1).toObject().value("id"_L1));
}

void ControlPlaneTest::deletesAnAppWithItsServices()
{
    const QJsonObject sandbox = m_engine.createSandbox(u"doomed"_s);
    const QString servicePath = u"/v1/services/"_s + sandbox.value("service_id"_L1).toString();
    const QString appPath = u"/v1/apps/"_s + sandbox.value("app_id"_L1).toString();
    QCOMPARE(m_engine.request("DELETE", appPath).status, 200);
    QCOMPARE(statusOf(appPath, u"app"_s), u"DELETING"_s);
    QTRY_COMPARE_WITH_TIMEOUT(statusOf(servicePath, u"service"_s), u"gone"_s, 30'000);
    QTRY_COMPARE_WITH_TIMEOUT(statusOf(appPath, u"app"_s), u"gone"_s, 30'000);
    QCOMPARE(fetch("GET", SandboxClient(sandbox).publicUrl(u"/koyeb-sandbox/health"_s)).status, 0);
}

void ControlPlaneTest::deletesAnEmptyAppThatAsksForIt()
{
    const QString appId = createApp(u"vanishing"_s, true);
    const auto created = m_engine.request(
        "POST", u"/v1/services"_s, {{u"app_id"_s, appId}, {u"definition"_s, definition(u"only"_s)}});
    const QString serviceId = created.body.value("service"_L1).toObject().value("id"_L1).toString();
    QCOMPARE(m_engine.request("DELETE", u"/v1/services/"_s + serviceId).status, 200);
    QTRY_COMPARE_WITH_TIMEOUT(statusOf(u"/v1/apps/"_s + appId, u"app"_s), u"gone"_s, 30'000);
}

void ControlPlaneTest::deletesAfterTheTimeGiven()
{
    const QJsonObject sandbox = m_engine.createSandbox(u"brief"_s);
    const QString path = u"/v1/services/"_s + sandbox.value("service_id"_L1).toString();
    const QJsonObject lifeCycle{{u"delete_after_create"_s, 1}};
    QCOMPARE(m_engine.request("PATCH", path, {{u"life_cycle"_s, lifeCycle}}).status, 200);
    QTRY_COMPARE_WITH_TIMEOUT(statusOf(path, u"service"_s), u"gone"_s, 30'000);
}

void ControlPlaneTest::failsADeploymentWithoutSecret()
{
    QJsonObject open = definition(u"open"_s);
    open.remove("env"_L1);
    const QString appId = createApp(u"app-of-open"_s);
    const auto created =
        m_engine.request("POST", u"/v1/services"_s, {{u"app_id"_s, appId}, {u"definition"_s, open}});
    const QJsonObject service = created.body.value("service"_L1).toObject();
    const QString path = u"/v1/deployments/"_s + service.value("latest_deployment_id"_L1).toString();
    QTRY_COMPARE_WITH_TIMEOUT(statusOf(path, u"deployment"_s), u"ERROR"_s, 30'000);
    const QString servicePath = u"/v1/services/"_s + service.value("id"_L1).toString();
    QCOMPARE(statusOf(servicePath, u"service"_s), u"UNHEALTHY"_s);
}

QTEST_GUILESS_MAIN(ControlPlaneTest)
#include "controlplanetest.moc"
