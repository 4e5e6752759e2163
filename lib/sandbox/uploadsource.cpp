// SPDX-License-Identifier: Apache-2.0
#include "sandbox/uploadsource.h"

#include "core/base64.h"
#include "core/jsontext.h"
#include "executor/executorclient.h"
#include "executor/shellquote.h"
#include "sandbox/packing.h"

#include <cerrno>
#include <fcntl.h>
#include <unistd.h>
#include <utility>

namespace Koyeb {

namespace {

using namespace Qt::Literals::StringLiterals;

/// The length of a chunk that is UTF-8 but for a character that is cut off at its end, without that; 0 for
/// all else.
qsizetype lengthOfText(const QByteArray &bytes, bool isLast)
{
    constexpr qsizetype longestCharacter = 4;
    const auto length = validUtf8Length(bytes, 0);
    const auto rest = bytes.size() - length;
    return rest == 0 || (!isLast && rest < longestCharacter) ? length : 0;
}

/// About what bytes take on the wire.
qint64 codedBytes(qint64 bytes, PartCoding coding)
{
    constexpr qint64 scriptCharactersOfByte = 3;
    return coding == PartCoding::Script ? bytes * scriptCharactersOfByte : base64Bytes(bytes);
}

tl::unexpected<Error> changed()
{
    return failure(ErrorKind::Local, u"The file was changed while it was being uploaded."_s);
}

} // namespace

QByteArray preparedBody(const QByteArray &head, const QByteArray &content, PartCoding coding)
{
    QByteArray body;
    body.reserve(head.size() + base64Bytes(content.size()) + ExecutorClient::plainFileTail.size());
    body += head;
    switch (coding) {
    case PartCoding::Base64:
    case PartCoding::Raw:
        appendBase64(body, content);
        break;
    case PartCoding::Text:
        appendJsonText(body, content);
        break;
    case PartCoding::Script:
        appendJsonText(body, printingScript(content));
        break;
    }
    body += ExecutorClient::plainFileTail;
    return body;
}

QByteArray contentOfPreparedBody(const QByteArray &body, const QByteArray &head)
{
    const auto end = body.size() - ExecutorClient::plainFileTail.size();
    return fromBase64(body.first(end).sliced(head.size())).value_or(QByteArray());
}

Result<std::shared_ptr<UploadSource>> UploadSource::open(const UploadItem &item)
{
    // Non-blocking, lest a pipe that has taken the file's place holds us up.
    const int following = item.isFollowed ? 0 : O_NOFOLLOW;
    const int descriptor =
        ::open(item.source.native().c_str(), O_RDONLY | following | O_NONBLOCK | O_CLOEXEC);
    if (descriptor < 0) {
        return failure(localError(errno));
    }
    struct stat status {};
    if (::fstat(descriptor, &status) != 0) {
        const int reason = errno;
        ::close(descriptor);
        return failure(localError(reason));
    }
    auto source = std::shared_ptr<UploadSource>(new UploadSource(descriptor, status));
    const bool isSame = status.st_size == item.sizeBytes && status.st_mtim.tv_sec == item.modifiedSeconds &&
                        status.st_mtim.tv_nsec == item.modifiedNanoseconds;
    if (!S_ISREG(status.st_mode) || !isSame) {
        return changed();
    }
    return source;
}

UploadSource::~UploadSource()
{
    ::close(m_descriptor);
}

Result<QByteArray> UploadSource::read(qint64 maximumBytes)
{
    QByteArray bytes(std::min(maximumBytes, sizeBytes() - m_position), Qt::Uninitialized);
    qint64 filled = 0;
    while (filled < bytes.size()) {
        const auto count =
            ::read(m_descriptor, bytes.data() + filled, static_cast<size_t>(bytes.size() - filled));
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count < 0) {
            return failure(localError(errno));
        }
        if (count == 0) {
            return changed();
        }
        filled += count;
    }
    m_hash.add(bytes);
    m_position += bytes.size();
    return bytes;
}

Result<UploadSource::Chunk> UploadSource::next(
    qint64 maximumBytes, const PartChoice &choice, const QByteArray &head)
{
    const auto offset = m_position - m_ahead.size();
    const auto more = read(maximumBytes - m_ahead.size());
    if (!more) {
        return failure(more.error());
    }
    auto bytes = std::exchange(m_ahead, {});
    bytes.append(*more);
    auto form = choice.bytes;
    const auto small = packed(bytes, choice.packing, choice.compression);
    form.packing = small ? choice.packing : Packing::None;
    const auto otherwise = codedBytes(small ? small->size() : bytes.size(), form.coding);
    const bool mustBePacked = small && choice.compression == Compression::Always;
    if (choice.canBeText && !mustBePacked && bytes.size() < otherwise) {
        const auto length = lengthOfText(bytes, m_position == sizeBytes());
        const auto text = QByteArrayView(bytes).first(length);
        if (length > 0 && jsonTextBytes(text) * bytes.size() < otherwise * length) {
            m_ahead = bytes.sliced(length);
            bytes.truncate(length);
            form = {Packing::None, PartCoding::Text, {}};
            return Chunk{offset, length, preparedBody(head, bytes, form.coding), length, form};
        }
    }
    const auto &content = small ? *small : bytes;
    return Chunk{offset, bytes.size(), preparedBody(head, content, form.coding), content.size(), form};
}

UploadSource::Chunk UploadSource::chunkOf(
    qint64 offset, const QByteArray &bytes, const PartChoice &choice, const QByteArray &head)
{
    const auto small = packed(bytes, choice.packing, choice.compression);
    auto form = choice.bytes;
    form.packing = small ? choice.packing : Packing::None;
    const auto &content = small ? *small : bytes;
    return {offset, bytes.size(), preparedBody(head, content, form.coding), content.size(), form};
}

Result<void> UploadSource::skip(qint64 bytes)
{
    constexpr qint64 step = 1024 * 1024;
    while (bytes > 0) {
        const auto skipped = read(std::min(bytes, step));
        if (!skipped) {
            return failure(skipped.error());
        }
        if (skipped->isEmpty()) {
            return changed(); // It is shorter than what was sent of it.
        }
        bytes -= skipped->size();
    }
    return {};
}

Result<QByteArray> UploadSource::conclude()
{
    struct stat now {};
    if (::fstat(m_descriptor, &now) != 0) {
        return failure(localError(errno));
    }
    const bool isSame = now.st_size == m_status.st_size && now.st_mtim.tv_sec == m_status.st_mtim.tv_sec &&
                        now.st_mtim.tv_nsec == m_status.st_mtim.tv_nsec;
    if (!isSame) {
        return changed();
    }
    return m_hash.hex();
}

} // namespace Koyeb
