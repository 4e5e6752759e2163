// SPDX-License-Identifier: GPL-3.0-or-later
#include "files/localdirectory.h"

#include <QHash>

#include <cerrno>
#include <climits>
#include <cstring>
#include <dirent.h>
#include <fcntl.h>
#include <grp.h>
#include <memory>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

namespace Koyeb::Desktop {

namespace {

constexpr quint32 permissionBits = 07777;
constexpr size_t longestAccountRecord = 16 * 1024;

/// Names of accounts by their numbers, each of which costs a look into a file.
class AccountNames {
public:
    AccountNames() : m_room(longestAccountRecord) {}

    QString user(uid_t id)
    {
        auto name = m_users.find(id);
        if (name == m_users.end()) {
            passwd record{};
            passwd *found = nullptr;
            getpwuid_r(id, &record, m_room.data(), m_room.size(), &found);
            name = m_users.insert(id, found ? QString::fromLocal8Bit(found->pw_name) : QString::number(id));
        }
        return *name;
    }
    QString group(gid_t id)
    {
        auto name = m_groups.find(id);
        if (name == m_groups.end()) {
            ::group record{};
            ::group *found = nullptr;
            getgrgid_r(id, &record, m_room.data(), m_room.size(), &found);
            name = m_groups.insert(id, found ? QString::fromLocal8Bit(found->gr_name) : QString::number(id));
        }
        return *name;
    }

private:
    std::vector<char> m_room;
    QHash<uid_t, QString> m_users;
    QHash<gid_t, QString> m_groups;
};

/// What the system says of the last failure.
Error lastError()
{
    const int code = errno;
    const QString words = QString::fromLocal8Bit(std::strerror(code));
    switch (code) {
    case ENOENT:
        return Error::of(ErrorKind::NotFound, words);
    case ENOTDIR:
        return Error::of(ErrorKind::Conflict, words);
    default:
        return Error::of(ErrorKind::Rejected, words);
    }
}

RemoteEntry::Type typeOf(mode_t mode)
{
    using Type = RemoteEntry::Type;
    switch (mode & S_IFMT) {
    case S_IFREG:
        return Type::File;
    case S_IFDIR:
        return Type::Directory;
    case S_IFLNK:
        return Type::SymbolicLink;
    case S_IFIFO:
        return Type::Fifo;
    case S_IFSOCK:
        return Type::Socket;
    case S_IFBLK:
        return Type::BlockDevice;
    case S_IFCHR:
        return Type::CharacterDevice;
    default:
        return Type::Unknown;
    }
}

void describe(RemoteEntry &entry, int folder, AccountNames &accounts)
{
    struct stat status {};
    if (fstatat(folder, entry.name.constData(), &status, AT_SYMLINK_NOFOLLOW) != 0) {
        return;
    }
    entry.type = typeOf(status.st_mode);
    entry.sizeBytes = status.st_size;
    entry.mode = status.st_mode & permissionBits;
    entry.modifiedAt = QDateTime::fromMSecsSinceEpoch(
        qint64{status.st_mtim.tv_sec} * 1000 + status.st_mtim.tv_nsec / 1'000'000, Qt::UTC);
    entry.owner = accounts.user(status.st_uid);
    entry.group = accounts.group(status.st_gid);
    if (entry.type != RemoteEntry::Type::SymbolicLink) {
        return;
    }
    QByteArray target(PATH_MAX, Qt::Uninitialized);
    const auto length =
        readlinkat(folder, entry.name.constData(), target.data(), static_cast<size_t>(target.size()));
    entry.linkTarget = target.first(qMax(length, ssize_t{0}));
    entry.linkTargetIsDirectory =
        fstatat(folder, entry.name.constData(), &status, 0) == 0 && S_ISDIR(status.st_mode);
}

} // namespace

Result<QList<RemoteEntry>> listLocalDirectory(const QByteArray &path)
{
    const std::unique_ptr<DIR, int (*)(DIR *)> directory(opendir(path.constData()), &closedir);
    if (!directory) {
        return failure(lastError());
    }
    QList<RemoteEntry> entries;
    AccountNames accounts;
    for (;;) {
        errno = 0;
        const dirent *next = readdir(directory.get());
        if (!next) {
            break;
        }
        RemoteEntry entry;
        entry.name = next->d_name;
        if (entry.name != "." && entry.name != "..") {
            describe(entry, dirfd(directory.get()), accounts);
            entries.append(std::move(entry));
        }
    }
    if (errno != 0) {
        return failure(lastError());
    }
    return entries;
}

std::optional<qint64> changeTimeOf(const QByteArray &path)
{
    struct stat status {};
    if (stat(path.constData(), &status) != 0) {
        return std::nullopt;
    }
    return qint64{status.st_mtim.tv_sec} * 1'000'000'000 + status.st_mtim.tv_nsec;
}

} // namespace Koyeb::Desktop
