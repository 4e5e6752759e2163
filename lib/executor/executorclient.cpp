// SPDX-License-Identifier: Apache-2.0
#include "executor/executorclient.h"

#include "core/jsonreader.h"
#include "core/jsontext.h"
#include "core/redaction.h"
#include "executor/commandscript.h"
#include "executor/ssecommandstream.h"
#include "executor/systemerror.h"

#include <QJsonArray>
#include <QJsonDocument>

namespace Koyeb {

namespace {

using namespace Qt::Literals::StringLiterals;
using namespace std::chrono_literals;

/// A command ends at most this long after its timeout: `timeout` waits two seconds before it kills.
constexpr auto timeoutGrace = 15s;

QByteArray jsonText(const QJsonObject &object)
{
    return QJsonDocument(object).toJson(QJsonDocument::Compact);
}

Error timeoutError()
{
    return Error::of(ErrorKind::Timeout, u"The command did not end in its time."_s);
}

} // namespace

QJsonObject bodyOfCommand(const Command &command)
{
    QJsonObject body{{u"cmd"_s, wholeLine(command)}};
    if (!command.workingDirectory.isEmpty()) {
        body.insert(u"cwd"_s, command.workingDirectory);
    }
    if (!command.environment.isEmpty()) {
        QJsonObject environment;
        for (auto variable = command.environment.cbegin(); variable != command.environment.cend();
             ++variable) {
            environment.insert(variable.key(), variable.value());
        }
        body.insert(u"env"_s, environment);
    }
    return body;
}

Error commandError(Error error)
{
    if (error.message.contains("Invalid working directory"_L1)) {
        error.kind = ErrorKind::NotFound;
    } else if (error.message.contains("Failed to start command"_L1)) {
        error.kind = ErrorKind::Unsupported;
        error.message = u"The sandbox could not start a shell; its image may have none."_s;
        error.missingTools = {{u"sh"_s}};
    }
    return error;
}

ExecutorClient::ExecutorClient(Clock &clock, const ExecutorEndpoint &endpoint)
    : m_http(std::make_unique<HttpClient>(clock)), m_endpoint(endpoint)
{
    QList<HttpHeader> headers{
        {"Authorization", "Bearer " + endpoint.secret.toUtf8()}, {"Content-Type", "application/json"}};
    if (!endpoint.routingKey.isEmpty()) {
        headers.append({"X-Routing-Key", endpoint.routingKey.toUtf8()});
    }
    m_http->setDefaultHeaders(headers);
    m_http->setNetwork(endpoint.network);
}

ExecutorClient::~ExecutorClient() = default;

void ExecutorClient::setRepeatListener(std::function<void(const Error &)> listener)
{
    QObject::connect(m_http.get(), &HttpClient::repeating, m_http.get(), std::move(listener));
}

HttpRequest ExecutorClient::requestTo(
    QLatin1String path, const QJsonObject &body, Repeatable repeatable) const
{
    HttpRequest request;
    request.method = "POST"_ba;
    request.url = m_endpoint.baseUrl;
    auto base = m_endpoint.baseUrl.path();
    while (base.endsWith(u'/')) {
        base.chop(1);
    }
    request.url.setPath(base + path);
    request.body = jsonText(body);
    request.repeatable = repeatable;
    return request;
}

void ExecutorClient::setBusyListener(std::function<void(bool isBusy)> listener)
{
    m_calls->listener = std::move(listener);
}

QCoro::Task<Result<HttpReply>> ExecutorClient::send(HttpRequest request, std::stop_token stop)
{
    const auto calls = m_calls;
    if (++calls->underWay == 1 && calls->listener) {
        calls->listener(true);
    }
    auto reply = co_await m_http->send(std::move(request), std::move(stop));
    if (--calls->underWay == 0 && calls->listener) {
        calls->listener(false);
    }
    co_return reply;
}

QCoro::Task<Result<QJsonObject>> ExecutorClient::call(HttpRequest request, std::stop_token stop)
{
    auto reply = co_await send(std::move(request), std::move(stop));
    if (!reply) {
        co_return failure(std::move(reply).error());
    }
    co_return parseJsonObject(reply->body);
}

QCoro::Task<Result<void>> ExecutorClient::health(std::chrono::milliseconds timeout, std::stop_token stop)
{
    auto request = requestTo("/health"_L1, {}, Repeatable::Safely);
    request.method = "GET"_ba;
    request.body.clear();
    request.timeouts.firstByte = timeout;
    request.timeouts.total = timeout;
    const auto reply = co_await call(std::move(request), std::move(stop));
    if (!reply) {
        co_return failure(reply.error());
    }
    if (reply->value("status"_L1).toString() != "ok"_L1) {
        co_return failure(ErrorKind::Protocol, u"The executor's health answer is not `ok`."_s);
    }
    co_return Result<void>();
}

QCoro::Task<Result<CommandResult>> ExecutorClient::runRaw(
    Command command, Repeatable repeatable, std::stop_token stop)
{
    auto request = requestTo("/run"_L1, bodyOfCommand(command), repeatable);
    // The answer comes when the command has ended, however long that is.
    request.timeouts.firstByte.reset();
    if (command.timeout) {
        request.timeouts.total = *command.timeout + timeoutGrace;
    }
    auto &clock = m_http->clock();
    const auto startedAt = clock.now();
    auto reply = co_await send(std::move(request), std::move(stop));
    if (!reply) {
        co_return failure(commandError(std::move(reply).error()));
    }
    auto output = takePlainText(reply->body, "stdout");
    const auto object = parseJsonObject(reply->body);
    if (!object) {
        co_return failure(object.error());
    }
    const JsonReader reader(*object);
    CommandResult result;
    result.standardOutput = output ? std::move(*output) : reader.string("stdout"_L1).toUtf8();
    result.standardError = reader.string("stderr"_L1).toUtf8();
    result.exitCode = static_cast<int>(reader.requiredInteger("code"_L1));
    result.duration = std::chrono::duration_cast<std::chrono::milliseconds>(clock.now() - startedAt);
    co_return reader.result(std::move(result));
}

QCoro::Task<Result<CommandResult>> ExecutorClient::runScript(
    QString script, Repeatable repeatable, std::stop_token stop)
{
    Command command;
    command.line = quietScript(script);
    return runRaw(std::move(command), repeatable, std::move(stop));
}

QCoro::Task<Result<Invocation>> ExecutorClient::invocationOf(Command command, std::stop_token stop)
{
    constexpr qsizetype wrapping = 8192; // More than the scripts around the invocation take.
    const auto words = invocationOfLine(wholeLine(command));
    const bool hasInput = !command.input.isEmpty();
    if (!hasInput && words.toUtf8().size() + wrapping <= maximumScriptBytes) {
        co_return Invocation{words};
    }
    const auto directory = u"/tmp/.koyeb-command-"_s + createBoundary();
    const Invocation invocation{
        invocationOfFile(directory, hasInput ? PreparedFiles::ScriptAndInput : PreparedFiles::Script),
        removePreparedScript(directory)};
    const auto prepared = co_await prepareFiles(directory, std::move(command), std::move(stop));
    if (!prepared) {
        if (!prepared.error().isCancelled()) { // Then the client itself may be going.
            abandon(invocation);
        }
        co_return failure(prepared.error());
    }
    co_return invocation;
}

QCoro::Task<Result<void>> ExecutorClient::prepareFiles(
    QString directory, Command command, std::stop_token stop)
{
    // The executor writes files with mode 0644 and a command may hold secrets, so the directory keeps others
    // out.
    const auto make = u"mkdir -p /tmp && mkdir -m 700 "_s + directory;
    const auto made = co_await runScript(make, Repeatable::Never, stop);
    if (!made) {
        co_return failure(made.error());
    }
    if (made->exitCode != 0) {
        co_return failure(errorFromSystemText(QString::fromUtf8(made->standardError)));
    }
    auto written = co_await writeFile(directory + u"/script"_s, wholeLine(command), stop);
    if (written && !command.input.isEmpty()) {
        auto input = command.input.toBase64();
        written = co_await writePlainFile(directory + u"/input"_s, std::move(input), {}, stop);
    }
    co_return written;
}

void ExecutorClient::abandon(const Invocation &invocation)
{
    if (!invocation.removal.isEmpty()) {
        runInBackground(invocation.removal);
    }
}

QCoro::Task<Result<CommandResult>> ExecutorClient::run(Command command, std::stop_token stop)
{
    const auto invocation = co_await invocationOf(command, stop);
    if (!invocation) {
        co_return failure(invocation.error());
    }
    auto result = co_await runInvoked(*invocation, std::move(command), std::move(stop));
    const bool isKilled = result && result->exitCode > 128;
    if (isKilled || (!result && !result.error().isCancelled())) {
        abandon(*invocation); // What was written may be secret.
    }
    co_return result;
}

QCoro::Task<Result<CommandResult>> ExecutorClient::runInvoked(
    Invocation invocation, Command command, std::stop_token stop)
{
    const auto boundary = createBoundary();
    const auto timeout = command.timeout;
    auto wrapped = command;
    wrapped.line = capturingScript(invocation.words, timeout, boundary);
    wrapped.arguments.clear();
    auto raw = co_await runRaw(std::move(wrapped), Repeatable::Never, std::move(stop));
    if (!raw) {
        co_return failure(std::move(raw).error());
    }
    auto result = parseCaptured(raw->standardOutput, boundary);
    if (result) {
        result->duration = raw->duration;
        result->command = command.line;
        result->arguments = command.arguments;
        if (hasTimedOut(result->exitCode, raw->duration, timeout)) {
            co_return failure(timeoutError());
        }
    }
    co_return result;
}

QCoro::Task<void> ExecutorClient::runInBackground(QString script)
{
    const std::stop_token never; // It ends with this client.
    co_await runScript(std::move(script), Repeatable::Safely, never);
}

CommandStream *ExecutorClient::stream(const Command &command, QObject *parent)
{
    return new SseCommandStream(*this, command, parent);
}

QCoro::Task<Result<StartedProcess>> ExecutorClient::startProcess(Command command, std::stop_token stop)
{
    auto request = requestTo("/start_process"_L1, bodyOfCommand(command), Repeatable::Never);
    auto reply = co_await call(std::move(request), std::move(stop));
    if (!reply) {
        co_return failure(commandError(std::move(reply).error()));
    }
    const JsonReader reader(*reply);
    StartedProcess process;
    process.id = reader.requiredString("id"_L1);
    process.pid = reader.integer("pid"_L1);
    co_return reader.result(std::move(process));
}

QCoro::Task<Result<QList<ProcessInfo>>> ExecutorClient::processes(std::stop_token stop)
{
    auto request = requestTo("/list_processes"_L1, {}, Repeatable::Safely);
    request.method = "GET"_ba;
    request.body.clear();
    auto reply = co_await call(std::move(request), std::move(stop));
    if (!reply) {
        co_return failure(std::move(reply).error());
    }
    const JsonReader reader(*reply);
    QList<ProcessInfo> processes;
    reader.forEach("processes"_L1, [&processes](const JsonReader &element) {
        ProcessInfo process;
        process.id = element.requiredString("id"_L1);
        process.pid = element.integer("pid"_L1);
        process.status = element.string("status"_L1);
        process.command = element.string("command"_L1);
        processes.append(std::move(process));
    });
    co_return reader.result(std::move(processes));
}

QCoro::Task<Result<void>> ExecutorClient::killProcess(QString id, std::stop_token stop)
{
    auto request = requestTo("/kill_process"_L1, {{u"id"_s, id}}, Repeatable::Never);
    auto reply = co_await call(std::move(request), std::move(stop));
    if (!reply) {
        auto error = std::move(reply).error();
        if (error.kind == ErrorKind::Invalid) {
            error.kind = ErrorKind::Conflict;
        }
        co_return failure(std::move(error));
    }
    co_return Result<void>();
}

} // namespace Koyeb
