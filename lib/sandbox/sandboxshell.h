// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/result.h"
#include "executor/executorclient.h"
#include "sandbox/bandwidthlimit.h"
#include "sandbox/execroad.h"
#include "sandbox/sandboxtools.h"

#include <QCoroTask>

#include <memory>
#include <optional>
#include <stop_token>

namespace Koyeb {

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

    /// Used where the image cannot make or undo base64.
    void setExecRoad(std::shared_ptr<ExecRoad> road) { m_execRoad = std::move(road); }
    /// Whether there is such a road.
    [[nodiscard]] bool hasExecRoad() const { return m_execRoad != nullptr; }
    /// Whether bytes can come as they are, at least by that road.
    [[nodiscard]] bool carriesBytes(const SandboxTools &tools) const
    {
        return tools.encoding != SandboxTools::Encoding::None || m_execRoad;
    }
    /// Whether they come by that road.
    [[nodiscard]] bool usesExecRoad(const SandboxTools &tools) const
    {
        return tools.encoding != SandboxTools::Encoding::Base64 && m_execRoad;
    }
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
    /// The same as runForBytes() where the image can make and undo base64 and hash, compared with the SHA-256
    /// of just these bytes: Integrity when they differ. The sandbox's shell holds all of it in memory. By the
    /// exec channel, which has frames of its own, they are not compared.
    QCoro::Task<Result<QByteArray>> runForCheckedBytes(
        QString script, Repeatable repeatable, std::stop_token stop);

private:
    /// What scripts call stat is there, whatever does its work.
    void addStat(QString &script) const;
    QCoro::Task<Result<QByteArray>> runByExec(QString script, Packing packing, std::stop_token stop);

    ExecutorClient &m_executor;
    std::shared_ptr<ExecRoad> m_execRoad; ///< May be null.
    std::shared_ptr<std::optional<SandboxTools>> m_tools = std::make_shared<std::optional<SandboxTools>>();
};

/// How content is best compressed on its way, if it may be.
[[nodiscard]] Packing packingOf(const SandboxTools &tools, Compression compression);

/// What encodes its stdin, `packing` compressed before, as a shell's command. Where there is an encoder.
[[nodiscard]] QString encoderOf(const SandboxTools &tools, Packing packing);

/// Failure with ErrorKind::Invalid unless `path` is absolute and without NUL.
[[nodiscard]] Result<void> checkRemotePath(const QByteArray &path);

/// 32 random hexadecimal digits.
[[nodiscard]] QByteArray randomDigits();

/// A name for the hidden directory in which a transfer is put together; not to be guessed.
[[nodiscard]] QByteArray temporaryName();
/// The one that belongs to some randomDigits().
[[nodiscard]] QByteArray temporaryName(const QByteArray &digits);
/// Whether a relative path is one of such a directory, or leads through one.
[[nodiscard]] bool isTemporaryPath(const QByteArray &path);

} // namespace Koyeb
