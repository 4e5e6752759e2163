// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/execchannel.h"
#include "core/result.h"

#include <QCoroTask>

#include <functional>
#include <memory>
#include <stop_token>

namespace Koyeb {

/// Another road into a sandbox than its executor: the exec channel of the control plane, which carries bytes
/// as they are. For images without base64.
class ExecRoad {
public:
    /// Makes a channel that is not started; null when there is none any more.
    using OpenChannel = std::function<std::unique_ptr<ExecChannel>()>;

    /// `serviceId` is the sandbox's.
    ExecRoad(OpenChannel open, const QString &serviceId) : m_open(std::move(open)), m_serviceId(serviceId) {}

    /// Runs a script with `/bin/sh`, `input` as its stdin, and gives its stdout. An exit code other than 0 is
    /// the error that the first line of stderr says. Sent once. Protocol when stdout is longer than
    /// `maximumOutputBytes`.
    QCoro::Task<Result<QByteArray>> run(
        QString script, QByteArray input, qint64 maximumOutputBytes, std::stop_token stop) const;

private:
    OpenChannel m_open;
    QString m_serviceId;
};

} // namespace Koyeb
