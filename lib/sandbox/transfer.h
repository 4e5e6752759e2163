// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/error.h"
#include "core/taskscope.h"

#include <QObject>

#include <filesystem>

namespace Koyeb {

/// What a transfer has moved, out of what it will.
struct TransferProgress {
    qint64 doneBytes = 0;
    qint64 totalBytes = 0; ///< Grows while a folder is still being walked.
    qint64 doneFiles = 0;
    qint64 totalFiles = 0;
    QByteArray currentPath; ///< The source being moved, as bytes.
};

/// An item that could not be moved, and why; the rest went on.
struct TransferProblem {
    QByteArray path;
    Error error;
};

/// One file or folder on its way, byte-exact: checked by SHA-256 on both sides, written to a temporary name
/// and renamed. Ends with exactly one of finished() and failed(), unless cancelled. Cancelling removes the
/// temporary.
class Transfer : public QObject {
    Q_OBJECT

public:
    using QObject::QObject;

    virtual void start() = 0;
    /// Stops silently; cleans up in the sandbox in the background.
    virtual void cancel() = 0;
    [[nodiscard]] virtual TransferProgress progress() const = 0;

Q_SIGNALS:
    void progressed(const Koyeb::TransferProgress &progress);
    /// All that could be moved was moved; `problems` names the rest.
    void finished(const QList<Koyeb::TransferProblem> &problems);
    /// Nothing, or not the whole, was moved, and going on made no sense.
    void failed(const Koyeb::Error &error);
};

/// What happens to an existing target.
enum class ExistingTarget { Refuse, Overwrite };

} // namespace Koyeb

Q_DECLARE_METATYPE(Koyeb::TransferProgress)
Q_DECLARE_METATYPE(Koyeb::TransferProblem)
