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
        auto answer = co_await gate.enter(stop.get_token());
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

private:
    ManualClock m_clock;
    TransferGate m_gate{m_clock};
};

QTEST_GUILESS_MAIN(TestTransferGate)
#include "test_transfergate.moc"
