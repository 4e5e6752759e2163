// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/clock.h"
#include "core/result.h"

#include <QCoroTask>

#include <chrono>
#include <memory>
#include <stop_token>

namespace Koyeb {

/// How many requests that carry content are under way to one sandbox at a time, over all of its transfers.
///
/// Four fill the executor without filling the memory of a small instance. Fewer do where the sandbox or its
/// gateway pushes back (429, 503, no answer in time), or where the link is so slow that each takes long:
/// that only makes chunks old, and what is cut off with them. Who waits comes in in the order of asking.
class TransferGate {
public:
    static constexpr int maximumAtOnce = 4;
    /// A request that takes longer is one of too many.
    static constexpr std::chrono::seconds slowRequest{20};
    /// After so many in a row that went well, one more is tried.
    static constexpr int goodRequests = 8;

    /// `clock` outlives the gate and its passes.
    explicit TransferGate(Clock &clock);
    ~TransferGate();
    TransferGate(const TransferGate &) = delete;
    TransferGate &operator=(const TransferGate &) = delete;

    struct State;
    /// Leave for one request, given back at its end.
    class Pass {
    public:
        Pass() = default;
        ~Pass() { leave(); }
        Pass(Pass &&other) noexcept = default;
        Pass &operator=(Pass &&other) noexcept
        {
            std::swap(m_state, other.m_state);
            std::swap(m_since, other.m_since);
            return *this;
        }

        /// The request has ended as `result`; so the gate learns, and lets another in.
        template<typename T> void finish(const Result<T> &result)
        {
            finish(result ? nullptr : &result.error());
        }

    private:
        friend class TransferGate;
        Pass(std::shared_ptr<State> state, Clock::TimePoint since) : m_state(std::move(state)), m_since(since)
        {
        }
        void finish(const Error *error);
        void leave();

        std::shared_ptr<State> m_state;
        Clock::TimePoint m_since;
    };

    /// Waits for leave; Cancelled when `stop` is requested.
    QCoro::Task<Result<Pass>> enter(std::stop_token stop);
    /// The sandbox pushed back.
    void noteOverload();
    /// Whether a failure says so.
    [[nodiscard]] static bool isPushback(const Error &error)
    {
        return error.kind == ErrorKind::RateLimited || error.kind == ErrorKind::Timeout ||
               error.kind == ErrorKind::Server;
    }
    /// How many may be under way now.
    [[nodiscard]] int limit() const;

private:
    std::shared_ptr<State> m_state;
};

} // namespace Koyeb
