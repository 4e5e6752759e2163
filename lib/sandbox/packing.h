// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/result.h"
#include "sandbox/bandwidthlimit.h"

#include <QByteArray>
#include <QString>

#include <optional>

// Content as zstd and gzip compress it, for the way between this computer and a sandbox.
namespace Koyeb {

/// Whether content is compressed on its way.
enum class Packing {
    None,
    Zstd,
    Gzip ///< Slower, and in nearly every image.
};

/// How the bytes of a part are text on their way, for the executor takes nothing else.
enum class PartCoding {
    Base64, ///< Undone by a tool of the image.
    Text,   ///< As they are: they are UTF-8.
    Script, ///< Commands of a shell that print them.
    Raw     ///< Not at all: they go by the exec channel.
};

/// How content lies in a part.
struct PartForm {
    Packing packing = Packing::None;               ///< Undone after the coding.
    PartCoding coding = PartCoding::Base64;        ///< Undone first.
    QString decoder = QStringLiteral("base64 -d"); ///< Where it is base64.
};

/// How content may be sent.
struct PartChoice {
    Packing packing = Packing::None;                  ///< The best that the image can undo.
    Compression compression = Compression::Automatic; ///< Whether it is used.
    PartForm bytes = {};                              ///< For what is no text; its packing is not looked at.
    bool canBeText = true;                            ///< Whether text may go as it is.
};

/// A shell's commands that compress stdin at the fastest level, and that undo it.
[[nodiscard]] QString packerOf(Packing packing);
[[nodiscard]] QString unpackerOf(Packing packing);

/// Of a large file, what goes over the wire at once: so much, a few times at the same time, was measured to
/// fill the executor without filling the memory of a small instance.
inline constexpr qint64 chunkBytes = 3 * 1024 * 1024;
/// The same of small files that go together, as they are on the disk.
inline constexpr qint64 batchBytes = 4 * 1024 * 1024;
/// Files up to this size travel many at once, larger ones by themselves.
inline constexpr qint64 smallFileBytes = 512 * 1024;
/// Of a large file that packs well, what goes at once at most.
inline constexpr qint64 maximumChunkBytes = 3 * chunkBytes;
/// The next chunk's bytes after one that took so many on the wire (before base64): what packs well goes in
/// larger ones. A multiple of the blocks in which files are read and written.
[[nodiscard]] qint64 chunkBytesAfter(qint64 bytes, qint64 wireBytes);

/// What base64 makes of so many bytes.
[[nodiscard]] constexpr qint64 base64Bytes(qint64 bytes)
{
    return (bytes + 2) / 3 * 4;
}

/// `bytes`, compressed at the fastest level; nothing with Never, nor, with Automatic, when that does not pay,
/// which a sample of them tells first. Blocks; for a WorkerThread.
[[nodiscard]] std::optional<QByteArray> packed(
    const QByteArray &bytes, Packing packing, Compression compression = Compression::Automatic);

/// What was packed. Integrity when it is damaged, or when it is more than `maximumBytes`, which a sandbox may
/// send as very few.
[[nodiscard]] Result<QByteArray> unpacked(const QByteArray &bytes, Packing packing, qint64 maximumBytes);

/// Whether `packedBytes` in place of `bytes` were worth the work.
[[nodiscard]] bool packingPays(Packing packing, qint64 packedBytes, qint64 bytes);

/// Content that came as base64.
struct DecodedChunk {
    QByteArray content;
    qint64 wireBytes = 0; ///< Of it, before base64.
};
/// Undoes base64 and, where it was `packing`, the compression. Protocol and Integrity when it is damaged or
/// becomes more than `maximumBytes`.
[[nodiscard]] Result<DecodedChunk> decodedChunk(
    const QByteArray &base64, Packing packing, qint64 maximumBytes);

} // namespace Koyeb
