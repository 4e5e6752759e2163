// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/error.h"
#include "executor/executorvalues.h"

#include <QObject>

namespace Koyeb {

/// A running command whose output arrives by lines (`/run_streaming`). Ends with exactly one of completed()
/// and failed(), unless cancelled.
class CommandStream : public QObject {
    Q_OBJECT

public:
    using QObject::QObject;

    virtual void start() = 0;
    /// Ends the command (its shell; children it left in the background live on) and the stream, silently.
    virtual void cancel() = 0;

Q_SIGNALS:
    /// Lines without their line ends; text that is not UTF-8 has lost bytes.
    void outputLine(const QByteArray &line);
    void errorLine(const QByteArray &line);
    void completed(int exitCode);
    void failed(const Koyeb::Error &error);
};

} // namespace Koyeb
