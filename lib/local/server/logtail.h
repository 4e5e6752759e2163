// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "local/api/messages.h"
#include "local/server/websockets.h"

namespace Koyeb::Local {

struct World;

/// Serves a log tail on a connection that asked for the upgrade to WebSocket: the last lines that match, then
/// each that comes, until the client is gone or the service is. `world` must outlive the connection.
void serveLogTail(
    World &world, boost::beast::tcp_stream stream, UpgradeRequest upgrade, ApiRequest request, Fault fault);

} // namespace Koyeb::Local
