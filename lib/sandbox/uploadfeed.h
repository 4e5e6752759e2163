// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/result.h"
#include "sandbox/packing.h"
#include "sandbox/uploadplan.h"

#include <QCoroTask>
#include <QHash>
#include <QSet>

#include <memory>
#include <stop_token>

namespace Koyeb {

/// The content of one large file, read by several at the same time; see UploadFeed.
class UploadStream {
public:
    UploadStream() = default;
    virtual ~UploadStream() = default;
    UploadStream(const UploadStream &) = delete;
    UploadStream &operator=(const UploadStream &) = delete;

    /// Part of it, as decodedChunk() takes it.
    struct Range {
        qint64 offset = 0;
        qint64 sizeBytes = 0; ///< 0 at the end. Less is in it where the file was cut off meanwhile.
        Packing packing = Packing::None;
        QByteArray base64;
    };
    /// The next range, of `maximumBytes` at most.
    virtual QCoro::Task<Result<Range>> next(qint64 maximumBytes) = 0;

    /// How the file is now.
    struct Look {
        QByteArray sha256; ///< Of as many bytes as it had when it was opened, in hexadecimal.
        UploadItem item;
    };
    /// For the end: whether what was read is what is there.
    virtual QCoro::Task<Result<Look>> look() = 0;
};

/// Where an upload takes its files from that are not on this computer. What is not large is brought here, a
/// few at a time. All waits end as cancelled when `stop` is requested.
class UploadFeed {
public:
    UploadFeed() = default;
    virtual ~UploadFeed() = default;
    UploadFeed(const UploadFeed &) = delete;
    UploadFeed &operator=(const UploadFeed &) = delete;

    /// What is moved; each item's source is its name for people and for this object, and no path here.
    virtual QCoro::Task<Result<UploadPlan>> plan(std::stop_token stop) = 0;
    /// The SHA-256, in hexadecimal, of files of the plan; of what cannot be read there is none.
    virtual QCoro::Task<Result<QHash<QByteArray, QByteArray>>> hashes(
        QHash<QByteArray, qint64> sizes, std::stop_token stop) = 0;

    /// What is here for a while.
    struct Brought {
        QList<UploadItem> items; ///< What is here: their sources are paths.
        QSet<QByteArray> left;   ///< What was changed meanwhile, by path, to be brought alone.
        QList<TransferProblem> problems;
        std::shared_ptr<void> hold; ///< The files go when this does.
    };
    /// Brings small files here; what is no file is among the items as it is.
    virtual QCoro::Task<Result<Brought>> bring(QList<UploadItem> items, std::stop_token stop) = 0;
    /// Brings one file here, of any size, and as often as it changes meanwhile.
    virtual QCoro::Task<Result<Brought>> bringAlone(UploadItem item, std::stop_token stop) = 0;
    /// Whether open() is possible, once there is a plan; otherwise bringAlone() does.
    [[nodiscard]] virtual bool canStream() const = 0;
    /// Opens a large file, to be read from `keptBytes` on, or some before.
    virtual QCoro::Task<Result<std::shared_ptr<UploadStream>>> open(
        UploadItem item, qint64 keptBytes, std::stop_token stop) = 0;
};

} // namespace Koyeb
