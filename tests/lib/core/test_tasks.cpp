// SPDX-License-Identifier: Apache-2.0
#include "core/completion.h"
#include "core/manualclock.h"
#include "core/taskscope.h"

#include <QTest>

#include <optional>

using namespace Koyeb;
using namespace std::chrono_literals;

namespace {

/// Waits in a scope of its own and notes how each wait ended.
class Sleeper {
public:
    Sleeper(Clock &clock, QList<bool> &outcomes) : m_clock(clock), m_outcomes(outcomes) {}

    void sleepFor(std::chrono::milliseconds delay) { run(delay); }
    void restart() { m_scope.restart(); }

private:
    QCoro::Task<> run(std::chrono::milliseconds delay)
    {
        const bool waited = co_await m_clock.sleepFor(delay, m_scope.token());
        m_outcomes.append(waited); // Only valid while the owner is alive, which is what the scope promises.
    }

    Clock &m_clock;
    QList<bool> &m_outcomes;
    TaskScope m_scope;
};

} // namespace

class TestTasks : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void sleepsUntilTimeHasPassed()
    {
        ManualClock clock;
        QList<bool> outcomes;
        Sleeper sleeper(clock, outcomes);
        sleeper.sleepFor(100ms);
        clock.advance(99ms);
        QVERIFY(outcomes.isEmpty());
        clock.advance(1ms);
        QCOMPARE(outcomes, QList<bool>{true});
        QCOMPARE(clock.pendingCalls(), 0);
    }

    void endsEveryWaitWithTheScope()
    {
        ManualClock clock;
        QList<bool> outcomes;
        {
            Sleeper sleeper(clock, outcomes);
            sleeper.sleepFor(100ms);
            sleeper.sleepFor(200ms);
        }
        QCOMPARE(outcomes, (QList<bool>{false, false}));
        QCOMPARE(clock.pendingCalls(), 0);
    }

    void startsAnewAfterRestart()
    {
        ManualClock clock;
        QList<bool> outcomes;
        Sleeper sleeper(clock, outcomes);
        sleeper.sleepFor(100ms);
        sleeper.restart();
        sleeper.sleepFor(100ms);
        clock.advance(100ms);
        QCOMPARE(outcomes, (QList<bool>{false, true}));
    }

    void sleepsByTheRealClockToo()
    {
        SystemClock clock;
        QList<bool> outcomes;
        Sleeper sleeper(clock, outcomes);
        sleeper.sleepFor(1ms);
        QTRY_COMPARE(outcomes, QList<bool>{true});
    }

    void completesOnce()
    {
        Completion<int> completion;
        completion.complete(1);
        completion.complete(2);
        std::optional<int> value;
        [](Completion<int> awaited, std::optional<int> &result) -> QCoro::Task<> {
            result = co_await awaited;
        }(completion, value);
        QCOMPARE(value, 1);
    }

    void makesDueCallsInOrderEachAtItsTime()
    {
        ManualClock clock;
        QStringList calls;
        const auto start = clock.now();
        const auto note = [&](const char *name) {
            const auto at =
                std::chrono::duration_cast<std::chrono::milliseconds>(clock.now() - start).count();
            calls.append(QStringLiteral("%1@%2").arg(QLatin1String(name)).arg(at));
        };
        const auto second = clock.schedule(20ms, [&] { note("second"); });
        const auto first = clock.schedule(10ms, [&] { note("first"); });
        auto never = clock.schedule(15ms, [&] { note("never"); });
        never.reset();
        clock.advance(30ms);
        QCOMPARE(calls, (QStringList{QStringLiteral("first@10"), QStringLiteral("second@20")}));
    }
};

QTEST_GUILESS_MAIN(TestTasks)
#include "test_tasks.moc"
