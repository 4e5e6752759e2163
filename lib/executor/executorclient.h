// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/result.h"
#include "executor/commandstream.h"
#include "executor/executorvalues.h"
#include "net/httpclient.h"

#include <QCoroTask>
#include <QUrl>

#include <memory>
#include <stop_token>

namespace Koyeb {

/// Where an executor is and what it wants to see. The secret and the routing key are credentials.
struct ExecutorEndpoint {
    QUrl baseUrl; ///< With the path, e.g. https://host/koyeb-sandbox
    QString secret;
    QString routingKey; ///< Empty where the sandbox is reached by its app's domain.
};

/// The HTTP server inside a sandbox, call by call (see the contract's executor.md for what is sent). Its
/// traps are handled here: commands cannot hang on loud output, names of any bytes survive, nothing waits for
/// headers that come late.
class ExecutorClient {
public:
    ExecutorClient(Clock &clock, const ExecutorEndpoint &endpoint);
    ~ExecutorClient();

    /// Also wakes a sleeping sandbox.
    QCoro::Task<Result<void>> health(std::chrono::milliseconds timeout, std::stop_token stop);

    /// Runs a command to its end and gives all of its output, bytes as they are. Never hangs on loud stderr.
    QCoro::Task<Result<CommandResult>> run(Command command, std::stop_token stop);
    /// Runs a command and hands its output on by lines. The stream is not started yet.
    [[nodiscard]] CommandStream *stream(const Command &command, QObject *parent);

    QCoro::Task<Result<StartedProcess>> startProcess(Command command, std::stop_token stop);
    QCoro::Task<Result<QList<ProcessInfo>>> processes(std::stop_token stop);
    QCoro::Task<Result<void>> killProcess(QString id, std::stop_token stop);

    /// Paths and contents must be valid UTF-8 here; arbitrary bytes go through sandbox/files.h.
    QCoro::Task<Result<void>> writeFile(QString path, QString content, std::stop_token stop);
    QCoro::Task<Result<QString>> readFile(QString path, std::stop_token stop);
    QCoro::Task<Result<void>> makeDirectory(QString path, std::stop_token stop);
    QCoro::Task<Result<QStringList>> listDirectory(QString path, std::stop_token stop);
    QCoro::Task<Result<void>> deleteFile(QString path, std::stop_token stop);
    QCoro::Task<Result<void>> deleteDirectory(QString path, std::stop_token stop);

    /// Conflict, with the bound port in the message, when another port is bound.
    QCoro::Task<Result<void>> bindPort(quint16 port, std::stop_token stop);
    QCoro::Task<Result<void>> unbindPort(std::stop_token stop);

private:
    std::unique_ptr<HttpClient> m_http;
    ExecutorEndpoint m_endpoint;
};

} // namespace Koyeb
