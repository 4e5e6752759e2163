// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "local/asio.h"
#include "local/server/fault.h"

#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/websocket.hpp>
#include <nlohmann/json.hpp>

namespace Koyeb::Local {

using UpgradeRequest = boost::beast::http::request<boost::beast::http::string_body>;
using WebSocket = boost::beast::websocket::stream<boost::beast::tcp_stream>;

/// Answers the upgrade; text frames are sent from then on. False: the client is gone. Both must hold until
/// the coroutine is done.
[[nodiscard]] Awaitable<bool> acceptUpgrade(WebSocket &socket, const UpgradeRequest &upgrade);

/// Sends frames of JSON; with a fault, only as many bytes as that lets through.
class FrameSender {
public:
    /// `socket` must outlive this.
    FrameSender(WebSocket &socket, Fault fault) : m_socket(socket), m_fault(std::move(fault)) {}

    /// An error means that the connection is of no more use.
    [[nodiscard]] Awaitable<ErrorCode> send(nlohmann::json frame);
    /// The same of what is JSON already.
    [[nodiscard]] Awaitable<ErrorCode> sendText(std::string text);

private:
    WebSocket &m_socket;
    Fault m_fault;
    std::size_t m_sent = 0;
};

} // namespace Koyeb::Local
