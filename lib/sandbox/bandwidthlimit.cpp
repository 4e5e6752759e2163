// SPDX-License-Identifier: Apache-2.0
#include "sandbox/bandwidthlimit.h"

#include "core/completion.h"

#include <algorithm>
#include <cmath>
#include <deque>

namespace Koyeb {

namespace {

/// What is saved up while nothing flows.
constexpr double savedSeconds = 0.1;
constexpr qint64 blockBytes = 64 * 1024;

} // namespace

class BandwidthLimit::Bucket {
public:
    explicit Bucket(Clock &clock) : m_clock(clock), m_since(clock.now()) {}
    ~Bucket()
    {
        m_next.reset();
        for (auto waiting = std::exchange(m_line, {}); auto &one : waiting) {
            one.turn.complete(false);
        }
    }
    Bucket(const Bucket &) = delete;
    Bucket &operator=(const Bucket &) = delete;

    void setLimit(qint64 bytesPerSecond)
    {
        fill();
        m_limit = std::max<qint64>(0, bytesPerSecond);
        // Debts of a time with another limit would be felt as a standstill.
        m_bytes = std::max(m_bytes, -static_cast<double>(m_limit));
        serve();
    }
    [[nodiscard]] qint64 limit() const { return m_limit; }

    QCoro::Task<bool> take(qint64 bytes, std::stop_token stop)
    {
        if (stop.stop_requested()) {
            co_return false;
        }
        Completion<bool> turn;
        const std::stop_callback onStop(stop, [turn]() mutable { turn.complete(false); });
        m_line.push_back({turn, bytes});
        serve();
        co_return co_await turn;
    }

    void correct(qint64 bytes)
    {
        fill();
        m_bytes -= static_cast<double>(bytes);
        serve();
    }

private:
    struct Waiting {
        Completion<bool> turn;
        qint64 bytes = 0;
    };

    void fill()
    {
        const auto now = m_clock.now();
        const double seconds = std::chrono::duration<double>(now - m_since).count();
        m_since = now;
        const auto rate = static_cast<double>(m_limit);
        m_bytes = m_limit == 0 ? 0 : std::min(m_bytes + rate * seconds, rate * savedSeconds);
    }

    void serve()
    {
        fill();
        std::deque<Waiting> admitted;
        while (!m_line.empty() && (m_limit == 0 || m_bytes >= 0)) {
            if (!m_line.front().turn.isComplete()) { // Otherwise it gave up.
                m_bytes -= static_cast<double>(m_line.front().bytes);
                admitted.push_back(m_line.front());
            }
            m_line.pop_front();
        }
        scheduleNext();
        // Last, because whoever is admitted may do anything, this object's destruction included.
        for (auto &one : admitted) {
            one.turn.complete(true);
        }
    }

    void scheduleNext()
    {
        if (m_line.empty()) {
            m_next.reset();
            return;
        }
        const auto milliseconds = std::ceil(-m_bytes * 1000 / static_cast<double>(m_limit));
        const std::chrono::milliseconds delay(static_cast<qint64>(std::max(milliseconds, 1.0)));
        m_next = m_clock.schedule(delay, [this] { serve(); });
    }

    Clock &m_clock;
    Clock::TimePoint m_since;
    qint64 m_limit = 0; ///< Bytes per second; 0 is none.
    double m_bytes = 0; ///< What may flow; negative while what flowed is not paid for.
    std::deque<Waiting> m_line;
    std::unique_ptr<ScheduledCall> m_next;
};

BandwidthLimit::BandwidthLimit(Clock &clock)
    : m_buckets{std::make_unique<Bucket>(clock), std::make_unique<Bucket>(clock)}
{
}

BandwidthLimit::~BandwidthLimit() = default;

void BandwidthLimit::setLimit(Flow flow, qint64 bytesPerSecond)
{
    bucket(flow).setLimit(bytesPerSecond);
}

qint64 BandwidthLimit::limit(Flow flow) const
{
    return bucket(flow).limit();
}

QCoro::Task<bool> BandwidthLimit::take(Flow flow, qint64 bytes, std::stop_token stop)
{
    return bucket(flow).take(bytes, std::move(stop));
}

void BandwidthLimit::correct(Flow flow, qint64 bytes)
{
    bucket(flow).correct(bytes);
}

qint64 BandwidthLimit::chunkBytes(Flow flow, qint64 maximumBytes) const
{
    const auto limit = bucket(flow).limit();
    if (limit == 0) {
        return maximumBytes;
    }
    const auto bytes = limit / 4 * 3; // What base64 makes of it takes a second.
    return std::clamp(bytes / blockBytes * blockBytes, std::min(blockBytes, maximumBytes), maximumBytes);
}

} // namespace Koyeb
