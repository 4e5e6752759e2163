// SPDX-License-Identifier: Apache-2.0
#include "api/logoverlap.h"

#include <algorithm>

namespace Koyeb {

namespace {

// Collecting the lines of several machines puts them out of order by seconds at most.
constexpr LogTime disorder = 5'000'000'000;

[[nodiscard]] size_t keyOf(const LogEntry &entry)
{
    return qHashMulti(
        QHashSeed::globalSeed(), entry.createdAt, entry.message, entry.stream, entry.serviceId,
        entry.instanceId);
}

} // namespace

void LogOverlap::beginAt(LogTime time)
{
    m_begin = time;
    m_newest = std::max(m_newest, time);
}

LogTime LogOverlap::resumeAt() const
{
    return std::max({m_newest - disorder, m_forgotten, m_begin});
}

void LogOverlap::beginRepetition(qsizetype lines)
{
    m_awaited = m_counts;
    m_repetitionLeft = lines;
}

bool LogOverlap::take(const LogEntry &entry)
{
    const bool mayBeForgotten = m_repetitionLeft > 0 && entry.createdAt <= m_forgotten;
    m_repetitionLeft = std::max<qsizetype>(m_repetitionLeft - 1, 0);
    const size_t key = keyOf(entry);
    const auto awaited = m_awaited.find(key);
    if (awaited != m_awaited.end()) {
        if (--*awaited == 0) {
            m_awaited.erase(awaited);
        }
        return false;
    }
    if (mayBeForgotten) {
        return false;
    }
    remember(key, entry.createdAt);
    return true;
}

void LogOverlap::remember(size_t key, LogTime time)
{
    m_seen.push_back({key, time});
    ++m_counts[key];
    m_newest = std::max(m_newest, time);
    while (static_cast<qsizetype>(m_seen.size()) > m_capacity) {
        const Seen oldest = m_seen.front();
        m_seen.pop_front();
        m_forgotten = std::max(m_forgotten, oldest.time);
        if (--m_counts[oldest.key] == 0) {
            m_counts.remove(oldest.key);
        }
    }
}

} // namespace Koyeb
