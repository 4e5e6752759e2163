// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/taskscope.h"
#include "core/workerthread.h"
#include "files/remotefilemodel.h"

#include <QObject>
#include <QTimer>

#include <optional>

namespace Koyeb::Desktop {

/// Walks through the folders of this computer and reads them on a thread, for disks may be slow. Looks again
/// by itself when something was added or removed.
class LocalBrowser : public QObject {
    Q_OBJECT

public:
    explicit LocalBrowser(QObject *parent = nullptr);
    ~LocalBrowser() override;

    /// Where we are, or are on the way to; empty before the first one.
    [[nodiscard]] const QByteArray &folder() const { return m_folder; }
    /// Whether the folder is looked at from time to time.
    void setWatching(bool watching);

public Q_SLOTS:
    void goTo(const QByteArray &folder);
    void goUp();
    void goHome();
    void reload();
    /// Answered by completionsFound(), if it can be.
    void findCompletions(const QByteArray &folder);

Q_SIGNALS:
    /// Another folder is being read.
    void moved();
    void listed(const Koyeb::Desktop::PreparedListing &listing);
    void failed(const Koyeb::Error &error);
    void completionsFound(const QByteArray &folder, const QList<QByteArray> &names);

private:
    struct Reading {
        PreparedListing listing;
        std::optional<qint64> changeTime;
    };
    [[nodiscard]] static Result<Reading> read(const QByteArray &folder);
    QCoro::Task<> list(QByteArray folder, std::stop_token stop);
    QCoro::Task<> lookForChanges(QByteArray folder, std::stop_token stop);
    QCoro::Task<> complete(QByteArray folder, std::stop_token stop);

    QByteArray m_folder;
    std::optional<qint64> m_changeTime; // Of the folder, when it was last read.
    QTimer m_looks;
    bool m_isWatching = false;
    WorkerThread m_worker;
    TaskScope m_completions;
    TaskScope m_scope;
};

} // namespace Koyeb::Desktop
