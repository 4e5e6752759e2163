// SPDX-License-Identifier: Apache-2.0
#include "sandbox/uploadsource.h"

#include "core/base64.h"
#include "executor/executorclient.h"
#include "sandbox/packing.h"

#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

namespace Koyeb {

namespace {

using namespace Qt::Literals::StringLiterals;

tl::unexpected<Error> changed()
{
    return failure(ErrorKind::Local, u"The file was changed while it was being uploaded."_s);
}

} // namespace

QByteArray preparedBody(const QByteArray &head, const QByteArray &content)
{
    QByteArray body;
    body.reserve(head.size() + (content.size() + 2) / 3 * 4 + ExecutorClient::plainFileTail.size());
    body += head;
    appendBase64(body, content);
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
    const int descriptor = ::open(item.source.c_str(), O_RDONLY | following | O_NONBLOCK | O_CLOEXEC);
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
    qint64 maximumBytes, Packing packing, Compression compression, const QByteArray &head)
{
    const auto offset = m_position;
    const auto bytes = read(maximumBytes);
    if (!bytes) {
        return failure(bytes.error());
    }
    const auto small = packed(*bytes, packing, compression);
    const auto &content = small ? *small : *bytes;
    return Chunk{
        offset, bytes->size(), preparedBody(head, content), content.size(), small ? packing : Packing::None};
}

Result<void> UploadSource::skip(qint64 bytes)
{
    constexpr qint64 step = 1024 * 1024;
    while (bytes > 0) {
        const auto skipped = read(std::min(bytes, step));
        if (!skipped) {
            return failure(skipped.error());
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
