// SPDX-License-Identifier: Apache-2.0
#include "localengine.h"
#include "openapiform.h"
#include "sandboxclient.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QSet>
#include <QTest>

using namespace Qt::Literals::StringLiterals;
using namespace Koyeb::Testing;

namespace {

constexpr int patience = 30'000;

/// What the engine has not, as docs/local-engine.md says.
bool isLeftOut(const QString &call)
{
    for (const char *path :
         {"/v1/volume", "/v1/snapshots", "/v1/regional_deployment", "/v1/notifications", "/v1/search"}) {
        if (call.section(u' ', 1).startsWith(QLatin1String(path)))
            return true;
    }
    // Streams of frames; streamstest and execstreamtest look at these.
    return call.endsWith("/tail"_L1) || call.endsWith("/exec"_L1);
}

} // namespace

/// Each reply of the engine has the form that the API's document gives it.
class OpenApiRepliesTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void accounts();
    void projects();
    void apps();
    void services();
    void deploymentsAndInstances();
    void eventsAndActivities();
    void catalog();
    void secrets();
    void domains();
    void streams();
    void errors();
    void removals();
    void leavesNoCallOut();

private:
    QJsonObject visit(
        const QByteArray &method, const QString &path, const QJsonObject &body = {}, int status = 200);
    [[nodiscard]] QJsonObject definition() const
    {
        return m_sandbox.value("deployment"_L1).toObject().value("definition"_L1).toObject();
    }
    [[nodiscard]] QString servicePath() const
    {
        return u"/v1/services/"_s + m_sandbox.value("service_id"_L1).toString();
    }
    [[nodiscard]] QString appPath() const { return u"/v1/apps/"_s + m_sandbox.value("app_id"_L1).toString(); }
    void awaitService(const QString &status);

    LocalEngine m_engine;
    QJsonObject m_sandbox;
    std::unique_ptr<OpenApiForm> m_form;
    QSet<QString> m_visited;
};

void OpenApiRepliesTest::initTestCase()
{
    QFile file(QStringLiteral(OPENAPI_FILE));
    if (!file.open(QIODevice::ReadOnly))
        QSKIP("The contract's files are not here, so the engine's replies are not compared with them.");
    m_form = std::make_unique<OpenApiForm>(
        QJsonDocument::fromJson(file.readAll()).object(),
        QMap<QString, QStringList>{
            {u"DeploymentDefinition"_s, {u"git"_s, u"archive"_s, u"database"_s}},
            {u"DeploymentEnv"_s, {u"value"_s, u"secret"_s}},
            {u"DeploymentScalingTarget"_s,
             {u"average_cpu"_s, u"average_mem"_s, u"requests_per_second"_s, u"concurrent_requests"_s,
              u"requests_response_time"_s}},
            {u"Secret"_s,
             {u"value"_s, u"docker_hub_registry"_s, u"private_registry"_s, u"digital_ocean_registry"_s,
              u"github_registry"_s, u"gitlab_registry"_s, u"gcp_container_registry"_s,
              u"azure_container_registry"_s, u"database_role_password"_s}},
            {u"Domain"_s, {u"koyeb"_s, u"cloudflare"_s}},
            {u"ErrorWithFields"_s, {u"fields"_s}}});
    QVERIFY2(m_engine.start({u"--organization"_s, u"second"_s}), qPrintable(m_engine.errorText()));
    const QJsonObject delay{
        {u"sleep_idle_delay"_s, QJsonObject{{u"deep_sleep_value"_s, 3900}, {u"light_sleep_value"_s, 300}}}};
    const QJsonObject scaling{{u"min"_s, 0}, {u"max"_s, 1}, {u"targets"_s, QJsonArray{delay}}};
    m_sandbox = m_engine.createSandbox(
        u"form"_s, {{u"scalings"_s, QJsonArray{scaling}},
                    {u"proxy_ports"_s, QJsonArray{QJsonObject{{u"port"_s, 3031}, {u"protocol"_s, u"tcp"_s}}}},
                    {u"config_files"_s,
                     QJsonArray{QJsonObject{
                         {u"path"_s, u"/etc/x"_s}, {u"permissions"_s, u"0600"_s}, {u"content"_s, u"y"_s}}}}});
    QVERIFY2(!m_sandbox.isEmpty(), qPrintable(m_engine.errorText()));
}

QJsonObject OpenApiRepliesTest::visit(
    const QByteArray &method, const QString &path, const QJsonObject &body, int status)
{
    const QString call = QString::fromLatin1(method) + u' ' + m_form->pathOf(path.section(u'?', 0, 0));
    // An empty object is a body too, which the engine's helper would leave out.
    const Headers headers{{"Authorization", "Bearer " + m_engine.token().toUtf8()}};
    const QByteArray content =
        method == "GET" || method == "DELETE" ? QByteArray() : QJsonDocument(body).toJson();
    const HttpReply reply = fetch(method, QUrl(m_engine.url().toString() + path), headers, content);
    m_visited.insert(call);
    const QJsonObject json = QJsonDocument::fromJson(reply.body).object();
    if (reply.status != status)
        QTest::qFail(qPrintable(call + u" answers "_s + QString::fromUtf8(reply.body)), __FILE__, __LINE__);
    for (const QString &fault : m_form->faultsOfReply(call, reply.status, json))
        QTest::qFail(qPrintable(fault), __FILE__, __LINE__);
    return json;
}

void OpenApiRepliesTest::awaitService(const QString &status)
{
    const auto current = [&]() {
        return m_engine.request("GET", servicePath())
            .body.value("service"_L1)
            .toObject()
            .value("status"_L1)
            .toString();
    };
    QTRY_COMPARE_WITH_TIMEOUT(current(), status, patience);
}

void OpenApiRepliesTest::accounts()
{
    visit("GET", u"/v1/account/profile"_s);
    const QString id = visit("GET", u"/v1/account/organization"_s)
                           .value("organization"_L1)
                           .toObject()
                           .value("id"_L1)
                           .toString();
    visit("GET", u"/v1/account/organizations?limit=1"_s);
    const QString path = u"/v1/organizations/"_s + id;
    visit("GET", path);
    visit("GET", path + u"/quotas"_s);
    visit("GET", path + u"/summary"_s);
    visit("POST", path + u"/switch"_s);
    visit("POST", path + u"/access_token"_s, {{u"validity"_s, u"60s"_s}});
    visit("GET", u"/v1/organization_members"_s);
}

void OpenApiRepliesTest::projects()
{
    const QJsonObject made = visit("POST", u"/v1/projects"_s, {{u"name"_s, u"form"_s}});
    const QString path = u"/v1/projects/"_s + made.value("project"_L1).toObject().value("id"_L1).toString();
    visit("GET", u"/v1/projects"_s);
    visit("GET", path);
    visit("PUT", path, {{u"name"_s, u"form"_s}});
    visit("PATCH", path, {{u"description"_s, u"d"_s}});
    visit("DELETE", path);
}

void OpenApiRepliesTest::apps()
{
    const QJsonObject made = visit("POST", u"/v1/apps"_s, {{u"name"_s, u"form-app"_s}});
    const QString path = u"/v1/apps/"_s + made.value("app"_L1).toObject().value("id"_L1).toString();
    visit("GET", u"/v1/apps"_s);
    visit("GET", path);
    visit("PUT", path, {{u"name"_s, u"form-app"_s}});
    visit("PATCH", path, {{u"life_cycle"_s, QJsonObject{{u"delete_when_empty"_s, true}}}});
    visit("DELETE", path);
}

void OpenApiRepliesTest::services()
{
    QJsonObject other = definition();
    other.insert("name"_L1, "other-form"_L1);
    visit("GET", u"/v1/services?types=SANDBOX"_s);
    visit("GET", servicePath());
    visit(
        "POST", u"/v1/services?dry_run=true"_s,
        {{u"app_id"_s, m_sandbox.value("app_id"_L1)}, {u"definition"_s, other}});
    visit("POST", u"/v1/services-autocomplete"_s, {{u"definition"_s, definition()}});
    visit("PATCH", servicePath(), {{u"life_cycle"_s, QJsonObject{{u"delete_after_create"_s, 0}}}});
    visit(
        "PUT", servicePath() + u"/scale"_s, {{u"scalings"_s, QJsonArray{QJsonObject{{u"instances"_s, 1}}}}});
    visit("GET", servicePath() + u"/scale"_s);
    visit("DELETE", servicePath() + u"/scale"_s);
    visit("POST", servicePath() + u"/redeploy"_s);
    visit("PUT", servicePath(), {{u"definition"_s, definition()}});
    awaitService(u"HEALTHY"_s);
    visit("POST", servicePath() + u"/pause"_s);
    awaitService(u"PAUSED"_s);
    visit("POST", servicePath() + u"/resume"_s);
    awaitService(u"HEALTHY"_s);
    visit("POST", appPath() + u"/pause"_s);
    awaitService(u"PAUSED"_s);
    visit("POST", appPath() + u"/resume"_s);
    awaitService(u"HEALTHY"_s);
}

void OpenApiRepliesTest::deploymentsAndInstances()
{
    const QString service = m_sandbox.value("service_id"_L1).toString();
    const QJsonArray deployments =
        visit("GET", u"/v1/deployments?service_id="_s + service).value("deployments"_L1).toArray();
    const QString id = deployments.first().toObject().value("id"_L1).toString();
    visit("GET", u"/v1/deployments/"_s + id);
    visit("GET", u"/v1/deployment/%1/scaling"_s.arg(id));
    const QJsonArray instances =
        visit("GET", u"/v1/instances?service_id="_s + service).value("instances"_L1).toArray();
    visit("GET", u"/v1/instances/"_s + instances.first().toObject().value("id"_L1).toString());
    QVERIFY(m_engine.misbehave({{u"next_deployment"_s, QJsonObject{{u"status"_s, u"PENDING"_s}}}}));
    const QJsonObject made = visit("POST", servicePath() + u"/redeploy"_s);
    visit(
        "POST",
        u"/v1/deployments/%1/cancel"_s.arg(made.value("deployment"_L1).toObject().value("id"_L1).toString()));
}

void OpenApiRepliesTest::eventsAndActivities()
{
    const QString service = m_sandbox.value("service_id"_L1).toString();
    visit("GET", u"/v1/app_events?app_id="_s + m_sandbox.value("app_id"_L1).toString());
    visit("GET", u"/v1/service_events?service_id="_s + service);
    const QJsonObject deployment = m_sandbox.value("deployment"_L1).toObject();
    visit("GET", u"/v1/deployment_events?deployment_id="_s + deployment.value("id"_L1).toString());
    const QJsonArray instances = m_engine.request("GET", u"/v1/instances?service_id="_s + service)
                                     .body.value("instances"_L1)
                                     .toArray();
    visit(
        "GET",
        u"/v1/instance_events?instance_ids="_s + instances.first().toObject().value("id"_L1).toString());
    QVERIFY(!visit("GET", u"/v1/activities"_s).value("activities"_L1).toArray().isEmpty());
}

void OpenApiRepliesTest::catalog()
{
    visit("GET", u"/v1/catalog/regions"_s);
    visit("GET", u"/v1/catalog/regions/na"_s);
    visit("GET", u"/v1/catalog/instances"_s);
    visit("GET", u"/v1/catalog/instances/micro"_s);
    visit("GET", u"/v1/catalog/usage"_s);
    visit("GET", u"/v1/catalog/datacenters"_s);
    visit("GET", u"/v1/docker-helper/verify?image=koyeb/sandbox"_s);
    visit("GET", u"/v1/docker-helper/verify?image=http://nowhere"_s);
}

void OpenApiRepliesTest::secrets()
{
    const QJsonObject made = visit(
        "POST", u"/v1/secrets"_s, {{u"name"_s, u"form"_s}, {u"type"_s, u"SIMPLE"_s}, {u"value"_s, u"v"_s}});
    const QString path = u"/v1/secrets/"_s + made.value("secret"_L1).toObject().value("id"_L1).toString();
    const QJsonObject account{{u"username"_s, u"u"_s}, {u"password"_s, u"p"_s}};
    const QJsonObject registry = visit(
        "POST", u"/v1/secrets"_s,
        {{u"name"_s, u"hub"_s}, {u"type"_s, u"REGISTRY"_s}, {u"docker_hub_registry"_s, account}});
    visit("GET", u"/v1/secrets"_s);
    visit("GET", path);
    visit("PUT", path, {{u"name"_s, u"form"_s}, {u"type"_s, u"SIMPLE"_s}, {u"value"_s, u"w"_s}});
    visit("PATCH", path, {{u"value"_s, u"x"_s}});
    visit("POST", path + u"/reveal"_s);
    visit(
        "POST",
        u"/v1/secrets/%1/reveal"_s.arg(registry.value("secret"_L1).toObject().value("id"_L1).toString()));
    visit("DELETE", path);
}

void OpenApiRepliesTest::domains()
{
    const QJsonObject made =
        visit("POST", u"/v1/domains"_s, {{u"name"_s, u"form.example.com"_s}, {u"type"_s, u"CUSTOM"_s}});
    const QString path = u"/v1/domains/"_s + made.value("domain"_L1).toObject().value("id"_L1).toString();
    visit("GET", u"/v1/domains"_s);
    visit("GET", path);
    visit("PATCH", path, {{u"app_id"_s, m_sandbox.value("app_id"_L1)}});
    visit("GET", appPath());
    visit("POST", path + u"/refresh"_s);
    visit("DELETE", path);
}

void OpenApiRepliesTest::streams()
{
    const QString query = u"service_id="_s + m_sandbox.value("service_id"_L1).toString();
    (void)SandboxClient(m_sandbox).run(u"true"_s);
    QVERIFY(!visit("GET", u"/v1/streams/logs/query?"_s + query).value("data"_L1).toArray().isEmpty());
    for (const char *name :
         {"CPU_TOTAL_PERCENT", "MEM_RSS", "HTTP_THROUGHPUT", "HTTP_RESPONSE_TIME_50P",
          "PUBLIC_DATA_TRANSFER_IN"})
        visit("GET", u"/v1/streams/metrics?"_s + query + u"&name="_s + QString::fromLatin1(name));
}

void OpenApiRepliesTest::errors()
{
    visit("GET", u"/v1/services/none"_s, {}, 404);
    visit("POST", u"/v1/apps"_s, {{u"name"_s, u"-"_s}}, 400);
    visit("POST", u"/v1/services"_s, {{u"app_id"_s, u"x"_s}}, 400);
}

void OpenApiRepliesTest::removals()
{
    visit("DELETE", servicePath());
}

// With what is not there answering so.
void OpenApiRepliesTest::leavesNoCallOut()
{
    QStringList missing;
    for (const QString &call : m_form->calls()) {
        if (!m_visited.contains(call) && !isLeftOut(call))
            missing.append(call);
    }
    QVERIFY2(missing.isEmpty(), qPrintable(missing.join(u'\n')));
    QCOMPARE(m_engine.request("GET", u"/v1/volumes"_s).status, 404);
}

QTEST_GUILESS_MAIN(OpenApiRepliesTest)
#include "openapirepliestest.moc"
