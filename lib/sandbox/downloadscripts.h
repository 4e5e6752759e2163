// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/result.h"
#include "sandbox/packing.h"
#include "sandbox/remoteentry.h"
#include "sandbox/sandboxtools.h"
#include "sandbox/transfer.h"

#include <chrono>

namespace Koyeb {

/// A script that tells of one path; see parseTopEntry().
[[nodiscard]] QString topEntryScript(const QByteArray &path, Links links = Links::Kept);
/// The entry, named `name`.
[[nodiscard]] Result<RemoteEntry> parseTopEntry(const QByteArray &output, const QByteArray &name);

/// dd's block; offsets of ranges are multiples of it.
inline constexpr qint64 downloadBlockBytes = 64 * 1024;
/// How long an answer with content may take; a connection that died without a word would be waited for for
/// hours.
inline constexpr std::chrono::minutes answerTimeout{3};

/// Of what is read at once, for hexadecimal digits are much.
[[nodiscard]] inline qint64 largestRange(const SandboxTools &tools)
{
    return tools.encoding == SandboxTools::Encoding::Hex ? chunkBytes / 3 : chunkBytes;
}
/// A script that writes `sizeBytes` of a file and perhaps what follows in the last block, less at the file's
/// end. For images that have readsRanges().
[[nodiscard]] QString readRangeScript(
    const QByteArray &path, qint64 offset, qint64 sizeBytes, const SandboxTools &tools);
/// Where a part is made, and from what.
struct PartOrder {
    Packing packing = Packing::None;
    QByteArray part; ///< The file that it becomes.
    QByteArray used; ///< One that is removed first; may be empty.
};
/// A script that does so into a file of base64.
[[nodiscard]] QString partOfRangeScript(
    const QByteArray &path, qint64 offset, qint64 sizeBytes, const SandboxTools &tools,
    const PartOrder &order);
/// A script that writes what follows the first `offset` bytes of a file, at most `maximumBytes`, whatever
/// size the file claims to have. Gives up reading where nothing comes and the image has `timeout`.
[[nodiscard]] QString readOnScript(const QByteArray &path, qint64 offset, qint64 maximumBytes);
/// A script that prints a line with the SHA-256 of the first `sizeBytes` of a file, and then what
/// parseTopEntry() reads of it.
[[nodiscard]] QString compareScript(
    const QByteArray &path, qint64 sizeBytes, const QString &hasher, Links links = Links::Kept);

/// A small file as its listing showed it; `path` is relative to the top directory.
struct ListedFile {
    QByteArray path;
    qint64 sizeBytes = 0;
};
/// A file as it arrived in a batch; parts of the output.
struct ReceivedFile {
    QByteArrayView content;
    QByteArrayView sha256; ///< As the sandbox computed it, in hexadecimal.
};
/// A script that writes the contents of several small files and their hashes, with two processes for all.
[[nodiscard]] QString readBatchScript(
    const QByteArray &directory, const QList<ListedFile> &files, const QByteArray &boundary);
/// The files in their order; nothing when the output does not fit their sizes, because some changed or
/// vanished.
[[nodiscard]] std::optional<QList<ReceivedFile>> parseBatch(
    const QByteArray &output, const QList<ListedFile> &files, const QByteArray &boundary);

} // namespace Koyeb
