// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.h"
#include "transfers/transferrecord.h"

#include <QHash>
#include <QObject>

#include <functional>

namespace Koyeb::Desktop {

class DesktopNotifications;
class TransferQueue;

/// Tells of the end of transfers that took long, when the window is not in front. What ends at about the same
/// time is told of together.
class TransferNotifier : public QObject {
    Q_OBJECT

public:
    /// Others are over before somebody looks away.
    static constexpr std::chrono::seconds longTransfer{10};
    static constexpr std::chrono::seconds gatheringTime{2};

    /// All but `isInFront`, which tells whether the window is, outlive the object.
    TransferNotifier(
        TransferQueue &queue, DesktopNotifications &notifications, Clock &clock,
        std::function<bool()> isInFront, QObject *parent = nullptr);

private:
    void take(const QList<TransferRecord> &changed);
    void tell();

    DesktopNotifications &m_notifications;
    Clock &m_clock;
    std::function<bool()> m_isInFront;
    QHash<quint64, Clock::TimePoint> m_started; // Those that are not over, by id.
    QList<TransferRecord> m_ended;              // They are still to be told of.
    std::unique_ptr<ScheduledCall> m_telling;
};

} // namespace Koyeb::Desktop
