// SPDX-License-Identifier: Apache-2.0
// How an Upload sends a folder: small things in archives, several at a time, then the large files.
#include "core/deadline.h"
#include "executor/shellquote.h"
#include "sandbox/lanes.h"
#include "sandbox/packing.h"
#include "sandbox/remoteentry.h"
#include "sandbox/upload.h"

#include <algorithm>
#include <array>

namespace Koyeb {

namespace {

using namespace Qt::Literals::StringLiterals;

/// Of one request, about.
constexpr qsizetype scriptCharacters = 32 * 1024;
/// Of the directories that one request makes; a script is 128 KiB at most.
constexpr qsizetype directoryNameBytes = 48 * 1024;

constexpr qsizetype itemsInBatch = 2000;
/// When so many are refused one after the other, it is not because of them.
constexpr int maximumRefusedInRow = 200;
/// One is packed and sent while the ones before are unpacked.
constexpr int batchesAtOnce = 3;

/// As it is where upper and lower case are the same.
QString folded(const QByteArray &path)
{
    const bool isText = validUtf8Length(path, 0) == path.size();
    return (isText ? QString::fromUtf8(path) : QString::fromLatin1(path)).toCaseFolded();
}

bool isDirectory(const UploadItem &item)
{
    return item.type == UploadItem::Type::Directory;
}

} // namespace

bool Upload::isRefusal(const Error &error)
{
    const bool isOfTools =
        error.httpStatus == 0 && (error.kind == ErrorKind::Rejected || error.kind == ErrorKind::Integrity ||
                                  error.kind == ErrorKind::Conflict || error.kind == ErrorKind::NotFound);
    // Others would meet the same.
    static constexpr std::array general{
        "no space left"_L1,       "quota exceeded"_L1,     "read-only file system"_L1,
        "input/output error"_L1,  "i/o error"_L1,          "cannot allocate memory"_L1,
        "too many open files"_L1, "transport endpoint"_L1, "stale file handle"_L1,
        "not found"_L1,    // A tool.
        "no such file"_L1, // A part that an earlier attempt, whose answer was lost, has used up.
    };
    // Before it, tools name the item.
    const auto reason = error.message.mid(error.message.lastIndexOf(": "_L1) + 1);
    return isOfTools && std::none_of(general.begin(), general.end(), [&reason](QLatin1String words) {
               return reason.contains(words, Qt::CaseInsensitive);
           });
}

QCoro::Task<Result<void>> Upload::leaveOut(UploadItem item, Error reason)
{
    if (isRefusal(reason) && ++m_refusedInRow > maximumRefusedInRow) {
        co_return failure(reason);
    }
    reason.message = stage().namingTarget(reason.message);
    addProblem({bytesOf(item.source), reason});
    if (isDirectory(item)) {
        co_return Result<void>();
    }
    co_return co_await removeFile(item.path);
}

QCoro::Task<Result<void>> Upload::leaveOutClashes()
{
    QHash<QString, UploadItem> first;
    QList<UploadItem> clashing;
    for (const auto &item : std::as_const(m_plan.items)) {
        const auto name = folded(item.path);
        const auto other = first.constFind(name);
        if (other == first.cend()) {
            first.insert(name, item);
        } else if (!isDirectory(item) || !isDirectory(*other)) {
            clashing.append(item);
        }
    }
    if (clashing.isEmpty()) {
        co_return Result<void>();
    }
    const auto isFolding = co_await m_stage->run(caseScript(stage()), Repeatable::Safely, stopToken());
    if (!isFolding) {
        co_return failure(isFolding.error());
    }
    if (isFolding->isEmpty()) {
        co_return Result<void>();
    }
    for (const auto &item : std::as_const(clashing)) {
        if (!isInRefusedFolder(item)) {
            const auto other = displayName(remoteName(first.value(folded(item.path)).path));
            const auto reason = u"Upper and lower case are the same there, and %1 has its name."_s.arg(other);
            addProblem({bytesOf(item.source), Error::of(ErrorKind::Conflict, reason)});
            m_refusedFolders.append(item.path); // Itself, and what is in it.
        }
    }
    m_plan.items.removeIf([this](const UploadItem &item) { return isInRefusedFolder(item); });
    co_return Result<void>();
}

bool Upload::isInRefusedFolder(const UploadItem &item) const
{
    return std::any_of(m_refusedFolders.cbegin(), m_refusedFolders.cend(), [&item](const QByteArray &folder) {
        return item.path == folder || item.path.startsWith(folder + '/');
    });
}

/// Makes an item look as it shall.
void Upload::applyOptions(UploadItem &item) const
{
    const auto &options = m_order.options;
    const bool isDirectory = item.type == UploadItem::Type::Directory;
    if (!options.keepsModes) {
        item.mode = isDirectory ? usualFolderMode : usualFileMode;
    }
    // By the times of files it is seen whether they were changed: they are put right in renewTimes().
    if (!options.keepsTimes && item.type != UploadItem::Type::File) {
        item.modifiedSeconds = QDateTime::currentSecsSinceEpoch();
    }
}

/// Once all files are there, and before folders get modes that may forbid to look into them.
QCoro::Task<Result<void>> Upload::renewTimes()
{
    if (m_order.options.keepsTimes) {
        co_return Result<void>();
    }
    const auto script = renewTimesScript(stage());
    const auto renewed = co_await m_stage->run(script, Repeatable::Safely, stopToken());
    co_return renewed ? Result<void>() : failure(renewed.error());
}

QCoro::Task<Result<void>> Upload::sendTree()
{
    const auto cleared = co_await leaveOutClashes();
    if (!cleared) {
        co_return cleared;
    }
    if (!m_tools.tar || !m_tools.xargs || !m_tools.hashes()) {
        auto alone = sendTreeOneByOne();
        co_return co_await alone;
    }
    m_hasFailed = false;
    // The directories first, and before anything runs beside it: tar does not expect others to make them.
    std::stable_partition(m_plan.items.begin(), m_plan.items.end(), isDirectory);
    const auto countDirectories = [this] {
        return std::count_if(m_plan.items.cbegin(), m_plan.items.cend(), isDirectory);
    };
    const auto made = co_await makeDirectories(m_plan.items.first(countDirectories()));
    if (!made) {
        co_return made;
    }
    const auto directoryCount = countDirectories();
    m_nextItem = directoryCount;
    std::function<QCoro::Task<Result<void>>()> lane = [this] {
        return sendBatches();
    };
    auto sent = co_await inLanes(batchesAtOnce, std::move(lane));
    // Now that their directories are there.
    const auto sentAlone = std::exchange(m_sentAlone, {});
    for (const auto &item : sentAlone) {
        if (sent) {
            sent = co_await sendFileOfTree(item);
        }
    }
    if (sent) {
        sent = co_await renewTimes();
    }
    // At last the directories' own modes, which may forbid writing, and times, which writing has changed.
    const auto directories = m_plan.items.first(directoryCount);
    for (qsizetype start = 0; sent && start < directories.size(); start += itemsInBatch) {
        auto some = directories.mid(start, itemsInBatch);
        sent = co_await sendBatch(std::move(some), disk());
    }
    co_return sent;
}

/// Without their own modes and times, which they get once they are filled.
QCoro::Task<Result<void>> Upload::makeDirectories(QList<UploadItem> directories)
{
    QList<UploadItem> some;
    qsizetype bytes = 0;
    for (qsizetype index = 0; index < directories.size(); ++index) {
        some.append(directories[index]);
        bytes += stage().item(some.last().path).size();
        if (bytes < directoryNameBytes && index + 1 < directories.size()) {
            continue;
        }
        const auto made = co_await makeSomeDirectories(std::exchange(some, {}));
        if (!made) {
            co_return made;
        }
        bytes = 0;
    }
    if (!m_refusedFolders.isEmpty()) {
        m_plan.items.removeIf([this](const UploadItem &item) { return isInRefusedFolder(item); });
    }
    co_return Result<void>();
}

/// One that is refused is found in a few steps.
QCoro::Task<Result<void>> Upload::makeSomeDirectories(QList<UploadItem> directories)
{
    directories.removeIf([this](const UploadItem &item) { return isInRefusedFolder(item); });
    if (directories.isEmpty()) {
        co_return Result<void>();
    }
    QList<QByteArray> paths;
    for (const auto &directory : std::as_const(directories)) {
        paths.append(directory.path);
    }
    const auto script = makeDirectoriesScript(stage(), paths);
    const auto made = co_await m_stage->run(script, Repeatable::Safely, stopToken());
    const auto isTop = paths == QList<QByteArray>{QByteArray()};
    m_refusedInRow = made && !isTop ? 0 : m_refusedInRow;
    if (made || !isRefusal(made.error()) || isTop) {
        co_return made ? Result<void>() : failure(made.error());
    }
    if (directories.size() == 1) {
        m_refusedFolders.append(paths.first());
        co_return co_await leaveOut(directories.first(), made.error());
    }
    auto half = directories.first(directories.size() / 2);
    const auto first = co_await makeSomeDirectories(std::move(half));
    if (!first) {
        co_return first;
    }
    half = directories.sliced(directories.size() / 2);
    co_return co_await makeSomeDirectories(std::move(half));
}

/// For images that cannot unpack an archive, or not tell what has come of it.
QCoro::Task<Result<void>> Upload::sendTreeOneByOne()
{
    QList<UploadItem> directories;
    std::copy_if(m_plan.items.cbegin(), m_plan.items.cend(), std::back_inserter(directories), isDirectory);
    auto sent = co_await makeDirectories(std::move(directories));
    QStringList linking;
    QStringList finishing;
    for (const auto &item : std::as_const(m_plan.items)) {
        if (isDirectory(item)) {
            finishing.prepend(concludeDirectoryScript(stage(), item)); // What is above stays accessible.
        } else if (item.type == UploadItem::Type::SymbolicLink) {
            linking.append(replaceLinkScript(stage(), item));
        }
    }
    if (sent) {
        sent = co_await runForAll(linking);
    }
    for (qsizetype index = 0; sent && index < m_plan.items.size(); ++index) {
        const auto item = m_plan.items[index];
        if (item.type == UploadItem::Type::File && !m_remains.files.contains(item.path)) {
            sent = co_await sendFileOfTree(item);
        }
    }
    if (sent) {
        sent = co_await renewTimes();
    }
    if (!sent) {
        co_return sent;
    }
    co_return co_await runForAll(finishing);
}

/// Many commands, as few requests as there is room.
QCoro::Task<Result<void>> Upload::runForAll(QStringList commands)
{
    QString script;
    for (qsizetype index = 0; index < commands.size(); ++index) {
        script += commands[index] + u" || exit\n"_s;
        if (script.size() < scriptCharacters && index + 1 < commands.size()) {
            continue;
        }
        const auto done = co_await m_stage->run(script, Repeatable::Safely, stopToken());
        if (!done) {
            co_return failure(done.error());
        }
        script.clear();
    }
    co_return Result<void>();
}

QList<UploadItem> Upload::takeBatch()
{
    QList<UploadItem> batch;
    qint64 bytes = 0;
    const auto maximumBytes = std::min(gate().chunkBytes(Flow::Up, batchBytes), largestPart());
    for (; m_nextItem < m_plan.items.size() && batch.size() < itemsInBatch; ++m_nextItem) {
        const auto &item = m_plan.items[m_nextItem];
        if (m_remains.files.contains(item.path)) {
            continue;
        }
        if (item.type == UploadItem::Type::File && item.sizeBytes > smallFileBytes) {
            m_sentAlone.append(item);
            continue;
        }
        if (!batch.isEmpty() && bytes + item.sizeBytes > maximumBytes) {
            break;
        }
        batch.append(item);
        bytes += item.sizeBytes;
    }
    return batch;
}

QCoro::Task<Result<void>> Upload::sendBatches()
{
    WorkerThread packer; // Each lane has its own, for packing takes longer than sending.
    while (!m_hasFailed) {
        auto batch = takeBatch();
        if (batch.isEmpty()) {
            break;
        }
        const auto sent = co_await sendBatch(std::move(batch), packer);
        if (!sent) {
            m_hasFailed = true;
            co_return sent;
        }
    }
    co_return Result<void>();
}

QCoro::Task<Result<void>> Upload::sendBatch(QList<UploadItem> items, WorkerThread &packer)
{
    const auto stop = stopToken();
    auto brought = co_await bringBatch(items);
    if (!brought) {
        co_return failure(brought.error());
    }
    if (brought->items.isEmpty()) {
        co_return Result<void>();
    }
    qint64 fileBytes = 0;
    for (const auto &item : std::as_const(brought->items)) {
        fileBytes += item.sizeBytes;
    }
    auto pass = co_await gate().enter(Flow::Up, base64Bytes(fileBytes), stop);
    if (!pass) {
        co_return failure(pass.error());
    }
    meter().update(
        [&items](TransferProgress &progress) { progress.currentPath = bytesOf(items.first().source); });
    const auto part = ++m_lastPart;
    const UploadBatchOrder order{brought->items, partChoice(), part, headOf(part)};
    std::function<Result<UploadBatch>()> packing = [order] {
        return packBatch(order);
    };
    auto batch = co_await packer.run(std::move(packing), stop);
    if (!batch) {
        co_return failure(batch.error());
    }
    QSet<QByteArray> left;
    for (const auto &item : std::as_const(batch->left)) {
        left.insert(item.path);
    }
    sendLater(items, left);
    QSet<QByteArray> packed;
    for (const auto &item : std::as_const(brought->items)) {
        packed.insert(item.path);
    }
    items.removeIf(
        [&](const UploadItem &item) { return left.contains(item.path) || !packed.contains(item.path); });
    brought->hold.reset();
    pass->settle(batch->body.size());
    const auto written = co_await sendPart(part, batch->form, std::move(batch->body), batch->fileBytes);
    pass->finish(written);
    if (!written) {
        co_return written;
    }
    const auto unpacked = co_await unpack(part, batch->form, batch->sha256);
    if (!unpacked && isRefusal(unpacked.error())) {
        auto halves = sendHalves(std::move(items), unpacked.error(), packer);
        co_return co_await halves;
    }
    if (!unpacked) {
        co_return unpacked;
    }
    m_refusedInRow = 0;
    settlePart(part, batch->fileBytes);
    notes().noteFiles(batch->files);
    meter().update([&batch](TransferProgress &progress) { progress.doneFiles += batch->files.size(); });
    co_return Result<void>();
}

QCoro::Task<Result<void>> Upload::unpack(qint64 part, PartForm form, QByteArray sha256)
{
    const auto stop = stopToken();
    const auto script = unpackPartScript(stage(), part, form, m_tools.hasher);
    const Deadline deadline(m_clock, partTimeout, stop);
    const auto answer = co_await m_stage->run(script, Repeatable::Never, deadline.token());
    const auto hash = deadline.judged(answer);
    if (hash && hash->startsWith(sha256)) {
        co_return Result<void>();
    }
    const auto error = hash ? damagedOnTheWay() : hash.error();
    if (!error.isCancelled()) {
        settlePart(part, 0);
    }
    if (isRefusal(error)) {
        // There may be more amiss than some item.
        const auto look = lookAtStageScript(stage(), part);
        const auto looked = co_await m_stage->run(look, Repeatable::Safely, stop);
        if (!looked) {
            co_return failure(looked.error());
        }
    }
    co_return failure(error);
}

QCoro::Task<Result<void>> Upload::sendHalves(QList<UploadItem> items, Error reason, WorkerThread &packer)
{
    if (items.size() == 1) {
        co_return co_await leaveOut(items.first(), std::move(reason));
    }
    auto half = items.first(items.size() / 2);
    const auto first = co_await sendBatch(std::move(half), packer);
    if (!first) {
        co_return first;
    }
    half = items.sliced(items.size() / 2);
    co_return co_await sendBatch(std::move(half), packer);
}

QCoro::Task<Result<void>> Upload::sendFileOfTree(UploadItem item)
{
    const auto placedBefore = m_placedBytes;
    m_feedLacksItem = false;
    auto sent = co_await sendFile(item);
    const bool isAlone =
        !sent && (concernsItemOnly(sent.error()) || isRefusal(sent.error()) || m_feedLacksItem);
    if (!isAlone) {
        m_refusedInRow = sent ? 0 : m_refusedInRow;
        co_return sent;
    }
    m_placedBytes = placedBefore;
    tellBytes();
    co_return co_await leaveOut(item, sent.error());
}

} // namespace Koyeb
