// SPDX-License-Identifier: Apache-2.0
#include "sandbox/relayrecord.h"

#include "sandbox/downloadstage.h"
#include "sandbox/localerror.h"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

namespace Koyeb {

namespace {

constexpr std::array types{
    RelayedItem::Type::File, RelayedItem::Type::Directory, RelayedItem::Type::SymbolicLink};

Result<void> writeAll(int file, const QByteArray &bytes)
{
    for (qsizetype written = 0; written < bytes.size();) {
        const auto count =
            ::write(file, bytes.constData() + written, static_cast<size_t>(bytes.size() - written));
        if (count < 0 && errno != EINTR) {
            return failure(localError(errno));
        }
        written += std::max<ssize_t>(count, 0);
    }
    return {};
}

} // namespace

Result<void> RelayRecord::add(const QList<RelayedItem> &items) const
{
    QByteArray bytes;
    for (const auto &item : items) {
        bytes += static_cast<char>(item.type);
        bytes += item.path + '\0' + item.value + '\0';
    }
    const LocalDescriptor file(
        ::open(m_file.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!file.isOpen()) {
        return failure(localError(errno));
    }
    const auto before = ::lseek(file.get(), 0, SEEK_END);
    auto written = before < 0 ? failure(localError(errno)) : writeAll(file.get(), bytes);
    if (!written && before >= 0) {
        (void)!::ftruncate(
            file.get(), before); // Otherwise what follows is not understood, and nothing removed.
    }
    return written;
}

Result<QHash<QByteArray, RelayedItem>> RelayRecord::read() const
{
    const LocalDescriptor file(::open(m_file.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
    if (!file.isOpen()) {
        return failure(localError(errno));
    }
    constexpr size_t step = 1024 * 1024;
    QHash<QByteArray, RelayedItem> items;
    QByteArray rest;
    QByteArray piece(step, Qt::Uninitialized);
    while (true) {
        const auto count = ::read(file.get(), piece.data(), step);
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count < 0) {
            return failure(localError(errno));
        }
        if (count == 0) {
            return items;
        }
        rest.append(piece.constData(), count);
        qsizetype start = 0;
        while (true) {
            const auto pathEnd = rest.indexOf('\0', start);
            const auto valueEnd = pathEnd < 0 ? -1 : rest.indexOf('\0', pathEnd + 1);
            if (valueEnd < 0) {
                break;
            }
            const auto type = static_cast<RelayedItem::Type>(rest[start]);
            if (std::find(types.begin(), types.end(), type) == types.end()) {
                return items; // Whoever wrote this was cut off.
            }
            const auto path = rest.mid(start + 1, pathEnd - start - 1);
            items.insert(path, {path, type, rest.mid(pathEnd + 1, valueEnd - pathEnd - 1)});
            start = valueEnd + 1;
        }
        rest.remove(0, start);
    }
}

} // namespace Koyeb
