// SPDX-License-Identifier: Apache-2.0
#include "sandbox/relay.h"

#include "sandbox/contentcomparison.h"
#include "sandbox/downloadplan.h"
#include "sandbox/downloadstage.h"
#include "sandbox/existingfiles.h"
#include "sandbox/localmerge.h"

#include <QPointer>

#include <cerrno>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

namespace Koyeb {

namespace {

using namespace Qt::Literals::StringLiterals;

/// What is left free on this computer's disk beside what a relay needs.
constexpr qint64 reserveBytes = 64LL * 1024 * 1024;
const QByteArray itemName = "item"_ba;

/// A folder that only this person can look into; one that is there already has to be such a one, too.
Result<void> makePrivateFolder(const std::filesystem::path &path)
{
    struct stat status {};
    if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) {
        return failure(localError(errno));
    }
    if (::lstat(path.c_str(), &status) != 0) {
        return failure(localError(errno));
    }
    if (!S_ISDIR(status.st_mode) || status.st_uid != ::geteuid()) {
        return failure(localError(EACCES));
    }
    return ::chmod(path.c_str(), 0700) == 0 ? Result<void>() : failure(localError(errno));
}

using Lock = std::shared_ptr<LocalDescriptor>;

/// Makes the folder of a relay, and keeps the spool from being swept while the lock lives.
Result<Lock> openSpool(const std::filesystem::path &spool, const std::filesystem::path &folder)
{
    std::error_code error; // Told by what comes next.
    std::filesystem::create_directories(spool.parent_path(), error);
    if (auto made = makePrivateFolder(spool); !made) {
        return failure(made.error());
    }
    auto lock = std::make_shared<LocalDescriptor>(::open(spool.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!lock->isOpen() || ::flock(lock->get(), LOCK_SH) != 0) {
        return failure(localError(errno));
    }
    if (auto made = makePrivateFolder(folder); !made) {
        return failure(made.error());
    }
    return lock;
}

/// Whether what was sent is what the source still consists of.
bool isSame(const UploadPlan &sent, const DownloadPlan &source)
{
    QHash<QByteArray, FileLook> looks;
    for (const auto &item : sent.items) {
        looks.insert(item.path, lookOf(item));
    }
    return sent.problems.isEmpty() && source.problems.isEmpty() && sent.items.size() == source.items.size() &&
           std::all_of(source.items.cbegin(), source.items.cend(), [&](const RemoteEntry &entry) {
               const auto there = lookOf(entry);
               const auto here = looks.constFind(entry.name);
               if (here == looks.cend() || here->type != there.type) {
                   return false;
               }
               return there.type == FileLook::Type::File ? here->sizeBytes == there.sizeBytes &&
                                                               here->modifiedSeconds == there.modifiedSeconds
                                                         : here->linkTarget == there.linkTarget;
           });
}

} // namespace

Relay::Relay(const Sides &sides, const RelayOrder &order, QObject *parent)
    : Transfer(parent),
      m_sides(sides),
      m_order(order),
      m_meter(sides.clock, [this](const TransferProgress &progress) { Q_EMIT progressed(progress); })
{
}

Relay::~Relay()
{
    pause();
    if (m_isCleaningUp && m_endsWithRemoval) {
        m_disk.post([folder = folder()] { removeLocalTree(folder); });
    }
}

void Relay::resumeFrom(const TransferCheckpoint &checkpoint)
{
    m_place = RelayPlace::of(checkpoint.stage);
    m_checkpoint = checkpoint;
    m_checkpoint.stage = m_place.stage;
}

std::filesystem::path Relay::folder() const
{
    return m_order.spool / m_place.spool.toStdString();
}

std::filesystem::path Relay::item() const
{
    return folder() / itemName.toStdString();
}

void Relay::start()
{
    if (m_state == State::Idle) {
        m_state = State::Running;
        run(m_scope.token());
    }
}

QCoro::Task<void> Relay::run(std::stop_token stop)
{
    const auto result = co_await move(stop);
    if (stop.stop_requested() || (!result && result.error().isCancelled())) {
        co_return;
    }
    m_state = State::Ended;
    const QPointer<Relay> self = this;
    leave(!result && m_notes ? End::Keep : End::Remove);
    if (self) {
        m_meter.flush();
    }
    if (!self) {
        co_return;
    }
    if (result) {
        Q_EMIT finished(m_problems);
    } else {
        Q_EMIT failed(result.error());
    }
}

QCoro::Task<Result<void>> Relay::move(std::stop_token stop)
{
    const auto prepared = co_await prepare(stop);
    if (!prepared) {
        co_return prepared;
    }
    if (m_place.leg == RelayLeg::Fetch) {
        const auto fetched = co_await runLeg(RelayLeg::Fetch, stop);
        if (!fetched) {
            co_return fetched;
        }
        enter(RelayLeg::Send);
    }
    if (m_place.leg == RelayLeg::Send) {
        const auto sent = co_await runLeg(RelayLeg::Send, stop);
        const bool isWhole = m_problems.isEmpty() && m_meter.progress().leftOutFiles == 0;
        if (!sent || !m_order.movesSource || !isWhole) {
            co_return sent;
        }
        if (m_order.existing == ExistingTarget::Skip || m_order.existing == ExistingTarget::Newer) {
            // What came to be there after the look at the target is passed over without a word.
            const auto reason = u"Something may have been left out, so the source stays where it is."_s;
            addProblem({m_order.source, Error::of(ErrorKind::Rejected, reason), true});
            co_return sent;
        }
        enter(RelayLeg::RemoveSource);
    }
    co_return co_await removeSource(stop);
}

/// Later attempts find what this one has noted.
void Relay::enter(RelayLeg leg)
{
    m_place.leg = leg;
    m_place.stage.clear();
    m_checkpoint = {};
    if (m_notes) {
        m_notes->noteStage(m_place.text());
    }
}

QCoro::Task<Result<void>> Relay::prepare(std::stop_token stop)
{
    if (auto valid = checkRemotePath(m_order.targetDirectory); !valid) {
        co_return valid;
    }
    if (m_order.existing == ExistingTarget::Refuse && m_place.leg == RelayLeg::Fetch) {
        // Before much is read that could not be put there.
        const auto target = joinRemotePath(m_order.targetDirectory, remoteName(m_order.source));
        const auto exists = co_await m_sides.to.files().exists(target, stop);
        if (!exists) {
            co_return failure(exists.error());
        }
        if (*exists) {
            co_return failure(ErrorKind::Conflict, u"There is a file or folder of that name already."_s);
        }
    }
    if (m_place.spool.isEmpty()) {
        m_place.spool = randomDigits();
        if (m_notes) {
            m_notes->noteStage(m_place.text());
        }
    }
    std::function<Result<Lock>()> opening = [spool = m_order.spool, folder = folder()] {
        return openSpool(spool, folder);
    };
    auto lock = co_await m_disk.run(std::move(opening), stop);
    if (!lock) {
        co_return failure(lock.error());
    }
    m_spoolLock = std::move(*lock);
    co_return Result<void>();
}

void Relay::makeLeg(RelayLeg leg)
{
    if (m_legNotes) {
        m_legNotes->end();
    }
    const bool isFetch = leg == RelayLeg::Fetch;
    // In the spool there is nothing but what an earlier attempt of this one has put there.
    // Modes and times of the source go as far as the spool, in which it is seen what was changed.
    const auto links = m_order.movesSource ? Links::Kept : m_order.options.links;
    const TransferOptions fetched{true, true, m_order.options.movesHidden || m_order.movesSource, links};
    auto sent = m_order.options;
    sent.movesHidden = true;
    sent.links = Links::Kept; // Those in the spool are the other sandbox's and would lead into this computer.
    m_leg.reset(
        isFetch
            ? m_sides.from.download(
                  m_order.source, folder(), ExistingTarget::Overwrite, nullptr, itemName, nullptr, fetched)
            : m_sides.to.upload(
                  item(), m_order.targetDirectory, m_order.existing, nullptr, remoteName(m_order.source),
                  nullptr, sent));
    if (m_notes) {
        m_legNotes = std::make_shared<RelayNotes>(m_notes, RelayPlace{leg, m_place.spool, m_place.stage});
        m_leg->setNotes(m_legNotes);
    }
    m_leg->resumeFrom(m_checkpoint);
}

QCoro::Task<Result<void>> Relay::runLeg(RelayLeg leg, std::stop_token stop)
{
    if (m_leg) {
        m_leg.release()->deleteLater(); // It is the sender of the signal that brought us here.
    }
    makeLeg(leg);
    Completion<Result<void>> end;
    m_legEnd = end;
    auto *transfer = m_leg.get();
    connect(transfer, &Transfer::progressed, this, [this, leg](const auto &now) { takeProgress(leg, now); });
    connect(transfer, &Transfer::problemFound, this, [this](const auto &problem) { addProblem(problem); });
    connect(transfer, &Transfer::finished, this, [end]() mutable { end.complete({}); });
    connect(transfer, &Transfer::failed, this, [end](const Error &error) mutable {
        end.complete(failure(error));
    });
    const std::stop_callback onStop(stop, [end]() mutable { end.complete(failure(Error::cancelled())); });
    transfer->start();
    const auto result = co_await end;
    m_legEnd.reset();
    if (!stop.stop_requested()) {
        takeProgress(leg, m_leg->progress());
        if (leg == RelayLeg::Fetch) {
            m_fetchedKeptBytes = m_leg->progress().keptBytes;
        }
    }
    co_return result;
}

void Relay::takeProgress(RelayLeg leg, const TransferProgress &progress)
{
    if (m_state != State::Running) {
        return;
    }
    m_meter.update([&](TransferProgress &all) {
        all.totalBytes = progress.totalBytes;
        all.totalFiles = progress.totalFiles;
        all.currentPath = sourcePathOf(progress.currentPath);
        // Each way is half of it.
        if (leg == RelayLeg::Fetch) {
            all.doneBytes = progress.doneBytes / 2;
            all.keptBytes = progress.keptBytes / 2;
        } else {
            const auto isResumed = m_fetchedKeptBytes == 0 && !m_roomWasChecked;
            const auto fetchedKept = isResumed ? progress.totalBytes : m_fetchedKeptBytes;
            all.doneBytes = (progress.totalBytes + progress.doneBytes) / 2;
            all.keptBytes = (fetchedKept + progress.keptBytes) / 2;
            all.doneFiles = progress.doneFiles;
            all.leftOutFiles = progress.leftOutFiles;
        }
    });
    if (leg == RelayLeg::Fetch && progress.totalFiles > 0 && !std::exchange(m_roomWasChecked, true)) {
        checkRoom(progress.totalBytes - progress.keptBytes, m_scope.token());
    }
}

/// Ends the leg when this computer's disk has no room for it.
QCoro::Task<void> Relay::checkRoom(qint64 bytes, std::stop_token stop)
{
    std::function<Result<qint64>()> looking = [folder = folder()] {
        return freeBytesAt(folder);
    };
    const auto room = co_await m_disk.run(std::move(looking), stop);
    const bool isOver = !m_legEnd || m_place.leg != RelayLeg::Fetch;
    if (stop.stop_requested() || isOver || !room || *room - reserveBytes >= bytes) {
        co_return;
    }
    m_leg->disconnect(this);
    m_leg->cancel();
    auto end = *m_legEnd;
    end.complete(failure(localError(ENOSPC)));
}

void Relay::addProblem(TransferProblem problem)
{
    problem.path = sourcePathOf(problem.path);
    m_problems.append(problem);
    Q_EMIT problemFound(problem);
}

/// What is in the spool is told by its name at the source.
QByteArray Relay::sourcePathOf(const QByteArray &path) const
{
    const auto spooled = bytesOf(item());
    const bool isSpooled =
        path.startsWith(spooled) && (path.size() == spooled.size() || path[spooled.size()] == '/');
    return isSpooled ? m_order.source + path.mid(spooled.size()) : path;
}

QCoro::Task<Result<void>> Relay::removeSource(std::stop_token stop)
{
    const auto unchanged = co_await isSourceUnchanged(stop);
    if (!unchanged && unchanged.error().kind == ErrorKind::NotFound && unchanged.error().httpStatus == 0) {
        co_return Result<void>(); // By an earlier attempt, or by somebody else.
    }
    if (!unchanged) {
        co_return failure(unchanged.error());
    }
    if (!*unchanged) {
        const auto reason = u"The source was changed while it was copied, and stays where it is."_s;
        addProblem({m_order.source, Error::of(ErrorKind::Integrity, reason), true});
        co_return Result<void>();
    }
    const QList<QByteArray> sources{m_order.source};
    auto removed = co_await m_sides.from.files().remove(sources, stop);
    if (!removed && removed.error().httpStatus == 0 && removed.error().kind == ErrorKind::Rejected) {
        addProblem({m_order.source, removed.error(), true});
        co_return Result<void>();
    }
    co_return removed;
}

QCoro::Task<Result<bool>> Relay::isSourceUnchanged(std::stop_token stop)
{
    const auto tools = co_await m_sides.fromShell.tools(stop);
    if (!tools) {
        co_return failure(tools.error());
    }
    const auto source = co_await planDownload(m_sides.fromShell, m_order.source, *tools, stop);
    if (!source) {
        co_return failure(source.error());
    }
    std::function<Result<UploadPlan>()> planning = [item = item(), stop] {
        return planUpload(item, stop);
    };
    const auto sent = co_await m_disk.run(std::move(planning), stop);
    if (!sent) {
        co_return failure(sent.error());
    }
    if (!isSame(*sent, *source)) {
        co_return false;
    }
    // Within a second a file can be changed and look as before; it is about to be removed.
    QHash<QByteArray, qint64> files;
    for (const auto &item : sent->items) {
        if (item.type == UploadItem::Type::File) {
            files.insert(item.path, item.sizeBytes);
        }
    }
    ContentComparison contents(m_sides.fromShell, m_disk, item(), m_order.source);
    const auto same = co_await contents.same(files, stop);
    co_return same ? Result<bool>(same->size() == files.size()) : failure(same.error());
}

void Relay::cancel()
{
    stop(End::Remove);
}

void Relay::pause()
{
    stop(m_notes ? End::Keep : End::Remove);
}

void Relay::stop(End end)
{
    if (m_state == State::Ended) {
        return;
    }
    const bool wasStarted = m_state == State::Running;
    m_state = State::Ended;
    m_meter.stop();
    m_scope.restart();
    if (!wasStarted && end == End::Remove && !m_place.stage.isEmpty()) {
        makeLeg(m_place.leg); // Removes what an earlier attempt left.
    }
    if (m_leg) {
        m_leg->disconnect(this);
        if (end == End::Remove) {
            m_leg->cancel();
        } else {
            m_leg->pause();
        }
    }
    leave(end);
}

void Relay::leave(End end)
{
    m_isCleaningUp = true;
    m_endsWithRemoval = end == End::Remove && !m_place.spool.isEmpty();
    if (m_leg && m_leg->isCleaningUp()) {
        connect(m_leg.get(), &Transfer::cleanedUp, this, [this, end] { tidyUp(end, m_ending.token()); });
    } else {
        tidyUp(end, m_ending.token());
    }
}

/// The leg has come to rest.
QCoro::Task<void> Relay::tidyUp(End end, std::stop_token stop)
{
    if (m_legNotes) {
        m_legNotes->end();
    }
    if (m_endsWithRemoval) {
        std::function<Result<void>()> removing = [folder = folder()]() -> Result<void> {
            removeLocalTree(folder);
            return {};
        };
        (void)co_await m_disk.run(std::move(removing), stop);
        if (stop.stop_requested()) {
            co_return;
        }
    }
    m_hasLeftSomething = end == End::Remove && m_leg && m_leg->hasLeftSomething();
    if (end == End::Remove && m_notes && !m_hasLeftSomething) {
        m_notes->noteStage({});
    }
    m_spoolLock.reset();
    m_isCleaningUp = false;
    Q_EMIT cleanedUp();
}

} // namespace Koyeb
