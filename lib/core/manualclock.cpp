// SPDX-License-Identifier: Apache-2.0
#include "core/manualclock.h"

namespace Koyeb {

class ManualCall final : public ScheduledCall {
public:
    ManualCall(ManualClock &clock, ManualClock::Key key) : m_clock(clock), m_key(key) {}
    ~ManualCall() override { m_clock.m_calls.erase(m_key); }

private:
    ManualClock &m_clock;
    ManualClock::Key m_key;
};

QDateTime ManualClock::utc() const
{
    const auto elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(m_now.time_since_epoch());
    return QDateTime(QDate(2026, 1, 1), QTime(0, 0), Qt::UTC).addMSecs(elapsed.count());
}

std::unique_ptr<ScheduledCall> ManualClock::schedule(
    std::chrono::milliseconds delay, std::function<void()> call)
{
    const Key key{m_now + delay, m_nextId++};
    m_calls.emplace(key, std::move(call));
    return std::make_unique<ManualCall>(*this, key);
}

void ManualClock::advance(std::chrono::milliseconds by)
{
    const TimePoint end = m_now + by;
    while (!m_calls.empty() && m_calls.begin()->first.first <= end) {
        auto due = m_calls.extract(m_calls.begin());
        m_now = due.key().first;
        due.mapped()();
    }
    m_now = end;
}

std::chrono::milliseconds ManualClock::untilNextCall() const
{
    if (m_calls.empty()) {
        return std::chrono::milliseconds(-1);
    }
    return std::chrono::duration_cast<std::chrono::milliseconds>(m_calls.begin()->first.first - m_now);
}

} // namespace Koyeb
