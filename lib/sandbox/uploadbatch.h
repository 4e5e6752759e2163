// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sandbox/packing.h"
#include "sandbox/uploadplan.h"

namespace Koyeb {

/// Many small items as one tar archive, ready to be sent. Its members lie in `item/`; the member of the name
/// listName() holds the names of the files, each ended by a NUL, in the order of `sha256`.
struct UploadBatch {
    QByteArray body;      ///< For ExecutorClient::writePreparedFile().
    qint64 wireBytes = 0; ///< Of it, the archive's before base64.
    PartForm form;
    QByteArray sha256; ///< Of all files' contents, one after the other, in hexadecimal.
    qint64 fileBytes = 0;
    QHash<QByteArray, FileVersion> files; ///< By their paths in the item.
    QList<UploadItem> left;               ///< Those that could not be read as they were planned; not in it.
};

/// What goes into an archive, and how.
struct UploadBatchOrder {
    QList<UploadItem> items;
    PartChoice choice; ///< An archive is never taken for text.
    qint64 part = 0;   ///< Its number.
    QByteArray head;   ///< Where the body begins.
};

/// Reads the items and makes the archive, packed where it may be and pays. Blocks; for a WorkerThread.
[[nodiscard]] Result<UploadBatch> packBatch(const UploadBatchOrder &order);

} // namespace Koyeb
