// SPDX-License-Identifier: Apache-2.0
#include "apifixture.h"
#include "core/manualclock.h"
#include "support/await.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QTest>
#include <QUrlQuery>

using namespace Koyeb;
using namespace Koyeb::Test;
using namespace Qt::Literals::StringLiterals;

namespace {

QString queryItem(const ScriptedHttpServer::Request &request, const QString &key)
{
    const QUrlQuery query(QUrl::fromEncoded(request.target));
    return query.queryItemValue(key, QUrl::FullyDecoded);
}

/// Serves a list of `total` things as the wanted kind of list, and can keep its pages shorter than asked.
class ListServer {
public:
    enum class Ending { HasNext, Count, ShortPage, Never };

    ListServer(const QString &member, qsizetype total, Ending ending, qsizetype largestPage)
    {
        m_server.answerWith([=](const ScriptedHttpServer::Request &request) {
            const auto limit = std::min<qsizetype>(queryItem(request, u"limit"_s).toInt(), largestPage);
            const auto offset = queryItem(request, u"offset"_s).toInt();
            QJsonArray items;
            for (qsizetype i = offset; i < std::min(offset + limit, total); ++i) {
                items.append(QJsonObject{{"id"_L1, QString::number(i)}});
            }
            QJsonObject page{{member, items}, {"limit"_L1, limit}, {"offset"_L1, offset}};
            if (ending == Ending::HasNext) {
                page.insert("has_next"_L1, offset + limit < total);
                page.insert("count"_L1, 7); // Not to be heeded here.
            } else if (ending == Ending::Count) {
                page.insert("count"_L1, total);
            } else if (ending == Ending::Never) {
                page.insert(member, QJsonArray{QJsonObject{{"id"_L1, "again"_L1}}});
                page.insert("has_next"_L1, true);
            }
            return ScriptedHttpServer::json(200, page);
        });
    }

    [[nodiscard]] ScriptedHttpServer &http() { return m_server; }

private:
    ScriptedHttpServer m_server;
};

} // namespace

Q_DECLARE_METATYPE(ListServer::Ending)

class TestApiClient : public QObject {
    Q_OBJECT

    SystemClock m_clock;

    /// A client of a server that answers every request with `body`.
    struct Setup {
        explicit Setup(Clock &clock, const QJsonObject &body = {}, int status = 200) : http(clock)
        {
            server.answerWith([=](const auto &) { return ScriptedHttpServer::json(status, body); });
        }
        [[nodiscard]] const ScriptedHttpServer::Request &request() const { return server.requests().last(); }

        ScriptedHttpServer server;
        HttpClient http;
        ApiClient api{http, server.url()};
    };

private Q_SLOTS:
    void readsAService()
    {
        Setup setup(m_clock, parsed(R"({"service": {
            "id": "s1", "name": "box", "type": "SANDBOX", "app_id": "a1", "organization_id": "o1",
            "status": "HEALTHY", "messages": ["Service is healthy."], "version": "12",
            "active_deployment_id": "d1", "latest_deployment_id": "d2",
            "created_at": "2026-11-22T10:00:00.123456789Z", "updated_at": "2026-11-22T10:01:00Z",
            "paused_at": null, "life_cycle": {"delete_after_create": 3600, "delete_after_sleep": "1800"},
            "a_member_of_the_future": {"x": 1}}})"));
        const auto service = await(setup.api.service(u"s1"_s, Priority::Foreground, {}));
        QVERIFY(service && *service);
        Service expected;
        expected.id = u"s1"_s;
        expected.name = u"box"_s;
        expected.type = u"SANDBOX"_s;
        expected.appId = u"a1"_s;
        expected.organizationId = u"o1"_s;
        expected.status = ServiceStatus::Healthy;
        expected.messages = QStringList{u"Service is healthy."_s};
        expected.activeDeploymentId = u"d1"_s;
        expected.latestDeploymentId = u"d2"_s;
        expected.version = 12;
        expected.lifeCycle = {3600, 1800};
        expected.createdAt = QDateTime(QDate(2026, 11, 22), QTime(10, 0, 0, 123), Qt::UTC);
        expected.updatedAt = QDateTime(QDate(2026, 11, 22), QTime(10, 1), Qt::UTC);
        QVERIFY(**service == expected);
        QCOMPARE(setup.request().method, QByteArray("GET"));
        QCOMPARE(setup.request().target, QByteArray("/v1/services/s1"));
    }

    void readsADeployment()
    {
        Setup setup(m_clock, parsed(R"({"deployment": {
            "id": "d1", "app_id": "a1", "service_id": "s1", "status": "SLEEPING", "messages": [],
            "definition": {"name": "box", "type": "SANDBOX",
                "docker": {"image": "koyeb/sandbox", "privileged": true},
                "env": [{"key": "A", "value": "1"}, {"key": "B", "secret": "mine"}],
                "regions": ["na"], "instance_types": [{"type": "micro"}],
                "scalings": [{"min": 0, "max": 1, "targets": [
                    {"sleep_idle_delay": {"deep_sleep_value": 3900, "light_sleep_value": 300}}]}]},
            "metadata": {"trigger": null,
                "sandbox": {"public_url": "x.example", "routing_key": "k"}}}})"));
        const auto deployment = await(setup.api.deployment(u"d1"_s, Priority::Foreground, {}));
        QVERIFY(deployment && *deployment);
        QCOMPARE((*deployment)->status, DeploymentStatus::Sleeping);
        const auto &definition = (*deployment)->definition;
        QCOMPARE(definition.docker.image, u"koyeb/sandbox"_s);
        QVERIFY(definition.docker.privileged);
        QVERIFY(
            (definition.environment ==
             QList<EnvironmentVariable>{{u"A"_s, u"1"_s, {}}, {u"B"_s, {}, u"mine"_s}}));
        QCOMPARE(definition.regions, QStringList{u"na"_s});
        QCOMPARE(definition.instanceTypes.value(0).type, u"micro"_s);
        QVERIFY(sleepIdleDelay(definition) == (SleepIdleDelay{3900, 300}));
        QCOMPARE(definition.scalings.value(0).minimum, 0);
        QVERIFY((*deployment)->sandbox == (SandboxMetadata{u"x.example"_s, u"k"_s}));
    }

    void readsADeploymentWithoutSandboxMetadata_data()
    {
        QTest::addColumn<QByteArray>("metadata");
        QTest::newRow("null") << QByteArray("null");
        QTest::newRow("without the member") << QByteArray("{}");
        QTest::newRow("null member") << QByteArray(R"({"sandbox": null})");
        QTest::newRow("empty texts") << QByteArray(R"({"sandbox": {"public_url": "", "routing_key": ""}})");
    }
    void readsADeploymentWithoutSandboxMetadata()
    {
        QFETCH(const QByteArray, metadata);
        Setup setup(m_clock, parsed(R"({"deployment": {"id": "d1", "metadata": )" + metadata + "}}"));
        const auto deployment = await(setup.api.deployment(u"d1"_s, Priority::Foreground, {}));
        QVERIFY(deployment && *deployment);
        QVERIFY(!(*deployment)->sandbox);
    }

    void keepsAnObjectReadableWhoseStatusIsNew()
    {
        Setup setup(m_clock, parsed(R"({"service": {"id": "s1", "name": "box", "status": "LEVITATING"}})"));
        const auto service = await(setup.api.service(u"s1"_s, Priority::Foreground, {}));
        QVERIFY(service && *service);
        QCOMPARE((*service)->status, ServiceStatus::Unknown);
        QCOMPARE((*service)->name, u"box"_s);
    }

    void namesThePathOfWhatDoesNotFit_data()
    {
        QTest::addColumn<QByteArray>("reply");
        QTest::addColumn<QString>("path");
        QTest::newRow("no id") << QByteArray(R"({"services": [{"id": "a"}, {"name": "b"}]})")
                               << u"$.services[1].id is missing"_s;
        QTest::newRow("number for text") << QByteArray(R"({"services": [{"id": "a", "name": 5}]})")
                                         << u"$.services[0].name is not a text"_s;
        QTest::newRow("not a list") << QByteArray(R"({"services": {}})") << u"$.services is not a list"_s;
        QTest::newRow("not objects") << QByteArray(R"({"services": ["a"]})")
                                     << u"$.services[0] is not an object"_s;
        QTest::newRow("not a time") << QByteArray(R"({"services": [{"id": "a", "created_at": "noon"}]})")
                                    << u"$.services[0].created_at is not a time"_s;
        QTest::newRow("inner")
            << QByteArray(R"({"services": [{"id": "a", "life_cycle": {"delete_after_sleep": []}}]})")
            << u"$.services[0].life_cycle.delete_after_sleep"_s;
        QTest::newRow("paging") << QByteArray(R"({"services": [{"id": "a"}], "has_next": "yes"})")
                                << u"$.has_next is not a truth value"_s;
    }
    void namesThePathOfWhatDoesNotFit()
    {
        QFETCH(const QByteArray, reply);
        QFETCH(const QString, path);
        Setup setup(m_clock, parsed(reply));
        const auto services = await(setup.api.services({}, Priority::Foreground, {}));
        QVERIFY(services && !*services);
        QCOMPARE(services->error().kind, ErrorKind::Protocol);
        QVERIFY2(services->error().message.contains(path), qUtf8Printable(services->error().message));
    }

    void refusesWhatIsNotJson_data()
    {
        QTest::addColumn<QByteArray>("body");
        QTest::newRow("HTML") << QByteArray("<html>Welcome to the hotel's network</html>");
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("cut") << QByteArray("{\"service\": {\"id\": \"s");
        QTest::newRow("a list") << QByteArray("[]");
        QTest::newRow("without the member") << QByteArray("{}");
    }
    void refusesWhatIsNotJson()
    {
        QFETCH(const QByteArray, body);
        Setup setup(m_clock);
        setup.server.answerWith([&](const auto &) { return ScriptedHttpServer::text(200, body); });
        const auto service = await(setup.api.service(u"s1"_s, Priority::Foreground, {}));
        QVERIFY(service && !*service);
        QCOMPARE(service->error().kind, ErrorKind::Protocol);
        QVERIFY(!service->error().message.isEmpty());
    }

    void readsListsToTheirEnd_data()
    {
        QTest::addColumn<ListServer::Ending>("ending");
        QTest::addColumn<qsizetype>("total");
        QTest::addColumn<qsizetype>("largestPage");
        QTest::addColumn<qsizetype>("requests");
        using Ending = ListServer::Ending;
        QTest::newRow("has_next") << Ending::HasNext << qsizetype(250) << qsizetype(100) << qsizetype(3);
        QTest::newRow("has_next, full last page")
            << Ending::HasNext << qsizetype(200) << qsizetype(100) << qsizetype(2);
        QTest::newRow("has_next, smaller pages than asked for")
            << Ending::HasNext << qsizetype(120) << qsizetype(50) << qsizetype(3);
        QTest::newRow("count") << Ending::Count << qsizetype(250) << qsizetype(100) << qsizetype(3);
        QTest::newRow("count, smaller pages than asked for")
            << Ending::Count << qsizetype(75) << qsizetype(30) << qsizetype(3);
        QTest::newRow("short page") << Ending::ShortPage << qsizetype(150) << qsizetype(100) << qsizetype(2);
        QTest::newRow("short page, empty last")
            << Ending::ShortPage << qsizetype(100) << qsizetype(100) << qsizetype(2);
        QTest::newRow("nothing") << Ending::HasNext << qsizetype(0) << qsizetype(100) << qsizetype(1);
    }
    void readsListsToTheirEnd()
    {
        QFETCH(const ListServer::Ending, ending);
        QFETCH(const qsizetype, total);
        QFETCH(const qsizetype, largestPage);
        QFETCH(const qsizetype, requests);
        ListServer server(u"apps"_s, total, ending, largestPage);
        HttpClient http(m_clock);
        ApiClient api(http, server.http().url());
        const auto apps = await(api.apps({}, Priority::Foreground, {}));
        QVERIFY(apps && *apps);
        QCOMPARE((*apps)->size(), total);
        for (qsizetype i = 0; i < total; ++i) {
            QCOMPARE((*apps)->at(i).id, QString::number(i));
        }
        QCOMPARE(server.http().requests().size(), requests);
    }

    void givesUpOnAListThatNeverEnds()
    {
        ListServer server(u"apps"_s, 1, ListServer::Ending::Never, 100);
        HttpClient http(m_clock);
        ApiClient api(http, server.http().url());
        const auto apps = await(api.apps({}, Priority::Foreground, {}), 100'000);
        QVERIFY(apps && !*apps);
        QCOMPARE(apps->error().kind, ErrorKind::Protocol);
    }

    void filtersByWhatItIsAskedFor()
    {
        Setup setup(m_clock, parsed(R"({"services": []})"));
        ServiceFilter filter;
        filter.appId = u"a b"_s;
        filter.name = u"x+y&z=1"_s;
        filter.types = QStringList{u"SANDBOX"_s, u"WEB"_s};
        QVERIFY(await(setup.api.services(filter, Priority::Foreground, {})));
        const QUrlQuery query(QUrl::fromEncoded(setup.request().target));
        QCOMPARE(query.queryItemValue(u"app_id"_s, QUrl::FullyDecoded), u"a b"_s);
        QCOMPARE(query.queryItemValue(u"name"_s, QUrl::FullyDecoded), u"x+y&z=1"_s);
        QVERIFY(setup.request().target.contains("name=x%2By%26z%3D1"));
        QCOMPARE(query.allQueryItemValues(u"types"_s), (QStringList{u"SANDBOX"_s, u"WEB"_s}));
        QCOMPARE(query.queryItemValue(u"limit"_s), u"100"_s);
    }

    void keepsAnIdInItsSegment()
    {
        Setup setup(m_clock, parsed(R"({"app": {"id": "a"}})"));
        QVERIFY(await(setup.api.app(u"../services/x?y#z"_s, {})));
        QCOMPARE(setup.request().target, QByteArray("/v1/apps/..%2Fservices%2Fx%3Fy%23z"));
    }

    void sendsWhatCreates()
    {
        Setup setup(m_clock, parsed(R"({"app": {"id": "a1", "life_cycle": {"delete_when_empty": true}}})"));
        NewApp newApp;
        newApp.name = u"sandbox-app-x"_s;
        const auto app = await(setup.api.createApp(newApp, {}));
        QVERIFY(app && *app);
        QVERIFY((*app)->deleteWhenEmpty);
        QCOMPARE(setup.request().method, QByteArray("POST"));
        QCOMPARE(setup.request().target, QByteArray("/v1/apps"));
        QCOMPARE(setup.request().headers.value("content-type"), QByteArray("application/json"));
        QCOMPARE(
            QJsonDocument::fromJson(setup.request().body).object(),
            parsed(R"({"name": "sandbox-app-x", "life_cycle": {"delete_when_empty": true}})"));
    }

    void changesALifeCycleWithoutANewDeployment()
    {
        Setup setup(m_clock, parsed(R"({"service": {"id": "s1"}})"));
        ServiceLifeCycle lifeCycle{3600, 60};
        QVERIFY(await(setup.api.updateServiceLifeCycle(u"s1"_s, lifeCycle, {})));
        QCOMPARE(setup.request().method, QByteArray("PATCH"));
        QCOMPARE(
            QJsonDocument::fromJson(setup.request().body).object(),
            parsed(R"({"life_cycle": {"delete_after_create": 3600, "delete_after_sleep": 60}})"));
    }

    void createsAtMostOnceWhenAnswersAreLost()
    {
        Setup setup(m_clock);
        setup.server.answerWith([](const auto &) { return ScriptedHttpServer::cut(); });
        const auto app = await(setup.api.createApp({u"name"_s}, {}));
        QVERIFY(app && !*app);
        QCOMPARE(app->error().kind, ErrorKind::Offline);
        QCOMPARE(setup.server.requests().size(), 1);
    }

    void handsOnTheFieldsOfARefusal()
    {
        Setup setup(
            m_clock, parsed(R"({"status": 400, "code": "invalid_argument", "message": "Validation error",
                "fields": [{"field": "definition.env.0.key", "description": "is not allowed"}]})"),
            400);
        const auto service = await(setup.api.createService({}, {}));
        QVERIFY(service && !*service);
        QCOMPARE(service->error().kind, ErrorKind::Invalid);
        QCOMPARE(service->error().apiCode, u"invalid_argument"_s);
        QCOMPARE(service->error().fields.size(), 1);
        QCOMPARE(service->error().fields.first().field, u"definition.env.0.key"_s);
    }

    void findsTheOrganizationOfAnOrganizationToken()
    {
        Setup setup(m_clock);
        setup.server.answerWith([](const ScriptedHttpServer::Request &request) {
            if (request.target.startsWith("/v1/account/")) {
                return ScriptedHttpServer::json(
                    401, {{"code"_L1, "authentication_error"_L1}, {"message"_L1, "No user"_L1}});
            }
            if (request.target.startsWith("/v1/apps")) {
                return ScriptedHttpServer::json(
                    200, parsed(R"({"apps": [{"id": "a", "organization_id": "o1"}], "has_next": true})"));
            }
            return ScriptedHttpServer::json(
                200, parsed(R"({"organization": {"id": "o1", "name": "acme", "plan": "pro"}})"));
        });
        const auto organization = await(setup.api.currentOrganization({}));
        QVERIFY(organization && *organization);
        QCOMPARE((*organization)->name, u"acme"_s);
        QCOMPARE(setup.request().target, QByteArray("/v1/organizations/o1"));
        const auto profile = await(setup.api.profile({}));
        QVERIFY(profile && !*profile);
        QCOMPARE(profile->error().kind, ErrorKind::Unauthorized);
    }

    void saysThatATokenIsWrongInTheServersWords()
    {
        Setup setup(
            m_clock, parsed(R"({"code": "authentication_error", "message": "Invalid token format"})"), 401);
        const auto organization = await(setup.api.currentOrganization({}));
        QVERIFY(organization && !*organization);
        QCOMPARE(organization->error().kind, ErrorKind::Unauthorized);
        QCOMPARE(organization->error().message, u"Invalid token format"_s);
    }

    void endsAtOnceWhenStopped()
    {
        Setup setup(m_clock);
        setup.server.answerWith([](const auto &) { return ScriptedHttpServer::hang(); });
        std::stop_source stop;
        std::optional<Result<QList<App>>> outcome;
        setup.api.apps({}, Priority::Foreground, stop.get_token()).then([&](Result<QList<App>> &&result) {
            outcome = std::move(result);
        });
        QTRY_COMPARE(setup.server.requests().size(), 1);
        QVERIFY(!outcome);
        stop.request_stop();
        QVERIFY(outcome && !*outcome);
        QVERIFY(outcome->error().isCancelled());
    }

    void readsTheCatalog()
    {
        Setup setup(m_clock, parsed(R"({"regions": [
            {"id": "na", "name": "North America", "status": "AVAILABLE", "scope": "continental",
             "datacenters": ["was1"], "instances": ["micro", "small"]}], "count": 1})"));
        const auto regions = await(setup.api.regions({}));
        QVERIFY(regions && *regions);
        Region northAmerica;
        northAmerica.id = u"na"_s;
        northAmerica.name = u"North America"_s;
        northAmerica.status = u"AVAILABLE"_s;
        northAmerica.scope = u"continental"_s;
        northAmerica.instanceTypes = QStringList{u"micro"_s, u"small"_s};
        northAmerica.datacenters = QStringList{u"was1"_s};
        QVERIFY(**regions == QList<Region>{northAmerica});

        Setup types(m_clock, parsed(R"({"instances": [
            {"id": "micro", "display_name": "Micro", "status": "AVAILABLE", "type": "standard",
             "vcpu_shares": 0.5, "memory": "512MB", "disk": "2.5GB", "price_hourly": "0.0072",
             "regions": [], "light_sleep_enabled": true}], "count": 1})"));
        const auto instanceTypes = await(types.api.instanceTypes({}));
        QVERIFY(instanceTypes && *instanceTypes);
        const auto &micro = (*instanceTypes)->first();
        QCOMPARE(micro.vcpuShares, 0.5);
        QCOMPARE(micro.priceHourly, u"0.0072"_s);
        QVERIFY(micro.lightSleepEnabled);
    }
};

QTEST_GUILESS_MAIN(TestApiClient)
#include "test_apiclient.moc"
