// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/clock.h"
#include "core/result.h"
#include "sandbox/bandwidthlimit.h"

#include <QCoroTask>

#include <chrono>
#include <functional>
#include <memory>
#include <stop_token>

namespace Koyeb {

/// How many requests that carry content are under way to one sandbox at a time, over all of its transfers.
///
/// Four fill the executor without filling the memory of a small instance. Fewer do where the sandbox or its
/// gateway pushes back (429, 503, no answer in time), or where the link is so slow that each takes long:
/// that only makes chunks old, and what is cut off with them. Who waits comes in in the order of asking.
///
/// While somebody waits for something else of the sandbox none is let in, so that no listing and no key press
/// waits behind a chunk; but not for long, since a command may take hours. And none is let in before the
/// bandwidth that transfers may use allows it.
class TransferGate {
public:
    static constexpr int maximumAtOnce = 4;
    /// A request that takes longer is one of too many.
    static constexpr std::chrono::seconds slowRequest{20};
    /// What a chunk may take once the link is known: where it is slow, chunks are smaller, so that little is
    /// under way that something else would wait for, or that a cut would lose.
    static constexpr std::chrono::seconds longestChunk{2};
    /// After so many in a row that went well, one more is tried.
    static constexpr int goodRequests = 8;

    /// For so long others go first, at most.
    static constexpr std::chrono::seconds longestCourtesy{2};

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
            std::swap(m_flow, other.m_flow);
            std::swap(m_takenBytes, other.m_takenBytes);
            std::swap(m_wireBytes, other.m_wireBytes);
            std::swap(m_share, other.m_share);
            return *this;
        }

        /// So many bytes are, or were, on the wire, in place of what was expected.
        void settle(qint64 wireBytes);

        /// The request has ended as `result`; so the gate learns, and lets another in.
        template<typename T> void finish(const Result<T> &result)
        {
            judge(result);
            leave();
        }
        /// The same, of which the gate learns; the next is let in when the pass is gone, for its content is
        /// still held.
        template<typename T> void judge(const Result<T> &result)
        {
            judge(result ? nullptr : &result.error());
        }

    private:
        friend class TransferGate;
        Pass(std::shared_ptr<State> state, Flow flow) : m_state(std::move(state)), m_flow(flow) {}
        void judge(const Error *error);
        void leave();

        std::shared_ptr<State> m_state;
        Clock::TimePoint m_since;
        Flow m_flow = Flow::Up;
        qint64 m_takenBytes = 0; ///< Of the bandwidth.
        qint64 m_wireBytes = 0;  ///< As far as is known.
        double m_share = 1;      ///< Of a full chunk, when it was let in.
    };

    /// Waits for leave for a request with about so many bytes of content on the wire; Cancelled when `stop`
    /// is requested.
    QCoro::Task<Result<Pass>> enter(Flow flow, qint64 wireBytes, std::stop_token stop);
    /// How large a chunk should be, given what it would be on a fast link without a limit of the bandwidth. A
    /// multiple of 64 KiB if that is.
    [[nodiscard]] qint64 chunkBytes(Flow flow, qint64 unlimitedBytes) const;
    /// What transfers may use, shared with other gates; null is everything.
    void setBandwidth(const std::shared_ptr<BandwidthLimit> &bandwidth);
    [[nodiscard]] Compression compression() const;

    /// For ExecutorClient::setBusyListener() of what goes first. May be called after the gate's end.
    [[nodiscard]] std::function<void(bool isBusy)> busyListener() const;
    /// Others go first for so long.
    void giveWay(std::chrono::milliseconds time);
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
