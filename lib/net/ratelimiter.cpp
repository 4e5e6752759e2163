// SPDX-License-Identifier: Apache-2.0
#include "net/ratelimiter.h"

#include <algorithm>

namespace Koyeb {

RateLimiter::RateLimiter(Clock &clock, const Rate &rate)
    : m_clock(clock),
      m_rate(rate),
      m_permits(rate.permits),
      m_refilledAt(clock.now()),
      m_pausedUntil(clock.now())
{
}

RateLimiter::~RateLimiter()
{
    m_next.reset();
    for (auto *line : {&m_foreground, &m_background}) {
        for (auto waiting = std::exchange(*line, {}); auto &one : waiting) {
            one.complete(false);
        }
    }
}

QCoro::Task<bool> RateLimiter::acquire(Priority priority, std::stop_token stop)
{
    if (stop.stop_requested()) {
        co_return false;
    }
    Completion<bool> turn;
    const std::stop_callback onStop(stop, [turn]() mutable { turn.complete(false); });
    auto &line = priority == Priority::Foreground ? m_foreground : m_background;
    line.push_back(turn);
    serve();
    co_return co_await turn;
}

void RateLimiter::pauseFor(std::chrono::milliseconds delay)
{
    m_pausedUntil = std::max(m_pausedUntil, m_clock.now() + delay);
    // Permits counted here were not there, as the server has just said.
    m_permits = std::min(m_permits, 1.0);
    scheduleNext();
}

int RateLimiter::waiting() const
{
    const auto count = [](const Line &line) {
        return std::count_if(line.begin(), line.end(), [](const auto &one) { return !one.isComplete(); });
    };
    return static_cast<int>(count(m_foreground) + count(m_background));
}

void RateLimiter::refill()
{
    const auto now = m_clock.now();
    const double periods =
        std::chrono::duration<double>(now - m_refilledAt) / std::chrono::duration<double>(m_rate.per);
    m_permits = std::min<double>(m_rate.permits, m_permits + periods * m_rate.permits);
    m_refilledAt = now;
}

bool RateLimiter::tryTake(Priority priority)
{
    const double floor = priority == Priority::Foreground ? 0.0 : m_rate.reservedForForeground;
    if (m_clock.now() < m_pausedUntil || m_permits < floor + 1.0) {
        return false;
    }
    m_permits -= 1.0;
    return true;
}

void RateLimiter::serve()
{
    refill();
    Line admitted;
    const auto admitFrom = [&](Line &line, Priority priority) {
        while (!line.empty()) {
            if (!line.front().isComplete()) { // Complete ones gave up waiting.
                if (!tryTake(priority)) {
                    return;
                }
                admitted.push_back(line.front());
            }
            line.pop_front();
        }
    };
    admitFrom(m_foreground, Priority::Foreground);
    if (m_foreground.empty()) {
        admitFrom(m_background, Priority::Background);
    }
    scheduleNext();
    // Last, because whoever is admitted may do anything, this object's destruction included.
    for (auto &one : admitted) {
        one.complete(true);
    }
}

void RateLimiter::scheduleNext()
{
    if (m_foreground.empty() && m_background.empty()) {
        m_next.reset();
        return;
    }
    const double floor = m_foreground.empty() ? m_rate.reservedForForeground : 0.0;
    const double missing = std::max(0.0, floor + 1.0 - m_permits);
    const auto refillTime = std::chrono::duration<double>(m_rate.per) * (missing / m_rate.permits);
    const auto pause = std::max<Clock::TimePoint::duration>(m_pausedUntil - m_clock.now(), {});
    const auto delay = std::max(
        std::chrono::ceil<std::chrono::milliseconds>(refillTime),
        std::chrono::ceil<std::chrono::milliseconds>(pause));
    m_next = m_clock.schedule(std::max(delay, std::chrono::milliseconds(1)), [this] { serve(); });
}

} // namespace Koyeb
