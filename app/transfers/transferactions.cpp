// SPDX-License-Identifier: GPL-3.0-or-later
#include "transfers/transferactions.h"

#include "common/icons.h"
#include "transfers/transferqueue.h"

#include <QAction>

#include <algorithm>

using namespace Qt::Literals::StringLiterals;

namespace Koyeb::Desktop {

TransferActions::TransferActions(
    TransferQueue &queue, std::function<QList<TransferRecord>()> selected, QObject *parent)
    : QObject(parent), m_queue(queue), m_selected(std::move(selected))
{
    createForSelected();
    createForAll();
}

void TransferActions::createForSelected()
{
    m_pause = new QAction(themedIcon(u"pause"_s), tr("Pause transfer"), this);
    m_resume = new QAction(themedIcon(u"play"_s), tr("Resume transfer"), this);
    m_cancel = new QAction(themedIcon(u"close"_s), tr("Cancel transfer"), this);
    m_retry = new QAction(themedIcon(u"refresh"_s), tr("Try again"), this);
    m_clear = new QAction(themedIcon(u"check"_s), tr("Clear finished"), this);
    m_moveToTop = new QAction(themedIcon(u"go-top"_s), tr("Move to the top"), this);
    m_moveUp = new QAction(themedIcon(u"go-up"_s), tr("Move up"), this);
    m_moveDown = new QAction(themedIcon(u"go-down"_s), tr("Move down"), this);
    connect(m_pause, &QAction::triggered, this, [this] { m_queue.pause(selectedIds()); });
    connect(m_cancel, &QAction::triggered, this, [this] { m_queue.cancel(selectedIds()); });
    connect(m_resume, &QAction::triggered, this, [this] {
        for (const quint64 id : selectedIds()) {
            m_queue.resume(id);
        }
    });
    connect(m_retry, &QAction::triggered, this, [this] {
        for (const quint64 id : selectedIds()) {
            m_queue.retry(id);
        }
    });
    connect(m_clear, &QAction::triggered, &m_queue, &TransferQueue::clearFinished);
    connect(m_moveToTop, &QAction::triggered, this, [this] { m_queue.moveToTop(selectedIds()); });
    connect(m_moveUp, &QAction::triggered, this, [this] { m_queue.moveUp(selectedIds()); });
    connect(m_moveDown, &QAction::triggered, this, [this] { m_queue.moveDown(selectedIds()); });
}

void TransferActions::createForAll()
{
    m_pauseAll = new QAction(themedIcon(u"pause"_s), tr("Pause all"), this);
    m_resumeAll = new QAction(themedIcon(u"play"_s), tr("Resume all"), this);
    m_retryAll = new QAction(themedIcon(u"refresh"_s), tr("Try all failed ones again"), this);
    m_cancelAll = new QAction(themedIcon(u"close"_s), tr("Cancel all"), this);
    connect(m_pauseAll, &QAction::triggered, &m_queue, &TransferQueue::pauseAll);
    connect(m_resumeAll, &QAction::triggered, &m_queue, &TransferQueue::resumeAll);
    connect(m_retryAll, &QAction::triggered, &m_queue, &TransferQueue::retryAll);
    connect(m_cancelAll, &QAction::triggered, &m_queue, &TransferQueue::cancelAll);
}

QList<QAction *> TransferActions::main() const
{
    return {m_pause, m_resume, m_cancel, m_retry, m_clear};
}

void TransferActions::update()
{
    using Condition = bool (*)(const TransferRecord &);
    const Condition canBePaused = [](const TransferRecord &record) {
        return record.canBePaused();
    };
    const Condition isPaused = [](const TransferRecord &record) {
        return record.state == TransferState::Paused;
    };
    const Condition isOpen = [](const TransferRecord &record) {
        return !record.isOver();
    };
    const Condition canBeRetried = [](const TransferRecord &record) {
        return record.canBeRetried();
    };
    const Condition hasFailed = [](const TransferRecord &record) {
        return record.state == TransferState::Failed && record.canBeRetried();
    };
    const Condition isOver = [](const TransferRecord &record) {
        return record.isOver();
    };
    const auto selected = m_selected();
    const auto enable = [&selected](QAction *action, Condition condition) {
        action->setEnabled(std::any_of(selected.begin(), selected.end(), condition));
    };
    enable(m_pause, canBePaused);
    enable(m_resume, isPaused);
    enable(m_cancel, isOpen);
    enable(m_retry, canBeRetried);
    m_clear->setEnabled(m_queue.hasAny(isOver));
    for (auto *action : order()) {
        action->setEnabled(!selected.isEmpty());
    }
    m_pauseAll->setEnabled(m_queue.hasAny(canBePaused));
    m_resumeAll->setEnabled(m_queue.hasAny(isPaused));
    m_retryAll->setEnabled(m_queue.hasAny(hasFailed));
    m_cancelAll->setEnabled(m_queue.hasAny(isOpen));
}

QList<quint64> TransferActions::selectedIds() const
{
    QList<quint64> ids;
    for (const TransferRecord &record : m_selected()) {
        ids.append(record.id);
    }
    return ids;
}

} // namespace Koyeb::Desktop
