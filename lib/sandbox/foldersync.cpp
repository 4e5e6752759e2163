// SPDX-License-Identifier: Apache-2.0
#include "sandbox/foldersync.h"

#include "executor/shellquote.h"
#include "sandbox/downloadstage.h"

#include <QPointer>

#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace Koyeb {

namespace {

using namespace Qt::Literals::StringLiterals;

/// Of names in one command, before quoting.
constexpr qsizetype namesInCommandBytes = 10 * 1024;

bool isPathBelow(const QByteArray &path)
{
    const auto segments = path.split('/');
    return std::all_of(segments.begin(), segments.end(), isEntryName);
}

/// How something looks, in words for a script: its type as a letter, and what a file, or link, is known by.
/// Empty when it is not to be looked at.
QByteArray lookOf(const QHash<QByteArray, ComparedEntry> &compared, const QByteArray &path)
{
    const auto entry = compared.constFind(path);
    if (entry == compared.cend()) {
        return {};
    }
    const auto time = QByteArray::number(entry->modifiedSeconds);
    switch (entry->type) {
    case ComparedEntry::Type::File:
        return "f " + QByteArray::number(entry->sizeBytes) + ' ' + time;
    case ComparedEntry::Type::Directory:
        return "d";
    case ComparedEntry::Type::SymbolicLink:
        return entry->modifiedSeconds == ComparedEntry::unknownTime ? "l"_ba : "l " + time;
    case ComparedEntry::Type::Other:
        break;
    }
    return "o";
}

/// Takes paths, each followed by its look. Prints, each ended by a NUL, what was not removed, after a `c`
/// where it was changed, otherwise an `x`. Each is removed from within its folder, once that has been found
/// to be where its path says, without links.
QString removalScript(const QByteArray &folder, const QList<QByteArray> &words, bool withFind)
{
    const auto describing = withFind ? u"find \"$1\" -prune -printf \"$2\""_s : u"stat -c \"$3\" -- \"$1\""_s;
    return u"r=$(cd -P -- "_s + shellQuoted(folder) +
           u" && pwd -P && echo x) || exit\nr=${r%??}\n"
           "[ \"$r\" != / ] || { echo 'a whole file system: Operation not permitted' >&2; exit 1; }\n"
           "describe() { "_s +
           describing +
           u"; }\n"
           "look() {\n"
           "if [ -h \"$1\" ]; then set -- \"$(describe \"$1\" %T@ %Y)\"; echo \"l ${1%%.*}\"\n"
           "elif [ -d \"$1\" ]; then echo d\n"
           "elif [ -f \"$1\" ]; then set -- \"$(describe \"$1\" '%s %T@' '%s %Y')\"; echo \"f ${1%%.*}\"\n"
           "else echo o; fi\n}\n"
           "drop() (\n"
           "p=; case $1 in */*) p=/${1%/*} ;; esac\n"
           "cd -P -- \"$r$p\" 2>/dev/null || { [ ! -e \"$r$p\" ] && [ ! -h \"$r$p\" ]; exit; }\n"
           "[ \"$(pwd -P; echo x)\" = \"$(printf '%s\\n' \"$r$p\"; echo x)\" ] || exit 1\n"
           "n=./${1##*/}\n"
           "[ -e \"$n\" ] || [ -h \"$n\" ] || exit 0\n"
           "[ ! \"$2\" ] || { s=$(look \"$n\"); [ \"$2\" = \"$s\" ] || [ \"$2\" = \"${s%% *}\" ]; } || exit "
           "2\n"
           "if [ -d \"$n\" ] && [ ! -h \"$n\" ]; then rmdir -- \"$n\" 2>/dev/null; exit 0; fi\n"
           "rm -f -- \"$n\" 2>/dev/null\n"
           ")\n"
           "set -- "_s +
           shellQuoted(words) +
           u"\nwhile [ $# -gt 0 ]; do drop \"$1\" \"$2\"; case $? in 0) ;; 2) printf 'c%s\\0' \"$1\" ;; "
           "*) printf 'x%s\\0' \"$1\" ;; esac; shift 2; done"_s;
}

/// The folder that holds `path`, found without following a link; not open when it is not there.
LocalDescriptor folderOf(const LocalDescriptor &top, const QByteArray &path)
{
    LocalDescriptor folder(::dup(top.get()));
    const auto segments = path.split('/');
    for (qsizetype at = 0; at + 1 < segments.size() && folder.isOpen(); ++at) {
        folder = LocalDescriptor(::openat(
            folder.get(), segments[at].constData(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    }
    return folder;
}

/// Whether it is `/`, whatever its path says.
bool isFileSystem(const LocalDescriptor &folder)
{
    struct stat status {};
    struct stat root {};
    return ::fstat(folder.get(), &status) == 0 && ::stat("/", &root) == 0 && status.st_dev == root.st_dev &&
           status.st_ino == root.st_ino;
}

ComparedEntry entryOf(const struct stat &status)
{
    using Type = ComparedEntry::Type;
    const auto type = S_ISREG(status.st_mode)   ? Type::File
                      : S_ISDIR(status.st_mode) ? Type::Directory
                      : S_ISLNK(status.st_mode) ? Type::SymbolicLink
                                                : Type::Other;
    return {type, status.st_size, status.st_mtim.tv_sec};
}

/// None of the system's reasons.
constexpr int changedSince = -1;

/// 0, changedSince, or the system's reason.
int removeOne(
    const LocalDescriptor &top, const QByteArray &path, qint64 comparedAtSeconds,
    const QHash<QByteArray, ComparedEntry> &compared)
{
    const auto folder = folderOf(top, path);
    if (!folder.isOpen()) {
        return errno == ENOENT ? 0 : errno;
    }
    const auto name = path.mid(path.lastIndexOf('/') + 1);
    struct stat status {};
    if (::fstatat(folder.get(), name.constData(), &status, AT_SYMLINK_NOFOLLOW) != 0) {
        return errno == ENOENT ? 0 : errno;
    }
    const bool isFolder = S_ISDIR(status.st_mode);
    const auto expected = lookOf(compared, path);
    const auto look = lookOf({{path, entryOf(status)}}, path);
    if (!expected.isEmpty() && look != expected && !look.startsWith(expected + ' ')) {
        return changedSince;
    }
    if (!isFolder && comparedAtSeconds > 0 && status.st_ctim.tv_sec > comparedAtSeconds) {
        return changedSince;
    }
    if (::unlinkat(folder.get(), name.constData(), isFolder ? AT_REMOVEDIR : 0) == 0) {
        return 0;
    }
    return errno == ENOENT || (isFolder && (errno == ENOTEMPTY || errno == EEXIST)) ? 0 : errno;
}

Error notRemoved(bool isChanged)
{
    return isChanged
               ? Error::of(
                     ErrorKind::Conflict, u"It was changed after the folders were compared, and stays."_s)
               : Error::of(ErrorKind::Rejected, u"It could not be removed."_s);
}

} // namespace

QList<TransferProblem> removeBelow(
    const std::filesystem::path &folder, const QList<QByteArray> &paths, qint64 comparedAtSeconds,
    const QHash<QByteArray, ComparedEntry> &compared)
{
    QList<TransferProblem> problems;
    const LocalDescriptor top(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    const int reason = errno;
    const bool isWhole = isFileSystem(top);
    for (const auto &path : paths) {
        const int failed = !top.isOpen()        ? reason
                           : isWhole            ? EPERM
                           : !isPathBelow(path) ? EINVAL
                                                : removeOne(top, path, comparedAtSeconds, compared);
        if (failed != 0) {
            const auto error = failed == changedSince ? notRemoved(true) : localError(failed);
            problems.append({bytesOf(folder / path.toStdString()), error, true});
        }
    }
    return problems;
}

FolderSync::FolderSync(Sandbox &sandbox, const FolderSyncOrder &order, QObject *parent)
    : Transfer(parent), m_sandbox(sandbox), m_order(order)
{
}

FolderSync::~FolderSync()
{
    pause();
}

void FolderSync::start()
{
    if (m_state == State::Idle) {
        m_state = State::Running;
        run(m_scope.token());
    }
}

QCoro::Task<void> FolderSync::run(std::stop_token stop)
{
    auto result = co_await move(stop);
    if (stop.stop_requested() || (!result && result.error().isCancelled())) {
        co_return;
    }
    m_state = State::Ended;
    const QPointer<FolderSync> self = this;
    Q_EMIT progressed(m_progress);
    if (!self) {
        co_return;
    }
    if (result) {
        Q_EMIT finished(m_problems);
    } else {
        // What the folder is to replace has been agreed to; nobody is to be asked once more.
        auto error = result.error();
        error.kind = error.kind == ErrorKind::Conflict ? ErrorKind::Rejected : error.kind;
        Q_EMIT failed(error);
    }
}

QCoro::Task<Result<void>> FolderSync::move(std::stop_token stop)
{
    if (!m_order.moved.isEmpty()) {
        makeLeg();
        Completion<Result<void>> end;
        auto *leg = m_leg.get();
        connect(leg, &Transfer::progressed, this, [this](const auto &progress) {
            m_progress = progress;
            Q_EMIT progressed(progress);
        });
        connect(leg, &Transfer::problemFound, this, [this](const auto &problem) { addProblem(problem); });
        connect(leg, &Transfer::cleanedUp, this, [this] {
            if (m_state == State::Ended) {
                Q_EMIT cleanedUp();
            }
        });
        connect(leg, &Transfer::finished, this, [end]() mutable { end.complete({}); });
        connect(leg, &Transfer::failed, this, [end](const Error &error) mutable {
            end.complete(failure(error));
        });
        const std::stop_callback onStop(stop, [end]() mutable { end.complete(failure(Error::cancelled())); });
        leg->start();
        const auto copied = co_await end;
        if (!copied) {
            co_return copied;
        }
        m_progress = m_leg->progress();
    }
    if (!m_problems.isEmpty() || m_order.removed.isEmpty()) {
        co_return Result<void>();
    }
    auto removing = m_order.way == FolderSyncOrder::Way::Up ? removeThere(stop) : removeHere(stop);
    co_return co_await removing;
}

void FolderSync::makeLeg()
{
    const auto selection = std::make_shared<const TransferSelection>(m_order.moved);
    if (m_order.way == FolderSyncOrder::Way::Up) {
        m_leg.reset(m_sandbox.uploadInto(m_order.local, m_order.remote, selection, nullptr));
    } else {
        m_leg.reset(m_sandbox.downloadInto(m_order.remote, m_order.local, selection, nullptr));
    }
    m_leg->setNotes(m_notes);
    m_leg->resumeFrom(m_checkpoint);
}

QCoro::Task<Result<void>> FolderSync::removeThere(std::stop_token stop)
{
    SandboxShell shell(m_sandbox.executor());
    const auto tools = co_await shell.tools(stop);
    if (!tools) {
        co_return failure(tools.error());
    }
    const auto &all = m_order.removed;
    for (qsizetype next = 0; next < all.size();) {
        QList<QByteArray> words;
        for (qsizetype bytes = 0; next < all.size() && bytes <= namesInCommandBytes; ++next) {
            if (!isPathBelow(all[next])) {
                addProblem({joinRemotePath(m_order.remote, all[next]), notRemoved(false), true});
                continue;
            }
            words += {all[next], lookOf(m_order.compared, all[next])};
            bytes += all[next].size();
        }
        if (words.isEmpty()) {
            continue;
        }
        const auto script = removalScript(m_order.remote, words, tools->findPrintf);
        const auto left = co_await shell.runForBytes(script, Repeatable::Safely, stop);
        if (!left) {
            co_return failure(left.error());
        }
        for (const auto &path : left->split('\0')) {
            if (!path.isEmpty()) {
                addProblem(
                    {joinRemotePath(m_order.remote, path.mid(1)), notRemoved(path.startsWith('c')), true});
            }
        }
    }
    co_return Result<void>();
}

QCoro::Task<Result<void>> FolderSync::removeHere(std::stop_token stop)
{
    using Problems = QList<TransferProblem>;
    std::function<Result<Problems>()> removing = [order = m_order]() -> Result<Problems> {
        return removeBelow(order.local, order.removed, order.comparedAtSeconds, order.compared);
    };
    const auto problems = co_await m_disk.run(std::move(removing), stop);
    if (!problems) {
        co_return failure(problems.error());
    }
    for (const auto &problem : *problems) {
        addProblem(problem);
    }
    co_return Result<void>();
}

void FolderSync::addProblem(const TransferProblem &problem)
{
    m_problems.append(problem);
    Q_EMIT problemFound(problem);
}

void FolderSync::cancel()
{
    stop(&Transfer::cancel);
}

void FolderSync::pause()
{
    stop(&Transfer::pause);
}

void FolderSync::stop(void (Transfer::*how)())
{
    if (m_state == State::Ended) {
        return;
    }
    const bool wasStarted = m_state == State::Running;
    m_state = State::Ended;
    m_scope.restart();
    if (!wasStarted && how == &Transfer::cancel && !m_checkpoint.stage.isEmpty()) {
        makeLeg(); // Removes what an earlier attempt left.
        connect(m_leg.get(), &Transfer::cleanedUp, this, &Transfer::cleanedUp);
    }
    if (m_leg) {
        (m_leg.get()->*how)();
    }
}

} // namespace Koyeb
