// SPDX-License-Identifier: Apache-2.0
#include "poordisk.h"

#include <QMutex>

#include <cerrno>
#include <cstdarg>
#include <dirent.h>
#include <fcntl.h>
#include <limits>
#include <memory>
#include <optional>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace {

constexpr qsizetype longestName = 143;

struct Rules {
    bool isPoor = false;
    qint64 room = std::numeric_limits<qint64>::max();
    qint64 largestFile = std::numeric_limits<qint64>::max();
    QByteArray forbiddenTarget;
    QByteArray mountPoint;
};

QMutex mutex; // NOLINT: what takes the place of the C library's functions has no other place for it.
Rules shared; // NOLINT

Rules rules()
{
    const QMutexLocker lock(&mutex);
    return shared;
}

QByteArray pathOf(int directory)
{
    const auto link = "/proc/self/fd/" + QByteArray::number(directory);
    QByteArray path(4096, '\0');
    const auto length = ::readlink(link.constData(), path.data(), static_cast<size_t>(path.size()));
    return path.left(qMax<qsizetype>(0, length));
}

bool isFolded(int directory)
{
    return pathOf(directory).contains("folded");
}

bool isMounted(int directory)
{
    const auto mountPoint = rules().mountPoint;
    return !mountPoint.isEmpty() && (pathOf(directory) + '/').startsWith(mountPoint + '/');
}

bool isAboveMount(int directory)
{
    const auto mountPoint = rules().mountPoint;
    return !mountPoint.isEmpty() && pathOf(directory) == mountPoint.left(mountPoint.lastIndexOf('/'));
}

/// The name under which the disk has what is called so.
QByteArray storedName(int directory, const QByteArray &name)
{
    if (!rules().isPoor || !isFolded(directory)) {
        return name;
    }
    const int copy = static_cast<int>(::syscall(SYS_openat, directory, ".", O_RDONLY | O_DIRECTORY, 0));
    const std::unique_ptr<DIR, int (*)(DIR *)> handle(::fdopendir(copy), &::closedir);
    while (const auto *entry = handle ? ::readdir(handle.get()) : nullptr) {
        if (qstricmp(entry->d_name, name.constData()) == 0) {
            return entry->d_name;
        }
    }
    return name;
}

/// What a poor disk says to something new of that name; 0 when it may be.
int objectionTo(const QByteArray &path)
{
    const auto name = path.mid(path.lastIndexOf('/') + 1);
    if (!rules().isPoor) {
        return 0;
    }
    if (name.size() > longestName) {
        return ENAMETOOLONG;
    }
    return std::any_of(name.begin(), name.end(), [](char c) { return strchr(":?*\"<>|", c); }) ? EINVAL : 0;
}

int failed(int reason)
{
    errno = reason;
    return -1;
}

} // namespace

namespace Koyeb::Test {

PoorDisk::PoorDisk()
{
    const QMutexLocker lock(&mutex);
    shared = Rules();
    shared.isPoor = true;
}

PoorDisk::~PoorDisk()
{
    const QMutexLocker lock(&mutex);
    shared = Rules();
}

void PoorDisk::setRoom(qint64 bytes)
{
    const QMutexLocker lock(&mutex);
    shared.room = bytes;
}

void PoorDisk::forbidTarget(const QByteArray &name)
{
    const QMutexLocker lock(&mutex);
    shared.forbiddenTarget = name;
}

void PoorDisk::mountAt(const QByteArray &path)
{
    const QMutexLocker lock(&mutex);
    shared.mountPoint = path;
}

void PoorDisk::setLargestFile(qint64 bytes)
{
    const QMutexLocker lock(&mutex);
    shared.largestFile = bytes;
}

} // namespace Koyeb::Test

// In place of the C library's.
extern "C" {

int mkdirat(int directory, const char *path, mode_t mode) noexcept
{
    if (const int reason = objectionTo(path); reason != 0) {
        return failed(reason);
    }
    if (isAboveMount(directory) && !QByteArray(path).contains('/')) {
        return failed(EACCES);
    }
    return static_cast<int>(::syscall(SYS_mkdirat, directory, storedName(directory, path).constData(), mode));
}

int symlinkat(const char *target, int directory, const char *path) noexcept
{
    return rules().isPoor ? failed(EPERM)
                          : static_cast<int>(::syscall(SYS_symlinkat, target, directory, path));
}

int openat(int directory, const char *path, int flags, ...)
{
    va_list arguments;
    va_start(arguments, flags);
    const auto mode = (flags & O_CREAT) != 0 ? va_arg(arguments, mode_t) : 0;
    va_end(arguments);
    if (const int reason = (flags & O_CREAT) != 0 ? objectionTo(path) : 0; reason != 0) {
        return failed(reason);
    }
    return static_cast<int>(
        ::syscall(SYS_openat, directory, storedName(directory, path).constData(), flags, mode));
}

int fstatat(int directory, const char *path, struct stat *status, int flags) noexcept
{
    const auto name = (flags & AT_EMPTY_PATH) != 0 ? QByteArray(path) : storedName(directory, path);
    return static_cast<int>(::syscall(SYS_newfstatat, directory, name.constData(), status, flags));
}

int renameat2(int from, const char *source, int to, const char *target, unsigned flags) noexcept
{
    const auto forbidden = rules().forbiddenTarget;
    if (!forbidden.isEmpty() && forbidden == target) {
        return failed(EACCES);
    }
    if (isMounted(from) != isMounted(to)) {
        return failed(EXDEV);
    }
    return static_cast<int>(
        ::syscall(SYS_renameat2, from, source, to, storedName(to, target).constData(), flags));
}

int renameat(int from, const char *source, int to, const char *target) noexcept
{
    return renameat2(from, source, to, target, 0);
}

ssize_t pwrite(int file, const void *bytes, size_t size, off_t offset)
{
    {
        const QMutexLocker lock(&mutex);
        if (offset + static_cast<qint64>(size) > shared.largestFile) {
            return failed(EFBIG);
        }
        if (static_cast<qint64>(size) > shared.room) {
            return failed(ENOSPC);
        }
        shared.room -= static_cast<qint64>(size);
    }
    return ::syscall(SYS_pwrite64, file, bytes, size, offset);
}

} // extern "C"
