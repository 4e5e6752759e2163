// SPDX-License-Identifier: Apache-2.0
#include "core/clock.h"

#include "core/completion.h"

#include <QTimer>

namespace Koyeb {

namespace {

class TimerCall final : public ScheduledCall {
public:
    TimerCall(std::chrono::milliseconds delay, std::function<void()> call) : m_call(std::move(call))
    {
        m_timer.setSingleShot(true);
        m_timer.setTimerType(Qt::PreciseTimer);
        QObject::connect(&m_timer, &QTimer::timeout, &m_timer, [this] {
            // The call may destroy this object, so it must not live in it while it runs.
            const auto due = std::exchange(m_call, {});
            due();
        });
        m_timer.start(delay);
    }

private:
    QTimer m_timer;
    std::function<void()> m_call;
};

} // namespace

QCoro::Task<bool> Clock::sleepFor(std::chrono::milliseconds delay, std::stop_token stop)
{
    if (stop.stop_requested()) {
        co_return false;
    }
    Completion<bool> done;
    const auto call = schedule(delay, [done]() mutable { done.complete(true); });
    const std::stop_callback onStop(stop, [done]() mutable { done.complete(false); });
    co_return co_await done;
}

Clock::TimePoint SystemClock::now() const
{
    return std::chrono::steady_clock::now();
}

QDateTime SystemClock::utc() const
{
    return QDateTime::currentDateTimeUtc();
}

std::unique_ptr<ScheduledCall> SystemClock::schedule(
    std::chrono::milliseconds delay, std::function<void()> call)
{
    return std::make_unique<TimerCall>(delay, std::move(call));
}

} // namespace Koyeb
