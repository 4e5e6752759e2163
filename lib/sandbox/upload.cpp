// SPDX-License-Identifier: Apache-2.0
#include "sandbox/upload.h"

#include "executor/shellquote.h"
#include "sandbox/remoteentry.h"

#include <QPointer>

#include <numeric>
#include <vector>

namespace Koyeb {

namespace {

using namespace Qt::Literals::StringLiterals;

// Three MiB four times at once is what was measured to fill the executor without filling a small instance.
constexpr qint64 partBytes = 3 * 1024 * 1024;
constexpr int partsAtOnce = 4;
/// Files up to this size travel in archives.
constexpr qint64 smallFileBytes = 512 * 1024;
constexpr qsizetype itemsInBatch = 2000;

/// Ends in the background, whoever goes away.
QCoro::Task<void> runInBackground(SandboxShell &shell, QString script)
{
    co_await shell.run(std::move(script), Repeatable::Safely, std::stop_token());
}

Error missingTools()
{
    return Error::of(
        ErrorKind::Unsupported,
        u"The sandbox's image lacks tools that an upload needs: base64, dd, sha256sum and, for folders, tar."_s);
}

Error damaged()
{
    return Error::of(
        ErrorKind::Integrity, u"What arrived in the sandbox is not what was sent; its checksum differs."_s);
}

/// Whether only one item is affected, so that the others may go on.
bool concernsItemOnly(const Error &error)
{
    return error.kind == ErrorKind::Local || error.kind == ErrorKind::Integrity;
}

} // namespace

/// A file that several lanes send at the same time.
struct Upload::FileInFlight {
    UploadItem item;
    std::shared_ptr<UploadSource> source;
    bool hasFailed = false;
    qint64 doneBytes = 0;
};

Upload::Upload(Clock &clock, SandboxShell &shell, const UploadOrder &order, QObject *parent)
    : Transfer(parent),
      m_shell(shell),
      m_order(order),
      m_meter(clock, [this](const TransferProgress &progress) { Q_EMIT progressed(progress); })
{
}

Upload::~Upload()
{
    cancel();
}

void Upload::start()
{
    if (m_state == State::Idle) {
        m_state = State::Running;
        m_disk = std::make_unique<DiskThread>();
        run();
    }
}

void Upload::cancel()
{
    if (m_state == State::Ended) {
        return;
    }
    m_state = State::Ended;
    m_meter.stop();
    m_scope.restart();
    m_disk.reset();
    removeStage();
}

QCoro::Task<void> Upload::run()
{
    auto result = co_await prepare();
    if (result) {
        result = co_await sendItems();
    }
    if (result) {
        result = co_await commit();
    }
    if (!result && result.error().isCancelled()) {
        co_return;
    }
    conclude(result);
}

QCoro::Task<Result<void>> Upload::prepare()
{
    const auto name = bytesOf(m_order.source.filename());
    if (name.isEmpty() || name == "." || name == "..") {
        co_return failure(ErrorKind::Invalid, u"What is to be uploaded has no name."_s);
    }
    if (auto valid = checkRemotePath(m_order.remoteDirectory); !valid) {
        co_return valid;
    }
    const auto stop = m_scope.token();
    std::function<Result<UploadPlan>()> planning = [source = m_order.source, stop] {
        return planUpload(source, stop);
    };
    auto plan = co_await m_disk->run(std::move(planning), stop);
    if (!plan) {
        co_return failure(plan.error());
    }
    m_plan = std::move(*plan);
    const auto tools = co_await m_shell.tools(stop);
    if (!tools) {
        co_return failure(tools.error());
    }
    m_tools = *tools;
    const bool isFolder = m_plan.items.first().type == UploadItem::Type::Directory;
    if (!m_tools.base64 || !m_tools.dd || !m_tools.sha256sum || (isFolder && !m_tools.tar)) {
        co_return failure(missingTools());
    }
    m_stage = UploadStage::beside(m_order.remoteDirectory, name);
    const auto script = createStageScript(*m_stage, m_order.existing);
    const auto created = co_await m_shell.run(script, Repeatable::Never, stop);
    co_return created ? Result<void>() : failure(created.error());
}

QCoro::Task<Result<void>> Upload::sendItems()
{
    m_meter.update([this](TransferProgress &progress) {
        for (const auto &item : std::as_const(m_plan.items)) {
            progress.totalBytes += item.sizeBytes;
            progress.totalFiles += item.type == UploadItem::Type::File ? 1 : 0;
        }
    });
    const auto top = m_plan.items.first();
    if (top.type == UploadItem::Type::Directory) {
        co_return co_await sendTree();
    }
    if (top.type == UploadItem::Type::File) {
        co_return co_await sendFile(top);
    }
    const auto script = createLinkScript(*m_stage, top.linkTarget);
    const auto created = co_await m_shell.run(script, Repeatable::Never, m_scope.token());
    co_return created ? Result<void>() : failure(created.error());
}

QCoro::Task<Result<void>> Upload::sendTree()
{
    QList<UploadItem> batch;
    QList<UploadItem> directories;
    qint64 bytes = 0;
    const auto items = m_plan.items;
    for (const auto &item : items) {
        const bool isLarge = item.type == UploadItem::Type::File && item.sizeBytes > smallFileBytes;
        if (isLarge || bytes + item.sizeBytes > partBytes || batch.size() >= itemsInBatch) {
            // Before a large file too: its directory may be in there.
            auto sent = co_await sendBatch(std::exchange(batch, {}), DirectoryModes::Writable);
            if (!sent) {
                co_return sent;
            }
            bytes = 0;
        }
        if (isLarge) {
            auto sent = co_await sendFileOfTree(item);
            if (!sent) {
                co_return sent;
            }
            continue;
        }
        batch.append(item);
        bytes += item.sizeBytes;
        if (item.type == UploadItem::Type::Directory) {
            directories.append(item);
        }
    }
    auto sent = co_await sendBatch(std::move(batch), DirectoryModes::Writable);
    // At last the directories' own modes, which may forbid writing, and times, which writing has changed.
    for (qsizetype start = 0; sent && start < directories.size(); start += itemsInBatch) {
        auto some = directories.mid(start, itemsInBatch);
        sent = co_await sendBatch(std::move(some), DirectoryModes::Final);
    }
    co_return sent;
}

QCoro::Task<Result<void>> Upload::sendBatch(QList<UploadItem> items, DirectoryModes modes)
{
    if (items.isEmpty()) {
        co_return Result<void>();
    }
    m_meter.update(
        [&items](TransferProgress &progress) { progress.currentPath = bytesOf(items.first().source); });
    const auto stop = m_scope.token();
    std::function<Result<UploadBatch>()> packing = [items, modes] {
        return packBatch(items, modes);
    };
    auto batch = co_await m_disk->run(std::move(packing), stop);
    if (!batch) {
        co_return failure(batch.error());
    }
    m_plan.problems += batch->problems;
    const auto part = co_await sendPart(std::move(batch->base64), batch->fileBytes);
    if (!part) {
        co_return failure(part.error());
    }
    const auto script = unpackPartScript(*m_stage, *part);
    const auto hash = co_await m_shell.run(script, Repeatable::Never, stop);
    if (!hash) {
        co_return failure(hash.error());
    }
    if (!hash->startsWith(batch->sha256)) {
        co_return failure(damaged());
    }
    m_doneBytes += batch->fileBytes;
    noteInFlight(*part, 0);
    m_meter.update([&batch](TransferProgress &progress) { progress.doneFiles += batch->files; });
    co_return Result<void>();
}

QCoro::Task<Result<void>> Upload::sendFileOfTree(UploadItem item)
{
    auto sent = co_await sendFile(item);
    if (sent || !concernsItemOnly(sent.error())) {
        co_return sent;
    }
    m_plan.problems.append({bytesOf(item.source), sent.error()});
    const auto script = u"rm -f -- "_s + shellQuoted(m_stage->item(item.path));
    const auto removed = co_await m_shell.run(script, Repeatable::Safely, m_scope.token());
    co_return removed ? Result<void>() : failure(removed.error());
}

QCoro::Task<Result<void>> Upload::sendFile(UploadItem item)
{
    m_meter.update([&item](TransferProgress &progress) { progress.currentPath = bytesOf(item.source); });
    const auto stop = m_scope.token();
    using Source = std::shared_ptr<UploadSource>;
    std::function<Result<Source>()> opening = [item] {
        return UploadSource::open(item);
    };
    auto source = co_await m_disk->run(std::move(opening), stop);
    if (!source) {
        co_return failure(source.error());
    }
    const auto file = std::make_shared<FileInFlight>(FileInFlight{item, *source});
    std::vector<QCoro::Task<Result<void>>> lanes;
    for (int lane = 0; lane < partsAtOnce; ++lane) {
        lanes.push_back(sendParts(file));
    }
    Result<void> sent;
    for (const auto &lane : lanes) {
        auto result = co_await lane;
        if (!result && (sent || !result.error().isCancelled())) {
            sent = result;
        }
    }
    if (!sent) {
        if (!sent.error().isCancelled()) {
            m_doneBytes -= file->doneBytes;
        }
        co_return sent;
    }
    std::function<Result<QByteArray>()> concluding = [source = *source] {
        return source->conclude();
    };
    const auto expected = co_await m_disk->run(std::move(concluding), stop);
    if (!expected) {
        co_return failure(expected.error());
    }
    const auto script = concludeFileScript(*m_stage, item);
    const auto hash = co_await m_shell.run(script, Repeatable::Safely, stop);
    if (!hash) {
        co_return failure(hash.error());
    }
    if (!hash->startsWith(*expected)) {
        co_return failure(damaged());
    }
    noteFileDone();
    co_return Result<void>();
}

QCoro::Task<Result<void>> Upload::sendParts(std::shared_ptr<FileInFlight> file)
{
    const auto stop = m_scope.token();
    while (!file->hasFailed) {
        using Chunk = UploadSource::Chunk;
        std::function<Result<Chunk>()> reading = [file] {
            return file->source->next(partBytes);
        };
        auto chunk = co_await m_disk->run(std::move(reading), stop);
        if (!chunk) {
            file->hasFailed = true;
            co_return failure(chunk.error());
        }
        if (chunk->sizeBytes == 0) {
            break;
        }
        const auto part = co_await sendPart(std::move(chunk->base64), chunk->sizeBytes);
        if (!part) {
            file->hasFailed = true;
            co_return failure(part.error());
        }
        const auto script = placePartScript(*m_stage, *part, file->item.path, chunk->offset);
        const auto placed = co_await m_shell.run(script, Repeatable::Safely, stop);
        if (!placed) {
            file->hasFailed = true;
            co_return failure(placed.error());
        }
        m_doneBytes += chunk->sizeBytes;
        file->doneBytes += chunk->sizeBytes;
        noteInFlight(*part, 0);
    }
    co_return Result<void>();
}

QCoro::Task<Result<qint64>> Upload::sendPart(QByteArray base64, qint64 fileBytes)
{
    const auto part = ++m_lastPart;
    const QPointer<Upload> self = this;
    auto tellProgress = [self, part, fileBytes](qint64 sent, qint64 total) {
        if (self && total > 0) {
            self->noteInFlight(part, fileBytes * sent / total);
        }
    };
    const auto path = m_stage->partText(part);
    const auto written = co_await m_shell.executor().writePlainFile(
        path, std::move(base64), std::move(tellProgress), m_scope.token());
    if (!written) {
        co_return failure(written.error());
    }
    co_return part;
}

QCoro::Task<Result<void>> Upload::commit()
{
    const auto type = m_plan.items.first().type;
    const auto script = commitScript(*m_stage, type, m_order.existing, m_tools);
    const auto conflicts = co_await m_shell.runForBytes(script, Repeatable::Never, m_scope.token());
    if (!conflicts) {
        co_return failure(conflicts.error());
    }
    for (const auto &path : conflicts->split('\0')) {
        if (!path.isEmpty()) {
            m_plan.problems.append(
                {path,
                 Error::of(
                     ErrorKind::Conflict,
                     u"In the sandbox a folder stands where a file belongs, or the other way round."_s)});
        }
    }
    co_return Result<void>();
}

void Upload::noteInFlight(qint64 part, qint64 bytes)
{
    if (bytes > 0) {
        m_bytesInFlight.insert(part, bytes);
    } else {
        m_bytesInFlight.remove(part);
    }
    const auto inFlight = std::accumulate(m_bytesInFlight.cbegin(), m_bytesInFlight.cend(), qint64(0));
    m_meter.update([&](TransferProgress &progress) { progress.doneBytes = m_doneBytes + inFlight; });
}

void Upload::noteFileDone()
{
    m_meter.update([](TransferProgress &progress) { ++progress.doneFiles; });
}

void Upload::conclude(const Result<void> &result)
{
    m_state = State::Ended;
    m_disk.reset();
    removeStage();
    const QPointer<Upload> self = this;
    m_meter.flush();
    if (!self) {
        return;
    }
    if (result) {
        Q_EMIT finished(m_plan.problems);
    } else {
        Q_EMIT failed(result.error());
    }
}

void Upload::removeStage()
{
    if (m_stage) {
        runInBackground(m_shell, removeStageScript(*m_stage));
        m_stage.reset();
    }
}

} // namespace Koyeb
