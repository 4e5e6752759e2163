// SPDX-License-Identifier: Apache-2.0
#include "sandbox/download.h"

#include "sandbox/downloadscripts.h"
#include "sandbox/existingfiles.h"
#include "sandbox/localretain.h"

namespace Koyeb {

namespace {

using namespace Qt::Literals::StringLiterals;
using Type = RemoteEntry::Type;

/// Ends in the background, whoever goes away; on the disk's own thread, behind the jobs that are still there.
/// `job` tells whether it did what it should.
QCoro::Task<void> runInBackground(
    std::unique_ptr<WorkerThread> disk, std::function<bool()> job, std::function<void(bool isGone)> done)
{
    std::function<Result<bool>()> running = [job = std::move(job)]() -> Result<bool> {
        return job();
    };
    const auto result = co_await disk->run(std::move(running), std::stop_token());
    done(result.value_or(false));
}

} // namespace

Download::Download(
    Clock &clock, SandboxShell &shell, TransferGate &gate, const DownloadOrder &order, QObject *parent)
    : SandboxTransfer(clock, shell, gate, parent), m_order(order)
{
}

Download::~Download()
{
    pause();
}

QCoro::Task<Result<void>> Download::move()
{
    auto result = co_await prepare();
    if (m_isDone) {
        co_return result;
    }
    if (result && !m_isAssembled) {
        result = co_await assemble();
    }
    if (result) {
        result = co_await commit();
    }
    co_return result;
}

QCoro::Task<Result<void>> Download::assemble()
{
    auto result = co_await makeFolders();
    if (result) {
        result = co_await fetchFiles();
    }
    if (result) {
        result = co_await makeLinksAndModes();
    }
    co_return result;
}

QCoro::Task<Result<void>> Download::prepare()
{
    if (auto valid = checkRemotePath(m_order.source); !valid) {
        co_return valid;
    }
    const auto stop = stopToken();
    const auto tools = co_await shell().tools(stop);
    if (!tools) {
        co_return failure(tools.error());
    }
    if (auto possible = checkDownloadTools(shell(), *tools); !possible) {
        co_return possible;
    }
    auto plan = co_await planDownload(
        shell(), m_order.source, *tools, stop, m_order.options.links, m_order.selection);
    if (!plan) {
        co_return failure(plan.error());
    }
    m_items = std::move(plan->items);
    const auto selected = co_await selectItems();
    if (!selected) {
        co_return selected;
    }
    applyOptions();
    addProblems(plan->problems);
    const auto leftOut = co_await leaveOutFiles();
    if (!leftOut || m_isDone) {
        co_return leftOut;
    }
    meter().update([this](TransferProgress &progress) {
        for (const auto &item : std::as_const(m_items)) {
            const bool isFile = item.type == Type::File;
            progress.totalFiles += isFile ? 1 : 0;
            progress.totalBytes += isFile ? item.sizeBytes.value_or(0) : 0;
        }
    });
    const auto staged = co_await makeStage();
    if (!staged || m_isDone || m_isAssembled) {
        co_return staged;
    }
    const auto progress = meter().progress();
    std::function<Result<void>()> measuring = [stage = m_stage,
                                               bytes = progress.totalBytes - progress.keptBytes] {
        return checkFreeSpace(stage->pathOf({}).parent_path(), bytes);
    };
    co_return co_await onStage(std::move(measuring));
}

/// Makes folders look as they shall. By the looks of files it is seen whether they were changed: theirs are
/// put right in the end.
void Download::applyOptions()
{
    const auto &options = m_order.options;
    const auto now = QDateTime::currentDateTimeUtc();
    for (auto &item : m_items) {
        if (item.type == Type::Directory && !options.keepsModes) {
            item.mode = usualFolderMode;
        }
        if (item.type == Type::Directory && !options.keepsTimes) {
            item.modifiedAt = now;
        }
    }
}

/// Away from the interface, for there may be very many.
QCoro::Task<Result<void>> Download::selectItems()
{
    if (!m_order.selection) {
        co_return Result<void>();
    }
    using Items = QList<RemoteEntry>;
    std::function<Result<Items>()> selecting = [items = m_items, selection = m_order.selection]() mutable {
        items.removeIf([&selection](const RemoteEntry &item) {
            return !selection->selects(item.name, item.type == Type::Directory);
        });
        return Result<Items>(std::move(items));
    };
    auto selected = co_await disk().run(std::move(selecting), stopToken());
    if (!selected) {
        co_return failure(selected.error());
    }
    m_items = std::move(*selected);
    co_return Result<void>();
}

QCoro::Task<Result<void>> Download::makeStage()
{
    if (!checkpoint().stage.isEmpty()) {
        takeParts(checkpoint().stage);
        m_partsMayBeLeft = true;
        auto taken = co_await takeUpRemains();
        if (!taken || m_stage || m_isDone) {
            co_return taken;
        }
        taken = co_await m_parts->removeLeft(stopToken());
        if (!taken) {
            co_return taken;
        }
        m_partsMayBeLeft = false;
    }
    auto stageName = temporaryName();
    if (m_order.stagesInside) {
        std::function<Result<QByteArray>()> naming = [order = m_order, stageName]() -> Result<QByteArray> {
            return DownloadStage::nameInside(order.localDirectory, order.name, stageName);
        };
        auto named = co_await disk().run(std::move(naming), stopToken());
        if (!named) {
            co_return failure(named.error());
        }
        stageName = std::move(*named);
    }
    notes().noteStage(stageName);
    using Stage = std::shared_ptr<DownloadStage>;
    std::function<Result<Stage>()> creating = [order = m_order, stageName] {
        return DownloadStage::create(order.localDirectory, order.name, stageName, order.existing);
    };
    auto stage = co_await disk().run(std::move(creating), stopToken());
    if (!stage) {
        co_return failure(stage.error());
    }
    m_stage = std::move(*stage);
    takeParts(stageName);
    co_return Result<void>();
}

QCoro::Task<Result<void>> Download::takeUpRemains()
{
    struct Found {
        std::shared_ptr<DownloadStage> stage;
        bool isDone = false;
        bool isAssembled = false;
    };
    std::function<Result<Found>()> looking = [order = m_order, from = checkpoint(),
                                              items = m_items]() -> Result<Found> {
        const auto &top = items.first();
        auto stage = DownloadStage::reopen(order.localDirectory, order.name, from.stage, order.existing);
        if (!stage) {
            return failure(stage.error());
        }
        Found found{std::move(*stage)};
        const bool hasItem = found.stage && found.stage->hasItem();
        found.isAssembled = from.isCommitting && hasItem && order.existing == ExistingTarget::KeepBoth;
        // All is as new as its arrival without times.
        const auto time = order.options.keepsTimes ? std::optional<qint64>(attributesOf(top).modifiedSeconds)
                                                   : std::nullopt;
        const bool isUntimedFolder = !time && top.type == Type::Directory;
        // Into a folder that was there before it is merged once more, which does no harm.
        const bool mayBeThere = !isUntimedFolder || order.existing == ExistingTarget::Refuse ||
                                order.existing == ExistingTarget::KeepBoth;
        const int last = order.existing == ExistingTarget::KeepBoth ? maximumKeptNumber : 1;
        const bool mayBeDone = from.isCommitting && !hasItem && mayBeThere;
        for (int number = 1; mayBeDone && !found.isDone && number <= last; ++number) {
            const auto name = keptName(order.name, number);
            found.isDone = isUntimedFolder ? DownloadStage::isTargetTree(order.localDirectory, name, items)
                                           : DownloadStage::isTarget(
                                                 order.localDirectory, name, top.type == Type::Directory,
                                                 top.sizeBytes.value_or(0), time);
        }
        return found;
    };
    const auto found = co_await disk().run(std::move(looking), stopToken());
    if (!found) {
        co_return failure(found.error());
    }
    m_stage = found->stage;
    m_isAssembled = found->isAssembled;
    if (m_isAssembled) {
        m_stage->own();
        co_return Result<void>(); // What has been moved already would be kept a second time.
    }
    if (m_stage) {
        m_stage->own();
        notes().noteCommitting(false); // Unless it is done, that has moved nothing.
    }
    m_isDone = found->isDone;
    if (m_isDone) {
        meter().update([](TransferProgress &progress) {
            progress.doneFiles = progress.totalFiles;
            progress.doneBytes = progress.keptBytes = progress.totalBytes;
        });
    }
    if (!m_stage || m_isDone) {
        co_return Result<void>();
    }
    co_return co_await retain();
}

QCoro::Task<Result<void>> Download::retain()
{
    Retained retained;
    const auto &from = checkpoint();
    for (const auto &item : std::as_const(m_items)) {
        if (item.type == Type::Directory) {
            retained.folders.insert(item.name);
        } else if (from.files.contains(item.name) && from.files.value(item.name) == versionOf(item)) {
            retained.files.insert(
                item.name, {item.sizeBytes.value_or(0), attributesOf(item).modifiedSeconds});
        } else if (
            from.partialBytes > 0 && item.name == from.partialPath &&
            from.partialVersion == versionOf(item)) {
            retained.partialFiles.insert(item.name, from.partialBytes);
        }
    }
    using Names = QSet<QByteArray>;
    std::function<Result<Names>()> retaining = [stage = m_stage, retained] {
        return stage->retain(retained);
    };
    auto left = co_await disk().run(std::move(retaining), stopToken());
    if (!left) {
        co_return failure(left.error());
    }
    m_arrived = std::move(*left);
    if (!retained.partialFiles.isEmpty() && m_arrived.remove(from.partialPath)) {
        m_partial = from.partialPath;
    }
    meter().update([this](TransferProgress &progress) {
        for (const auto &item : std::as_const(m_items)) {
            if (item.type == Type::File && hasArrived(item)) {
                progress.keptBytes += item.sizeBytes.value_or(0);
                ++progress.doneFiles;
            }
        }
        progress.doneBytes = progress.keptBytes;
    });
    co_return Result<void>();
}

qint64 Download::keptBytesOf(const RemoteEntry &file) const
{
    return m_partial == file.name ? checkpoint().partialBytes : 0;
}

void Download::adoptStage(const QByteArray &name)
{
    m_abandonedStage = name;
    takeParts(name);
    m_partsMayBeLeft = true;
}

void Download::takeParts(const QByteArray &stageName)
{
    // By the same name, so that another attempt finds them, too.
    m_parts = std::make_unique<RemoteParts>(shell().executor().clock(), shell(), remoteName(stageName));
}

FileFetch::Means Download::means()
{
    return {shell(), disk(), meter(), stopToken(), notes(), gate(), *m_parts, m_order.options.links};
}

QCoro::Task<Result<void>> Download::fetchFile(RemoteEntry file, bool *isHere)
{
    const auto path = remotePath(file.name);
    meter().update([&path](TransferProgress &progress) { progress.currentPath = path; });
    FileFetch fetch(means(), m_stage, path, file, keptBytesOf(file));
    const auto fetched = co_await fetch.run();
    *isHere = fetch.hasFile();
    if (fetched && fetch.hasOutgrown()) {
        const auto reason = u"The file grew faster than it could be read; its beginning was downloaded."_s;
        addProblem({path, Error::of(ErrorKind::Integrity, reason), true});
    }
    co_return fetched;
}

void Download::addItemProblems(const QList<TransferProblem> &problems)
{
    for (const auto &problem : problems) {
        addProblem({remotePath(problem.path), problem.error, problem.isMoved});
    }
}

QCoro::Task<Result<void>> Download::commit()
{
    using Problems = QList<TransferProblem>;
    std::function<Result<Problems>()> committing = [stage = m_stage] {
        return stage->commit();
    };
    notes().noteCommitting(true);
    auto problems = co_await disk().run(std::move(committing), stopToken());
    if (!problems) {
        co_return failure(problems.error());
    }
    addItemProblems(*problems);
    co_return Result<void>();
}

QCoro::Task<Result<void>> Download::onStage(std::function<Result<void>()> job)
{
    return disk().run(std::move(job), stopToken());
}

QByteArray Download::remotePath(const QByteArray &path) const
{
    return path.isEmpty() ? m_order.source : joinRemotePath(m_order.source, path);
}

void Download::addBytes(qint64 bytes)
{
    meter().update([bytes](TransferProgress &progress) { progress.doneBytes += bytes; });
}

void Download::leaveStage(StageEnd end, std::function<void(bool isGone)> done)
{
    // Both sides; parts in the sandbox are of no use to another attempt.
    auto leaveLocally = [disk = std::make_shared<std::unique_ptr<WorkerThread>>(takeDisk()),
                         leaving = localLeaving(end), done = std::move(done)](bool partsAreGone) {
        auto both = [done, partsAreGone](bool isGone) {
            done(isGone && partsAreGone);
        };
        runInBackground(std::move(*disk), leaving, std::move(both));
    };
    if (const auto parts = std::move(m_parts)) {
        parts->remove(m_partsMayBeLeft, std::move(leaveLocally));
    } else {
        leaveLocally(true);
    }
}

/// What is to be done on the disk at the end, and tells whether it went as it should.
std::function<bool()> Download::localLeaving(StageEnd end)
{
    if (m_stage) {
        // Its end removes what it holds, unless it is kept.
        return [held = std::make_shared<std::shared_ptr<DownloadStage>>(std::move(m_stage)), end] {
            if (end == StageEnd::Keep) {
                (*held)->keep();
            }
            held->reset();
            return true;
        };
    }
    return [order = m_order, name = m_abandonedStage] {
        if (name.isEmpty()) {
            return true;
        }
        const auto stage = DownloadStage::reopen(order.localDirectory, order.name, name, order.existing);
        if (stage && *stage) {
            (*stage)->own(); // Its end removes it.
        }
        return stage.has_value();
    };
}

} // namespace Koyeb
