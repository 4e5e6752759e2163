// SPDX-License-Identifier: Apache-2.0
#include "net/ratelimiter.h"

#include <algorithm>

namespace Koyeb {

RateLimiter::RateLimiter(Clock &clock, const Rate &rate)
    : m_clock(clock), m_rate(rate), m_pausedUntil(clock.now()), m_backgroundPausedUntil(clock.now())
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
    m_pausedUntil = std::max(m_pausedUntil, m_clock.now() + std::min(delay, m_rate.per));
    scheduleNext();
}

void RateLimiter::noteRemaining(int remaining, std::chrono::milliseconds reset)
{
    if (remaining <= 0) {
        pauseFor(reset);
    } else if (remaining <= m_rate.reservedForForeground) {
        m_backgroundPausedUntil =
            std::max(m_backgroundPausedUntil, m_clock.now() + std::min(reset, m_rate.per));
        scheduleNext();
    }
}

int RateLimiter::waiting() const
{
    const auto count = [](const Line &line) {
        return std::count_if(line.begin(), line.end(), [](const auto &one) { return !one.isComplete(); });
    };
    return static_cast<int>(count(m_foreground) + count(m_background));
}

Clock::TimePoint RateLimiter::admissionTime(Priority priority) const
{
    const bool isForeground = priority == Priority::Foreground;
    const int reserved = isForeground ? 0 : m_rate.reservedForForeground;
    const int available = std::max(1, m_rate.permits - reserved);
    auto time = isForeground ? m_pausedUntil : std::max(m_pausedUntil, m_backgroundPausedUntil);
    const int taken = static_cast<int>(m_taken.size());
    if (taken >= available) {
        // As soon as so many of the permits lie a whole window back that one is free.
        time = std::max(time, m_taken[static_cast<size_t>(taken - available)] + m_rate.per);
    }
    return time;
}

bool RateLimiter::tryTake(Priority priority)
{
    const auto now = m_clock.now();
    if (admissionTime(priority) > now) {
        return false;
    }
    m_taken.push_back(now);
    if (static_cast<int>(m_taken.size()) > m_rate.permits) {
        m_taken.pop_front();
    }
    return true;
}

void RateLimiter::serve()
{
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
    const auto due = admissionTime(m_foreground.empty() ? Priority::Background : Priority::Foreground);
    const auto delay = std::chrono::ceil<std::chrono::milliseconds>(due - m_clock.now());
    m_next = m_clock.schedule(std::max(delay, std::chrono::milliseconds(1)), [this] { serve(); });
}

} // namespace Koyeb
