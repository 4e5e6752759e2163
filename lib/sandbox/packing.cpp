// SPDX-License-Identifier: Apache-2.0
#include "sandbox/packing.h"

#include "core/base64.h"

#include <algorithm>
#include <memory>
#include <zstd.h>

namespace Koyeb {

namespace {

using namespace Qt::Literals::StringLiterals;

constexpr qint64 maximumChunkBytes = 3 * chunkBytes;
constexpr qint64 blockBytes = 64 * 1024;
constexpr int fastestLevel = 1;
constexpr int windowLogMaximum = 23;
constexpr qsizetype sampleBytes = 128 * 1024;

struct FreeContext {
    void operator()(ZSTD_DCtx *context) const { ZSTD_freeDCtx(context); }
};

std::optional<QByteArray> compressed(QByteArrayView bytes, Compression compression)
{
    QByteArray target(
        static_cast<qsizetype>(ZSTD_compressBound(static_cast<size_t>(bytes.size()))), Qt::Uninitialized);
    const auto size = ZSTD_compress(
        target.data(), static_cast<size_t>(target.size()), bytes.data(), static_cast<size_t>(bytes.size()),
        fastestLevel);
    const bool pays =
        compression == Compression::Always || packingPays(static_cast<qint64>(size), bytes.size());
    if (ZSTD_isError(size) != 0 || !pays) {
        return {};
    }
    target.truncate(static_cast<qsizetype>(size));
    return target;
}

tl::unexpected<Error> damaged()
{
    return failure(
        ErrorKind::Integrity, u"The sandbox sent more than was asked for, or damaged it on the way."_s);
}

} // namespace

qint64 chunkBytesAfter(qint64 bytes, qint64 wireBytes)
{
    const auto wanted = wireBytes > 0 ? chunkBytes * bytes / wireBytes : chunkBytes;
    return std::clamp(wanted - wanted % blockBytes, chunkBytes, maximumChunkBytes);
}

bool packingPays(qint64 packedBytes, qint64 bytes)
{
    return packedBytes * 10 < bytes * 9;
}

std::optional<QByteArray> packed(const QByteArray &bytes, Compression compression)
{
    if (compression == Compression::Never) {
        return {};
    }
    const QByteArrayView all(bytes);
    if (all.size() > 2 * sampleBytes && !compressed(all.sliced(all.size() / 2, sampleBytes), compression)) {
        return {};
    }
    return compressed(all, compression);
}

Result<DecodedChunk> decodedChunk(const QByteArray &base64, Packing packing, qint64 maximumBytes)
{
    auto bytes = fromBase64(base64);
    if (!bytes) {
        return failure(ErrorKind::Protocol, u"The sandbox sent damaged base64."_s);
    }
    const auto wireBytes = bytes->size();
    if (packing == Packing::None) {
        return DecodedChunk{std::move(*bytes), wireBytes};
    }
    auto content = unpacked(*bytes, maximumBytes);
    if (!content) {
        return failure(content.error());
    }
    return DecodedChunk{std::move(*content), wireBytes};
}

Result<QByteArray> unpacked(const QByteArray &bytes, qint64 maximumBytes)
{
    const std::unique_ptr<ZSTD_DCtx, FreeContext> context(ZSTD_createDCtx());
    // What zstd itself needs at the fastest level is far below.
    ZSTD_DCtx_setParameter(context.get(), ZSTD_d_windowLogMax, windowLogMaximum);
    QByteArray target;
    ZSTD_inBuffer input{bytes.constData(), static_cast<size_t>(bytes.size()), 0};
    size_t left = 1;
    // What it claims to be is not believed: it grows as it comes.
    while (left != 0 || input.pos < input.size) {
        const auto before = target.size();
        target.resize(std::max(before * 2, before + static_cast<qsizetype>(ZSTD_DStreamOutSize())));
        ZSTD_outBuffer output{target.data(), static_cast<size_t>(target.size()), static_cast<size_t>(before)};
        left = ZSTD_decompressStream(context.get(), &output, &input);
        target.truncate(static_cast<qsizetype>(output.pos));
        const bool isStuck = input.pos == input.size && target.size() == before && left != 0;
        if (ZSTD_isError(left) != 0 || target.size() > maximumBytes || isStuck) {
            return damaged();
        }
    }
    return target;
}

} // namespace Koyeb
