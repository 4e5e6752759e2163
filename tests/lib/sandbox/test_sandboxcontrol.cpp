// SPDX-License-Identifier: Apache-2.0
#include "api/secretsapi.h"
#include "core/manualclock.h"
#include "fakecontrolplane.h"
#include "sandbox/accountsession.h"
#include "sandbox/sandboxcontrol.h"
#include "sandbox/sandboxcreation.h"
#include "support/await.h"
#include "support/localengine.h"

#include <QSignalSpy>
#include <QTcpSocket>

using namespace Koyeb;
using namespace Koyeb::Test;
using namespace Qt::Literals::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr auto healthCheck = "GET /koyeb-sandbox/health";

/// What a control plane says that no real one can be made to say.
struct Scripted {
    Scripted() { server.addSandbox(u"box"_s); }

    /// The outcome of a wait whose time passes as fast as it is turned.
    template<typename T> [[nodiscard]] Result<T> turned(QCoro::Task<Result<T>> &&task)
    {
        const auto outcome = std::make_shared<std::optional<Result<T>>>();
        std::move(task).then([outcome](Result<T> &&result) { outcome->emplace(std::move(result)); });
        const bool came = QTest::qWaitFor(
            [&] {
                clock.advance(*outcome ? 0ms : 250ms);
                return outcome->has_value();
            },
            30'000);
        return came ? **outcome : failure(ErrorKind::Timeout, u"The test gave up."_s);
    }
    void setProxy(const QJsonObject &proxy)
    {
        server.setDeployment(
            u"dbox"_s, u"definition"_s,
            QJsonObject{
                {u"proxy_ports"_s, QJsonArray{QJsonObject{{u"port"_s, 3031}, {u"protocol"_s, u"tcp"_s}}}}});
        server.setDeployment(u"dbox"_s, u"metadata"_s, QJsonObject{{u"proxy_ports"_s, QJsonArray{proxy}}});
    }

    ManualClock clock;
    SystemClock wireClock;
    FakeControlPlane server;
    HttpClient http{wireClock};
    ApiClient api{http, server.url()};
    SandboxControl control{api, clock, u"sbox"_s};
};

} // namespace

class TestSandboxControl : public QObject {
    Q_OBJECT

    SystemClock m_clock;
    Testing::LocalEngine m_engine;
    std::unique_ptr<AccountSession> m_session;
    QString m_id; ///< Of a sandbox with a TCP proxy.

    SandboxControl control() { return SandboxControl(m_session->api(), m_clock, m_id); }

private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY2(m_engine.start(), qPrintable(m_engine.errorText()));
        m_session = std::make_unique<AccountSession>(m_clock, m_engine.url(), m_engine.token());
        SandboxOptions options;
        options.name = u"controlled"_s;
        options.tcpProxy = true;
        options.configFiles = {{u"/etc/box/secret.conf"_s, u"key: värde\n"_s, u"0600"_s}};
        options.environment = {{u"GREETING"_s, u"hello"_s, {}}};
        options.waitReady = false;
        SandboxCreation creation(m_session->api(), m_clock, options);
        QSignalSpy created(&creation, &SandboxCreation::serviceCreated);
        creation.start();
        QTRY_COMPARE_WITH_TIMEOUT(created.size(), 1, 30'000);
        m_id = creation.serviceId();
        const auto sandbox = control();
        QCOMPARE(sandbox.id(), m_id);
        auto waiting = control();
        const auto ready = await(waiting.waitUntilReady(60s, {}), 90'000);
        QVERIFY(ready && *ready);
        QCOMPARE((*ready)->serviceId, m_id);
    }
    void cleanupTestCase()
    {
        m_session.reset();
        m_engine.stop();
    }

    void whatItWasMadeWithIsThere()
    {
        auto sandboxControl = control();
        const auto access = await(sandboxControl.access({}));
        QVERIFY(access && *access);
        QCOMPARE((*access)->deploymentStatus, DeploymentStatus::Healthy);
        QVERIFY((*access)->executor.baseUrl.path().endsWith(u"/koyeb-sandbox"_s));
        QVERIFY((*access)->publicUrl.path().endsWith(u'/'));
        Sandbox sandbox(m_clock, **access);
        const auto seen = await(sandbox.executor().run(
            {u"cat /etc/box/secret.conf; stat -c %a /etc/box/secret.conf; echo \"$GREETING\""_s, {}, {}, {}},
            {}));
        QVERIFY(seen && *seen);
        QCOMPARE((*seen)->standardOutput, "key: v\xC3\xA4rde\n600\nhello\n"_ba);
    }

    void itsSecretMayBeASecretOfTheAccount_data()
    {
        QTest::addColumn<QJsonObject>("entry");
        QTest::newRow("by name") << QJsonObject{
            {u"key"_s, u"SANDBOX_SECRET"_s}, {u"secret"_s, u"executor-secret"_s}};
        QTest::newRow("interpolated")
            << QJsonObject{{u"key"_s, u"SANDBOX_SECRET"_s}, {u"value"_s, u"{{ secret.executor-secret }}"_s}};
    }
    void itsSecretMayBeASecretOfTheAccount()
    {
        QFETCH(QJsonObject, entry);
        const SecretsApi secrets(m_session->api().transport());
        // One whose name only holds the other's comes first.
        for (const auto &name : {u"an-executor-secret"_s, u"executor-secret"_s}) {
            (void)await(secrets.createSecret({name, u"what %1 holds"_s.arg(name)}, {}));
        }
        const auto made = m_engine.createSandbox(
            entry.contains(u"secret"_s) ? u"named"_s : u"interpolated"_s, {{u"env"_s, QJsonArray{entry}}});
        QVERIFY(!made.isEmpty());
        const auto id = made[u"service_id"_s].toString();
        const auto access = await(SandboxControl(m_session->api(), m_clock, id).access({}));
        QVERIFY(access);
        QVERIFY2(*access, qPrintable(access->has_value() ? QString() : access->error().message));
        QCOMPARE((*access)->executor.secret, u"what executor-secret holds"_s);
        Sandbox sandbox(m_clock, **access);
        const auto ran = await(sandbox.executor().run({u"echo in"_s, {}, {}, {}}, {}));
        QVERIFY(ran && *ran);
        QCOMPARE((*ran)->standardOutput, "in\n"_ba);
    }

    void isHealthyWhileItAnswers()
    {
        auto sandbox = control();
        QCOMPARE(await(sandbox.isHealthy({}))->value(), true);
    }

    void theTcpProxyLeadsToTheExposedPort()
    {
        auto sandboxControl = control();
        const auto address = await(sandboxControl.waitForTcpProxy(30s, {}));
        QVERIFY(address && *address);
        const auto told = await(sandboxControl.tcpProxy({}));
        QCOMPARE(told->value(), **address);

        const auto access = await(sandboxControl.access({}));
        Sandbox sandbox(m_clock, **access);
        const auto echo = u"import socket\ns=socket.create_server(('127.0.0.1',7007))\nopen('/tmp/up','w')\n"
                          "c,_=s.accept()\nc.sendall(b'got '+c.recv(99))"_s;
        const auto server = await(sandbox.processes().launch({u"python3 -c"_s, {}, {}, {}, {echo}}, {}));
        QVERIFY(server && *server);
        QTRY_VERIFY_WITH_TIMEOUT(await(sandbox.files().exists("/tmp/up", {}))->value(), 20'000);
        QVERIFY(await(sandbox.ports().expose(7007, {}))->has_value());
        QTcpSocket socket;
        socket.connectToHost((*address)->host, (*address)->port);
        socket.write("bytes\377");
        QTRY_COMPARE_WITH_TIMEOUT(socket.bytesAvailable(), 10, 20'000);
        QCOMPARE(socket.readAll(), "got bytes\377"_ba);
        QVERIFY(await(sandbox.ports().unexpose({}))->has_value());
    }

    void theLifeCycleChangesWithoutANewDeployment()
    {
        auto sandbox = control();
        const auto before = await(sandbox.access({}))->value();
        LifeCycleChange change;
        change.deleteAfterDelay = 2h;
        QCOMPARE(await(sandbox.updateLifeCycle(change, {}))->value(), (ServiceLifeCycle{7200, 0}));
        change = {};
        change.deleteAfterInactivity = 10min;
        QCOMPARE(await(sandbox.updateLifeCycle(change, {}))->value(), (ServiceLifeCycle{7200, 600}));
        change.deleteAfterDelay = 0s;
        QCOMPARE(await(sandbox.updateLifeCycle(change, {}))->value(), (ServiceLifeCycle{0, 600}));
        QCOMPARE(await(sandbox.access({}))->value().deploymentId, before.deploymentId);
    }

    void deletingTakesNoOtherServiceAlong()
    {
        const auto service = await(m_session->api().service(m_id, Priority::Foreground, {}));
        SandboxOptions options;
        options.name = u"neighbour"_s;
        options.appId = service->value().appId;
        options.waitReady = false;
        SandboxCreation creation(m_session->api(), m_clock, options);
        QSignalSpy created(&creation, &SandboxCreation::serviceCreated);
        creation.start();
        QTRY_COMPARE_WITH_TIMEOUT(created.size(), 1, 30'000);
        SandboxControl neighbour(m_session->api(), m_clock, creation.serviceId());
        QVERIFY(await(neighbour.waitUntilReady(60s, {}), 90'000)->has_value());
        auto sandbox = control();
        QVERIFY(await(sandbox.remove({}), 60'000)->has_value());
        QCOMPARE(await(sandbox.access({}))->error().kind, ErrorKind::NotFound);
        QCOMPARE(await(neighbour.isHealthy({}))->value(), true);
        QVERIFY(await(sandbox.remove({}), 60'000)->has_value()); // Gone is gone.
        QVERIFY(await(neighbour.remove({}), 60'000)->has_value());
        QCOMPARE(await(m_session->api().app(options.appId, {}))->error().kind, ErrorKind::NotFound);
    }

    void aSleepingSandboxIsAskedAndHealthy()
    {
        Scripted scripted;
        scripted.server.setDeployment(u"dbox"_s, u"status"_s, u"SLEEPING"_s);
        QCOMPARE(scripted.turned(scripted.control.isHealthy({})).value(), true);
        QCOMPARE(scripted.server.count(healthCheck), 1);
    }

    void wakingWaitsUntilTheExecutorAnswers()
    {
        Scripted scripted;
        scripted.server.setDeployment(u"dbox"_s, u"status"_s, u"SLEEPING"_s);
        scripted.server.loss = [&](const QByteArray &line) -> std::optional<ScriptedHttpServer::Answer> {
            const bool isUp = line != healthCheck || scripted.server.count(healthCheck) >= 3;
            return isUp ? std::nullopt : std::optional(ScriptedHttpServer::text(502, ""));
        };
        QVERIFY(scripted.turned(scripted.control.wake(60s, {})));
        QCOMPARE(scripted.server.count(healthCheck), 3);
    }

    void wakingEndsWithTheTime()
    {
        Scripted scripted;
        scripted.server.executorAnswers = false;
        QCOMPARE(scripted.turned(scripted.control.wake(60s, {})).error().kind, ErrorKind::Timeout);
        QCOMPARE(scripted.clock.pendingCalls(), 0);
    }

    void aRefusalToWakeIsNotWaitedOut()
    {
        Scripted scripted;
        scripted.server.loss = [](const QByteArray &line) -> std::optional<ScriptedHttpServer::Answer> {
            return line == healthCheck ? std::optional(ScriptedHttpServer::text(403, "")) : std::nullopt;
        };
        QVERIFY(!scripted.turned(scripted.control.wake(60s, {})));
        QCOMPARE(scripted.server.count(healthCheck), 1);
    }

    void whatDoesNotRunIsNotAsked()
    {
        Scripted scripted;
        scripted.server.setDeployment(u"dbox"_s, u"status"_s, u"STARTING"_s);
        QCOMPARE(scripted.turned(scripted.control.isHealthy({})).value(), false);
        QCOMPARE(scripted.server.count(healthCheck), 0);
    }

    void anExecutorThatIsNotThereIsUnhealthy()
    {
        Scripted scripted;
        scripted.server.executorAnswers = false;
        QCOMPARE(scripted.turned(scripted.control.isHealthy({})).value(), false);
    }

    void anUpdatesDeploymentCountsAtOnce()
    {
        Scripted scripted;
        QCOMPARE(scripted.turned(scripted.control.isHealthy({})).value(), true);
        scripted.server.addDeployment(u"dnext"_s, u"ERROR"_s);
        scripted.server.setService(u"sbox"_s, u"latest_deployment_id"_s, u"dnext"_s);
        QCOMPARE(scripted.turned(scripted.control.isHealthy({})).value(), false);
    }

    void readinessEndsWithTheTime()
    {
        Scripted scripted;
        scripted.server.setDeployment(u"dbox"_s, u"status"_s, u"STARTING"_s);
        const auto ready = scripted.turned(scripted.control.waitUntilReady(SandboxControl::defaultWait, {}));
        QCOMPARE(ready.error().kind, ErrorKind::Timeout);
        QVERIFY2(ready.error().message.contains(u"60 seconds"_s), qPrintable(ready.error().message));
        QCOMPARE(scripted.clock.pendingCalls(), 0);
    }

    void waitingForReadinessEndsWhenItIsStopped()
    {
        Scripted scripted;
        scripted.server.setDeployment(u"dbox"_s, u"status"_s, u"STARTING"_s);
        std::stop_source stop;
        std::optional<ErrorKind> kind;
        scripted.control.waitUntilReady(60s, stop.get_token()).then([&kind](const auto &result) {
            kind = result.error().kind;
        });
        QTRY_VERIFY(scripted.server.count("GET /v1/deployments/dbox") > 0);
        stop.request_stop();
        QCOMPARE(kind, ErrorKind::Cancelled);
        QCOMPARE(scripted.clock.pendingCalls(), 0);
    }

    void theProxyIsWaitedFor()
    {
        Scripted scripted;
        scripted.setProxy({{u"port"_s, 3031}, {u"protocol"_s, u"tcp"_s}, {u"host"_s, u""_s}});
        QCOMPARE(scripted.turned(scripted.control.tcpProxy({})).value(), std::nullopt);
        scripted.server.loss = [&](const QByteArray &line) -> std::optional<ScriptedHttpServer::Answer> {
            if (line == "GET /v1/deployments/dbox" && scripted.server.count(line) == 4) {
                scripted.setProxy(
                    {{u"port"_s, 3031}, {u"host"_s, u"proxy.example"_s}, {u"public_port"_s, 20443}});
            }
            return std::nullopt;
        };
        const auto address = scripted.turned(scripted.control.waitForTcpProxy(60s, {}));
        QCOMPARE(address.value(), (TcpProxyAddress{u"proxy.example"_s, 20443}));
    }

    void aProxyThatDoesNotComeIsATimeout()
    {
        Scripted scripted;
        scripted.setProxy({{u"port"_s, 3031}});
        QCOMPARE(scripted.turned(scripted.control.waitForTcpProxy(60s, {})).error().kind, ErrorKind::Timeout);
    }

    void aSandboxWithoutAProxySaysSo()
    {
        Scripted scripted;
        const auto address = scripted.turned(scripted.control.waitForTcpProxy(60s, {}));
        QCOMPARE(address.error().kind, ErrorKind::Unsupported);
    }

    void noProxyComesOfAFailedDeployment()
    {
        Scripted scripted;
        scripted.setProxy({{u"port"_s, 3031}});
        scripted.server.setDeployment(u"dbox"_s, u"status"_s, u"ERROR"_s);
        const auto address = scripted.turned(scripted.control.waitForTcpProxy(60s, {}));
        QCOMPARE(address.error().kind, ErrorKind::Rejected);
    }

    void theDomainIsTheApps()
    {
        Scripted scripted;
        QCOMPARE(scripted.turned(scripted.control.domain({})).value(), QString());
        const QJsonArray domains{
            QJsonObject{{u"name"_s, u"own.example"_s}}, QJsonObject{{u"name"_s, u"box-acme.koyeb.app"_s}}};
        scripted.server.apps[u"abox"_s].insert(u"domains"_s, domains);
        QCOMPARE(scripted.turned(scripted.control.domain({})).value(), u"box-acme.koyeb.app"_s);
    }
};

QTEST_GUILESS_MAIN(TestSandboxControl)
#include "test_sandboxcontrol.moc"
