// SPDX-License-Identifier: Apache-2.0
#include "local/agent/executor.h"

#include "local/agent/commandcalls.h"
#include "local/agent/filecalls.h"
#include "local/agent/jsontext.h"

namespace Koyeb::Local {

namespace {

constexpr std::string_view healthPath = "/health";

/// Takes the same time wherever the texts differ, so that a secret can't be guessed piece by piece.
bool equalSecrets(std::string_view left, std::string_view right)
{
    if (left.size() != right.size())
        return false;
    unsigned difference = 0;
    for (size_t i = 0; i < left.size(); ++i)
        difference |=
            static_cast<unsigned char>(left[i]) ^ static_cast<unsigned>(static_cast<unsigned char>(right[i]));
    return difference == 0;
}

} // namespace

Executor::Executor(
    std::string secret, Children &children, BoundPort &boundPort, LogCrash logCrash, RuntimeLog &log)
    : m_secret(std::move(secret)),
      m_children(children),
      m_boundPort(boundPort),
      m_logCrash(logCrash),
      m_log(log),
      m_processes(children, log)
{
    addCommandCalls();
    addFileCalls();
    addPortCalls();
    addProcessCalls();
}

void Executor::startMainCommand(std::vector<std::string> arguments)
{
    SpawnRequest request;
    request.arguments = std::move(arguments);
    request.environment = ownEnvironment();
    Processes::StartResult result = m_processes.startUnlisted(std::move(request));
    if (!result.process)
        m_log.add("stderr", result.error);
    m_mainProcess = std::move(result.process);
}

void Executor::addCommandCalls()
{
    const auto add =
        [this](const char *path, void (*answer)(Children &, const RequestFields &, HttpExchange &)) {
            Call call;
            call.answer = [this,
                           answer](const HttpRequest &, const RequestFields &fields, HttpExchange &exchange) {
                answer(m_children, fields, exchange);
            };
            call.texts = {"cmd", "cwd"};
            call.takesEnvironment = true;
            m_calls.emplace(path, std::move(call));
        };
    add("/run", &runCommand);
    add("/run_streaming", &runCommandStreaming);
}

void Executor::addFileCalls()
{
    const auto add = [this](
                         const char *path, void (*answer)(const RequestFields &, HttpExchange &),
                         std::vector<std::string> texts) {
        Call call;
        call.answer = [answer](const HttpRequest &, const RequestFields &fields, HttpExchange &exchange) {
            answer(fields, exchange);
        };
        call.texts = std::move(texts);
        m_calls.emplace(path, std::move(call));
    };
    add("/write_file", &answerWriteFile, {"path", "content"});
    add("/read_file", &answerReadFile, {"path"});
    add("/make_dir", &answerMakeDirectory, {"path"});
    add("/list_dir", &answerListDirectory, {"path"});
    add("/delete_file", &answerRemoveFile, {"path"});
    add("/delete_dir", &answerRemoveTree, {"path"});
}

void Executor::addPortCalls()
{
    Call bind;
    bind.answer = [this](const HttpRequest &, const RequestFields &fields, HttpExchange &exchange) {
        bindPort(fields, exchange);
    };
    bind.texts = {"port"};
    m_calls.emplace("/bind_port", std::move(bind));

    Call unbind;
    unbind.answer = [this](const HttpRequest &, const RequestFields &, HttpExchange &exchange) {
        m_boundPort.unbind();
        exchange.sendJson(200, R"({"message":"Port binding removed","success":true})");
    };
    unbind.takesBody = false;
    m_calls.emplace("/unbind_port", std::move(unbind));
}

void Executor::addProcessCalls()
{
    Call start;
    start.answer = [this](const HttpRequest &, const RequestFields &fields, HttpExchange &exchange) {
        answerStartProcess(m_processes, fields, exchange);
    };
    start.texts = {"cmd", "cwd"};
    start.takesEnvironment = true;
    start.method = "POST";
    m_calls.emplace("/start_process", std::move(start));

    Call kill;
    kill.answer = [this](const HttpRequest &, const RequestFields &fields, HttpExchange &exchange) {
        answerKillProcess(m_processes, fields, exchange);
    };
    kill.texts = {"id"};
    kill.method = "POST";
    m_calls.emplace("/kill_process", std::move(kill));

    Call list;
    list.answer = [this](const HttpRequest &, const RequestFields &, HttpExchange &exchange) {
        answerListProcesses(m_processes, exchange);
    };
    list.method = "GET";
    list.takesBody = false;
    m_calls.emplace("/list_processes", std::move(list));

    Call log;
    log.answer = [this](const HttpRequest &request, const RequestFields &, HttpExchange &exchange) {
        streamProcessLog(m_processes, m_logCrash, request, exchange);
    };
    log.method = "GET";
    log.takesBody = false;
    m_calls.emplace("/process_logs_streaming", std::move(log));
}

bool Executor::isAuthorized(const HttpRequest &request) const
{
    return equalSecrets(request.authorization, "Bearer " + m_secret);
}

bool Executor::admits(const HttpRequest &request) const
{
    return m_calls.contains(request.path) && isAuthorized(request);
}

void Executor::handle(const HttpRequest &request, HttpExchange &exchange)
{
    if (request.path == healthPath) {
        exchange.sendBytes(200, "text/plain; charset=utf-8", R"({"status":"ok"})");
        return;
    }
    const auto found = m_calls.find(request.path);
    if (found == m_calls.end()) {
        exchange.sendErrorText(404, "404 page not found");
        return;
    }
    if (!isAuthorized(request)) {
        exchange.sendErrorText(401, "Unauthorized");
        return;
    }
    const Call &call = found->second;
    m_log.add("stdout", request.method + ' ' + request.path);
    if (!call.method.empty() && call.method != request.method) {
        exchange.sendErrorText(405, "Method not allowed");
        return;
    }
    if (!call.takesBody) {
        call.answer(request, RequestFields(), exchange);
        return;
    }
    const std::optional<RequestFields> fields = RequestFields::parse(request.body);
    if (!fields || !fields->areTexts(call.texts) || (call.takesEnvironment && !fields->isMapOfTexts("env"))) {
        exchange.sendErrorText(400, "Invalid request");
        return;
    }
    call.answer(request, *fields, exchange);
}

void Executor::bindPort(const RequestFields &fields, HttpExchange &exchange)
{
    const std::string &port = fields.text("port");
    if (port.empty()) {
        exchange.sendErrorText(400, "Port is required");
        return;
    }
    if (m_boundPort.bind(port) == BoundPort::BindResult::AlreadyBound) {
        exchange.sendJson(
            409, "{\"current_port\":" + jsonString(m_boundPort.current()) +
                     R"(,"error":"Port already bound","success":false})");
        return;
    }
    exchange.sendJson(
        200, R"({"message":"Port binding configured","port":)" + jsonString(port) + ",\"success\":true}");
}

} // namespace Koyeb::Local
