// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sandbox/downloadplan.h"
#include "sandbox/downloadstage.h"
#include "sandbox/sandboxtransfer.h"

namespace Koyeb {

struct DownloadOrder {
    QByteArray source;
    std::filesystem::path localDirectory;
    ExistingTarget existing = ExistingTarget::Refuse;
};

/// A file or folder on its way out of a sandbox. Large files come in ranges, several at a time; small files
/// come many at once. All is put together in a DownloadStage and moved to its place at the end.
class Download final : public SandboxTransfer {
    Q_OBJECT

public:
    Download(Clock &clock, SandboxShell &shell, const DownloadOrder &order, QObject *parent);
    ~Download() override;

private:
    QCoro::Task<Result<void>> move() override;
    void removeStage(std::function<void()> removed) override;
    QCoro::Task<Result<void>> prepare();
    QCoro::Task<Result<void>> makeFolders();
    QCoro::Task<Result<void>> fetchFiles();
    QCoro::Task<Result<void>> fetchBatch(QList<RemoteEntry> files);
    QCoro::Task<Result<void>> fetchHalves(QList<RemoteEntry> files);
    QCoro::Task<Result<void>> fetchFileOfTree(RemoteEntry file);
    QCoro::Task<Result<void>> fetchFile(RemoteEntry file);
    QCoro::Task<Result<void>> storeSmallFile(RemoteEntry file, QByteArray content);
    QCoro::Task<Result<void>> makeLinksAndModes();
    QCoro::Task<Result<void>> commit();
    QCoro::Task<Result<void>> onStage(std::function<Result<void>()> job);
    [[nodiscard]] QByteArray remotePath(const QByteArray &path) const;
    void addBytes(qint64 bytes);

    DownloadOrder m_order;
    QList<RemoteEntry> m_items;             ///< See DownloadPlan.
    std::shared_ptr<DownloadStage> m_stage; ///< Used by jobs of the disk only.
};

} // namespace Koyeb
