// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/result.h"
#include "executor/commandstream.h"
#include "executor/executorvalues.h"
#include "net/httpclient.h"

#include <QCoroTask>
#include <QJsonObject>
#include <QUrl>

#include <functional>
#include <memory>
#include <stop_token>

namespace Koyeb {

/// Where an executor is and what it wants to see. The secret and the routing key are credentials.
struct ExecutorEndpoint {
    QUrl baseUrl;                 ///< With the path, e.g. https://host/koyeb-sandbox
    QString secret;               ///< SANDBOX_SECRET of the sandbox; taken as it is.
    QString routingKey;           ///< Empty where the sandbox is reached by its app's domain.
    NetworkSettings network = {}; ///< How it is reached.
};

/// The HTTP server inside a sandbox, call by call (see the contract's executor.md for what is sent). Its
/// traps are handled here: commands cannot hang on loud output, names of any bytes survive, nothing waits for
/// headers that come late.
class ExecutorClient {
public:
    /// Sends nothing by itself. `clock` outlives the client.
    ExecutorClient(Clock &clock, const ExecutorEndpoint &endpoint);
    ~ExecutorClient();

    /// Also wakes a sleeping sandbox.
    QCoro::Task<Result<void>> health(std::chrono::milliseconds timeout, std::stop_token stop);

    /// Runs a command until its output is closed (a background process keeps it open) and gives all of it,
    /// bytes as they are. Never hangs on loud stderr; command lines may be longer than 128 KiB. NotFound when
    /// the working directory is missing, Timeout after the command's own, Rejected when its shell was killed.
    QCoro::Task<Result<CommandResult>> run(Command command, std::stop_token stop);
    /// Runs a shell script of this library in one request: stdout as the executor gives it, so the script
    /// encodes what may not be UTF-8; stderr cut at 2,000 bytes; messages of tools in English. `repeatable`
    /// is Safely for scripts that leave the same state however often they run.
    QCoro::Task<Result<CommandResult>> runScript(QString script, Repeatable repeatable, std::stop_token stop);
    /// Calls `listener` with the failure of each request that will be sent again.
    void setRepeatListener(std::function<void(const Error &)> listener);
    /// Calls `listener` with true when a call begins and none was under way, and with false when none is
    /// under way any more, also at the client's end. Streams do not count.
    void setBusyListener(std::function<void(bool isBusy)> listener);
    /// Runs a script whose outcome nobody waits for, such as cleaning up after what was given up.
    QCoro::Task<void> runInBackground(QString script);
    /// Makes script files of a command that is too long for an argument or has input.
    QCoro::Task<Result<Invocation>> invocationOf(Command command, std::stop_token stop);
    /// Removes, in the background, what was made for a command that was not started or could not clean up.
    void abandon(const Invocation &invocation);
    /// Runs a command and hands its output on while it runs. The stream is not started yet, and must be gone
    /// before this client is.
    [[nodiscard]] CommandStream *stream(const Command &command, QObject *parent);

    /// Starts a command in the background. Its timeout is not looked at.
    QCoro::Task<Result<StartedProcess>> startProcess(Command command, std::stop_token stop);
    /// All processes that were started in the background, ended ones too.
    QCoro::Task<Result<QList<ProcessInfo>>> processes(std::stop_token stop);
    /// Kills the process's shell alone; Conflict when it is unknown or has ended.
    QCoro::Task<Result<void>> killProcess(QString id, std::stop_token stop);

    /// Paths and contents must be valid UTF-8 here; arbitrary bytes go through sandbox/files.h. All of these
    /// fail with what errorFromSystemText() makes of the executor's text.
    QCoro::Task<Result<void>> writeFile(QString path, QString content, std::stop_token stop);
    /// The same for base64 or other plain content that JSON needs not escape, without the cost of a
    /// conversion. `progress` is told of sent bytes of the body; it may be empty.
    QCoro::Task<Result<void>> writePlainFile(
        QString path, QByteArray content, std::function<void(qint64, qint64)> progress, std::stop_token stop);
    /// The same for a body that was put together elsewhere, so that megabytes are not copied: what
    /// plainFileHead() gives, the content, and plainFileTail.
    QCoro::Task<Result<void>> writePreparedFile(
        QByteArray body, std::function<void(qint64, qint64)> progress, std::stop_token stop);
    /// Where the body of writePreparedFile() begins.
    [[nodiscard]] static QByteArray plainFileHead(const QString &path);
    /// Where the body of writePreparedFile() ends.
    static constexpr QByteArrayView plainFileTail = "\"}";
    /// The whole of a text file; bytes that are not UTF-8 arrive as U+FFFD.
    QCoro::Task<Result<QString>> readFile(QString path, std::stop_token stop);
    /// The same as UTF-8; of base64 or other plain content without the cost of a conversion.
    QCoro::Task<Result<QByteArray>> readPlainFile(QString path, std::stop_token stop);
    /// Like `mkdir -p`.
    QCoro::Task<Result<void>> makeDirectory(QString path, std::stop_token stop);
    /// The names in a directory, unsorted.
    QCoro::Task<Result<QStringList>> listDirectory(QString path, std::stop_token stop);
    /// A file or an empty directory.
    QCoro::Task<Result<void>> deleteFile(QString path, std::stop_token stop);
    /// A whole tree; success also when there is none.
    QCoro::Task<Result<void>> deleteDirectory(QString path, std::stop_token stop);

    /// Conflict, with the bound port in the message, when another port is bound.
    QCoro::Task<Result<void>> bindPort(quint16 port, std::stop_token stop);
    /// Nothing is reachable from outside afterwards.
    QCoro::Task<Result<void>> unbindPort(std::stop_token stop);

    /// The clock that was given.
    [[nodiscard]] Clock &clock() const { return m_http->clock(); }
    /// How its connections are made.
    [[nodiscard]] const NetworkSettings &network() const { return m_http->network(); }

private:
    friend class SseCommandStream;

    [[nodiscard]] HttpRequest requestTo(
        QLatin1String path, const QJsonObject &body, Repeatable repeatable) const;
    QCoro::Task<Result<HttpReply>> send(HttpRequest request, std::stop_token stop);
    QCoro::Task<Result<QJsonObject>> call(HttpRequest request, std::stop_token stop);
    /// Calls of the kind that says `error` in a successful answer; the last one is about one path.
    QCoro::Task<Result<QJsonObject>> callFiles(HttpRequest request, std::stop_token stop);
    QCoro::Task<Result<QJsonObject>> callFiles(
        QLatin1String endpoint, const QJsonObject &body, Repeatable repeatable, std::stop_token stop);
    QCoro::Task<Result<QJsonObject>> callPath(
        QLatin1String endpoint, const QString &path, Repeatable repeatable, std::stop_token stop);
    QCoro::Task<Result<void>> prepareFiles(QString directory, Command command, std::stop_token stop);
    QCoro::Task<Result<CommandResult>> runInvoked(
        Invocation invocation, Command command, std::stop_token stop);
    QCoro::Task<Result<CommandResult>> runRaw(Command command, Repeatable repeatable, std::stop_token stop);

    struct Calls {
        int underWay = 0;
        std::function<void(bool isBusy)> listener = {};
    };

    std::shared_ptr<Calls> m_calls = std::make_shared<Calls>(); ///< Their ends may be after the client's.
    std::unique_ptr<HttpClient> m_http;
    ExecutorEndpoint m_endpoint;
};

/// The JSON with which the executor is asked to run `command`.
[[nodiscard]] QJsonObject bodyOfCommand(const Command &command);
/// What the executor's refusal to run a command means.
[[nodiscard]] Error commandError(Error error);

} // namespace Koyeb
