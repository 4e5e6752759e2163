// SPDX-License-Identifier: Apache-2.0
#include "sandbox/transfermeter.h"

namespace Koyeb {

namespace {
constexpr std::chrono::milliseconds shortestInterval{100};
} // namespace

void TransferMeter::announce()
{
    if (m_pending) {
        return;
    }
    const auto now = m_clock.now();
    if (!m_toldAt || now - *m_toldAt >= shortestInterval) {
        m_toldAt = now;
        m_tell(m_progress);
        return;
    }
    const auto rest = std::chrono::ceil<std::chrono::milliseconds>(*m_toldAt + shortestInterval - now);
    m_pending = m_clock.schedule(rest, [this] { flush(); });
}

void TransferMeter::flush()
{
    m_pending.reset();
    m_toldAt = m_clock.now();
    m_tell(m_progress);
}

} // namespace Koyeb
