// SPDX-License-Identifier: Apache-2.0
#include "sandbox/packing.h"

#include "core/base64.h"

#include <algorithm>
#include <memory>
#include <zlib.h>
#include <zstd.h>

namespace Koyeb {

namespace {

using namespace Qt::Literals::StringLiterals;

constexpr qint64 blockBytes = 64 * 1024;
constexpr int fastestLevel = 1;
constexpr int windowLogMaximum = 23;
constexpr int gzipWindowBits = MAX_WBITS + 16; // Those 16 stand for gzip's format.
constexpr qsizetype sampleBytes = 128 * 1024;

struct FreeContext {
    void operator()(ZSTD_DCtx *context) const { ZSTD_freeDCtx(context); }
};

QByteArray byZstd(QByteArrayView bytes)
{
    QByteArray target(
        static_cast<qsizetype>(ZSTD_compressBound(static_cast<size_t>(bytes.size()))), Qt::Uninitialized);
    const auto size = ZSTD_compress(
        target.data(), static_cast<size_t>(target.size()), bytes.data(), static_cast<size_t>(bytes.size()),
        fastestLevel);
    target.truncate(ZSTD_isError(size) != 0 ? 0 : static_cast<qsizetype>(size));
    return target;
}

/// zlib's stream reads and writes by pointers to bytes, and does not change what it reads.
void setInput(z_stream &stream, QByteArrayView bytes)
{
    stream.next_in = reinterpret_cast<Bytef *>(const_cast<char *>(bytes.data()));
    stream.avail_in = static_cast<uInt>(bytes.size());
}

void setOutput(z_stream &stream, QByteArray &target, qsizetype from)
{
    stream.next_out = reinterpret_cast<Bytef *>(target.data()) + from;
    stream.avail_out = static_cast<uInt>(target.size() - from);
}

QByteArray byGzip(QByteArrayView bytes)
{
    z_stream stream{};
    constexpr int usualMemory = 8;
    if (deflateInit2(&stream, fastestLevel, Z_DEFLATED, gzipWindowBits, usualMemory, Z_DEFAULT_STRATEGY) !=
        Z_OK) {
        return {};
    }
    QByteArray target(
        static_cast<qsizetype>(deflateBound(&stream, static_cast<uLong>(bytes.size()))), Qt::Uninitialized);
    setInput(stream, bytes);
    setOutput(stream, target, 0);
    const bool isWhole = deflate(&stream, Z_FINISH) == Z_STREAM_END;
    target.truncate(isWhole ? static_cast<qsizetype>(stream.total_out) : 0);
    deflateEnd(&stream);
    return target;
}

std::optional<QByteArray> compressed(QByteArrayView bytes, Packing packing, Compression compression)
{
    auto target = packing == Packing::Zstd ? byZstd(bytes) : byGzip(bytes);
    const bool pays = compression == Compression::Always || packingPays(packing, target.size(), bytes.size());
    if (target.isEmpty() || !pays) {
        return {};
    }
    return target;
}

tl::unexpected<Error> damaged()
{
    return failure(
        ErrorKind::Integrity, u"The sandbox sent more than was asked for, or damaged it on the way."_s);
}

Result<QByteArray> fromZstd(const QByteArray &bytes, qint64 maximumBytes)
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

/// Room for more behind what there is already.
qsizetype grow(QByteArray &target)
{
    const auto before = target.size();
    target.resize(std::max(before * 2, before + blockBytes));
    return before;
}

Result<QByteArray> fromGzip(const QByteArray &bytes, qint64 maximumBytes)
{
    z_stream stream{};
    setInput(stream, bytes);
    if (inflateInit2(&stream, gzipWindowBits) != Z_OK) {
        return damaged();
    }
    const std::unique_ptr<z_stream, decltype(&inflateEnd)> end(&stream, &inflateEnd);
    QByteArray target;
    // One member may follow another.
    for (int state = Z_OK; state != Z_STREAM_END || stream.avail_in > 0;) {
        if (state == Z_STREAM_END && inflateReset(&stream) != Z_OK) {
            return damaged();
        }
        const auto before = grow(target);
        setOutput(stream, target, before);
        state = inflate(&stream, Z_NO_FLUSH);
        target.chop(static_cast<qsizetype>(stream.avail_out));
        const bool isStuck = stream.avail_in == 0 && target.size() == before && state != Z_STREAM_END;
        if ((state != Z_OK && state != Z_STREAM_END) || target.size() > maximumBytes || isStuck) {
            return damaged();
        }
    }
    return target;
}

} // namespace

QString packerOf(Packing packing)
{
    switch (packing) {
    case Packing::Zstd:
        return u"zstd -1cq"_s;
    case Packing::Gzip:
        return u"gzip -1c"_s;
    case Packing::None:
        break;
    }
    return u"cat"_s;
}

QString unpackerOf(Packing packing)
{
    switch (packing) {
    case Packing::Zstd:
        return u"zstd -dcq"_s;
    case Packing::Gzip:
        return u"gzip -dc"_s;
    case Packing::None:
        break;
    }
    return u"cat"_s;
}

qint64 chunkBytesAfter(qint64 bytes, qint64 wireBytes)
{
    const auto wanted = wireBytes > 0 ? chunkBytes * bytes / wireBytes : chunkBytes;
    return std::clamp(wanted - wanted % blockBytes, chunkBytes, maximumChunkBytes);
}

bool packingPays(Packing packing, qint64 packedBytes, qint64 bytes)
{
    // gzip takes several times as long, which a fast link does not wait for.
    const int tenths = packing == Packing::Gzip ? 6 : 9;
    return packedBytes * 10 < bytes * tenths;
}

std::optional<QByteArray> packed(const QByteArray &bytes, Packing packing, Compression compression)
{
    if (packing == Packing::None || compression == Compression::Never) {
        return {};
    }
    const QByteArrayView all(bytes);
    if (all.size() > 2 * sampleBytes &&
        !compressed(all.sliced(all.size() / 2, sampleBytes), packing, compression)) {
        return {};
    }
    return compressed(all, packing, compression);
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
    auto content = unpacked(*bytes, packing, maximumBytes);
    if (!content) {
        return failure(content.error());
    }
    return DecodedChunk{std::move(*content), wireBytes};
}

Result<QByteArray> unpacked(const QByteArray &bytes, Packing packing, qint64 maximumBytes)
{
    switch (packing) {
    case Packing::Zstd:
        return fromZstd(bytes, maximumBytes);
    case Packing::Gzip:
        return fromGzip(bytes, maximumBytes);
    case Packing::None:
        break;
    }
    return bytes;
}

} // namespace Koyeb
