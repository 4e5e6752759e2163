// SPDX-License-Identifier: Apache-2.0
#include "sandbox/localretain.h"

#include "sandbox/downloadstage.h"
#include "sandbox/uploadplan.h"

#include <array>
#include <cerrno>
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace Koyeb {

namespace {

class Retention {
public:
    explicit Retention(const Retained &retained) : m_retained(retained) {}

    Result<void> visit(const LocalEntry &entry, const QByteArray &path)
    {
        struct stat status {};
        if (::fstatat(entry.directory, entry.name.constData(), &status, AT_SYMLINK_NOFOLLOW) != 0) {
            return errno == ENOENT ? Result<void>() : failure(localError(errno));
        }
        if (S_ISDIR(status.st_mode)) {
            return visitFolder(entry, path);
        }
        const auto file = m_retained.files.constFind(path);
        const bool isWhole =
            file != m_retained.files.cend() && S_ISREG(status.st_mode) && file->sizeBytes == status.st_size &&
            (file->modifiedSeconds == status.st_mtim.tv_sec || hasTimeBack(entry, status, *file));
        const auto part = m_retained.partialFiles.constFind(path);
        const bool isPart = part != m_retained.partialFiles.cend() && *part <= status.st_size;
        if (S_ISREG(status.st_mode) && (isWhole || isPart)) {
            m_left.files.insert(path);
            return {};
        }
        return removed(::unlinkat(entry.directory, entry.name.constData(), 0));
    }

    [[nodiscard]] const RetainedTree &left() const { return m_left; }

private:
    /// Whether its time was renewed, and nothing else has happened to it since.
    [[nodiscard]] bool hasTimeBack(
        const LocalEntry &entry, const struct stat &status, const Retained::File &file) const
    {
        const auto &renewed = m_retained.renewedAt;
        const bool isRenewed =
            renewed && renewed->tv_sec == status.st_mtim.tv_sec && renewed->tv_nsec == status.st_mtim.tv_nsec;
        const std::array<timespec, 2> times{
            timespec{0, UTIME_OMIT}, timespec{static_cast<time_t>(file.modifiedSeconds), 0}};
        return isRenewed &&
               ::utimensat(entry.directory, entry.name.constData(), times.data(), AT_SYMLINK_NOFOLLOW) == 0;
    }

    static Result<void> removed(int returned)
    {
        return returned == 0 ? Result<void>() : failure(localError(errno));
    }

    Result<void> visitFolder(const LocalEntry &entry, const QByteArray &path)
    {
        // It may have got its own mode already, which may forbid everything.
        ::fchmodat(entry.directory, entry.name.constData(), 0700, 0);
        const LocalDescriptor folder(::openat(
            entry.directory, entry.name.constData(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
        if (!folder.isOpen()) {
            return failure(localError(errno));
        }
        for (const auto &name : namesIn(folder)) {
            if (auto done = visit({folder.get(), name}, path.isEmpty() ? name : path + '/' + name); !done) {
                return done;
            }
        }
        if (m_retained.folders.contains(path)) {
            m_left.folders.insert(path);
            return {};
        }
        return removed(::unlinkat(entry.directory, entry.name.constData(), AT_REMOVEDIR));
    }

    const Retained &m_retained;
    RetainedTree m_left;
};

} // namespace

Result<RetainedTree> retainInTree(const LocalEntry &top, const Retained &retained)
{
    Retention retention(retained);
    if (auto visited = retention.visit(top, {}); !visited) {
        return failure(visited.error());
    }
    return retention.left();
}

} // namespace Koyeb
