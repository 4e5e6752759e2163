// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/previewloader.h"

#include <QBuffer>
#include <QImageReader>

namespace Koyeb::Desktop {

namespace {

constexpr qint64 bytesPerRequest = 512 * 1024;

bool isLargerThanShown(const QSize &size)
{
    return size.width() > PreviewLoader::largestSide || size.height() > PreviewLoader::largestSide;
}

} // namespace

QByteArray imageFormatOf(const QByteArray &beginning)
{
    if (beginning.startsWith("\x89PNG\r\n\x1A\n")) {
        return "png";
    }
    if (beginning.startsWith("\xFF\xD8\xFF")) {
        return "jpeg";
    }
    if (beginning.startsWith("GIF87a") || beginning.startsWith("GIF89a")) {
        return "gif";
    }
    if (beginning.startsWith("BM")) {
        return "bmp";
    }
    if (beginning.startsWith("RIFF") && beginning.mid(8, 4) == "WEBP") {
        return "webp";
    }
    return {};
}

FilePreview previewOf(const QByteArray &content)
{
    FilePreview preview;
    preview.bytes = content.left(PreviewLoader::maximumHexBytes);
    preview.isWhole = content.size() <= PreviewLoader::maximumHexBytes;
    const QByteArray format = imageFormatOf(content);
    if (format.isEmpty()) {
        return preview;
    }
    if (content.size() > PreviewLoader::maximumImageBytes) {
        preview.isTooLarge = true;
        return preview;
    }
    QBuffer buffer;
    buffer.setData(content);
    buffer.open(QIODevice::ReadOnly);
    QImageReader reader(&buffer, format);
    reader.setAutoDetectImageFormat(false);
    reader.setAutoTransform(true);
    // What the picture says of itself is believed only as far as it limits; the decoder has a limit too.
    const QSize size = reader.size();
    if (!size.isValid()) {
        return preview;
    }
    if (qint64{size.width()} * size.height() > PreviewLoader::maximumPixels) {
        preview.isTooLarge = true;
        return preview;
    }
    preview.isLarger = isLargerThanShown(size);
    if (preview.isLarger) {
        reader.setScaledSize(
            size.scaled(PreviewLoader::largestSide, PreviewLoader::largestSide, Qt::KeepAspectRatio)
                .expandedTo({1, 1}));
    }
    preview.image = reader.read();
    return preview;
}

PreviewLoader::PreviewLoader(QObject *parent) : QObject(parent) {}

PreviewLoader::~PreviewLoader() = default;

void PreviewLoader::load(const std::shared_ptr<Sandbox> &sandbox, const QByteArray &path)
{
    m_scope.restart();
    run(sandbox, path, m_scope.token());
}

QCoro::Task<> PreviewLoader::run(std::shared_ptr<Sandbox> sandbox, QByteArray path, std::stop_token stop)
{
    const auto content = co_await read(sandbox, path, stop);
    if (stop.stop_requested()) {
        co_return;
    }
    if (!content) {
        Q_EMIT failed(content.error());
        co_return;
    }
    std::function<Result<FilePreview>()> job = [bytes = *content]() -> Result<FilePreview> {
        return previewOf(bytes);
    };
    const auto preview = co_await m_worker.run(std::move(job), stop);
    if (!stop.stop_requested() && preview) {
        Q_EMIT loaded(*preview);
    }
}

QCoro::Task<Result<QByteArray>> PreviewLoader::read(
    std::shared_ptr<Sandbox> sandbox, QByteArray path, std::stop_token stop)
{
    const auto file = sandbox->files().file(path, RemoteFile::Mode::Read);
    const auto opened = co_await file->open(stop);
    if (!opened) {
        co_return failure(opened.error());
    }
    QByteArray content;
    // One byte more than is used tells that there is more.
    qint64 limit = maximumHexBytes + 1;
    while (content.size() < limit) {
        const auto part = co_await file->read(qMin(bytesPerRequest, limit - content.size()), stop);
        if (!part) {
            co_return failure(part.error());
        }
        if (part->isEmpty()) {
            break;
        }
        content += *part;
        if (!imageFormatOf(content).isEmpty()) {
            limit = maximumImageBytes + 1;
        }
        Q_EMIT progressed(content.size());
    }
    co_return content;
}

} // namespace Koyeb::Desktop
