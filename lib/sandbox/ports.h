// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/result.h"
#include "sandbox/portslisting.h"
#include "sandbox/sandboxshell.h"

#include <QCoroTask>
#include <QUrl>

#include <stop_token>

namespace Koyeb {

/// What listens in a sandbox, and the one port that can be exposed.
class Ports {
public:
    /// `publicUrl` is where the exposed port answers, e.g. `https://host/r/<key>/`
    Ports(SandboxShell &shell, const QUrl &publicUrl);

    /// From /proc/net/tcp and tcp6, without the executor's own 3030 and 3031, sorted by port; one request.
    QCoro::Task<Result<QList<ListeningPort>>> listening(std::stop_token stop);
    /// The port that this object exposed; 0 when it exposed none. The executor cannot be asked for it.
    [[nodiscard]] quint16 exposedPort() const { return m_exposedPort; }
    /// Exposes `port` in place of whatever was exposed, and gives the public URL.
    QCoro::Task<Result<QUrl>> expose(quint16 port, std::stop_token stop);
    /// Nothing is reachable from outside afterwards; success also when nothing was exposed.
    QCoro::Task<Result<void>> unexpose(std::stop_token stop);
    /// Waits until the exposed URL answers anything but a gateway's error. Timeout otherwise.
    QCoro::Task<Result<void>> waitUntilAnswering(std::chrono::milliseconds timeout, std::stop_token stop);

private:
    SandboxShell &m_shell;
    HttpClient m_http; ///< Without the executor's credentials: what answers there is somebody's program.
    QUrl m_publicUrl;
    quint16 m_exposedPort = 0;
};

} // namespace Koyeb
