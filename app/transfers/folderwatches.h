// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "transfer/folderwatch.h"

#include <QObject>

#include <memory>
#include <vector>

class QSettings;

namespace Koyeb::Desktop {

/// All folders of this computer with which folders of sandboxes keep step, until they are stopped. With
/// settings, those of sandboxes that outlive the program go on when it is started again.
class FolderWatches : public QObject {
    Q_OBJECT

public:
    /// The settings, which may be null, outlive this object. They get paths and names only.
    explicit FolderWatches(QSettings *settings = nullptr, QObject *parent = nullptr);
    ~FolderWatches() override;

    struct Entry {
        quint64 id = 0;
        QString sandboxId;
        QString sandboxName;
        std::unique_ptr<FolderWatch> watch;
        bool outlivesProgram = false; ///< The sandbox does.
    };

    /// Begins. `clock` outlives the watch; see leaveSandbox().
    void add(
        Clock &clock, const FolderWatchOrder &order, const QString &sandboxName,
        bool outlivesProgram = false);
    /// Takes up what earlier runs of the program have left: it waits for its sandboxes.
    void restore(Clock &clock);
    /// Whether something waits for this sandbox.
    [[nodiscard]] bool wantsSandbox(const QString &sandboxId) const;
    /// This deployment is the sandbox now: what leads to another one waits to be led anew.
    void followDeployment(const QString &sandboxId, const QString &deploymentId);
    [[nodiscard]] const std::vector<Entry> &entries() const { return m_entries; }
    /// The sandbox, reached anew, or null when it cannot be reached any more.
    void setSandbox(const QString &sandboxId, const std::shared_ptr<Sandbox> &sandbox);
    /// Its account is signed out of: what keeps step with it waits, or ends where it does not outlive the
    /// program.
    void leaveSandbox(const QString &sandboxId, Clock &clock);
    /// It is gone: all that keeps step with it ends, and is forgotten.
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
    FolderWatch *append(
        Clock &clock, const FolderWatchOrder &order, const QString &sandboxId, const QString &sandboxName,
        bool outlivesProgram);
    void makeWatch(Entry &entry, Clock &clock, const FolderWatchOrder &order);
    void keep();
    [[nodiscard]] FolderWatch *find(quint64 id) const;

    QSettings *m_settings;
    std::vector<Entry> m_entries;
    quint64 m_lastId = 0;
};

} // namespace Koyeb::Desktop
