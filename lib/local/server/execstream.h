// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "local/asio.h"

#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>

namespace Koyeb::Local {

class Lifecycle;

/// Serves the exec channel on a connection that asked for the upgrade to WebSocket: the client's first frame
/// names the sandbox and the command, then bytes go both ways until the process has ended or the client is
/// gone. `lifecycle` must outlive the connection.
void serveExecStream(
    Lifecycle &lifecycle, boost::beast::tcp_stream stream,
    boost::beast::http::request<boost::beast::http::string_body> upgrade);

} // namespace Koyeb::Local
