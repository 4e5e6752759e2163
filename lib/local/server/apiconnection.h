// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "local/asio.h"

#include <boost/asio/ip/tcp.hpp>

namespace Koyeb::Local {

struct ServerParts;

/// Serves one client of the control plane, request after request, until either side closes. `parts` must
/// outlive the connection.
void serveApiConnection(const ServerParts &parts, asio::ip::tcp::socket socket);

} // namespace Koyeb::Local
