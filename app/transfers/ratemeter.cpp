// SPDX-License-Identifier: GPL-3.0-or-later
#include "transfers/ratemeter.h"

#include <cmath>

namespace Koyeb::Desktop {

namespace {

constexpr double smoothingSeconds = 3;
constexpr double standstill = 1; // Bytes per second.
constexpr double longestEstimateSeconds = 100.0 * 24 * 60 * 60;

} // namespace

void RateMeter::add(TimePoint time, qint64 doneBytes)
{
    if (!m_lastTime) {
        m_lastTime = time;
        m_lastBytes = doneBytes;
        return;
    }
    const double seconds = std::chrono::duration<double>(time - *m_lastTime).count();
    if (seconds <= 0) {
        return;
    }
    const double current = static_cast<double>(qMax<qint64>(0, doneBytes - m_lastBytes)) / seconds;
    const double weight = 1 - std::exp(-seconds / smoothingSeconds);
    m_rate = m_rate ? *m_rate + weight * (current - *m_rate) : current;
    m_lastTime = time;
    m_lastBytes = doneBytes;
}

std::optional<std::chrono::seconds> RateMeter::timeFor(qint64 bytes) const
{
    const double rate = bytesPerSecond();
    if (rate < standstill) {
        return std::nullopt;
    }
    const double seconds = std::ceil(static_cast<double>(bytes) / rate);
    if (seconds > longestEstimateSeconds) {
        return std::nullopt;
    }
    return std::chrono::seconds(static_cast<qint64>(seconds));
}

} // namespace Koyeb::Desktop
