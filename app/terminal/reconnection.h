// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.h"

#include <QObject>

#include <memory>

namespace Koyeb::Desktop {

class TerminalSession;

/// Starts a session again after its connection was lost: at once a second later, and after every failure
/// twice as long, half a minute at most. Gives up on errors that time does not heal. A session whose process
/// ended by itself, or never began, is left alone.
class Reconnection : public QObject {
    Q_OBJECT

public:
    static constexpr std::chrono::milliseconds firstDelay{1'000};
    static constexpr std::chrono::milliseconds longestDelay{30'000};
    /// A connection that held for so long was a good one: the next loss begins with the first delay again.
    static constexpr std::chrono::milliseconds goodTime{20'000};

    /// Both outlive this object.
    Reconnection(Clock &clock, TerminalSession &session, QObject *parent = nullptr);
    ~Reconnection() override;

    /// An attempt is due in secondsLeft(), or will be once the sandbox is awake.
    [[nodiscard]] bool isPending() const { return m_isPending; }
    [[nodiscard]] bool isHeldBack() const { return m_isPending && m_isHeldBack; }
    [[nodiscard]] int secondsLeft() const;

    /// While it is true no attempt is made, and afterwards one at once. An attempt would wake a sandbox that
    /// sleeps, which is for a person to do.
    void setHeldBack(bool heldBack);

public Q_SLOTS:
    void tryNow();
    /// No further attempt is made until a connection is lost again.
    void stop();

Q_SIGNALS:
    /// Of isPending(), isHeldBack() or secondsLeft().
    void changed();

private:
    void follow();
    void wait();
    void tick();

    Clock &m_clock;
    TerminalSession &m_session;
    bool m_isPending = false;
    bool m_isHeldBack = false;
    int m_failures = 0; ///< In a row.
    Clock::TimePoint m_due;
    Clock::TimePoint m_connectedAt;
    std::unique_ptr<ScheduledCall> m_call;
};

} // namespace Koyeb::Desktop
