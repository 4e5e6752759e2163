// SPDX-License-Identifier: Apache-2.0
#include "sandbox/relay.h"

#include "sandbox/downloadplan.h"
#include "sandbox/downloadstage.h"
#include "sandbox/localmerge.h"
#include "sandbox/upload.h"

#include <QPointer>

#include <cerrno>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

namespace Koyeb {

namespace {

using namespace Qt::Literals::StringLiterals;

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

/// What of a folder is moved; null is all.
std::shared_ptr<const TransferSelection> selectionOf(const RelayOrder &order)
{
    if (order.options.movesHidden || order.movesSource) {
        return nullptr;
    }
    TransferSelection visible;
    visible.leaveOutHidden();
    return std::make_shared<const TransferSelection>(std::move(visible));
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
    if (m_isCleaningUp) {
        closeFeed([](bool) {});
    }
    if (m_isCleaningUp && m_endsWithRemoval) {
        m_disk.post([folder = folder()] { removeLocalTree(folder); });
    }
}

void Relay::resumeFrom(const TransferCheckpoint &checkpoint)
{
    m_place = RelayPlace::of(checkpoint.stage);
    m_checkpoint = checkpoint;
    m_checkpoint.stage = m_place.stage;
    m_partsMayBeLeft = !m_place.spool.isEmpty();
}

std::filesystem::path Relay::folder() const
{
    return m_order.spool / m_place.spool.toStdString();
}

std::filesystem::path Relay::batches() const
{
    return folder() / "batches";
}

RelayRecord Relay::record() const
{
    return RelayRecord(folder() / "record");
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
    if (m_place.leg == RelayLeg::Send) {
        const auto sent = co_await send(stop);
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
        if (m_checkpoint.isCommitting) {
            // By looks alone the attempt before may be taken for one that has come to its end.
            auto checked = check(stop);
            const auto arrived = co_await checked.hasArrived(m_order.existing);
            if (!arrived) {
                co_return failure(arrived.error());
            }
            if (!*arrived) {
                const auto reason =
                    u"It cannot be shown that all of it has arrived, so the source stays where it is."_s;
                addProblem({m_order.source, Error::of(ErrorKind::Integrity, reason), true});
                co_return sent;
            }
        }
        m_place.leg = RelayLeg::RemoveSource;
        m_place.stage.clear();
        if (m_notes) {
            m_notes->noteStage(m_place.text());
        }
    }
    co_return co_await removeSource(stop);
}

QCoro::Task<Result<void>> Relay::prepare(std::stop_token stop)
{
    if (auto valid = checkRemotePath(m_order.targetDirectory); !valid) {
        co_return valid;
    }
    if (m_place.spool.isEmpty()) {
        m_place.spool = randomDigits();
        if (m_notes) {
            m_notes->noteStage(m_place.text());
        }
    }
    std::function<Result<Lock>()> opening = [spool = m_order.spool, folder = folder(),
                                             batches = batches()]() -> Result<Lock> {
        auto lock = openSpool(spool, folder);
        removeLocalTree(batches); // Of an earlier attempt.
        if (auto made = lock ? makePrivateFolder(batches) : failure(lock.error()); !made) {
            return failure(made.error());
        }
        return lock;
    };
    auto lock = co_await m_disk.run(std::move(opening), stop);
    if (!lock) {
        co_return failure(lock.error());
    }
    m_spoolLock = std::move(*lock);
    co_return Result<void>();
}

RelayCheck Relay::check(std::stop_token stop)
{
    const RelayCheck::Side source{m_sides.fromShell, m_sides.fromGate, m_order.source};
    const auto path = joinRemotePath(m_order.targetDirectory, remoteName(m_order.source));
    const RelayCheck::Side target{m_sides.toShell, m_sides.toGate, path};
    return RelayCheck(source, target, m_disk, record(), std::move(stop));
}

void Relay::makeFeed()
{
    // By the name of the spool's folder, so that another attempt finds what this one leaves.
    const RelayFeed::Means means{m_sides.clock, m_sides.fromShell, m_sides.fromGate, m_disk};
    RelayFeed::Source source;
    source.path = m_order.source;
    source.selection = selectionOf(m_order);
    source.links = m_order.movesSource ? Links::Kept : m_order.options.links;
    source.spool = batches();
    source.partsName = temporaryName(m_place.spool);
    if (m_order.movesSource) {
        source.record = record();
    }
    m_feed = std::make_shared<RelayFeed>(means, std::move(source));
}

void Relay::makeUpload()
{
    makeFeed();
    UploadOrder order;
    order.source = m_order.source.toStdString();
    order.remoteDirectory = m_order.targetDirectory;
    order.existing = m_order.existing;
    order.name = remoteName(m_order.source);
    order.options = m_order.options;
    order.options.links = Links::Kept; // The feed follows them, in the sandbox; nothing does here.
    order.feed = m_feed;
    m_upload = std::make_unique<Upload>(m_sides.clock, m_sides.toShell, m_sides.toGate, order, nullptr);
    if (m_notes) {
        m_uploadNotes = std::make_shared<RelayNotes>(m_notes, m_place);
        m_upload->setNotes(m_uploadNotes);
    }
    m_upload->resumeFrom(m_checkpoint);
}

QCoro::Task<Result<void>> Relay::send(std::stop_token stop)
{
    makeUpload();
    Completion<Result<void>> end;
    auto *upload = m_upload.get();
    connect(upload, &Transfer::progressed, this, [this](const auto &now) { takeProgress(now); });
    connect(upload, &Transfer::problemFound, this, [this](const auto &problem) { addProblem(problem); });
    connect(upload, &Transfer::finished, this, [end]() mutable { end.complete({}); });
    connect(
        upload, &Transfer::failed, this, [end](const Error &error) mutable { end.complete(failure(error)); });
    const std::stop_callback onStop(stop, [end]() mutable { end.complete(failure(Error::cancelled())); });
    upload->start();
    const auto result = co_await end;
    if (!stop.stop_requested()) {
        takeProgress(m_upload->progress());
        if (!result) {
            m_sides.fromShell.forgetTools(); // They may be others when it is tried again.
        }
    }
    co_return result;
}

void Relay::takeProgress(const TransferProgress &progress)
{
    if (m_state == State::Running) {
        m_meter.update([&](TransferProgress &all) { all = progress; });
    }
}

void Relay::addProblem(const TransferProblem &problem)
{
    m_problems.append(problem);
    Q_EMIT problemFound(problem);
}

QCoro::Task<Result<void>> Relay::removeSource(std::stop_token stop)
{
    auto checked = check(stop);
    const auto unchanged = co_await checked.isSourceUnchanged();
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
    if (!wasStarted && end == End::Remove && !m_place.spool.isEmpty()) {
        makeUpload(); // Removes what an earlier attempt left.
    }
    if (m_upload) {
        m_upload->disconnect(this);
        if (end == End::Remove) {
            m_upload->cancel();
        } else {
            m_upload->pause();
        }
    }
    leave(end);
}

void Relay::leave(End end)
{
    m_isCleaningUp = true;
    m_endsWithRemoval = end == End::Remove && !m_place.spool.isEmpty();
    if (m_upload && m_upload->isCleaningUp()) {
        connect(m_upload.get(), &Transfer::cleanedUp, this, [this, end] { tidyUp(end, m_ending.token()); });
    } else {
        tidyUp(end, m_ending.token());
    }
}

/// The upload has come to rest.
QCoro::Task<void> Relay::tidyUp(End end, std::stop_token stop)
{
    if (m_uploadNotes) {
        m_uploadNotes->end();
    }
    Completion<bool> closed;
    closeFeed([closed](bool isGone) mutable { closed.complete(isGone); });
    const std::stop_callback onStop(stop, [closed]() mutable { closed.complete(false); });
    const bool isSourceTidy = co_await closed;
    if (stop.stop_requested()) {
        co_return;
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
    m_hasLeftSomething = end == End::Remove && (!isSourceTidy || (m_upload && m_upload->hasLeftSomething()));
    if (end == End::Remove && m_notes && !m_hasLeftSomething) {
        m_notes->noteStage({});
    }
    m_spoolLock.reset();
    m_isCleaningUp = false;
    Q_EMIT cleanedUp();
}

/// Parts in the source's sandbox are of no use to another attempt.
void Relay::closeFeed(std::function<void(bool isGone)> done)
{
    if (!m_feed && m_partsMayBeLeft) {
        makeFeed();
    }
    if (m_feed && !std::exchange(m_isFeedClosed, true)) {
        m_feed->close(m_partsMayBeLeft, std::move(done));
    } else {
        done(true);
    }
}

} // namespace Koyeb
