// SPDX-License-Identifier: Apache-2.0
#include "core/manualclock.h"
#include "fakecontrolplane.h"
#include "sandbox/sandboxstore.h"

#include <QRandomGenerator>
#include <QSignalSpy>
#include <QTest>

#include <algorithm>

using namespace Koyeb;
using namespace Koyeb::Test;
using namespace Qt::Literals::StringLiterals;
using namespace std::chrono_literals;

namespace {

const QByteArray serviceList = "GET /v1/services";
const QByteArray anyDetails = "GET /v1/deployments/";

/// A store on a clock that stands still, with all that it told.
struct Setup {
    Setup()
    {
        QObject::connect(&store, &SandboxStore::sandboxesChanged, &store, [this](const auto &change) {
            changes.append(change);
            for (const auto &id : change.removed) {
                isConsistent = isConsistent && mirror.remove(id);
            }
            for (const auto &changed : change.changed) {
                isConsistent =
                    isConsistent && mirror.contains(changed.record.id) &&
                    changed.fields == differingFields(mirror.value(changed.record.id), changed.record) &&
                    changed.fields != SandboxFields();
                mirror.insert(changed.record.id, changed.record);
            }
            for (const auto &record : change.added) {
                isConsistent = isConsistent && !mirror.contains(record.id);
                mirror.insert(record.id, record);
            }
        });
    }

    /// Whether the store comes to rest: the one call that waits is then its next round.
    [[nodiscard]] bool rests()
    {
        return QTest::qWaitFor([&] { return clock.pendingCalls() == 1; }, 20'000);
    }
    [[nodiscard]] bool begin()
    {
        store.start();
        return rests();
    }
    /// Turns time until the lists have been read once more.
    [[nodiscard]] bool poll()
    {
        const auto before = store.currentAsOf();
        for (int rounds = 0; rounds < 10 && store.currentAsOf() == before; ++rounds) {
            if (!rests()) {
                return false;
            }
            clock.advance(std::max(clock.untilNextCall(), 1ms));
            if (!rests()) {
                return false;
            }
        }
        return store.currentAsOf() != before;
    }

    ManualClock clock;
    SystemClock wireClock; // Requests are real and take their time.
    FakeControlPlane server;
    HttpClient http{wireClock};
    ApiClient api{http, server.url()};
    SandboxStore store{api, clock};
    QList<SandboxChanges> changes;
    QHash<QString, SandboxRecord> mirror; ///< What a listener that applies all changes knows.
    bool isConsistent = true;
};

} // namespace

class TestSandboxStore : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void tellsWhatIsThere()
    {
        Setup setup;
        setup.server.addSandbox(u"one"_s);
        setup.server.addSandbox(u"two"_s);
        QCOMPARE(setup.store.condition(), SandboxStore::Condition::Loading);
        QVERIFY(setup.begin());
        QCOMPARE(setup.store.condition(), SandboxStore::Condition::Current);
        QCOMPARE(setup.changes.size(), 1);
        QCOMPARE(setup.changes.first().added.size(), 2);
        const auto record = setup.store.record(u"sone"_s);
        QVERIFY(record);
        QCOMPARE(record->name, u"one"_s);
        QCOMPARE(record->appName, u"one"_s);
        QCOMPARE(record->serviceStatus, ServiceStatus::Healthy);
        QVERIFY(!setup.store.record(u"sthree"_s));
    }

    void tellsOnlyWhatDiffers_data()
    {
        QTest::addColumn<QString>("member");
        QTest::addColumn<QJsonValue>("value");
        QTest::addColumn<SandboxFields>("fields");
        QTest::newRow("nothing") << u"name"_s << QJsonValue(u"one"_s) << SandboxFields();
        QTest::newRow("unknown to lists") << u"version"_s << QJsonValue(u"7"_s) << SandboxFields();
        QTest::newRow("name") << u"name"_s << QJsonValue(u"other"_s) << SandboxFields(SandboxField::Name);
        QTest::newRow("status") << u"status"_s << QJsonValue(u"PAUSED"_s)
                                << SandboxFields(SandboxField::Status);
        QTest::newRow("messages") << u"messages"_s << QJsonValue(QJsonArray{u"Oh."_s})
                                  << SandboxFields(SandboxField::Status);
        QTest::newRow("app") << u"app_id"_s << QJsonValue(u"atwo"_s) << SandboxFields(SandboxField::App);
        QTest::newRow("time") << u"updated_at"_s << QJsonValue(u"2026-11-22T11:00:00Z"_s)
                              << SandboxFields(SandboxField::Times);
        QTest::newRow("deployment") << u"active_deployment_id"_s << QJsonValue(u"dnew"_s)
                                    << SandboxFields(SandboxField::Details);
    }
    void tellsOnlyWhatDiffers()
    {
        QFETCH(const QString, member);
        QFETCH(const QJsonValue, value);
        QFETCH(const SandboxFields, fields);
        Setup setup;
        setup.server.addSandbox(u"one"_s);
        setup.server.addSandbox(u"two"_s);
        QVERIFY(setup.begin());
        setup.changes.clear();
        setup.server.setService(u"sone"_s, member, value);
        QVERIFY(setup.poll());
        if (!fields) {
            QVERIFY(setup.changes.isEmpty());
            return;
        }
        QCOMPARE(setup.changes.size(), 1);
        QVERIFY(setup.changes.first().added.isEmpty() && setup.changes.first().removed.isEmpty());
        QCOMPARE(setup.changes.first().changed.size(), 1);
        QCOMPARE(setup.changes.first().changed.first().record.id, u"sone"_s);
        QCOMPARE(setup.changes.first().changed.first().fields, fields);
    }

    void tellsOfADeletionHoweverItShows_data()
    {
        QTest::addColumn<bool>("isListed");
        QTest::newRow("gone from the list") << false;
        QTest::newRow("listed as deleted") << true;
    }
    void tellsOfADeletionHoweverItShows()
    {
        QFETCH(const bool, isListed);
        Setup setup;
        setup.server.addSandbox(u"one"_s);
        QVERIFY(setup.begin());
        setup.changes.clear();
        if (isListed) {
            setup.server.setService(u"sone"_s, u"status"_s, u"DELETED"_s);
        } else {
            setup.server.services.clear();
        }
        QVERIFY(setup.poll());
        QCOMPARE(setup.changes.size(), 1);
        QCOMPARE(setup.changes.first().removed, QStringList{u"sone"_s});
        QVERIFY(setup.store.records().isEmpty());
    }

    void changeSetsAddUpToTheState()
    {
        Setup setup;
        QVERIFY(setup.begin());
        QRandomGenerator random(42);
        const QStringList statuses{u"HEALTHY"_s, u"STARTING"_s, u"PAUSED"_s, u"DELETED"_s};
        for (int round = 0; round < 60; ++round) {
            for (int i = 0; i < 5; ++i) {
                const QString name = QString::number(random.bounded(12));
                switch (random.bounded(4)) {
                case 0:
                    setup.server.addSandbox(name);
                    break;
                case 1:
                    setup.server.services.remove(u's' + name);
                    break;
                case 2:
                    if (setup.server.services.contains(u's' + name)) {
                        setup.server.setService(u's' + name, u"status"_s, statuses.at(random.bounded(4)));
                    }
                    break;
                default:
                    setup.store.watch({u's' + name, u's' + QString::number(random.bounded(12))});
                }
            }
            QVERIFY(setup.poll());
            QVERIFY(setup.isConsistent);
            const auto records = setup.store.records();
            QCOMPARE(records.size(), setup.mirror.size());
            for (const auto &record : records) {
                QVERIFY(setup.mirror.value(record.id) == record);
            }
        }
    }

    void readsDetailsOnlyOfWhatIsWatched()
    {
        Setup setup;
        for (int i = 0; i < 5; ++i) {
            setup.server.addSandbox(QString::number(i));
        }
        QVERIFY(setup.begin());
        QVERIFY(setup.poll());
        QCOMPARE(setup.server.count(anyDetails), 0);
        setup.server.setDeployment(u"d3"_s, u"status"_s, u"SLEEPING"_s);
        setup.changes.clear();

        setup.store.watch({u"s3"_s});
        setup.clock.advance(1ms);
        QTRY_COMPARE(setup.changes.size(), 1);
        QCOMPARE(setup.server.count(anyDetails), 1);
        QCOMPARE(setup.server.count(serviceList), 2); // No list was needed for it.
        const auto changed = setup.changes.first().changed.first();
        QCOMPARE(changed.record.id, u"s3"_s);
        QCOMPARE(changed.record.deploymentStatus, DeploymentStatus::Sleeping);
        QCOMPARE(changed.record.region, u"na"_s);
        QCOMPARE(changed.fields, SandboxFields(SandboxField::Status | SandboxField::Details));
    }

    void noticesThatAWatchedSandboxFallsAsleep()
    {
        Setup setup;
        setup.server.addSandbox(u"one"_s);
        setup.store.watch({u"sone"_s});
        QVERIFY(setup.begin());
        QTRY_COMPARE(setup.store.record(u"sone"_s)->deploymentStatus, DeploymentStatus::Healthy);
        setup.server.setDeployment(u"done"_s, u"status"_s, u"SLEEPING"_s);
        for (int i = 0; i < 3; ++i) {
            QTRY_VERIFY(setup.clock.untilNextCall() <= 5s);
            QVERIFY(setup.poll());
        }
        QTRY_COMPARE(setup.store.record(u"sone"_s)->deploymentStatus, DeploymentStatus::Sleeping);
    }

    void readsWhatComesFirstWithEveryPollAndTheOthersInTurn()
    {
        Setup setup;
        QStringList ids{u"s31"_s};
        for (int i = 0; i < 40; ++i) {
            setup.server.addSandbox(QString::number(i));
            ids.append(u's' + QString::number(i));
        }
        setup.store.watch(ids);
        QVERIFY(setup.begin());
        QTRY_COMPARE(setup.server.count(anyDetails), 40); // Unknown details are read at once.
        QVERIFY(setup.rests());
        for (int i = 0; i < 8; ++i) {
            QVERIFY(setup.poll());
            setup.clock.advance(5s); // So that all are worth reading again.
            QVERIFY(setup.rests());
        }
        const auto first = setup.server.count("GET /v1/deployments/d31");
        QVERIFY2(first >= 8, QByteArray::number(first));
        for (int i = 0; i < 40; ++i) {
            QVERIFY(setup.server.count("GET /v1/deployments/d" + QByteArray::number(i)) >= 2);
        }
    }

    void hurriesWhileSomethingMoves_data()
    {
        QTest::addColumn<QString>("service");
        QTest::addColumn<bool>("isWatched");
        QTest::addColumn<std::chrono::milliseconds>("interval");
        using Interval = std::chrono::milliseconds;
        QTest::newRow("quiet") << u"HEALTHY"_s << false << Interval(30s);
        QTest::newRow("watched") << u"HEALTHY"_s << true << Interval(5s);
        QTest::newRow("starting") << u"STARTING"_s << false << Interval(1s);
        QTest::newRow("deleting") << u"DELETING"_s << false << Interval(1s);
        QTest::newRow("paused") << u"PAUSED"_s << false << Interval(30s);
    }
    void hurriesWhileSomethingMoves()
    {
        QFETCH(const QString, service);
        QFETCH(const bool, isWatched);
        QFETCH(const std::chrono::milliseconds, interval);
        Setup setup;
        setup.server.addSandbox(u"one"_s);
        setup.server.setService(u"sone"_s, u"status"_s, service);
        if (isWatched) {
            setup.store.watch({u"sone"_s});
        }
        QVERIFY(setup.begin());
        QTRY_COMPARE(setup.clock.pendingCalls(), 1);
        QTRY_COMPARE(setup.clock.untilNextCall(), interval);
    }

    void hurriesNoLongerForWhatNeverMoves()
    {
        Setup setup;
        setup.server.addSandbox(u"one"_s);
        setup.server.setService(u"sone"_s, u"status"_s, u"STARTING"_s);
        QVERIFY(setup.begin());
        QTRY_COMPARE(setup.clock.untilNextCall(), 1s);
        for (int i = 0; i < 65; ++i) {
            QVERIFY(setup.poll());
        }
        QCOMPARE(setup.clock.untilNextCall(), 5s);
    }

    void asksAtOnceForAnExpectedChange()
    {
        Setup setup;
        QVERIFY(setup.begin());
        QTRY_COMPARE(setup.clock.untilNextCall(), 30s);
        setup.server.addSandbox(u"new"_s);
        setup.store.expectChange(u"snew"_s);
        QTRY_VERIFY(setup.store.record(u"snew"_s));
        QTRY_COMPARE(setup.server.count(anyDetails), 1);
        QTRY_COMPARE(setup.clock.untilNextCall(), 1s);
    }

    void losesNothingThatIsAskedWhileARoundRuns()
    {
        Setup setup;
        setup.server.addSandbox(u"one"_s);
        // The list has been read, and its answer is on its way, when the change is made and asked for.
        setup.server.loss = [&](const QByteArray &line) -> std::optional<ScriptedHttpServer::Answer> {
            if (line == serviceList && setup.server.services.size() == 1) {
                setup.server.addSandbox(u"two"_s);
                setup.store.refresh();
                setup.store.refresh();
            }
            return std::nullopt;
        };
        QVERIFY(setup.begin());
        QVERIFY(!setup.store.record(u"stwo"_s));
        QCOMPARE(setup.clock.untilNextCall(), 0ms);
        setup.clock.advance(1ms);
        QTRY_VERIFY(setup.store.record(u"stwo"_s));
        QCOMPARE(setup.server.count(serviceList), 2);
    }

    void asksLessAndLessOftenWhileItFails()
    {
        Setup setup;
        setup.server.addSandbox(u"one"_s);
        QVERIFY(setup.begin());
        QSignalSpy conditions(&setup.store, &SandboxStore::conditionChanged);
        setup.server.interference = [](const QByteArray &) {
            return ScriptedHttpServer::json(401, {{u"message"_s, u"Token rejected"_s}});
        };
        for (const auto delay : {2s, 4s, 8s, 16s, 32s, 60s, 60s}) {
            const auto before = setup.server.count(serviceList);
            setup.clock.advance(setup.clock.untilNextCall());
            QTRY_COMPARE(setup.server.count(serviceList), before + 1);
            QTRY_VERIFY(setup.clock.pendingCalls() == 1 && setup.clock.untilNextCall() == delay);
        }
        QCOMPARE(setup.store.condition(), SandboxStore::Condition::Failing);
        QCOMPARE(setup.store.lastError().kind, ErrorKind::Unauthorized);
        QCOMPARE(setup.store.lastError().message, u"Token rejected"_s);
        QCOMPARE(setup.store.records().size(), 1); // What was known stays.
        QCOMPARE(conditions.size(), 1);

        setup.server.interference = {};
        setup.store.refresh();
        QTRY_COMPARE(setup.store.condition(), SandboxStore::Condition::Current);
        QTRY_COMPARE(setup.clock.untilNextCall(), 30s);
    }

    void staysCurrentWhenOnlyDetailsFail()
    {
        Setup setup;
        setup.server.addSandbox(u"one"_s);
        setup.server.interference = [](const QByteArray &line) -> std::optional<ScriptedHttpServer::Answer> {
            if (line.startsWith(anyDetails)) {
                return ScriptedHttpServer::text(200, "nonsense");
            }
            return std::nullopt;
        };
        setup.store.watch({u"sone"_s});
        QVERIFY(setup.begin());
        QTRY_COMPARE(setup.server.count(anyDetails), 1);
        QTRY_COMPARE(setup.clock.untilNextCall(), 5s);
        QCOMPARE(setup.store.condition(), SandboxStore::Condition::Current);
    }

    void isSilentOnceStopped()
    {
        Setup setup;
        setup.server.addSandbox(u"one"_s);
        setup.server.interference = [](const QByteArray &) {
            return ScriptedHttpServer::hang();
        };
        setup.store.start();
        QTRY_COMPARE(setup.server.count(serviceList), 1);
        setup.store.stop();
        QCOMPARE(setup.clock.pendingCalls(), 0);
        QVERIFY(setup.changes.isEmpty());
        setup.server.interference = {};
        QVERIFY(setup.begin());
        QCOMPARE(setup.changes.size(), 1);
    }

    void mayBeStoppedOrDestroyedByItsListeners()
    {
        FakeControlPlane server;
        server.addSandbox(u"one"_s);
        ManualClock clock;
        SystemClock wireClock;
        HttpClient http(wireClock);
        ApiClient api(http, server.url());
        auto store = std::make_unique<SandboxStore>(api, clock);
        QSignalSpy destroyed(store.get(), &QObject::destroyed);
        connect(store.get(), &SandboxStore::sandboxesChanged, this, [&] { store.reset(); });
        store->start();
        QTRY_COMPARE(destroyed.size(), 1);
        QCOMPARE(clock.pendingCalls(), 0);

        Setup setup;
        setup.server.addSandbox(u"one"_s);
        QSignalSpy conditions(&setup.store, &SandboxStore::conditionChanged);
        connect(&setup.store, &SandboxStore::sandboxesChanged, this, [&] { setup.store.stop(); });
        setup.store.start();
        QTRY_COMPARE(setup.changes.size(), 1);
        QCOMPARE(conditions.size(), 0);
        QCOMPARE(setup.clock.pendingCalls(), 0);
    }

    void doubtsASingleGapInALongList()
    {
        Setup setup;
        for (int i = 0; i < 150; ++i) {
            setup.server.addSandbox(u"%1"_s.arg(i, 3, 10, QChar(u'0')));
        }
        QVERIFY(setup.begin());
        const auto hidden = setup.server.services.take(u"s120"_s);
        QVERIFY(setup.poll());
        QVERIFY(setup.store.record(u"s120"_s));
        setup.server.services.insert(u"s120"_s, hidden);
        QVERIFY(setup.poll());
        QCOMPARE(setup.changes.size(), 1); // Nobody was told of anything.

        setup.server.services.remove(u"s120"_s);
        QVERIFY(setup.poll());
        QVERIFY(setup.poll());
        QVERIFY(!setup.store.record(u"s120"_s));
        QCOMPARE(setup.changes.last().removed, QStringList{u"s120"_s});
    }

    /// Polling with that many must neither take a second of the interface nor all of the account's requests.
    void keepsUpWithTenThousand()
    {
        Setup setup;
        for (int i = 0; i < 10'000; ++i) {
            setup.server.addService(u"%1"_s.arg(i, 5, 10, QChar(u'0')), u"aone"_s);
        }
        QSignalSpy conditions(&setup.store, &SandboxStore::conditionChanged);
        setup.store.start();
        QVERIFY(conditions.wait(60'000)); // A real event loop: the test's own waiting sleeps.
        QCOMPARE(setup.changes.first().added.size(), 10'000);
        QCOMPARE(setup.server.count(serviceList), 100);
        QTRY_VERIFY(setup.clock.untilNextCall() >= 101 * 300ms);
    }
};

QTEST_GUILESS_MAIN(TestSandboxStore)
#include "test_sandboxstore.moc"
