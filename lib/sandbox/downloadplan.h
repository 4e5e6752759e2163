// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sandbox/remoteentry.h"
#include "sandbox/sandboxshell.h"
#include "sandbox/transfer.h"

namespace Koyeb {

struct DownloadPlan {
    /// Names are paths relative to the source; the source itself comes first, with an empty one, and
    /// directories come before what they hold.
    QList<RemoteEntry> items;
    QList<TransferProblem> problems;
};

/// Finds out what a download of `source` moves. Links are not followed. Fails when `source` is neither file,
/// directory nor link; what cannot be listed further down becomes a problem.
QCoro::Task<Result<DownloadPlan>> planDownload(
    SandboxShell &shell, QByteArray source, SandboxTools tools, std::stop_token stop);

/// Whether a failure concerns just what was read in the sandbox, or just its place here, so that the rest may
/// go on. Neither a full disk of this computer does, nor a sandbox that is gone.
[[nodiscard]] bool concernsItemOnly(const Error &error);

/// What becomes of a FIFO, a socket or a device.
[[nodiscard]] Error noFileError();

} // namespace Koyeb
