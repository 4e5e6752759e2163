// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sandbox/downloadplan.h"
#include "sandbox/downloadstage.h"
#include "sandbox/filefetch.h"
#include "sandbox/remoteparts.h"
#include "sandbox/sandboxtransfer.h"

namespace Koyeb {

struct DownloadOrder {
    QByteArray source;
    std::filesystem::path localDirectory;
    ExistingTarget existing = ExistingTarget::Refuse;
    QByteArray name;                                              ///< Of the target.
    std::shared_ptr<const TransferSelection> selection = nullptr; ///< Null is all.
    TransferOptions options = {}; ///< What is hidden is a matter of the selection.
    /// It is put together in the target, where that is a folder already, not beside it. Only to overwrite.
    bool stagesInside = false;
};

/// A file or folder on its way out of a sandbox. Large files come in ranges, several at a time; small files
/// come many at once. All is put together in a DownloadStage and moved to its place at the end.
class Download final : public SandboxTransfer {
    Q_OBJECT

public:
    Download(
        Clock &clock, SandboxShell &shell, TransferGate &gate, const DownloadOrder &order, QObject *parent);
    ~Download() override;

private:
    QCoro::Task<Result<void>> move() override;
    void leaveStage(StageEnd end, std::function<void(bool isGone)> done) override;
    [[nodiscard]] bool hasStage() const override { return m_stage || !m_abandonedStage.isEmpty(); }
    void adoptStage(const QByteArray &name) override;
    [[nodiscard]] std::function<bool()> localLeaving(StageEnd end);
    void takeParts(const QByteArray &stageName);
    QCoro::Task<Result<void>> prepare();
    QCoro::Task<Result<void>> assemble();
    QCoro::Task<Result<void>> leaveOutFiles();
    QCoro::Task<Result<void>> selectItems();
    QCoro::Task<Result<void>> makeStage();
    QCoro::Task<Result<void>> takeUpRemains();
    QCoro::Task<Result<void>> retain();
    QCoro::Task<Result<void>> makeFolders();
    QCoro::Task<Result<void>> fetchFiles();
    QCoro::Task<Result<void>> fetchFileOfTree(RemoteEntry file);
    /// `isHere` tells in the end whether there is a file of it in the stage.
    QCoro::Task<Result<void>> fetchFile(RemoteEntry file, bool *isHere);
    [[nodiscard]] FileFetch::Means means();
    QCoro::Task<Result<void>> makeLinksAndModes();
    void applyOptions();
    void leaveOutBelow(const QSet<QByteArray> &missing);
    /// Paths are those in the item.
    void addItemProblems(const QList<TransferProblem> &problems);
    QCoro::Task<Result<void>> commit();
    QCoro::Task<Result<void>> onStage(std::function<Result<void>()> job);
    [[nodiscard]] QByteArray remotePath(const QByteArray &path) const;
    void addBytes(qint64 bytes);
    [[nodiscard]] bool hasArrived(const RemoteEntry &file) const { return m_arrived.contains(file.name); }
    [[nodiscard]] qint64 keptBytesOf(const RemoteEntry &file) const;

    DownloadOrder m_order;
    QList<RemoteEntry> m_items;             ///< See DownloadPlan.
    std::shared_ptr<DownloadStage> m_stage; ///< Used by jobs of the disk only.
    std::unique_ptr<RemoteParts> m_parts;
    bool m_partsMayBeLeft = false;       ///< By an earlier attempt, which had a stage of the same name.
    QSet<QByteArray> m_arrived;          ///< Files that an earlier attempt has fetched, by path.
    std::optional<QByteArray> m_partial; ///< One that it has fetched in part.
    QByteArray m_abandonedStage;         ///< Of an earlier attempt, to be removed.
    bool m_isAssembled = false;          ///< The earlier attempt has fetched all and moved some of it.
    bool m_isDone = false;               ///< Nothing is to be done, or the earlier attempt has done it.
};

} // namespace Koyeb
