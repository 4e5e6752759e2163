// SPDX-License-Identifier: Apache-2.0
#include "core/manualclock.h"
#include "net/ratelimiter.h"

#include <QTest>

#include <deque>

using namespace Koyeb;
using namespace std::chrono_literals;

class TestRateLimiter : public QObject {
    Q_OBJECT

    static constexpr RateLimiter::Rate tenASecond{10, 1000ms, 2};

    static void ask(
        RateLimiter &limiter, Priority priority, QStringList &log, const char *name,
        std::stop_token stop = {})
    {
        limiter.acquire(priority, stop).then([&log, name](bool admitted) {
            log.append(QLatin1String(name) + (admitted ? QString() : QStringLiteral(" refused")));
        });
    }

private Q_SLOTS:
    void admitsNoMoreThanTheRateInAnyWindow()
    {
        ManualClock clock;
        std::deque<Clock::TimePoint> admitted;
        RateLimiter limiter(clock, {10, 1000ms, 0});
        for (int i = 0; i < 45; ++i) {
            limiter.acquire(Priority::Foreground, {}).then([&](bool) { admitted.push_back(clock.now()); });
            clock.advance(i % 7 == 0 ? 170ms : 0ms);
        }
        clock.advance(4s);
        QCOMPARE(admitted.size(), size_t{45});
        for (size_t i = 10; i < admitted.size(); ++i) {
            QVERIFY(admitted[i] - admitted[i - 10] >= 1000ms);
        }
        QCOMPARE(limiter.waiting(), 0);
    }

    void admitsAtOnceWhatTheRateAllows()
    {
        ManualClock clock;
        QStringList log;
        RateLimiter limiter(clock, tenASecond);
        for (int i = 0; i < 13; ++i) {
            ask(limiter, Priority::Foreground, log, "x");
        }
        QCOMPARE(log.size(), 10);
        clock.advance(999ms);
        QCOMPARE(log.size(), 10);
        clock.advance(1ms);
        QCOMPARE(log.size(), 13);
    }

    void staysBelowWhatTheApiAnswersAMinute()
    {
        ManualClock clock;
        QStringList log;
        RateLimiter limiter(clock, RateLimiter::Rate());
        for (int i = 0; i < 1000; ++i) {
            ask(limiter, i % 2 == 0 ? Priority::Foreground : Priority::Background, log, "x");
        }
        clock.advance(59'999ms);
        QVERIFY(log.size() < 400);
        QVERIFY(log.size() > 350);
    }

    void keepsTheLastPermitsForTheForeground()
    {
        ManualClock clock;
        QStringList log;
        RateLimiter limiter(clock, tenASecond);
        for (int i = 0; i < 10; ++i) {
            ask(limiter, Priority::Background, log, "background");
        }
        QCOMPARE(log.size(), 8);
        ask(limiter, Priority::Foreground, log, "foreground");
        QCOMPARE(log.last(), QStringLiteral("foreground"));
        QCOMPARE(log.size(), 9);
    }

    void servesTheForegroundFirst()
    {
        ManualClock clock;
        QStringList log;
        RateLimiter limiter(clock, {1, 1000ms, 0});
        ask(limiter, Priority::Background, log, "first");
        ask(limiter, Priority::Background, log, "background");
        ask(limiter, Priority::Foreground, log, "foreground");
        clock.advance(2000ms);
        QCOMPARE(
            log, (QStringList{
                     QStringLiteral("first"), QStringLiteral("foreground"), QStringLiteral("background")}));
    }

    void forgetsWhoStopsWaiting()
    {
        ManualClock clock;
        QStringList log;
        RateLimiter limiter(clock, {1, 1000ms, 0});
        std::stop_source stop;
        ask(limiter, Priority::Foreground, log, "first");
        ask(limiter, Priority::Foreground, log, "second", stop.get_token());
        ask(limiter, Priority::Foreground, log, "third");
        stop.request_stop();
        QCOMPARE(log.last(), QStringLiteral("second refused"));
        QCOMPARE(limiter.waiting(), 1);
        clock.advance(1000ms);
        QCOMPARE(log.last(), QStringLiteral("third"));
    }

    void holdsEverybodyBackAfterARefusal()
    {
        ManualClock clock;
        QStringList log;
        RateLimiter limiter(clock, tenASecond);
        limiter.pauseFor(900ms);
        ask(limiter, Priority::Foreground, log, "x");
        clock.advance(899ms);
        QVERIFY(log.isEmpty());
        clock.advance(1ms);
        QCOMPARE(log.size(), 1);
    }

    void neverHoldsBackForLongerThanAWindow()
    {
        ManualClock clock;
        QStringList log;
        RateLimiter limiter(clock, tenASecond);
        limiter.pauseFor(1h);
        ask(limiter, Priority::Foreground, log, "x");
        clock.advance(1000ms);
        QCOMPARE(log.size(), 1);
    }

    void keepsTheFewThatTheServerLeavesForTheForeground()
    {
        ManualClock clock;
        QStringList log;
        RateLimiter limiter(clock, tenASecond);
        limiter.noteRemaining(2, 700ms);
        ask(limiter, Priority::Background, log, "background");
        ask(limiter, Priority::Foreground, log, "foreground");
        QCOMPARE(log, QStringList{QStringLiteral("foreground")});
        clock.advance(700ms);
        QCOMPARE(log.last(), QStringLiteral("background"));
    }

    void stopsWhenTheServerLeavesNothing()
    {
        ManualClock clock;
        QStringList log;
        RateLimiter limiter(clock, tenASecond);
        limiter.noteRemaining(0, 700ms);
        ask(limiter, Priority::Foreground, log, "foreground");
        clock.advance(699ms);
        QVERIFY(log.isEmpty());
        clock.advance(1ms);
        QCOMPARE(log.size(), 1);
    }

    void releasesEverybodyWhenItIsDestroyed()
    {
        ManualClock clock;
        QStringList log;
        {
            RateLimiter limiter(clock, {1, 1000ms, 0});
            ask(limiter, Priority::Foreground, log, "first");
            ask(limiter, Priority::Foreground, log, "second");
        }
        QCOMPARE(log.last(), QStringLiteral("second refused"));
        QCOMPARE(clock.pendingCalls(), 0);
    }
};

QTEST_GUILESS_MAIN(TestRateLimiter)
#include "test_ratelimiter.moc"
