// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/workerthread.h"
#include "sandbox/sandboxshell.h"

#include <QHash>
#include <QSet>

#include <filesystem>

namespace Koyeb {

/// The SHA-256, in hexadecimal, of files below a folder of a sandbox, or of the file `top` itself, whose path
/// is empty, many with one request. What is not a file, or cannot be read, has none. `sizes` by path.
QCoro::Task<Result<QHash<QByteArray, QByteArray>>> contentHashes(
    SandboxShell &shell, QByteArray top, QHash<QByteArray, qint64> sizes, std::stop_token stop);

/// Compares the content of files below a folder of this computer with those of the same paths below one of a
/// sandbox, by SHA-256, many files with one request. What it is given outlives it.
class ContentComparison {
public:
    /// The folders, or two files, whose path is empty then.
    ContentComparison(
        SandboxShell &shell, WorkerThread &disk, std::filesystem::path localTop, QByteArray remoteTop)
        : m_shell(shell), m_disk(disk), m_localTop(std::move(localTop)), m_remoteTop(std::move(remoteTop))
    {
    }

    /// Which of the paths have the same content on both sides; `sizes` by path. What is not a file on both
    /// sides, or cannot be read, is not the same.
    QCoro::Task<Result<QSet<QByteArray>>> same(QHash<QByteArray, qint64> sizes, std::stop_token stop);

private:
    SandboxShell &m_shell;
    WorkerThread &m_disk;
    std::filesystem::path m_localTop;
    QByteArray m_remoteTop;
};

} // namespace Koyeb
