// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QCoroTask>
#include <QDateTime>

#include <chrono>
#include <functional>
#include <memory>
#include <stop_token>

namespace Koyeb {

/// A call that is due later; destroying it takes the call back.
class ScheduledCall {
public:
    ScheduledCall() = default;
    virtual ~ScheduledCall() = default;
    ScheduledCall(const ScheduledCall &) = delete;
    ScheduledCall &operator=(const ScheduledCall &) = delete;
};

/// Where all waiting and all timestamps come from, so that tests can turn time. Outlives everyone who was
/// given it.
class Clock {
public:
    /// A moment of monotonic time.
    using TimePoint = std::chrono::steady_clock::time_point;

    Clock() = default;
    virtual ~Clock() = default;
    Clock(const Clock &) = delete;
    Clock &operator=(const Clock &) = delete;

    /// Monotonic time, for measuring and waiting.
    [[nodiscard]] virtual TimePoint now() const = 0;
    /// Calendar time in UTC, for showing and for the wire.
    [[nodiscard]] virtual QDateTime utc() const = 0;
    /// Calls `call` once, not before `delay` has passed, from the event loop of the calling thread.
    [[nodiscard]] virtual std::unique_ptr<ScheduledCall> schedule(
        std::chrono::milliseconds delay, std::function<void()> call) = 0;

    /// Waits. False when `stop` was requested first.
    QCoro::Task<bool> sleepFor(std::chrono::milliseconds delay, std::stop_token stop);
};

/// The real time.
class SystemClock final : public Clock {
public:
    [[nodiscard]] TimePoint now() const override;
    [[nodiscard]] QDateTime utc() const override;
    [[nodiscard]] std::unique_ptr<ScheduledCall> schedule(
        std::chrono::milliseconds delay, std::function<void()> call) override;
};

} // namespace Koyeb
