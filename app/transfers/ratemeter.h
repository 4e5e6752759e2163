// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtGlobal>

#include <chrono>
#include <optional>

namespace Koyeb::Desktop {

/// Bytes per second, smoothed over a few seconds so that the number can be read.
class RateMeter {
public:
    using TimePoint = std::chrono::steady_clock::time_point;

    /// `doneBytes` were done at `time`; times ascend. The first call only starts the measurement.
    void add(TimePoint time, qint64 doneBytes);

    [[nodiscard]] double bytesPerSecond() const { return m_rate.value_or(0); }
    /// Unknown at a standstill.
    [[nodiscard]] std::optional<std::chrono::seconds> timeFor(qint64 bytes) const;

private:
    std::optional<TimePoint> m_lastTime;
    qint64 m_lastBytes = 0;
    std::optional<double> m_rate;
};

} // namespace Koyeb::Desktop
