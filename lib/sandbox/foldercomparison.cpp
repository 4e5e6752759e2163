// SPDX-License-Identifier: Apache-2.0
#include "sandbox/foldercomparison.h"

#include "executor/shellquote.h"
#include "sandbox/downloadplan.h"
#include "sandbox/existingfiles.h"
#include "sandbox/uploadsource.h"

#include <map>

namespace Koyeb {

namespace {

using namespace Qt::Literals::StringLiterals;
using Kind = FolderDifference::Kind;
using Type = ComparedEntry::Type;

/// Of names in one command, before quoting, and of content that is read for one.
constexpr qsizetype namesInCommandBytes = 10 * 1024;
constexpr qint64 bytesInCommand = 1024LL * 1024 * 1024;

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

QByteArray hashOf(const std::filesystem::path &path)
{
    const auto item = uploadItemAt(path, {});
    const auto file = item ? UploadSource::open(*item) : failure(item.error());
    if (!file || !(*file)->skip((*file)->sizeBytes())) {
        return {};
    }
    return (*file)->conclude().value_or(QByteArray());
}

/// Compares content, many files with one request.
class ContentComparison {
public:
    ContentComparison(SandboxShell &shell, WorkerThread &disk, const FolderComparisonOrder &order)
        : m_shell(shell), m_disk(disk), m_order(order)
    {
    }

    /// Which of the paths have the same content on both sides.
    QCoro::Task<Result<QSet<QByteArray>>> same(QHash<QByteArray, qint64> sizes, std::stop_token stop)
    {
        QList<QByteArray> batch;
        QSet<QByteArray> all;
        qsizetype nameBytes = 0;
        qint64 bytes = 0;
        auto paths = sizes.keys();
        paths.append(QByteArray()); // Behind the last.
        for (const auto &path : paths) {
            const bool isFull = nameBytes > namesInCommandBytes || bytes > bytesInCommand;
            if (!batch.isEmpty() && (path.isEmpty() || isFull)) {
                const auto some = co_await sameOf(std::exchange(batch, {}), stop);
                if (!some) {
                    co_return failure(some.error());
                }
                all.unite(*some);
                nameBytes = 0;
                bytes = 0;
            }
            batch.append(path);
            nameBytes += path.size();
            bytes += sizes.value(path);
        }
        co_return all;
    }

private:
    QCoro::Task<Result<QSet<QByteArray>>> sameOf(QList<QByteArray> paths, std::stop_token stop)
    {
        QList<QByteArray> words;
        for (const auto &path : paths) {
            words.append("./" + path);
        }
        // A line for each, also for what cannot be read, so that none is taken for another.
        const auto script = u"cd "_s + shellQuoted(m_order.remote) + u" || exit\nfor f in "_s +
                            shellQuoted(words) +
                            u"; do if [ -f \"$f\" ] && [ ! -h \"$f\" ]; then sha256sum "
                            "< \"$f\" 2>/dev/null || echo; else echo; fi; done"_s;
        const auto output = co_await m_shell.run(script, Repeatable::Safely, stop);
        if (!output) {
            co_return failure(output.error());
        }
        const auto lines = output->split('\n');
        using Names = QSet<QByteArray>;
        std::function<Result<Names>()> comparing = [paths, lines, top = m_order.local,
                                                    stop]() -> Result<Names> {
            Names same;
            for (qsizetype at = 0; at < std::min(paths.size(), lines.size()); ++at) {
                if (stop.stop_requested()) {
                    break;
                }
                const auto hash = hashOf(top / paths[at].toStdString());
                if (!hash.isEmpty() && lines[at].startsWith(hash)) {
                    same.insert(paths[at]);
                }
            }
            return same;
        };
        co_return co_await m_disk.run(std::move(comparing), stop);
    }

    SandboxShell &m_shell;
    WorkerThread &m_disk;
    const FolderComparisonOrder &m_order;
};

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
    const bool canTell = tools->findPrintf || tools->statFormat;
    if (!canTell || (order.byChecksum && !tools->sha256sum)) {
        co_return failure(
            ErrorKind::Unsupported, u"The sandbox's image lacks tools that this needs: find or stat."_s);
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
    Pairs pairs;
    for (const auto &item : here->items.mid(1)) {
        pairs[item.path].here = lookOf(item);
    }
    QList<TransferProblem> problems = here->problems;
    if (there) {
        problems += there->problems;
        for (const auto &entry : there->items.mid(1)) {
            if (selection.selects(entry.name, entry.type == RemoteEntry::Type::Directory)) {
                pairs[entry.name].there = lookOf(entry);
            }
        }
    }
    QSet<QByteArray> same;
    if (order.byChecksum) {
        QHash<QByteArray, qint64> compared;
        for (const auto &[path, pair] : pairs) {
            if (needsContent(pair)) {
                compared.insert(path, pair.here->sizeBytes);
            }
        }
        ContentComparison contents(shell, disk, order);
        const auto found = co_await contents.same(std::move(compared), stop);
        if (!found) {
            co_return failure(found.error());
        }
        same = *found;
    }
    auto comparison = comparisonOf(pairs, same, order.byChecksum);
    comparison.problems = problems;
    co_return comparison;
}

} // namespace Koyeb
