// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "sandbox/sandbox.h"
#include "transfer/transferjournal.h"
#include "transfers/transferrecord.h"

#include <filesystem>
#include <functional>
#include <memory>

namespace Koyeb::Desktop {

/// Makes the transfer of an order, not started; called once for each attempt. Keeps alive what its transfers
/// need, and is itself kept until they are destroyed.
using TransferFactory = std::function<std::unique_ptr<Transfer>(ExistingTarget existing)>;

/// One file or folder to be moved, and how.
struct TransferOrder {
    TransferDirection direction = TransferDirection::Upload;
    QString name; ///< This and the next two are for people only.
    QString source;
    QString target;
    QString sandboxId;
    QString sandboxName;
    QByteArray remoteDirectory; ///< The directory of the sandbox that gets something; empty for downloads.
    /// As bytes, for the journal; empty for what cannot be gone on with.
    QByteArray sourcePath;
    QByteArray targetDirectory;
    bool outlivesProgram = false; ///< The sandbox does, so that going on another day makes sense.
    TransferFactory create;       ///< Empty while the sandbox cannot be reached.
};

/// Makes transfers of the order's paths.
[[nodiscard]] TransferFactory factoryOf(const std::shared_ptr<Sandbox> &sandbox, const TransferOrder &order);

/// Orders for all of `sources`.
[[nodiscard]] QList<TransferOrder> uploadOrders(
    const std::shared_ptr<Sandbox> &sandbox, const QList<std::filesystem::path> &sources,
    const QByteArray &remoteDirectory, const QString &sandboxName, bool outlivesProgram);
[[nodiscard]] QList<TransferOrder> downloadOrders(
    const std::shared_ptr<Sandbox> &sandbox, const QList<QByteArray> &remotePaths,
    const std::filesystem::path &targetFolder, const QString &sandboxName, bool outlivesProgram);
/// The record of one that waits for its turn.
[[nodiscard]] TransferRecord recordOf(const TransferOrder &order, quint64 id);

} // namespace Koyeb::Desktop
