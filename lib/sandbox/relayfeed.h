// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sandbox/filefetch.h"
#include "sandbox/relayrecord.h"
#include "sandbox/uploadfeed.h"

namespace Koyeb {

/// What a relay reads from: the files of a sandbox, for the upload into another one. Large files pass through
/// memory; what is smaller lies in a folder of this computer while it is sent.
class RelayFeed final : public UploadFeed {
public:
    /// What it works with; all of it outlives the object and its coroutines.
    struct Means {
        Clock &clock;
        SandboxShell &shell;
        TransferGate &gate;
        WorkerThread &disk;
    };
    /// What is read, and where it lies meanwhile.
    struct Source {
        QByteArray path;                                    ///< Of the file or folder.
        std::shared_ptr<const TransferSelection> selection; ///< Null is all.
        Links links = Links::Kept;
        std::filesystem::path spool; ///< A folder, which is there.
        QByteArray partsName;        ///< What RemoteParts may be called in the sandbox; from temporaryName().
        std::optional<RelayRecord> record; ///< Of what is read.
    };

    RelayFeed(const Means &means, Source source);

    QCoro::Task<Result<UploadPlan>> plan(std::stop_token stop) override;
    QCoro::Task<Result<QHash<QByteArray, QByteArray>>> hashes(
        QHash<QByteArray, qint64> sizes, std::stop_token stop) override;
    QCoro::Task<Result<Brought>> bring(QList<UploadItem> items, std::stop_token stop) override;
    QCoro::Task<Result<Brought>> bringAlone(UploadItem item, std::stop_token stop) override;
    [[nodiscard]] bool canStream() const override { return m_canStream; }
    QCoro::Task<Result<std::shared_ptr<UploadStream>>> open(
        UploadItem item, qint64 keptBytes, std::stop_token stop) override;

    /// Removes what is left in the sandbox, once nothing else runs any more, and calls `done` with whether
    /// it is gone.
    void close(bool mayBeLeft, std::function<void(bool isGone)> done)
    {
        m_parts.remove(mayBeLeft, std::move(done));
    }

private:
    class Stream;

    using Stage = std::shared_ptr<DownloadStage>;
    struct Held;
    QCoro::Task<Result<std::shared_ptr<Held>>> makeStage(QList<UploadItem> items, std::stop_token stop);
    /// Tells of what has come into the stage.
    QCoro::Task<Result<Brought>> taken(
        std::shared_ptr<Held> held, QList<UploadItem> items, std::stop_token stop);
    [[nodiscard]] FileFetch::Means fetchMeans(const std::stop_token &stop);
    [[nodiscard]] QByteArray remotePath(const QByteArray &path) const;
    [[nodiscard]] UploadItem itemOf(const RemoteEntry &entry) const;
    QCoro::Task<Result<void>> record(QList<RelayedItem> items, std::stop_token stop);

    Means m_means;
    Source m_source;
    RemoteParts m_parts;
    bool m_canStream = false; ///< The image can hash a file's beginning.
    TransferMeter m_meter;    ///< Of what nobody wants to know.
    TransferNotes m_notes;    ///< The same.
};

} // namespace Koyeb
