// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sandbox/filefetch.h"

namespace Koyeb {

/// The small files of a folder on their way out of a sandbox into a DownloadStage, many at once.
class BatchFetch {
public:
    /// `files` are named by their paths in the stage, and below `remoteDirectory`.
    BatchFetch(
        FileFetch::Means means, std::shared_ptr<DownloadStage> stage, QByteArray remoteDirectory,
        QList<RemoteEntry> files);

    /// The object must be kept until the end.
    QCoro::Task<Result<void>> run();
    /// Files that were changed or vanished meanwhile, and are to be fetched each by itself.
    [[nodiscard]] const QList<RemoteEntry> &left() const { return m_left; }
    /// Files that have no place here, by their paths in the stage.
    [[nodiscard]] const QList<TransferProblem> &problems() const { return m_problems; }

private:
    /// A batch as it came.
    struct Arrived {
        QByteArray base64;
        Packing packing = Packing::None;
        QByteArray boundary; ///< Between its files and their hashes.
    };
    /// What became of a batch on the disk.
    struct Stored {
        bool isReadable = false; ///< The files came with the sizes that they were listed with.
        QHash<QByteArray, FileVersion> files;
        QList<RemoteEntry> changed;
        QList<TransferProblem> problems;
        qint64 fileBytes = 0;
        qint64 outputBytes = 0;
        qint64 wireBytes = 0; ///< Of these, before base64.
    };

    /// Checks the files and writes those that are good. Blocks.
    [[nodiscard]] static Result<Stored> store(
        DownloadStage &stage, const QList<RemoteEntry> &batch, Arrived arrived);
    QCoro::Task<Result<void>> fetchBatches();
    [[nodiscard]] QList<RemoteEntry> takeBatch();
    QCoro::Task<Result<void>> fetch(QList<RemoteEntry> batch);
    QCoro::Task<Result<void>> fetchHalves(QList<RemoteEntry> batch);
    QCoro::Task<Result<RangeReader::Answer>> read(QString script, Packing packing, qint64 fileBytes);
    /// Whether the folder that all of them are in is still there.
    QCoro::Task<Result<void>> look();
    void note(const Stored &stored);

    FileFetch::Means m_means;
    std::shared_ptr<DownloadStage> m_stage;
    QByteArray m_directory;
    QList<RemoteEntry> m_files;
    QList<RemoteEntry> m_left;
    QList<TransferProblem> m_problems;
    Packing m_packing = Packing::None;
    qsizetype m_next = 0;
    bool m_hasFailed = false;
};

} // namespace Koyeb
