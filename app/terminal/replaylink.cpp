// SPDX-License-Identifier: GPL-3.0-or-later
#include "terminal/replaylink.h"

#include <QPointer>

#include <utility>

namespace Koyeb::Desktop {

ReplayLink::ReplayLink(Clock &clock, Asciicast cast, QObject *parent)
    : TerminalLink(parent), m_clock(clock), m_cast(std::move(cast))
{
}

ReplayLink::~ReplayLink() = default;

void ReplayLink::start(Vt::Size)
{
    m_playingSince = m_clock.now();
    const QPointer<ReplayLink> alive(this);
    Q_EMIT opened();
    if (alive) {
        play();
    }
}

void ReplayLink::play()
{
    const QPointer<ReplayLink> alive(this);
    while (!m_isOver && !m_isPaused && !m_isReadPaused) {
        if (m_next == m_cast.events.size()) {
            m_isOver = true;
            Q_EMIT exited(0);
            return; // We may be gone.
        }
        const auto &event = m_cast.events.at(m_next);
        const auto due =
            m_playingSince + std::chrono::ceil<std::chrono::milliseconds>(event.time - m_position);
        if (due > m_clock.now()) {
            m_call = m_clock.schedule(
                std::chrono::ceil<std::chrono::milliseconds>(due - m_clock.now()), [this] { play(); });
            return;
        }
        ++m_next;
        if (!event.output.isEmpty()) {
            Q_EMIT outputReceived(QByteArray(event.output));
            if (!alive) {
                return;
            }
        }
    }
}

void ReplayLink::hold()
{
    m_position += std::chrono::duration_cast<std::chrono::microseconds>(m_clock.now() - m_playingSince);
    m_call.reset();
}

void ReplayLink::proceed()
{
    m_playingSince = m_clock.now();
    play();
}

void ReplayLink::sendInput(const QByteArray &bytes)
{
    if (m_isOver) {
        return;
    }
    // Only what is a key: the terminal also answers what the recorded program asked it.
    if (bytes == "q" || bytes == "\x03") {
        close();
        Q_EMIT exited(0);
    } else if (bytes == " ") {
        m_isPaused = !m_isPaused;
        if (m_isReadPaused) {
            return; // It stands still anyway.
        }
        if (m_isPaused) {
            hold();
        } else {
            proceed();
        }
    }
}

void ReplayLink::close()
{
    m_isOver = true;
    m_call.reset();
}

void ReplayLink::setReadPaused(bool paused)
{
    if (m_isReadPaused == paused) {
        return;
    }
    m_isReadPaused = paused;
    if (m_isPaused) {
        return;
    }
    if (paused) {
        hold();
    } else {
        proceed();
    }
}

} // namespace Koyeb::Desktop
