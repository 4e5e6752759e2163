// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/error.h"

#include <QByteArray>
#include <QList>
#include <QString>

namespace Koyeb {

/// Which way a transfer goes. The numbers are kept in files.
enum class TransferDirection {
    Upload = 0,   ///< From this computer into a sandbox.
    Download = 1, ///< From a sandbox to this computer.
    Between = 2   ///< From one sandbox into another.
};

/// Something that has happened to a transfer, for its log. The numbers are kept in files.
struct TransferEvent {
    /// What happened.
    enum class Kind {
        Requested = 0,    ///< A person asked for it.
        Started = 1,      ///< From the beginning.
        Resumed = 2,      ///< From where an earlier attempt stopped; `bytes` had arrived.
        Interrupted = 3,  ///< By something that may pass: `error`.
        Paused = 4,       ///< By a person.
        MadeRoom = 5,     ///< For a transfer of another sandbox.
        Suspended = 6,    ///< The program ended.
        TargetExists = 7, ///< A person was asked.
        Answered = 8,     ///< `detail` is the number of the ExistingTarget.
        Verified = 9,     ///< All has arrived, with the right checksums; it moves to its place next.
        Finished = 10,    ///< `bytes` were moved.
        Skipped = 11,     ///< The target stays as it is.
        Failed = 12,      ///< Because of `error`.
        Cancelled = 13,   ///< By a person.
        Problem = 14      ///< One item was left out because of `error`; `detail` is its path.
    };

    Kind kind = Kind::Requested;
    qint64 at = 0;          ///< Milliseconds since 1970.
    qint64 bytes = 0;       ///< See the kinds.
    Error error = {};       ///< Its kind and message only.
    QByteArray detail = {}; ///< See the kinds.
};

/// A transfer that has come to an end, of this run of the program or an earlier one.
struct TransferHistoryEntry {
    quint64 id = 0; ///< The one that it had in the journal.
    TransferDirection direction = TransferDirection::Upload;
    QString sandboxName;        ///< For people.
    QByteArray source;          ///< Path of what was moved, as bytes.
    QByteArray targetDirectory; ///< Path, as bytes.
    /// How it ended: Finished, Skipped, Failed or Cancelled.
    TransferEvent::Kind end = TransferEvent::Kind::Finished;
    qint64 endedAt = 0; ///< Milliseconds since 1970.
    qint64 bytes = 0;   ///< Moved, of all attempts.
    qint64 files = 0;   ///< Moved whole.
    int problems = 0;   ///< So many items were left out, or are not as they should be.
    Error error;        ///< Why it failed; kind and message only.
};

} // namespace Koyeb
