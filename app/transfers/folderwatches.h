// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "transfer/folderwatch.h"

#include <QObject>

#include <memory>
#include <vector>

namespace Koyeb::Desktop {

/// All folders of this computer with which folders of sandboxes keep step, until they are stopped or the
/// program ends.
class FolderWatches : public QObject {
    Q_OBJECT

public:
    using QObject::QObject;

    struct Entry {
        quint64 id = 0;
        QString sandboxId;
        QString sandboxName;
        std::unique_ptr<FolderWatch> watch;
    };

    /// Begins. `clock` outlives the watch; see closeSandbox().
    void add(Clock &clock, const FolderWatchOrder &order, const QString &sandboxName);
    [[nodiscard]] const std::vector<Entry> &entries() const { return m_entries; }
    /// The sandbox, reached anew, or null when it cannot be reached any more.
    void setSandbox(const QString &sandboxId, const std::shared_ptr<Sandbox> &sandbox);
    /// It is gone, or its account is: all that keeps step with it ends.
    void closeSandbox(const QString &sandboxId);

public Q_SLOTS:
    void pause(quint64 id);
    /// Also one that has failed.
    void resume(quint64 id);
    void stop(quint64 id);

Q_SIGNALS:
    /// One was added, or is gone.
    void listChanged();
    void entryChanged(quint64 id);
    /// Something was put into, or removed from, a directory of a sandbox.
    void remoteDirectoryTouched(const QString &sandboxId, const QByteArray &directory);

private:
    [[nodiscard]] FolderWatch *find(quint64 id) const;

    std::vector<Entry> m_entries;
    quint64 m_lastId = 0;
};

} // namespace Koyeb::Desktop
