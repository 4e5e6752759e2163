// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/sha256.h"
#include "sandbox/packing.h"
#include "sandbox/uploadplan.h"

#include <sys/stat.h>

namespace Koyeb {

/// A local file that is read once, front to back, and hashed on the way. Blocks; for a WorkerThread.
class UploadSource {
public:
    /// Opens the item, which must still be the regular file that the plan saw.
    [[nodiscard]] static Result<std::shared_ptr<UploadSource>> open(const UploadItem &item);
    ~UploadSource();
    UploadSource(const UploadSource &) = delete;
    UploadSource &operator=(const UploadSource &) = delete;

    struct Chunk {
        qint64 offset = 0;
        qint64 sizeBytes = 0; ///< 0 at the end.
        QByteArray body;      ///< For ExecutorClient::writePreparedFile().
        qint64 wireBytes = 0; ///< Of it, the content's before base64.
        PartForm form;
    };
    /// A chunk of just these bytes, which are not taken for text; see next().
    [[nodiscard]] static Chunk chunkOf(
        qint64 offset, const QByteArray &bytes, const PartChoice &choice, const QByteArray &head);
    /// The next at most `maximumBytes`, in the form that makes least of them, in a body that begins with
    /// `head`. What goes as text may end a few bytes earlier, between two characters. Fails when the file
    /// ends before its size.
    [[nodiscard]] Result<Chunk> next(qint64 maximumBytes, const PartChoice &choice, const QByteArray &head);
    /// Reads so many bytes, which need not be sent, for the hash. Before the first next().
    [[nodiscard]] Result<void> skip(qint64 bytes);
    /// The hash of all that was read, in hexadecimal. Fails when the file is not what it was when it was
    /// opened.
    [[nodiscard]] Result<QByteArray> conclude();

    /// The next at most `maximumBytes` without encoding.
    [[nodiscard]] Result<QByteArray> read(qint64 maximumBytes);
    [[nodiscard]] qint64 sizeBytes() const { return m_status.st_size; }

private:
    UploadSource(int descriptor, const struct stat &status) : m_descriptor(descriptor), m_status(status) {}

    int m_descriptor;
    struct stat m_status;
    qint64 m_position = 0;
    QByteArray m_ahead; ///< Was read and hashed, and is the beginning of the next chunk.
    Sha256 m_hash;
};

/// The body that writes `content` to the file of `head`, see ExecutorClient::writePreparedFile(). What is to
/// go by the exec channel is in it as base64.
[[nodiscard]] QByteArray preparedBody(const QByteArray &head, const QByteArray &content, PartCoding coding);
/// The content that is in a body for the exec channel.
[[nodiscard]] QByteArray contentOfPreparedBody(const QByteArray &body, const QByteArray &head);

} // namespace Koyeb
