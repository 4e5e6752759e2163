// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "sandbox/sandbox.h"
#include "transfers/ratemeter.h"
#include "transfers/transferrecord.h"

#include <QObject>
#include <QTimer>

#include <filesystem>
#include <functional>
#include <map>
#include <memory>

namespace Koyeb::Desktop {

/// Makes the transfer of an order, not started; called once for each attempt. Keeps alive what its transfers
/// need, and is itself kept until they are destroyed.
using TransferFactory = std::function<std::unique_ptr<Transfer>(ExistingTarget existing)>;

/// One file or folder to be moved, and how.
struct TransferOrder {
    TransferDirection direction = TransferDirection::Upload;
    QString name; ///< This and the next two are for people only.
    QString source;
    QString target;
    QString sandboxId;
    QString sandboxName;
    QByteArray remoteDirectory; ///< The directory of the sandbox that gets something; empty for downloads.
    TransferFactory create;
};

/// What a person decides about targets that exist, for all of what was asked for together.
enum class ExistingTargetAnswer { Overwrite, Skip };

/// All transfers of the application: a few run at a time, the others wait for their turn. What exists at a
/// target is only replaced after the person said so; the question never stops the other transfers.
class TransferQueue : public QObject {
    Q_OBJECT

public:
    static constexpr int maximumRunning = 3;

    explicit TransferQueue(QObject *parent = nullptr);
    ~TransferQueue() override;

    /// What is asked for in one call makes up one batch: an answer about existing targets is for all of it.
    void enqueueUpload(
        const std::shared_ptr<Sandbox> &sandbox, const QList<std::filesystem::path> &sources,
        const QByteArray &remoteDirectory, const QString &sandboxName);
    void enqueueDownload(
        const std::shared_ptr<Sandbox> &sandbox, const QList<QByteArray> &remotePaths,
        const std::filesystem::path &targetFolder, const QString &sandboxName);
    void enqueue(const QList<TransferOrder> &batch);

    [[nodiscard]] QList<TransferRecord> records() const;
    /// How many are not over yet.
    [[nodiscard]] qsizetype openCount() const;
    /// Whether something that transfers have left behind is still being removed.
    [[nodiscard]] bool isCleaningUp() const { return !m_cleaningUp.empty(); }

public Q_SLOTS:
    void cancel(quint64 id);
    /// Cancels what is on its way to or from a sandbox, because it is being deleted.
    void cancelAllOf(const QString &sandboxId);
    /// Cancels all, because the program ends.
    void cancelAll();
    /// Starts again what failed or was cancelled.
    void retry(quint64 id);
    void clearFinished();
    void answerExistingTargets(quint64 batchId, Koyeb::Desktop::ExistingTargetAnswer answer);

Q_SIGNALS:
    void added(const QList<Koyeb::Desktop::TransferRecord> &records);
    /// At most ten times a second for progress, at once for states.
    void changed(const QList<Koyeb::Desktop::TransferRecord> &records);
    void removed(const QList<quint64> &ids);
    /// `name` exists at the target, and nobody has said what to do. Answer once with
    /// answerExistingTargets(), whatever the number of these signals for one batch.
    void existingTargetFound(quint64 batchId, const QString &name, const QString &targetDirectory);
    /// Something was put, or may have been put, into a directory of a sandbox.
    void remoteDirectoryTouched(const QString &sandboxId, const QByteArray &directory);
    /// isCleaningUp() has become false.
    void cleanedUp();

private:
    struct Job {
        TransferRecord record;
        TransferOrder order;
        quint64 batchId = 0;
        ExistingTarget existing = ExistingTarget::Refuse;
        std::unique_ptr<Transfer> transfer; // Only while running.
        RateMeter meter;
    };

    [[nodiscard]] Job *find(quint64 id);
    [[nodiscard]] QList<quint64> idsWhere(const std::function<bool(const Job &)> &condition) const;
    void cancelWhere(const std::function<bool(const Job &)> &condition);
    void startWaiting();
    void start(Job &job);
    void takeProgress(quint64 id, const TransferProgress &progress);
    void finish(quint64 id, const QList<TransferProblem> &problems);
    void fail(quint64 id, const Error &error);
    void settleExistingTarget(Job &job);
    void end(Job &job, TransferState state);
    void release(std::unique_ptr<Transfer> transfer);
    void enter(Job &job, TransferState state);
    void publishProgress();

    std::map<quint64, Job> m_jobs;
    std::map<Transfer *, std::unique_ptr<Transfer>> m_cleaningUp; // They have ended.
    std::map<quint64, ExistingTargetAnswer> m_answers;            // By batch.
    quint64 m_lastId = 0;
    quint64 m_lastBatchId = 0;
    int m_running = 0;
    bool m_isStarting = false;
    QTimer m_ticks;
};

} // namespace Koyeb::Desktop
