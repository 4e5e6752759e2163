// SPDX-License-Identifier: Apache-2.0
#include "creationsetup.h"

using namespace Koyeb;
using namespace Koyeb::Test;
using namespace Qt::Literals::StringLiterals;
using namespace std::chrono_literals;

namespace {

using Setup = CreationSetup;
using Answer = std::optional<ScriptedHttpServer::Answer>;

} // namespace

/// How the making of a sandbox ends, and how long it takes.
class TestCreationEnd : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void endsOnceItExistsWhenNobodyWantsToWait()
    {
        SandboxOptions options = named(u"box"_s);
        options.waitReady = false;
        Setup setup(options);
        setup.server.newDeploymentStatus = u"STARTING"_s;
        setup.creation.start();
        QVERIFY(setup.turnsUntil([&] { return setup.created.size() == 1; }));
        QCOMPARE(setup.creation.serviceId(), u"sbox"_s);
        QCOMPARE(setup.clock.pendingCalls(), 0);
        QCOMPARE(setup.server.count("GET /v1/deployments"), 0);
        QVERIFY(setup.ready.isEmpty() && setup.failed.isEmpty());
    }

    void waitsAsLongAsItIsTold()
    {
        SandboxOptions options = named(u"box"_s);
        options.timeout = 20s;
        Setup setup(options);
        setup.server.newDeploymentStatus = u"STARTING"_s;
        setup.creation.start();
        QVERIFY(setup.turnsUntil([&] { return setup.server.count("GET /v1/deployments/dbox") >= 2; }));
        setup.clock.advance(20s);
        QCOMPARE(setup.failed.size(), 1);
        QVERIFY2(setup.error().message.contains(u"20 seconds"_s), qUtf8Printable(setup.error().message));
    }

    void givesUpInTheEnd()
    {
        Setup setup;
        setup.server.newDeploymentStatus = u"STARTING"_s;
        setup.creation.start();
        QVERIFY(setup.turnsUntil([&] { return setup.server.count("GET /v1/deployments/dbox") >= 2; }));
        setup.clock.advance(290s);
        QVERIFY(setup.failed.isEmpty());
        setup.clock.advance(10s);
        QCOMPARE(setup.failed.size(), 1);
        QCOMPARE(setup.error().kind, ErrorKind::Timeout);
        QVERIFY(setup.error().message.contains(u"STARTING"_s));
        QCOMPARE(setup.clock.pendingCalls(), 0);
    }

    void looksAsOftenAsAskedFor()
    {
        auto options = named(u"box"_s);
        options.pollInterval = 20s;
        Setup setup(options);
        setup.server.newDeploymentStatus = u"STARTING"_s;
        setup.creation.start();
        QTRY_COMPARE(setup.server.count("GET /v1/deployments/dbox"), 1);
        QTRY_COMPARE(setup.clock.pendingCalls(), 2); // The pause, and the end.
        setup.clock.advance(19s);
        QCOMPARE(setup.clock.pendingCalls(), 2);
        setup.clock.advance(1s);
        QTRY_COMPARE(setup.server.count("GET /v1/deployments/dbox"), 2);
    }

    void isSilentOnceCancelledOrDestroyed_data()
    {
        QTest::addColumn<QByteArray>("line");
        QTest::newRow("app") << QByteArray("POST /v1/apps");
        QTest::newRow("service") << QByteArray("POST /v1/services");
        QTest::newRow("deployment") << QByteArray("GET /v1/deployments/dbox");
        QTest::newRow("executor") << QByteArray("GET /koyeb-sandbox/health");
    }
    void isSilentOnceCancelledOrDestroyed()
    {
        QFETCH(const QByteArray, line);
        Setup setup;
        const auto hangAtLine = [=](const QByteArray &seen) {
            return seen == line ? Answer(ScriptedHttpServer::hang()) : std::nullopt;
        };
        setup.server.interference = hangAtLine;
        setup.creation.start();
        QVERIFY(setup.turnsUntil([&] { return setup.server.count(line) == 1; }));
        setup.creation.cancel();
        QVERIFY(setup.ready.isEmpty() && setup.failed.isEmpty());
        QCOMPARE(setup.clock.pendingCalls(), 0);

        auto other = std::make_unique<SandboxCreation>(setup.api, setup.clock, named(u"box"_s));
        QSignalSpy failed(other.get(), &SandboxCreation::failed);
        other->start();
        QVERIFY(setup.turnsUntil([&] { return setup.server.count(line) == 2; }));
        other.reset();
        QVERIFY(failed.isEmpty());
        QCOMPARE(setup.clock.pendingCalls(), 0);
    }

    void mayBeDestroyedByEachOfItsSignals_data()
    {
        QTest::addColumn<Phase>("phase");
        for (const auto phase :
             {Phase::CreatingApp, Phase::CreatingService, Phase::Deploying, Phase::WaitingForExecutor,
              Phase::Ready}) {
            QTest::addRow("%d", static_cast<int>(phase)) << phase;
        }
    }
    void mayBeDestroyedByEachOfItsSignals()
    {
        QFETCH(const Phase, phase);
        Setup setup;
        auto creation = std::make_unique<SandboxCreation>(setup.api, setup.clock, named(u"box"_s));
        connect(creation.get(), &SandboxCreation::phaseChanged, this, [&](Phase reached) {
            if (reached == phase) {
                creation.reset();
            }
        });
        auto *const raw = creation.get();
        QSignalSpy destroyed(raw, &QObject::destroyed);
        raw->start();
        QVERIFY(setup.turnsUntil([&] { return destroyed.size() == 1; }));
        QCOMPARE(setup.clock.pendingCalls(), 0);
    }
};

QTEST_GUILESS_MAIN(TestCreationEnd)
#include "test_creationend.moc"
