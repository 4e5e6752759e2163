// SPDX-License-Identifier: Apache-2.0
#include "localengine.h"
#include "sandboxclient.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QTest>

using namespace Qt::Literals::StringLiterals;
using namespace Koyeb::Testing;

/// Organizations, their projects, and the tokens that open them.
class OrganizationTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void listsOrganizationsAndMembers();
    void keepsOrganizationsApart();
    void switchesOrganizations();
    void refusesToSwitchWithoutABody();
    void endsAccessTokensInTime();
    void renewsTokensWhileTheyLive();
    void refusesOddValidities_data();
    void refusesOddValidities();
    void makesCredentialsThatWork();
    void knowsNoUserBehindAnOrganizationsToken();
    void createsChangesAndDeletesProjects();
    void keepsListsToAProject();
    void refusesAProjectOfAnotherOrganization();
    void writesQuotasAndSummary();

private:
    [[nodiscard]] HttpReply send(
        const QByteArray &method, const QString &path, const QString &token, const QJsonObject &body = {},
        const QString &projectId = {}) const;
    [[nodiscard]] QJsonObject bodyOf(const HttpReply &reply) const;
    [[nodiscard]] QString organizationId(const QString &name) const;
    [[nodiscard]] QString accessToken(const QString &organization) const;

    LocalEngine m_engine;
};

void OrganizationTest::initTestCase()
{
    QVERIFY2(m_engine.start({u"--organization"_s, u"second"_s}), qPrintable(m_engine.errorText()));
}

HttpReply OrganizationTest::send(
    const QByteArray &method, const QString &path, const QString &token, const QJsonObject &body,
    const QString &projectId) const
{
    Headers headers{{"Authorization", "Bearer " + token.toUtf8()}};
    if (!projectId.isEmpty())
        headers.append({"x-koyeb-project-id", projectId.toUtf8()});
    const QByteArray content = method == "GET" ? QByteArray() : QJsonDocument(body).toJson();
    return fetch(method, QUrl(m_engine.url().toString() + path), headers, content);
}

QJsonObject OrganizationTest::bodyOf(const HttpReply &reply) const
{
    return QJsonDocument::fromJson(reply.body).object();
}

QString OrganizationTest::organizationId(const QString &name) const
{
    const QJsonObject reply = m_engine.request("GET", u"/v1/account/organizations?search="_s + name).body;
    return reply.value("organizations"_L1).toArray().first().toObject().value("id"_L1).toString();
}

QString OrganizationTest::accessToken(const QString &organization) const
{
    const QString path = u"/v1/organizations/%1/access_token"_s.arg(organizationId(organization));
    return bodyOf(send("POST", path, m_engine.token())).value("token"_L1).toString();
}

void OrganizationTest::listsOrganizationsAndMembers()
{
    const QJsonObject page = m_engine.request("GET", u"/v1/account/organizations?limit=1"_s).body;
    QCOMPARE(page.value("organizations"_L1).toArray().size(), 1);
    QCOMPARE(page.value("has_next"_L1), QJsonValue(true));
    QVERIFY(!page.contains("count"_L1));
    const QJsonObject profile =
        m_engine.request("GET", u"/v1/account/profile"_s).body.value("user"_L1).toObject();
    const QString path = u"/v1/organization_members?user_id="_s + profile.value("id"_L1).toString();
    const QJsonObject members = m_engine.request("GET", path).body;
    QCOMPARE(members.value("count"_L1).toInt(), 2);
    const QJsonObject organization =
        members.value("members"_L1).toArray().first().toObject().value("organization"_L1).toObject();
    QVERIFY(!organization.value("name"_L1).toString().isEmpty());
}

void OrganizationTest::keepsOrganizationsApart()
{
    const QString token = accessToken(u"second"_s);
    const auto app = m_engine.request("POST", u"/v1/apps"_s, {{u"name"_s, u"of-the-first"_s}});
    const QString id = app.body.value("app"_L1).toObject().value("id"_L1).toString();
    QCOMPARE(send("GET", u"/v1/apps/"_s + id, token).status, 404);
    QCOMPARE(send("DELETE", u"/v1/apps/"_s + id, token).status, 404);
    QCOMPARE(bodyOf(send("GET", u"/v1/apps"_s, token)).value("count"_L1).toInt(), 0);
    QCOMPARE(bodyOf(send("GET", u"/v1/domains"_s, token)).value("count"_L1).toInt(), 0);
    QCOMPARE(
        bodyOf(send("GET", u"/v1/activities?types=app"_s, token)).value("activities"_L1).toArray().size(), 0);
    // The same name is free in another organization.
    const HttpReply own = send("POST", u"/v1/apps"_s, token, {{u"name"_s, u"of-the-first"_s}});
    QCOMPARE(own.status, 200);
    QCOMPARE(
        bodyOf(own).value("app"_L1).toObject().value("organization_id"_L1).toString(),
        organizationId(u"second"_s));
}

void OrganizationTest::switchesOrganizations()
{
    const QString id = organizationId(u"second"_s);
    const HttpReply reply = send("POST", u"/v1/organizations/%1/switch"_s.arg(id), m_engine.token());
    QCOMPARE(reply.status, 200);
    const QJsonObject token = bodyOf(reply).value("token"_L1).toObject();
    QCOMPARE(token.value("organization_id"_L1).toString(), id);
    const HttpReply current = send("GET", u"/v1/account/organization"_s, token.value("id"_L1).toString());
    QCOMPARE(bodyOf(current).value("organization"_L1).toObject().value("name"_L1).toString(), u"second"_s);
}

void OrganizationTest::refusesToSwitchWithoutABody()
{
    const QString path = u"/v1/organizations/%1/switch"_s.arg(organizationId(u"second"_s));
    QCOMPARE(m_engine.request("POST", path).status, 400);
}

void OrganizationTest::endsAccessTokensInTime()
{
    LocalEngine engine; // its clock is moved
    QVERIFY2(engine.start(), qPrintable(engine.errorText()));
    const QJsonObject organization =
        engine.request("GET", u"/v1/account/organization"_s).body.value("organization"_L1).toObject();
    const QString path = u"/v1/organizations/%1/access_token"_s.arg(organization.value("id"_L1).toString());
    const QString token =
        engine.request("POST", path, {{u"validity"_s, u"90s"_s}}).body.value("token"_L1).toString();
    const QUrl apps(engine.url().toString() + u"/v1/apps"_s);
    const Headers headers{{"Authorization", "Bearer " + token.toUtf8()}};
    QCOMPARE(fetch("GET", apps, headers).status, 200);
    QVERIFY(engine.misbehave({{u"move_clock_s"_s, 91}}));
    QCOMPARE(fetch("GET", apps, headers).status, 401);
}

void OrganizationTest::renewsTokensWhileTheyLive()
{
    LocalEngine engine; // its clock is moved
    QVERIFY2(engine.start({u"--organization"_s, u"other"_s}), qPrintable(engine.errorText()));
    const auto ask = [&](const QByteArray &method, const QString &path, const QString &token) {
        const QByteArray body = method == "GET" ? QByteArray() : QByteArray("{}");
        return fetch(
            method, QUrl(engine.url().toString() + path), {{"Authorization", "Bearer " + token.toUtf8()}},
            body);
    };
    const QJsonObject found = engine.request("GET", u"/v1/account/organizations?search=other"_s).body;
    const QString id = found.value("organizations"_L1).toArray().first().toObject().value("id"_L1).toString();
    const QString renewal = u"/v1/organizations/%1/access_token"_s.arg(id);
    const QString first = bodyOf(ask("POST", renewal, engine.token())).value("token"_L1).toString();
    // Before the hour is over, the token gets its successor, which outlives it and is as good.
    QVERIFY(engine.misbehave({{u"move_clock_s"_s, 3000}}));
    const QString second = bodyOf(ask("POST", renewal, first)).value("token"_L1).toString();
    QVERIFY(!second.isEmpty() && second != first);
    QVERIFY(engine.misbehave({{u"move_clock_s"_s, 700}}));
    QCOMPARE(ask("POST", renewal, first).status, 401);
    QCOMPARE(ask("GET", u"/v1/account/profile"_s, second).status, 200);
    const QJsonObject current = bodyOf(ask("GET", u"/v1/account/organization"_s, second));
    QCOMPARE(current.value("organization"_L1).toObject().value("id"_L1).toString(), id);
    // The way that will be dropped: its token is of the user, in the other organization, and can switch back.
    const QJsonObject token = bodyOf(ask("POST", u"/v1/organizations/%1/switch"_s.arg(id), engine.token()))
                                  .value("token"_L1)
                                  .toObject();
    const QJsonObject home =
        engine.request("GET", u"/v1/account/organization"_s).body.value("organization"_L1).toObject();
    const QString back = u"/v1/organizations/%1/switch"_s.arg(home.value("id"_L1).toString());
    const HttpReply switched = ask("POST", back, token.value("id"_L1).toString());
    QCOMPARE(bodyOf(switched).value("token"_L1).toObject().value("organization_id"_L1), home.value("id"_L1));
}

void OrganizationTest::refusesOddValidities_data()
{
    QTest::addColumn<QString>("validity");
    for (const char *validity : {"1h", "0s", "-5s", "90000s", "s", "12"})
        QTest::newRow(validity) << QString::fromLatin1(validity);
}

void OrganizationTest::refusesOddValidities()
{
    QFETCH(QString, validity);
    const QString path = u"/v1/organizations/%1/access_token"_s.arg(organizationId(u"second"_s));
    QCOMPARE(m_engine.request("POST", path, {{u"validity"_s, validity}}).status, 400);
}

void OrganizationTest::makesCredentialsThatWork()
{
    const auto made =
        m_engine.request("POST", u"/v1/credentials"_s, {{u"name"_s, u"robot"_s}, {u"type"_s, u"USER"_s}});
    QCOMPARE(made.status, 200);
    const QJsonObject credential = made.body.value("credential"_L1).toObject();
    const QString token = credential.value("token"_L1).toString();
    QCOMPARE(send("GET", u"/v1/account/profile"_s, token).status, 200);
    const QJsonObject list = m_engine.request("GET", u"/v1/credentials"_s).body;
    QCOMPARE(list.value("count"_L1).toInt(), 1);
    QVERIFY(!QJsonDocument(list).toJson().contains(token.toUtf8()));
    const QString path = u"/v1/credentials/"_s + credential.value("id"_L1).toString();
    QCOMPARE(m_engine.request("DELETE", path).status, 200);
    QCOMPARE(send("GET", u"/v1/account/profile"_s, token).status, 401);
}

void OrganizationTest::knowsNoUserBehindAnOrganizationsToken()
{
    const auto made = m_engine.request(
        "POST", u"/v1/credentials"_s, {{u"name"_s, u"machine"_s}, {u"type"_s, u"ORGANIZATION"_s}});
    const QString token = made.body.value("credential"_L1).toObject().value("token"_L1).toString();
    QCOMPARE(send("GET", u"/v1/account/profile"_s, token).status, 403);
    QCOMPARE(send("GET", u"/v1/apps?limit=1"_s, token).status, 200);
    const QString second = organizationId(u"second"_s);
    QCOMPARE(send("GET", u"/v1/organizations/"_s + second, token).status, 404);
    QCOMPARE(send("POST", u"/v1/organizations/%1/switch"_s.arg(second), token).status, 404);
}

void OrganizationTest::createsChangesAndDeletesProjects()
{
    const auto created = m_engine.request("POST", u"/v1/projects"_s, {{u"name"_s, u"tools"_s}});
    QCOMPARE(created.status, 200);
    const QJsonObject project = created.body.value("project"_L1).toObject();
    QCOMPARE(project.value("service_count"_L1), QJsonValue(u"0"_s));
    const QString path = u"/v1/projects/"_s + project.value("id"_L1).toString();
    const auto changed = m_engine.request("PATCH", path, {{u"description"_s, u"For tools"_s}});
    QCOMPARE(changed.body.value("project"_L1).toObject().value("name"_L1).toString(), u"tools"_s);
    QCOMPARE(m_engine.request("POST", u"/v1/projects"_s, {{u"name"_s, u"tools"_s}}).status, 400);
    const QJsonObject list = m_engine.request("GET", u"/v1/projects?name=tools"_s).body;
    QCOMPARE(list.value("projects"_L1).toArray().size(), 1);
    QVERIFY(!list.contains("count"_L1) && !list.contains("has_next"_L1));
    QCOMPARE(m_engine.request("DELETE", path).status, 200);
    QCOMPARE(m_engine.request("GET", path).status, 404);
}

void OrganizationTest::keepsListsToAProject()
{
    const auto created = m_engine.request("POST", u"/v1/projects"_s, {{u"name"_s, u"scoped"_s}});
    const QString projectId = created.body.value("project"_L1).toObject().value("id"_L1).toString();
    QCOMPARE(
        send("POST", u"/v1/apps"_s, m_engine.token(), {{u"name"_s, u"in-project"_s}}, projectId).status, 200);
    const auto named =
        m_engine.request("POST", u"/v1/apps"_s, {{u"name"_s, u"by-body"_s}, {u"project_id"_s, projectId}});
    QCOMPARE(named.status, 200);
    const QJsonObject scoped = bodyOf(send("GET", u"/v1/apps"_s, m_engine.token(), {}, projectId));
    QCOMPARE(scoped.value("count"_L1).toInt(), 2);
    const QString query = u"/v1/apps?project_id="_s + projectId;
    QCOMPARE(m_engine.request("GET", query).body.value("count"_L1).toInt(), 2);
    QVERIFY(m_engine.request("GET", u"/v1/apps"_s).body.value("count"_L1).toInt() > 2);
    QCOMPARE(m_engine.request("DELETE", u"/v1/projects/"_s + projectId).status, 400);
}

void OrganizationTest::refusesAProjectOfAnotherOrganization()
{
    const QString token = accessToken(u"second"_s);
    const QJsonObject own = bodyOf(send("GET", u"/v1/projects"_s, token));
    const QString projectId = own.value("projects"_L1).toArray().first().toObject().value("id"_L1).toString();
    QCOMPARE(send("GET", u"/v1/apps"_s, token, {}, projectId).status, 200);
    QCOMPARE(send("GET", u"/v1/apps"_s, m_engine.token(), {}, projectId).status, 403);
}

void OrganizationTest::writesQuotasAndSummary()
{
    const QString path = u"/v1/organizations/"_s + organizationId(u"second"_s);
    const QJsonObject quotas =
        m_engine.request("GET", path + u"/quotas"_s).body.value("quotas"_L1).toObject();
    QVERIFY(quotas.value("apps"_L1).isString());
    QVERIFY(quotas.value("proxy_ports"_L1).isDouble());
    QCOMPARE(quotas.value("scale_to_zero"_L1).toObject().value("is_deep_sleep_enabled"_L1), QJsonValue(true));
    const QJsonObject summary =
        m_engine.request("GET", path + u"/summary"_s).body.value("summary"_L1).toObject();
    QVERIFY(summary.value("apps"_L1).toObject().value("total"_L1).isString());
    QCOMPARE(m_engine.request("GET", u"/v1/organizations/x/quotas"_s).status, 404);
}

QTEST_GUILESS_MAIN(OrganizationTest)
#include "organizationtest.moc"
