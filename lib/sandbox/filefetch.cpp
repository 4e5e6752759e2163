// SPDX-License-Identifier: Apache-2.0
#include "sandbox/filefetch.h"

#include "core/deadline.h"
#include "sandbox/downloadscripts.h"
#include "sandbox/lanes.h"

namespace Koyeb {

namespace {

using namespace Qt::Literals::StringLiterals;

constexpr int rangesAtOnce = 4;
constexpr int maximumReadings = 4;

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
    m_mayPack = tools->zstd;
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
    m_nextOffset = m_keptBytes - m_keptBytes % downloadBlockBytes;
    m_arrivedBytes = m_nextOffset;
    m_ahead.clear();
    m_endsEarly = false;
    std::function<QCoro::Task<Result<void>>()> lane = [this] {
        return fetchRanges();
    };
    return inLanes(rangesAtOnce, std::move(lane));
}

QCoro::Task<Result<void>> FileFetch::fetchRanges()
{
    while (!m_hasFailed && !m_endsEarly && m_nextOffset < sizeBytes()) {
        const auto offset = std::exchange(m_nextOffset, m_nextOffset + downloadRangeBytes);
        const auto expected = std::min(downloadRangeBytes, sizeBytes() - offset);
        auto bytes = co_await readRange(offset);
        if (!bytes) {
            m_hasFailed = true;
            co_return failure(bytes.error());
        }
        // What was appended meanwhile is for the next reading.
        bytes->truncate(expected);
        m_endsEarly = m_endsEarly || bytes->size() < expected;
        const auto written = co_await write(offset, std::move(*bytes));
        if (!written) {
            m_hasFailed = true;
            co_return written;
        }
        noteRange(offset);
    }
    co_return Result<void>();
}

QCoro::Task<Result<QByteArray>> FileFetch::readRange(qint64 offset)
{
    const auto script = readRangeScript(m_path, offset, downloadRangeBytes / downloadBlockBytes);
    auto &shell = m_means.shell;
    const Deadline deadline(shell.executor().clock(), answerTimeout, m_means.stop);
    if (!m_mayPack) {
        const auto bytes = co_await shell.runForBytes(script, Repeatable::Safely, deadline.token());
        co_return deadline.judged(bytes);
    }
    const auto answer =
        co_await shell.runForPackedBytes(script, downloadRangeBytes, Repeatable::Safely, deadline.token());
    auto output = deadline.judged(answer);
    if (!output) {
        co_return failure(output.error());
    }
    m_mayPack = output->packingPaid;
    co_return std::move(output->bytes);
}

void FileFetch::noteRange(qint64 offset)
{
    m_ahead.insert(offset);
    const auto before = m_arrivedBytes;
    while (m_ahead.erase(m_arrivedBytes) > 0) {
        m_arrivedBytes += downloadRangeBytes;
    }
    if (m_arrivedBytes > before && !m_endsEarly) {
        const auto bytes = std::min(m_arrivedBytes, sizeBytes());
        m_means.notes.notePartial(m_file.name, versionOf(m_file), bytes);
    }
}

QCoro::Task<Result<void>> FileFetch::fetchUnsized()
{
    for (qint64 offset = 0;; offset += downloadRangeBytes) {
        const auto script = readOnScript(m_path, offset, downloadRangeBytes);
        auto bytes = co_await m_means.shell.runForCheckedBytes(script, Repeatable::Safely, m_means.stop);
        if (!bytes) {
            co_return failure(bytes.error());
        }
        const bool isLast = bytes->size() < downloadRangeBytes;
        const auto written = co_await write(offset, std::move(*bytes));
        if (!written || isLast) {
            co_return written;
        }
    }
}

QCoro::Task<Result<FileFetch::Comparison>> FileFetch::compare()
{
    const auto hash = co_await conclude();
    if (!hash) {
        co_return failure(hash.error());
    }
    if (m_isUnsized && m_doneBytes == 0) {
        co_return Comparison::Same;
    }
    const auto script = compareScript(m_path, m_doneBytes);
    const auto output = co_await m_means.shell.runForBytes(script, Repeatable::Safely, m_means.stop);
    if (!output) {
        co_return failure(output.error());
    }
    const auto lineEnd = output->indexOf('\n');
    auto seen = parseTopEntry(output->mid(lineEnd + 1), m_file.name);
    if (!seen) {
        co_return failure(seen.error());
    }
    m_seen = std::move(*seen);
    co_return judge(output->startsWith(*hash));
}

FileFetch::Comparison FileFetch::judge(bool contentIsSame) const
{
    const auto size = m_seen.sizeBytes.value_or(0);
    if (m_isUnsized && sizeBytes() == 0 && size > 0) {
        return Comparison::Different; // It was just empty when it was listed.
    }
    if (m_isUnsized) {
        // What came in one answer is whole; looking anew at /proc gives something new.
        return contentIsSame || m_doneBytes < downloadRangeBytes ? Comparison::Same
                                                                 : Comparison::SizeIsNoSize;
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

QCoro::Task<Result<void>> FileFetch::write(qint64 offset, QByteArray content)
{
    // A range that reaches back into what is kept writes the same once more.
    const auto end = offset + content.size();
    const auto added = std::max(qint64(0), end - std::max(offset, m_keptBytes));
    std::function<Result<void>()> writing = [local = m_local, offset, content = std::move(content)] {
        return DownloadStage::writeAt(*local, offset, content);
    };
    const auto written = co_await m_means.disk.run(std::move(writing), m_means.stop);
    if (written) {
        m_doneBytes += added;
        m_means.meter.update([added](TransferProgress &progress) { progress.doneBytes += added; });
        expectBytes(std::max(m_expectedBytes, m_doneBytes));
    }
    co_return written;
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
