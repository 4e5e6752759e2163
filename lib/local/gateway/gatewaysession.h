// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "local/asio.h"

#include <boost/asio/ip/tcp.hpp>
#include <memory>

namespace Koyeb::Local {

class Gateway;

/// One connection to a gateway: one request after the other, as GatewayExchange serves them.
namespace GatewaySession {

/// Serves the connection until it ends.
void serve(std::shared_ptr<Gateway> gateway, asio::ip::tcp::socket client);

} // namespace GatewaySession

} // namespace Koyeb::Local
