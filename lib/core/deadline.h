// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/clock.h"
#include "core/result.h"

#include <chrono>
#include <functional>
#include <memory>
#include <stop_token>

namespace Koyeb {

/// Stops what runs below it when its own caller stops, or when the time is over; lives in the coroutine that
/// waits.
class Deadline {
public:
    /// `clock` outlives the object; `caller` is the stop token of who waits.
    Deadline(Clock &clock, std::chrono::milliseconds timeout, std::stop_token caller)
        : m_caller(caller),
          m_onStop(std::move(caller), [this] { expire(); }),
          m_timer(clock.schedule(timeout, [this] { expire(); }))
    {
    }
    Deadline(const Deadline &) = delete;
    Deadline &operator=(const Deadline &) = delete;

    /// For what shall be stopped.
    [[nodiscard]] std::stop_token token() const { return m_source.get_token(); }
    /// `result`, or Timeout where it only says that this deadline stopped it.
    template<typename T> [[nodiscard]] Result<T> judged(Result<T> result) const
    {
        if (!result && result.error().isCancelled() && !m_caller.stop_requested()) {
            return failure(ErrorKind::Timeout, QStringLiteral("No answer came in time."));
        }
        return result;
    }

private:
    void expire()
    {
        // Stopping resumes the coroutine that holds this object, which may end with it.
        auto source = m_source;
        source.request_stop();
    }

    std::stop_token m_caller;
    std::stop_source m_source;
    std::stop_callback<std::function<void()>> m_onStop;
    std::unique_ptr<ScheduledCall> m_timer;
};

} // namespace Koyeb
