// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "local/agent/httpexchange.h"
#include "local/agent/processes.h"
#include "local/agent/requestfields.h"

namespace Koyeb::Local {

/// What becomes of the executor when a client reads the log of an ended process too slowly: the real one
/// panics.
enum class LogCrash { Never, LikeTheRealOne };

void answerStartProcess(Processes &processes, const RequestFields &fields, HttpExchange &exchange);
void answerListProcesses(const Processes &processes, HttpExchange &exchange);
void answerKillProcess(Processes &processes, const RequestFields &fields, HttpExchange &exchange);
/// GET /process_logs_streaming?id=…: the lines so far, then those that come, then a last event.
void streamProcessLog(
    const Processes &processes, LogCrash crash, const HttpRequest &request, HttpExchange &exchange);

} // namespace Koyeb::Local
