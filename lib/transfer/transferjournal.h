// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/workerthread.h"
#include "sandbox/transfer.h"
#include "transfer/transferhistory.h"

#include <QLockFile>

#include <memory>

namespace Koyeb {

class JournalDatabase;

/// A transfer that has not come to its end, with all that is needed to go on with it on another day.
struct JournalEntry {
    quint64 id = 0; ///< Unique in a journal, ascending.
    TransferDirection direction = TransferDirection::Upload;
    QString sandboxId;          ///< The service's id; between two, the target's.
    QString sourceSandboxId;    ///< Between two only.
    bool movesSource = false;   ///< Between two only: the source is removed in the end.
    QString sandboxName;        ///< For people.
    QByteArray source;          ///< Path of what is moved, as bytes.
    QByteArray targetDirectory; ///< Path, as bytes.
    ExistingTarget existing = ExistingTarget::Refuse;
    TransferOptions options;  ///< What it takes over.
    QByteArray leftOut;       ///< Of a folder, as IgnorePatterns.
    bool isPaused = false;    ///< By a person, who also has it go on.
    bool isAbandoned = false; ///< What it left is still to be removed, nothing else.
    TransferCheckpoint checkpoint;
    QList<TransferEvent> events; ///< What has happened so far, the first first. For load() only.
};

/// Remembers on the disk the transfers that are not over, and what they have achieved, so that they go on
/// after the program was quit, or killed. One program at a time has it; it holds no secrets. Nothing here
/// blocks: the disk is worked on in a thread, in the order of the calls.
class TransferJournal {
public:
    /// Opens, and if need be makes, the database in the file; folders above it are made. Without its file,
    /// e.g. because another program has it or the disk is full, a journal still works, but remembers nothing.
    explicit TransferJournal(const QString &path);
    ~TransferJournal();
    TransferJournal(const TransferJournal &) = delete;
    TransferJournal &operator=(const TransferJournal &) = delete;

    /// All entries in their order. Local when the file cannot be used; the message says why.
    QCoro::Task<Result<QList<JournalEntry>>> load(std::stop_token stop);
    /// Puts in an entry with an id that is new, behind the others.
    void add(const JournalEntry &entry);
    /// Everything but the checkpoint is as in `entry` now.
    void update(const JournalEntry &entry);
    /// It is over, and left nothing.
    void remove(quint64 id);
    /// From now on the entries are in this order, before those that are added later.
    void setOrder(const QList<quint64> &ids);
    /// Adds to the log of an entry.
    void addEvent(quint64 id, const TransferEvent &event);

    /// How many transfers that are over are remembered; of more, the oldest are forgotten.
    static constexpr int historySize = 1000;
    /// Remembers one that is over, with its log. Replaces what was remembered of an earlier end of it.
    void addHistory(const TransferHistoryEntry &entry, const QList<TransferEvent> &events);
    /// Those that are over, the last first. Local as load().
    QCoro::Task<Result<QList<TransferHistoryEntry>>> loadHistory(std::stop_token stop);
    /// The log of one that is over. Local as load().
    QCoro::Task<Result<QList<TransferEvent>>> loadEvents(quint64 id, std::stop_token stop);
    /// Forgets all that are over.
    void clearHistory();
    /// Succeeds once all of the calls before are on the disk.
    QCoro::Task<Result<void>> flush(std::stop_token stop);

private:
    friend class TransferRecorder;
    class Store;

    template<typename T>
    QCoro::Task<Result<T>> fetch(std::function<Result<T>(JournalDatabase &)> query, std::stop_token stop);

    void post(std::function<void(Store &)> job);

    std::shared_ptr<Store> m_store; ///< Used on the thread only.
    WorkerThread m_thread;
};

/// The notes of one transfer through all of its attempts: keeps them in memory, and in a journal where there
/// is one.
class TransferRecorder final : public TransferNotes {
public:
    /// Goes on from `checkpoint`. The journal, which may be null, outlives the object.
    TransferRecorder(TransferJournal *journal, quint64 id, const TransferCheckpoint &checkpoint)
        : m_journal(journal), m_id(id), m_checkpoint(checkpoint)
    {
    }

    void noteStage(const QByteArray &name) override;
    void noteFiles(const QHash<QByteArray, FileVersion> &arrived) override;
    void notePartial(const QByteArray &path, const FileVersion &version, qint64 bytes) override;
    void noteCommitting(bool isCommitting) override;

    /// From where the next attempt can go on.
    [[nodiscard]] const TransferCheckpoint &checkpoint() const { return m_checkpoint; }

private:
    void writeState();

    TransferJournal *m_journal;
    quint64 m_id;
    TransferCheckpoint m_checkpoint;
};

} // namespace Koyeb
