// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/taskscope.h"
#include "sandbox/diskthread.h"
#include "sandbox/sandboxshell.h"
#include "sandbox/transfer.h"
#include "sandbox/transfermeter.h"
#include "sandbox/uploadbatch.h"
#include "sandbox/uploadscripts.h"
#include "sandbox/uploadsource.h"

#include <QHash>

namespace Koyeb {

struct UploadOrder {
    std::filesystem::path source;
    QByteArray remoteDirectory;
    ExistingTarget existing = ExistingTarget::Refuse;
};

/// A file or folder on its way into a sandbox. Large files go in parts, several at a time, each decoded into
/// its place; small files and folders go in archives. All is put together in an UploadStage and moved to its
/// place at the end.
class Upload final : public Transfer {
    Q_OBJECT

public:
    Upload(Clock &clock, SandboxShell &shell, const UploadOrder &order, QObject *parent);
    ~Upload() override;

    void start() override;
    void cancel() override;
    [[nodiscard]] TransferProgress progress() const override { return m_meter.progress(); }

private:
    enum class State { Idle, Running, Ended };
    struct FileInFlight;

    QCoro::Task<void> run();
    QCoro::Task<Result<void>> prepare();
    QCoro::Task<Result<void>> sendItems();
    QCoro::Task<Result<void>> sendTree();
    QCoro::Task<Result<void>> sendBatch(QList<UploadItem> items, DirectoryModes modes);
    QCoro::Task<Result<void>> sendFileOfTree(UploadItem item);
    QCoro::Task<Result<void>> sendFile(UploadItem item);
    QCoro::Task<Result<void>> sendParts(std::shared_ptr<FileInFlight> file);
    QCoro::Task<Result<qint64>> sendPart(QByteArray base64, qint64 fileBytes);
    QCoro::Task<Result<void>> commit();
    void noteInFlight(qint64 part, qint64 bytes);
    void noteFileDone();
    void conclude(const Result<void> &result);
    void removeStage();

    SandboxShell &m_shell;
    UploadOrder m_order;
    State m_state = State::Idle;
    SandboxTools m_tools;
    UploadPlan m_plan;
    std::optional<UploadStage> m_stage; ///< Set while there may be something in the sandbox to remove.
    qint64 m_lastPart = 0;
    qint64 m_doneBytes = 0;
    QHash<qint64, qint64> m_bytesInFlight; ///< By part.
    TransferMeter m_meter;
    std::unique_ptr<DiskThread> m_disk;
    TaskScope m_scope;
};

} // namespace Koyeb
