// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/clock.h"
#include "net/httptypes.h"

#include <QObject>
#include <QString>

#include <functional>
#include <memory>
#include <optional>

class QNetworkReply;

namespace Koyeb {

/// Applies HttpTimeouts to a running reply. QNetworkReply's own transfer timeout cannot tell a slow
/// connection from a server that thinks, and knows no limit for all of it.
class ReplyWatch : public QObject {
    Q_OBJECT

public:
    /// Calls `expired` at most once, with an English sentence; the owner then destroys the watch or aborts
    /// the reply.
    ReplyWatch(
        QNetworkReply *reply, const HttpTimeouts &timeouts, Clock &clock,
        std::function<void(const QString &why)> expired);

    /// While suspended only the total limit counts: the reader does not want bytes now.
    void setSuspended(bool suspended);

private:
    enum class Phase { Connecting, Sending, Waiting, Receiving };

    void enter(Phase phase);
    [[nodiscard]] std::optional<std::chrono::milliseconds> limitOf(Phase phase) const;
    [[nodiscard]] QString describe(Phase phase) const;
    void scheduleCheck();
    void check();

    HttpTimeouts m_timeouts;
    Clock &m_clock;
    std::function<void(const QString &)> m_expired;
    Phase m_phase = Phase::Waiting;
    bool m_suspended = false;
    // The deadline moves with every byte; the scheduled check looks at it when it is due instead of being set
    // up anew.
    std::optional<Clock::TimePoint> m_deadline;
    std::unique_ptr<ScheduledCall> m_check;
    std::unique_ptr<ScheduledCall> m_total;
};

} // namespace Koyeb
