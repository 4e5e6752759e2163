// SPDX-License-Identifier: Apache-2.0
#include "core/manualclock.h"
#include "fakecontrolplane.h"
#include "sandbox/createsandbox.h"

#include <QTest>

using namespace Koyeb;
using namespace Koyeb::Test;
using namespace Qt::Literals::StringLiterals;
using namespace std::chrono_literals;

namespace {

using Answer = std::optional<ScriptedHttpServer::Answer>;

/// A call whose waits pass as fast as the test turns time.
struct Setup {
    void start()
    {
        SandboxOptions options;
        options.name = u"box"_s;
        options.waitReady = false; // Which is not looked at.
        createSandbox(api, clock, options, stop.get_token()).then([this](const auto &access) {
            result = access;
        });
    }
    [[nodiscard]] bool ends()
    {
        return QTest::qWaitFor(
            [this] {
                clock.advance(result ? 0ms : 50ms);
                return result.has_value();
            },
            30'000);
    }

    ManualClock clock;
    SystemClock wireClock;
    FakeControlPlane server;
    HttpClient http{wireClock};
    ApiClient api{http, server.url()};
    std::stop_source stop;
    std::optional<Result<SandboxAccess>> result;
};

} // namespace

/// A sandbox made in one call. How it is made is test_sandboxcreation's.
class TestCreateSandbox : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void givesASandboxThatCanBeUsed()
    {
        Setup setup;
        setup.start();
        QVERIFY(setup.ends());
        QVERIFY(*setup.result);
        QCOMPARE((*setup.result)->serviceId, u"sbox"_s);
        QVERIFY(setup.server.count("GET /koyeb-sandbox/health") > 0);
        QCOMPARE(setup.server.count("DELETE"), 0);
    }

    void leavesNothingOfASandboxThatFails()
    {
        Setup setup;
        setup.server.newDeploymentStatus = u"ERROR"_s;
        setup.start();
        QVERIFY(setup.ends());
        QCOMPARE(setup.result->error().kind, ErrorKind::Rejected);
        QVERIFY(!setup.result->error().message.contains("may be left"_L1));
        QVERIFY(setup.server.services.isEmpty());
        QVERIFY(setup.server.apps.isEmpty());
    }

    void leavesNothingOfASandboxThatItCouldNotSee()
    {
        Setup setup;
        setup.server.loss = [](const QByteArray &line) {
            return line == "POST /v1/services" ? Answer(ScriptedHttpServer::cut()) : std::nullopt;
        };
        setup.server.interference = [isFirst = true](const QByteArray &line) mutable -> Answer {
            const bool isBlind = line == "GET /v1/services" && std::exchange(isFirst, false);
            return isBlind ? Answer(ScriptedHttpServer::text(403, "")) : std::nullopt;
        };
        setup.start();
        QVERIFY(setup.ends());
        QCOMPARE(setup.result->error().kind, ErrorKind::Offline);
        QVERIFY(setup.server.services.isEmpty());
        QVERIFY(setup.server.apps.isEmpty());
    }

    void saysThatSomethingMayBeLeft()
    {
        Setup setup;
        setup.server.newDeploymentStatus = u"ERROR"_s;
        setup.server.interference = [](const QByteArray &line) {
            return line.startsWith("DELETE") ? Answer(ScriptedHttpServer::text(403, "")) : std::nullopt;
        };
        setup.start();
        QVERIFY(setup.ends());
        QCOMPARE(setup.result->error().kind, ErrorKind::Rejected);
        QVERIFY(setup.result->error().message.contains("The sandbox box, or its app, may be left"_L1));
    }

    void stoppingEndsItAtOnce()
    {
        Setup setup;
        setup.server.newDeploymentStatus = u"STARTING"_s;
        setup.start();
        QTRY_VERIFY(setup.server.count("GET /v1/deployments/dbox") > 0);
        setup.stop.request_stop();
        QVERIFY(setup.result);
        QCOMPARE(setup.result->error().kind, ErrorKind::Cancelled);
        QCOMPARE(setup.server.services.size(), 1);
    }
};

QTEST_GUILESS_MAIN(TestCreateSandbox)
#include "test_createsandbox.moc"
