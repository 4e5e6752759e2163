// SPDX-License-Identifier: Apache-2.0
#include "local/agent/commandcalls.h"

#include "local/agent/jsontext.h"
#include "local/agent/limits.h"
#include "local/agent/outputlines.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/stat.h>

#include <array>
#include <optional>

namespace Koyeb::Local {

namespace {

constexpr int stdoutPipeBytes = 256 * 1024;

struct StartedCommand {
    std::shared_ptr<Child> child;
    UniqueFd stdoutPipe;
    UniqueFd stderrPipe;
};

std::optional<StartedCommand> start(Children &children, const RequestFields &fields)
{
    std::optional<Pipe> stdoutPipe = makePipe();
    std::optional<Pipe> stderrPipe = makePipe();
    if (!stdoutPipe || !stderrPipe)
        return std::nullopt;
    SpawnRequest request = shellCommand(fields);
    request.stdoutFd = stdoutPipe->writeEnd.get();
    request.stderrFd = stderrPipe->writeEnd.get();
    SpawnResult result = children.spawn(request);
    if (!result.child)
        return std::nullopt;
    return StartedCommand{
        std::move(result.child), std::move(stdoutPipe->readEnd), std::move(stderrPipe->readEnd)};
}

/// Go's ExitCode(): a signal has none.
int exitCode(const ExitStatus &status)
{
    return status.signal != 0 ? -1 : status.code;
}

} // namespace

SpawnRequest shellCommand(const RequestFields &fields)
{
    SpawnRequest request;
    request.arguments = {"sh", "-c", fields.text("cmd")};
    request.workingDirectory = fields.text("cwd");
    request.environment = ownEnvironment();
    const Environment &added = fields.map("env");
    for (const auto &[name, value] : added)
        request.environment.insert_or_assign(name, value);
    // Go sets PWD along with the directory, unless it is given a whole environment. A shell in a directory
    // that was reached by a link shows the difference.
    if (added.empty() && request.workingDirectory.starts_with('/'))
        request.environment.insert_or_assign("PWD", request.workingDirectory);
    return request;
}

bool checkWorkingDirectory(const RequestFields &fields, HttpExchange &exchange)
{
    const std::string &path = fields.text("cwd");
    struct stat info {};
    const bool hasNul = path.find('\0') != std::string::npos;
    if (path.empty() || (!hasNul && ::stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode)))
        return true;
    exchange.sendErrorText(400, "Invalid working directory: " + path);
    return false;
}

void runCommand(Children &children, const RequestFields &fields, HttpExchange &exchange)
{
    if (!checkWorkingDirectory(fields, exchange))
        return;
    const std::optional<StartedCommand> command = start(children, fields);
    if (!command) {
        exchange.sendErrorText(500, "Failed to start command");
        return;
    }
    // Fewer turns between reader and writer; that of standard error is as small as the real one's, on which
    // it depends when a command hangs.
    ::fcntl(command->stdoutPipe.get(), F_SETPIPE_SZ, stdoutPipeBytes);
    const std::string out = readToEnd(command->stdoutPipe.get());
    const std::string err = readToEnd(command->stderrPipe.get());
    const int code = exitCode(command->child->waitForExit());

    std::string json;
    json.reserve((out.size() + err.size()) / 8 * 9 + 100);
    json += "{\"stdout\":";
    appendJsonString(json, out);
    json += ",\"stderr\":";
    appendJsonString(json, err);
    if (code != 0)
        json += R"(,"error":"Non-zero exit code")";
    json += ",\"code\":" + std::to_string(code) + '}';
    exchange.sendJson(200, std::move(json));
}

void runCommandStreaming(Children &children, const RequestFields &fields, HttpExchange &exchange)
{
    if (!checkWorkingDirectory(fields, exchange))
        return;
    std::optional<StartedCommand> command = start(children, fields);
    if (!command) {
        exchange.sendEvent("error", R"({"error": "Failed to start command"})");
        exchange.endEvents();
        return;
    }
    bool clientGone = false;
    const OutputLines::Sink send = [&](std::string_view stream, const std::string &line) {
        std::string json = "{\"data\":";
        appendJsonString(json, line);
        json.append(",\"stream\":\"").append(stream).append("\"}");
        clientGone = !exchange.sendEvent("output", json) || clientGone;
    };
    OutputLines out("stdout", std::move(command->stdoutPipe), memoryLimitBytes);
    OutputLines err("stderr", std::move(command->stderrPipe), memoryLimitBytes);
    bool killed = false;
    while (!out.hasEnded() || !err.hasEnded()) {
        std::array<pollfd, 3> waiting{
            pollfd{out.pollFd(), POLLIN, 0}, pollfd{err.pollFd(), POLLIN, 0},
            pollfd{killed ? -1 : exchange.clientFd(), POLLRDHUP, 0}};
        ::poll(waiting.data(), waiting.size(), -1);
        clientGone = clientGone || waiting[2].revents != 0;
        if (clientGone && !killed) {
            children.signal(*command->child, SIGKILL);
            killed = true;
        }
        if (waiting[0].revents != 0)
            out.readOnce(send);
        if (waiting[1].revents != 0)
            err.readOnce(send);
    }
    const ExitStatus status = command->child->waitForExit();
    exchange.sendEvent(
        "complete", "{\"code\":" + std::to_string(exitCode(status)) +
                        ",\"error\":" + (status.success() ? "false" : "true") + '}');
    exchange.endEvents();
}

} // namespace Koyeb::Local
