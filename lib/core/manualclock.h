// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/clock.h"

#include <map>

namespace Koyeb {

/// A clock that stands still until it is turned; for tests of whoever waits by a Clock.
class ManualClock final : public Clock {
public:
    [[nodiscard]] TimePoint now() const override { return m_now; }
    [[nodiscard]] QDateTime utc() const override;
    [[nodiscard]] std::unique_ptr<ScheduledCall> schedule(
        std::chrono::milliseconds delay, std::function<void()> call) override;

    /// Moves time on and makes all calls that fall due, in their order, each at its own time.
    void advance(std::chrono::milliseconds by);
    /// How many calls are waiting.
    [[nodiscard]] int pendingCalls() const { return static_cast<int>(m_calls.size()); }
    /// Time until the next call; negative when none is waiting.
    [[nodiscard]] std::chrono::milliseconds untilNextCall() const;

private:
    friend class ManualCall;
    using Key = std::pair<TimePoint, quint64>;

    TimePoint m_now{};
    quint64 m_nextId = 0;
    std::map<Key, std::function<void()>> m_calls;
};

} // namespace Koyeb
