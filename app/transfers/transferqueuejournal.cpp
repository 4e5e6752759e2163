// SPDX-License-Identifier: GPL-3.0-or-later
// What of TransferQueue outlives the program.
#include "sandbox/remoteentry.h"
#include "transfers/transferqueue.h"

#include <QDateTime>

#include <algorithm>
#include <utility>

namespace Koyeb::Desktop {

void TransferQueue::restore(const QList<JournalEntry> &entries)
{
    QList<TransferRecord> records;
    for (const auto &entry : entries) {
        m_lastJournalId = std::max(m_lastJournalId, entry.id);
        if (entry.isAbandoned) {
            m_abandoned.append(entry);
            continue;
        }
        const bool isUpload = entry.direction == TransferDirection::Upload;
        Job &job = m_jobs[++m_lastId];
        job.batchId = ++m_lastBatchId;
        job.journalId = entry.id;
        job.existing = entry.existing;
        job.recorder = std::make_shared<TransferRecorder>(m_journal, entry.id, entry.checkpoint);
        job.order.outlivesProgram = true;
        job.order.direction = entry.direction;
        job.order.sandboxId = entry.sandboxId;
        job.order.sandboxName = entry.sandboxName;
        job.order.sourcePath = entry.source;
        job.order.targetDirectory = entry.targetDirectory;
        job.order.remoteDirectory = isUpload ? entry.targetDirectory : QByteArray();
        job.record.id = m_lastId;
        job.record.direction = entry.direction;
        job.record.name = displayName(remoteName(entry.source));
        job.record.source = displayName(entry.source);
        job.record.target = displayName(entry.targetDirectory);
        job.record.sandboxName = entry.sandboxName;
        job.record.isResumable = true;
        job.record.state = entry.isPaused ? TransferState::Paused : TransferState::AwaitingSandbox;
        records.append(job.record);
    }
    if (!records.isEmpty()) {
        Q_EMIT added(records);
    }
}

bool TransferQueue::wantsSandbox(const QString &sandboxId) const
{
    const bool isWanted = std::any_of(m_jobs.begin(), m_jobs.end(), [&](const auto &entry) {
        const Job &job = entry.second;
        return !job.order.create && !job.record.isOver() && job.order.sandboxId == sandboxId;
    });
    return isWanted || std::any_of(m_abandoned.begin(), m_abandoned.end(), [&](const JournalEntry &entry) {
               return entry.sandboxId == sandboxId;
           });
}

void TransferQueue::provideSandbox(const std::shared_ptr<Sandbox> &sandbox)
{
    const QString id = sandbox->access().serviceId;
    for (const quint64 waiting :
         idsWhere([&](const Job &job) { return !job.order.create && job.order.sandboxId == id; })) {
        if (Job *job = find(waiting)) {
            job->order.create = factoryOf(sandbox, job->order);
            if (job->record.state == TransferState::AwaitingSandbox) {
                enter(*job, TransferState::Waiting);
            }
        }
    }
    const auto abandoned = std::exchange(m_abandoned, {});
    for (const auto &entry : abandoned) {
        if (entry.sandboxId == id) {
            abandon(entry, sandbox);
        } else {
            m_abandoned.append(entry);
        }
    }
    startWaiting();
}

TransferJournal *TransferQueue::journalOf(const Job &job) const
{
    return job.recorder && job.order.outlivesProgram ? m_journal : nullptr;
}

qsizetype TransferQueue::lostByQuitting() const
{
    return std::count_if(m_jobs.begin(), m_jobs.end(), [this](const auto &entry) {
        return !entry.second.record.isOver() && !journalOf(entry.second);
    });
}

JournalEntry TransferQueue::entryOf(const Job &job) const
{
    JournalEntry entry;
    entry.id = job.journalId;
    entry.direction = job.order.direction;
    entry.sandboxId = job.order.sandboxId;
    entry.sandboxName = job.order.sandboxName;
    entry.source = job.order.sourcePath;
    entry.targetDirectory = job.order.targetDirectory;
    entry.existing = job.existing;
    entry.isPaused = job.record.state == TransferState::Paused;
    if (job.recorder) {
        entry.checkpoint = job.recorder->checkpoint();
    }
    return entry;
}

void TransferQueue::openEntry(Job &job, const TransferCheckpoint &checkpoint)
{
    if (job.order.sourcePath.isEmpty()) {
        return;
    }
    // Ascending from one run of the program to the next, also before the journal has been read.
    const auto now = static_cast<quint64>(QDateTime::currentMSecsSinceEpoch()) * 1000;
    m_lastJournalId = std::max(m_lastJournalId + 1, now);
    job.journalId = m_lastJournalId;
    job.record.isResumable = true;
    auto *journal = job.order.outlivesProgram ? m_journal : nullptr;
    job.recorder = std::make_shared<TransferRecorder>(journal, job.journalId, checkpoint);
    if (journal) {
        journal->add(entryOf(job));
    }
}

void TransferQueue::updateEntry(const Job &job)
{
    if (auto *journal = journalOf(job)) {
        journal->update(entryOf(job));
    }
}

void TransferQueue::closeEntry(Job &job)
{
    if (auto *journal = journalOf(job)) {
        journal->remove(job.journalId);
    }
}

// The program may be killed before it is cleaned up after.
void TransferQueue::abandonEntry(Job &job)
{
    if (auto *journal = journalOf(job)) {
        auto entry = entryOf(job);
        entry.isAbandoned = true;
        journal->update(entry);
    }
}

// Removes what a transfer has left that does not run.
void TransferQueue::discard(Job &job)
{
    if (!job.recorder) {
        return;
    }
    auto entry = entryOf(job);
    if (entry.checkpoint.stage.isEmpty()) {
        closeEntry(job);
        return;
    }
    abandonEntry(job);
    if (job.order.create) {
        auto transfer = job.order.create(job.existing);
        connect(transfer.get(), &QObject::destroyed, transfer.get(), [keptAlive = job.order.create] {});
        transfer->setNotes(job.recorder);
        transfer->resumeFrom(entry.checkpoint);
        transfer->cancel();
        if (!transfer->isCleaningUp()) {
            closeEntry(job);
        }
        release(std::move(transfer), job.record.id, job.journalId);
    } else {
        entry.isAbandoned = true;
        m_abandoned.append(entry);
    }
}

void TransferQueue::abandon(const JournalEntry &entry, const std::shared_ptr<Sandbox> &sandbox)
{
    Job job;
    job.journalId = entry.id;
    job.existing = entry.existing;
    job.recorder = std::make_shared<TransferRecorder>(m_journal, entry.id, entry.checkpoint);
    job.order.outlivesProgram = true;
    job.order.direction = entry.direction;
    job.order.sandboxId = entry.sandboxId;
    job.order.sourcePath = entry.source;
    job.order.targetDirectory = entry.targetDirectory;
    job.order.create = factoryOf(sandbox, job.order);
    discard(job);
}

} // namespace Koyeb::Desktop
