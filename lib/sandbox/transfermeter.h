// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/clock.h"
#include "sandbox/transfer.h"

#include <functional>
#include <memory>

namespace Koyeb {

/// Counts what a transfer moves and tells it at most ten times a second.
class TransferMeter {
public:
    TransferMeter(Clock &clock, std::function<void(const TransferProgress &)> tell)
        : m_clock(clock), m_tell(std::move(tell))
    {
    }

    [[nodiscard]] const TransferProgress &progress() const { return m_progress; }
    /// Changes the counts by `change` and tells, now or soon.
    template<typename Change> void update(Change change)
    {
        change(m_progress);
        announce();
    }
    /// Tells what was held back.
    void flush();
    /// Tells nothing any more.
    void stop() { m_pending.reset(); }

private:
    void announce();

    Clock &m_clock;
    std::function<void(const TransferProgress &)> m_tell;
    TransferProgress m_progress;
    std::optional<Clock::TimePoint> m_toldAt;
    std::unique_ptr<ScheduledCall> m_pending;
};

} // namespace Koyeb
