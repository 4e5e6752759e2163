// SPDX-License-Identifier: GPL-3.0-or-later
#include "editor/externaledit.h"

#include "common/privatefolder.h"
#include "core/sha256.h"
#include "editor/localcopy.h"

#include <QFile>

#include <utility>

namespace Koyeb::Desktop {

using namespace std::chrono_literals;
using namespace Qt::Literals::StringLiterals;

namespace {

constexpr auto settlingTime = 400ms;
constexpr qint64 bytesPerRequest = 1024 * 1024;

/// What is in a copy now.
struct Content {
    QByteArray bytes;
    QByteArray sha256;
};

struct Copy {
    QByteArray sha256;
    bool mightBeRun = false;
    std::shared_ptr<FolderHold> hold;
};

/// Blocks.
Result<Copy> makeCopy(
    const QByteArray &bytes, const std::filesystem::path &folder, const std::filesystem::path &file,
    EditRecord record)
{
    std::error_code ignored;
    std::filesystem::remove_all(folder, ignored); // Of an attempt that failed.
    if (auto made = makePrivateFolder(folder); !made) {
        return failure(std::move(made).error());
    }
    Copy copy{Sha256::hexOf(bytes), false, FolderHold::take(folder)};
    record.sha256 = copy.sha256;
    if (auto written = writeLocalCopy(file, bytes); !written) {
        return failure(std::move(written).error());
    }
    if (auto written = writeEditRecord(folder, record); !written) {
        return failure(std::move(written).error());
    }
    copy.mightBeRun = mightBeRun(file);
    return copy;
}

Error unreachable()
{
    return Error::of(ErrorKind::Offline, u"The sandbox cannot be reached now."_s);
}

Error tooLarge()
{
    return Error::of(ErrorKind::Rejected, u"The file is too large to be edited in this way."_s);
}

QString localPath(const std::filesystem::path &path)
{
    return QFile::decodeName(QByteArray::fromStdString(path.native()));
}

} // namespace

ExternalEdit::ExternalEdit(const QByteArray &path, const std::filesystem::path &base, QObject *parent)
    : QObject(parent),
      m_path(path),
      m_folder(privateFolderIn(base)),
      m_localFile(folderOfCopy(m_folder) / safeLocalName(remoteName(path)).toStdString()),
      m_wantedPath(path)
{
    connectWatcher();
}

ExternalEdit::ExternalEdit(const LeftEdit &left, QObject *parent)
    : QObject(parent),
      m_path(left.record.path),
      m_folder(left.folder),
      m_localFile(left.copy()),
      m_hold(left.hold),
      m_isLeft(true),
      m_sandboxId(left.record.sandboxId),
      m_sandboxName(left.record.sandboxName),
      m_state(State::NotSaved),
      m_sha256(left.record.sha256),
      m_wantedPath(left.record.path),
      m_expected{ExpectedFile::Kind::Content, left.record.sha256}
{
    connectWatcher();
}

void ExternalEdit::connectWatcher()
{
    m_settling.setSingleShot(true);
    m_settling.setInterval(settlingTime);
    connect(&m_settling, &QTimer::timeout, this, &ExternalEdit::look);
    const auto touch = [this] {
        if (m_state == State::Saving) {
            m_wasTouched = true;
        } else {
            m_settling.start();
        }
    };
    connect(&m_watcher, &QFileSystemWatcher::fileChanged, this, touch);
    connect(&m_watcher, &QFileSystemWatcher::directoryChanged, this, touch);
}

ExternalEdit::~ExternalEdit()
{
    if (m_isKept) {
        return;
    }
    m_worker.post([folder = m_folder, hold = m_hold] {
        std::error_code ignored;
        std::filesystem::remove_all(folder, ignored);
    });
}

void ExternalEdit::setSandbox(const std::shared_ptr<Sandbox> &sandbox)
{
    m_sandbox = sandbox;
    if (sandbox) {
        m_sandboxId = sandbox->access().serviceId;
        m_sandboxName = sandbox->access().name;
    }
    if (sandbox && m_state == State::NotSaved && m_error.kind == ErrorKind::Offline) {
        retry();
    }
}

bool ExternalEdit::isUnsaved() const
{
    return m_settling.isActive() ||
           (m_state != State::Open && m_state != State::Fetching && m_state != State::NotFetched);
}

bool ExternalEdit::isSaving() const
{
    return m_state == State::Saving || m_settling.isActive();
}

void ExternalEdit::saveNow()
{
    if (m_settling.isActive()) {
        m_settling.stop();
        look();
    } else {
        retry();
    }
}

void ExternalEdit::setState(State state)
{
    m_state = state;
    Q_EMIT stateChanged();
}

void ExternalEdit::fail(State state, const Error &error)
{
    m_error = error;
    setState(state);
}

EditRecord ExternalEdit::record() const
{
    return {
        m_sandboxId, m_sandboxName, m_path, QByteArray::fromStdString(m_localFile.filename().native()),
        m_sha256};
}

/// What could not be written costs only a question after a crash.
void ExternalEdit::keepRecord()
{
    m_worker.post([folder = m_folder, record = record()] { (void)writeEditRecord(folder, record); });
}

void ExternalEdit::start()
{
    if (m_state == State::NotSaved) {
        watch();
        save(m_path, m_expected);
        return;
    }
    setState(State::Fetching);
    runFetch(m_sandbox, m_scope.token());
}

void ExternalEdit::retry()
{
    if (m_state == State::NotFetched) {
        start();
    } else if (m_state == State::NotSaved) {
        save(m_wantedPath, m_expected);
    }
}

void ExternalEdit::overwrite()
{
    if (m_state == State::Changed || m_state == State::Gone || m_state == State::Exists) {
        save(m_wantedPath, {});
    }
}

void ExternalEdit::saveAs(const QByteArray &path)
{
    if (m_state == State::Changed || m_state == State::Gone || m_state == State::Exists) {
        save(path, {ExpectedFile::Kind::Nothing, {}});
    }
}

QCoro::Task<> ExternalEdit::runFetch(std::shared_ptr<Sandbox> sandbox, std::stop_token stop)
{
    const auto content = co_await read(sandbox, stop);
    if (stop.stop_requested()) {
        co_return;
    }
    if (!content) {
        fail(State::NotFetched, content.error());
        co_return;
    }
    std::function<Result<Copy>()> job = [bytes = *content, folder = m_folder, file = m_localFile,
                                         record = record()] {
        return makeCopy(bytes, folder, file, record);
    };
    const auto copy = co_await m_worker.run(std::move(job), stop);
    if (stop.stop_requested()) {
        co_return;
    }
    if (!copy) {
        fail(State::NotFetched, copy.error());
        co_return;
    }
    m_sha256 = copy->sha256;
    m_hold = copy->hold;
    watch();
    setState(State::Open);
    Q_EMIT fetched(copy->mightBeRun);
}

QCoro::Task<Result<QByteArray>> ExternalEdit::read(std::shared_ptr<Sandbox> sandbox, std::stop_token stop)
{
    if (!sandbox) {
        co_return failure(unreachable());
    }
    const auto file = sandbox->files().file(m_path, RemoteFile::Mode::Read);
    const auto opened = co_await file->open(stop);
    if (!opened && opened.error().kind == ErrorKind::Unsupported) {
        // In images without tools only whole texts can be read.
        auto whole = co_await sandbox->files().read(m_path, stop);
        if (whole && whole->size() > maximumBytes) {
            co_return failure(tooLarge());
        }
        co_return whole;
    }
    if (!opened) {
        co_return failure(opened.error());
    }
    QByteArray content;
    while (content.size() <= maximumBytes) {
        const auto part = co_await file->read(bytesPerRequest, stop);
        if (!part) {
            co_return failure(part.error());
        }
        if (part->isEmpty()) {
            co_return content;
        }
        content += *part;
    }
    co_return failure(tooLarge());
}

/// Many programs replace the file instead of writing into it, and then another file has to be watched.
void ExternalEdit::watch()
{
    for (const auto &path : {m_localFile.parent_path(), m_localFile}) {
        const QString text = localPath(path);
        if (!m_watcher.files().contains(text) && !m_watcher.directories().contains(text)) {
            m_watcher.addPath(text);
        }
    }
}

void ExternalEdit::look()
{
    watch();
    switch (m_state) {
    case State::Open:
    case State::NotSaved:
        save(m_path, {ExpectedFile::Kind::Content, m_sha256});
        break;
    case State::Saving:
        m_wasTouched = true;
        break;
    case State::Fetching:
    case State::NotFetched:
    case State::Changed: // What is saved meanwhile goes along with the decision.
    case State::Gone:
    case State::Exists:
        break;
    }
}

void ExternalEdit::save(const QByteArray &path, const ExpectedFile &expected)
{
    m_wantedPath = path;
    m_expected = expected;
    m_wasTouched = false;
    m_settling.stop();
    setState(State::Saving);
    runSave(m_sandbox, path, expected, m_scope.token());
}

QCoro::Task<> ExternalEdit::runSave(
    std::shared_ptr<Sandbox> sandbox, QByteArray path, ExpectedFile expected, std::stop_token stop)
{
    std::function<Result<Content>()> job = [file = m_localFile]() -> Result<Content> {
        auto bytes = readLocalCopy(file, maximumBytes);
        if (!bytes) {
            return failure(std::move(bytes).error());
        }
        return Content{*bytes, Sha256::hexOf(*bytes)};
    };
    const auto content = co_await m_worker.run(std::move(job), stop);
    if (stop.stop_requested()) {
        co_return;
    }
    // After a crash nobody ends the replacement of the copy: what there is lies beside it, and has to stay.
    if (!content && content.error().kind == ErrorKind::NotFound && !m_isLeft) {
        setState(State::Open); // In the middle of being replaced: its folder will tell.
        co_return;
    }
    if (!content) {
        fail(State::NotSaved, content.error());
        co_return;
    }
    m_isLeft = false;
    const bool isSame = content->sha256 == m_sha256 && expected.kind == ExpectedFile::Kind::Content;
    if (isSame) {
        takeReplacement(m_path, {}, Replacement::Done);
        co_return;
    }
    if (!sandbox) {
        fail(State::NotSaved, unreachable());
        co_return;
    }
    const auto replaced = co_await sandbox->files().replace(path, content->bytes, expected, stop);
    if (stop.stop_requested()) {
        co_return;
    }
    if (!replaced) {
        fail(State::NotSaved, replaced.error());
        co_return;
    }
    if (*replaced == Replacement::Done) {
        m_sha256 = content->sha256;
        m_path = path;
        keepRecord();
        Q_EMIT saved(path);
    }
    takeReplacement(path, expected, *replaced);
}

void ExternalEdit::takeReplacement(
    const QByteArray &path, const ExpectedFile &expected, Replacement replacement)
{
    if (replacement == Replacement::Missing) {
        setState(State::Gone);
    } else if (replacement == Replacement::Changed) {
        m_wantedPath = path;
        setState(expected.kind == ExpectedFile::Kind::Nothing ? State::Exists : State::Changed);
    } else {
        if (std::exchange(m_wasTouched, false)) {
            m_settling.start(); // Before it is told: it is not over yet.
        }
        setState(State::Open);
    }
}

} // namespace Koyeb::Desktop
