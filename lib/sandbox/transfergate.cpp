// SPDX-License-Identifier: Apache-2.0
#include "sandbox/transfergate.h"

#include "core/completion.h"

#include <algorithm>
#include <deque>

namespace Koyeb {

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

    Clock &clock;
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

QCoro::Task<Result<TransferGate::Pass>> TransferGate::enter(std::stop_token stop)
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
    co_return Pass(state, state->clock.now());
}

void TransferGate::noteOverload()
{
    m_state->lower(m_state->limit / 2);
}

int TransferGate::limit() const
{
    return m_state->limit;
}

void TransferGate::Pass::finish(const Error *error)
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
    leave();
}

void TransferGate::Pass::leave()
{
    if (const auto state = std::exchange(m_state, nullptr)) {
        --state->underWay;
        state->admit();
    }
}

} // namespace Koyeb
