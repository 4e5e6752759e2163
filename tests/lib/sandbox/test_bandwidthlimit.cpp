// SPDX-License-Identifier: Apache-2.0
#include "core/manualclock.h"
#include "sandbox/bandwidthlimit.h"

#include <QTest>

#include <optional>

using namespace Koyeb;
using namespace std::chrono_literals;

namespace {

constexpr qint64 kibibyte = 1024;

/// Takes chunk after chunk, as a transfer's lane does.
QCoro::Task<void> flow(
    BandwidthLimit &limit, Flow way, qint64 chunk, std::shared_ptr<qint64> moved, std::stop_token stop)
{
    for (;;) {
        const bool mayGo = co_await limit.take(way, chunk, stop);
        if (!mayGo) {
            co_return;
        }
        *moved += chunk;
        if (stop.stop_requested()) {
            co_return;
        }
    }
}

QCoro::Task<void> takeOnce(
    BandwidthLimit &limit, qint64 bytes, std::optional<bool> &taken, std::stop_token stop)
{
    taken = co_await limit.take(Flow::Up, bytes, stop);
}

} // namespace

class TestBandwidthLimit : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void withoutALimitNothingWaits()
    {
        ManualClock clock;
        BandwidthLimit limit(clock);
        for (int i = 0; i < 3; ++i) {
            std::optional<bool> taken;
            takeOnce(limit, 1'000'000'000, taken, {});
            QCOMPARE(taken, true);
        }
        QCOMPARE(clock.pendingCalls(), 0);
    }

    void theLimitIsObeyedWithinAFewPerCent_data()
    {
        QTest::addColumn<qint64>("bytesPerSecond");
        QTest::addColumn<qint64>("chunk");
        QTest::addColumn<int>("lanes");
        QTest::newRow("one lane") << 100 * kibibyte << 64 * kibibyte << 1;
        QTest::newRow("many lanes") << 100 * kibibyte << 64 * kibibyte << 12;
        QTest::newRow("chunks of more than a second") << 1024 * kibibyte << 4096 * kibibyte << 8;
        QTest::newRow("fast") << 50 * 1024 * kibibyte << 4096 * kibibyte << 12;
        QTest::newRow("odd numbers") << qint64(12'345) << qint64(7'001) << 3;
    }
    void theLimitIsObeyedWithinAFewPerCent()
    {
        QFETCH(qint64, bytesPerSecond);
        QFETCH(qint64, chunk);
        QFETCH(int, lanes);
        ManualClock clock;
        BandwidthLimit limit(clock);
        limit.setLimit(Flow::Up, bytesPerSecond);
        const auto moved = std::make_shared<qint64>(0);
        std::stop_source stop;
        for (int lane = 0; lane < lanes; ++lane) {
            flow(limit, Flow::Up, chunk, moved, stop.get_token());
        }
        constexpr int seconds = 200;
        for (int second = 1; second <= seconds; ++second) {
            clock.advance(1s);
            // At no time much more than the limit: a chunk that is not paid for yet.
            QVERIFY(*moved <= bytesPerSecond * second + 2 * chunk + bytesPerSecond / 10);
        }
        const auto expected = static_cast<double>(bytesPerSecond) * seconds;
        QVERIFY2(
            std::abs(static_cast<double>(*moved) - expected) < 0.03 * expected,
            qPrintable(QString::number(static_cast<double>(*moved) / expected)));
        stop.request_stop();
    }

    void bothWaysHaveTheirOwn()
    {
        ManualClock clock;
        BandwidthLimit limit(clock);
        limit.setLimit(Flow::Up, 10 * kibibyte);
        limit.setLimit(Flow::Down, 100 * kibibyte);
        const auto up = std::make_shared<qint64>(0);
        const auto down = std::make_shared<qint64>(0);
        std::stop_source stop;
        flow(limit, Flow::Up, kibibyte, up, stop.get_token());
        flow(limit, Flow::Down, kibibyte, down, stop.get_token());
        clock.advance(100s);
        QVERIFY(qAbs(*up - 1000 * kibibyte) < 10 * kibibyte);
        QVERIFY(qAbs(*down - 10'000 * kibibyte) < 100 * kibibyte);
        stop.request_stop();
    }

    void whoWaitedLongestComesFirst()
    {
        ManualClock clock;
        BandwidthLimit limit(clock);
        limit.setLimit(Flow::Up, 1000);
        std::optional<bool> first;
        std::optional<bool> second;
        std::optional<bool> third;
        std::optional<bool> fourth;
        std::stop_source stop;
        takeOnce(limit, 5000, first, {});
        takeOnce(limit, 1000, second, {});
        takeOnce(limit, 1, third, stop.get_token());
        takeOnce(limit, 1, fourth, {});
        QCOMPARE(first, true);
        clock.advance(4900ms);
        QVERIFY(!second);
        stop.request_stop(); // Who gives up takes nothing.
        QCOMPARE(third, false);
        clock.advance(150ms);
        QCOMPARE(second, true);
        QVERIFY(!fourth);
        clock.advance(1s);
        QCOMPARE(fourth, true);
    }

    void anotherLimitIsFeltAtOnce()
    {
        ManualClock clock;
        BandwidthLimit limit(clock);
        limit.setLimit(Flow::Up, 10);
        std::optional<bool> large;
        std::optional<bool> next;
        takeOnce(limit, 1'000'000, large, {});
        takeOnce(limit, 1, next, {});
        clock.advance(1s);
        QVERIFY(!next);
        limit.setLimit(Flow::Up, 1000);
        clock.advance(1s); // Not the hours that the old one would have taken.
        QCOMPARE(next, true);
        std::optional<bool> last;
        takeOnce(limit, 5'000'000, last, {});
        std::optional<bool> unlimited;
        takeOnce(limit, 1, unlimited, {});
        limit.setLimit(Flow::Up, 0);
        QCOMPARE(unlimited, true);
    }

    void whatBecameLessIsGivenBack()
    {
        ManualClock clock;
        BandwidthLimit limit(clock);
        limit.setLimit(Flow::Up, 1000);
        std::optional<bool> first;
        std::optional<bool> second;
        takeOnce(limit, 10'000, first, {});
        takeOnce(limit, 1, second, {});
        limit.correct(Flow::Up, -9'000);
        clock.advance(950ms);
        QVERIFY(!second);
        clock.advance(100ms);
        QCOMPARE(second, true);
    }

    void itsEndEndsTheWaiting()
    {
        ManualClock clock;
        std::optional<bool> first;
        std::optional<bool> second;
        {
            BandwidthLimit limit(clock);
            limit.setLimit(Flow::Up, 1);
            takeOnce(limit, 1000, first, {});
            takeOnce(limit, 1, second, {});
        }
        QCOMPARE(second, false);
        QCOMPARE(clock.pendingCalls(), 0);
    }

    void chunksAreSmallUnderALowLimit()
    {
        ManualClock clock;
        BandwidthLimit limit(clock);
        constexpr qint64 maximum = 3 * 1024 * kibibyte;
        QCOMPARE(limit.chunkBytes(Flow::Up, maximum), maximum);
        limit.setLimit(Flow::Up, 1);
        QCOMPARE(limit.chunkBytes(Flow::Up, maximum), 64 * kibibyte);
        limit.setLimit(Flow::Up, 1024 * kibibyte);
        QCOMPARE(limit.chunkBytes(Flow::Up, maximum), 768 * kibibyte);
        limit.setLimit(Flow::Up, 1024 * 1024 * kibibyte);
        QCOMPARE(limit.chunkBytes(Flow::Up, maximum), maximum);
        QCOMPARE(limit.chunkBytes(Flow::Down, maximum), maximum);
    }
};

QTEST_GUILESS_MAIN(TestBandwidthLimit)
#include "test_bandwidthlimit.moc"
