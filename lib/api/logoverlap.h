// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/logentry.h"

#include <QHash>

#include <deque>

namespace Koyeb {

/// Tells lines that are read a second time, as they are around a reconnection, from new ones. Remembers a
/// bounded number of the last lines; a line is the same when its time, its origin and its text are.
class LogOverlap {
public:
    explicit LogOverlap(qsizetype capacity = 8192) : m_capacity(capacity) {}

    /// Nothing before `time` is wanted.
    void beginAt(LogTime time);
    /// From when on lines must be read again so that none is missing: a little before the newest one, because
    /// lines of several instances do not arrive in order, but not before what is remembered.
    [[nodiscard]] LogTime resumeAt() const;
    [[nodiscard]] LogTime newest() const { return m_newest; }

    /// From now on, lines since resumeAt() come once more. The first `lines` of them that are older than
    /// everything remembered are taken for repeated.
    void beginRepetition(qsizetype lines);
    /// Whether the line was not there yet; it then is.
    [[nodiscard]] bool take(const LogEntry &entry);

private:
    struct Seen {
        size_t key;
        LogTime time;
    };

    void remember(size_t key, LogTime time);

    qsizetype m_capacity;
    std::deque<Seen> m_seen;      // In the order of arrival.
    QHash<size_t, int> m_counts;  // Of the keys in m_seen.
    QHash<size_t, int> m_awaited; // Those that may come once more.
    qsizetype m_repetitionLeft = 0;
    LogTime m_forgotten = 0; // The newest time of a line that is remembered no more.
    LogTime m_begin = 0;
    LogTime m_newest = 0;
};

} // namespace Koyeb
