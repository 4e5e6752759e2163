// SPDX-License-Identifier: GPL-3.0-or-later
#include "files/fileoperations.h"

#include "files/remotepaths.h"

#include <algorithm>
#include <utility>

namespace Koyeb::Desktop {

namespace {

// One request is for so many, so that progress can be seen.
constexpr qsizetype placementsPerRequest = 50;
constexpr int highestNumber = 999;

QList<QByteArray> parentsOf(const QList<QByteArray> &paths)
{
    QList<QByteArray> parents;
    for (const QByteArray &path : paths) {
        if (const QByteArray parent = remoteParent(path); !parents.contains(parent)) {
            parents.append(parent);
        }
    }
    return parents;
}

/// The placements whose targets exist; their problems are taken out.
QList<FilePlacement> takeConflicts(QList<PlacementProblem> &problems)
{
    QList<FilePlacement> conflicts;
    problems.removeIf([&](const PlacementProblem &problem) {
        if (problem.targetExists) {
            conflicts.append(problem.placement);
        }
        return problem.targetExists;
    });
    return conflicts;
}

} // namespace

QList<QByteArray> directoriesOf(const QList<FilePlacement> &placements)
{
    QList<QByteArray> paths;
    for (const FilePlacement &placement : placements) {
        paths << placement.from << placement.to;
    }
    return parentsOf(paths);
}

FileOperations::FileOperations(QObject *parent) : QObject(parent) {}

FileOperations::~FileOperations() = default;

void FileOperations::setSandbox(const std::shared_ptr<Sandbox> &sandbox)
{
    if (sandbox == m_sandbox) {
        return;
    }
    m_scope.restart();
    m_sandbox = sandbox;
    if (std::exchange(m_running, 0) > 0) {
        Q_EMIT busyChanged(false);
    }
    const auto unanswered = std::exchange(m_pendingChecksums, {});
    for (const QByteArray &path : unanswered) {
        Q_EMIT checksumFailed(path, Error::cancelled());
    }
}

void FileOperations::makeDirectory(const QByteArray &directory, const QByteArray &name)
{
    if (m_sandbox) {
        runMakeDirectory(m_sandbox, directory, name, m_scope.token());
    }
}

void FileOperations::rename(const QByteArray &directory, const QByteArray &name, const QByteArray &newName)
{
    if (m_sandbox) {
        runRename(m_sandbox, directory, name, newName, m_scope.token());
    }
}

void FileOperations::remove(const QList<QByteArray> &paths)
{
    if (m_sandbox && !paths.isEmpty()) {
        runRemove(m_sandbox, paths, m_scope.token());
    }
}

void FileOperations::place(
    Operation operation, const QList<FilePlacement> &placements, ExistingTarget existing)
{
    if (m_sandbox && !placements.isEmpty()) {
        runPlace(m_sandbox, operation, placements, existing, m_scope.token());
    }
}

void FileOperations::placeBeside(
    Operation operation, const QList<FilePlacement> &placements, const QSet<QByteArray> &taken)
{
    if (m_sandbox && !placements.isEmpty()) {
        runPlaceBeside(m_sandbox, operation, placements, taken, m_scope.token());
    }
}

void FileOperations::changeMode(const QList<QByteArray> &paths, const ModeChange &change)
{
    if (m_sandbox && !paths.isEmpty()) {
        runChangeMode(m_sandbox, paths, change, m_scope.token());
    }
}

void FileOperations::findChecksum(const QByteArray &path)
{
    if (m_sandbox) {
        m_pendingChecksums.append(path);
        runChecksum(m_sandbox, path, m_scope.token());
    } else {
        Q_EMIT checksumFailed(path, Error::of(ErrorKind::Offline, {}));
    }
}

void FileOperations::begin()
{
    ++m_running;
    Q_EMIT busyChanged(true);
}

void FileOperations::end(
    Operation operation, const QList<QByteArray> &directories, const Result<void> &result)
{
    --m_running;
    Q_EMIT busyChanged(isBusy());
    if (!result) {
        Q_EMIT failed(operation, result.error());
    }
    // Also after a failure: a part may have happened.
    Q_EMIT changed(directories);
}

QCoro::Task<> FileOperations::runMakeDirectory(
    SandboxPointer sandbox, QByteArray directory, QByteArray name, std::stop_token stop)
{
    begin();
    const auto result = co_await sandbox->files().makeDirectory(joinRemotePath(directory, name), stop);
    if (stop.stop_requested()) {
        co_return;
    }
    if (result) {
        Q_EMIT entryNamed(directory, name);
    }
    end(Operation::MakeDirectory, {directory}, result);
}

QCoro::Task<> FileOperations::runRename(
    SandboxPointer sandbox, QByteArray directory, QByteArray name, QByteArray newName, std::stop_token stop)
{
    begin();
    const QByteArray from = joinRemotePath(directory, name);
    const QByteArray to = joinRemotePath(directory, newName);
    const auto result = co_await sandbox->files().rename(from, to, stop);
    if (stop.stop_requested()) {
        co_return;
    }
    if (result) {
        Q_EMIT entryNamed(directory, newName);
    }
    end(Operation::Rename, {directory}, result);
}

QCoro::Task<> FileOperations::runRemove(SandboxPointer sandbox, QList<QByteArray> paths, std::stop_token stop)
{
    begin();
    const auto result = co_await sandbox->files().remove(paths, stop);
    if (!stop.stop_requested()) {
        end(Operation::Remove, parentsOf(paths), result);
    }
}

QCoro::Task<Result<void>> FileOperations::placeAll(
    SandboxPointer sandbox, Operation operation, QList<FilePlacement> placements, ExistingTarget existing,
    std::shared_ptr<QList<PlacementProblem>> problems, std::stop_token stop)
{
    for (qsizetype done = 0; done < placements.size(); done += placementsPerRequest) {
        if (placements.size() > placementsPerRequest) {
            Q_EMIT progressed(done, placements.size());
        }
        const auto part = placements.mid(done, placementsPerRequest);
        auto task = operation == Operation::Copy ? sandbox->files().copy(part, stop, existing)
                                                 : sandbox->files().move(part, stop, existing);
        const auto found = co_await std::move(task);
        if (!found) {
            co_return failure(found.error());
        }
        problems->append(*found);
    }
    co_return Result<void>();
}

QCoro::Task<> FileOperations::runPlace(
    SandboxPointer sandbox, Operation operation, QList<FilePlacement> placements, ExistingTarget existing,
    std::stop_token stop)
{
    begin();
    const auto problems = std::make_shared<QList<PlacementProblem>>();
    const auto result = co_await placeAll(sandbox, operation, placements, existing, problems, stop);
    if (stop.stop_requested()) {
        co_return;
    }
    if (result) {
        nameIfSingle(placements, *problems);
    }
    const auto conflicts =
        existing == ExistingTarget::Refuse ? takeConflicts(*problems) : QList<FilePlacement>();
    if (!problems->isEmpty()) {
        Q_EMIT placementsFailed(operation, *problems);
    }
    if (!conflicts.isEmpty()) {
        Q_EMIT existingTargetsFound(operation, conflicts);
    }
    end(operation, directoriesOf(placements), result);
}

QCoro::Task<> FileOperations::runPlaceBeside(
    SandboxPointer sandbox, Operation operation, QList<FilePlacement> placements, QSet<QByteArray> taken,
    std::stop_token stop)
{
    begin();
    const QList<QByteArray> directories = directoriesOf(placements);
    QList<PlacementProblem> failures;
    Result<void> result;
    const auto original = placements;
    for (int number = 2; number <= highestNumber && !placements.isEmpty() && result; ++number) {
        QList<FilePlacement> attempts;
        QList<FilePlacement> later;
        for (const FilePlacement &placement : std::as_const(placements)) {
            const QByteArray name = numberedName(remoteName(placement.to), number);
            if (taken.contains(name)) {
                later.append(placement);
            } else {
                attempts.append({placement.from, joinRemotePath(remoteParent(placement.to), name)});
            }
        }
        const auto problems = std::make_shared<QList<PlacementProblem>>();
        result = co_await placeAll(sandbox, operation, attempts, ExistingTarget::Refuse, problems, stop);
        if (stop.stop_requested()) {
            co_return;
        }
        const auto conflicts = takeConflicts(*problems);
        for (const FilePlacement &conflict : conflicts) {
            const auto first = std::find_if(original.begin(), original.end(), [&](const auto &placement) {
                return placement.from == conflict.from &&
                       remoteParent(placement.to) == remoteParent(conflict.to);
            });
            later.append(*first);
        }
        failures += *problems;
        if (result && conflicts.isEmpty() && original.size() == 1) {
            nameIfSingle(attempts, *problems);
        }
        placements = later;
    }
    for (const FilePlacement &placement : std::as_const(placements)) {
        if (result) { // Every name that was tried is taken.
            failures.append({placement, Error::of(ErrorKind::Conflict, {}), true});
        }
    }
    if (!failures.isEmpty()) {
        Q_EMIT placementsFailed(operation, failures);
    }
    end(operation, directories, result);
}

void FileOperations::nameIfSingle(
    const QList<FilePlacement> &placements, const QList<PlacementProblem> &problems)
{
    if (placements.size() == 1 && problems.isEmpty()) {
        Q_EMIT entryNamed(remoteParent(placements[0].to), remoteName(placements[0].to));
    }
}

QCoro::Task<> FileOperations::runChangeMode(
    SandboxPointer sandbox, QList<QByteArray> paths, ModeChange change, std::stop_token stop)
{
    begin();
    const auto result = co_await sandbox->files().changeMode(paths, change, stop);
    if (!stop.stop_requested()) {
        end(Operation::ChangeMode, parentsOf(paths), result);
    }
}

QCoro::Task<> FileOperations::runChecksum(SandboxPointer sandbox, QByteArray path, std::stop_token stop)
{
    const auto digits = co_await sandbox->files().checksum(path, stop);
    if (stop.stop_requested()) {
        co_return;
    }
    m_pendingChecksums.removeOne(path);
    if (digits) {
        Q_EMIT checksumFound(path, *digits);
    } else {
        Q_EMIT checksumFailed(path, digits.error());
    }
}

} // namespace Koyeb::Desktop
