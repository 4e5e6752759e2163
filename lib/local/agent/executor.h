// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "local/agent/boundport.h"
#include "local/agent/children.h"
#include "local/agent/httpexchange.h"
#include "local/agent/processcalls.h"
#include "local/agent/processes.h"
#include "local/agent/requestfields.h"

#include <atomic>
#include <functional>
#include <map>

namespace Koyeb::Local {

/// The executor's API: which call is made, by whom, with what members, and who answers it.
class Executor : public HttpHandler {
public:
    /// All but GET /health needs `Authorization: Bearer <secret>`.
    Executor(
        std::string secret, Children &children, BoundPort &boundPort, LogCrash logCrash, RuntimeLog &log);

    /// Starts the container's own command beside the executor.
    void startMainCommand(std::vector<std::string> arguments);

    /// What reading the logs of ended processes slowly does from now on.
    void setLogCrash(LogCrash crash) { m_logCrash = crash; }

    [[nodiscard]] bool admits(const HttpRequest &request) const override;
    void handle(const HttpRequest &request, HttpExchange &exchange) override;

private:
    using Answer = std::function<void(const HttpRequest &, const RequestFields &, HttpExchange &)>;
    struct Call {
        Answer answer;
        std::vector<std::string> texts; ///< the members of the request that must be texts
        std::string method;             ///< the only one that is allowed; empty: any
        bool takesEnvironment = false;  ///< whether the member env must be a map of texts
        bool takesBody = true;          ///< whether the body must be JSON
    };

    void addCommandCalls();
    void addFileCalls();
    void addPortCalls();
    void addProcessCalls();
    [[nodiscard]] bool isAuthorized(const HttpRequest &request) const;
    void bindPort(const RequestFields &fields, HttpExchange &exchange);

    const std::string m_secret;
    Children &m_children;
    BoundPort &m_boundPort;
    std::atomic<LogCrash> m_logCrash;
    RuntimeLog &m_log;
    Processes m_processes;
    std::shared_ptr<BackgroundProcess> m_mainProcess;
    std::map<std::string, Call> m_calls;
};

} // namespace Koyeb::Local
