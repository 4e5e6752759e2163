// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtGlobal>

#include <map>

namespace Koyeb {

/// How far a file has come whose ranges arrive in any order.
class Arrivals {
public:
    /// All before `start` is there.
    explicit Arrivals(qint64 start = 0) : m_end(start) {}

    /// A range that begins where another one ends, or the file does. True when end() has moved.
    bool add(qint64 offset, qint64 sizeBytes)
    {
        m_ahead.emplace(offset, offset + sizeBytes);
        const auto before = m_end;
        for (auto next = m_ahead.find(m_end); next != m_ahead.end(); next = m_ahead.find(m_end)) {
            m_end = next->second;
            m_ahead.erase(next);
        }
        return m_end > before;
    }

    /// Until here it is there without a gap.
    [[nodiscard]] qint64 end() const { return m_end; }

private:
    qint64 m_end;
    std::map<qint64, qint64> m_ahead; ///< Where ranges behind a gap begin and end.
};

} // namespace Koyeb
