// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.h"

#include <chrono>
#include <functional>
#include <memory>
#include <stop_token>

namespace Koyeb::Desktop {

/// Stops what runs below it when its own caller stops, or when the time is over; lives in the coroutine that
/// waits.
class Deadline {
public:
    Deadline(Clock &clock, std::chrono::milliseconds timeout, std::stop_token caller)
        : m_onStop(std::move(caller), [this] { expire(); }),
          m_timer(clock.schedule(timeout, [this] { expire(); }))
    {
    }
    Deadline(const Deadline &) = delete;
    Deadline &operator=(const Deadline &) = delete;

    [[nodiscard]] std::stop_token token() const { return m_source.get_token(); }

private:
    void expire()
    {
        // Stopping resumes the coroutine that holds this object, which may end with it.
        auto source = m_source;
        source.request_stop();
    }

    std::stop_source m_source;
    std::stop_callback<std::function<void()>> m_onStop;
    std::unique_ptr<ScheduledCall> m_timer;
};

} // namespace Koyeb::Desktop
