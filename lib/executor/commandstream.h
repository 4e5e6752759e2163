// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/error.h"
#include "executor/executorvalues.h"

#include <QObject>

namespace Koyeb {

/// A running command whose output arrives while it runs, bytes as they are and as soon as they are written.
/// Ends with exactly one of completed() and failed(), unless cancelled.
///
/// In images without `dd` or `base64 -w0` the output comes by lines, and bytes that are not UTF-8 have become
/// U+FFFD.
class CommandStream : public QObject {
    Q_OBJECT

public:
    using QObject::QObject;

    virtual void start() = 0;
    /// Ends the stream silently, and the command with all of its process group: by SIGTERM, two seconds later
    /// by SIGKILL. Where the image has no `setsid`, the command's children live on.
    virtual void cancel() = 0;

Q_SIGNALS:
    /// What the command wrote, in order within each of the two streams.
    void outputReceived(const QByteArray &bytes);
    void errorReceived(const QByteArray &bytes);
    void completed(int exitCode);
    void failed(const Koyeb::Error &error);
};

} // namespace Koyeb
