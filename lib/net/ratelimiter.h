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

/// Keeps an account's requests below a rate: a bucket of permits that refills evenly. Who finds it empty
/// waits in line, foreground before background; the last permits of the bucket are kept for the foreground.
class RateLimiter {
public:
    /// How many requests in which time.
    struct Rate {
        int permits = 380; ///< The API answers 400 requests a minute; some room is left for other clients.
        std::chrono::milliseconds per = std::chrono::minutes(1); ///< The time in which an empty bucket fills.
        int reservedForForeground = 40; ///< Permits that the background leaves in the bucket.
    };

    /// Starts with a full bucket. `clock` outlives the limiter.
    RateLimiter(Clock &clock, const Rate &rate);
    ~RateLimiter();
    RateLimiter(const RateLimiter &) = delete;
    RateLimiter &operator=(const RateLimiter &) = delete;

    /// Waits for a permit and takes it. False when `stop` was requested, or the limiter destroyed, first.
    QCoro::Task<bool> acquire(Priority priority, std::stop_token stop);

    /// The server refused for the rate: nobody gets a permit before `delay` has passed.
    void pauseFor(std::chrono::milliseconds delay);

    /// How many stand in line.
    [[nodiscard]] int waiting() const;

private:
    using Line = std::deque<Completion<bool>>;

    void refill();
    [[nodiscard]] bool tryTake(Priority priority);
    void serve();
    void scheduleNext();

    Clock &m_clock;
    Rate m_rate;
    double m_permits;
    Clock::TimePoint m_refilledAt;
    Clock::TimePoint m_pausedUntil;
    Line m_foreground;
    Line m_background;
    std::unique_ptr<ScheduledCall> m_next;
};

} // namespace Koyeb
