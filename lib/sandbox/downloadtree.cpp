// SPDX-License-Identifier: Apache-2.0
// How a Download puts together what is in a folder: folders, small files many at once, large ones, links.
#include "sandbox/batchfetch.h"
#include "sandbox/download.h"

namespace Koyeb {

namespace {

using namespace Qt::Literals::StringLiterals;
using Type = RemoteEntry::Type;

/// Makes links and gives folders their modes. The result is what has no place, by its path in the item.
Result<QList<TransferProblem>> finishItems(
    DownloadStage &stage, const QList<RemoteEntry> &items, const TransferOptions &options)
{
    QList<TransferProblem> problems;
    const auto judge = [&problems](const RemoteEntry &item, const Result<void> &result) {
        const bool isAlone = !result && !item.name.isEmpty() && concernsItemOnly(result.error());
        if (isAlone) {
            problems.append({item.name, result.error(), item.type == Type::Directory});
        }
        return isAlone ? Result<void>() : result;
    };
    for (const auto &item : items) {
        if (item.type == Type::File) {
            stage.applyOptions(item.name, options);
        }
        if (item.type == Type::SymbolicLink) {
            if (auto made = judge(item, stage.makeLink(item.name, item.linkTarget)); !made) {
                return failure(made.error());
            }
        }
    }
    // Deepest first: what is above stays accessible meanwhile.
    for (auto item = items.crbegin(); item != items.crend(); ++item) {
        if (item->type == Type::Directory) {
            if (auto set = judge(*item, stage.setDirectory(item->name, attributesOf(*item))); !set) {
                return failure(set.error());
            }
        }
    }
    return problems;
}

/// Whether the folder that a path is in is among these.
bool isIn(const QSet<QByteArray> &folders, const QByteArray &path)
{
    const auto slash = path.lastIndexOf('/');
    return slash > 0 && folders.contains(path.left(slash));
}

} // namespace

QCoro::Task<Result<void>> Download::makeFolders()
{
    QList<QByteArray> folders;
    for (const auto &item : std::as_const(m_items)) {
        if (item.type == Type::Directory) {
            folders.append(item.name);
        }
    }
    struct Made {
        QList<TransferProblem> problems;
        QSet<QByteArray> missing;
    };
    std::function<Result<Made>()> making = [stage = m_stage, folders]() -> Result<Made> {
        Made made;
        for (const auto &folder : folders) {
            if (isIn(made.missing, folder)) {
                made.missing.insert(folder);
                continue;
            }
            const auto result = stage->makeDirectory(folder);
            if (!result && (folder.isEmpty() || !concernsItemOnly(result.error()))) {
                return failure(result.error());
            }
            if (!result) {
                made.problems.append({folder, result.error()});
                made.missing.insert(folder);
            }
        }
        return made;
    };
    const auto made = co_await disk().run(std::move(making), stopToken());
    if (!made) {
        co_return failure(made.error());
    }
    addItemProblems(made->problems);
    if (!made->missing.isEmpty()) {
        leaveOutBelow(made->missing);
    }
    co_return Result<void>();
}

/// These folders, and what is in them, have no place; that is told already.
void Download::leaveOutBelow(const QSet<QByteArray> &missing)
{
    TransferProgress leftOut;
    m_items.removeIf([&](const RemoteEntry &item) {
        const bool isLeftOut = missing.contains(item.name) || isIn(missing, item.name);
        if (isLeftOut && item.type == Type::File) {
            ++leftOut.totalFiles;
            leftOut.totalBytes += item.sizeBytes.value_or(0);
        }
        return isLeftOut;
    });
    meter().update([&leftOut](TransferProgress &progress) {
        progress.totalFiles -= leftOut.totalFiles;
        progress.totalBytes -= leftOut.totalBytes;
    });
}

QCoro::Task<Result<void>> Download::fetchFiles()
{
    QList<RemoteEntry> small;
    QList<RemoteEntry> alone;
    const auto tools = co_await shell().tools(stopToken());
    if (!tools) {
        co_return failure(tools.error());
    }
    for (const auto &item : std::as_const(m_items)) {
        if (item.type == Type::File && !hasArrived(item)) {
            // Only sha256sum tells the hashes of many files at once.
            const bool isSmall =
                tools->sha256sum && item.sizeBytes.value_or(0) <= smallFileBytes && !item.name.isEmpty();
            (isSmall ? small : alone).append(item);
        }
    }
    BatchFetch batches(means(), m_stage, m_order.source, std::move(small));
    auto fetched = co_await batches.run();
    if (!fetched && fetched.error().isCancelled()) {
        co_return fetched;
    }
    addItemProblems(batches.problems());
    alone += batches.left();
    for (const auto &item : alone) {
        if (!fetched) {
            break;
        }
        bool isHere = false;
        auto fetching = item.name.isEmpty() ? fetchFile(item, &isHere) : fetchFileOfTree(item);
        fetched = co_await fetching;
    }
    co_return fetched;
}

QCoro::Task<Result<void>> Download::fetchFileOfTree(RemoteEntry file)
{
    const auto doneBefore = meter().progress().doneBytes;
    bool isHere = false;
    const auto fetched = co_await fetchFile(file, &isHere);
    if (fetched || !concernsItemOnly(fetched.error())) {
        co_return fetched;
    }
    addBytes(doneBefore - meter().progress().doneBytes);
    addProblem({remotePath(file.name), fetched.error()});
    if (!isHere) {
        co_return Result<void>(); // At its place is another one, whose name the disk takes for the same.
    }
    std::function<Result<void>()> removing = [stage = m_stage, path = file.name]() -> Result<void> {
        (void)stage->removeFile(path);
        return {};
    };
    co_return co_await onStage(std::move(removing));
}

QCoro::Task<Result<void>> Download::makeLinksAndModes()
{
    // Links last, so that no path can lead through one; then the folders' modes, which may forbid writing.
    for (const auto &item : std::as_const(m_items)) {
        if (item.type != Type::File && item.type != Type::Directory && item.type != Type::SymbolicLink) {
            addProblem({remotePath(item.name), noFileError()});
        }
    }
    using Problems = QList<TransferProblem>;
    std::function<Result<Problems>()> making = [stage = m_stage, items = m_items, options = m_order.options] {
        return finishItems(*stage, items, options);
    };
    const auto problems = co_await disk().run(std::move(making), stopToken());
    if (!problems) {
        co_return failure(problems.error());
    }
    addItemProblems(*problems);
    co_return Result<void>();
}

} // namespace Koyeb
