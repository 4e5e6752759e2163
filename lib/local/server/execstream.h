// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "local/server/websockets.h"

#include <string>

namespace Koyeb::Local {

class Lifecycle;

/// Serves the exec channel on a connection that asked for the upgrade to WebSocket: the client's first frame
/// names one of the organization's sandboxes and the command, then bytes go both ways until the process has
/// ended or the client is gone. A sandbox does not fall asleep meanwhile. `lifecycle` must outlive the
/// connection.
void serveExecStream(
    Lifecycle &lifecycle, std::string organizationId, boost::beast::tcp_stream stream, UpgradeRequest upgrade,
    Fault fault);

} // namespace Koyeb::Local
