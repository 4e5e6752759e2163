// SPDX-License-Identifier: Apache-2.0
#include "sandbox/relayfeed.h"

#include "sandbox/batchfetch.h"
#include "sandbox/contentcomparison.h"
#include "sandbox/downloadplan.h"
#include "sandbox/downloadscripts.h"
#include "sandbox/uploadsource.h"

#include <array>
#include <fcntl.h>
#include <numeric>
#include <set>
#include <sys/stat.h>

namespace Koyeb {

namespace {

using namespace Qt::Literals::StringLiterals;
using Type = UploadItem::Type;

const QByteArray itemName = "item"_ba;
constexpr qint64 millisecondsInSecond = 1000;
constexpr qint64 nanosecondsInMillisecond = 1'000'000;

/// What a fetch needs to know of a file. Whatever its mode, it has to be read here.
RemoteEntry entryOf(const UploadItem &item)
{
    RemoteEntry entry;
    entry.name = item.path;
    entry.type = RemoteEntry::Type::File;
    entry.sizeBytes = item.sizeBytes;
    entry.mode = 0600;
    entry.modifiedAt = QDateTime::fromMSecsSinceEpoch(
        item.modifiedSeconds * millisecondsInSecond + item.modifiedNanoseconds / nanosecondsInMillisecond,
        Qt::UTC);
    return entry;
}

/// Makes the folders that lead to the items; where one cannot be made, what is in it tells.
Result<void> makeFoldersTo(DownloadStage &stage, const QList<UploadItem> &items)
{
    std::set<QByteArray> folders;
    for (const auto &item : items) {
        if (item.type != Type::File || item.path.isEmpty()) {
            continue;
        }
        folders.insert(QByteArray(""));
        for (auto slash = item.path.indexOf('/'); slash > 0; slash = item.path.indexOf('/', slash + 1)) {
            folders.insert(item.path.first(slash));
        }
    }
    for (const auto &folder : folders) {
        const auto made = stage.makeDirectory(folder);
        if (!made && !concernsItemOnly(made.error())) {
            return made;
        }
    }
    return {};
}

/// The file as it lies here, with the time that it has in the sandbox; nothing when it is not there.
std::optional<UploadItem> itemHere(const std::filesystem::path &path, const UploadItem &item)
{
    const std::array<timespec, 2> times{
        timespec{0, UTIME_OMIT},
        timespec{static_cast<time_t>(item.modifiedSeconds), item.modifiedNanoseconds}};
    (void)::utimensat(AT_FDCWD, path.c_str(), times.data(), AT_SYMLINK_NOFOLLOW);
    auto here = uploadItemAt(path, item.path);
    if (!here || here->type != Type::File) {
        return {};
    }
    here->mode = item.mode;
    return *here;
}

/// Whether a sandbox may say that this is there: `folders` are those it has named before. Names go into the
/// scripts of another sandbox and into paths of this computer.
bool isPlaced(const QByteArray &path, const QSet<QByteArray> &folders)
{
    const auto slash = path.lastIndexOf('/');
    return isEntryName(path.mid(slash + 1)) && folders.contains(path.left(std::max<qsizetype>(slash, 0)));
}

RelayedItem::Type typeOf(const UploadItem &item)
{
    switch (item.type) {
    case Type::Directory:
        return RelayedItem::Type::Directory;
    case Type::SymbolicLink:
        return RelayedItem::Type::SymbolicLink;
    case Type::File:
        break;
    }
    return RelayedItem::Type::File;
}

/// The SHA-256 of a file here.
Result<QByteArray> hashHere(const UploadItem &item)
{
    auto file = UploadSource::open(item);
    if (!file) {
        return failure(file.error());
    }
    if (const auto read = (*file)->skip((*file)->sizeBytes()); !read) {
        return failure(read.error());
    }
    return (*file)->conclude();
}

} // namespace

/// Keeps a stage; its end, on this thread, has the disk's remove it.
struct RelayFeed::Held {
    Held(WorkerThread &worker, Stage toHold) : disk(worker), stage(std::move(toHold)) {}
    ~Held()
    {
        disk.post([last = std::move(stage)]() mutable { last.reset(); });
    }
    Held(const Held &) = delete;
    Held &operator=(const Held &) = delete;

    WorkerThread &disk;
    Stage stage;
};

/// A large file of the source.
class RelayFeed::Stream final : public UploadStream {
public:
    Stream(RelayFeed &feed, const UploadItem &item, qint64 keptBytes, const std::stop_token &stop)
        : m_feed(feed),
          m_item(item),
          m_stop(stop),
          m_reader({feed.m_means.shell, feed.m_means.gate, feed.m_parts, stop}, feed.remotePath(item.path)),
          m_nextOffset(keptBytes - keptBytes % downloadBlockBytes)
    {
    }

    QCoro::Task<Result<void>> prepare() { return m_reader.prepare(m_item.sizeBytes - m_nextOffset); }

    QCoro::Task<Result<Range>> next(qint64 maximumBytes) override
    {
        if (m_nextOffset >= m_item.sizeBytes) {
            co_return Range();
        }
        const auto range = m_reader.rangeAt(m_nextOffset, m_item.sizeBytes, maximumBytes);
        m_nextOffset += range.sizeBytes;
        auto answer = co_await m_reader.read(range);
        if (!answer) {
            co_return failure(answer.error());
        }
        m_reader.learn(range, range.sizeBytes, answer->base64.size() / 4 * 3);
        // Both gates may be the same one, so the pass is not kept while the range waits for the other.
        co_return Range{range.offset, range.sizeBytes, range.packing, std::move(answer->base64)};
    }

    QCoro::Task<Result<Look>> look() override
    {
        const auto tools = co_await m_feed.m_means.shell.tools(m_stop);
        if (!tools) {
            co_return failure(tools.error());
        }
        const auto path = m_feed.remotePath(m_item.path);
        const auto script = compareScript(path, m_item.sizeBytes, tools->hasher, m_feed.m_source.links);
        const auto output = co_await m_feed.m_means.shell.runForBytes(script, Repeatable::Safely, m_stop);
        if (!output) {
            co_return failure(output.error());
        }
        const auto lineEnd = output->indexOf('\n');
        const auto seen = parseTopEntry(output->mid(lineEnd + 1), m_item.path);
        if (!seen) {
            co_return failure(seen.error());
        }
        constexpr qsizetype hexDigits = 64;
        const Look look{
            output->first(std::min(hexDigits, std::max<qsizetype>(0, lineEnd))), m_feed.itemOf(*seen)};
        const RelayedItem relayed{m_item.path, RelayedItem::Type::File, look.sha256};
        const QList<RelayedItem> all{relayed};
        const auto recorded = co_await m_feed.record(all, m_stop);
        if (!recorded) {
            co_return failure(recorded.error());
        }
        co_return look;
    }

private:
    RelayFeed &m_feed;
    UploadItem m_item;
    std::stop_token m_stop;
    RangeReader m_reader;
    qint64 m_nextOffset;
};

RelayFeed::RelayFeed(const Means &means, Source source)
    : m_means(means),
      m_source(std::move(source)),
      m_parts(means.clock, means.shell, m_source.partsName),
      m_meter(means.clock, [](const TransferProgress &) {})
{
}

QByteArray RelayFeed::remotePath(const QByteArray &path) const
{
    return path.isEmpty() ? m_source.path : joinRemotePath(m_source.path, path);
}

UploadItem RelayFeed::itemOf(const RemoteEntry &entry) const
{
    UploadItem item;
    item.source = {m_source.path, entry.name};
    item.path = entry.name;
    item.sizeBytes = entry.sizeBytes.value_or(0);
    item.mode = entry.mode.value_or(usualFileMode) & 0777U;
    item.linkTarget = entry.linkTarget;
    if (entry.type == RemoteEntry::Type::Directory) {
        item.type = Type::Directory;
    } else if (entry.type == RemoteEntry::Type::SymbolicLink) {
        item.type = Type::SymbolicLink;
    }
    if (item.type != Type::File) {
        item.sizeBytes = 0;
    }
    if (entry.modifiedAt.isValid()) {
        const auto milliseconds = entry.modifiedAt.toMSecsSinceEpoch();
        item.modifiedSeconds = entry.modifiedAt.toSecsSinceEpoch();
        // Before 1970, too, the rest counts from the second before.
        item.modifiedSeconds -= item.modifiedSeconds * millisecondsInSecond > milliseconds ? 1 : 0;
        item.modifiedNanoseconds =
            (milliseconds - item.modifiedSeconds * millisecondsInSecond) * nanosecondsInMillisecond;
    }
    return item;
}

QCoro::Task<Result<UploadPlan>> RelayFeed::plan(std::stop_token stop)
{
    if (auto valid = checkRemotePath(m_source.path); !valid) {
        co_return failure(valid.error());
    }
    const auto tools = co_await m_means.shell.tools(stop);
    if (!tools) {
        co_return failure(tools.error());
    }
    if (auto possible = checkDownloadTools(m_means.shell, *tools); !possible) {
        co_return failure(possible.error());
    }
    const auto found =
        co_await planDownload(m_means.shell, m_source.path, *tools, stop, m_source.links, m_source.selection);
    m_canStream = tools->hashes() && tools->headBytes;
    if (!found) {
        co_return failure(found.error());
    }
    UploadPlan plan;
    plan.problems = found->problems;
    QList<RelayedItem> relayed;
    QSet<QByteArray> names;
    QSet<QByteArray> folders;
    for (const auto &entry : found->items) {
        const bool isDirectory = entry.type == RemoteEntry::Type::Directory;
        if (names.contains(entry.name)) {
            continue; // As happens in a folder that changes meanwhile.
        }
        if (!entry.name.isEmpty() && !isPlaced(entry.name, folders)) {
            co_return failure(ErrorKind::Protocol, u"The sandbox sent an impossible file name."_s);
        }
        names.insert(entry.name);
        if (isDirectory) {
            folders.insert(entry.name);
        }
        if (m_source.selection && !entry.name.isEmpty() &&
            !m_source.selection->selects(entry.name, isDirectory)) {
            continue;
        }
        if (!isDirectory && entry.type != RemoteEntry::Type::File &&
            entry.type != RemoteEntry::Type::SymbolicLink) {
            plan.problems.append({remotePath(entry.name), noFileError()});
            continue;
        }
        plan.items.append(itemOf(entry));
        if (entry.type != RemoteEntry::Type::File) {
            relayed.append({entry.name, typeOf(plan.items.last()), entry.linkTarget});
        }
    }
    const auto recorded = co_await record(std::move(relayed), stop);
    if (!recorded) {
        co_return failure(recorded.error());
    }
    co_return plan;
}

QCoro::Task<Result<void>> RelayFeed::record(QList<RelayedItem> items, std::stop_token stop)
{
    if (!m_source.record || items.isEmpty()) {
        co_return Result<void>();
    }
    std::function<Result<void>()> recording = [record = *m_source.record, items] {
        return record.add(items);
    };
    co_return co_await m_means.disk.run(std::move(recording), stop);
}

QCoro::Task<Result<QHash<QByteArray, QByteArray>>> RelayFeed::hashes(
    QHash<QByteArray, qint64> sizes, std::stop_token stop)
{
    return contentHashes(m_means.shell, m_source.path, std::move(sizes), std::move(stop));
}

FileFetch::Means RelayFeed::fetchMeans(const std::stop_token &stop)
{
    return {m_means.shell, m_means.disk, m_meter, stop, m_notes, m_means.gate, m_parts, m_source.links};
}

QCoro::Task<Result<std::shared_ptr<RelayFeed::Held>>> RelayFeed::makeStage(
    QList<UploadItem> items, std::stop_token stop)
{
    const auto bytes =
        std::accumulate(items.cbegin(), items.cend(), qint64(0), [](qint64 sum, const UploadItem &item) {
            return sum + item.sizeBytes;
        });
    std::function<Result<Stage>()> making = [spool = m_source.spool, items, bytes]() -> Result<Stage> {
        // A large file may be among them; before it fills the disk of this computer, this is said.
        if (auto hasRoom = checkFreeSpace(spool, bytes); !hasRoom) {
            return failure(hasRoom.error());
        }
        auto stage = DownloadStage::create(spool, itemName, temporaryName(), ExistingTarget::Overwrite);
        if (!stage) {
            return failure(stage.error());
        }
        if (auto made = makeFoldersTo(**stage, items); !made) {
            return failure(made.error());
        }
        return stage;
    };
    auto stage = co_await m_means.disk.run(std::move(making), stop);
    if (!stage) {
        co_return failure(stage.error());
    }
    co_return std::make_shared<Held>(m_means.disk, std::move(*stage));
}

QCoro::Task<Result<UploadFeed::Brought>> RelayFeed::taken(
    std::shared_ptr<Held> held, QList<UploadItem> items, std::stop_token stop)
{
    std::function<Result<Brought>()> looking = [stage = held->stage, items,
                                                record = m_source.record]() -> Result<Brought> {
        Brought brought;
        QList<RelayedItem> relayed;
        for (const auto &item : items) {
            if (item.type != Type::File) {
                brought.items.append(item);
                continue;
            }
            const auto here = itemHere(stage->pathOf(item.path), item);
            if (!here) {
                brought.left.insert(item.path);
                continue;
            }
            brought.items.append(*here);
            if (!record) {
                continue;
            }
            const auto hash = hashHere(*here);
            if (!hash) {
                return failure(hash.error());
            }
            relayed.append({item.path, RelayedItem::Type::File, *hash});
        }
        if (record) {
            if (auto recorded = record->add(relayed); !recorded) {
                return failure(recorded.error());
            }
        }
        return brought;
    };
    auto brought = co_await m_means.disk.run(std::move(looking), stop);
    if (brought) {
        brought->hold = std::move(held);
    }
    co_return brought;
}

QCoro::Task<Result<UploadFeed::Brought>> RelayFeed::bring(QList<UploadItem> items, std::stop_token stop)
{
    QList<RemoteEntry> files;
    for (const auto &item : items) {
        if (item.type == Type::File) {
            files.append(entryOf(item));
        }
    }
    const auto tools = co_await m_means.shell.tools(stop);
    if (!tools) {
        co_return failure(tools.error());
    }
    Brought brought;
    if (files.isEmpty() || !tools->sha256sum) { // Only sha256sum tells the hashes of many files at once.
        for (const auto &item : items) {
            if (item.type == Type::File) {
                brought.left.insert(item.path);
            } else {
                brought.items.append(item);
            }
        }
        co_return brought;
    }
    const auto held = co_await makeStage(items, stop);
    if (!held) {
        co_return failure(held.error());
    }
    BatchFetch batch(fetchMeans(stop), (*held)->stage, m_source.path, files);
    const auto fetched = co_await batch.run();
    if (!fetched) {
        co_return failure(fetched.error());
    }
    // Only what was put there is looked at.
    QSet<QByteArray> left;
    for (const auto &entry : batch.left()) {
        left.insert(entry.name);
    }
    auto missing = left;
    for (const auto &problem : batch.problems()) {
        missing.insert(problem.path);
    }
    items.removeIf([&missing](const auto &item) { return missing.contains(item.path); });
    auto all = co_await taken(*held, std::move(items), stop);
    if (!all) {
        co_return all;
    }
    all->left += left;
    for (const auto &problem : batch.problems()) {
        all->problems.append({remotePath(problem.path), problem.error, problem.isMoved});
    }
    co_return all;
}

QCoro::Task<Result<UploadFeed::Brought>> RelayFeed::bringAlone(UploadItem item, std::stop_token stop)
{
    const QList<UploadItem> wanted{item};
    const auto held = co_await makeStage(wanted, stop);
    if (!held) {
        co_return failure(held.error());
    }
    FileFetch fetch(fetchMeans(stop), (*held)->stage, remotePath(item.path), entryOf(item), 0);
    const auto fetched = co_await fetch.run();
    if (!fetched) {
        co_return failure(fetched.error());
    }
    auto seen = itemOf(fetch.file());
    seen.mode = item.mode;
    const QList<UploadItem> items{seen};
    auto brought = co_await taken(*held, items, stop);
    if (brought && fetch.hasOutgrown()) {
        const auto reason = u"The file grew faster than it could be read; its beginning was copied."_s;
        brought->problems.append({remotePath(item.path), Error::of(ErrorKind::Integrity, reason), true});
    }
    co_return brought;
}

QCoro::Task<Result<std::shared_ptr<UploadStream>>> RelayFeed::open(
    UploadItem item, qint64 keptBytes, std::stop_token stop)
{
    auto stream = std::make_shared<Stream>(*this, item, keptBytes, stop);
    const auto prepared = co_await stream->prepare();
    if (!prepared) {
        co_return failure(prepared.error());
    }
    co_return std::shared_ptr<UploadStream>(std::move(stream));
}

} // namespace Koyeb
