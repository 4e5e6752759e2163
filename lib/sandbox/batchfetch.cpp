// SPDX-License-Identifier: Apache-2.0
#include "sandbox/batchfetch.h"

#include "core/base64.h"
#include "core/deadline.h"
#include "core/sha256.h"
#include "executor/shellquote.h"
#include "sandbox/downloadplan.h"
#include "sandbox/downloadscripts.h"
#include "sandbox/lanes.h"

namespace Koyeb {

namespace {

using namespace Qt::Literals::StringLiterals;

/// Of a script's 128 KiB.
constexpr qsizetype maximumNameBytes = 100 * 1024;
constexpr qsizetype filesInBatch = 2000;
/// One is written down while the next are read.
constexpr int batchesAtOnce = 3;
/// Of what comes besides the files: hashes and names.
constexpr qint64 extraBytes = 1024 * 1024;

QList<ListedFile> listed(const QList<RemoteEntry> &batch)
{
    QList<ListedFile> files;
    files.reserve(batch.size());
    for (const auto &file : batch) {
        files.append({file.name, file.sizeBytes.value_or(0)});
    }
    return files;
}

qint64 bytesOfFiles(const QList<RemoteEntry> &batch)
{
    qint64 bytes = 0;
    for (const auto &file : batch) {
        bytes += file.sizeBytes.value_or(0);
    }
    return bytes;
}

} // namespace

BatchFetch::BatchFetch(
    FileFetch::Means means, std::shared_ptr<DownloadStage> stage, QByteArray remoteDirectory,
    QList<RemoteEntry> files)
    : m_means(std::move(means)),
      m_stage(std::move(stage)),
      m_directory(std::move(remoteDirectory)),
      m_files(std::move(files))
{
}

QCoro::Task<Result<void>> BatchFetch::run()
{
    const auto tools = co_await m_means.shell.tools(m_means.stop);
    if (!tools) {
        co_return failure(tools.error());
    }
    m_packing = packingOf(*tools, m_means.gate.compression());
    std::function<QCoro::Task<Result<void>>()> lane = [this] {
        return fetchBatches();
    };
    co_return co_await inLanes(batchesAtOnce, std::move(lane));
}

QCoro::Task<Result<void>> BatchFetch::fetchBatches()
{
    while (!m_hasFailed) {
        auto batch = takeBatch();
        if (batch.isEmpty()) {
            break;
        }
        const auto fetched = co_await fetch(std::move(batch));
        if (!fetched) {
            m_hasFailed = true;
            co_return fetched;
        }
    }
    co_return Result<void>();
}

QList<RemoteEntry> BatchFetch::takeBatch()
{
    QList<RemoteEntry> batch;
    qint64 bytes = 0;
    qsizetype nameBytes = 0;
    const auto maximumBytes = m_means.gate.chunkBytes(Flow::Down, batchBytes);
    for (; m_next < m_files.size() && batch.size() < filesInBatch; ++m_next) {
        const auto &file = m_files[m_next];
        bytes += file.sizeBytes.value_or(0);
        // Quoting makes names longer, and each is there once.
        nameBytes += shellQuoted("./" + file.name).toUtf8().size() + 1;
        if (!batch.isEmpty() && (bytes > maximumBytes || nameBytes > maximumNameBytes)) {
            break;
        }
        batch.append(file);
    }
    return batch;
}

QCoro::Task<Result<void>> BatchFetch::fetch(QList<RemoteEntry> batch)
{
    m_means.meter.update([this, &batch](TransferProgress &progress) {
        progress.currentPath = joinRemotePath(m_directory, batch.first().name);
    });
    const Arrived form{{}, m_packing, randomDigits()};
    const auto script = readBatchScript(m_directory, listed(batch), form.boundary);
    auto answer = co_await read(script, form.packing, bytesOfFiles(batch));
    if (!answer && !concernsItemOnly(answer.error())) {
        co_return failure(answer.error());
    }
    if (!answer) {
        const auto isThere = co_await look();
        if (!isThere) {
            co_return isThere;
        }
        co_return co_await fetchHalves(std::move(batch));
    }
    auto arrived = form;
    arrived.base64 = std::move(answer->base64);
    std::function<Result<Stored>()> storing = [stage = m_stage, batch,
                                               arrived = std::move(arrived)]() mutable {
        return store(*stage, batch, std::exchange(arrived, {}));
    };
    const auto stored = co_await m_means.disk.run(std::move(storing), m_means.stop);
    answer->pass = {}; // Only now nothing of it is held any more.
    if (!stored) {
        co_return failure(stored.error());
    }
    if (!stored->isReadable) {
        co_return co_await fetchHalves(std::move(batch));
    }
    note(*stored);
    co_return Result<void>();
}

Result<BatchFetch::Stored> BatchFetch::store(
    DownloadStage &stage, const QList<RemoteEntry> &batch, Arrived arrived)
{
    const auto maximumBytes = bytesOfFiles(batch) + 2 * maximumNameBytes + extraBytes;
    const auto bytes = decodedChunk(arrived.base64, arrived.packing, maximumBytes);
    arrived.base64.clear();
    if (!bytes) {
        return failure(bytes.error());
    }
    Stored stored;
    stored.outputBytes = bytes->content.size();
    stored.wireBytes = bytes->wireBytes;
    const auto received = parseBatch(bytes->content, listed(batch), arrived.boundary);
    stored.isReadable = received.has_value();
    for (qsizetype index = 0; received && index < batch.size(); ++index) {
        const auto &[content, sha256] = received->at(index);
        const auto &file = batch[index];
        if (Sha256::hexOf(content) != sha256) {
            stored.changed.append(file);
            continue;
        }
        const auto written = stage.writeFile(file.name, content, attributesOf(file));
        if (!written && !concernsItemOnly(written.error())) {
            return failure(written.error());
        }
        if (!written) {
            stored.problems.append({file.name, written.error()});
            continue;
        }
        stored.fileBytes += content.size();
        stored.files.insert(file.name, versionOf(file));
    }
    return stored;
}

// One of them has changed or vanished: it is found in a few steps, and the others still come many at once.
QCoro::Task<Result<void>> BatchFetch::fetchHalves(QList<RemoteEntry> batch)
{
    if (batch.size() == 1) {
        m_left += batch;
        co_return Result<void>();
    }
    const auto fetched = co_await fetch(batch.first(batch.size() / 2));
    if (!fetched) {
        co_return fetched;
    }
    co_return co_await fetch(batch.sliced(batch.size() / 2));
}

QCoro::Task<Result<RangeReader::Answer>> BatchFetch::read(QString script, Packing packing, qint64 fileBytes)
{
    auto pass = co_await m_means.gate.enter(Flow::Down, base64Bytes(fileBytes), m_means.stop);
    if (!pass) {
        co_return failure(pass.error());
    }
    auto &shell = m_means.shell;
    const Deadline deadline(shell.executor().clock(), answerTimeout, m_means.stop);
    const auto answer =
        co_await shell.runForBase64(std::move(script), packing, Repeatable::Safely, deadline.token());
    auto base64 = deadline.judged(answer);
    pass->settle(base64 ? base64->size() : 0);
    pass->judge(base64);
    if (!base64) {
        co_return failure(base64.error());
    }
    co_return RangeReader::Answer{std::move(*base64), std::move(*pass)};
}

QCoro::Task<Result<void>> BatchFetch::look()
{
    const auto script = topEntryScript(m_directory, m_means.links);
    const auto folder = co_await m_means.shell.run(script, Repeatable::Safely, m_means.stop);
    co_return folder ? Result<void>() : failure(folder.error());
}

void BatchFetch::note(const Stored &stored)
{
    m_left += stored.changed;
    m_problems += stored.problems;
    const bool isAlwaysPacked = m_means.gate.compression() == Compression::Always;
    if (m_packing != Packing::None && !isAlwaysPacked &&
        !packingPays(m_packing, stored.wireBytes, stored.outputBytes)) {
        m_packing = Packing::None;
    }
    m_means.notes.noteFiles(stored.files);
    m_means.meter.update([&stored](TransferProgress &progress) {
        progress.doneBytes += stored.fileBytes;
        progress.doneFiles += stored.files.size();
    });
}

} // namespace Koyeb
