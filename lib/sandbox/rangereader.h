// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sandbox/packing.h"
#include "sandbox/remoteparts.h"
#include "sandbox/sandboxshell.h"
#include "sandbox/transfergate.h"

namespace Koyeb {

/// Reads a large file of a sandbox in ranges, several at a time: parts are made there ahead, where that is
/// possible, and else each is the output of a command.
class RangeReader {
public:
    /// What is lent; outlives the object's coroutines, which end when `stop` is requested.
    struct Means {
        SandboxShell &shell;
        TransferGate &gate;
        RemoteParts &parts;
        std::stop_token stop;
    };
    /// Part of the file.
    struct Range {
        qint64 offset = 0;
        qint64 sizeBytes = 0; ///< What follows is not part of it, though blocks are read whole.
        Packing packing = Packing::None;
    };

    RangeReader(Means means, QByteArray path) : m_means(std::move(means)), m_path(std::move(path)) {}

    /// Before anything is read; so many bytes will be.
    QCoro::Task<Result<void>> prepare(qint64 sizeBytes);
    /// The range at `offset`, a multiple of the blocks, of a file that ends at `end`; how long it is depends
    /// on what those before it came to.
    [[nodiscard]] Range rangeAt(qint64 offset, qint64 end, qint64 maximumBytes) const;
    /// What came of a range.
    struct Answer {
        QByteArray base64; ///< Packed as the range says.
        /// To be kept for as long as the content is held, so that memory holds no more ranges than may be
        /// under way. Who waits at a gate with it in hand lets go of it first.
        TransferGate::Pass pass;
    };
    QCoro::Task<Result<Answer>> read(Range range);
    /// What it came to: so many bytes of the file, as so many on the wire before base64.
    void learn(const Range &range, qint64 sizeBytes, qint64 wireBytes);

private:
    QCoro::Task<Result<Answer>> readPart(Range range);
    QCoro::Task<Result<Answer>> readOutput(Range range);
    [[nodiscard]] static Result<Answer> answered(Result<QByteArray> base64, TransferGate::Pass pass);
    [[nodiscard]] qint64 expectedWireBytes(const Range &range) const;
    [[nodiscard]] bool isAlwaysPacked() const { return m_means.gate.compression() == Compression::Always; }

    Means m_means;
    QByteArray m_path;
    std::optional<SandboxTools> m_tools; ///< Set once it is prepared.
    Packing m_packing = Packing::None;   ///< Ranges come compressed, until that has not paid.
    qint64 m_rangeBytes = chunkBytes;
    bool m_hasParts = false; ///< Ranges come through the executor's own reading of files.
};

} // namespace Koyeb
