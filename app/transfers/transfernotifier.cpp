// SPDX-License-Identifier: GPL-3.0-or-later
#include "transfers/transfernotifier.h"

#include "transfers/desktopnotifications.h"
#include "transfers/transfererrors.h"
#include "transfers/transferqueue.h"

#include <algorithm>
#include <utility>

using namespace Qt::Literals::StringLiterals;

namespace Koyeb::Desktop {

TransferNotifier::TransferNotifier(
    TransferQueue &queue, DesktopNotifications &notifications, Clock &clock, std::function<bool()> isInFront,
    QObject *parent)
    : QObject(parent), m_notifications(notifications), m_clock(clock), m_isInFront(std::move(isInFront))
{
    connect(&queue, &TransferQueue::changed, this, &TransferNotifier::take);
    connect(&queue, &TransferQueue::removed, this, [this](const QList<quint64> &ids) {
        for (const quint64 id : ids) {
            m_started.remove(id);
        }
    });
}

void TransferNotifier::take(const QList<TransferRecord> &changed)
{
    for (const TransferRecord &record : changed) {
        if (record.state == TransferState::Running && !m_started.contains(record.id)) {
            m_started.insert(record.id, m_clock.now());
        }
        if (!record.isOver()) {
            continue;
        }
        const auto started = m_started.constFind(record.id);
        if (started == m_started.cend()) {
            continue;
        }
        const auto took = m_clock.now() - *started;
        m_started.erase(started);
        // Who has cancelled it knows.
        if (took >= longTransfer && record.state != TransferState::Cancelled) {
            m_ended.append(record);
        }
    }
    if (!m_ended.isEmpty() && !m_telling) {
        m_telling = m_clock.schedule(gatheringTime, [this] { tell(); });
    }
}

void TransferNotifier::tell()
{
    m_telling.reset();
    const auto ended = std::exchange(m_ended, {});
    if (m_isInFront()) {
        return;
    }
    const auto failed = static_cast<int>(std::count_if(ended.begin(), ended.end(), [](const auto &record) {
        return record.state == TransferState::Failed || !record.problems.isEmpty();
    }));
    if (ended.size() > 1) {
        const QString text =
            failed == 0 ? tr("All went well.") : tr("%n with problems.", "transfers", failed);
        m_notifications.show(tr("%n transfers have ended", nullptr, static_cast<int>(ended.size())), text);
        return;
    }
    const TransferRecord &record = ended.first();
    QString way = tr("“%1” to %2", "an upload: what, and to which sandbox");
    if (record.direction == TransferDirection::Download) {
        way = tr("“%1” from %2", "a download: what, and from which sandbox");
    } else if (record.direction == TransferDirection::Between) {
        way = tr("“%1”, %2", "what, and from which sandbox to which");
    }
    const QString what = way.arg(record.name, record.sandboxName);
    if (record.state == TransferState::Failed) {
        m_notifications.show(
            tr("Transfer failed"),
            u"%1: %2"_s.arg(what, transferErrorText(record.error, record.direction).reason));
    } else {
        m_notifications.show(failed > 0 ? tr("Transfer ended with problems") : tr("Transfer finished"), what);
    }
}

} // namespace Koyeb::Desktop
