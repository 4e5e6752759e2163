// SPDX-License-Identifier: Apache-2.0
#include "core/manualclock.h"
#include "fakecontrolplane.h"
#include "sandbox/sandboxdeletion.h"
#include "support/await.h"

#include <QTest>

using namespace Koyeb;
using namespace Koyeb::Test;
using namespace Qt::Literals::StringLiterals;
using namespace std::chrono_literals;

namespace {

struct Setup {
    Setup() { server.addSandbox(u"box"_s); }

    [[nodiscard]] Result<DeletionPlan> plan()
    {
        const auto plan = await(planDeletion(api, u"sbox"_s, {}));
        return plan ? *plan : failure(ErrorKind::Timeout, u"No plan came."_s);
    }
    /// Carries `plan` out, turning time meanwhile.
    [[nodiscard]] Result<void> carryOut(const DeletionPlan &plan)
    {
        return ended(deleteSandbox(api, clock, plan, {}));
    }
    /// What a creation may have left of `box` in the app of the same name.
    [[nodiscard]] Result<void> cleanUp() { return ended(deleteLeftover(api, clock, u"box"_s, u"box"_s, {})); }
    [[nodiscard]] Result<void> ended(QCoro::Task<Result<void>> &&deletion)
    {
        std::optional<Result<void>> outcome;
        std::move(deletion).then([&outcome](Result<void> &&result) { outcome = result; });
        const bool came = QTest::qWaitFor(
            [&] {
                clock.advance(outcome ? 0ms : 250ms);
                return outcome.has_value();
            },
            30'000);
        return came ? *outcome : failure(ErrorKind::Timeout, u"The deletion did not end."_s);
    }

    ManualClock clock;
    SystemClock wireClock;
    FakeControlPlane server;
    HttpClient http{wireClock};
    ApiClient api{http, server.url()};
};

} // namespace

class TestSandboxDeletion : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void namesWhatGoes()
    {
        Setup setup;
        const auto plan = setup.plan();
        QVERIFY(plan);
        QCOMPARE(plan->serviceName, u"box"_s);
        QCOMPARE(plan->appName, u"box"_s);
        QVERIFY(plan->appGoesToo);
        QVERIFY(plan->otherServices.isEmpty());
    }

    void namesWhatStays()
    {
        Setup setup;
        setup.server.addService(u"web"_s, u"abox"_s);
        setup.server.addService(u"was"_s, u"abox"_s);
        setup.server.setService(u"swas"_s, u"status"_s, u"DELETED"_s);
        const auto plan = setup.plan();
        QVERIFY(plan);
        QVERIFY(!plan->appGoesToo);
        QCOMPARE(plan->otherServices, QStringList{u"web"_s});
    }

    void leavesAnAppThatHoldsMore()
    {
        Setup setup;
        setup.server.addService(u"web"_s, u"abox"_s);
        const auto plan = setup.plan();
        QVERIFY(plan && setup.carryOut(*plan));
        QVERIFY(!setup.server.services.contains(u"sbox"_s));
        QVERIFY(setup.server.services.contains(u"sweb"_s));
        QVERIFY(setup.server.apps.contains(u"abox"_s));
        QCOMPARE(setup.server.count("DELETE /v1/apps"), 0);
    }

    void leavesAnEmptyAppToThePlatform()
    {
        Setup setup;
        const auto plan = setup.plan();
        QVERIFY(plan && setup.carryOut(*plan));
        QVERIFY(setup.server.apps.isEmpty());
        QCOMPARE(setup.server.count("DELETE /v1/apps"), 0);
    }

    void removesAnEmptyAppThatThePlatformKeeps_data()
    {
        QTest::addColumn<bool>("isMarked");
        QTest::newRow("not marked for it") << false;
        QTest::newRow("marked, but forgotten") << true;
    }
    void removesAnEmptyAppThatThePlatformKeeps()
    {
        QFETCH(const bool, isMarked);
        Setup setup;
        setup.server.removesEmptyApps = false;
        setup.server.apps[u"abox"_s].insert(u"life_cycle"_s, QJsonObject{{u"delete_when_empty"_s, isMarked}});
        const auto plan = setup.plan();
        QVERIFY(plan && setup.carryOut(*plan));
        QVERIFY(setup.server.apps.isEmpty());
        QCOMPARE(setup.server.count("DELETE /v1/apps/abox"), 1);
    }

    void sparesAServiceThatCameMeanwhile()
    {
        Setup setup;
        setup.server.removesEmptyApps = false;
        const auto plan = setup.plan();
        QVERIFY(plan && plan->appGoesToo);
        setup.server.addService(u"new"_s, u"abox"_s);
        QVERIFY(setup.carryOut(*plan));
        QVERIFY(setup.server.services.contains(u"snew"_s));
        QVERIFY(setup.server.apps.contains(u"abox"_s));
    }

    void waitsWhileTheSandboxIsBeingDeleted()
    {
        Setup setup;
        const auto plan = setup.plan();
        QVERIFY(plan);
        int looks = 0;
        setup.server.interference = [&](const QByteArray &line) -> std::optional<ScriptedHttpServer::Answer> {
            if (line == "DELETE /v1/services/sbox") {
                setup.server.setService(u"sbox"_s, u"status"_s, u"DELETING"_s);
                return ScriptedHttpServer::json(200, {});
            }
            if (line == "GET /v1/services/sbox" && ++looks == 4) {
                setup.server.services.clear();
                setup.server.apps.clear();
            }
            return std::nullopt;
        };
        QVERIFY(setup.carryOut(*plan));
        QCOMPARE(looks, 4);
    }

    void isContentWithWhatIsGoneAlready()
    {
        Setup setup;
        const auto plan = setup.plan();
        QVERIFY(plan);
        setup.server.services.clear();
        setup.server.apps.clear();
        QVERIFY(setup.carryOut(*plan));
    }

    void saysThatADeletionTakesTooLong()
    {
        Setup setup;
        const auto plan = setup.plan();
        QVERIFY(plan);
        setup.server.interference = [&](const QByteArray &line) -> std::optional<ScriptedHttpServer::Answer> {
            return line.startsWith("DELETE") ? std::optional(ScriptedHttpServer::json(200, {}))
                                             : std::nullopt;
        };
        const auto outcome = setup.carryOut(*plan);
        QVERIFY(!outcome);
        QCOMPARE(outcome.error().kind, ErrorKind::Timeout);
        QVERIFY(setup.server.apps.contains(u"abox"_s));
    }

    void handsOnARefusal()
    {
        Setup setup;
        const auto plan = setup.plan();
        QVERIFY(plan);
        setup.server.interference = [&](const QByteArray &line) -> std::optional<ScriptedHttpServer::Answer> {
            return line.startsWith("DELETE") ? std::optional(ScriptedHttpServer::text(403, "no"))
                                             : std::nullopt;
        };
        const auto outcome = setup.carryOut(*plan);
        QVERIFY(!outcome);
        QCOMPARE(outcome.error().kind, ErrorKind::Forbidden);
        QCOMPARE(setup.server.services.size(), 1);
    }

    void cleansUpWhatACreationLeft_data()
    {
        QTest::addColumn<bool>("hasApp");
        QTest::addColumn<bool>("hasService");
        QTest::newRow("nothing") << false << false;
        QTest::newRow("an empty app") << true << false;
        QTest::newRow("the sandbox") << true << true;
    }
    void cleansUpWhatACreationLeft()
    {
        QFETCH(const bool, hasApp);
        QFETCH(const bool, hasService);
        Setup setup;
        setup.server.addSandbox(u"box-of-somebody"_s); // Found by the server's filter too.
        if (!hasApp) {
            setup.server.apps.remove(u"abox"_s);
        }
        if (!hasService) {
            setup.server.services.remove(u"sbox"_s);
        }
        QVERIFY(setup.cleanUp());
        QCOMPARE(setup.server.apps.keys(), QStringList{u"abox-of-somebody"_s});
        QCOMPARE(setup.server.services.keys(), QStringList{u"sbox-of-somebody"_s});
    }

    void cleansUpNothingThatSomebodyElsePutThere()
    {
        Setup setup;
        setup.server.addService(u"other"_s, u"abox"_s);
        const auto outcome = setup.cleanUp();
        QVERIFY(!outcome);
        QCOMPARE(outcome.error().kind, ErrorKind::Conflict);
        QCOMPARE(setup.server.count("DELETE"), 0);
    }
};

QTEST_GUILESS_MAIN(TestSandboxDeletion)
#include "test_sandboxdeletion.moc"
