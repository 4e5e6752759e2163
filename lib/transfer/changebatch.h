// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <QHash>
#include <QSet>

#include <chrono>
#include <utility>

namespace Koyeb {

/// What a FolderWatcher gathers until it is told. Whoever uses it says what time it is.
class ChangeBatch {
public:
    using Time = std::chrono::steady_clock::time_point;

    static constexpr std::chrono::milliseconds quiet{200};
    static constexpr std::chrono::milliseconds longestBatch{650};
    static constexpr std::chrono::milliseconds writingPause{300};
    /// What is written all the time, as logs are, is told so often.
    static constexpr std::chrono::milliseconds longestWriting{3000};

    void add(const QByteArray &path, Time now)
    {
        m_first = m_paths.isEmpty() ? now : m_first;
        m_last = now;
        m_paths.insert(path);
        m_writing.remove(path);
    }
    void addWriting(const QByteArray &path, Time now)
    {
        if (m_paths.contains(path)) {
            return;
        }
        const auto known = m_writing.find(path);
        if (known == m_writing.end()) {
            m_writing.insert(path, {now, now});
        } else {
            known->last = now;
        }
    }
    [[nodiscard]] qsizetype size() const { return m_paths.size() + m_writing.size(); }
    void clear()
    {
        m_paths.clear();
        m_writing.clear();
    }
    /// What is due; empty when nothing is.
    [[nodiscard]] QSet<QByteArray> take(Time now)
    {
        const auto writing = m_writing;
        for (auto entry = writing.cbegin(); entry != writing.cend(); ++entry) {
            if (now - entry->last >= writingPause || now - entry->first >= longestWriting) {
                add(entry.key(), now);
            }
        }
        const bool isDue = !m_paths.isEmpty() && (now - m_last >= quiet || now - m_first >= longestBatch);
        return isDue ? std::exchange(m_paths, {}) : QSet<QByteArray>();
    }
    /// How long one may wait for more; for ever with nothing at hand.
    [[nodiscard]] int pollMilliseconds() const { return m_paths.isEmpty() && m_writing.isEmpty() ? -1 : 50; }

private:
    struct Writing {
        Time first; ///< Since it was told last.
        Time last;
    };

    QSet<QByteArray> m_paths;
    QHash<QByteArray, Writing> m_writing;
    Time m_first;
    Time m_last;
};

} // namespace Koyeb
