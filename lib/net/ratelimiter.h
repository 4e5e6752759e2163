// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/clock.h"
#include "core/completion.h"
#include "net/httptypes.h"

#include <QCoroTask>

#include <chrono>
#include <deque>
#include <memory>
#include <stop_token>

namespace Koyeb {

/// Keeps an account's requests below a rate: however a window of that length is laid, no more requests than
/// permits begin in it. Who finds no permit waits in line, foreground before background; the last permits are
/// kept for the foreground.
class RateLimiter {
public:
    /// How many requests in which time.
    struct Rate {
        int permits = 380; ///< The API answers 400 requests a minute; some room is left for other clients.
        std::chrono::milliseconds per = std::chrono::minutes(1); ///< The length of the window.
        int reservedForForeground = 40;                          ///< Permits that the background leaves.
    };

    /// `clock` outlives the limiter.
    RateLimiter(Clock &clock, const Rate &rate);
    ~RateLimiter();
    RateLimiter(const RateLimiter &) = delete;
    RateLimiter &operator=(const RateLimiter &) = delete;

    /// Waits for a permit and takes it. False when `stop` was requested, or the limiter destroyed, first.
    QCoro::Task<bool> acquire(Priority priority, std::stop_token stop);

    /// The server refused for the rate: nobody gets a permit before `delay` has passed, or a whole window if
    /// that is shorter, since a person should rather read a second refusal than wait in silence.
    void pauseFor(std::chrono::milliseconds delay);

    /// The server told how many more requests it takes within `reset`, other clients of the account included.
    /// What is left is kept for the foreground when it is little; nobody is admitted when it is nothing.
    void noteRemaining(int remaining, std::chrono::milliseconds reset);

    /// How many stand in line.
    [[nodiscard]] int waiting() const;

private:
    using Line = std::deque<Completion<bool>>;

    /// When a request of that priority may begin; not later than now when it may at once.
    [[nodiscard]] Clock::TimePoint admissionTime(Priority priority) const;
    [[nodiscard]] bool tryTake(Priority priority);
    void serve();
    void scheduleNext();

    Clock &m_clock;
    Rate m_rate;
    std::deque<Clock::TimePoint> m_taken; ///< When permits were taken, the latest `permits` of them.
    Clock::TimePoint m_pausedUntil;
    Clock::TimePoint m_backgroundPausedUntil;
    Line m_foreground;
    Line m_background;
    std::unique_ptr<ScheduledCall> m_next;
};

} // namespace Koyeb
