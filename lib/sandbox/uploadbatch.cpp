// SPDX-License-Identifier: Apache-2.0
#include "sandbox/uploadbatch.h"

#include "sandbox/packing.h"
#include "sandbox/uploadscripts.h"
#include "sandbox/uploadsource.h"

#include <archive.h>
#include <archive_entry.h>

#include <algorithm>
#include <memory>
#include <numeric>

namespace Koyeb {

namespace {

using namespace Qt::Literals::StringLiterals;

struct FreeArchive {
    void operator()(archive *handle) const { archive_write_free(handle); }
};
struct FreeEntry {
    void operator()(archive_entry *handle) const { archive_entry_free(handle); }
};

la_ssize_t appendTo(archive *, void *bytes, const void *data, size_t size)
{
    static_cast<QByteArray *>(bytes)->append(static_cast<const char *>(data), static_cast<qsizetype>(size));
    return static_cast<la_ssize_t>(size);
}

/// Where things are in a header of a tar archive.
constexpr qsizetype headerBytes = 512;
constexpr qsizetype timeOffset = 136;
constexpr qsizetype timeBytes = 12;
constexpr qsizetype checksumOffset = 148;
constexpr qsizetype checksumBytes = 8;

/// Writes a time from before 1970 into a header, which libarchive does not: as GNU's tar and BusyBox's have
/// it, in base 256, the highest bits set.
void setEarlyTime(char *header, qint64 seconds)
{
    for (qsizetype at = timeBytes - 1; at >= 0; --at) {
        header[timeOffset + at] = static_cast<char>(seconds & 0xFF);
        seconds >>= 8; // Keeps the sign.
    }
    // Of all bytes, as if the checksum itself were spaces.
    std::fill_n(header + checksumOffset, checksumBytes, ' ');
    const auto sum = std::accumulate(header, header + headerBytes, 0U, [](unsigned all, char byte) {
        return all + static_cast<unsigned char>(byte);
    });
    const auto digits = QByteArray::number(sum, 8).rightJustified(checksumBytes - 2, '0');
    std::copy(digits.cbegin(), digits.cend(), header + checksumOffset);
    header[checksumOffset + checksumBytes - 2] = '\0';
}

/// A tar archive in memory. GNU's format, since it takes names and link targets of any bytes and length as
/// they are, and since BusyBox reads it.
class TarWriter {
public:
    explicit TarWriter(qint64 expectedBytes) : m_archive(archive_write_new())
    {
        m_bytes.reserve(expectedBytes);
        archive_write_set_format_gnutar(m_archive.get());
        archive_write_set_bytes_per_block(
            m_archive.get(), 0); // Headers are here as soon as they are written.
        archive_write_set_bytes_in_last_block(m_archive.get(), 1); // No padding behind the end.
        archive_write_open(m_archive.get(), &m_bytes, nullptr, &appendTo, nullptr);
    }

    bool add(const UploadItem &item, const QByteArray &name, mode_t mode, const QByteArray &content)
    {
        const std::unique_ptr<archive_entry, FreeEntry> entry(archive_entry_new());
        archive_entry_set_pathname(entry.get(), name.constData());
        archive_entry_set_mtime(entry.get(), item.modifiedSeconds, 0);
        archive_entry_set_filetype(entry.get(), typeOf(item));
        archive_entry_set_perm(entry.get(), mode);
        archive_entry_set_size(entry.get(), content.size());
        if (item.type == UploadItem::Type::SymbolicLink) {
            archive_entry_set_symlink(entry.get(), item.linkTarget.constData());
        }
        if (archive_write_header(m_archive.get(), entry.get()) != ARCHIVE_OK ||
            m_bytes.size() < headerBytes) {
            return false;
        }
        if (item.modifiedSeconds < 0) {
            setEarlyTime(m_bytes.data() + m_bytes.size() - headerBytes, item.modifiedSeconds);
        }
        return archive_write_data(
                   m_archive.get(), content.constData(), static_cast<size_t>(content.size())) ==
               content.size();
    }

    [[nodiscard]] std::optional<QByteArray> finish()
    {
        if (archive_write_close(m_archive.get()) != ARCHIVE_OK) {
            return {};
        }
        return m_bytes;
    }

private:
    static unsigned typeOf(const UploadItem &item)
    {
        switch (item.type) {
        case UploadItem::Type::Directory:
            return AE_IFDIR;
        case UploadItem::Type::SymbolicLink:
            return AE_IFLNK;
        case UploadItem::Type::File:
            break;
        }
        return AE_IFREG;
    }

    QByteArray m_bytes; // Before the archive, whose end writes to it.
    std::unique_ptr<archive, FreeArchive> m_archive;
};

Result<QByteArray> contentOf(const UploadItem &item)
{
    const auto source = UploadSource::open(item);
    if (!source) {
        return failure(source.error());
    }
    auto content = (*source)->read((*source)->sizeBytes());
    if (!content) {
        return content;
    }
    if (const auto unchanged = (*source)->conclude(); !unchanged) {
        return failure(unchanged.error());
    }
    return content;
}

/// As long as names are not very long.
qint64 expectedBytes(const QList<UploadItem> &items)
{
    constexpr qint64 headerAndPadding = 1024;
    qint64 bytes = headerAndPadding;
    for (const auto &item : items) {
        bytes += item.sizeBytes + headerAndPadding;
    }
    return bytes;
}

} // namespace

Result<UploadBatch> packBatch(const UploadBatchOrder &order)
{
    UploadBatch batch;
    TarWriter tar(expectedBytes(order.items));
    QByteArray list;
    Sha256 hash;
    bool isWritten = true;
    for (const auto &item : order.items) {
        QByteArray content;
        const auto name = item.path.isEmpty() ? "item"_ba : "item/" + item.path;
        if (item.type == UploadItem::Type::File) {
            auto read = contentOf(item);
            if (!read) {
                batch.left.append(item);
                continue;
            }
            content = std::move(*read);
            hash.add(content);
            list += name + '\0';
            batch.fileBytes += content.size();
            batch.files.insert(item.path, item.version());
        }
        isWritten = isWritten && tar.add(item, name, item.mode, content);
    }
    isWritten = isWritten && tar.add(UploadItem(), UploadStage::listName(order.part), 0600, list);
    const auto bytes = tar.finish();
    if (!isWritten || !bytes) {
        return failure(ErrorKind::Local, u"The files could not be packed."_s);
    }
    const auto small = packed(*bytes, order.choice.packing, order.choice.compression);
    batch.form = order.choice.bytes;
    batch.form.packing = small ? order.choice.packing : Packing::None;
    const auto &content = small ? *small : *bytes;
    batch.wireBytes = content.size();
    batch.body = preparedBody(order.head, content, batch.form.coding);
    batch.sha256 = hash.hex();
    return batch;
}

} // namespace Koyeb
