// SPDX-License-Identifier: Apache-2.0
#include "local/api/journal.h"

namespace Koyeb::Local {

namespace {

constexpr std::size_t maximumEvents = 20'000;
constexpr std::size_t maximumActivities = 5'000;

} // namespace

void Journal::add(EventRecord event)
{
    event.id = randomUuid();
    m_events.push_front(std::move(event));
    if (m_events.size() > maximumEvents)
        m_events.pop_back();
}

void Journal::add(ActivityRecord activity)
{
    activity.id = randomUuid();
    m_activities.push_front(std::move(activity));
    if (m_activities.size() > maximumActivities)
        m_activities.pop_back();
}

} // namespace Koyeb::Local
