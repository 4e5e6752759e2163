// SPDX-License-Identifier: GPL-3.0-or-later
// What a person does with the transfers of TransferQueue.
#include "transfers/transferqueue.h"

#include <QScopedValueRollback>

#include <algorithm>

namespace Koyeb::Desktop {

void TransferQueue::cancel(quint64 id)
{
    Job *job = find(id);
    if (!job || job->record.isOver()) {
        return;
    }
    if (job->transfer) {
        job->transfer->cancel();
    } else {
        discard(*job);
    }
    end(*job, TransferState::Cancelled);
    startWaiting();
}

void TransferQueue::pause(quint64 id)
{
    Job *job = find(id);
    if (!job || !job->record.canBePaused()) {
        return;
    }
    stopRunning(*job, &Transfer::pause);
    note(*job, {.kind = TransferEvent::Kind::Paused});
    enter(*job, TransferState::Paused);
    if ((job = find(id)) != nullptr) {
        updateEntry(*job);
    }
    startWaiting();
}

void TransferQueue::resume(quint64 id)
{
    Job *job = find(id);
    if (!job || job->record.state != TransferState::Paused) {
        return;
    }
    job->record.error = {};
    enter(*job, job->order.create ? TransferState::Waiting : TransferState::AwaitingSandbox);
    if ((job = find(id)) != nullptr) {
        updateEntry(*job);
    }
    startWaiting();
}

void TransferQueue::suspendAll()
{
    for (auto &[id, job] : m_jobs) {
        if (job.record.state == TransferState::Failed && !journalOf(job)) {
            discard(job); // Nobody would know of it any more.
        }
    }
    const auto ids = idsWhere([](const Job &job) { return !job.record.isOver(); });
    withoutStarting([&] {
        for (const quint64 id : ids) {
            Job *job = find(id);
            if (job && !journalOf(*job)) {
                cancel(id);
            } else if (job && job->record.state != TransferState::Paused) {
                stopRunning(*job, &Transfer::pause);
                note(*job, {.kind = TransferEvent::Kind::Suspended});
                enter(*job, TransferState::AwaitingSandbox);
            }
        }
    });
}

void TransferQueue::stopRunning(Job &job, void (Transfer::*stop)())
{
    if (job.transfer) {
        (job.transfer.get()->*stop)();
        job.record.progress = job.transfer->progress();
        release(std::move(job.transfer), job.record.id, std::nullopt);
        --m_running;
    }
}

void TransferQueue::cancelAllOf(const QString &sandboxId)
{
    cancelWhere([&](const Job &job) { return job.order.concerns(sandboxId); });
}

void TransferQueue::cancelWhere(const std::function<bool(const Job &)> &condition)
{
    cancel(idsWhere(condition));
}

void TransferQueue::cancel(const QList<quint64> &ids)
{
    withoutStarting([&] { std::for_each(ids.begin(), ids.end(), [this](quint64 id) { cancel(id); }); });
}

void TransferQueue::pause(const QList<quint64> &ids)
{
    withoutStarting([&] { std::for_each(ids.begin(), ids.end(), [this](quint64 id) { pause(id); }); });
}

// None of those that wait gets its turn only to be stopped.
void TransferQueue::withoutStarting(const std::function<void()> &act)
{
    {
        const QScopedValueRollback hold(m_isStarting, true);
        act();
    }
    startWaiting();
}

void TransferQueue::retry(quint64 id)
{
    Job *job = find(id);
    if (!job || !job->record.canBeRetried()) {
        return;
    }
    job->record.progress = {};
    job->record.error = {};
    job->record.problems.clear();
    job->interruptions = 0;
    if (job->record.state != TransferState::Failed) {
        openEntry(*job, {}); // It was taken out when it was over.
    }
    note(*job, {.kind = TransferEvent::Kind::Requested});
    job->record.state = TransferState::Waiting;
    updateEntry(*job);
    writeOrder(); // The new entry would be the last.
    enter(*job, job->order.create ? TransferState::Waiting : TransferState::AwaitingSandbox);
    startWaiting();
}

void TransferQueue::pauseAll()
{
    pause(idsWhere([](const Job &job) { return job.record.canBePaused(); }));
}

void TransferQueue::resumeAll()
{
    const auto ids = idsWhere([](const Job &job) { return job.record.state == TransferState::Paused; });
    std::for_each(ids.begin(), ids.end(), [this](quint64 id) { resume(id); });
}

void TransferQueue::cancelAll()
{
    cancelWhere([](const Job &job) { return !job.record.isOver(); });
}

void TransferQueue::retryAll()
{
    const auto ids = idsWhere([](const Job &job) {
        return job.record.state == TransferState::Failed && job.record.canBeRetried();
    });
    std::for_each(ids.begin(), ids.end(), [this](quint64 id) { retry(id); });
}

void TransferQueue::moveUp(const QList<quint64> &ids)
{
    if (const auto place = m_schedule.placeAbove(ids)) {
        move(ids, *place);
    }
}

void TransferQueue::moveDown(const QList<quint64> &ids)
{
    if (const auto place = m_schedule.placeBelow(ids)) {
        move(ids, *place);
    }
}

void TransferQueue::moveToTop(const QList<quint64> &ids)
{
    if (!m_schedule.order().isEmpty()) {
        move(ids, m_schedule.order().first());
        m_schedule.hurry(ids);
        startWaiting();
    }
}

void TransferQueue::move(const QList<quint64> &ids, quint64 before)
{
    if (m_schedule.move(ids, before)) {
        writeOrder();
        Q_EMIT reordered(m_schedule.order());
    }
}

void TransferQueue::clearFinished()
{
    clear(idsWhere([](const Job &job) { return job.record.isOver(); }));
}

void TransferQueue::clear(const QList<quint64> &cleared)
{
    QList<quint64> ids;
    for (const quint64 id : cleared) {
        Job *job = find(id);
        if (!job || !job->record.isOver()) {
            continue;
        }
        if (job->record.state == TransferState::Failed) {
            discard(*job);
        }
        ids.append(id);
        m_jobs.erase(id);
    }
    if (!ids.isEmpty()) {
        m_schedule.remove(ids);
        Q_EMIT removed(ids);
    }
}

} // namespace Koyeb::Desktop
