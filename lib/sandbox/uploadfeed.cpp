// SPDX-License-Identifier: Apache-2.0
// How an Upload sends what is not on this computer: small files by way of it, large ones through memory.
#include "sandbox/uploadfeed.h"

#include "executor/shellquote.h"
#include "sandbox/downloadplan.h"
#include "sandbox/lanes.h"
#include "sandbox/upload.h"

namespace Koyeb {

namespace {

using namespace Qt::Literals::StringLiterals;

Error restless()
{
    return Error::of(ErrorKind::Integrity, u"The file was changed each time it was read."_s);
}

/// What came of a range, ready to be sent.
Result<UploadSource::Chunk> chunkOf(
    const UploadStream::Range &range, const PartChoice &choice, const QByteArray &head)
{
    auto decoded = decodedChunk(range.base64, range.packing, range.sizeBytes + uploadBlockBytes);
    if (!decoded) {
        return failure(decoded.error());
    }
    decoded->content.truncate(range.sizeBytes); // What was appended meanwhile is for the next reading.
    return UploadSource::chunkOf(range.offset, decoded->content, choice, head);
}

} // namespace

Error Upload::judgedOfFeed(const Error &error)
{
    m_feedLacksItem = Koyeb::concernsItemOnly(error);
    return error;
}

QCoro::Task<Result<UploadFeed::Brought>> Upload::bringBatch(QList<UploadItem> items)
{
    if (!m_order.feed) {
        UploadFeed::Brought all;
        all.items = std::move(items);
        co_return all;
    }
    auto brought = co_await m_order.feed->bring(items, stopToken());
    if (brought) {
        addProblems(brought->problems);
        sendLater(items, brought->left);
    }
    co_return brought;
}

void Upload::sendLater(const QList<UploadItem> &items, const QSet<QByteArray> &paths)
{
    for (const auto &item : items) {
        if (paths.contains(item.path)) {
            m_sentAlone.append(item);
        }
    }
}

QCoro::Task<Result<void>> Upload::sendFileOfFeed(UploadItem item)
{
    // Without dd parts have to follow one on the other, and without a hasher nothing can be compared there.
    const bool isStreamed = m_order.feed->canStream() && m_tools.dd && m_tools.hashes();
    if (item.sizeBytes > smallFileBytes && isStreamed) {
        auto sending = sendStream(item);
        co_return co_await sending;
    }
    const auto brought = co_await m_order.feed->bringAlone(item, stopToken());
    if (!brought) {
        co_return failure(judgedOfFeed(brought.error()));
    }
    addProblems(brought->problems);
    if (brought->items.isEmpty()) {
        co_return failure(judgedOfFeed(restless()));
    }
    auto here = brought->items.first();
    applyOptions(here);
    meter().update(
        [&](TransferProgress &progress) { progress.totalBytes += here.sizeBytes - item.sizeBytes; });
    co_return co_await sendFileHere(here);
}

QCoro::Task<Result<void>> Upload::sendStream(UploadItem item)
{
    const bool isKept = m_remains.partialBytes > 0 && m_remains.partialPath == item.path;
    auto keptBytes = isKept ? m_remains.partialBytes : 0;
    const auto placedBefore = m_placedBytes;
    const auto keptBefore = meter().progress().keptBytes;
    for (int reading = 1;; ++reading) {
        bool isWhole = false;
        auto seen = co_await sendStreamFrom(item, keptBytes, &isWhole);
        if (!seen) {
            co_return failure(seen.error());
        }
        applyOptions(*seen);
        const bool isLast = reading == maximumReadings;
        const bool hasGrown = isWhole && seen->sizeBytes > item.sizeBytes;
        if (isWhole && hasGrown && isLast) {
            const auto reason = u"The file grew faster than it could be read; its beginning was copied."_s;
            addProblem({bytesOf(item.source), Error::of(ErrorKind::Integrity, reason), true});
        }
        if (isWhole && (!hasGrown || isLast)) {
            notes().noteFiles({{item.path, item.version()}});
            meter().update([](TransferProgress &progress) { ++progress.doneFiles; });
            co_return Result<void>();
        }
        const bool isDamaged = keptBytes == 0 && !isWhole && seen->version() == item.version();
        if (isDamaged) {
            auto reason = co_await whyDamaged(item);
            co_return failure(std::move(reason));
        }
        if (isLast || seen->type != UploadItem::Type::File) {
            co_return failure(restless());
        }
        // Of a file that has just grown, what is new; of others all.
        keptBytes = hasGrown ? item.sizeBytes - item.sizeBytes % uploadBlockBytes : 0;
        m_placedBytes = placedBefore;
        meter().update([&](TransferProgress &progress) {
            progress.keptBytes = keptBefore;
            progress.totalBytes += seen->sizeBytes - item.sizeBytes;
        });
        tellBytes();
        const auto path = shellQuoted(stage().item(item.path));
        const auto script = (hasGrown ? u"chmod u+w -- "_s : u"rm -f -- "_s) + path;
        item = *seen;
        const auto readied = co_await m_stage->run(script, Repeatable::Safely, stopToken());
        if (!readied) {
            co_return failure(readied.error());
        }
    }
}

QCoro::Task<Result<UploadItem>> Upload::sendStreamFrom(UploadItem item, qint64 keptBytes, bool *isWhole)
{
    meter().update([&item](TransferProgress &progress) { progress.currentPath = bytesOf(item.source); });
    const auto stop = stopToken();
    const auto stream = co_await m_order.feed->open(item, keptBytes, stop);
    if (!stream) {
        co_return failure(judgedOfFeed(stream.error()));
    }
    const auto start = keptBytes - keptBytes % uploadBlockBytes;
    m_placedBytes += start;
    meter().update([start](TransferProgress &progress) {
        progress.keptBytes += start;
        progress.doneBytes += start;
    });
    const auto file = std::make_shared<FileInFlight>(
        FileInFlight{item, nullptr, Arrivals(start), false, chunkBytes, start});
    std::function<QCoro::Task<Result<void>>()> lane = [this, file, from = *stream] {
        return sendRanges(file, from);
    };
    const auto sent = co_await inLanes(lanes, std::move(lane));
    if (!sent) {
        co_return failure(sent.error());
    }
    // Both sides at the same time. Each hashes all of it, also what an earlier attempt has sent.
    auto looking = (*stream)->look();
    const auto script = concludeFileScript(stage(), item, m_tools.hasher);
    const auto hash = co_await shell().run(script, Repeatable::Safely, stop);
    const auto look = co_await looking;
    if (!look) {
        co_return failure(judgedOfFeed(look.error()));
    }
    if (!hash) {
        co_return failure(hash.error());
    }
    constexpr qsizetype hexDigits = 64;
    *isWhole = look->item.type == UploadItem::Type::File && look->sha256.size() == hexDigits &&
               hash->startsWith(look->sha256) && look->item.sizeBytes >= item.sizeBytes;
    co_return look->item;
}

QCoro::Task<Result<void>> Upload::sendRanges(
    std::shared_ptr<FileInFlight> file, std::shared_ptr<UploadStream> stream)
{
    const auto stop = stopToken();
    while (!file->hasFailed) {
        auto range =
            co_await stream->next(gate().chunkBytes(Flow::Up, std::min(file->nextBytes, largestPart())));
        if (!range) {
            file->hasFailed = true;
            co_return failure(judgedOfFeed(range.error()));
        }
        if (range->sizeBytes == 0) {
            break;
        }
        // What waits for the gate is as small as it came.
        auto pass = co_await gate().enter(Flow::Up, range->base64.size(), stop);
        if (!pass) {
            co_return failure(pass.error());
        }
        using Chunk = UploadSource::Chunk;
        const auto part = ++m_lastPart;
        std::function<Result<Chunk>()> making = [range = std::move(*range), choice = partChoice(),
                                                 head = headOf(part)] {
            return chunkOf(range, choice, head);
        };
        auto chunk = co_await disk().run(std::move(making), stop);
        if (!chunk) {
            file->hasFailed = true;
            co_return failure(judgedOfFeed(chunk.error()));
        }
        pass->settle(chunk->body.size());
        if (chunk->sizeBytes == 0) {
            break; // It was cut off meanwhile, as the end will tell.
        }
        file->nextBytes = chunkBytesAfter(chunk->sizeBytes, chunk->wireBytes);
        const auto placed = co_await placePart(file, part, std::move(*chunk), std::move(*pass));
        if (!placed) {
            file->hasFailed = true;
            co_return placed;
        }
    }
    co_return Result<void>();
}

} // namespace Koyeb
