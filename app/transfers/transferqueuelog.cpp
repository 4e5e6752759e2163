// SPDX-License-Identifier: GPL-3.0-or-later
// What TransferQueue tells of its transfers afterwards: their logs, and the history.
#include "transfers/transferqueue.h"
#include "transfers/transferwatch.h"

#include <QDateTime>
#include <QPointer>

#include <numeric>

namespace Koyeb::Desktop {

namespace {

using Kind = TransferEvent::Kind;

/// A transfer that is interrupted for days keeps the first events, and the last.
constexpr qsizetype maximumEvents = 200;
constexpr qsizetype firstEvents = 20;
constexpr qsizetype problemsInLog = 50;
constexpr qsizetype arrivedFilesShown = 100;

qint64 bytesOf(const TransferCheckpoint &checkpoint)
{
    return std::accumulate(
        checkpoint.files.begin(), checkpoint.files.end(), checkpoint.partialBytes,
        [](qint64 sum, const FileVersion &file) { return sum + std::max<qint64>(0, file.sizeBytes); });
}

Kind kindOf(TransferState state)
{
    switch (state) {
    case TransferState::Skipped:
        return Kind::Skipped;
    case TransferState::Failed:
        return Kind::Failed;
    case TransferState::Cancelled:
        return Kind::Cancelled;
    default:
        return Kind::Finished;
    }
}

} // namespace

QList<TransferEvent> TransferQueue::eventsOf(quint64 id) const
{
    const auto found = m_jobs.find(id);
    return found == m_jobs.end() ? QList<TransferEvent>() : found->second.events;
}

void TransferQueue::note(Job &job, TransferEvent event)
{
    event.at = QDateTime::currentMSecsSinceEpoch();
    event.error = Error::of(event.error.kind, event.error.message); // Nothing else is kept in files.
    job.events.append(event);
    if (job.events.size() > maximumEvents) {
        job.events.removeAt(firstEvents);
    } else if (auto *journal = journalOf(job)) {
        journal->addEvent(job.journalId, event);
    }
}

void TransferQueue::noteStart(Job &job)
{
    const bool isResumed = job.recorder && !job.recorder->checkpoint().stage.isEmpty();
    if (isResumed) {
        note(job, {.kind = Kind::Resumed, .bytes = bytesOf(job.recorder->checkpoint())});
    } else {
        note(job, {.kind = Kind::Started});
    }
}

void TransferQueue::noteEnd(Job &job)
{
    const auto &record = job.record;
    for (const auto &problem : record.problems.mid(0, problemsInLog)) {
        note(job, {.kind = Kind::Problem, .error = problem.error, .detail = problem.path});
    }
    note(job, {.kind = kindOf(record.state), .bytes = record.progress.doneBytes, .error = record.error});
    if (job.journalId == 0 || !m_journal) {
        return;
    }
    TransferHistoryEntry entry;
    entry.id = job.journalId;
    entry.direction = record.direction;
    entry.sandboxName = record.sandboxName;
    entry.source = job.order.sourcePath;
    entry.targetDirectory = job.order.targetDirectory;
    entry.end = kindOf(record.state);
    entry.endedAt = job.events.last().at;
    entry.bytes = record.progress.doneBytes;
    entry.files = record.progress.doneFiles;
    entry.problems = static_cast<int>(record.problems.size());
    entry.error = Error::of(record.error.kind, record.error.message);
    m_journal->addHistory(entry, job.events);
}

std::shared_ptr<TransferNotes> TransferQueue::watchOf(const Job &job)
{
    const quint64 id = job.record.id;
    const QPointer<TransferQueue> self = this; // A transfer that comes to rest may do so without the queue.
    return std::make_shared<TransferWatch>(
        job.recorder, TransferWatch::Listener{
                          .filesArrived =
                              [self, id](const QList<QByteArray> &paths) {
                                  if (Job *arrived = self ? self->find(id) : nullptr) {
                                      self->takeFiles(*arrived, paths);
                                  }
                              },
                          .verified =
                              [self, id] {
                                  if (Job *verified = self ? self->find(id) : nullptr) {
                                      self->note(*verified, {.kind = Kind::Verified});
                                  }
                              }});
}

void TransferQueue::takeFiles(Job &job, const QList<QByteArray> &paths)
{
    auto &files = job.record.arrivedFiles;
    for (const auto &path : paths) {
        if (!path.isEmpty()) { // That is the item itself.
            files.append(path);
            ++job.record.arrivedCount;
        }
    }
    if (files.size() > arrivedFilesShown) {
        files.remove(0, files.size() - arrivedFilesShown);
    }
}

} // namespace Koyeb::Desktop
