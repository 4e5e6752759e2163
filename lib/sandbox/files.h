// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/result.h"
#include "executor/executorclient.h"
#include "sandbox/remoteentry.h"

#include <QCoroTask>

#include <stop_token>

namespace Koyeb {

/// The file system of a sandbox, by bytes. What the image can do is probed once and remembered; a listing is
/// one request.
class Files {
public:
    explicit Files(ExecutorClient &executor);

    /// All entries of a directory but `.` and `..`, unsorted.
    QCoro::Task<Result<QList<RemoteEntry>>> list(QByteArray directory, std::stop_token stop);
    /// The directory a person starts in ($HOME).
    QCoro::Task<Result<QByteArray>> homeDirectory(std::stop_token stop);
    /// Like mkdir: fails when it exists.
    QCoro::Task<Result<void>> makeDirectory(QByteArray path, std::stop_token stop);
    /// Fails when `to` exists: nothing is overwritten.
    QCoro::Task<Result<void>> rename(QByteArray from, QByteArray to, std::stop_token stop);
    /// Files, links and whole directories.
    QCoro::Task<Result<void>> remove(QList<QByteArray> paths, std::stop_token stop);

private:
    ExecutorClient &m_executor;
};

} // namespace Koyeb
