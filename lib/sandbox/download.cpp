// SPDX-License-Identifier: Apache-2.0
#include "sandbox/download.h"

#include "sandbox/filelisting.h"

#include <QCryptographicHash>
#include <QPointer>

#include <vector>

namespace Koyeb {

namespace {

using namespace Qt::Literals::StringLiterals;
using Type = RemoteEntry::Type;

constexpr qint64 rangeBytes = 3 * 1024 * 1024;
constexpr int rangesAtOnce = 4;
/// Files up to this size come many at once.
constexpr qint64 smallFileBytes = 512 * 1024;
/// Of names in a batch, before quoting, which multiplies some bytes by up to eight.
constexpr qsizetype namesInBatchBytes = 10 * 1024;

LocalAttributes attributesOf(const RemoteEntry &entry)
{
    return {entry.mode.value_or(0644), entry.modifiedAt.isValid() ? entry.modifiedAt.toSecsSinceEpoch() : 0};
}

Error damaged()
{
    return Error::of(
        ErrorKind::Integrity,
        u"What arrived is not what the sandbox has; the file was changed while it was being downloaded, "
        "or was damaged on the way."_s);
}

/// Whether only one item is affected, so that the others may go on. A full local disk is not.
bool concernsItemOnly(const Error &error)
{
    return error.kind == ErrorKind::Integrity || error.kind == ErrorKind::NotFound ||
           error.kind == ErrorKind::Rejected || error.kind == ErrorKind::Conflict;
}

} // namespace

/// A file that several lanes fetch at the same time.
struct Download::FileInFlight {
    RemoteEntry entry;
    std::shared_ptr<LocalDescriptor> local;
    qint64 nextOffset = 0;
    bool hasFailed = false;
    qint64 doneBytes = 0;
};

Download::Download(Clock &clock, SandboxShell &shell, const DownloadOrder &order, QObject *parent)
    : Transfer(parent),
      m_shell(shell),
      m_order(order),
      m_meter(clock, [this](const TransferProgress &progress) { Q_EMIT progressed(progress); })
{
}

Download::~Download()
{
    cancel();
}

void Download::start()
{
    if (m_state == State::Idle) {
        m_state = State::Running;
        m_disk = std::make_unique<DiskThread>();
        run();
    }
}

void Download::cancel()
{
    if (m_state == State::Ended) {
        return;
    }
    m_state = State::Ended;
    m_meter.stop();
    m_scope.restart();
    releaseStage();
}

QCoro::Task<void> Download::run()
{
    auto result = co_await prepare();
    if (result) {
        result = co_await makeFolders();
    }
    if (result) {
        result = co_await fetchFiles();
    }
    if (result) {
        result = co_await makeLinksAndModes();
    }
    if (result) {
        result = co_await commit();
    }
    if (!result && result.error().isCancelled()) {
        co_return;
    }
    conclude(result);
}

QCoro::Task<Result<void>> Download::prepare()
{
    if (auto valid = checkRemotePath(m_order.source); !valid) {
        co_return valid;
    }
    const auto stop = m_scope.token();
    const auto tools = co_await m_shell.tools(stop);
    if (!tools) {
        co_return failure(tools.error());
    }
    m_tools = *tools;
    if (!m_tools.base64 || !m_tools.dd || !m_tools.sha256sum || !m_tools.statFormat) {
        co_return failure(
            ErrorKind::Unsupported,
            u"The sandbox's image lacks tools that a download needs: base64, dd, sha256sum, stat and xargs."_s);
    }
    auto listed = co_await listItems();
    if (!listed) {
        co_return listed;
    }
    using Stage = std::shared_ptr<DownloadStage>;
    std::function<Result<Stage>()> creating = [order = m_order] {
        return DownloadStage::create(order.localDirectory, remoteName(order.source), order.existing);
    };
    auto stage = co_await m_disk->run(std::move(creating), stop);
    if (!stage) {
        co_return failure(stage.error());
    }
    m_stage = std::move(*stage);
    co_return Result<void>();
}

QCoro::Task<Result<void>> Download::listItems()
{
    const auto script = topEntryScript(m_order.source);
    const auto output = co_await m_shell.runForBytes(script, Repeatable::Safely, m_scope.token());
    if (!output) {
        co_return failure(output.error());
    }
    auto top = parseTopEntry(*output, {});
    if (!top) {
        co_return failure(top.error());
    }
    const auto type = top->type;
    if (type != Type::File && type != Type::Directory && type != Type::SymbolicLink) {
        co_return failure(
            ErrorKind::Unsupported, u"This is neither a file nor a folder nor a symbolic link."_s);
    }
    m_items = {*top};
    Result<void> listed;
    if (type == Type::Directory) {
        listed = co_await listFolder({});
    }
    if (listed) {
        m_meter.update([this](TransferProgress &progress) {
            for (const auto &item : std::as_const(m_items)) {
                const bool isFile = item.type == Type::File;
                progress.totalFiles += isFile ? 1 : 0;
                progress.totalBytes += isFile ? item.sizeBytes.value_or(0) : 0;
            }
        });
    }
    co_return listed;
}

QCoro::Task<Result<void>> Download::listFolder(QByteArray path)
{
    const bool withFind = m_tools.findPrintf;
    const auto directory = remotePath(path);
    const auto script =
        withFind ? findListingScript(directory, ListingDepth::WholeTree) : statListingScript(directory);
    const auto output = co_await m_shell.runForBytes(script, Repeatable::Safely, m_scope.token());
    if (!output) {
        co_return failure(output.error());
    }
    auto entries = withFind ? parseFindListing(*output) : parseStatListing(*output);
    if (!entries) {
        co_return failure(entries.error());
    }
    for (auto &entry : *entries) {
        entry.name = path.isEmpty() ? entry.name : joinRemotePath(path, entry.name);
        m_items.append(entry);
        if (withFind || entry.type != Type::Directory) {
            continue;
        }
        const auto listed = co_await listFolder(entry.name);
        if (!listed && !concernsItemOnly(listed.error())) {
            co_return listed;
        }
        if (!listed) {
            addProblem(entry.name, listed.error());
        }
    }
    co_return Result<void>();
}

QCoro::Task<Result<void>> Download::makeFolders()
{
    QList<QByteArray> folders;
    for (const auto &item : std::as_const(m_items)) {
        if (item.type == Type::Directory) {
            folders.append(item.name);
        }
    }
    std::function<Result<void>()> making = [stage = m_stage, folders]() -> Result<void> {
        for (const auto &folder : folders) {
            if (auto made = stage->makeDirectory(folder); !made) {
                return made;
            }
        }
        return {};
    };
    co_return co_await onStage(std::move(making));
}

QCoro::Task<Result<void>> Download::fetchFiles()
{
    QList<RemoteEntry> batch;
    qint64 bytes = 0;
    qsizetype nameBytes = 0;
    const auto items = m_items;
    for (const auto &item : items) {
        if (item.type != Type::File) {
            continue;
        }
        const auto size = item.sizeBytes.value_or(0);
        if (size > smallFileBytes || item.name.isEmpty()) {
            const auto fetched = co_await fetchFileOfTree(item);
            if (!fetched) {
                co_return fetched;
            }
            continue;
        }
        if (bytes + size > rangeBytes || nameBytes + item.name.size() > namesInBatchBytes) {
            const auto fetched = co_await fetchBatch(std::exchange(batch, {}));
            if (!fetched) {
                co_return fetched;
            }
            bytes = 0;
            nameBytes = 0;
        }
        batch.append(item);
        bytes += size;
        nameBytes += item.name.size();
    }
    co_return co_await fetchBatch(std::move(batch));
}

QCoro::Task<Result<void>> Download::fetchBatch(QList<RemoteEntry> files)
{
    if (files.isEmpty()) {
        co_return Result<void>();
    }
    QList<ListedFile> listed;
    for (const auto &file : files) {
        listed.append({file.name, file.sizeBytes.value_or(0)});
    }
    m_meter.update([this, &files](TransferProgress &progress) {
        progress.currentPath = remotePath(files.first().name);
    });
    const auto boundary = randomDigits();
    const auto script = readBatchScript(m_order.source, listed, boundary);
    const auto output = co_await m_shell.runForBytes(script, Repeatable::Safely, m_scope.token());
    if (!output) {
        co_return failure(output.error());
    }
    const auto received = parseBatch(*output, listed, boundary);
    for (qsizetype index = 0; index < files.size(); ++index) {
        const auto &file = files[index];
        bool isGood = false;
        if (received) {
            const auto &[content, sha256] = received->at(index);
            isGood = QCryptographicHash::hash(content, QCryptographicHash::Sha256).toHex() == sha256;
        }
        // Something changed while it was read; one by one it becomes clear what.
        Result<void> stored;
        if (isGood) {
            stored = co_await storeSmallFile(file, received->at(index).content);
        } else {
            stored = co_await fetchFileOfTree(file);
        }
        if (!stored) {
            co_return stored;
        }
    }
    co_return Result<void>();
}

QCoro::Task<Result<void>> Download::fetchFileOfTree(RemoteEntry file)
{
    const auto fetched = co_await fetchFile(file);
    const bool isAll = file.name.isEmpty();
    if (fetched || isAll || !concernsItemOnly(fetched.error())) {
        co_return fetched;
    }
    addProblem(file.name, fetched.error());
    std::function<Result<void>()> removing = [stage = m_stage, path = file.name]() -> Result<void> {
        // Often it was never created.
        (void)stage->removeFile(path);
        return {};
    };
    co_return co_await onStage(std::move(removing));
}

QCoro::Task<Result<void>> Download::fetchFile(RemoteEntry file)
{
    m_meter.update(
        [this, &file](TransferProgress &progress) { progress.currentPath = remotePath(file.name); });
    using Local = std::shared_ptr<LocalDescriptor>;
    std::function<Result<Local>()> creating = [stage = m_stage, path = file.name] {
        return stage->createFile(path);
    };
    auto local = co_await m_disk->run(std::move(creating), m_scope.token());
    if (!local) {
        co_return failure(local.error());
    }
    const auto inFlight = std::make_shared<FileInFlight>(FileInFlight{file, *local});
    std::vector<QCoro::Task<Result<void>>> lanes;
    for (int lane = 0; lane < rangesAtOnce; ++lane) {
        lanes.push_back(fetchRanges(inFlight));
    }
    Result<void> fetched;
    for (const auto &lane : lanes) {
        auto result = co_await lane;
        if (!result && (fetched || !result.error().isCancelled())) {
            fetched = result;
        }
    }
    if (fetched) {
        fetched = co_await finishFile(file, *local);
    }
    if (!fetched && !fetched.error().isCancelled()) {
        addBytes(-inFlight->doneBytes);
    }
    co_return fetched;
}

QCoro::Task<Result<void>> Download::fetchRanges(std::shared_ptr<FileInFlight> file)
{
    const auto size = file->entry.sizeBytes.value_or(0);
    while (!file->hasFailed && file->nextOffset < size) {
        const auto offset = std::exchange(file->nextOffset, file->nextOffset + rangeBytes);
        const auto expected = std::min(rangeBytes, size - offset);
        const auto script =
            readRangeScript(remotePath(file->entry.name), offset, rangeBytes / downloadBlockBytes);
        auto bytes = co_await m_shell.runForBytes(script, Repeatable::Safely, m_scope.token());
        if (!bytes || bytes->size() < expected) {
            file->hasFailed = true;
            co_return failure(bytes ? damaged() : bytes.error());
        }
        bytes->truncate(expected); // It may have grown; what is moved is what was listed.
        std::function<Result<void>()> writing = [local = file->local, offset, content = std::move(*bytes)] {
            return DownloadStage::writeAt(*local, offset, content);
        };
        auto written = co_await onStage(std::move(writing));
        if (!written) {
            file->hasFailed = true;
            co_return written;
        }
        file->doneBytes += expected;
        addBytes(expected);
    }
    co_return Result<void>();
}

QCoro::Task<Result<void>> Download::finishFile(RemoteEntry file, std::shared_ptr<LocalDescriptor> local)
{
    const auto script = hashPrefixScript(remotePath(file.name), file.sizeBytes.value_or(0));
    const auto expected = co_await m_shell.run(script, Repeatable::Safely, m_scope.token());
    if (!expected) {
        co_return failure(expected.error());
    }
    std::function<Result<QByteArray>()> concluding = [local, attributes = attributesOf(file)] {
        return DownloadStage::concludeFile(*local, attributes);
    };
    const auto hash = co_await m_disk->run(std::move(concluding), m_scope.token());
    if (!hash) {
        co_return failure(hash.error());
    }
    if (!expected->startsWith(*hash)) {
        co_return failure(damaged());
    }
    m_meter.update([](TransferProgress &progress) { ++progress.doneFiles; });
    co_return Result<void>();
}

QCoro::Task<Result<void>> Download::storeSmallFile(RemoteEntry file, QByteArray content)
{
    const auto size = content.size();
    std::function<Result<void>()> storing = [stage = m_stage, file, content = std::move(content)] {
        return stage->writeFile(file.name, content, attributesOf(file));
    };
    const auto stored = co_await onStage(std::move(storing));
    if (!stored) {
        co_return stored;
    }
    addBytes(size);
    m_meter.update([](TransferProgress &progress) { ++progress.doneFiles; });
    co_return Result<void>();
}

QCoro::Task<Result<void>> Download::makeLinksAndModes()
{
    // Links last, so that no path can lead through one; then the folders' modes, which may forbid writing.
    for (const auto &item : std::as_const(m_items)) {
        if (item.type != Type::File && item.type != Type::Directory && item.type != Type::SymbolicLink) {
            const auto reason = u"This is neither a file nor a folder nor a symbolic link."_s;
            addProblem(item.name, Error::of(ErrorKind::Unsupported, reason));
        }
    }
    std::function<Result<void>()> making = [stage = m_stage, items = m_items]() -> Result<void> {
        for (const auto &item : items) {
            if (item.type == Type::SymbolicLink) {
                if (auto made = stage->makeLink(item.name, item.linkTarget); !made) {
                    return made;
                }
            }
        }
        // Deepest first: what is above stays accessible meanwhile.
        for (auto item = items.crbegin(); item != items.crend(); ++item) {
            if (item->type == Type::Directory) {
                if (auto changed = stage->setDirectory(item->name, attributesOf(*item)); !changed) {
                    return changed;
                }
            }
        }
        return {};
    };
    co_return co_await onStage(std::move(making));
}

QCoro::Task<Result<void>> Download::commit()
{
    using Problems = QList<TransferProblem>;
    std::function<Result<Problems>()> committing = [stage = m_stage] {
        return stage->commit();
    };
    auto problems = co_await m_disk->run(std::move(committing), m_scope.token());
    if (!problems) {
        co_return failure(problems.error());
    }
    m_problems += *problems;
    co_return Result<void>();
}

QCoro::Task<Result<void>> Download::onStage(std::function<Result<void>()> job)
{
    return m_disk->run(std::move(job), m_scope.token());
}

QByteArray Download::remotePath(const QByteArray &path) const
{
    return path.isEmpty() ? m_order.source : joinRemotePath(m_order.source, path);
}

void Download::addBytes(qint64 bytes)
{
    m_meter.update([bytes](TransferProgress &progress) { progress.doneBytes += bytes; });
}

void Download::addProblem(const QByteArray &path, const Error &error)
{
    m_problems.append({remotePath(path), error});
}

void Download::conclude(const Result<void> &result)
{
    m_state = State::Ended;
    releaseStage();
    const QPointer<Download> self = this;
    m_meter.flush();
    if (!self) {
        return;
    }
    if (result) {
        Q_EMIT finished(m_problems);
    } else {
        Q_EMIT failed(result.error());
    }
}

void Download::releaseStage()
{
    if (m_disk) {
        // Its end removes what it holds; on its own thread, behind the jobs that still use it.
        m_disk->post([stage = std::move(m_stage)]() mutable { stage.reset(); });
        m_disk.reset();
    }
}

} // namespace Koyeb
