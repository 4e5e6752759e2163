// SPDX-License-Identifier: Apache-2.0
#include "core/manualclock.h"
#include "sandbox/transfergate.h"

#include <QTest>

#include <list>

using namespace Koyeb;
using namespace std::chrono_literals;

namespace {

/// One who asks for leave, and what came of it.
struct Asking {
    explicit Asking(TransferGate &gate) { ask(gate); }

    QCoro::Task<void> ask(TransferGate &gate)
    {
        auto answer = co_await gate.enter(Flow::Up, 1000, stop.get_token());
        if (answer) {
            pass = std::move(*answer);
            isIn = true;
        } else {
            isRefused = answer.error().isCancelled();
        }
    }
    void leave(const Result<void> &result = {})
    {
        pass.finish(result);
        isIn = false;
    }

    std::stop_source stop;
    TransferGate::Pass pass;
    bool isIn = false;
    bool isRefused = false;
};

Result<void> failed(ErrorKind kind)
{
    return failure(kind, QString());
}

} // namespace

class TestTransferGate : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void someComeInAndTheOthersFollowInOrder()
    {
        std::list<Asking> all;
        for (int number = 0; number < TransferGate::maximumAtOnce + 3; ++number) {
            all.emplace_back(m_gate);
        }
        const auto at = [&all](int number) -> Asking & {
            return *std::next(all.begin(), number);
        };
        QVERIFY(at(3).isIn);
        QVERIFY(!at(4).isIn);
        at(5).stop.request_stop();
        QVERIFY(at(5).isRefused);
        at(0).leave();
        QVERIFY(at(4).isIn);
        at(1).leave();
        QVERIFY(!at(5).isIn);
        QVERIFY(at(6).isIn);
    }

    void whatPushesBackLowersTheLimit()
    {
        for (const auto kind : {ErrorKind::RateLimited, ErrorKind::Server, ErrorKind::Timeout}) {
            TransferGate gate(m_clock);
            Asking one(gate);
            one.leave(failed(kind));
            QCOMPARE(gate.limit(), TransferGate::maximumAtOnce / 2);
        }
        TransferGate gate(m_clock);
        Asking one(gate);
        one.leave(failed(ErrorKind::NotFound));
        QCOMPARE(gate.limit(), TransferGate::maximumAtOnce);
        for (int times = 0; times < 5; ++times) {
            gate.noteOverload();
        }
        QCOMPARE(gate.limit(), 1);
    }

    void aSlowLinkLowersTheLimit()
    {
        TransferGate gate(m_clock);
        Asking one(gate);
        m_clock.advance(TransferGate::slowRequest + 1s);
        one.leave();
        QCOMPARE(gate.limit(), TransferGate::maximumAtOnce - 1);
    }

    void chunksAreSmallerOnASlowLink()
    {
        constexpr qint64 full = 3 * 1024 * 1024;
        const auto take = [this](std::chrono::milliseconds time, qint64 wireBytes) {
            Asking asking(m_gate);
            m_clock.advance(time);
            asking.pass.settle(wireBytes);
            asking.leave();
        };
        QCOMPARE(m_gate.chunkBytes(Flow::Up, full), full);
        std::list<Asking> several; // That were sent at the same time.
        for (int number = 0; number < 3; ++number) {
            several.emplace_back(m_gate);
        }
        m_clock.advance(8s);
        for (auto &one : several) {
            one.pass.settle(full);
            one.leave();
        }
        QCOMPARE(m_gate.chunkBytes(Flow::Up, full), full / 4);
        QCOMPARE(m_gate.chunkBytes(Flow::Down, full), full); // Of that nothing is known.
        QCOMPARE(m_gate.chunkBytes(Flow::Up, 1000), 1000);
        take(2s, full / 4);
        QCOMPARE(m_gate.chunkBytes(Flow::Up, full), full / 4);
        take(1ms, 1000); // A small one tells nothing.
        QCOMPARE(m_gate.chunkBytes(Flow::Up, full), full / 4);
        for (int number = 0; number < 4; ++number) {
            take(100ms, full / 4);
        }
        QCOMPARE(m_gate.chunkBytes(Flow::Up, full), full);
        take(10min, full);
        QCOMPARE(m_gate.chunkBytes(Flow::Up, full), full / 16);
    }

    void itRisesAgainWhenAllGoesWell()
    {
        TransferGate gate(m_clock);
        gate.noteOverload();
        gate.noteOverload();
        QCOMPARE(gate.limit(), 1);
        for (int times = 0; times < 10 * TransferGate::goodRequests; ++times) {
            Asking one(gate);
            one.leave();
        }
        QCOMPARE(gate.limit(), TransferGate::maximumAtOnce);
    }

    void whoWaitsAtItsEndIsSentAway()
    {
        auto gate = std::make_unique<TransferGate>(m_clock);
        std::list<Asking> all;
        for (int number = 0; number < TransferGate::maximumAtOnce + 1; ++number) {
            all.emplace_back(*gate);
        }
        gate.reset();
        QVERIFY(all.back().isRefused);
        all.front().leave(); // After the gate's end.
    }

    void othersGoFirstButNotForLong()
    {
        TransferGate gate(m_clock);
        const auto busy = gate.busyListener();
        busy(true);
        Asking one(gate);
        QVERIFY(!one.isIn);
        busy(false);
        QVERIFY(one.isIn);
        busy(true); // A command that takes an hour.
        Asking other(gate);
        m_clock.advance(TransferGate::longestCourtesy - 1ms);
        QVERIFY(!other.isIn);
        m_clock.advance(1ms);
        QVERIFY(other.isIn);
    }

    void aKeyPressIsGivenWay()
    {
        TransferGate gate(m_clock);
        gate.giveWay(300ms);
        Asking one(gate);
        m_clock.advance(299ms);
        QVERIFY(!one.isIn);
        gate.giveWay(300ms); // The next one.
        m_clock.advance(299ms);
        QVERIFY(!one.isIn);
        m_clock.advance(1ms);
        QVERIFY(one.isIn);
    }

    void whoIsStoppedWhileOthersGoGivesItsPlaceBack()
    {
        TransferGate gate(m_clock);
        const auto busy = gate.busyListener();
        busy(true);
        std::list<Asking> all;
        for (int number = 0; number < TransferGate::maximumAtOnce; ++number) {
            all.emplace_back(gate);
            all.back().stop.request_stop();
            QVERIFY(all.back().isRefused);
        }
        busy(false);
        Asking last(gate);
        QVERIFY(last.isIn);
    }

    void theBandwidthIsWaitedForAndPaidFor()
    {
        const auto bandwidth = std::make_shared<BandwidthLimit>(m_clock);
        bandwidth->setLimit(Flow::Up, 1000);
        TransferGate gate(m_clock);
        gate.setBandwidth(bandwidth);
        Asking first(gate);
        QVERIFY(first.isIn);
        Asking second(gate);
        m_clock.advance(990ms);
        QVERIFY(!second.isIn);
        m_clock.advance(20ms);
        QVERIFY(second.isIn);
        second.pass.settle(3000); // It has become more.
        Asking third(gate);
        m_clock.advance(2950ms);
        QVERIFY(!third.isIn);
        m_clock.advance(100ms);
        QVERIFY(third.isIn);
        // Another sandbox has the same line.
        TransferGate other(m_clock);
        other.setBandwidth(bandwidth);
        Asking elsewhere(other);
        QVERIFY(!elsewhere.isIn);
        elsewhere.stop.request_stop();
        QVERIFY(elsewhere.isRefused);
    }

private:
    ManualClock m_clock;
    TransferGate m_gate{m_clock};
};

QTEST_GUILESS_MAIN(TestTransferGate)
#include "test_transfergate.moc"
