// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sandbox/remoteentry.h"
#include "sandbox/sandboxshell.h"
#include "sandbox/transfer.h"
#include "sandbox/transferselection.h"

namespace Koyeb {

struct DownloadPlan {
    /// Names are paths relative to the source; the source itself comes first, with an empty one, and
    /// directories come before what they hold.
    QList<RemoteEntry> items;
    QList<TransferProblem> problems;
};

/// Unsupported when the image lacks what a download needs; then its tools are looked for anew.
[[nodiscard]] Result<void> checkDownloadTools(SandboxShell &shell, const SandboxTools &tools);

/// Finds out what a download of `source` moves. Fails when `source` is neither file, directory nor link; what
/// cannot be listed further down becomes a problem, and so does a followed link that leads nowhere or back.
/// `selection` leaves out only links that need not be followed; null leaves out nothing.
QCoro::Task<Result<DownloadPlan>> planDownload(
    SandboxShell &shell, QByteArray source, SandboxTools tools, std::stop_token stop,
    Links links = Links::Kept, std::shared_ptr<const TransferSelection> selection = nullptr);

/// Adds to a plan what is below one of its folders, links as they are. `shell` and `plan` outlive the call.
QCoro::Task<Result<void>> listBelow(
    SandboxShell &shell, QByteArray source, qsizetype folderIndex, SandboxTools tools, DownloadPlan &plan,
    std::stop_token stop);

/// Whether a failure concerns just what was read in the sandbox, or just its place here, so that the rest may
/// go on. Neither a full disk of this computer does, nor a sandbox that is gone.
[[nodiscard]] bool concernsItemOnly(const Error &error);

/// What becomes of a FIFO, a socket or a device.
[[nodiscard]] Error noFileError();

} // namespace Koyeb
