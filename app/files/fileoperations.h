// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/taskscope.h"
#include "sandbox/sandbox.h"

#include <QObject>
#include <QSet>

#include <memory>

namespace Koyeb::Desktop {

/// Changes what is in the directories of a sandbox, and tells what can only be told by reading a file. Knows
/// nothing of widgets. Several may run at a time; leaving the sandbox ends them.
class FileOperations : public QObject {
    Q_OBJECT

public:
    enum class Operation { MakeDirectory, Rename, Remove, Copy, Move, ChangeMode };
    Q_ENUM(Operation)

    explicit FileOperations(QObject *parent = nullptr);
    ~FileOperations() override;

    /// Null is "not reachable".
    void setSandbox(const std::shared_ptr<Sandbox> &sandbox);
    [[nodiscard]] const std::shared_ptr<Sandbox> &sandbox() const { return m_sandbox; }
    /// Whether something is being changed in the sandbox.
    [[nodiscard]] bool isBusy() const { return m_running > 0; }

    void makeDirectory(const QByteArray &directory, const QByteArray &name);
    void rename(const QByteArray &directory, const QByteArray &name, const QByteArray &newName);
    void remove(const QList<QByteArray> &paths);
    /// Copies or moves, by `operation`. What exists is replaced only with Overwrite; otherwise it is told by
    /// existingTargetsFound() once the rest is done.
    void place(
        Operation operation, const QList<FilePlacement> &placements,
        ExistingTarget existing = ExistingTarget::Refuse);
    /// The same under names that are not taken, which are found by trying. `taken` are names that need not be
    /// tried.
    void placeBeside(
        Operation operation, const QList<FilePlacement> &placements, const QSet<QByteArray> &taken = {});
    void changeMode(const QList<QByteArray> &paths, const ModeChange &change);
    /// Answered by checksumFound() or checksumFailed(), also when the sandbox is left.
    void findChecksum(const QByteArray &path);

Q_SIGNALS:
    void busyChanged(bool busy);
    /// How much of what was last asked for is done, where it is more than a few things.
    void progressed(qsizetype done, qsizetype total);
    /// A part may have happened.
    void failed(Koyeb::Desktop::FileOperations::Operation operation, const Koyeb::Error &error);
    /// These were neither copied nor moved, because there is something at their targets.
    void existingTargetsFound(
        Koyeb::Desktop::FileOperations::Operation operation, const QList<Koyeb::FilePlacement> &placements);
    /// These could not be copied or moved.
    void placementsFailed(
        Koyeb::Desktop::FileOperations::Operation operation, const QList<Koyeb::PlacementProblem> &problems);
    /// A directory was made or an entry got a name; comes before changed().
    void entryNamed(const QByteArray &directory, const QByteArray &name);
    /// Something was changed, or may have been, in these directories.
    void changed(const QList<QByteArray> &directories);
    void checksumFound(const QByteArray &path, const QByteArray &digits);
    void checksumFailed(const QByteArray &path, const Koyeb::Error &error);

private:
    using SandboxPointer = std::shared_ptr<Sandbox>;

    void begin();
    void end(Operation operation, const QList<QByteArray> &directories, const Result<void> &result);
    // They keep the sandbox alive while they run; the scope's token ends them before anything of ours goes.
    QCoro::Task<> runMakeDirectory(
        SandboxPointer sandbox, QByteArray directory, QByteArray name, std::stop_token stop);
    QCoro::Task<> runRename(
        SandboxPointer sandbox, QByteArray directory, QByteArray name, QByteArray newName,
        std::stop_token stop);
    QCoro::Task<> runRemove(SandboxPointer sandbox, QList<QByteArray> paths, std::stop_token stop);
    QCoro::Task<> runPlace(
        SandboxPointer sandbox, Operation operation, QList<FilePlacement> placements, ExistingTarget existing,
        std::stop_token stop);
    QCoro::Task<> runPlaceBeside(
        SandboxPointer sandbox, Operation operation, QList<FilePlacement> placements, QSet<QByteArray> taken,
        std::stop_token stop);
    /// In parts, with progress. What was found before a failure counts.
    QCoro::Task<Result<void>> placeAll(
        SandboxPointer sandbox, Operation operation, QList<FilePlacement> placements, ExistingTarget existing,
        std::shared_ptr<QList<PlacementProblem>> problems, std::stop_token stop);
    QCoro::Task<> runChangeMode(
        SandboxPointer sandbox, QList<QByteArray> paths, ModeChange change, std::stop_token stop);
    QCoro::Task<> runChecksum(SandboxPointer sandbox, QByteArray path, std::stop_token stop);
    void nameIfSingle(const QList<FilePlacement> &placements, const QList<PlacementProblem> &problems);

    SandboxPointer m_sandbox;
    int m_running = 0;
    QList<QByteArray> m_pendingChecksums;
    TaskScope m_scope;
};

/// The directories that copying or moving changes.
[[nodiscard]] QList<QByteArray> directoriesOf(const QList<FilePlacement> &placements);

} // namespace Koyeb::Desktop
