// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/clock.h"
#include "core/workerthread.h"
#include "sandbox/foldercomparison.h"
#include "sandbox/foldersync.h"
#include "transfer/folderwatcher.h"

#include <chrono>
#include <optional>
#include <utility>

namespace Koyeb {

/// What is kept in step, and how.
struct FolderWatchOrder {
    std::shared_ptr<Sandbox> sandbox; ///< Null while it cannot be reached.
    std::filesystem::path local;      ///< The folder of this computer.
    QByteArray remote;                ///< The folder of the sandbox; made where there is none.
    QByteArray leftOut;               ///< Patterns, beside temporaryFilePatterns().
    bool removes = false;             ///< What goes here goes there, too.
};

/// Keeps a folder of a sandbox in step with one of this computer: what changes here goes up within a second,
/// what is changed there is left alone. After it began, was interrupted or lost track it compares the two,
/// and sends what is missing, older or different there. Removes there only what it has seen here,
/// and what still looks there as it did when it was sent.
class FolderWatch : public QObject {
    Q_OBJECT

public:
    /// The disk and the number of a folder, which another one of the same name does not have.
    using Identity = std::pair<quint64, quint64>;

    /// By path, how something looks; nothing where it is not known how it looked when it was sent.
    using Seen = QHash<QByteArray, std::optional<ComparedEntry>>;

    /// What it is doing.
    enum class State {
        Idle,        ///< Not started.
        Comparing,   ///< Looks what has to be sent.
        Sending,     ///< Something is on its way.
        Watching,    ///< All is sent, and it waits for changes.
        Interrupted, ///< See error(); it goes on by itself.
        Unreachable, ///< It has no sandbox; it goes on when it gets one.
        Paused,      ///< Until resume().
        Failed       ///< See error(); it does not go on.
    };

    /// `clock` outlives the object.
    FolderWatch(Clock &clock, const FolderWatchOrder &order, QObject *parent = nullptr);
    ~FolderWatch() override;

    /// Begins; once.
    void start();
    /// Nothing is sent until resume(); what is on its way stops.
    void pause();
    /// Compares, and goes on.
    void resume();
    /// The sandbox, reached anew, or null when it cannot be reached any more.
    void setSandbox(const std::shared_ptr<Sandbox> &sandbox);

    /// What it is doing.
    [[nodiscard]] State state() const { return m_state; }
    /// Why it is Interrupted or Failed.
    [[nodiscard]] const Error &error() const { return m_error; }
    /// What it was told to do, with the sandbox that it has.
    [[nodiscard]] const FolderWatchOrder &order() const { return m_order; }
    /// So many files have been sent since it began.
    [[nodiscard]] qint64 sentFiles() const { return m_sentFiles; }
    /// What the last batch could not send.
    [[nodiscard]] const QList<TransferProblem> &problems() const { return m_problems; }

Q_SIGNALS:
    /// Something of the above is different.
    void changed();
    /// Something was sent to, or removed from, the folder of the sandbox.
    void sent();

private:
    void makeWatcher();
    void takeChanges(const QSet<QByteArray> &paths);
    void work();
    QCoro::Task<void> compare(std::stop_token stop);
    QCoro::Task<void> send(std::stop_token stop);
    [[nodiscard]] QList<QByteArray> takeGone(const Seen &now, const QHash<QByteArray, ComparedEntry> &there);
    void startSync(const FolderSyncOrder &order, const Seen &looks);
    QCoro::Task<void> learnWhatWasSent(QList<TransferProblem> problems, std::stop_token stop);
    [[nodiscard]] bool concerns(const TransferProblem &problem, const QByteArray &path) const;
    void endSync(const std::optional<Error> &failed, const QList<TransferProblem> &problems);
    void interrupt(const Error &error);
    void stopWork();
    void enter(State state);

    Clock &m_clock;
    FolderWatchOrder m_order;
    State m_state = State::Idle;
    Error m_error;
    std::unique_ptr<FolderWatcher> m_watcher;
    bool m_isListening = false; // The watcher has started.
    bool m_mustCompare = true;  // Before anything is sent.
    QSet<QByteArray> m_pending; // What has changed, in any way.
    Identity m_identity;        ///< Of the folder that m_seen is about.
    bool m_hasUnsent = false;   ///< Something of the last batch could not be sent.
    /// What has been here, so that it may be removed there, and how it looked when it was sent: what looks
    /// otherwise there by then has been changed there, and stays.
    Seen m_seen;
    Seen m_sending; ///< What is on its way, as it looked before.
    std::unique_ptr<FolderSync> m_sync;
    QList<TransferProblem> m_problems;
    qint64 m_sentFiles = 0;
    int m_interruptions = 0; // In a row.
    std::unique_ptr<ScheduledCall> m_retry;
    WorkerThread m_disk;
    TaskScope m_scope;
};

} // namespace Koyeb
