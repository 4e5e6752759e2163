// SPDX-License-Identifier: Apache-2.0
#include "transfer/folderwatch.h"

#include "sandbox/uploadplan.h"

#include <algorithm>
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

/// What of the paths is there, and what is not.
struct Found {
    QSet<QByteArray> present;
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

Found look(const std::filesystem::path &folder, const QSet<QByteArray> &paths)
{
    Found found;
    for (const auto &path : paths) {
        std::error_code error;
        const auto status = std::filesystem::symlink_status(folder / path.toStdString(), error);
        if (status.type() == std::filesystem::file_type::not_found) {
            found.missing.append(path);
        } else {
            found.present.insert(path);
        }
    }
    return found;
}

/// All below those that are missing as well, what is in a folder before it.
QList<QByteArray> removalOf(const QList<QByteArray> &missing, const QSet<QByteArray> &seen)
{
    QSet<QByteArray> gone(missing.begin(), missing.end());
    for (const auto &path : seen) {
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
    QSet<QByteArray> now;
    for (const auto &item : here->items.mid(1)) {
        now.insert(item.path);
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
        const auto gone = m_seen - now;
        sync.removed = removalOf(gone.values(), m_seen);
    }
    m_seen.unite(now);
    startSync(sync);
}

QCoro::Task<void> FolderWatch::send(std::stop_token stop)
{
    const auto pending = std::exchange(m_pending, {});
    std::function<Result<Found>()> looking = [local = m_order.local, pending]() -> Result<Found> {
        return look(local, pending);
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
    sync.moved = found->present;
    if (m_order.removes) {
        sync.removed = removalOf(found->missing, m_seen);
    }
    m_seen.unite(found->present);
    startSync(sync);
}

void FolderWatch::startSync(const FolderSyncOrder &order)
{
    auto sync = order;
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
        if (problems.isEmpty()) {
            m_seen -= removed;
        }
        m_sentFiles += m_sync->progress().doneFiles;
        Q_EMIT sent();
        endSync({}, problems);
    });
    connect(transfer, &Transfer::failed, this, [this](const Error &error) { endSync(error, {}); });
    transfer->start();
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
