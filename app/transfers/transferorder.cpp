// SPDX-License-Identifier: GPL-3.0-or-later
#include "transfers/transferorder.h"

namespace Koyeb::Desktop {

namespace {

QByteArray bytesOf(const std::filesystem::path &path)
{
    return QByteArray::fromStdString(path.native());
}

} // namespace

TransferFactory factoryOf(const std::shared_ptr<Sandbox> &sandbox, const TransferOrder &order)
{
    const auto &source = order.sourcePath;
    const auto &target = order.targetDirectory;
    const auto &options = order.choices.options;
    const auto selection = order.choices.selection();
    if (order.direction == TransferDirection::Upload) {
        return [sandbox, source, target, options, selection](ExistingTarget existing) {
            return std::unique_ptr<Transfer>(
                sandbox->upload(source.toStdString(), target, existing, nullptr, {}, selection, options));
        };
    }
    return [sandbox, source, target, options, selection](ExistingTarget existing) {
        return std::unique_ptr<Transfer>(
            sandbox->download(source, target.toStdString(), existing, nullptr, {}, selection, options));
    };
}

QList<TransferOrder> uploadOrders(
    const std::shared_ptr<Sandbox> &sandbox, const QList<std::filesystem::path> &sources,
    const QByteArray &remoteDirectory, const QString &sandboxName, bool outlivesProgram,
    const TransferChoices &choices)
{
    QList<TransferOrder> batch;
    for (const auto &source : sources) {
        TransferOrder order;
        order.direction = TransferDirection::Upload;
        order.name = displayName(bytesOf(source.filename()));
        order.source = displayName(bytesOf(source));
        order.target = displayName(remoteDirectory);
        order.sandboxId = sandbox->access().serviceId;
        order.sandboxName = sandboxName;
        order.remoteDirectory = remoteDirectory;
        order.sourcePath = bytesOf(source);
        order.targetDirectory = remoteDirectory;
        order.choices = choices;
        order.outlivesProgram = outlivesProgram;
        order.create = factoryOf(sandbox, order);
        batch.append(order);
    }
    return batch;
}

QList<TransferOrder> downloadOrders(
    const std::shared_ptr<Sandbox> &sandbox, const QList<QByteArray> &remotePaths,
    const std::filesystem::path &targetFolder, const QString &sandboxName, bool outlivesProgram,
    const TransferChoices &choices)
{
    QList<TransferOrder> batch;
    for (const QByteArray &path : remotePaths) {
        TransferOrder order;
        order.direction = TransferDirection::Download;
        order.name = displayName(remoteName(path));
        order.source = displayName(path);
        order.target = displayName(bytesOf(targetFolder));
        order.sandboxId = sandbox->access().serviceId;
        order.sandboxName = sandboxName;
        order.sourcePath = path;
        order.targetDirectory = bytesOf(targetFolder);
        order.choices = choices;
        order.outlivesProgram = outlivesProgram;
        order.create = factoryOf(sandbox, order);
        batch.append(order);
    }
    return batch;
}

QList<TransferOrder> betweenOrders(const BetweenOrder &wanted, const std::filesystem::path &spool)
{
    QList<TransferOrder> batch;
    for (const QByteArray &path : wanted.paths) {
        TransferOrder order;
        order.direction = TransferDirection::Between;
        order.name = displayName(remoteName(path));
        order.source = displayName(path);
        order.target = displayName(wanted.targetDirectory);
        order.sandboxId = wanted.targetSandboxId;
        order.sourceSandboxId = wanted.sourceSandboxId;
        order.sandboxName = wanted.sandboxNames;
        order.remoteDirectory = wanted.targetDirectory;
        order.sourcePath = path;
        order.targetDirectory = wanted.targetDirectory;
        order.movesSource = wanted.movesSource;
        order.outlivesProgram = wanted.outlivesProgram;
        for (const auto &sandbox : {wanted.source, wanted.target}) {
            if (sandbox) {
                order.takeSandbox(sandbox, spool);
            }
        }
        batch.append(order);
    }
    return batch;
}

TransferOrder syncOrder(
    const std::shared_ptr<Sandbox> &sandbox, const FolderSyncOrder &wanted, const QString &sandboxName)
{
    const bool isUp = wanted.way == FolderSyncOrder::Way::Up;
    const QByteArray local = bytesOf(wanted.local);
    TransferOrder order;
    order.direction = isUp ? TransferDirection::Upload : TransferDirection::Download;
    order.name = displayName(isUp ? bytesOf(wanted.local.filename()) : remoteName(wanted.remote));
    order.sandboxId = sandbox->access().serviceId;
    order.sandboxName = sandboxName;
    order.remoteDirectory = isUp ? wanted.remote : QByteArray();
    order.sourcePath = isUp ? local : wanted.remote;
    order.targetDirectory = isUp ? wanted.remote : local;
    order.source = displayName(order.sourcePath);
    order.target = displayName(order.targetDirectory);
    order.create = [sandbox, wanted](ExistingTarget) {
        return std::unique_ptr<Transfer>(new FolderSync(*sandbox, wanted));
    };
    return order;
}

bool TransferOrder::lacks(const QString &id) const
{
    if (direction != TransferDirection::Between) {
        return !create && sandboxId == id;
    }
    return (sandboxId == id && !targetSandbox) || (sourceSandboxId == id && !sourceSandbox);
}

void TransferOrder::takeSandbox(const std::shared_ptr<Sandbox> &sandbox, const std::filesystem::path &spool)
{
    const QString id = sandbox->access().serviceId;
    if (!lacks(id)) {
        return;
    }
    if (direction != TransferDirection::Between) {
        create = factoryOf(sandbox, *this);
        return;
    }
    (id == sandboxId ? targetSandbox : sourceSandbox) = sandbox;
    if (sourceSandbox && targetSandbox) {
        RelayOrder relay;
        relay.source = sourcePath;
        relay.targetDirectory = targetDirectory;
        relay.spool = spool;
        relay.movesSource = movesSource;
        create = [from = sourceSandbox, to = targetSandbox, relay](ExistingTarget existing) mutable {
            relay.existing = existing;
            return std::unique_ptr<Transfer>(from->copyTo(*to, relay, nullptr));
        };
    }
}

TransferRecord recordOf(const TransferOrder &order, quint64 id)
{
    TransferRecord record;
    record.id = id;
    record.direction = order.direction;
    record.name = order.name;
    record.source = order.source;
    record.target = order.target;
    record.sandboxName = order.sandboxName;
    record.sourcePath = order.sourcePath;
    return record;
}

} // namespace Koyeb::Desktop
