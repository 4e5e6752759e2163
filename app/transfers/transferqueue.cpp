// SPDX-License-Identifier: GPL-3.0-or-later
#include "transfers/transferqueue.h"

#include <algorithm>
#include <utility>

using namespace std::chrono_literals;

namespace Koyeb::Desktop {

namespace {

constexpr auto progressInterval = 100ms;
constexpr qsizetype problemsShown = 1000; // While it runs; at the end come all.

/// What the network does to a transfer, and time or a person's wake-up mends.
bool mayPass(const Error &error)
{
    return error.kind == ErrorKind::Offline || error.kind == ErrorKind::Timeout ||
           error.kind == ErrorKind::Server || error.kind == ErrorKind::RateLimited;
}

} // namespace

std::chrono::milliseconds TransferQueue::pauseAfter(int interruptions)
{
    constexpr std::chrono::milliseconds first = 2s;
    constexpr std::chrono::milliseconds longest = 60s;
    return std::min(first * (1 << std::clamp(interruptions - 1, 0, 5)), longest);
}

TransferQueue::TransferQueue(TransferJournal *journal, QObject *parent) : QObject(parent), m_journal(journal)
{
    m_ticks.setInterval(progressInterval);
    connect(&m_ticks, &QTimer::timeout, this, &TransferQueue::publishProgress);
}

TransferQueue::~TransferQueue()
{
    for (auto &[id, job] : m_jobs) {
        if (job.transfer) {
            job.transfer->disconnect(this);
            if (journalOf(job)) {
                job.transfer->pause();
            } else {
                job.transfer->cancel();
            }
        }
    }
}

QList<quint64> TransferQueue::enqueueUpload(
    const std::shared_ptr<Sandbox> &sandbox, const QList<std::filesystem::path> &sources,
    const QByteArray &remoteDirectory, const QString &sandboxName, bool outlivesProgram,
    const TransferChoices &choices)
{
    sandbox->setBandwidth(m_bandwidth);
    return enqueue(uploadOrders(sandbox, sources, remoteDirectory, sandboxName, outlivesProgram, choices));
}

QList<quint64> TransferQueue::enqueueDownload(
    const std::shared_ptr<Sandbox> &sandbox, const QList<QByteArray> &remotePaths,
    const std::filesystem::path &targetFolder, const QString &sandboxName, bool outlivesProgram,
    const TransferChoices &choices)
{
    sandbox->setBandwidth(m_bandwidth);
    return enqueue(downloadOrders(sandbox, remotePaths, targetFolder, sandboxName, outlivesProgram, choices));
}

QList<quint64> TransferQueue::enqueueBetween(const BetweenOrder &wanted)
{
    for (const auto &sandbox : {wanted.source, wanted.target}) {
        if (sandbox) {
            sandbox->setBandwidth(m_bandwidth);
        }
    }
    return enqueue(betweenOrders(wanted, m_spool));
}

QList<quint64> TransferQueue::enqueue(const QList<TransferOrder> &batch)
{
    if (batch.isEmpty()) {
        return {};
    }
    ++m_lastBatchId;
    QList<quint64> ids;
    QList<TransferRecord> records;
    for (const TransferOrder &order : batch) {
        Job &job = m_jobs[++m_lastId];
        job.order = order;
        job.batchId = m_lastBatchId;
        job.record = recordOf(order, m_lastId);
        job.record.state = order.create ? TransferState::Waiting : TransferState::AwaitingSandbox;
        m_schedule.append(m_lastId);
        openEntry(job, {});
        note(job, {.kind = TransferEvent::Kind::Requested});
        ids.append(m_lastId);
        records.append(job.record);
    }
    Q_EMIT added(records);
    startWaiting();
    return ids;
}

QList<TransferRecord> TransferQueue::records() const
{
    QList<TransferRecord> records;
    for (const quint64 id : m_schedule.order()) {
        records.append(m_jobs.at(id).record);
    }
    return records;
}

bool TransferQueue::hasAny(bool (*condition)(const TransferRecord &)) const
{
    return std::any_of(m_jobs.begin(), m_jobs.end(), [condition](const auto &entry) {
        return condition(entry.second.record);
    });
}

TransferQueue::Totals TransferQueue::totals() const
{
    Totals totals;
    for (const auto &[id, job] : m_jobs) {
        const TransferRecord &record = job.record;
        if (record.isOver()) {
            continue;
        }
        ++totals.count;
        totals.doneBytes += record.progress.doneBytes;
        totals.totalBytes += record.progress.totalBytes;
        // Between two sandboxes all goes both ways.
        totals.uploadRate += record.direction == TransferDirection::Download ? 0 : record.bytesPerSecond;
        totals.downloadRate += record.direction == TransferDirection::Upload ? 0 : record.bytesPerSecond;
    }
    return totals;
}

qsizetype TransferQueue::openCount() const
{
    return std::count_if(
        m_jobs.begin(), m_jobs.end(), [](const auto &entry) { return !entry.second.record.isOver(); });
}

void TransferQueue::answerExistingTargets(quint64 batchId, ExistingTarget answer)
{
    m_answers[batchId] = answer;
    const auto ids = idsWhere([batchId](const Job &job) {
        return job.batchId == batchId && job.record.state == TransferState::TargetExists;
    });
    for (const quint64 id : ids) {
        answerExistingTarget(id, answer);
    }
}

void TransferQueue::answerExistingTarget(quint64 id, ExistingTarget answer)
{
    Job *job = find(id);
    if (job && job->record.state == TransferState::TargetExists) {
        settleTarget(*job, answer);
        startWaiting();
    }
}

TransferQueue::Job *TransferQueue::find(quint64 id)
{
    const auto found = m_jobs.find(id);
    return found == m_jobs.end() ? nullptr : &found->second;
}

QList<quint64> TransferQueue::idsWhere(const std::function<bool(const Job &)> &condition) const
{
    QList<quint64> ids;
    for (const quint64 id : m_schedule.order()) {
        if (condition(m_jobs.at(id))) {
            ids.append(id);
        }
    }
    return ids;
}

void TransferQueue::startWaiting()
{
    // A transfer may end while it is being started, which brings us here again.
    if (m_isStarting) {
        return;
    }
    m_isStarting = true;
    for (;;) {
        const auto waiting = candidatesWhere([this](const Job &job) {
            return job.record.state == TransferState::Waiting && !isResting(job.record.id);
        });
        const auto running =
            candidatesWhere([](const Job &job) { return job.record.state == TransferState::Running; });
        if (running.size() >= maximumRunning && !makeRoom(waiting, running)) {
            break;
        }
        Job *next = find(m_schedule.next(waiting, running));
        if (!next) {
            break;
        }
        m_schedule.noteTurn({next->record.id, next->order.sandboxId});
        start(*next);
    }
    m_isStarting = false;
    if (m_running > 0) {
        m_ticks.start();
    } else {
        m_ticks.stop();
    }
}

QList<TransferSchedule::Candidate> TransferQueue::candidatesWhere(
    const std::function<bool(const Job &)> &condition) const
{
    QList<TransferSchedule::Candidate> candidates;
    for (const quint64 id : m_schedule.order()) {
        const Job &job = m_jobs.at(id);
        if (condition(job)) {
            candidates.append({id, job.order.sandboxId});
        }
    }
    return candidates;
}

// What is stopped goes on from there when it is its turn again.
bool TransferQueue::makeRoom(
    const QList<TransferSchedule::Candidate> &waiting, const QList<TransferSchedule::Candidate> &running)
{
    auto stoppable = running;
    stoppable.removeIf([this](const auto &candidate) { return !m_jobs.at(candidate.id).recorder; });
    const quint64 unfair =
        stoppable.size() == running.size() ? TransferSchedule::surplus(waiting, running, maximumRunning) : 0;
    Job *surplus = find(unfair != 0 ? unfair : m_schedule.behindUrgent(waiting, stoppable));
    if (!surplus) {
        return false;
    }
    stopRunning(*surplus, &Transfer::pause);
    note(*surplus, {.kind = TransferEvent::Kind::MadeRoom});
    enter(*surplus, TransferState::Waiting);
    return true;
}

void TransferQueue::start(Job &job)
{
    const quint64 id = job.record.id;
    job.meter = {};
    job.transfer = job.order.create(job.existing);
    Transfer *transfer = job.transfer.get();
    // The order may be cleared away before the transfer is destroyed, and it keeps the sandbox.
    connect(transfer, &QObject::destroyed, transfer, [keptAlive = job.order.create] {});
    if (job.recorder) {
        transfer->setNotes(watchOf(job));
        transfer->resumeFrom(job.recorder->checkpoint());
    }
    connect(transfer, &Transfer::progressed, this, [this, id](const auto &p) { takeProgress(id, p); });
    connect(transfer, &Transfer::problemFound, this, [this, id](const auto &problem) {
        if (Job *found = find(id); found && found->record.problems.size() < problemsShown) {
            found->record.problems.append(problem);
        }
    });
    connect(transfer, &Transfer::finished, this, [this, id](const auto &problems) { finish(id, problems); });
    connect(transfer, &Transfer::failed, this, [this, id](const Error &error) { fail(id, error); });
    ++m_running;
    noteStart(job);
    job.record.problems.clear();
    job.record.arrivedFiles.clear();
    job.record.arrivedCount = 0;
    enter(job, TransferState::Running);
    transfer->start(); // May end at once.
}

void TransferQueue::takeProgress(quint64 id, const TransferProgress &progress)
{
    if (Job *job = find(id)) {
        job->record.progress = progress;
    }
}

void TransferQueue::finish(quint64 id, const QList<TransferProblem> &problems)
{
    Job *job = find(id);
    if (!job || job->record.state != TransferState::Running) {
        return;
    }
    job->record.progress = job->transfer->progress();
    job->record.problems = problems;
    const auto &progress = job->record.progress;
    const bool isSkipped = progress.leftOutFiles > 0 && progress.totalFiles == 0 && problems.isEmpty();
    end(*job, isSkipped ? TransferState::Skipped : TransferState::Finished);
    startWaiting();
}

void TransferQueue::fail(quint64 id, const Error &error)
{
    Job *job = find(id);
    if (!job || job->record.state != TransferState::Running) {
        return;
    }
    job->record.progress = job->transfer->progress();
    job->record.error = error;
    if (error.kind == ErrorKind::Conflict && job->existing == ExistingTarget::Refuse) {
        note(*job, {.kind = TransferEvent::Kind::TargetExists});
        end(*job, TransferState::TargetExists);
        job = find(id);
        if (job && job->record.state == TransferState::TargetExists) {
            askAboutTarget(*job);
        }
    } else if (job->recorder && mayPass(error)) {
        interrupt(*job);
    } else {
        end(*job, TransferState::Failed);
    }
    startWaiting();
}

void TransferQueue::interrupt(Job &job)
{
    const quint64 id = job.record.id;
    const auto done = job.record.progress.doneBytes;
    job.interruptions = done > std::exchange(job.doneBytes, done) ? 1 : job.interruptions + 1;
    const auto pause = std::max(pauseAfter(job.interruptions), job.record.error.retryAfter.value_or(0ms));
    const int count = job.interruptions;
    note(job, {.kind = TransferEvent::Kind::Interrupted, .bytes = done, .error = job.record.error});
    end(job, TransferState::Interrupted);
    QTimer::singleShot(pause, this, [this, id, count] {
        Job *waiting = find(id);
        // Unless it was paused, cancelled or retried meanwhile.
        if (waiting && waiting->record.state == TransferState::Interrupted &&
            waiting->interruptions == count) {
            enter(*waiting, TransferState::Waiting);
            startWaiting();
        }
    });
}

void TransferQueue::askAboutTarget(Job &job)
{
    const auto answer = m_answers.find(job.batchId);
    if (answer == m_answers.end()) {
        Q_EMIT existingTargetFound(job.batchId, job.record.id, job.record.name, job.record.target);
    } else {
        settleTarget(job, answer->second);
    }
}

// Nothing was moved yet, so that moving it once more with what is allowed now repeats nothing.
void TransferQueue::settleTarget(Job &job, ExistingTarget answer)
{
    job.record.error = {};
    note(
        job, {.kind = TransferEvent::Kind::Answered, .detail = QByteArray::number(static_cast<int>(answer))});
    if (answer == ExistingTarget::Refuse) {
        discard(job);
        enter(job, TransferState::Skipped);
        return;
    }
    job.existing = answer;
    job.record.existing = answer;
    updateEntry(job);
    enter(job, TransferState::Waiting);
}

void TransferQueue::end(Job &job, TransferState state)
{
    const bool isOver = state == TransferState::Finished || state == TransferState::Skipped ||
                        state == TransferState::Cancelled;
    if (job.transfer) {
        if (isOver && !job.transfer->isCleaningUp()) {
            closeEntry(job);
        } else if (isOver) {
            abandonEntry(job);
        }
        const auto entry = isOver && job.recorder ? std::optional(entryOf(job)) : std::nullopt;
        release(std::move(job.transfer), job.record.id, entry);
        --m_running;
    }
    const QString sandboxId = job.order.sandboxId;
    const QByteArray directory = job.order.remoteDirectory;
    const QString emptiedId = job.order.movesSource ? job.order.sourceSandboxId : QString();
    const QByteArray emptied = remoteParent(job.order.sourcePath);
    if (state == TransferState::Failed) {
        job.record.state = state;
        updateEntry(job);
    }
    enter(job, state); // Whoever is told may clear the job away.
    if (!directory.isEmpty() && state != TransferState::TargetExists) {
        Q_EMIT remoteDirectoryTouched(sandboxId, directory);
        if (!emptiedId.isEmpty()) {
            Q_EMIT remoteDirectoryTouched(emptiedId, emptied);
        }
    }
}

void TransferQueue::release(
    std::unique_ptr<Transfer> transfer, quint64 job, const std::optional<JournalEntry> &closedEntry)
{
    Transfer *ended = transfer.get();
    ended->disconnect(this);
    if (!ended->isCleaningUp()) {
        transfer.release()->deleteLater(); // It is the sender of the signal that brought us here.
        return;
    }
    // It also keeps its sandbox's object until then.
    m_cleaningUp.emplace(ended, Ending{std::move(transfer), job, closedEntry});
    connect(ended, &Transfer::cleanedUp, this, [this, ended] { takeRest(ended); });
}

void TransferQueue::takeRest(Transfer *ended)
{
    auto done = m_cleaningUp.extract(ended);
    const auto &entry = done.mapped().closedEntry;
    if (entry && ended->hasLeftSomething()) {
        abandon(*entry);
    } else if (entry && m_journal) {
        m_journal->remove(entry->id);
    }
    done.mapped().transfer.release()->deleteLater();
    for (const auto &discard : std::exchange(m_discards, {})) {
        runDiscard(discard);
    }
    startWaiting(); // The next attempt of this one, perhaps.
    if (m_cleaningUp.empty()) {
        Q_EMIT cleanedUp();
    }
}

bool TransferQueue::isResting(quint64 job) const
{
    return std::any_of(m_cleaningUp.begin(), m_cleaningUp.end(), [job](const auto &entry) {
        return entry.second.job == job;
    });
}

void TransferQueue::enter(Job &job, TransferState state)
{
    job.record.state = state;
    job.record.bytesPerSecond = 0;
    job.record.timeLeft.reset();
    if (job.record.isOver()) {
        noteEnd(job);
    }
    Q_EMIT changed({job.record});
}

void TransferQueue::publishProgress()
{
    QList<TransferRecord> records;
    const auto now = RateMeter::TimePoint::clock::now();
    for (auto &[id, job] : m_jobs) {
        if (job.record.state != TransferState::Running) {
            continue;
        }
        const TransferProgress &progress = job.record.progress;
        job.meter.add(now, progress.doneBytes - progress.keptBytes);
        job.record.bytesPerSecond = job.meter.bytesPerSecond();
        job.record.timeLeft = job.meter.timeFor(progress.totalBytes - progress.doneBytes);
        records.append(job.record);
    }
    if (!records.isEmpty()) {
        Q_EMIT changed(records);
    }
}

} // namespace Koyeb::Desktop
