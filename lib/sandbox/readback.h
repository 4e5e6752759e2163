// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/workerthread.h"
#include "sandbox/sandboxshell.h"
#include "sandbox/transfergate.h"

namespace Koyeb {

/// What a transfer lends; outlives the call.
struct ReadBackMeans {
    SandboxShell &shell;
    TransferGate &gate;
    WorkerThread &disk;
    std::stop_token stop;
};

/// The SHA-256 of a file's first `maximumBytes`, in hexadecimal: for images that cannot tell it, by reading
/// all of them.
QCoro::Task<Result<QByteArray>> hashByReading(ReadBackMeans means, QByteArray path, qint64 maximumBytes);

} // namespace Koyeb
