// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/taskscope.h"
#include "sandbox/diskthread.h"
#include "sandbox/downloadscripts.h"
#include "sandbox/downloadstage.h"
#include "sandbox/sandboxshell.h"
#include "sandbox/transfermeter.h"

namespace Koyeb {

struct DownloadOrder {
    QByteArray source;
    std::filesystem::path localDirectory;
    ExistingTarget existing = ExistingTarget::Refuse;
};

/// A file or folder on its way out of a sandbox. Large files come in ranges, several at a time; small files
/// come many at once. All is put together in a DownloadStage and moved to its place at the end.
class Download final : public Transfer {
    Q_OBJECT

public:
    Download(Clock &clock, SandboxShell &shell, const DownloadOrder &order, QObject *parent);
    ~Download() override;

    void start() override;
    void cancel() override;
    [[nodiscard]] TransferProgress progress() const override { return m_meter.progress(); }

private:
    enum class State { Idle, Running, Ended };
    struct FileInFlight;

    QCoro::Task<void> run();
    QCoro::Task<Result<void>> prepare();
    QCoro::Task<Result<void>> listItems();
    QCoro::Task<Result<void>> listFolder(QByteArray path);
    QCoro::Task<Result<void>> makeFolders();
    QCoro::Task<Result<void>> fetchFiles();
    QCoro::Task<Result<void>> fetchBatch(QList<RemoteEntry> files);
    QCoro::Task<Result<void>> fetchFileOfTree(RemoteEntry file);
    QCoro::Task<Result<void>> fetchFile(RemoteEntry file);
    QCoro::Task<Result<void>> fetchRanges(std::shared_ptr<FileInFlight> file);
    QCoro::Task<Result<void>> finishFile(RemoteEntry file, std::shared_ptr<LocalDescriptor> local);
    QCoro::Task<Result<void>> storeSmallFile(RemoteEntry file, QByteArray content);
    QCoro::Task<Result<void>> makeLinksAndModes();
    QCoro::Task<Result<void>> commit();
    QCoro::Task<Result<void>> onStage(std::function<Result<void>()> job);
    [[nodiscard]] QByteArray remotePath(const QByteArray &path) const;
    void addBytes(qint64 bytes);
    void addProblem(const QByteArray &path, const Error &error);
    void conclude(const Result<void> &result);
    void releaseStage();

    SandboxShell &m_shell;
    DownloadOrder m_order;
    State m_state = State::Idle;
    SandboxTools m_tools;
    QList<RemoteEntry>
        m_items; ///< Names are paths relative to the source; the source itself comes first, empty.
    QList<TransferProblem> m_problems;
    std::shared_ptr<DownloadStage> m_stage; ///< Used by jobs of m_disk only.
    TransferMeter m_meter;
    std::unique_ptr<DiskThread> m_disk;
    TaskScope m_scope;
};

} // namespace Koyeb
