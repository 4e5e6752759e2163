// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/result.h"
#include "executor/executorclient.h"

#include <QCoroTask>
#include <QSet>

#include <memory>
#include <optional>
#include <stop_token>

namespace Koyeb {

/// What the tools of an image can do. Images are arbitrary: GNU, BusyBox, or next to nothing.
struct SandboxTools {
    bool base64 = false;        ///< Encodes to one line (`-w0`) and decodes.
    bool findPrintf = false;    ///< `find -printf`
    bool statFormat = false;    ///< `stat -c` and `xargs -0`
    bool sha256sum = false;     ///< Prints checksums.
    bool openssl = false;       ///< Prints checksums several times as fast.
    bool dd = false;            ///< Reads and writes ranges.
    bool tar = false;           ///< Packs and unpacks.
    bool zstd = false;          ///< Compresses and decompresses.
    bool moveNoReplace = false; ///< `mv -n -T`

    /// What prints a line that begins with the SHA-256 of its stdin.
    [[nodiscard]] QString hasher() const
    {
        return openssl ? QStringLiteral("openssl dgst -sha256 -r") : QStringLiteral("sha256sum");
    }
};

/// Whether content is compressed on its way; see packing.h.
enum class Packing { None, Zstd };

/// Runs the library's own scripts in one sandbox and remembers what its tools can do.
class SandboxShell {
public:
    /// `executor` outlives this object.
    explicit SandboxShell(ExecutorClient &executor) : m_executor(executor) {}
    /// The same sandbox through a client of its own; what one finds out about tools the other knows.
    SandboxShell(ExecutorClient &executor, const SandboxShell &other)
        : m_executor(executor), m_tools(other.m_tools)
    {
    }

    /// Where the scripts run.
    [[nodiscard]] ExecutorClient &executor() { return m_executor; }
    /// Probed once with one request.
    QCoro::Task<Result<SandboxTools>> tools(std::stop_token stop);
    /// Has them probed again, because some are missing and may be installed by then.
    void forgetTools() { m_tools->reset(); }

    /// Runs a script and gives its stdout as text. An exit code other than 0 is the error that stderr says.
    QCoro::Task<Result<QByteArray>> run(QString script, Repeatable repeatable, std::stop_token stop);
    /// Runs a script and gives the bytes of its stdout: exact where the image has base64, otherwise with
    /// U+FFFD in place of what is not UTF-8.
    QCoro::Task<Result<QByteArray>> runForBytes(QString script, Repeatable repeatable, std::stop_token stop);
    /// Runs a script and gives the base64 of its stdout, `packing` compressed before. For images that have
    /// what it takes.
    QCoro::Task<Result<QByteArray>> runForBase64(
        QString script, Packing packing, Repeatable repeatable, std::stop_token stop);
    /// What a script wrote that came compressed.
    struct PackedOutput {
        QByteArray bytes;         ///< As the script wrote them.
        bool packingPaid = false; ///< Fewer bytes came than would have come otherwise.
        qint64 wireBytes = 0;     ///< So many came.
    };
    /// The same as runForBytes() for images that have base64 and zstd, compressed on the way. Integrity when
    /// it is more than `maximumBytes`.
    QCoro::Task<Result<PackedOutput>> runForPackedBytes(
        QString script, qint64 maximumBytes, Repeatable repeatable, std::stop_token stop);
    /// The same as runForBytes() for images that have base64 and sha256sum, compared with the SHA-256 of just
    /// these bytes: Integrity when they differ. The sandbox's shell holds all of it in memory.
    QCoro::Task<Result<QByteArray>> runForCheckedBytes(
        QString script, Repeatable repeatable, std::stop_token stop);

private:
    ExecutorClient &m_executor;
    std::shared_ptr<std::optional<SandboxTools>> m_tools = std::make_shared<std::optional<SandboxTools>>();
};

/// What makes base64 in one line of its stdin, as a shell's command.
[[nodiscard]] QString encoderOf(Packing packing);

/// Failure with ErrorKind::Invalid unless `path` is absolute and without NUL.
[[nodiscard]] Result<void> checkRemotePath(const QByteArray &path);

/// 32 random hexadecimal digits.
[[nodiscard]] QByteArray randomDigits();

/// A name for the hidden directory in which a transfer is put together; not to be guessed.
[[nodiscard]] QByteArray temporaryName();

} // namespace Koyeb
