// SPDX-License-Identifier: Apache-2.0
#include "sandbox/uploadremains.h"

#include "executor/shellquote.h"
#include "sandbox/downloadplan.h"
#include "sandbox/existingfiles.h"

namespace Koyeb {

namespace {

using namespace Qt::Literals::StringLiterals;
using Type = RemoteEntry::Type;

/// Of names in one command, before quoting.
constexpr qsizetype namesInCommandBytes = 10 * 1024;

/// Where find cannot tell of a whole tree, each folder costs a request.
constexpr qsizetype maximumFoldersListed = 500;

/// What lies at `path`, itself included, with an empty name. Empty when there is nothing.
QCoro::Task<Result<QList<RemoteEntry>>> listTree(
    SandboxShell &shell, QByteArray path, SandboxTools tools, std::stop_token stop)
{
    auto plan = co_await planDownload(shell, std::move(path), tools, std::move(stop));
    if (!plan && plan.error().kind == ErrorKind::NotFound) {
        co_return QList<RemoteEntry>();
    }
    if (!plan) {
        co_return failure(plan.error());
    }
    co_return std::move(plan->items);
}

bool isListedQuickly(const UploadPlan &plan, const SandboxTools &tools)
{
    const auto folders = std::count_if(plan.items.cbegin(), plan.items.cend(), [](const UploadItem &item) {
        return item.type == UploadItem::Type::Directory;
    });
    return tools.findPrintf || (tools.statFormat && folders <= maximumFoldersListed);
}

/// Whether the entry looks as what becomes of the item; uploads set sizes and, unless they are renewed at the
/// end, times.
bool isUntouched(const RemoteEntry &entry, const UploadItem &item, bool keepsTimes = true)
{
    return entry.type == Type::File && entry.sizeBytes == item.sizeBytes &&
           (!keepsTimes || entry.modifiedAt.toSecsSinceEpoch() == item.modifiedSeconds);
}

bool looksAs(const RemoteEntry &entry, const UploadItem &item, bool keepsTimes)
{
    switch (item.type) {
    case UploadItem::Type::File:
        return isUntouched(entry, item, keepsTimes);
    case UploadItem::Type::Directory:
        return entry.type == Type::Directory;
    case UploadItem::Type::SymbolicLink:
        return entry.type == Type::SymbolicLink && entry.linkTarget == item.linkTarget;
    }
    return false;
}

/// Whether all of the plan is among the entries, as it was uploaded.
bool holdsPlan(const QList<RemoteEntry> &entries, const UploadPlan &plan, bool keepsTimes)
{
    QHash<QByteArray, const RemoteEntry *> byName;
    for (const auto &entry : entries) {
        byName.insert(entry.name, &entry);
    }
    return std::all_of(plan.items.cbegin(), plan.items.cend(), [&](const UploadItem &item) {
        const auto *entry = byName.value(item.path);
        return entry && looksAs(*entry, item, keepsTimes);
    });
}

/// Takes up what is still worth something; the result is what is not.
QList<QByteArray> takeUp(
    UploadRemains &remains, const QList<RemoteEntry> &entries, const UploadPlan &plan,
    const TransferCheckpoint &checkpoint)
{
    QHash<QByteArray, const UploadItem *> planned;
    for (const auto &item : plan.items) {
        planned.insert(item.path, &item);
    }
    QList<QByteArray> stale;
    for (const auto &entry : entries) {
        const auto *item = planned.value(entry.name);
        if (item && entry.type == Type::Directory && item->type == UploadItem::Type::Directory) {
            continue;
        }
        const bool isFile = item && entry.type == Type::File && item->type == UploadItem::Type::File;
        const auto arrived = checkpoint.files.constFind(entry.name);
        if (isFile && arrived != checkpoint.files.cend() && *arrived == item->version() &&
            isUntouched(entry, *item)) {
            remains.files.insert(entry.name);
            continue;
        }
        const bool isPartial = isFile && checkpoint.partialBytes > 0 &&
                               entry.name == checkpoint.partialPath &&
                               checkpoint.partialVersion == item->version() &&
                               entry.sizeBytes.value_or(0) >= checkpoint.partialBytes;
        if (isPartial) {
            remains.partialPath = entry.name;
            remains.partialBytes = checkpoint.partialBytes;
            continue;
        }
        stale.append(entry.name);
    }
    return stale;
}

QCoro::Task<Result<void>> removeItems(
    std::shared_ptr<RemoteStage> stage, QList<QByteArray> paths, std::stop_token stop)
{
    if (paths.contains(QByteArray(""))) {
        const auto all = u"rm -rf -- "_s + shellQuoted(stage->paths().item({}));
        const auto removed = co_await stage->run(all, Repeatable::Safely, stop);
        co_return removed ? Result<void>() : failure(removed.error());
    }
    for (qsizetype start = 0; start < paths.size();) {
        QList<QByteArray> names;
        qsizetype bytes = 0;
        while (start < paths.size() && bytes <= namesInCommandBytes) {
            bytes += paths[start].size();
            names.append("./" + paths[start]);
            ++start;
        }
        // Relative names, for the way to the stage may be long.
        const auto script =
            u"cd "_s + shellQuoted(stage->paths().item({})) + u" && rm -rf -- "_s + shellQuoted(names);
        const auto removed = co_await stage->run(script, Repeatable::Safely, stop);
        if (!removed) {
            co_return failure(removed.error());
        }
    }
    co_return Result<void>();
}

/// Whether the plan has come to its target, or to one of the names that it gets when both are kept.
QCoro::Task<bool> hasArrived(
    SandboxShell &shell, QByteArray target, UploadPlan plan, ExistingTarget existing, bool keepsTimes,
    SandboxTools tools, std::stop_token stop)
{
    const int last = existing == ExistingTarget::KeepBoth ? maximumKeptNumber : 1;
    for (int number = 1; number <= last; ++number) {
        const auto path = joinRemotePath(remoteParent(target), keptName(remoteName(target), number));
        const auto entries = co_await listTree(shell, path, tools, stop);
        if (!entries || entries->isEmpty()) {
            break;
        }
        if (holdsPlan(*entries, plan, keepsTimes)) {
            co_return true;
        }
    }
    co_return false;
}

/// All that is not a folder, as if it were in the stage.
QSet<QByteArray> allFiles(const UploadPlan &plan)
{
    QSet<QByteArray> files;
    for (const auto &item : plan.items) {
        if (item.type != UploadItem::Type::Directory) {
            files.insert(item.path);
        }
    }
    return files;
}

} // namespace

QCoro::Task<Result<UploadRemains>> findUploadRemains(
    SandboxShell &shell, std::shared_ptr<RemoteStage> stage, UploadPlan plan, TransferCheckpoint checkpoint,
    ExistingTarget existing, bool keepsTimes, SandboxTools tools, std::stop_token stop)
{
    UploadRemains remains;
    const auto script = findStageScript(stage->paths());
    const auto found = co_await stage->run(script, Repeatable::Safely, stop);
    if (!found) {
        co_return failure(found.error());
    }
    if (!found->startsWith(foundStageLine)) {
        if (!checkpoint.isCommitting || !found->endsWith(foundTargetLine)) {
            co_return remains;
        }
        const bool arrived =
            co_await hasArrived(shell, stage->paths().target, plan, existing, keepsTimes, tools, stop);
        remains.state = arrived ? UploadRemains::State::Arrived : UploadRemains::State::Nothing;
        co_return remains;
    }
    if (!isListedQuickly(plan, tools)) {
        const auto removed = co_await stage->run(removeStageScript(stage->paths()), Repeatable::Safely, stop);
        co_return removed ? Result<UploadRemains>(remains) : failure(removed.error());
    }
    const auto entries = co_await listTree(shell, stage->paths().item({}), tools, stop);
    if (!entries) {
        co_return failure(entries.error());
    }
    if (entries->isEmpty() && checkpoint.isCommitting) {
        // The item itself has been moved; the stage was to be removed next.
        const bool arrived =
            co_await hasArrived(shell, stage->paths().target, plan, existing, keepsTimes, tools, stop);
        if (arrived) {
            remains.state = UploadRemains::State::Arrived;
            co_return remains;
        }
    }
    remains.state = UploadRemains::State::Stage;
    if (!entries->isEmpty() && checkpoint.isCommitting && existing == ExistingTarget::KeepBoth) {
        // What has been moved already would be kept a second time if it were sent once more.
        remains.files = allFiles(plan);
        co_return remains;
    }
    auto stale = takeUp(remains, *entries, plan, checkpoint);
    const auto removed = co_await removeItems(stage, std::move(stale), stop);
    co_return removed ? Result<UploadRemains>(remains) : failure(removed.error());
}

} // namespace Koyeb
