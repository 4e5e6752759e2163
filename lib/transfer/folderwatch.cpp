// SPDX-License-Identifier: Apache-2.0
#include "transfer/folderwatch.h"

#include "sandbox/uploadplan.h"

#include <algorithm>
#include <cerrno>
#include <sys/stat.h>
#include <utility>

namespace Koyeb {

namespace {

using namespace std::chrono_literals;

constexpr std::chrono::milliseconds firstPause = 1s;
constexpr std::chrono::milliseconds longestPause = 30s;

/// What time, or a sandbox that is reached anew, mends.
bool mayPass(const Error &error)
{
    return error.kind == ErrorKind::Offline || error.kind == ErrorKind::Timeout ||
           error.kind == ErrorKind::Server || error.kind == ErrorKind::RateLimited;
}

using Seen = FolderWatch::Seen;
using Type = ComparedEntry::Type;

/// What of the paths is there, and what is not.
struct Found {
    Seen present;
    QList<QByteArray> missing;
};

/// Which folder it is that has the name.
FolderWatch::Identity identityOf(const std::filesystem::path &folder)
{
    struct stat status {};
    return ::stat(folder.c_str(), &status) == 0 ? FolderWatch::Identity(status.st_dev, status.st_ino)
                                                : FolderWatch::Identity();
}

struct Planned {
    UploadPlan plan;
    FolderWatch::Identity identity;
};

/// As it looks where it was sent to; of links the time is not sent everywhere.
ComparedEntry lookOf(const struct stat &status)
{
    switch (status.st_mode & S_IFMT) {
    case S_IFREG:
        return {Type::File, status.st_size, status.st_mtim.tv_sec};
    case S_IFDIR:
        return {Type::Directory, -1, ComparedEntry::unknownTime};
    case S_IFLNK:
        return {Type::SymbolicLink, -1, ComparedEntry::unknownTime};
    default:
        return {};
    }
}

ComparedEntry lookOf(const UploadItem &item)
{
    switch (item.type) {
    case UploadItem::Type::File:
        return {Type::File, item.sizeBytes, item.modifiedSeconds};
    case UploadItem::Type::Directory:
        return {Type::Directory, -1, ComparedEntry::unknownTime};
    case UploadItem::Type::SymbolicLink:
        break;
    }
    return {Type::SymbolicLink, -1, ComparedEntry::unknownTime};
}

bool areAlike(const ComparedEntry &one, const ComparedEntry &other)
{
    return one.type == other.type &&
           (one.type != Type::File ||
            (one.sizeBytes == other.sizeBytes && one.modifiedSeconds == other.modifiedSeconds));
}

Found look(const std::filesystem::path &folder, const QList<QByteArray> &paths)
{
    Found found;
    for (const auto &path : paths) {
        struct stat status {};
        if (::lstat((folder / path.toStdString()).c_str(), &status) == 0) {
            found.present.insert(path, lookOf(status));
        } else if (errno == ENOENT || errno == ENOTDIR) {
            found.missing.append(path);
        } else {
            found.present.insert(path, std::nullopt); // Sending it will tell why.
        }
    }
    return found;
}

/// All below those that are missing as well, what is in a folder before it.
QList<QByteArray> removalOf(const QList<QByteArray> &missing, const Seen &seen)
{
    QSet<QByteArray> gone(missing.begin(), missing.end());
    for (auto entry = seen.keyBegin(); entry != seen.keyEnd(); ++entry) {
        const auto &path = *entry;
        for (auto slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1)) {
            if (gone.contains(path.left(slash))) {
                gone.insert(path);
                break;
            }
        }
    }
    QList<QByteArray> removed;
    for (const auto &path : std::as_const(gone)) {
        if (seen.contains(path)) {
            removed.append(path);
        }
    }
    std::sort(removed.begin(), removed.end(), std::greater<>());
    return removed;
}

} // namespace

FolderWatch::FolderWatch(Clock &clock, const FolderWatchOrder &order, QObject *parent)
    : QObject(parent), m_clock(clock), m_order(order)
{
}

FolderWatch::~FolderWatch()
{
    stopWork();
}

void FolderWatch::start()
{
    if (m_state != State::Idle) {
        return;
    }
    makeWatcher();
    enter(m_order.sandbox ? State::Comparing : State::Unreachable);
}

void FolderWatch::makeWatcher()
{
    m_isListening = false;
    m_watcher = std::make_unique<FolderWatcher>(
        m_order.local, IgnorePatterns(temporaryFilePatterns() + m_order.leftOut));
    connect(m_watcher.get(), &FolderWatcher::started, this, [this] {
        m_isListening = true;
        work();
    });
    connect(m_watcher.get(), &FolderWatcher::changed, this, &FolderWatch::takeChanges);
    connect(m_watcher.get(), &FolderWatcher::lost, this, [this] {
        m_mustCompare = true;
        work();
    });
    connect(m_watcher.get(), &FolderWatcher::failed, this, [this](const Error &error) {
        stopWork();
        m_error = error;
        enter(State::Failed);
    });
    m_watcher->start();
}

void FolderWatch::takeChanges(const QSet<QByteArray> &paths)
{
    m_pending.unite(paths);
    m_mustCompare = m_mustCompare || m_hasUnsent; // What could not be sent gets another try.
    work();
}

/// Does what is to be done next, if nothing is being done.
void FolderWatch::work()
{
    const bool isBusy = m_state == State::Paused || m_state == State::Failed ||
                        m_state == State::Interrupted || m_state == State::Sending || m_sync ||
                        !m_isListening;
    if (isBusy) {
        return;
    }
    if (!m_order.sandbox) {
        enter(State::Unreachable);
    } else if (m_mustCompare) {
        m_mustCompare = false;
        m_scope.restart();
        enter(State::Comparing);
        compare(m_scope.token());
    } else if (m_state == State::Watching && !m_pending.isEmpty()) {
        enter(State::Sending);
        send(m_scope.token());
    }
}

QCoro::Task<void> FolderWatch::compare(std::stop_token stop)
{
    FolderComparisonOrder order;
    order.local = m_order.local;
    order.remote = m_order.remote;
    order.leftOut = IgnorePatterns(temporaryFilePatterns() + m_order.leftOut);
    const auto keptAlive = m_order.sandbox;
    const auto compared = co_await compareFolders(keptAlive->executor(), m_disk, order, stop);
    if (stop.stop_requested()) {
        co_return;
    }
    if (!compared) {
        interrupt(compared.error());
        co_return;
    }
    const TransferSelection selection(order.leftOut);
    std::function<Result<Planned>()> planning = [local = order.local, selection, stop]() -> Result<Planned> {
        auto plan = planUpload(local, stop, &selection);
        return plan ? Result<Planned>({std::move(*plan), identityOf(local)}) : failure(plan.error());
    };
    const auto planned = co_await m_disk.run(std::move(planning), stop);
    if (stop.stop_requested()) {
        co_return;
    }
    if (!planned) {
        interrupt(planned.error());
        co_return;
    }
    const auto *here = &planned->plan;
    if (std::exchange(m_identity, planned->identity) != planned->identity) {
        m_seen.clear(); // Another folder stands there, such as the place where a disk was: nothing of it is
                        // gone.
    }
    Seen now;
    for (const auto &item : here->items.mid(1)) {
        now.insert(item.path, lookOf(item));
    }
    FolderSyncOrder sync;
    for (const auto &difference : compared->differences) {
        using Kind = FolderDifference::Kind;
        const auto kind = difference.kind;
        if (kind == Kind::OnlyHere || kind == Kind::NewerHere || kind == Kind::Different) {
            sync.moved.insert(difference.path);
        }
        if (kind == Kind::OnlyThere && difference.there) {
            sync.compared.insert(difference.path, *difference.there);
        }
    }
    if (m_order.removes && here->problems.isEmpty()) {
        sync.removed = takeGone(now, sync.compared);
    }
    m_seen.insert(now);
    startSync(sync, now);
}

/// What was here and is to be removed there. What was changed there since it was sent is not ours any more.
QList<QByteArray> FolderWatch::takeGone(const Seen &now, const QHash<QByteArray, ComparedEntry> &there)
{
    QList<QByteArray> gone;
    QList<QByteArray> theirs;
    for (auto seen = m_seen.cbegin(); seen != m_seen.cend(); ++seen) {
        if (now.contains(seen.key())) {
            continue;
        }
        const auto look = there.constFind(seen.key());
        // Of what was sent with an unknown end nobody knows whose it is.
        const bool isTheirs = look != there.cend() && (!seen.value() || !areAlike(*look, *seen.value()));
        (isTheirs ? theirs : gone).append(seen.key());
    }
    for (const auto &path : theirs) {
        m_seen.remove(path);
    }
    return removalOf(gone, m_seen);
}

QCoro::Task<void> FolderWatch::send(std::stop_token stop)
{
    const auto pending = std::exchange(m_pending, {});
    std::function<Result<Found>()> looking = [local = m_order.local,
                                              paths = pending.values()]() -> Result<Found> {
        return look(local, paths);
    };
    const auto found = co_await m_disk.run(std::move(looking), stop);
    if (stop.stop_requested()) {
        m_mustCompare = true; // What was pending is not known any more.
        co_return;
    }
    if (!found) {
        interrupt(found.error());
        co_return;
    }
    FolderSyncOrder sync;
    sync.moved = QSet<QByteArray>(found->present.keyBegin(), found->present.keyEnd());
    if (m_order.removes) {
        sync.removed = removalOf(found->missing, m_seen);
    }
    for (const auto &path : std::as_const(sync.removed)) {
        const auto look = m_seen.value(path);
        if (!look) {
            m_mustCompare = true; // Nobody knows whether it is there as it was sent.
            endSync({}, {});
            co_return;
        }
        sync.compared.insert(path, *look);
    }
    startSync(sync, found->present);
}

void FolderWatch::startSync(const FolderSyncOrder &order, const Seen &looks)
{
    auto sync = order;
    m_sending.clear();
    for (const auto &path : std::as_const(sync.moved)) {
        m_sending.insert(path, looks.value(path));
        m_seen.insert(path, std::nullopt);
    }
    sync.local = m_order.local;
    sync.remote = m_order.remote;
    if (sync.moved.isEmpty() && sync.removed.isEmpty()) {
        endSync({}, {});
        return;
    }
    enter(State::Sending);
    m_sync = std::make_unique<FolderSync>(*m_order.sandbox, sync);
    auto *transfer = m_sync.get();
    // It uses the sandbox to its end.
    connect(transfer, &QObject::destroyed, transfer, [keptAlive = m_order.sandbox] {});
    const auto removed = QSet<QByteArray>(sync.removed.begin(), sync.removed.end());
    connect(transfer, &Transfer::finished, this, [this, removed](const auto &problems) {
        m_sentFiles += m_sync->progress().doneFiles;
        Q_EMIT sent();
        if (problems.isEmpty()) {
            m_seen.removeIf([&removed](const auto &seen) { return removed.contains(seen.key()); });
        }
        learnWhatWasSent(problems, m_scope.token());
    });
    connect(transfer, &Transfer::failed, this, [this](const Error &error) { endSync(error, {}); });
    transfer->start();
}

/// What still looks as it did before it was sent is there as it is here.
QCoro::Task<void> FolderWatch::learnWhatWasSent(QList<TransferProblem> problems, std::stop_token stop)
{
    m_sending.removeIf([&](const auto &sent) {
        return std::any_of(problems.cbegin(), problems.cend(), [&](const auto &problem) {
            return concerns(problem, sent.key());
        });
    });
    std::function<Result<Found>()> looking = [local = m_order.local,
                                              paths = m_sending.keys()]() -> Result<Found> {
        return look(local, paths);
    };
    const auto found = co_await m_disk.run(std::move(looking), stop);
    if (stop.stop_requested()) {
        co_return;
    }
    const auto sent = std::exchange(m_sending, {});
    for (auto before = sent.cbegin(); found && before != sent.cend(); ++before) {
        const auto after = found->present.value(before.key());
        if (before.value() && after && areAlike(*before.value(), *after)) {
            m_seen.insert(before.key(), after);
        }
    }
    endSync({}, problems);
}

/// Whether the problem is one of what is at this path, or of something in it.
bool FolderWatch::concerns(const TransferProblem &problem, const QByteArray &path) const
{
    const auto local = bytesOf(m_order.local / path.toStdString());
    const auto remote = joinRemotePath(m_order.remote, path);
    const auto isAt = [&problem](const QByteArray &place) {
        return problem.path == place || problem.path.startsWith(place + '/');
    };
    return isAt(local) || isAt(remote) || isAt(path);
}

void FolderWatch::endSync(const std::optional<Error> &failed, const QList<TransferProblem> &problems)
{
    if (m_sync) {
        m_sync->disconnect(this);
        m_sync->setParent(this);
        m_sync.release()->deleteLater(); // It is the sender of the signal that brought us here.
    }
    m_problems = problems;
    m_hasUnsent = !problems.isEmpty();
    if (failed) {
        interrupt(*failed);
        return;
    }
    m_interruptions = 0;
    enter(State::Watching);
    work();
}

void FolderWatch::interrupt(const Error &error)
{
    m_mustCompare = true;
    m_pending.clear();
    m_error = error;
    if (!mayPass(error) && error.kind != ErrorKind::Local && error.kind != ErrorKind::Integrity) {
        m_watcher.reset();
        enter(State::Failed);
        return;
    }
    const auto pause = std::min(firstPause * (1 << std::min(m_interruptions, 5)), longestPause);
    ++m_interruptions;
    enter(State::Interrupted);
    m_retry = m_clock.schedule(pause, [this] {
        if (m_state == State::Interrupted) {
            m_state = State::Comparing;
            work();
        }
    });
}

void FolderWatch::pause()
{
    if (m_state == State::Idle || m_state == State::Failed || m_state == State::Paused) {
        return;
    }
    stopWork();
    m_watcher.reset(); // Nothing is gathered meanwhile.
    enter(State::Paused);
}

void FolderWatch::resume()
{
    if (m_state != State::Paused && m_state != State::Failed) {
        return;
    }
    m_error = {};
    m_interruptions = 0;
    m_mustCompare = true;
    enter(m_order.sandbox ? State::Comparing : State::Unreachable);
    makeWatcher();
}

void FolderWatch::setSandbox(const std::shared_ptr<Sandbox> &sandbox)
{
    if (sandbox == m_order.sandbox) {
        return;
    }
    m_order.sandbox = sandbox;
    if (m_state == State::Idle || m_state == State::Paused || m_state == State::Failed) {
        return;
    }
    stopWork();
    m_interruptions = 0;
    enter(sandbox ? State::Comparing : State::Unreachable);
    work();
}

void FolderWatch::stopWork()
{
    m_scope.restart();
    m_retry.reset();
    if (m_sync) {
        m_sync->disconnect(this);
        m_sync->cancel();
        auto *ending = m_sync.release();
        ending->setParent(this); // It keeps the sandbox, which must not outlive its clock.
        if (ending->isCleaningUp()) {
            connect(ending, &Transfer::cleanedUp, ending, &QObject::deleteLater);
        } else {
            ending->deleteLater();
        }
    }
    m_pending.clear();
    m_mustCompare = true;
}

void FolderWatch::enter(State state)
{
    m_state = state;
    Q_EMIT changed();
}

} // namespace Koyeb
