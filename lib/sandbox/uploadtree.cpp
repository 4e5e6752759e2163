// SPDX-License-Identifier: Apache-2.0
// How an Upload sends a folder: small things in archives, several at a time, then the large files.
#include "core/deadline.h"
#include "sandbox/lanes.h"
#include "sandbox/packing.h"
#include "sandbox/upload.h"

#include <algorithm>

namespace Koyeb {

namespace {

using namespace Qt::Literals::StringLiterals;

/// Of one request, about.
constexpr qsizetype scriptCharacters = 32 * 1024;
/// Of the directories that one request makes; a script is 128 KiB at most.
constexpr qsizetype directoryNameBytes = 48 * 1024;

constexpr qsizetype itemsInBatch = 2000;
/// One is packed and sent while the ones before are unpacked.
constexpr int batchesAtOnce = 3;

} // namespace

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
    if (!m_tools.tar || !m_tools.xargs || !m_tools.hashes()) {
        auto alone = sendTreeOneByOne();
        co_return co_await alone;
    }
    m_hasFailed = false;
    // The directories first, and before anything runs beside it: tar does not expect others to make them.
    const auto firstFile =
        std::stable_partition(m_plan.items.begin(), m_plan.items.end(), [](const UploadItem &item) {
            return item.type == UploadItem::Type::Directory;
        });
    const auto directoryCount = firstFile - m_plan.items.begin();
    const auto made = co_await makeDirectories(m_plan.items.first(directoryCount));
    if (!made) {
        co_return made;
    }
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
    QList<QByteArray> paths;
    qsizetype bytes = 0;
    for (qsizetype index = 0; index < directories.size(); ++index) {
        paths.append(directories[index].path);
        bytes += stage().item(paths.last()).size();
        if (bytes < directoryNameBytes && index + 1 < directories.size()) {
            continue;
        }
        const auto script = makeDirectoriesScript(stage(), paths);
        const auto made = co_await m_stage->run(script, Repeatable::Safely, stopToken());
        if (!made) {
            co_return failure(made.error());
        }
        paths.clear();
        bytes = 0;
    }
    co_return Result<void>();
}

/// For images that cannot unpack an archive, or not tell what has come of it.
QCoro::Task<Result<void>> Upload::sendTreeOneByOne()
{
    QList<UploadItem> directories;
    QStringList linking;
    QStringList finishing;
    for (const auto &item : std::as_const(m_plan.items)) {
        if (item.type == UploadItem::Type::Directory) {
            directories.append(item);
            finishing.prepend(concludeDirectoryScript(stage(), item)); // What is above stays accessible.
        } else if (item.type == UploadItem::Type::SymbolicLink) {
            linking.append(replaceLinkScript(stage(), item));
        }
    }
    auto sent = co_await makeDirectories(directories);
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
    brought->hold.reset();
    pass->settle(batch->body.size());
    const auto written = co_await sendPart(part, batch->form, std::move(batch->body), batch->fileBytes);
    pass->finish(written);
    if (!written) {
        co_return written;
    }
    const auto script = unpackPartScript(stage(), part, batch->form, m_tools.hasher);
    const Deadline deadline(m_clock, partTimeout, stop);
    const auto answer = co_await m_stage->run(script, Repeatable::Never, deadline.token());
    const auto hash = deadline.judged(answer);
    if (!hash || !hash->startsWith(batch->sha256)) {
        const auto error = hash ? damagedOnTheWay() : hash.error();
        if (!error.isCancelled()) {
            settlePart(part, 0);
        }
        co_return failure(error);
    }
    settlePart(part, batch->fileBytes);
    notes().noteFiles(batch->files);
    meter().update([&batch](TransferProgress &progress) { progress.doneFiles += batch->files.size(); });
    co_return Result<void>();
}

QCoro::Task<Result<void>> Upload::sendFileOfTree(UploadItem item)
{
    const auto placedBefore = m_placedBytes;
    m_feedLacksItem = false;
    auto sent = co_await sendFile(item);
    const bool isAlone = !sent && (concernsItemOnly(sent.error()) || m_feedLacksItem);
    if (!isAlone) {
        co_return sent;
    }
    m_placedBytes = placedBefore;
    tellBytes();
    addProblem({bytesOf(item.source), sent.error()});
    co_return co_await removeFile(item.path);
}

} // namespace Koyeb
