// SPDX-License-Identifier: Apache-2.0
#include "local/agent/processcalls.h"

#include "local/agent/commandcalls.h"
#include "local/agent/jsontext.h"

#include <poll.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <ctime>

namespace Koyeb::Local {

namespace {

using namespace std::chrono_literals;
constexpr std::chrono::milliseconds crashDelay = 100ms;

std::string processFields(const std::string &id, pid_t pid, std::string_view status)
{
    std::string json = "{\"id\":" + jsonString(id) + ",\"pid\":" + std::to_string(pid) + ",\"status\":\"";
    return json.append(status).append("\"");
}

/// As Go prints a time in JSON: RFC 3339 in UTC, nanoseconds without trailing zeros.
std::string timestamp(std::chrono::system_clock::time_point time)
{
    const auto sinceEpoch =
        std::chrono::duration_cast<std::chrono::nanoseconds>(time.time_since_epoch()).count();
    const std::time_t seconds = sinceEpoch / 1'000'000'000;
    std::tm utc{};
    ::gmtime_r(&seconds, &utc);
    std::array<char, 64> text{};
    const size_t length = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &utc);
    std::string fraction = std::to_string(1'000'000'000 + sinceEpoch % 1'000'000'000);
    fraction[0] = '.';
    fraction.erase(fraction.find_last_not_of("0.") + 1);
    return std::string(text.data(), length) + fraction + 'Z';
}

bool sendLine(HttpExchange &exchange, const LogLine &line)
{
    std::string json = "{\"timestamp\":\"" + timestamp(line.time) + "\",\"stream\":\"";
    json.append(line.stream).append("\",\"data\":");
    appendJsonString(json, line.text);
    json += '}';
    return exchange.sendEvent("log", json);
}

/// Waits until the follower has news. False when the client has gone.
bool waitForNews(const LogFollower &follower, const HttpExchange &exchange)
{
    std::array<pollfd, 2> waiting{
        pollfd{follower.event(), POLLIN, 0}, pollfd{exchange.clientFd(), POLLRDHUP, 0}};
    ::poll(waiting.data(), waiting.size(), -1);
    return waiting[1].revents == 0;
}

[[noreturn]] void crash()
{
    std::fputs("panic: send on closed channel\n", stderr);
    std::_Exit(2);
}

/// False when the client has not read enough by then.
bool takesMoreBefore(std::chrono::steady_clock::time_point end, const HttpExchange &exchange)
{
    using namespace std::chrono;
    const auto left = duration_cast<milliseconds>(end - steady_clock::now()).count();
    pollfd waiting{exchange.clientFd(), POLLOUT, 0};
    return left > 0 && ::poll(&waiting, 1, static_cast<int>(left)) > 0;
}

} // namespace

void answerStartProcess(Processes &processes, const RequestFields &fields, HttpExchange &exchange)
{
    if (fields.text("cmd").empty()) {
        exchange.sendErrorText(400, "Command is required");
        return;
    }
    if (!checkWorkingDirectory(fields, exchange))
        return;
    const Processes::StartResult result = processes.start(shellCommand(fields));
    if (!result.process) {
        exchange.sendJson(500, processFields({}, 0, {}) + ",\"error\":" + jsonString(result.error) + '}');
        return;
    }
    const BackgroundProcess &process = *result.process;
    exchange.sendJson(201, processFields(process.id(), process.child().pid(), "running") + '}');
}

void answerListProcesses(const Processes &processes, HttpExchange &exchange)
{
    std::string json = "{\"processes\":[";
    std::string_view separator;
    for (const std::shared_ptr<BackgroundProcess> &process : processes.all()) {
        json.append(separator).append("{\"command\":");
        appendJsonString(json, process->command());
        // The fields are sorted by name, and the command comes first.
        json += ',' +
                processFields(process->id(), process->child().pid(), toString(process->status())).substr(1) +
                '}';
        separator = ",";
    }
    exchange.sendJson(200, json + "]}");
}

void answerKillProcess(Processes &processes, const RequestFields &fields, HttpExchange &exchange)
{
    if (fields.text("id").empty()) {
        exchange.sendErrorText(400, "Process ID is required");
        return;
    }
    const std::string error = processes.kill(fields.text("id"));
    if (error.empty())
        exchange.sendJson(200, R"({"success":true,"message":"Process killed successfully"})");
    else
        exchange.sendJson(400, "{\"success\":false,\"error\":" + jsonString(error) + '}');
}

void streamProcessLog(
    const Processes &processes, LogCrash crashing, const HttpRequest &request, HttpExchange &exchange)
{
    const std::string id = queryValue(request.query, "id");
    if (id.empty()) {
        exchange.sendErrorText(400, "Process ID is required");
        return;
    }
    const std::shared_ptr<BackgroundProcess> process = processes.find(id);
    if (!process) {
        // The real one prints the id as it came, which may even be no JSON.
        exchange.sendEvent("error", "{\"error\": \"process not found: " + id + "\"}");
        exchange.endEvents();
        return;
    }
    BackgroundProcess::Log log = process->followLog();
    const bool mayCrash = crashing == LogCrash::LikeTheRealOne && process->status() != ProcessStatus::Running;
    const auto crashAt = std::chrono::steady_clock::now() + crashDelay;
    bool clientThere = true;
    for (auto line = log.history.begin(); clientThere && line != log.history.end(); ++line) {
        if (mayCrash && !takesMoreBefore(crashAt, exchange))
            crash();
        clientThere = sendLine(exchange, **line);
    }
    log.history.clear();
    bool ended = false;
    while (clientThere && !ended) {
        clientThere = waitForNews(*log.follower, exchange);
        const LogFollower::News news = log.follower->take();
        ended = news.ended;
        for (auto line = news.lines.begin(); clientThere && line != news.lines.end(); ++line)
            clientThere = sendLine(exchange, **line);
    }
    if (clientThere)
        exchange.sendEvent("complete", R"({"message": "stream ended"})");
    exchange.endEvents();
}

} // namespace Koyeb::Local
