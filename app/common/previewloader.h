// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/taskscope.h"
#include "core/workerthread.h"
#include "sandbox/sandbox.h"

#include <QImage>
#include <QObject>

#include <memory>

namespace Koyeb::Desktop {

/// What there is to be seen of a file without opening it.
struct FilePreview {
    QByteArray bytes;        ///< From its beginning, at most PreviewLoader::maximumHexBytes.
    bool isWhole = false;    ///< The file has no more than that.
    QImage image;            ///< Null unless it is a picture.
    bool isLarger = false;   ///< The picture is larger than the image, which was made smaller.
    bool isTooLarge = false; ///< It is a picture, but too large to be shown.
};

/// Reads the beginning of one file of a sandbox, and decodes it when it is a picture, on a thread of its own.
/// What a sandbox holds is hostile: no more than a bounded part is ever read, only plain raster formats are
/// decoded (recognised by their first bytes, never by name), and only up to a bounded number of pixels.
class PreviewLoader : public QObject {
    Q_OBJECT

public:
    static constexpr qint64 maximumHexBytes = 1024 * 1024;
    static constexpr qint64 maximumImageBytes = 32 * 1024 * 1024;
    static constexpr qint64 maximumPixels = 64 * 1024 * 1024;
    static constexpr int largestSide = 4096; ///< Of the image that is shown.

    explicit PreviewLoader(QObject *parent = nullptr);
    ~PreviewLoader() override;

    /// Ends in one of loaded() and failed().
    void load(const std::shared_ptr<Sandbox> &sandbox, const QByteArray &path);

Q_SIGNALS:
    void progressed(qint64 bytes);
    void loaded(const Koyeb::Desktop::FilePreview &preview);
    void failed(const Koyeb::Error &error);

private:
    QCoro::Task<> run(std::shared_ptr<Sandbox> sandbox, QByteArray path, std::stop_token stop);
    QCoro::Task<Result<QByteArray>> read(
        std::shared_ptr<Sandbox> sandbox, QByteArray path, std::stop_token stop);

    WorkerThread m_worker;
    TaskScope m_scope;
};

/// The format of a picture that may be decoded, as QImageReader names it; empty for anything else.
[[nodiscard]] QByteArray imageFormatOf(const QByteArray &beginning);

/// What can be shown of a file that begins like that. Blocks; for a WorkerThread.
[[nodiscard]] FilePreview previewOf(const QByteArray &content);

} // namespace Koyeb::Desktop

Q_DECLARE_METATYPE(Koyeb::Desktop::FilePreview)
