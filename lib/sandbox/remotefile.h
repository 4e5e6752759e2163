// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sandbox/sandboxshell.h"
#include "sandbox/uploadscripts.h"

#include <memory>
#include <optional>

namespace Koyeb {

class Sha256;

/// What became of a file that was to be replaced only while it was as expected.
enum class Replacement {
    Done,    ///< It has the new content.
    Changed, ///< There is something else than expected, and it stays.
    Missing, ///< There is nothing, against expectation.
};

/// A file of a sandbox, open for reading or for writing. Content is bytes as they are and never held as a
/// whole, so a file may be larger than memory; text is UTF-8. One call at a time.
///
/// What is written in the modes Write and Create goes to a temporary file beside the target, which takes the
/// target's place when the file is closed: until then others see the old content, and a file that is
/// destroyed without being closed leaves no trace. An existing target keeps its owner and mode; a link is
/// followed.
class RemoteFile {
public:
    /// What it is opened for.
    enum class Mode {
        Read,   ///< Changes nothing.
        Write,  ///< Replaces what is there.
        Append, ///< Adds to what is there, at once.
        Create, ///< Like Write, but Conflict when there is something.
    };

    /// Made by Files::file(). Sends nothing by itself.
    RemoteFile(SandboxShell &shell, const QByteArray &path, Mode mode);
    ~RemoteFile();
    RemoteFile(const RemoteFile &) = delete;
    RemoteFile &operator=(const RemoteFile &) = delete;

    /// NotFound when the file (for writing: its directory) is missing, Conflict when it is something else
    /// than a file, Unsupported where the image has no tools to do it with bytes.
    QCoro::Task<Result<void>> open(std::stop_token stop);
    /// Whether open() has succeeded and close() has not.
    [[nodiscard]] bool isOpen() const { return m_isOpen; }

    /// The next bytes, at most so many; fewer, and at last none, only at the end of the file.
    QCoro::Task<Result<QByteArray>> read(qint64 maximumBytes, std::stop_token stop);
    /// A part of the file, wherever the last read ended; shorter only at the end of the file.
    QCoro::Task<Result<QByteArray>> readAt(qint64 offset, qint64 count, std::stop_token stop);
    /// The rest.
    QCoro::Task<Result<QByteArray>> readAll(std::stop_token stop);
    /// The rest; Integrity when it is not UTF-8.
    QCoro::Task<Result<QString>> readText(std::stop_token stop);

    /// Adds `bytes` at the end. After a failure the file cannot be closed, only given up; what Append has
    /// added stays.
    QCoro::Task<Result<void>> write(QByteArray bytes, std::stop_token stop);
    /// The same with text, as UTF-8.
    QCoro::Task<Result<void>> writeText(QString text, std::stop_token stop);
    /// Ends reading or appending, or puts what was written into the target's place.
    QCoro::Task<Result<void>> close(std::stop_token stop);

    /// The same for Write and Create, after the sandbox has hashed both sides: Integrity when it has not got
    /// what was written, and nothing is replaced unless the target has the content whose SHA-256 (in
    /// hexadecimal) is `targetHash`, or already the new one. Empty: whatever is there. Needs an image that
    /// can hash.
    QCoro::Task<Result<Replacement>> closeVerified(QByteArray targetHash, std::stop_token stop);
    /// Whether closeVerified() has what it needs. After open().
    [[nodiscard]] bool canVerify() const { return m_tools.hashes(); }

    /// Bytes read or written so far.
    [[nodiscard]] qint64 position() const { return m_position; }

private:
    QCoro::Task<Result<void>> openTarget(std::stop_token stop);
    QCoro::Task<Result<QByteArray>> readPart(qint64 offset, qint64 count, std::stop_token stop);
    QCoro::Task<Result<void>> writePart(QByteArray bytes, std::stop_token stop);
    [[nodiscard]] Result<void> checkOpen(bool forWriting) const;
    /// So many bytes fit into a script.
    [[nodiscard]] qint64 literalBytes() const;
    [[nodiscard]] QString closeScript(const QString &check) const;

    SandboxShell &m_shell;
    QByteArray m_path;
    Mode m_mode;
    SandboxTools m_tools;
    std::optional<UploadStage> m_stage; ///< Set while there is something in the sandbox to remove.
    bool m_isOpen = false;
    bool m_hasFailed = false;
    qint64 m_position = 0;
    qint64 m_lastPart = 0;
    std::unique_ptr<Sha256> m_hash; ///< Of what was written, except by Append.
};

/// What a path leads to; links are followed.
enum class RemotePathKind { Missing, File, Directory, Other };

/// A script that tells what a path leads to, and where a link ends; see parsePathKind().
[[nodiscard]] QString pathKindScript(const QByteArray &path);
/// Where a path leads.
struct RemotePathTarget {
    RemotePathKind kind = RemotePathKind::Missing; ///< What is there.
    QByteArray path;                               ///< The one asked for, or the end of the link that it is.
};
/// What pathKindScript() has told of `path`.
[[nodiscard]] Result<RemotePathTarget> parsePathKind(const QByteArray &output, const QByteArray &path);

/// `bytes` as text; Integrity when they are not UTF-8.
[[nodiscard]] Result<QString> textOf(const QByteArray &bytes);

} // namespace Koyeb
