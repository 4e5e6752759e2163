// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/result.h"
#include "executor/executorclient.h"

#include <QCoroTask>
#include <QUrl>

#include <stop_token>

namespace Koyeb {

struct ListeningPort {
    quint16 port = 0;
    QStringList addresses; ///< e.g. `127.0.0.1`, `0.0.0.0`, `::`
    qint64 pid = 0;        ///< 0 where unknown
    QString process;       ///< Its command line, sanitised for people; may be empty
    friend bool operator==(const ListeningPort &, const ListeningPort &) = default;
};

/// What listens in a sandbox, and the one port that can be exposed.
class Ports {
public:
    /// `publicUrl` is where the exposed port answers, e.g. https://host/r/<key>/
    Ports(ExecutorClient &executor, const QUrl &publicUrl);

    /// From /proc/net/tcp and tcp6, without the executor's own 3030 and 3031, sorted by port; one request.
    QCoro::Task<Result<QList<ListeningPort>>> listening(std::stop_token stop);
    /// The port that is bound now, found without changing it; 0 when none is... see exposedPort() for what
    /// this object did.
    [[nodiscard]] quint16 exposedPort() const { return m_exposedPort; }
    /// Exposes `port` in place of whatever was exposed.
    QCoro::Task<Result<QUrl>> expose(quint16 port, std::stop_token stop);
    QCoro::Task<Result<void>> unexpose(std::stop_token stop);
    /// Waits until the exposed URL answers anything but a gateway's error. Timeout otherwise.
    QCoro::Task<Result<void>> waitUntilAnswering(std::chrono::milliseconds timeout, std::stop_token stop);

private:
    ExecutorClient &m_executor;
    QUrl m_publicUrl;
    quint16 m_exposedPort = 0;
};

} // namespace Koyeb
