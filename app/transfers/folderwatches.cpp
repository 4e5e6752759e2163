// SPDX-License-Identifier: GPL-3.0-or-later
#include "transfers/folderwatches.h"

#include <algorithm>

namespace Koyeb::Desktop {

void FolderWatches::add(Clock &clock, const FolderWatchOrder &order, const QString &sandboxName)
{
    const quint64 id = ++m_lastId;
    const QString sandboxId = order.sandbox->access().serviceId;
    auto watch = std::make_unique<FolderWatch>(clock, order);
    auto *added = watch.get();
    connect(added, &FolderWatch::changed, this, [this, id] { Q_EMIT entryChanged(id); });
    connect(added, &FolderWatch::sent, this, [this, sandboxId, directory = order.remote] {
        Q_EMIT remoteDirectoryTouched(sandboxId, directory);
    });
    m_entries.push_back({id, sandboxId, sandboxName, std::move(watch)});
    Q_EMIT listChanged();
    added->start();
}

void FolderWatches::setSandbox(const QString &sandboxId, const std::shared_ptr<Sandbox> &sandbox)
{
    for (const auto &entry : m_entries) {
        if (entry.sandboxId == sandboxId) {
            entry.watch->setSandbox(sandbox);
        }
    }
}

void FolderWatches::closeSandbox(const QString &sandboxId)
{
    const auto size = m_entries.size();
    m_entries.erase(
        std::remove_if(
            m_entries.begin(), m_entries.end(),
            [&](const Entry &entry) { return entry.sandboxId == sandboxId; }),
        m_entries.end());
    if (m_entries.size() != size) {
        Q_EMIT listChanged();
    }
}

FolderWatch *FolderWatches::find(quint64 id) const
{
    const auto found =
        std::find_if(m_entries.begin(), m_entries.end(), [id](const Entry &entry) { return entry.id == id; });
    return found == m_entries.end() ? nullptr : found->watch.get();
}

void FolderWatches::pause(quint64 id)
{
    if (auto *watch = find(id)) {
        watch->pause();
    }
}

void FolderWatches::resume(quint64 id)
{
    if (auto *watch = find(id)) {
        watch->resume();
    }
}

void FolderWatches::stop(quint64 id)
{
    const auto found =
        std::find_if(m_entries.begin(), m_entries.end(), [id](const Entry &entry) { return entry.id == id; });
    if (found != m_entries.end()) {
        m_entries.erase(found);
        Q_EMIT listChanged();
    }
}

} // namespace Koyeb::Desktop
