// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/workerthread.h"
#include "sandbox/existingfiles.h"
#include "sandbox/relayrecord.h"
#include "sandbox/sandboxshell.h"
#include "sandbox/transfergate.h"

namespace Koyeb {

/// Looks whether what a relay's record tells of is on its two sides, before the source is removed. All that
/// it is given outlives it. Content is compared by SHA-256, and where an image cannot make it, by reading.
class RelayCheck {
public:
    /// One side.
    struct Side {
        SandboxShell &shell; ///< For transfers.
        TransferGate &gate;
        QByteArray path; ///< Where the item itself is.
    };

    RelayCheck(Side source, Side target, WorkerThread &disk, RelayRecord record, std::stop_token stop)
        : m_source(std::move(source)),
          m_target(std::move(target)),
          m_disk(disk),
          m_record(std::move(record)),
          m_stop(std::move(stop))
    {
    }

    /// Whether the source is as it was read, and nothing has come to it. NotFound when it is not there.
    QCoro::Task<Result<bool>> isSourceUnchanged();
    /// Whether all that is at the source is at the target, too, as it was read; there may be more. With
    /// KeepBoth, under one of the names that it gets then.
    QCoro::Task<Result<bool>> hasArrived(ExistingTarget existing);

private:
    using Items = QHash<QByteArray, RelayedItem>; ///< By path.

    struct Source {
        QList<RemoteEntry> entries; ///< As they are now.
        Items recorded;             ///< The same as they were read.
    };

    /// Nothing where not all of it was read.
    QCoro::Task<Result<std::optional<Source>>> readSource();
    /// Whether the items are among what is there, looks and content.
    QCoro::Task<Result<bool>> holds(Side side, QList<RemoteEntry> there, Items items);
    QCoro::Task<Result<QHash<QByteArray, QByteArray>>> hashes(Side side, QHash<QByteArray, qint64> sizes);

    Side m_source;
    Side m_target;
    WorkerThread &m_disk;
    RelayRecord m_record;
    std::stop_token m_stop;
};

} // namespace Koyeb
