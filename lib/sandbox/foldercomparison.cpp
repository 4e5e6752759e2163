// SPDX-License-Identifier: Apache-2.0
#include "sandbox/foldercomparison.h"

#include "sandbox/contentcomparison.h"
#include "sandbox/downloadplan.h"
#include "sandbox/existingfiles.h"

#include <map>

namespace Koyeb {

namespace {

using namespace Qt::Literals::StringLiterals;
using Kind = FolderDifference::Kind;
using Type = ComparedEntry::Type;

struct Pair {
    std::optional<FileLook> here;
    std::optional<FileLook> there;
};
/// In the order in which folders come right before what they hold.
struct PathOrder {
    bool operator()(const QByteArray &a, const QByteArray &b) const
    {
        return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end(), [](char one, char other) {
            return (one == '/' ? 0 : static_cast<unsigned char>(one) + 1) <
                   (other == '/' ? 0 : static_cast<unsigned char>(other) + 1);
        });
    }
};
using Pairs = std::map<QByteArray, Pair, PathOrder>;

ComparedEntry entryOf(const FileLook &look)
{
    constexpr std::array types{Type::File, Type::Directory, Type::SymbolicLink, Type::Other};
    const auto type = types[static_cast<size_t>(look.type)];
    return {type, type == Type::File ? look.sizeBytes : -1, look.modifiedSeconds};
}

/// How they differ by what is seen of them; nothing when they do not.
std::optional<Kind> differenceOf(const Pair &pair)
{
    const auto isOther = [](const std::optional<FileLook> &look) {
        return look && look->type == FileLook::Type::Other;
    };
    if (isOther(pair.here) || isOther(pair.there)) {
        return Kind::InTheWay;
    }
    if (!pair.here || !pair.there) {
        return pair.here ? Kind::OnlyHere : Kind::OnlyThere;
    }
    if (pair.here->type != pair.there->type) {
        return Kind::InTheWay;
    }
    if (pair.here->type == FileLook::Type::Directory) {
        return {};
    }
    if (pair.here->type == FileLook::Type::SymbolicLink) {
        return pair.here->linkTarget == pair.there->linkTarget ? std::nullopt
                                                               : std::optional(Kind::Different);
    }
    if (pair.here->modifiedSeconds != pair.there->modifiedSeconds) {
        return pair.here->modifiedSeconds > pair.there->modifiedSeconds ? Kind::NewerHere : Kind::NewerThere;
    }
    return pair.here->sizeBytes == pair.there->sizeBytes ? std::nullopt : std::optional(Kind::Different);
}

/// Whether only the content can tell.
bool needsContent(const Pair &pair)
{
    return pair.here && pair.there && pair.here->type == FileLook::Type::File &&
           pair.there->type == FileLook::Type::File && pair.here->sizeBytes == pair.there->sizeBytes;
}

FolderComparison comparisonOf(const Pairs &pairs, const QSet<QByteArray> &same, bool byChecksum)
{
    FolderComparison comparison;
    for (const auto &[path, pair] : pairs) {
        auto difference = differenceOf(pair);
        if (byChecksum && needsContent(pair)) {
            // Of those that differ the times tell which is newer.
            difference =
                same.contains(path) ? std::nullopt : std::optional(difference.value_or(Kind::Different));
        }
        if (difference) {
            FolderDifference told{path, *difference, {}, {}};
            told.here = pair.here ? std::optional(entryOf(*pair.here)) : std::nullopt;
            told.there = pair.there ? std::optional(entryOf(*pair.there)) : std::nullopt;
            comparison.differences.append(told);
        } else if (pair.here->type != FileLook::Type::Directory) {
            ++comparison.sameFiles;
        }
    }
    return comparison;
}

/// What both sides have, without the folders themselves, and without what is there only while a transfer is
/// under way.
Pairs paired(
    const QList<UploadItem> &here, const QList<RemoteEntry> &there, const TransferSelection &selection)
{
    Pairs pairs;
    for (const auto &item : here.mid(1)) {
        if (!isTemporaryPath(item.path)) {
            pairs[item.path].here = lookOf(item);
        }
    }
    for (const auto &entry : there.mid(1)) {
        if (!isTemporaryPath(entry.name) &&
            selection.selects(entry.name, entry.type == RemoteEntry::Type::Directory)) {
            pairs[entry.name].there = lookOf(entry);
        }
    }
    return pairs;
}

/// The files of which only the content can tell whether they differ.
QHash<QByteArray, qint64> sameSizes(const Pairs &pairs)
{
    QHash<QByteArray, qint64> files;
    for (const auto &[path, pair] : pairs) {
        if (needsContent(pair)) {
            files.insert(path, pair.here->sizeBytes);
        }
    }
    return files;
}

Error noFolder()
{
    return Error::of(ErrorKind::Conflict, u"This is not a folder."_s);
}

} // namespace

QCoro::Task<Result<FolderComparison>> compareFolders(
    ExecutorClient &sandbox, WorkerThread &disk, FolderComparisonOrder order, std::stop_token stop)
{
    SandboxShell shell(sandbox);
    const auto tools = co_await shell.tools(stop);
    if (!tools) {
        co_return failure(tools.error());
    }
    QList<QStringList> missing;
    if (!tools->findPrintf && !tools->statFormat) {
        missing.append({u"find"_s, u"stat"_s});
    }
    if (order.byChecksum && !tools->hashes()) {
        missing.append({u"sha256sum"_s, u"openssl"_s});
    }
    if (!missing.isEmpty()) {
        co_return failure(missingToolsError(missing));
    }
    const TransferSelection selection(order.leftOut);
    std::function<Result<UploadPlan>()> planning = [local = order.local, selection, stop] {
        return planUpload(local, stop, &selection);
    };
    const auto here = co_await disk.run(std::move(planning), stop);
    if (!here) {
        co_return failure(here.error());
    }
    const auto there = co_await planDownload(shell, order.remote, *tools, stop);
    const bool isMissing =
        !there && there.error().kind == ErrorKind::NotFound && there.error().httpStatus == 0;
    if (!there && !isMissing) {
        co_return failure(there.error());
    }
    if (here->items.first().type != UploadItem::Type::Directory ||
        (there && there->items.first().type != RemoteEntry::Type::Directory)) {
        co_return failure(noFolder());
    }
    // Of a hundred thousand on both sides: not on the interface's thread.
    using Shared = std::shared_ptr<const Pairs>;
    std::function<Result<Shared>()> pairing = [ours = here->items, selection,
                                               theirs = there ? there->items : QList<RemoteEntry>()] {
        return Result<Shared>(std::make_shared<const Pairs>(paired(ours, theirs, selection)));
    };
    const auto pairs = co_await disk.run(std::move(pairing), stop);
    if (!pairs) {
        co_return failure(pairs.error());
    }
    QSet<QByteArray> same;
    if (order.byChecksum) {
        ContentComparison contents(shell, disk, order.local, order.remote);
        auto candidates = sameSizes(**pairs);
        const auto found = co_await contents.same(std::move(candidates), stop);
        if (!found) {
            co_return failure(found.error());
        }
        same = *found;
    }
    std::function<Result<FolderComparison>()> comparing = [pairs = *pairs, same, by = order.byChecksum] {
        return Result<FolderComparison>(comparisonOf(*pairs, same, by));
    };
    auto comparison = co_await disk.run(std::move(comparing), stop);
    if (comparison) {
        comparison->problems = here->problems + (there ? there->problems : QList<TransferProblem>());
    }
    co_return comparison;
}

} // namespace Koyeb
