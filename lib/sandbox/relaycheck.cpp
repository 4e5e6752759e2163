// SPDX-License-Identifier: Apache-2.0
#include "sandbox/relaycheck.h"

#include "sandbox/contentcomparison.h"
#include "sandbox/downloadplan.h"
#include "sandbox/readback.h"

namespace Koyeb {

namespace {

/// Whether that is what the record says, as far as looks tell.
bool looksAs(const RemoteEntry &entry, const RelayedItem &item)
{
    switch (item.type) {
    case RelayedItem::Type::File:
        return entry.type == RemoteEntry::Type::File;
    case RelayedItem::Type::Directory:
        return entry.type == RemoteEntry::Type::Directory;
    case RelayedItem::Type::SymbolicLink:
        return entry.type == RemoteEntry::Type::SymbolicLink && entry.linkTarget == item.value;
    }
    return false;
}

QCoro::Task<Result<DownloadPlan>> listed(RelayCheck::Side side, std::stop_token stop)
{
    const auto tools = co_await side.shell.tools(stop);
    if (!tools) {
        co_return failure(tools.error());
    }
    co_return co_await planDownload(side.shell, side.path, *tools, std::move(stop));
}

} // namespace

QCoro::Task<Result<std::optional<RelayCheck::Source>>> RelayCheck::readSource()
{
    auto plan = co_await listed(m_source, m_stop);
    if (!plan) {
        co_return failure(plan.error());
    }
    std::function<Result<Items>()> reading = [record = m_record] {
        return record.read();
    };
    const auto record = co_await m_disk.run(std::move(reading), m_stop);
    if (!record) {
        co_return failure(record.error());
    }
    Source source;
    for (const auto &entry : plan->items) {
        const auto recorded = record->constFind(entry.name);
        if (recorded == record->cend()) {
            co_return std::nullopt; // It has come there since.
        }
        source.recorded.insert(entry.name, *recorded);
    }
    if (!plan->problems.isEmpty()) {
        co_return std::nullopt;
    }
    source.entries = std::move(plan->items);
    co_return source;
}

QCoro::Task<Result<bool>> RelayCheck::isSourceUnchanged()
{
    const auto source = co_await readSource();
    if (!source) {
        co_return failure(source.error());
    }
    if (!*source) {
        co_return false;
    }
    // A file can be changed and look as before; it is about to be removed.
    co_return co_await holds(m_source, (*source)->entries, (*source)->recorded);
}

QCoro::Task<Result<bool>> RelayCheck::hasArrived(ExistingTarget existing)
{
    const auto source = co_await readSource();
    if (!source) {
        co_return failure(source.error());
    }
    if (!*source) {
        co_return false;
    }
    const int last = existing == ExistingTarget::KeepBoth ? maximumKeptNumber : 1;
    for (int number = 1; number <= last; ++number) {
        auto side = m_target;
        side.path = joinRemotePath(remoteParent(m_target.path), keptName(remoteName(m_target.path), number));
        const auto target = co_await listed(side, m_stop);
        if (!target && target.error().kind == ErrorKind::NotFound) {
            break;
        }
        if (!target) {
            co_return failure(target.error());
        }
        const auto isThere = co_await holds(side, target->items, (*source)->recorded);
        if (!isThere || *isThere) {
            co_return isThere;
        }
    }
    co_return false;
}

QCoro::Task<Result<bool>> RelayCheck::holds(Side side, QList<RemoteEntry> there, Items items)
{
    QHash<QByteArray, const RemoteEntry *> byPath;
    for (const auto &entry : there) {
        byPath.insert(entry.name, &entry);
    }
    QHash<QByteArray, qint64> files;
    for (const auto &item : items) {
        const auto *entry = byPath.value(item.path);
        if (!entry || !looksAs(*entry, item)) {
            co_return false;
        }
        if (item.type == RelayedItem::Type::File) {
            files.insert(item.path, entry->sizeBytes.value_or(0));
        }
    }
    const auto found = co_await hashes(std::move(side), files);
    if (!found) {
        co_return failure(found.error());
    }
    co_return std::all_of(files.keyBegin(), files.keyEnd(), [&](const QByteArray &path) {
        return found->contains(path) && found->value(path) == items.value(path).value;
    });
}

QCoro::Task<Result<QHash<QByteArray, QByteArray>>> RelayCheck::hashes(
    Side side, QHash<QByteArray, qint64> sizes)
{
    const auto tools = co_await side.shell.tools(m_stop);
    if (!tools) {
        co_return failure(tools.error());
    }
    if (tools->hashes()) {
        co_return co_await contentHashes(side.shell, side.path, std::move(sizes), m_stop);
    }
    QHash<QByteArray, QByteArray> all;
    for (auto file = sizes.cbegin(); file != sizes.cend(); ++file) {
        const auto path = file.key().isEmpty() ? side.path : joinRemotePath(side.path, file.key());
        const ReadBackMeans means{side.shell, side.gate, m_disk, m_stop};
        // One byte more, by which it is seen that something was appended.
        const auto hash = co_await hashByReading(means, path, file.value() + 1);
        if (!hash && !concernsItemOnly(hash.error())) {
            co_return failure(hash.error());
        }
        if (hash) {
            all.insert(file.key(), *hash);
        }
    }
    co_return all;
}

} // namespace Koyeb
