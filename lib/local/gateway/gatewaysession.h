// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "local/asio.h"

#include <boost/asio/ip/tcp.hpp>
#include <memory>

namespace Koyeb::Local {

class Gateway;

/// One connection to a gateway, which carries one request: its head is read and rewritten, everything after
/// it passes through as it is, so that streams, large bodies and upgrades need no knowledge here.
namespace GatewaySession {

/// Serves the connection until it ends.
void serve(std::shared_ptr<Gateway> gateway, asio::ip::tcp::socket client);

} // namespace GatewaySession

} // namespace Koyeb::Local
