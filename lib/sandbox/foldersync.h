// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/completion.h"
#include "core/workerthread.h"
#include "sandbox/foldercomparison.h"
#include "sandbox/sandbox.h"

#include <optional>

namespace Koyeb {

/// What brings one folder to the state of another one, as a person has agreed to it. Paths are bytes and
/// relative to the folders.
struct FolderSyncOrder {
    /// Which of the two is changed.
    enum class Way {
        Up,  ///< The folder of the sandbox.
        Down ///< The folder of this computer.
    };

    Way way = Way::Up;           ///< Which of the two is changed.
    std::filesystem::path local; ///< The folder of this computer.
    QByteArray remote;           ///< The folder of the sandbox.
    QSet<QByteArray> moved;      ///< What is copied, over what is there; folders without what is in them.
    /// What is removed in the end, if all was copied. What is in a folder comes before the folder, which is
    /// only removed when it is empty then.
    QList<QByteArray> removed;
    /// How that looked on the side that is changed when the folders were compared, by path. What looks
    /// otherwise when its turn comes stays, and is a problem. What is not in here is not looked at so.
    QHash<QByteArray, ComparedEntry> compared;
    /// When they were compared, in seconds since 1970: files of this computer that were changed later stay. 0
    /// when that does not matter.
    qint64 comparedAtSeconds = 0;
};

/// Brings a folder to the state of another one: copies first, and only when nothing of that went wrong
/// removes what is not wanted any more. What is removed is looked for from the folder on without following
/// links, so that it can be nowhere else. Nothing is removed of a whole file system.
class FolderSync final : public Transfer {
    Q_OBJECT

public:
    /// `sandbox` outlives the object.
    FolderSync(Sandbox &sandbox, const FolderSyncOrder &order, QObject *parent = nullptr);
    ~FolderSync() override;

    void setNotes(std::shared_ptr<TransferNotes> notes) override { m_notes = std::move(notes); }
    void resumeFrom(const TransferCheckpoint &checkpoint) override { m_checkpoint = checkpoint; }
    void start() override;
    void cancel() override;
    void pause() override;
    [[nodiscard]] TransferProgress progress() const override { return m_progress; }
    [[nodiscard]] bool isCleaningUp() const override { return m_leg && m_leg->isCleaningUp(); }
    [[nodiscard]] bool hasLeftSomething() const override { return m_leg && m_leg->hasLeftSomething(); }

private:
    enum class State { Idle, Running, Ended };

    QCoro::Task<void> run(std::stop_token stop);
    QCoro::Task<Result<void>> move(std::stop_token stop);
    QCoro::Task<Result<void>> removeThere(std::stop_token stop);
    QCoro::Task<Result<void>> removeHere(std::stop_token stop);
    void makeLeg();
    void addProblem(const TransferProblem &problem);
    void stop(void (Transfer::*how)());

    Sandbox &m_sandbox;
    FolderSyncOrder m_order;
    State m_state = State::Idle;
    std::shared_ptr<TransferNotes> m_notes;
    TransferCheckpoint m_checkpoint;
    std::unique_ptr<Transfer> m_leg; // What copies.
    TransferProgress m_progress;
    QList<TransferProblem> m_problems;
    WorkerThread m_disk;
    TaskScope m_scope;
};

/// Removes files, links and empty folders below a folder of this computer, and nothing that a link leads to.
/// The result is what could not be removed; what is not there counts as removed, and so does a folder that is
/// not empty. Files that were changed after `comparedAtSeconds`, unless that is 0, and what does not look as
/// `compared` says, stay and are problems. Of `/` nothing is removed. Blocks; for a WorkerThread.
[[nodiscard]] QList<TransferProblem> removeBelow(
    const std::filesystem::path &folder, const QList<QByteArray> &paths, qint64 comparedAtSeconds = 0,
    const QHash<QByteArray, ComparedEntry> &compared = {});

} // namespace Koyeb

Q_DECLARE_METATYPE(Koyeb::FolderSyncOrder)
