// SPDX-License-Identifier: Apache-2.0
#include "sandbox/transfergate.h"

#include "core/completion.h"

#include <algorithm>
#include <array>
#include <deque>

namespace Koyeb {

namespace {

constexpr qint64 chunkBlock = 64 * 1024;
constexpr qint64 smallestSample = 32 * 1024;
constexpr double smallestShare = 1.0 / 16;

} // namespace

struct TransferGate::State {
    explicit State(Clock &itsClock) : clock(itsClock) {}

    void admit()
    {
        while (underWay < limit && !waiting.empty()) {
            auto next = waiting.front();
            waiting.pop_front();
            if (!next.isComplete()) { // Otherwise it was stopped.
                ++underWay;
                next.complete(true);
            }
        }
    }
    void lower(int to)
    {
        limit = std::max(1, to);
        good = 0;
    }

    void setBusy(bool nowBusy)
    {
        isBusy = nowBusy;
        if (!isBusy) {
            for (auto yielding = std::exchange(giving, {}); auto &one : yielding) {
                one.complete(true);
            }
        }
    }
    /// Waits until nobody has to go first.
    static QCoro::Task<void> letOthersGo(std::shared_ptr<State> state, std::stop_token stop)
    {
        auto &clock = state->clock;
        const auto latest = clock.now() + longestCourtesy;
        for (auto now = clock.now(); !stop.stop_requested() && now < latest; now = clock.now()) {
            const auto until = state->isBusy ? latest : std::min(latest, state->heldUntil);
            if (until <= now) {
                break;
            }
            Completion<bool> turn;
            const std::stop_callback onStop(stop, [turn]() mutable { turn.complete(false); });
            const auto delay = std::chrono::ceil<std::chrono::milliseconds>(until - now);
            const auto timer = clock.schedule(delay, [turn]() mutable { turn.complete(true); });
            std::erase_if(state->giving, [](const auto &one) { return one.isComplete(); });
            state->giving.push_back(turn);
            co_await turn;
        }
    }

    /// A request of so many bytes, which were the given share of a full chunk, has taken so long.
    void learn(Flow flow, qint64 wireBytes, double share, Clock::TimePoint::duration time)
    {
        auto &current = shares[static_cast<std::size_t>(flow)];
        const auto seconds = std::max(std::chrono::duration<double>(time).count(), 0.001);
        const auto wanted = share * std::chrono::duration<double>(longestChunk).count() / seconds;
        // Of what is small, the time says little of the link.
        if (wireBytes >= smallestSample) {
            current = std::max(std::min({wanted, current * 1.5, 1.0}), smallestShare);
        }
    }

    Clock &clock;
    std::array<double, 2> shares{1, 1}; ///< Of a full chunk that chunks are now, by flow.
    std::shared_ptr<BandwidthLimit> bandwidth;
    bool isBusy = false;
    Clock::TimePoint heldUntil = clock.now();
    std::deque<Completion<bool>> giving; ///< They let others go first.
    int limit = maximumAtOnce;
    int underWay = 0;
    int good = 0;
    std::deque<Completion<bool>> waiting;
};

TransferGate::TransferGate(Clock &clock) : m_state(std::make_shared<State>(clock)) {}

TransferGate::~TransferGate()
{
    const auto waiting = std::exchange(m_state->waiting, {});
    for (auto one : waiting) {
        one.complete(false);
    }
}

QCoro::Task<Result<TransferGate::Pass>> TransferGate::enter(Flow flow, qint64 wireBytes, std::stop_token stop)
{
    const auto state = m_state;
    Completion<bool> admission;
    const std::stop_callback onStop(stop, [admission]() mutable { admission.complete(false); });
    state->waiting.push_back(admission);
    state->admit();
    const bool isAdmitted = co_await admission;
    if (!isAdmitted) {
        co_return failure(Error::cancelled());
    }
    Pass pass(state, flow);
    pass.m_wireBytes = wireBytes;
    pass.m_share = state->shares[static_cast<std::size_t>(flow)];
    if (const auto bandwidth = state->bandwidth) {
        const bool mayFlow = co_await bandwidth->take(flow, wireBytes, stop);
        if (!mayFlow) {
            co_return failure(Error::cancelled());
        }
        pass.m_takenBytes = wireBytes;
    }
    co_await State::letOthersGo(state, stop);
    if (stop.stop_requested()) {
        pass.settle(0);
        co_return failure(Error::cancelled());
    }
    pass.m_since = state->clock.now();
    co_return std::move(pass);
}

qint64 TransferGate::chunkBytes(Flow flow, qint64 unlimitedBytes) const
{
    const auto share = m_state->shares[static_cast<std::size_t>(flow)];
    const auto shared = static_cast<qint64>(static_cast<double>(unlimitedBytes) * share);
    const auto bytes = shared >= unlimitedBytes
                           ? unlimitedBytes
                           : std::max(shared / chunkBlock * chunkBlock, std::min(chunkBlock, unlimitedBytes));
    return m_state->bandwidth ? m_state->bandwidth->chunkBytes(flow, bytes) : bytes;
}

Compression TransferGate::compression() const
{
    return m_state->bandwidth ? m_state->bandwidth->compression() : Compression::Automatic;
}

void TransferGate::setBandwidth(const std::shared_ptr<BandwidthLimit> &bandwidth)
{
    m_state->bandwidth = bandwidth;
}

std::function<void(bool isBusy)> TransferGate::busyListener() const
{
    return [state = m_state](bool isBusy) {
        state->setBusy(isBusy);
    };
}

void TransferGate::giveWay(std::chrono::milliseconds time)
{
    m_state->heldUntil = std::max(m_state->heldUntil, m_state->clock.now() + time);
}

void TransferGate::Pass::settle(qint64 wireBytes)
{
    m_wireBytes = wireBytes;
    const auto bandwidth = m_state ? m_state->bandwidth : nullptr;
    const auto difference = wireBytes - std::exchange(m_takenBytes, wireBytes);
    if (bandwidth && difference != 0) {
        bandwidth->correct(m_flow, difference);
    }
}

void TransferGate::noteOverload()
{
    m_state->lower(m_state->limit / 2);
}

int TransferGate::limit() const
{
    return m_state->limit;
}

void TransferGate::Pass::judge(const Error *error)
{
    auto &state = *m_state;
    if (error && isPushback(*error)) {
        state.lower(state.limit / 2);
    } else if (!error && state.clock.now() - m_since > slowRequest) {
        state.lower(state.limit - 1);
    } else if (!error && ++state.good >= goodRequests) {
        state.good = 0;
        state.limit = std::min(state.limit + 1, maximumAtOnce);
    }
    if (!error) {
        state.learn(m_flow, m_wireBytes, m_share, state.clock.now() - m_since);
    }
}

void TransferGate::Pass::leave()
{
    if (const auto state = std::exchange(m_state, nullptr)) {
        --state->underWay;
        state->admit();
    }
}

} // namespace Koyeb
