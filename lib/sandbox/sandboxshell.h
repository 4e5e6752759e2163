// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/result.h"
#include "executor/executorclient.h"
#include "sandbox/bandwidthlimit.h"
#include "sandbox/execroad.h"

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
    bool gzip = false;          ///< Does it, too.
    bool moveNoReplace = false; ///< `mv -n -T`

    /// Whether there is a hasher().
    [[nodiscard]] bool hashes() const { return sha256sum || openssl; }
    /// What prints a line that begins with the SHA-256 of its stdin.
    [[nodiscard]] QString hasher() const
    {
        return openssl ? QStringLiteral("openssl dgst -sha256 -r") : QStringLiteral("sha256sum");
    }
};

/// Whether content is compressed on its way; see packing.h.
enum class Packing;

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

    /// Used where the image lacks base64.
    void setExecRoad(std::shared_ptr<ExecRoad> road) { m_execRoad = std::move(road); }
    /// Whether bytes can go both ways as they are, at least by that road.
    [[nodiscard]] bool carriesBytes(const SandboxTools &tools) const { return tools.base64 || m_execRoad; }
    /// Writes bytes into a file by that road, which there must be.
    QCoro::Task<Result<void>> sendBytes(QByteArray path, QByteArray bytes, std::stop_token stop);

    /// Where the scripts run.
    [[nodiscard]] ExecutorClient &executor() { return m_executor; }
    /// Probed once with one request.
    QCoro::Task<Result<SandboxTools>> tools(std::stop_token stop);
    /// Has them probed again, because some are missing and may be installed by then.
    void forgetTools() { m_tools->reset(); }

    /// Runs a script and gives its stdout as text. An exit code other than 0 is the error that stderr says.
    QCoro::Task<Result<QByteArray>> run(QString script, Repeatable repeatable, std::stop_token stop);
    /// Runs a script and gives the bytes of its stdout: exact where carriesBytes(), otherwise with U+FFFD in
    /// place of what is not UTF-8.
    QCoro::Task<Result<QByteArray>> runForBytes(QString script, Repeatable repeatable, std::stop_token stop);
    /// Runs a script and gives the base64 of its stdout, `packing` compressed before. Where carriesBytes().
    QCoro::Task<Result<QByteArray>> runForBase64(
        QString script, Packing packing, Repeatable repeatable, std::stop_token stop);
    /// The same as runForBytes() for images that have a hasher(), compared with the SHA-256 of just these
    /// bytes: Integrity when they differ. The sandbox's shell holds all of it in memory. By the exec channel,
    /// which has frames of its own, they are not compared.
    QCoro::Task<Result<QByteArray>> runForCheckedBytes(
        QString script, Repeatable repeatable, std::stop_token stop);

private:
    QCoro::Task<Result<QByteArray>> runByExec(QString script, Packing packing, std::stop_token stop);

    ExecutorClient &m_executor;
    std::shared_ptr<ExecRoad> m_execRoad; ///< May be null.
    std::shared_ptr<std::optional<SandboxTools>> m_tools = std::make_shared<std::optional<SandboxTools>>();
};

/// How content is best compressed on its way, if it may be.
[[nodiscard]] Packing packingOf(const SandboxTools &tools, Compression compression);

/// What makes base64 in one line of its stdin, as a shell's command.
[[nodiscard]] QString encoderOf(Packing packing);

/// Failure with ErrorKind::Invalid unless `path` is absolute and without NUL.
[[nodiscard]] Result<void> checkRemotePath(const QByteArray &path);

/// 32 random hexadecimal digits.
[[nodiscard]] QByteArray randomDigits();

/// A name for the hidden directory in which a transfer is put together; not to be guessed.
[[nodiscard]] QByteArray temporaryName();

} // namespace Koyeb
