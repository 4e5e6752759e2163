// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/taskscope.h"
#include "core/workerthread.h"
#include "editor/leftedit.h"

#include <QCoroTask>
#include <QFileSystemWatcher>
#include <QObject>
#include <QTimer>

namespace Koyeb::Desktop {

/// Copies that a crash has left, and that the sandbox has as they are: an editor that has outlived the crash
/// may still have them open. Tells when something is saved there.
class OpenEditsWatch : public QObject {
    Q_OBJECT

public:
    explicit OpenEditsWatch(QObject *parent = nullptr);
    ~OpenEditsWatch() override;

    /// These as well, from now on, and what has been saved there already.
    void watch(const QList<LeftEdit> &edits);

Q_SIGNALS:
    /// They have something that the sandbox has not; they are not watched any more.
    void saved(const QList<Koyeb::Desktop::LeftEdit> &edits);

private:
    QCoro::Task<void> look(std::stop_token stop);
    void addPaths();
    void lookSoon();

    QList<LeftEdit> m_edits;
    QFileSystemWatcher m_watcher;
    QTimer m_settling; // Programs write in several steps.
    QTimer m_latest;   // And some go on for as long as they run.
    bool m_isLooking = false;
    WorkerThread m_worker;
    TaskScope m_scope;
};

} // namespace Koyeb::Desktop
