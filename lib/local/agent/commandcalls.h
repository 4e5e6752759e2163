// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "local/agent/children.h"
#include "local/agent/httpexchange.h"
#include "local/agent/requestfields.h"

namespace Koyeb::Local {

/// `sh -c <cmd>` as the request's members cmd, cwd and env ask for it. The streams are still to be set.
[[nodiscard]] SpawnRequest shellCommand(const RequestFields &fields);

/// False when the member cwd names no directory; then the request has been refused.
[[nodiscard]] bool checkWorkingDirectory(const RequestFields &fields, HttpExchange &exchange);

/// POST /run. Reads all of stdout before stderr, as the real one does: it hangs when stderr fills its pipe
/// while stdout is open. The client's going away stops nothing.
void runCommand(Children &children, const RequestFields &fields, HttpExchange &exchange);

/// POST /run_streaming. Sends each line as it comes. When the client goes away the shell is killed, and only
/// that.
void runCommandStreaming(Children &children, const RequestFields &fields, HttpExchange &exchange);

} // namespace Koyeb::Local
