// SPDX-License-Identifier: Apache-2.0
#include "sandbox/localmerge.h"

#include "sandbox/downloadstage.h"
#include "sandbox/existingfiles.h"
#include "sandbox/uploadplan.h"

#include <cerrno>
#include <cstdio>
#include <dirent.h>
#include <fcntl.h>
#include <memory>
#include <set>
#include <sys/stat.h>
#include <unistd.h>

namespace Koyeb {

namespace {

using namespace Qt::Literals::StringLiterals;

Error inTheWay()
{
    return Error::of(ErrorKind::Conflict, u"A folder stands where a file belongs, or the other way round."_s);
}

bool isDirectory(const LocalEntry &entry)
{
    struct stat status {};
    return ::fstatat(entry.directory, entry.name.constData(), &status, AT_SYMLINK_NOFOLLOW) == 0 &&
           S_ISDIR(status.st_mode);
}

bool exists(const LocalEntry &entry)
{
    struct stat status {};
    return ::fstatat(entry.directory, entry.name.constData(), &status, AT_SYMLINK_NOFOLLOW) == 0;
}

/// 0, or the errno.
int rename(const LocalEntry &source, const LocalEntry &target)
{
    const int returned =
        ::renameat(source.directory, source.name.constData(), target.directory, target.name.constData());
    return returned == 0 ? 0 : errno;
}

/// 0, or the errno.
int tryRenameNoReplace(const LocalEntry &source, const LocalEntry &target)
{
    if (::renameat2(
            source.directory, source.name.constData(), target.directory, target.name.constData(),
            RENAME_NOREPLACE) == 0) {
        return 0;
    }
    if (errno != EINVAL && errno != ENOSYS) {
        return errno;
    }
    // File systems without the flag leave a moment between the look and the move.
    if (exists(target)) {
        return EEXIST;
    }
    return rename(source, target);
}

/// The same for folders that forbid writing, too: moving one changes its entry for the folder above.
int renameNoReplace(const LocalEntry &source, const LocalEntry &target)
{
    struct stat status {};
    const bool isProtected =
        ::fstatat(source.directory, source.name.constData(), &status, AT_SYMLINK_NOFOLLOW) == 0 &&
        S_ISDIR(status.st_mode) && (status.st_mode & S_IWUSR) == 0;
    if (!isProtected) {
        return tryRenameNoReplace(source, target);
    }
    const auto setMode = [](const LocalEntry &entry, mode_t mode) {
        ::fchmodat(entry.directory, entry.name.constData(), mode, 0);
    };
    setMode(source, 0700);
    const int reason = tryRenameNoReplace(source, target);
    setMode(reason == 0 ? target : source, status.st_mode & 0777U);
    return reason;
}

LocalDescriptor openDirectory(const LocalEntry &entry)
{
    return LocalDescriptor(
        ::openat(entry.directory, entry.name.constData(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
}

bool isNewer(const LocalEntry &source, const LocalEntry &target)
{
    struct stat from {};
    struct stat to {};
    return ::fstatat(source.directory, source.name.constData(), &from, AT_SYMLINK_NOFOLLOW) == 0 &&
           ::fstatat(target.directory, target.name.constData(), &to, AT_SYMLINK_NOFOLLOW) == 0 &&
           from.st_mtim.tv_sec > to.st_mtim.tv_sec;
}

class Merge {
public:
    explicit Merge(ExistingTarget existing) : m_existing(existing) {}

    /// `path` is the source's, from the top entry on, which itself has an empty one.
    Result<void> move(const LocalEntry &source, const LocalEntry &target, const QByteArray &path)
    {
        const auto identity = identityOf(source);
        const int reason = renameNoReplace(source, target);
        if (reason == 0) {
            m_placed.insert(identity);
        }
        if (reason != EEXIST) {
            return judged(reason, path);
        }
        const bool isFolder = isDirectory(source);
        const bool areAlike = isFolder == isDirectory(target);
        // Where upper and lower case are the same, another one may just have got this place.
        const bool isTaken = m_placed.count(identityOf(target)) > 0;
        if (isFolder && areAlike && !isTaken) {
            return moveContents(source, target, path);
        }
        if (m_existing == ExistingTarget::KeepBoth) {
            return moveBeside(source, target, path);
        }
        if (isTaken) {
            return judged(EEXIST, path);
        }
        if (m_existing == ExistingTarget::Skip) {
            return {};
        }
        if (!areAlike) {
            m_problems.append({path, inTheWay()});
            return {};
        }
        // Looked at once more, for much may have happened since it was decided to fetch it.
        const bool isWanted = m_existing != ExistingTarget::Newer || isNewer(source, target);
        if (!isWanted) {
            return {};
        }
        const int failed = rename(source, target);
        if (failed == 0) {
            m_placed.insert(identity);
        }
        return judged(failed, path);
    }

    Result<void> moveContents(const LocalEntry &source, const LocalEntry &target, const QByteArray &path)
    {
        // The download may have made its folder read-only; it is about to vanish.
        ::fchmodat(source.directory, source.name.constData(), 0700, 0);
        const auto from = openDirectory(source);
        const auto to = openDirectory(target);
        if (!from.isOpen() || !to.isOpen()) {
            return judged(errno, path);
        }
        for (const auto &name : namesIn(from)) {
            const auto entry = path.isEmpty() ? name : path + '/' + name;
            if (auto moved = move({from.get(), name}, {to.get(), name}, entry); !moved) {
                return moved;
            }
        }
        return {};
    }

    [[nodiscard]] const QList<TransferProblem> &problems() const { return m_problems; }

private:
    /// What a reason comes to: the others are moved nevertheless where it is one of this entry only.
    Result<void> judged(int reason, const QByteArray &path)
    {
        if (reason == 0) {
            return {};
        }
        const auto error = placeError(reason);
        if (path.isEmpty() || !concernsPlaceOnly(error)) {
            return failure(error);
        }
        m_problems.append({path, error});
        return {};
    }

    Result<void> moveBeside(const LocalEntry &source, const LocalEntry &target, const QByteArray &path)
    {
        int reason = EEXIST;
        for (int number = 2; reason == EEXIST && number <= maximumKeptNumber; ++number) {
            reason = renameNoReplace(source, {target.directory, keptName(target.name, number)});
        }
        return judged(reason, path);
    }

    using Identity = std::pair<dev_t, ino_t>;

    static Identity identityOf(const LocalEntry &entry)
    {
        struct stat status {};
        ::fstatat(entry.directory, entry.name.constData(), &status, AT_SYMLINK_NOFOLLOW);
        return {status.st_dev, status.st_ino};
    }

    ExistingTarget m_existing;
    std::set<Identity> m_placed;
    QList<TransferProblem> m_problems;
};

} // namespace

QList<QByteArray> namesIn(const LocalDescriptor &directory)
{
    QList<QByteArray> names;
    const int copy = ::fcntl(directory.get(), F_DUPFD_CLOEXEC, 0);
    const std::unique_ptr<DIR, int (*)(DIR *)> handle(::fdopendir(copy), &::closedir);
    while (const auto *entry = handle ? ::readdir(handle.get()) : nullptr) {
        const QByteArray name(entry->d_name);
        if (name != "." && name != "..") {
            names.append(name);
        }
    }
    return names;
}

Result<QList<TransferProblem>> moveIntoPlace(
    const LocalEntry &source, const LocalEntry &target, ExistingTarget existing)
{
    if (existing == ExistingTarget::Refuse) {
        const int reason = renameNoReplace(source, target);
        if (reason == EEXIST) {
            return failure(ErrorKind::Conflict, u"There is a file or folder of that name already."_s);
        }
        if (reason != 0) {
            return failure(placeError(reason));
        }
        return QList<TransferProblem>();
    }
    const bool isSettled = existing == ExistingTarget::KeepBoth || existing == ExistingTarget::Skip;
    if (!isSettled && exists(target) && isDirectory(source) != isDirectory(target)) {
        return failure(inTheWay());
    }
    Merge merge(existing);
    if (auto moved = merge.move(source, target, {}); !moved) {
        return failure(moved.error());
    }
    return merge.problems();
}

Result<QList<TransferProblem>> mergeIntoPlace(
    const LocalEntry &source, const LocalEntry &target, ExistingTarget existing)
{
    if (!isDirectory(source) || !isDirectory(target)) {
        return failure(inTheWay());
    }
    Merge merge(existing);
    if (auto moved = merge.moveContents(source, target, {}); !moved) {
        return failure(moved.error());
    }
    return merge.problems();
}

void removeLocalTree(const std::filesystem::path &path)
{
    std::error_code error;
    using Options = std::filesystem::directory_options;
    std::filesystem::permissions(path, std::filesystem::perms::owner_all, error);
    for (std::filesystem::recursive_directory_iterator entry(path, Options::skip_permission_denied, error),
         end;
         !error && entry != end; entry.increment(error)) {
        if (entry->is_directory(error) && !entry->is_symlink(error)) {
            std::filesystem::permissions(entry->path(), std::filesystem::perms::owner_all, error);
        }
    }
    std::filesystem::remove_all(path, error);
}

} // namespace Koyeb
