// SPDX-License-Identifier: GPL-3.0-or-later
// What of TransferQueue outlives the program.
#include "sandbox/remoteentry.h"
#include "transfers/transferqueue.h"

#include <QDateTime>

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

namespace Koyeb::Desktop {

namespace {
constexpr quint64 idsInMillisecond = 1000;
constexpr std::chrono::hours longestAbandoned{24 * 30};
} // namespace

void TransferQueue::takeAbandoned(const JournalEntry &entry)
{
    // Ids tell when they were given. What could not be removed for so long is in a sandbox that is no more.
    const auto age = std::chrono::milliseconds(
        QDateTime::currentMSecsSinceEpoch() - static_cast<qint64>(entry.id / idsInMillisecond));
    if (age <= longestAbandoned) {
        abandon(entry);
    } else if (entry.direction == TransferDirection::Download) {
        removeLocally(entry);
    } else if (m_journal) {
        m_journal->remove(entry.id);
    }
}

/// What is left of it in a sandbox is removed when that can be reached, and what is here at once.
void TransferQueue::abandon(const JournalEntry &entry)
{
    if (entry.direction == TransferDirection::Between) {
        abandonSides(entry);
        return;
    }
    if (entry.direction == TransferDirection::Download) {
        postLocalRemoval(entry);
    }
    m_abandoned.append(entry);
}

/// In the source it has left what a download leaves there, and in the target what an upload leaves. One of
/// the two may be reached without the other one, perhaps in another run of the program.
void TransferQueue::abandonSides(const JournalEntry &entry)
{
    const auto stage = relayStageOf(entry.checkpoint.stage);
    QList<JournalEntry> sides;
    if (!stage.spool.isEmpty()) {
        m_disk.post([spool = m_spool, name = stage.spool] { removeRelaySpool(spool, name); });
        auto &download = sides.emplaceBack(entry);
        download.direction = TransferDirection::Download;
        download.sandboxId = entry.sourceSandboxId;
        download.targetDirectory = "/"; // There it has left nothing, and this is always there.
        download.checkpoint = {};
        download.checkpoint.stage = stage.partsName();
    }
    if (!stage.uploadStage.isEmpty()) {
        auto &upload = sides.emplaceBack(entry);
        upload.direction = TransferDirection::Upload;
        upload.checkpoint.stage = stage.uploadStage;
    }
    for (auto &side : sides) {
        side.id = nextJournalId();
        side.isAbandoned = true;
        if (m_journal) {
            m_journal->add(side);
            TransferRecorder(m_journal, side.id, {}).noteStage(side.checkpoint.stage);
        }
        m_abandoned.append(side);
    }
    if (m_journal) {
        m_journal->remove(entry.id);
    }
}

void TransferQueue::forgetSandbox(const QString &sandboxId)
{
    for (const quint64 id :
         idsWhere([&](const Job &job) { return job.order.concerns(sandboxId) && !job.record.isOver(); })) {
        cancel(id);
    }
    const auto abandoned = std::exchange(m_abandoned, {});
    for (const auto &entry : abandoned) {
        if (entry.sandboxId != sandboxId) {
            m_abandoned.append(entry);
        } else if (m_journal) {
            m_journal->remove(entry.id);
        }
    }
}

void TransferQueue::restore(const QList<JournalEntry> &entries)
{
    QList<TransferRecord> records;
    QList<QByteArray> stages;
    for (const auto &entry : entries) {
        stages.append(entry.checkpoint.stage);
    }
    m_disk.post([spool = m_spool, stages] { sweepRelaySpool(spool, stages); });
    // What goes to the same place is asked about together: who dropped it together is not known any more.
    std::map<std::tuple<TransferDirection, QString, QByteArray>, quint64> batches;
    for (const auto &entry : entries) {
        m_lastJournalId = std::max(m_lastJournalId, entry.id); // Before any new one is given.
    }
    for (const auto &entry : entries) {
        if (entry.isAbandoned) {
            takeAbandoned(entry);
            continue;
        }
        const bool isDownload = entry.direction == TransferDirection::Download;
        Job &job = m_jobs[++m_lastId];
        auto &batch = batches[{entry.direction, entry.sandboxId, entry.targetDirectory}];
        batch = batch == 0 ? ++m_lastBatchId : batch;
        job.batchId = batch;
        job.journalId = entry.id;
        job.existing = entry.existing;
        job.record.existing = entry.existing;
        job.events = entry.events;
        job.recorder = std::make_shared<TransferRecorder>(m_journal, entry.id, entry.checkpoint);
        job.order.outlivesProgram = true;
        job.order.direction = entry.direction;
        job.order.sandboxId = entry.sandboxId;
        job.order.sandboxName = entry.sandboxName;
        job.order.sourceSandboxId = entry.sourceSandboxId;
        job.order.movesSource = entry.movesSource;
        job.order.choices = {entry.options, entry.leftOut};
        job.order.sourcePath = entry.source;
        job.order.targetDirectory = entry.targetDirectory;
        job.order.remoteDirectory = isDownload ? QByteArray() : entry.targetDirectory;
        job.order.name = displayName(remoteName(entry.source));
        job.order.source = displayName(entry.source);
        job.order.target = displayName(entry.targetDirectory);
        job.record = recordOf(job.order, m_lastId);
        m_schedule.append(m_lastId);
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
        return !job.record.isOver() && job.order.lacks(sandboxId);
    });
    return isWanted || std::any_of(m_abandoned.begin(), m_abandoned.end(), [&](const JournalEntry &entry) {
               return entry.sandboxId == sandboxId;
           });
}

void TransferQueue::provideSandbox(const std::shared_ptr<Sandbox> &sandbox)
{
    const QString id = sandbox->access().serviceId;
    sandbox->setBandwidth(m_bandwidth);
    for (const quint64 waiting : idsWhere([&](const Job &job) { return job.order.lacks(id); })) {
        if (Job *job = find(waiting)) {
            job->order.takeSandbox(sandbox, m_spool);
            if (job->order.create && job->record.state == TransferState::AwaitingSandbox) {
                enter(*job, TransferState::Waiting);
            }
        }
    }
    const auto abandoned = std::exchange(m_abandoned, {});
    for (const auto &entry : abandoned) {
        if (entry.sandboxId != id) {
            m_abandoned.append(entry);
            continue;
        }
        TransferOrder order;
        order.direction = entry.direction;
        order.sourcePath = entry.source;
        order.targetDirectory = entry.targetDirectory;
        runDiscard(
            {0, entry, std::make_shared<TransferRecorder>(m_journal, entry.id, entry.checkpoint),
             factoryOf(sandbox, order)});
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
    entry.options = job.order.choices.options;
    entry.leftOut = job.order.choices.leftOut;
    entry.sourceSandboxId = job.order.sourceSandboxId;
    entry.movesSource = job.order.movesSource;
    // What has failed goes on only when a person wants it.
    entry.isPaused = job.record.state == TransferState::Paused || job.record.state == TransferState::Failed;
    if (job.recorder) {
        entry.checkpoint = job.recorder->checkpoint();
    }
    return entry;
}

/// Ascending from one run of the program to the next, also before the journal has been read.
quint64 TransferQueue::nextJournalId()
{
    const auto now = static_cast<quint64>(QDateTime::currentMSecsSinceEpoch()) * idsInMillisecond;
    m_lastJournalId = std::max(m_lastJournalId + 1, now);
    return m_lastJournalId;
}

void TransferQueue::openEntry(Job &job, const TransferCheckpoint &checkpoint)
{
    if (job.order.sourcePath.isEmpty()) {
        return;
    }
    job.journalId = nextJournalId();
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

void TransferQueue::writeOrder()
{
    auto *journal = m_journal;
    if (!journal) {
        return;
    }
    QList<quint64> ids;
    for (const quint64 id : m_schedule.order()) {
        if (const Job &job = m_jobs.at(id); journalOf(job)) {
            ids.append(job.journalId);
        }
    }
    journal->setOrder(ids);
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
    entry.isAbandoned = true;
    if (job.order.create) {
        runDiscard({job.record.id, entry, job.recorder, job.order.create});
    } else {
        abandon(entry);
    }
}

void TransferQueue::runDiscard(const Discard &discard)
{
    if (discard.job != 0 && isResting(discard.job)) {
        m_discards.append(discard); // What still works on it would be in the way of its removal.
        return;
    }
    auto transfer = discard.create(discard.entry.existing);
    connect(transfer.get(), &QObject::destroyed, transfer.get(), [keptAlive = discard.create] {});
    transfer->setNotes(discard.recorder);
    transfer->resumeFrom(discard.entry.checkpoint);
    transfer->cancel();
    if (!transfer->isCleaningUp() && m_journal) {
        m_journal->remove(discard.entry.id);
    }
    release(std::move(transfer), discard.job, discard.entry);
}

void TransferQueue::postLocalRemoval(const JournalEntry &entry)
{
    m_disk.post([directory = entry.targetDirectory.toStdString(), stage = entry.checkpoint.stage] {
        removeDownloadStage(directory, stage);
    });
}

void TransferQueue::removeLocally(const JournalEntry &entry)
{
    postLocalRemoval(entry);
    if (m_journal) {
        m_journal->remove(entry.id);
    }
}

} // namespace Koyeb::Desktop
