// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/workerthread.h"
#include "sandbox/remoteentry.h"
#include "sandbox/sandboxshell.h"
#include "sandbox/transfer.h"
#include "sandbox/uploadplan.h"

#include <QHash>
#include <QSet>

namespace Koyeb {

class UploadFeed;

/// Whether files that exist may stay as they are, so that they need not be moved at all.
[[nodiscard]] constexpr bool mayLeaveOut(ExistingTarget existing)
{
    return existing == ExistingTarget::Newer || existing == ExistingTarget::Different ||
           existing == ExistingTarget::Skip;
}

/// How far numbers go for names of what is kept beside something else.
inline constexpr int maximumKeptNumber = 999;
/// `name` for number 1, `name (2)` and so on, the number before the extension.
[[nodiscard]] QByteArray keptName(const QByteArray &name, int number);

/// What has to be known of something to tell whether it need be moved.
struct FileLook {
    enum class Type { File, Directory, SymbolicLink, Other };

    QByteArray path; ///< Relative to the top item, which itself has an empty one.
    Type type = Type::Other;
    qint64 sizeBytes = -1; ///< Negative where its side cannot tell.
    qint64 modifiedSeconds = 0;
    QByteArray linkTarget;
};
[[nodiscard]] FileLook lookOf(const UploadItem &item);
[[nodiscard]] FileLook lookOf(const RemoteEntry &entry);

/// Finds out which files of an item need not be moved, because of what is at the target.
class ExistingFiles {
public:
    /// Where the item is and where it shall be, whichever of the two is the source; they outlive the object.
    struct Sides {
        SandboxShell &shell;
        WorkerThread &disk;
        std::filesystem::path localTop;
        QByteArray remoteTop;
        /// Hashes of content by path, where the other side is not this computer; null otherwise.
        UploadFeed *feed = nullptr;
    };

    ExistingFiles(const Sides &sides, ExistingTarget existing) : m_sides(sides), m_existing(existing) {}

    /// Looks at a target in the sandbox. Where its tools cannot tell, nothing is left out.
    QCoro::Task<Result<void>> lookInSandbox(SandboxTools tools, std::stop_token stop);
    /// Looks at a target on this computer for those that shall come there, folders before what they hold.
    /// Links are not followed.
    QCoro::Task<Result<void>> lookOnDisk(QList<FileLook> items, std::stop_token stop);
    /// The paths of those items that stay as they are at the target.
    QCoro::Task<Result<QSet<QByteArray>>> unneeded(QList<FileLook> items, std::stop_token stop);

private:
    enum class Need { Moved, LeftOut, Compared };
    [[nodiscard]] Need needOf(const FileLook &item) const;
    QCoro::Task<Result<QSet<QByteArray>>> withSameContent(QList<QByteArray> paths, std::stop_token stop);
    QCoro::Task<Result<QSet<QByteArray>>> withContentOfFeed(QList<QByteArray> paths, std::stop_token stop);
    [[nodiscard]] QByteArray remotePath(const QByteArray &path) const;

    Sides m_sides;
    ExistingTarget m_existing;
    QHash<QByteArray, FileLook> m_there;
};

} // namespace Koyeb
