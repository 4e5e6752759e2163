// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <QHash>
#include <QMetaType>

namespace Koyeb {

/// How a file looked when it was moved. When it looks otherwise later, what was moved of it is worth nothing.
struct FileVersion {
    qint64 sizeBytes = 0;           ///< Negative where its side could not tell.
    qint64 modifiedNanoseconds = 0; ///< Since 1970, as exactly as its side tells.

    friend bool operator==(const FileVersion &, const FileVersion &) = default;
};

/// What a transfer has achieved that has not come to its end: from there another can go on, also after a
/// crash.
struct TransferCheckpoint {
    QByteArray stage; ///< The name of its temporary beside the target; empty when there is none.
    QHash<QByteArray, FileVersion> files; ///< What has arrived whole, by its path in the item.
    QByteArray partialPath;               ///< The large file that was on its way.
    FileVersion partialVersion;           ///< How it looked.
    qint64 partialBytes = 0;              ///< So many of it have arrived, from its beginning on.
    bool isCommitting = false;            ///< All has arrived and may be at the target already.
};

/// Where a transfer notes what it achieves, for a TransferCheckpoint of it. Called on the transfer's thread,
/// very often; must not block. By default nothing is noted.
class TransferNotes {
public:
    TransferNotes() = default;
    virtual ~TransferNotes() = default;
    TransferNotes(const TransferNotes &) = delete;
    TransferNotes &operator=(const TransferNotes &) = delete;

    /// Before the temporary is made, and with an empty name when there is none any more. Forgets what was
    /// noted before.
    virtual void noteStage(const QByteArray & /*name*/) {}
    /// These have arrived whole; added to those before.
    virtual void noteFiles(const QHash<QByteArray, FileVersion> & /*arrived*/) {}
    /// So many bytes of a large file have arrived, from its beginning on.
    virtual void notePartial(const QByteArray & /*path*/, const FileVersion & /*version*/, qint64 /*bytes*/)
    {
    }
    /// Whether from now on the target may be there.
    virtual void noteCommitting(bool /*isCommitting*/) {}
};

} // namespace Koyeb
