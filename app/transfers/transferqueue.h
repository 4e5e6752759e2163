// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "sandbox/sandbox.h"
#include "transfer/transferjournal.h"
#include "transfers/ratemeter.h"
#include "transfers/transferorder.h"
#include "transfers/transferrecord.h"
#include "transfers/transferschedule.h"

#include <QObject>
#include <QTimer>

#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>

namespace Koyeb::Desktop {

/// All transfers of the application: a few run at a time, fair between their sandboxes, and the others wait
/// for their turn. What exists at a
/// target is only replaced after the person said so; the question never stops the other transfers. What is
/// cut off goes on from where it stopped: by itself when it was the network, with the journal also after the
/// program was quit or killed.
class TransferQueue : public QObject {
    Q_OBJECT

public:
    static constexpr int maximumRunning = 3;

    /// The journal, which may be null, outlives the queue.
    explicit TransferQueue(TransferJournal *journal = nullptr, QObject *parent = nullptr);
    ~TransferQueue() override;

    /// What transfers may use, from now on.
    void setBandwidth(const std::shared_ptr<BandwidthLimit> &bandwidth) { m_bandwidth = bandwidth; }
    /// The folder by way of which files go from one sandbox to another; nothing else may be in it. Before
    /// restore().
    void setSpool(const std::filesystem::path &spool) { m_spool = spool; }
    /// Takes up what earlier runs of the program have left.
    void restore(const QList<JournalEntry> &entries);
    /// Whether something waits for this sandbox.
    [[nodiscard]] bool wantsSandbox(const QString &sandboxId) const;
    /// Nothing outlives the program after all.
    void loseJournal() { m_journal = nullptr; }
    /// The sandbox is gone, and what was in it.
    void forgetSandbox(const QString &sandboxId);
    /// What waits for the sandbox goes on.
    void provideSandbox(const std::shared_ptr<Sandbox> &sandbox);

    /// What is asked for in one call makes up one batch: an answer about existing targets is for all of it.
    /// `outlivesProgram`: the sandbox does, so that the next run of the program can go on.
    /// Returns their ids, in the order of what is moved.
    QList<quint64> enqueueUpload(
        const std::shared_ptr<Sandbox> &sandbox, const QList<std::filesystem::path> &sources,
        const QByteArray &remoteDirectory, const QString &sandboxName, bool outlivesProgram = false,
        const TransferChoices &choices = {});
    QList<quint64> enqueueDownload(
        const std::shared_ptr<Sandbox> &sandbox, const QList<QByteArray> &remotePaths,
        const std::filesystem::path &targetFolder, const QString &sandboxName, bool outlivesProgram = false,
        const TransferChoices &choices = {});
    /// Files and folders of one sandbox into another one. What waits for one of the two goes on when it is
    /// provided.
    QList<quint64> enqueueBetween(const BetweenOrder &wanted);
    QList<quint64> enqueue(const QList<TransferOrder> &batch);

    /// In the order of the list.
    [[nodiscard]] QList<TransferRecord> records() const;
    [[nodiscard]] bool hasAny(bool (*condition)(const TransferRecord &)) const;
    /// What has happened to it, the first first.
    [[nodiscard]] QList<TransferEvent> eventsOf(quint64 id) const;
    /// Of those that are not over yet.
    struct Totals {
        int count = 0;
        qint64 doneBytes = 0;
        qint64 totalBytes = 0; ///< As far as it is known.
        double uploadRate = 0; ///< Bytes per second.
        double downloadRate = 0;
    };
    [[nodiscard]] Totals totals() const;
    /// What remembers them; may be null.
    [[nodiscard]] TransferJournal *journal() const { return m_journal; }
    /// How many are not over yet.
    [[nodiscard]] qsizetype openCount() const;
    /// How many of them the next run of the program will not go on with.
    [[nodiscard]] qsizetype lostByQuitting() const;
    /// Whether something that transfers have left behind is still being removed.
    [[nodiscard]] bool isCleaningUp() const { return !m_cleaningUp.empty(); }
    /// How long a transfer pauses after it was interrupted for so many times in a row.
    [[nodiscard]] static std::chrono::milliseconds pauseAfter(int interruptions);

public Q_SLOTS:
    void cancel(quint64 id);
    /// Cancels what is on its way to or from a sandbox, because it is being deleted.
    void cancelAllOf(const QString &sandboxId);
    /// Stops all, because the program ends; with a journal the next run goes on.
    void suspendAll();
    /// Stops until resume(). For those that can be paused.
    void pause(quint64 id);
    void resume(quint64 id);
    /// Starts again what failed or was cancelled; what failed goes on from where it stopped.
    void retry(quint64 id);
    /// The same for several; none of those that wait gets its turn only to be stopped.
    void cancel(const QList<quint64> &ids);
    void pause(const QList<quint64> &ids);
    /// The same for all for which it makes sense; retryAll() for those that have failed.
    void pauseAll();
    void resumeAll();
    void cancelAll();
    void retryAll();
    /// Takes those out of the list that are over.
    void clearFinished();
    void clear(const QList<quint64> &ids);
    /// Changes in which order those that wait get their turn. One that runs goes on. move() puts them in
    /// front of another one, or at the end where that is 0.
    void moveUp(const QList<quint64> &ids);
    void moveDown(const QList<quint64> &ids);
    void moveToTop(const QList<quint64> &ids);
    void move(const QList<quint64> &ids, quint64 before);
    /// What becomes of targets that exist, for all of what was asked for together, or for one transfer. With
    /// Refuse they are skipped as a whole.
    void answerExistingTargets(quint64 batchId, Koyeb::ExistingTarget answer);
    void answerExistingTarget(quint64 id, Koyeb::ExistingTarget answer);

Q_SIGNALS:
    void added(const QList<Koyeb::Desktop::TransferRecord> &records);
    /// At most ten times a second for progress, at once for states.
    void changed(const QList<Koyeb::Desktop::TransferRecord> &records);
    void removed(const QList<quint64> &ids);
    /// They are in this order now, which is all of them.
    void reordered(const QList<quint64> &ids);
    /// The target of a transfer exists, and nobody has said what to do. Answer with answerExistingTargets(),
    /// once for all of these signals for one batch, or with answerExistingTarget().
    void existingTargetFound(
        quint64 batchId, quint64 id, const QString &name, const QString &targetDirectory);
    /// Something was put, or may have been put, into a directory of a sandbox.
    void remoteDirectoryTouched(const QString &sandboxId, const QByteArray &directory);
    /// isCleaningUp() has become false.
    void cleanedUp();

private:
    struct Job {
        TransferRecord record;
        TransferOrder order;
        quint64 batchId = 0;
        quint64 journalId = 0;
        ExistingTarget existing = ExistingTarget::Refuse;
        std::shared_ptr<TransferRecorder> recorder; // Null for what cannot be gone on with.
        std::unique_ptr<Transfer> transfer;         // Only while running.
        RateMeter meter;
        QList<TransferEvent> events; // The log.
        int interruptions = 0;       // In a row, without anything moved.
        qint64 doneBytes = 0;        // When it was interrupted.
    };
    /// A transfer that has ended, until the sandbox has come to rest.
    struct Ending {
        std::unique_ptr<Transfer> transfer;
        quint64 job = 0;
        std::optional<JournalEntry> closedEntry; // To be taken out of the journal then.
    };
    /// What was left by one that has not come to rest.
    struct Discard {
        quint64 job = 0;
        JournalEntry entry;
        std::shared_ptr<TransferRecorder> recorder;
        TransferFactory create;
    };

    [[nodiscard]] Job *find(quint64 id);
    [[nodiscard]] QList<quint64> idsWhere(const std::function<bool(const Job &)> &condition) const;
    void withoutStarting(const std::function<void()> &act);
    void cancelWhere(const std::function<bool(const Job &)> &condition);
    [[nodiscard]] QList<TransferSchedule::Candidate> candidatesWhere(
        const std::function<bool(const Job &)> &condition) const;
    void startWaiting();
    [[nodiscard]] bool makeRoom(
        const QList<TransferSchedule::Candidate> &waiting, const QList<TransferSchedule::Candidate> &running);
    void start(Job &job);
    void takeProgress(quint64 id, const TransferProgress &progress);
    void finish(quint64 id, const QList<TransferProblem> &problems);
    void fail(quint64 id, const Error &error);
    void askAboutTarget(Job &job);
    void settleTarget(Job &job, ExistingTarget answer);
    void end(Job &job, TransferState state);
    void interrupt(Job &job);
    void stopRunning(Job &job, void (Transfer::*stop)());
    void release(
        std::unique_ptr<Transfer> transfer, quint64 job, const std::optional<JournalEntry> &closedEntry);
    void takeRest(Transfer *ended);
    [[nodiscard]] bool isResting(quint64 job) const;
    // transferqueuelog.cpp: what is told of it afterwards.
    void note(Job &job, TransferEvent event);
    void noteStart(Job &job);
    void noteEnd(Job &job);
    [[nodiscard]] std::shared_ptr<TransferNotes> watchOf(const Job &job);
    static void takeFiles(Job &job, const QList<QByteArray> &paths);
    // transferqueuejournal.cpp: what outlives the program.
    [[nodiscard]] TransferJournal *journalOf(const Job &job) const;
    [[nodiscard]] JournalEntry entryOf(const Job &job) const;
    [[nodiscard]] quint64 nextJournalId();
    void openEntry(Job &job, const TransferCheckpoint &checkpoint);
    void updateEntry(const Job &job);
    void closeEntry(Job &job);
    void writeOrder();
    void abandonEntry(Job &job);
    void discard(Job &job);
    void runDiscard(const Discard &discard);
    void postLocalRemoval(const JournalEntry &entry);
    void removeLocally(const JournalEntry &entry);
    void takeAbandoned(const JournalEntry &entry);
    void abandon(const JournalEntry &entry);
    void abandonSides(const JournalEntry &entry);
    void enter(Job &job, TransferState state);
    void publishProgress();

    TransferJournal *m_journal;
    std::filesystem::path m_spool;
    std::shared_ptr<BandwidthLimit> m_bandwidth; // Null is everything.
    std::map<quint64, Job> m_jobs;
    TransferSchedule m_schedule; // Holds just these.
    std::map<Transfer *, Ending> m_cleaningUp;
    std::map<quint64, ExistingTarget> m_answers; // By batch.
    QList<JournalEntry> m_abandoned;             // They wait for their sandbox, to be cleaned up after.
    QList<Discard> m_discards;                   // They wait for their transfer to come to rest.
    WorkerThread m_disk;
    quint64 m_lastJournalId = 0;
    quint64 m_lastId = 0;
    quint64 m_lastBatchId = 0;
    int m_running = 0;
    bool m_isStarting = false;
    QTimer m_ticks;
};

} // namespace Koyeb::Desktop
