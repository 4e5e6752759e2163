// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/result.h"
#include "sandbox/remoteentry.h"
#include "sandbox/sandboxshell.h"

#include <QCoroTask>

#include <stop_token>

namespace Koyeb {

/// The file system of a sandbox, by bytes. All paths are absolute. What the image can do is probed once and
/// remembered; a listing is one request. Errors have the tool's words: NotFound, Conflict (exists, is or is
/// not a directory), Rejected (permissions, full disk, the rest).
class Files {
public:
    explicit Files(SandboxShell &shell) : m_shell(shell) {}

    /// All entries of a directory but `.` and `..`, unsorted. In images without GNU find or `stat -c` only
    /// the names are known, and those that are not UTF-8 are damaged.
    QCoro::Task<Result<QList<RemoteEntry>>> list(QByteArray directory, std::stop_token stop);
    /// The directory a person starts in ($HOME).
    QCoro::Task<Result<QByteArray>> homeDirectory(std::stop_token stop);
    /// Like mkdir: fails when it exists.
    QCoro::Task<Result<void>> makeDirectory(QByteArray path, std::stop_token stop);
    /// Fails with Conflict when `to` exists: nothing is overwritten.
    QCoro::Task<Result<void>> rename(QByteArray from, QByteArray to, std::stop_token stop);
    /// Files, links (not what they lead to) and whole directories. What is not there counts as removed.
    QCoro::Task<Result<void>> remove(QList<QByteArray> paths, std::stop_token stop);

private:
    QCoro::Task<Result<QList<RemoteEntry>>> listNames(QByteArray directory, std::stop_token stop);

    SandboxShell &m_shell;
};

/// A script that moves `from` to `to` unless there is something; says `File exists` then.
[[nodiscard]] QString moveNoReplaceScript(
    const QByteArray &from, const QByteArray &to, const SandboxTools &tools);

} // namespace Koyeb
