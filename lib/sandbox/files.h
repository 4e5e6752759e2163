// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/result.h"
#include "sandbox/remoteentry.h"
#include "sandbox/remotefile.h"
#include "sandbox/sandboxshell.h"

#include <QCoroTask>

#include <stop_token>

namespace Koyeb {

/// A file for Files::writeFiles().
struct FileToWrite {
    QByteArray path;    ///< Absolute; its directory must exist.
    QByteArray content; ///< Bytes as they are.
};

/// What shall be at a path for Files::replace() to write there.
struct ExpectedFile {
    /// The sorts of expectations.
    enum class Kind {
        Anything, ///< Whatever is there, or nothing.
        Content,  ///< A file with the content of `sha256`.
        Nothing,  ///< No file.
    };
    Kind kind = Kind::Anything; ///< Which of them.
    QByteArray sha256;          ///< In 64 lower-case hexadecimal digits; for Content.
};

/// A file that could not be written, and why.
struct WriteProblem {
    QByteArray path; ///< As it was given.
    Error error;     ///< As Files::write() gives it.
};

/// Where an entry is and where it, or a copy of it, shall be; for Files::copy() and Files::move().
struct FilePlacement {
    QByteArray from; ///< Absolute.
    QByteArray to;   ///< Absolute, with the new name; its directory must exist.
    friend bool operator==(const FilePlacement &, const FilePlacement &) = default;
};

/// An entry that could not be copied or moved, and why.
struct PlacementProblem {
    FilePlacement placement;   ///< As it was given.
    Error error;               ///< As Files::rename() gives it.
    bool targetExists = false; ///< It was not to be replaced, and there is something.
};

/// Permission bits that change; all others stay as they are.
struct ModeChange {
    quint32 set = 0;   ///< Of 07777.
    quint32 clear = 0; ///< Of 07777, none of those in `set`.
    /// Also everything in directories. The right to execute is then only given to directories and to files
    /// that somebody may execute already, as by chmod's `X`.
    bool recursive = false;
};

/// The file system of a sandbox, by bytes. All paths are absolute. What the image can do is probed once and
/// remembered; a listing is one request. Errors have the tool's words: NotFound, Conflict (exists, is or is
/// not a directory), Rejected (permissions, full disk, the rest).
class Files {
public:
    /// `shell` outlives this object.
    explicit Files(SandboxShell &shell) : m_shell(shell) {}

    /// All entries of a directory but itself and its parent, unsorted. In images without `stat -c` and
    /// all that tells the same only names are known, and those that are not UTF-8 are damaged.
    QCoro::Task<Result<QList<RemoteEntry>>> list(QByteArray directory, std::stop_token stop);
    /// The directory a person starts in ($HOME).
    QCoro::Task<Result<QByteArray>> homeDirectory(std::stop_token stop);
    /// Like mkdir: fails when it exists.
    QCoro::Task<Result<void>> makeDirectory(QByteArray path, std::stop_token stop);
    /// With all directories above it; success also when they exist.
    QCoro::Task<Result<void>> makePath(QByteArray path, std::stop_token stop);
    /// Moves a file or directory, also to another file system. Fails with Conflict when `to` exists; with
    /// Overwrite only when one of the two is a directory.
    QCoro::Task<Result<void>> rename(
        QByteArray from, QByteArray to, std::stop_token stop,
        ExistingTarget existing = ExistingTarget::Refuse);
    /// A file or a link; NotFound when there is none, Conflict when it is a directory.
    QCoro::Task<Result<void>> removeFile(QByteArray path, std::stop_token stop);
    /// Files, links (not what they lead to) and whole directories. What is not there counts as removed.
    QCoro::Task<Result<void>> remove(QList<QByteArray> paths, std::stop_token stop);
    /// Copies files, links (as links) and whole directories, with modes, times and, where that is allowed,
    /// owners. Each copy is made under a hidden name beside its place first: nobody sees a part of it. What
    /// could not be copied is told, and the rest goes on: with Conflict what exists, with Overwrite only when
    /// one of the two is a directory; with Invalid a directory that would be copied into itself.
    QCoro::Task<Result<QList<PlacementProblem>>> copy(
        QList<FilePlacement> placements, std::stop_token stop,
        ExistingTarget existing = ExistingTarget::Refuse);
    /// Moves each as rename() does. What could not be moved is told, and the rest goes on.
    QCoro::Task<Result<QList<PlacementProblem>>> move(
        QList<FilePlacement> placements, std::stop_token stop,
        ExistingTarget existing = ExistingTarget::Refuse);
    /// Changes permissions of files and directories; of a link those of what it leads to.
    QCoro::Task<Result<void>> changeMode(QList<QByteArray> paths, ModeChange change, std::stop_token stop);
    /// The SHA-256 of a file's content, in 64 hexadecimal digits; links are followed. Conflict when it is a
    /// directory, Rejected when it is something else, Unsupported where the image has nothing that tells it.
    QCoro::Task<Result<QByteArray>> checksum(QByteArray path, std::stop_token stop);

    /// Links are followed; a broken one counts as missing.
    QCoro::Task<Result<RemotePathKind>> kindOf(QByteArray path, std::stop_token stop);
    /// Whether there is anything; links are followed.
    QCoro::Task<Result<bool>> exists(QByteArray path, std::stop_token stop);
    /// Whether there is a file; links are followed.
    QCoro::Task<Result<bool>> isFile(QByteArray path, std::stop_token stop);
    /// Whether there is a directory; links are followed.
    QCoro::Task<Result<bool>> isDirectory(QByteArray path, std::stop_token stop);

    /// A file's whole content; for large ones see file().
    QCoro::Task<Result<QByteArray>> read(QByteArray path, std::stop_token stop);
    /// A text file's whole content; Integrity when it is not UTF-8.
    QCoro::Task<Result<QString>> readText(QByteArray path, std::stop_token stop);
    /// Makes or replaces a file in one step: nobody sees a part of it. Its directory must exist. (In images
    /// without tools only text can be written, and readers may see a part of it.)
    QCoro::Task<Result<void>> write(QByteArray path, QByteArray content, std::stop_token stop);
    /// The same with text, as UTF-8.
    QCoro::Task<Result<void>> writeText(QByteArray path, QString text, std::stop_token stop);
    /// Like write(), but only where there is what is expected, which is looked at in the same step; compared
    /// by SHA-256 with what was sent: Integrity when it differs. In images that cannot hash, what is there is
    /// read before.
    QCoro::Task<Result<Replacement>> replace(
        QByteArray path, QByteArray content, ExpectedFile expected, std::stop_token stop);
    /// Writes one after the other; what could not be written is told, and the rest goes on.
    QCoro::Task<Result<QList<WriteProblem>>> writeFiles(QList<FileToWrite> files, std::stop_token stop);
    /// A file to be opened with RemoteFile::open(); must be gone before this object is.
    [[nodiscard]] std::unique_ptr<RemoteFile> file(const QByteArray &path, RemoteFile::Mode mode)
    {
        return std::make_unique<RemoteFile>(m_shell, path, mode);
    }

private:
    QCoro::Task<Result<QByteArray>> readTextOnly(QByteArray path, std::stop_token stop);
    QCoro::Task<Result<Replacement>> compareRead(
        QByteArray path, ExpectedFile expected, std::stop_token stop);
    QCoro::Task<Result<QList<RemoteEntry>>> listNames(QByteArray directory, std::stop_token stop);
    QCoro::Task<Result<QList<PlacementProblem>>> place(
        QList<FilePlacement> placements, bool asCopies, ExistingTarget existing, std::stop_token stop);

    SandboxShell &m_shell;
};

/// A script that moves `from` to `to` unless there is something; says `File exists` then.
[[nodiscard]] QString moveNoReplaceScript(
    const QByteArray &from, const QByteArray &to, const SandboxTools &tools);
/// A script that moves `from` in place of a file or link at `to`; a directory neither replaces nor is
/// replaced.
[[nodiscard]] QString moveReplacingScript(
    const QByteArray &from, const QByteArray &to, const SandboxTools &tools);
/// Paths quoted and joined, each with a blank before it, into groups that each fit into one command.
[[nodiscard]] QStringList groupedWords(const QList<QByteArray> &paths);
/// A command that moves the word `source` to the word `target`, in place of a file or link there.
[[nodiscard]] QString moveOver(const QString &source, const QString &target, const SandboxTools &tools);

} // namespace Koyeb
