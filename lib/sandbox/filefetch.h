// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/workerthread.h"
#include "sandbox/arrivals.h"
#include "sandbox/downloadstage.h"
#include "sandbox/rangereader.h"
#include "sandbox/remoteentry.h"
#include "sandbox/remoteparts.h"
#include "sandbox/sandboxshell.h"
#include "sandbox/transfergate.h"
#include "sandbox/transfermeter.h"

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
        TransferGate &gate;
        RemoteParts &parts;
        Links links;
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
          m_ranges({m_means.shell, m_means.gate, m_means.parts, m_means.stop}, m_path),
          m_keptBytes(keptBytes)
    {
    }

    /// Integrity when the file never stayed as it was for as long as reading it takes. The object must be
    /// kept until the end.
    QCoro::Task<Result<void>> run();
    /// After a success: the file has grown each time, and its beginning is what has arrived.
    [[nodiscard]] bool hasOutgrown() const { return m_hasOutgrown; }

    /// After a success: how it looked when it was read.
    [[nodiscard]] const RemoteEntry &file() const { return m_file; }

    /// Whether a file of it is in the stage, be it a part of it.
    [[nodiscard]] bool hasFile() const { return m_local || m_keptBytes > 0; }

private:
    enum class Comparison { Same, Grown, Different, SizeIsNoSize };

    QCoro::Task<Result<void>> fetchSized();
    QCoro::Task<Result<void>> fetchRanges();
    QCoro::Task<Result<void>> fetchUnsized();
    /// Whether what was read is what is there now; m_seen is then how it looks now.
    QCoro::Task<Result<Comparison>> compare();
    /// A line with the hash of what was read as it is there now, and what parseTopEntry() reads.
    QCoro::Task<Result<QByteArray>> describeRemote();
    QCoro::Task<Result<void>> openLocal();
    using Range = RangeReader::Range;
    /// What writing an encoded range came to.
    struct Written {
        qint64 sizeBytes = 0; ///< As it is in the file.
        qint64 wireBytes = 0; ///< Before base64.
    };
    [[nodiscard]] Range takeRange();
    QCoro::Task<Result<void>> fetchRange(Range range);
    QCoro::Task<Result<void>> startAnew();
    void noteRange(const Range &range);
    QCoro::Task<Result<Written>> writeEncoded(Range range, QByteArray base64);
    QCoro::Task<Result<void>> write(qint64 offset, QByteArray content);
    void countWritten(qint64 offset, qint64 sizeBytes);
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
    SandboxTools m_tools;
    RangeReader m_ranges;
    bool m_isUnsized = false;
    bool m_hasOutgrown = false;
    qint64 m_keptBytes; ///< At the beginning, from an earlier reading.
    Arrivals m_arrivals;
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
