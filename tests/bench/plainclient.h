// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "executor/executorclient.h"

#include <QByteArray>

namespace Koyeb::Bench {

/// One connection to an executor, kept as long as the executor keeps it, with as little between it and the
/// socket as can be: the yardstick for what a client adds. Plain HTTP. Blocks; one for each thread. Ends the
/// program where something is not as it should be.
class PlainClient {
public:
    explicit PlainClient(const ExecutorEndpoint &endpoint);
    ~PlainClient();
    PlainClient(const PlainClient &) = delete;
    PlainClient &operator=(const PlainClient &) = delete;

    /// The body of the answer, which has the status 200.
    QByteArray post(const QByteArray &path, const QByteArray &body);

private:
    void connect();
    void disconnect();
    void readBody(const QByteArray &answerHead);
    void joinChunks();
    void send(const QByteArray &bytes) const;
    /// More of the answer.
    void receive();

    ExecutorEndpoint m_endpoint;
    int m_socket = -1;
    QByteArray m_received;
};

} // namespace Koyeb::Bench
