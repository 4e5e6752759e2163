// SPDX-License-Identifier: GPL-3.0-or-later
#include "terminal/reconnection.h"

#include "terminal/terminalsession.h"

#include <algorithm>

namespace Koyeb::Desktop {

namespace {

using namespace std::chrono_literals;
using State = TerminalSession::State;

/// A sandbox that moves or wakes answers with a conflict or a server's error for a while.
[[nodiscard]] bool mayHeal(const Error &error)
{
    switch (error.kind) {
    case ErrorKind::Offline:
    case ErrorKind::Timeout:
    case ErrorKind::RateLimited:
    case ErrorKind::Server:
    case ErrorKind::Conflict:
        return true;
    default:
        return false;
    }
}

[[nodiscard]] std::chrono::milliseconds delayAfter(int failures, const Error &error)
{
    constexpr int doublings = 5; // Then the longest is reached.
    const auto delay = Reconnection::firstDelay * (1 << std::min(failures, doublings));
    return std::max(std::min(delay, Reconnection::longestDelay), error.retryAfter.value_or(0ms));
}

} // namespace

Reconnection::Reconnection(Clock &clock, TerminalSession &session, QObject *parent)
    : QObject(parent), m_clock(clock), m_session(session)
{
    connect(&m_session, &TerminalSession::stateChanged, this, &Reconnection::follow);
}

Reconnection::~Reconnection() = default;

int Reconnection::secondsLeft() const
{
    const auto left = std::chrono::ceil<std::chrono::seconds>(m_due - m_clock.now());
    return std::max(0, static_cast<int>(left.count()));
}

void Reconnection::follow()
{
    switch (m_session.state()) {
    case State::Idle:
    case State::Connecting: // By us, or by a person who did not want to wait.
        m_call.reset();
        m_isPending = false;
        break;
    case State::Running:
        m_connectedAt = m_clock.now();
        break;
    case State::Ended:
        m_failures = 0;
        break;
    case State::Failed:
        if (!m_session.hasLostProcess() || !mayHeal(m_session.error())) {
            m_failures = 0;
            break;
        }
        wait();
        break;
    }
    Q_EMIT changed();
}

void Reconnection::wait()
{
    if (m_connectedAt != Clock::TimePoint() && m_clock.now() - m_connectedAt >= goodTime) {
        m_failures = 0;
    }
    m_connectedAt = {};
    m_due = m_clock.now() + delayAfter(m_failures++, m_session.error());
    m_isPending = true;
    tick();
}

void Reconnection::tick()
{
    if (m_isHeldBack) {
        m_call.reset();
    } else if (m_clock.now() >= m_due) {
        tryNow();
    } else {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(m_due - m_clock.now());
        m_call = m_clock.schedule(std::min<std::chrono::milliseconds>(left, 1s), [this] {
            tick();
            Q_EMIT changed();
        });
    }
}

void Reconnection::setHeldBack(bool heldBack)
{
    if (m_isHeldBack == heldBack) {
        return;
    }
    m_isHeldBack = heldBack;
    if (m_isPending) {
        m_due = m_clock.now();
        tick();
        Q_EMIT changed();
    }
}

void Reconnection::tryNow()
{
    m_session.start(); // follow() does the rest.
}

void Reconnection::stop()
{
    m_call.reset();
    m_isPending = false;
    m_failures = 0;
    Q_EMIT changed();
}

} // namespace Koyeb::Desktop
