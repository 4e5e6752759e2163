// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/workerthread.h"
#include "sandbox/sandbox.h"

#include <QObject>

#include <filesystem>
#include <memory>

namespace Koyeb::Desktop {

/// Fetches files of a sandbox into a private folder, so that other programs can be offered them. The folder
/// goes with this object, or when others are fetched; what a crash left, with the next one.
class LocalCopies : public QObject {
    Q_OBJECT

public:
    /// The private folders are made in `base`, which is made too.
    explicit LocalCopies(const std::filesystem::path &base, QObject *parent = nullptr);
    ~LocalCopies() override;

    /// Ends in one of fetched() and failed(), unless cancelled. What was fetched before is removed then.
    void fetch(const std::shared_ptr<Sandbox> &sandbox, const QList<QByteArray> &remotePaths);
    void cancel();
    [[nodiscard]] bool isFetching() const { return m_isFetching; }

Q_SIGNALS:
    void progressed(qint64 doneBytes, qint64 totalBytes);
    /// `problems` names what was left out of folders.
    void fetched(
        const QList<std::filesystem::path> &localPaths, const QList<Koyeb::TransferProblem> &problems);
    void failed(const QByteArray &remotePath, const Koyeb::Error &error);

private:
    QCoro::Task<> prepare(std::stop_token stop);
    void fetchNext();
    void end();
    void removeFolder(const std::filesystem::path &folder);

    std::filesystem::path m_base;
    std::filesystem::path m_folder; // Of the files that were fetched, or are being.
    std::shared_ptr<Sandbox> m_sandbox;
    QList<QByteArray> m_remotePaths; // The first one is being fetched.
    QList<std::filesystem::path> m_localPaths;
    QList<TransferProblem> m_problems;
    std::unique_ptr<Transfer> m_transfer;
    qint64 m_fetchedBytes = 0; // By transfers that have ended.
    bool m_isFetching = false;
    WorkerThread m_worker;
    TaskScope m_scope;
};

} // namespace Koyeb::Desktop
