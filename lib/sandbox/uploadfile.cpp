// SPDX-License-Identifier: Apache-2.0
// How an Upload sends one file: in parts, several at a time, each put into its place.
#include "sandbox/upload.h"

#include "core/deadline.h"
#include "executor/commandscript.h"
#include "executor/shellquote.h"
#include "sandbox/arrivals.h"
#include "sandbox/lanes.h"
#include "sandbox/packing.h"
#include "sandbox/readback.h"
#include "sandbox/remoteentry.h"

#include <QPointer>

#include <algorithm>
#include <limits>

namespace Koyeb {

namespace {

using namespace Qt::Literals::StringLiterals;

/// The content of parts that are scripts.
constexpr qint64 scriptedPartBytes = 1024 * 1024;
/// Of a file that goes in one command: as base64, with the script around it, it fits into one argument.
constexpr qint64 wholeFileBytes = 64 * 1024;

Result<WholeFile> readWholeFile(const UploadItem &item, const PartChoice &choice)
{
    const auto source = UploadSource::open(item);
    if (!source) {
        return failure(source.error());
    }
    const auto content = (*source)->read((*source)->sizeBytes());
    if (!content) {
        return failure(content.error());
    }
    if (const auto unchanged = (*source)->conclude(); !unchanged) {
        return failure(unchanged.error());
    }
    WholeFile file;
    const auto small = packed(*content, choice.packing, choice.compression);
    file.form = choice.bytes;
    file.form.packing = small ? choice.packing : Packing::None;
    file.base64 = (small ? *small : *content).toBase64();
    file.sha256 = Sha256::hexOf(*content);
    return file;
}

} // namespace

Error damagedOnTheWay()
{
    return Error::of(
        ErrorKind::Integrity, u"What arrived in the sandbox is not what was sent; its checksum differs."_s);
}

QCoro::Task<Result<void>> Upload::removeFile(QByteArray path)
{
    // A name that cannot be there need not be removed.
    const auto script =
        u"f=%1\nrm -f -- \"$f\" 2>/dev/null || { [ ! -e \"$f\" ] && [ ! -h \"$f\" ]; } || rm -f -- \"$f\""_s
            .arg(shellQuoted(stage().item(path)));
    const auto removed = co_await shell().run(script, Repeatable::Safely, stopToken());
    co_return removed ? Result<void>() : failure(removed.error());
}

bool Upload::isSmallFile() const
{
    const auto &top = m_plan.items.first();
    return top.type == UploadItem::Type::File && top.sizeBytes <= wholeFileBytes && !m_order.feed &&
           m_tools.hashes();
}

bool Upload::canGoAtOnce() const
{
    return isSmallFile() && checkpoint().stage.isEmpty() && m_order.existing != ExistingTarget::KeepBoth &&
           !m_tools.decoder.isEmpty();
}

QCoro::Task<Result<bool>> Upload::targetHasContent()
{
    const auto stop = stopToken();
    std::function<Result<QByteArray>()> hashing = [item = m_plan.items.first()]() -> Result<QByteArray> {
        const auto source = UploadSource::open(item);
        if (!source) {
            return failure(source.error());
        }
        const auto content = (*source)->read((*source)->sizeBytes());
        return content ? Result<QByteArray>(Sha256::hexOf(*content)) : failure(content.error());
    };
    const auto hash = co_await disk().run(std::move(hashing), stop);
    if (!hash) {
        co_return failure(hash.error());
    }
    const auto script = m_tools.hasher + u" < "_s + shellQuoted(stage().target);
    const auto there = co_await m_stage->run(script, Repeatable::Safely, stop);
    if (!there && there.error().kind != ErrorKind::Rejected && there.error().kind != ErrorKind::NotFound) {
        co_return failure(there.error());
    }
    co_return there && there->startsWith(*hash);
}

QCoro::Task<Result<bool>> Upload::sendAtOnce()
{
    const auto item = m_plan.items.first();
    const auto stop = stopToken();
    auto pass = co_await gate().enter(Flow::Up, base64Bytes(item.sizeBytes), stop);
    if (!pass) {
        co_return failure(pass.error());
    }
    meter().update([&item](TransferProgress &progress) { progress.currentPath = bytesOf(item.source); });
    std::function<Result<WholeFile>()> reading = [item, choice = partChoice()] {
        return readWholeFile(item, choice);
    };
    auto file = co_await disk().run(std::move(reading), stop);
    if (!file && file.error().isCancelled()) {
        co_return failure(file.error());
    }
    if (!file) {
        co_return false;
    }
    file->hasTime = m_order.options.keepsTimes;
    auto placing = placeAtOnce(std::move(*file), std::move(*pass));
    co_return co_await placing;
}

QCoro::Task<Result<bool>> Upload::placeAtOnce(WholeFile file, TransferGate::Pass pass)
{
    const auto item = m_plan.items.first();
    const auto stageName = temporaryName();
    const auto paths = UploadStage::beside(m_order.remoteDirectory, name(), stageName);
    const auto script = wholeFileScript(paths, item, file, m_order.existing, m_tools);
    if (quietScript(script).toUtf8().size() > maximumScriptBytes) {
        co_return false; // Names of quotes grow.
    }
    notes().noteStage(stageName);
    notes().noteCommitting(true); // Should the answer be lost, it may have been done.
    adoptStage(stageName);
    pass.settle(file.base64.size());
    const Deadline deadline(m_clock, partTimeout, stopToken());
    const auto answer = co_await m_stage->run(script, Repeatable::Never, deadline.token());
    const auto says = deadline.judged(answer);
    pass.finish(says);
    if (!says && says.error().httpStatus == 0 &&
        (says.error().kind == ErrorKind::Conflict || says.error().kind == ErrorKind::Rejected ||
         says.error().kind == ErrorKind::NotFound)) {
        notes().noteCommitting(false); // The script itself says that it was not.
    }
    if (!says) {
        co_return failure(says.error());
    }
    if (!says->startsWith(placedFileLine)) {
        auto reason = co_await whyDamaged(item);
        co_return failure(std::move(reason));
    }
    if (says->endsWith(goneStageLine)) {
        m_stage.reset();
    }
    m_placedBytes += item.sizeBytes;
    tellBytes();
    meter().update([](TransferProgress &progress) { ++progress.doneFiles; });
    co_return true;
}

QCoro::Task<Result<void>> Upload::sendFile(UploadItem item)
{
    auto sending = m_order.feed ? sendFileOfFeed(std::move(item)) : sendFileHere(std::move(item));
    co_return co_await sending;
}

QCoro::Task<Result<void>> Upload::sendFileHere(UploadItem item)
{
    const bool isKept = m_remains.partialBytes > 0 && m_remains.partialPath == item.path;
    auto keptBytes = isKept && m_remains.partialBytes <= item.sizeBytes ? m_remains.partialBytes : 0;
    const auto placedBefore = m_placedBytes;
    const auto keptBefore = meter().progress().keptBytes;
    for (int reading = 1;; ++reading) {
        const auto sent = co_await sendFileFrom(item, keptBytes);
        if (sent || !concernsItemOnly(sent.error()) || reading == maximumReadings) {
            co_return sent;
        }
        // What an earlier attempt had placed may not be what it was, or the file has been changed meanwhile.
        const bool wasKept = keptBytes > 0 && sent.error().kind == ErrorKind::Integrity;
        const auto seen = co_await lookAgain(item);
        if (!wasKept && !seen) {
            co_return sent;
        }
        keptBytes = 0;
        m_placedBytes = placedBefore;
        meter().update([&](TransferProgress &progress) {
            progress.keptBytes = keptBefore;
            progress.totalBytes += seen ? seen->sizeBytes - item.sizeBytes : 0;
        });
        tellBytes();
        item = seen.value_or(item);
        const auto removed = co_await removeFile(item.path);
        if (!removed) {
            co_return removed;
        }
    }
}

/// The file as it is now; nothing when it is as it was or cannot be sent any more.
QCoro::Task<std::optional<UploadItem>> Upload::lookAgain(UploadItem item)
{
    std::function<Result<UploadItem>()> looking = [item, links = m_order.options.links] {
        return uploadItemAt(item.source, item.path, links);
    };
    auto seen = co_await disk().run(std::move(looking), stopToken());
    if (seen) {
        applyOptions(*seen);
    }
    const bool isChanged = seen && seen->type == item.type && seen->version() != item.version();
    co_return isChanged ? std::optional(std::move(*seen)) : std::nullopt;
}

QCoro::Task<Result<void>> Upload::sendFileFrom(UploadItem item, qint64 keptBytes)
{
    meter().update([&item](TransferProgress &progress) { progress.currentPath = bytesOf(item.source); });
    const auto stop = stopToken();
    using Source = std::shared_ptr<UploadSource>;
    std::function<Result<Source>()> opening = [item, keptBytes]() -> Result<Source> {
        auto opened = UploadSource::open(item);
        if (opened) {
            if (const auto skipped = (*opened)->skip(keptBytes); !skipped) {
                return failure(skipped.error());
            }
        }
        return opened;
    };
    auto source = co_await disk().run(std::move(opening), stop);
    if (!source) {
        co_return failure(source.error());
    }
    m_placedBytes += keptBytes;
    meter().update([keptBytes](TransferProgress &progress) {
        progress.keptBytes += keptBytes;
        progress.doneBytes += keptBytes;
    });
    const auto file = std::make_shared<FileInFlight>(
        FileInFlight{item, *source, Arrivals(keptBytes), false, chunkBytes, keptBytes});
    std::function<QCoro::Task<Result<void>>()> lane = [this, file] {
        return sendParts(file);
    };
    // Without dd each part follows on the one before.
    const auto sent = co_await inLanes(m_tools.dd ? lanes : 1, std::move(lane));
    if (!sent) {
        co_return sent;
    }
    std::function<Result<QByteArray>()> concluding = [source = *source] {
        return source->conclude();
    };
    const auto expected = co_await disk().run(std::move(concluding), stop);
    if (!expected) {
        co_return failure(expected.error());
    }
    Result<QByteArray> hash = *expected;
    if (!m_tools.hashes()) {
        hash = co_await readBack(item); // Before its mode forbids that.
    }
    if (hash && *hash == *expected) {
        const auto script = concludeFileScript(stage(), item, m_tools.hasher);
        auto concluded = co_await shell().run(script, Repeatable::Safely, stop);
        hash = m_tools.hashes() || !concluded ? std::move(concluded) : std::move(hash);
    }
    if (!hash) {
        co_return failure(hash.error());
    }
    if (!hash->startsWith(*expected)) {
        auto reason = co_await whyDamaged(item);
        co_return failure(std::move(reason));
    }
    notes().noteFiles({{item.path, item.version()}});
    meter().update([](TransferProgress &progress) { ++progress.doneFiles; });
    co_return Result<void>();
}

/// BusyBox's base64 does not tell of a disk that is full: what it makes is just short.
QCoro::Task<Error> Upload::whyDamaged(UploadItem item)
{
    if (!m_tools.plain.contains("wc")) {
        co_return damagedOnTheWay();
    }
    const auto path = stage().item(item.path);
    const auto script = u"[ \"$(wc -c < "_s + shellQuoted(path) + u")\" -ge "_s +
                        QString::number(item.sizeBytes) + u" ] || echo short"_s;
    const auto answer = co_await m_stage->run(script, Repeatable::Safely, stopToken());
    if (!answer) {
        co_return answer.error();
    }
    if (*answer == "short\n") {
        const auto reason = u"%1 is incomplete: perhaps there is no space left on device"_s;
        co_return Error::of(ErrorKind::Rejected, reason.arg(displayName(path)));
    }
    co_return damagedOnTheWay();
}

QCoro::Task<Result<void>> Upload::sendParts(std::shared_ptr<FileInFlight> file)
{
    const auto stop = stopToken();
    while (!file->hasFailed && file->takenBytes < file->item.sizeBytes) {
        // Before anything is read, so that memory holds no more than is under way.
        const auto wanted = gate().chunkBytes(Flow::Up, std::min(file->nextBytes, largestPart()));
        file->takenBytes += wanted;
        auto pass = co_await gate().enter(Flow::Up, base64Bytes(wanted), stop);
        if (!pass) {
            co_return failure(pass.error());
        }
        using Chunk = UploadSource::Chunk;
        const auto part = ++m_lastPart;
        std::function<Result<Chunk>()> reading = [file, wanted, choice = partChoice(), head = headOf(part)] {
            return file->source->next(wanted, choice, head);
        };
        auto chunk = co_await disk().run(std::move(reading), stop);
        if (!chunk) {
            file->hasFailed = true;
            co_return failure(chunk.error());
        }
        pass->settle(chunk->body.size());
        if (chunk->sizeBytes == 0) {
            break;
        }
        file->takenBytes -= wanted - chunk->sizeBytes; // Text may end a little earlier.
        file->nextBytes = chunkBytesAfter(chunk->sizeBytes, chunk->wireBytes);
        const auto placed = co_await placePart(file, part, std::move(*chunk), std::move(*pass));
        if (!placed) {
            file->hasFailed = true;
            co_return placed;
        }
    }
    co_return Result<void>();
}

QCoro::Task<Result<void>> Upload::placePart(
    std::shared_ptr<FileInFlight> file, qint64 part, UploadSource::Chunk chunk, TransferGate::Pass pass)
{
    const auto written = co_await sendPart(part, chunk.form, std::move(chunk.body), chunk.sizeBytes);
    pass.finish(written);
    if (!written) {
        co_return written;
    }
    const auto script = placePartScript(stage(), part, file->item.path, chunk.offset, chunk.form, m_tools);
    const Deadline deadline(m_clock, partTimeout, stopToken());
    const auto answer = co_await m_stage->run(script, Repeatable::Safely, deadline.token());
    const auto placed = deadline.judged(answer);
    if (!placed && placed.error().isCancelled()) {
        co_return failure(placed.error());
    }
    const bool isLost = placed && *placed == lostPartLine;
    settlePart(part, placed && !isLost ? chunk.sizeBytes : 0);
    if (!placed || isLost) {
        co_return failure(placed ? damagedOnTheWay() : placed.error());
    }
    if (file->arrivals.add(chunk.offset, chunk.sizeBytes)) {
        notes().notePartial(file->item.path, file->item.version(), file->arrivals.end());
    }
    co_return Result<void>();
}

QByteArray Upload::headOf(qint64 part) const
{
    return ExecutorClient::plainFileHead(stage().partText(part));
}

PartChoice Upload::partChoice()
{
    PartChoice choice;
    choice.packing = packingOf(m_tools, gate().compression());
    choice.compression = gate().compression();
    choice.bytes.decoder = m_tools.decoder;
    if (m_tools.decoder.isEmpty()) {
        choice.bytes.coding = shell().hasExecRoad() ? PartCoding::Raw : PartCoding::Script;
    }
    return choice;
}

qint64 Upload::largestPart()
{
    // A script is three times as long as what it prints.
    const bool areScripts = partChoice().bytes.coding == PartCoding::Script;
    return areScripts ? scriptedPartBytes : std::numeric_limits<qint64>::max();
}

QCoro::Task<Result<QByteArray>> Upload::readBack(UploadItem item)
{
    const ReadBackMeans means{shell(), gate(), disk(), stopToken()};
    // One byte more shows what does not belong there. What is empty is made only at its end.
    return hashByReading(means, stage().item(item.path), item.sizeBytes > 0 ? item.sizeBytes + 1 : 0);
}

QCoro::Task<Result<void>> Upload::sendPart(qint64 part, PartForm form, QByteArray body, qint64 fileBytes)
{
    const QPointer<Upload> self = this;
    auto tellProgress = [self, part, fileBytes](qint64 sent, qint64 total) {
        if (self && total > 0) {
            self->noteInFlight(part, fileBytes * sent / total);
        }
    };
    Result<void> written;
    if (form.coding != PartCoding::Raw) {
        written = co_await shell().executor().writePreparedFile(
            std::move(body), std::move(tellProgress), stopToken());
    } else {
        auto bytes = contentOfPreparedBody(body, headOf(part));
        body.clear();
        const Deadline deadline(m_clock, partTimeout, stopToken());
        const auto sent = co_await shell().sendBytes(stage().part(part), std::move(bytes), deadline.token());
        written = deadline.judged(sent);
    }
    if (!written && !written.error().isCancelled()) {
        settlePart(part, 0);
    }
    co_return written;
}

} // namespace Koyeb
