// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/workerthread.h"
#include "sandbox/downloadstage.h"
#include "sandbox/remoteentry.h"
#include "sandbox/sandboxshell.h"
#include "sandbox/transfermeter.h"

#include <set>

namespace Koyeb {

/// One file on its way out of a sandbox into a DownloadStage, in ranges, several at a time. What was changed
/// while it was read is read again, a few times; of a file that only grows, what is new. A file that does not
/// say how large it is, as those of /proc, is read to its end.
class FileFetch {
public:
    /// What a transfer lends; outlives the object's coroutines, which end when `stop` is requested.
    struct Means {
        SandboxShell &shell;
        WorkerThread &disk;
        TransferMeter &meter;
        std::stop_token stop;
        TransferNotes &notes;
    };

    /// `file` is named by its path in the stage.
    /// `keptBytes` of it have arrived earlier, from its beginning on.
    FileFetch(
        Means means, std::shared_ptr<DownloadStage> stage, QByteArray remotePath, RemoteEntry file,
        qint64 keptBytes)
        : m_means(std::move(means)),
          m_stage(std::move(stage)),
          m_path(std::move(remotePath)),
          m_file(std::move(file)),
          m_expectedBytes(sizeBytes()),
          m_keptBytes(keptBytes)
    {
    }

    /// Integrity when the file never stayed as it was for as long as reading it takes. The object must be
    /// kept until the end.
    QCoro::Task<Result<void>> run();
    /// After a success: the file has grown each time, and its beginning is what has arrived.
    [[nodiscard]] bool hasOutgrown() const { return m_hasOutgrown; }

private:
    enum class Comparison { Same, Grown, Different, SizeIsNoSize };

    QCoro::Task<Result<void>> fetchSized();
    QCoro::Task<Result<void>> fetchRanges();
    QCoro::Task<Result<void>> fetchUnsized();
    /// Whether what was read is what is there now; m_seen is then how it looks now.
    QCoro::Task<Result<Comparison>> compare();
    QCoro::Task<Result<void>> openLocal();
    QCoro::Task<Result<QByteArray>> readRange(qint64 offset);
    QCoro::Task<Result<void>> startAnew();
    void noteRange(qint64 offset);
    QCoro::Task<Result<void>> write(qint64 offset, QByteArray content);
    /// The SHA-256 of what was written, in hexadecimal; attributes and content are on the disk then.
    QCoro::Task<Result<QByteArray>> conclude();
    [[nodiscard]] Comparison judge(bool contentIsSame) const;
    void adopt(const RemoteEntry &seen);
    /// Of the file, in the transfer's progress.
    void expectBytes(qint64 bytes);
    [[nodiscard]] qint64 sizeBytes() const { return m_file.sizeBytes.value_or(0); }

    Means m_means;
    std::shared_ptr<DownloadStage> m_stage;
    QByteArray m_path;
    RemoteEntry m_file; ///< As it looked before it was read.
    qint64 m_expectedBytes;
    RemoteEntry m_seen;
    std::shared_ptr<LocalDescriptor> m_local;
    bool m_mayPack = false; ///< Ranges come compressed, until that has not paid.
    bool m_isUnsized = false;
    bool m_hasOutgrown = false;
    qint64 m_keptBytes;        ///< At the beginning, from an earlier reading.
    qint64 m_arrivedBytes = 0; ///< From the beginning on, without a gap.
    std::set<qint64> m_ahead;  ///< Where ranges begin that have arrived behind a gap.
    qint64 m_nextOffset = 0;
    qint64 m_doneBytes = 0;
    bool m_endsEarly = false;
    bool m_hasFailed = false;
};

/// How `entry` looks, for what is noted of it.
[[nodiscard]] FileVersion versionOf(const RemoteEntry &entry);
/// How a local item shall be that comes from `entry`.
[[nodiscard]] LocalAttributes attributesOf(const RemoteEntry &entry);

} // namespace Koyeb
