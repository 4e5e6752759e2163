// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/transferchoices.h"
#include "sandbox/foldersync.h"
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
    QString sandboxId;        // Between two sandboxes the target's.
    QString sourceSandboxId;  ///< This and the next three are for transfers between two sandboxes only.
    bool movesSource = false; ///< It is removed in the end.
    std::shared_ptr<Sandbox> sourceSandbox; ///< Null while it cannot be reached, as the next.
    std::shared_ptr<Sandbox> targetSandbox;
    QString sandboxName;
    QByteArray remoteDirectory; ///< The directory of the sandbox that gets something; empty for downloads.
    /// As bytes, for the journal; empty for what cannot be gone on with.
    QByteArray sourcePath;
    QByteArray targetDirectory;
    TransferChoices choices;
    bool outlivesProgram = false; ///< The sandbox does, so that going on another day makes sense.
    TransferFactory create;       ///< Empty while a sandbox cannot be reached.

    /// Whether it is from or to this sandbox.
    [[nodiscard]] bool concerns(const QString &id) const
    {
        return sandboxId == id || (direction == TransferDirection::Between && sourceSandboxId == id);
    }
    /// Whether it cannot begin before it has this sandbox.
    [[nodiscard]] bool lacks(const QString &id) const;
    /// It goes by way of this folder once it has both sandboxes.
    void takeSandbox(const std::shared_ptr<Sandbox> &sandbox, const std::filesystem::path &spool);
};

/// Makes transfers of the order's paths.
[[nodiscard]] TransferFactory factoryOf(const std::shared_ptr<Sandbox> &sandbox, const TransferOrder &order);

/// Orders for all of `sources`.
[[nodiscard]] QList<TransferOrder> uploadOrders(
    const std::shared_ptr<Sandbox> &sandbox, const QList<std::filesystem::path> &sources,
    const QByteArray &remoteDirectory, const QString &sandboxName, bool outlivesProgram,
    const TransferChoices &choices = {});
[[nodiscard]] QList<TransferOrder> downloadOrders(
    const std::shared_ptr<Sandbox> &sandbox, const QList<QByteArray> &remotePaths,
    const std::filesystem::path &targetFolder, const QString &sandboxName, bool outlivesProgram,
    const TransferChoices &choices = {});
/// What is wanted of one sandbox in another one, each null while it cannot be reached.
struct BetweenOrder {
    QString sourceSandboxId;
    std::shared_ptr<Sandbox> source;
    QList<QByteArray> paths;
    QString targetSandboxId;
    std::shared_ptr<Sandbox> target;
    QByteArray targetDirectory;
    QString sandboxNames; ///< Of both, for people.
    bool movesSource = false;
    bool outlivesProgram = false; ///< Both do.
};
[[nodiscard]] QList<TransferOrder> betweenOrders(
    const BetweenOrder &wanted, const std::filesystem::path &spool);
/// What brings a folder to the state of another one. It does not outlive the program.
[[nodiscard]] TransferOrder syncOrder(
    const std::shared_ptr<Sandbox> &sandbox, const FolderSyncOrder &wanted, const QString &sandboxName);
/// The record of one that waits for its turn.
[[nodiscard]] TransferRecord recordOf(const TransferOrder &order, quint64 id);

} // namespace Koyeb::Desktop
