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

    /// Once in the life of a stream.
    virtual void start() = 0;
    /// Ends the stream silently, and the command with all of its process group: by SIGTERM, two seconds later
    /// by SIGKILL. Where the image has no `setsid`, the command's children live on.
    virtual void cancel() = 0;

Q_SIGNALS:
    /// What the command wrote to its standard output, in order.
    void outputReceived(const QByteArray &bytes);
    /// What the command wrote to its standard error, in order.
    void errorReceived(const QByteArray &bytes);
    /// The command has ended; `exitCode` as CommandResult::exitCode.
    void completed(int exitCode);
    /// The command could not be run, or it is not known how it went on; kinds as of ExecutorClient::run().
    void failed(const Koyeb::Error &error);
};

} // namespace Koyeb
