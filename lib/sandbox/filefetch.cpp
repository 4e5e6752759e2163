// SPDX-License-Identifier: Apache-2.0
#include "sandbox/filefetch.h"

#include "sandbox/downloadplan.h"
#include "sandbox/downloadscripts.h"
#include "sandbox/lanes.h"
#include "sandbox/packing.h"
#include "sandbox/readback.h"

namespace Koyeb {

namespace {

using namespace Qt::Literals::StringLiterals;

/// More than may pass the gate: meanwhile the others have their parts made.
constexpr int lanes = TransferGate::maximumAtOnce + 2;
constexpr int maximumReadings = 4;
/// Of a file that does not say how large it is: one that never ends would fill this computer's disk.
constexpr qint64 maximumUnsizedBytes = 64 * 1024 * 1024;

Error restless()
{
    return Error::of(ErrorKind::Integrity, u"The file was changed each time it was read."_s);
}

} // namespace

LocalAttributes attributesOf(const RemoteEntry &entry)
{
    return {entry.mode.value_or(0644), entry.modifiedAt.isValid() ? entry.modifiedAt.toSecsSinceEpoch() : 0};
}

FileVersion versionOf(const RemoteEntry &entry)
{
    constexpr qint64 limit = 9'000'000'000'000; // What nanoseconds can tell of, till the year 2255.
    return {
        entry.sizeBytes.value_or(-1),
        entry.modifiedAt.isValid()
            ? std::clamp(entry.modifiedAt.toMSecsSinceEpoch(), -limit, limit) * 1'000'000
            : -1};
}

QCoro::Task<Result<void>> FileFetch::openLocal()
{
    using Local = std::shared_ptr<LocalDescriptor>;
    std::function<Result<Local>()> opening = [stage = m_stage, path = m_file.name, kept = m_keptBytes] {
        return kept > 0 ? stage->openFile(path) : stage->createFile(path);
    };
    auto local = co_await m_means.disk.run(std::move(opening), m_means.stop);
    if (!local) {
        co_return failure(local.error());
    }
    m_local = std::move(*local);
    m_doneBytes = m_keptBytes;
    m_means.meter.update([this](TransferProgress &progress) {
        progress.doneBytes += m_keptBytes;
        progress.keptBytes += m_keptBytes;
    });
    co_return Result<void>();
}

QCoro::Task<Result<void>> FileFetch::run()
{
    const auto tools = co_await m_means.shell.tools(m_means.stop);
    if (!tools) {
        co_return failure(tools.error());
    }
    m_tools = *tools;
    const auto opened = co_await openLocal();
    if (!opened) {
        co_return opened;
    }
    // An empty file costs no more this way, and one of /proc arrives.
    m_isUnsized = sizeBytes() == 0;
    for (int reading = 1;; ++reading) {
        auto fetching = m_isUnsized ? fetchUnsized() : fetchSized();
        const auto fetched = co_await fetching;
        if (!fetched) {
            co_return fetched;
        }
        const auto comparison = co_await compare();
        if (!comparison) {
            co_return failure(comparison.error());
        }
        m_hasOutgrown = *comparison == Comparison::Grown && reading == maximumReadings;
        if (*comparison == Comparison::Same || m_hasOutgrown) {
            break;
        }
        if (reading == maximumReadings) {
            co_return failure(restless());
        }
        m_isUnsized = *comparison == Comparison::SizeIsNoSize;
        if (*comparison == Comparison::Grown) {
            m_keptBytes = sizeBytes();
            adopt(m_seen);
            continue;
        }
        const auto emptied = co_await startAnew();
        if (!emptied) {
            co_return emptied;
        }
    }
    m_means.notes.noteFiles({{m_file.name, versionOf(m_file)}});
    m_means.meter.update([](TransferProgress &progress) { ++progress.doneFiles; });
    co_return Result<void>();
}

QCoro::Task<Result<void>> FileFetch::fetchSized()
{
    const auto prepared = co_await m_ranges.prepare(sizeBytes() - m_keptBytes);
    if (!prepared) {
        co_return prepared;
    }
    m_nextOffset = m_keptBytes - m_keptBytes % downloadBlockBytes;
    m_arrivals = Arrivals(m_nextOffset);
    m_endsEarly = false;
    std::function<QCoro::Task<Result<void>>()> lane = [this] {
        return fetchRanges();
    };
    co_return co_await inLanes(lanes, std::move(lane));
}

QCoro::Task<Result<void>> FileFetch::fetchRanges()
{
    while (!m_hasFailed && !m_endsEarly && m_nextOffset < sizeBytes()) {
        const auto range = takeRange();
        const auto fetched = co_await fetchRange(range);
        if (!fetched) {
            m_hasFailed = true;
            co_return fetched;
        }
    }
    co_return Result<void>();
}

FileFetch::Range FileFetch::takeRange()
{
    const auto range = m_ranges.rangeAt(m_nextOffset, sizeBytes(), maximumChunkBytes);
    m_nextOffset += range.sizeBytes;
    return range;
}

QCoro::Task<Result<void>> FileFetch::fetchRange(Range range)
{
    auto answer = co_await m_ranges.read(range);
    if (!answer) {
        co_return failure(answer.error());
    }
    const auto pass = std::move(answer->pass); // Until it is written.
    const auto written = co_await writeEncoded(range, std::move(answer->base64));
    if (!written) {
        co_return failure(written.error());
    }
    m_endsEarly = m_endsEarly || written->sizeBytes < range.sizeBytes;
    m_ranges.learn(range, written->sizeBytes, written->wireBytes);
    noteRange(range);
    co_return Result<void>();
}

void FileFetch::noteRange(const Range &range)
{
    if (m_arrivals.add(range.offset, range.sizeBytes) && !m_endsEarly) {
        m_means.notes.notePartial(m_file.name, versionOf(m_file), m_arrivals.end());
    }
}

QCoro::Task<Result<void>> FileFetch::fetchUnsized()
{
    for (qint64 offset = 0;; offset += chunkBytes) {
        const auto script = readOnScript(m_path, offset, chunkBytes);
        auto pass =
            co_await m_means.gate.enter(Flow::Down, downloadBlockBytes, m_means.stop); // Nobody knows.
        if (!pass) {
            co_return failure(pass.error());
        }
        auto bytes = co_await m_means.shell.runForCheckedBytes(script, Repeatable::Safely, m_means.stop);
        pass->settle(bytes ? base64Bytes(bytes->size()) : 0);
        pass->finish(bytes);
        if (!bytes) {
            co_return failure(bytes.error());
        }
        if (bytes->size() > chunkBytes) {
            co_return failure(ErrorKind::Protocol, u"More of a file came than was asked for."_s);
        }
        const bool isLast = bytes->size() < chunkBytes;
        if (!isLast && offset + chunkBytes >= maximumUnsizedBytes) {
            co_return failure(ErrorKind::Rejected, u"It says that it is empty, but there is no end to it."_s);
        }
        const auto written = co_await write(offset, std::move(*bytes));
        if (!written || isLast) {
            co_return written;
        }
    }
}

QCoro::Task<Result<FileFetch::Comparison>> FileFetch::compare()
{
    // Both sides at the same time.
    auto comparing = describeRemote();
    const auto hash = co_await conclude();
    const auto output = co_await comparing;
    if (!hash) {
        co_return failure(hash.error());
    }
    if (m_isUnsized && m_doneBytes == 0) {
        co_return Comparison::Same;
    }
    if (!output) {
        co_return failure(output.error());
    }
    const auto lineEnd = output->indexOf('\n');
    auto seen = parseTopEntry(output->mid(lineEnd + 1), m_file.name);
    if (!seen) {
        co_return failure(seen.error());
    }
    if (seen->type != RemoteEntry::Type::File) {
        // Its reading led elsewhere, and the size of a link is not that of a file.
        co_return failure(ErrorKind::Conflict, u"It is not a file any more."_s);
    }
    m_seen = std::move(*seen);
    co_return judge(output->startsWith(*hash));
}

QCoro::Task<Result<QByteArray>> FileFetch::describeRemote()
{
    if (m_tools.hashes() && m_tools.headBytes) {
        const auto script = compareScript(m_path, m_doneBytes, m_tools.hasher, m_means.links);
        co_return co_await m_means.shell.runForBytes(script, Repeatable::Safely, m_means.stop);
    }
    const ReadBackMeans means{m_means.shell, m_means.gate, m_means.disk, m_means.stop};
    const auto hash = co_await hashByReading(means, m_path, m_doneBytes);
    if (!hash) {
        co_return failure(hash.error());
    }
    const auto script = topEntryScript(m_path, m_means.links);
    const auto looks = co_await m_means.shell.runForBytes(script, Repeatable::Safely, m_means.stop);
    co_return looks ? Result<QByteArray>(*hash + '\n' + *looks) : failure(looks.error());
}

FileFetch::Comparison FileFetch::judge(bool contentIsSame) const
{
    const auto size = m_seen.sizeBytes.value_or(0);
    if (m_isUnsized && sizeBytes() == 0 && size > 0) {
        return Comparison::Different; // It was just empty when it was listed.
    }
    if (m_isUnsized) {
        // What came in one answer is whole; looking anew at /proc gives something new.
        return contentIsSame || m_doneBytes < chunkBytes ? Comparison::Same : Comparison::SizeIsNoSize;
    }
    if (m_endsEarly) {
        return size == sizeBytes() && m_seen.modifiedAt == m_file.modifiedAt ? Comparison::SizeIsNoSize
                                                                             : Comparison::Different;
    }
    if (!contentIsSame || size < sizeBytes()) {
        return Comparison::Different;
    }
    return size == sizeBytes() ? Comparison::Same : Comparison::Grown;
}

QCoro::Task<Result<void>> FileFetch::startAnew()
{
    std::function<Result<void>()> emptying = [local = m_local] {
        return DownloadStage::empty(*local);
    };
    const auto emptied = co_await m_means.disk.run(std::move(emptying), m_means.stop);
    if (!emptied) {
        co_return emptied;
    }
    m_keptBytes = 0;
    m_means.meter.update([this](TransferProgress &progress) {
        progress.doneBytes -= m_doneBytes;
        progress.keptBytes = std::min(progress.keptBytes, progress.doneBytes);
    });
    m_doneBytes = 0;
    adopt(m_seen);
    co_return Result<void>();
}

QCoro::Task<Result<FileFetch::Written>> FileFetch::writeEncoded(Range range, QByteArray base64)
{
    std::function<Result<Written>()> writing = [local = m_local, range,
                                                base64 = std::move(base64)]() mutable -> Result<Written> {
        auto bytes = decodedChunk(base64, range.packing, range.sizeBytes + downloadBlockBytes);
        base64.clear();
        if (!bytes) {
            return failure(bytes.error());
        }
        const auto wireBytes = bytes->wireBytes;
        // What was appended meanwhile is for the next reading.
        bytes->content.truncate(range.sizeBytes);
        const auto written = DownloadStage::writeAt(*local, range.offset, bytes->content);
        if (!written) {
            return failure(written.error());
        }
        return Written{bytes->content.size(), wireBytes};
    };
    const auto written = co_await m_means.disk.run(std::move(writing), m_means.stop);
    if (written) {
        countWritten(range.offset, written->sizeBytes);
    }
    co_return written;
}

QCoro::Task<Result<void>> FileFetch::write(qint64 offset, QByteArray content)
{
    const auto size = content.size();
    std::function<Result<void>()> writing = [local = m_local, offset, content = std::move(content)] {
        return DownloadStage::writeAt(*local, offset, content);
    };
    const auto written = co_await m_means.disk.run(std::move(writing), m_means.stop);
    if (written) {
        countWritten(offset, size);
    }
    co_return written;
}

void FileFetch::countWritten(qint64 offset, qint64 sizeBytes)
{
    // A range that reaches back into what is kept writes the same once more.
    const auto end = offset + sizeBytes;
    const auto added = std::max(qint64(0), end - std::max(offset, m_keptBytes));
    m_doneBytes += added;
    m_means.meter.update([added](TransferProgress &progress) { progress.doneBytes += added; });
    expectBytes(std::max(m_expectedBytes, m_doneBytes));
}

QCoro::Task<Result<QByteArray>> FileFetch::conclude()
{
    std::function<Result<QByteArray>()> concluding = [local = m_local, attributes = attributesOf(m_file)] {
        return DownloadStage::concludeFile(*local, attributes);
    };
    return m_means.disk.run(std::move(concluding), m_means.stop);
}

void FileFetch::adopt(const RemoteEntry &seen)
{
    m_file = seen;
    expectBytes(m_isUnsized ? 0 : sizeBytes());
}

void FileFetch::expectBytes(qint64 bytes)
{
    const auto more = bytes - std::exchange(m_expectedBytes, bytes);
    m_means.meter.update([more](TransferProgress &progress) { progress.totalBytes += more; });
}

} // namespace Koyeb
