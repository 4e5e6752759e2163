// SPDX-License-Identifier: Apache-2.0
#include "local/server/websockets.h"

#include "local/server/faultysink.h"

#include <boost/asio/buffer.hpp>

namespace Koyeb::Local {

namespace beast = boost::beast;
namespace http = beast::http;
namespace websocket = beast::websocket;

Awaitable<bool> acceptUpgrade(WebSocket &socket, const UpgradeRequest &upgrade)
{
    // Only what was offered may be chosen; a client with an Authorization header need not offer anything.
    if (upgrade.find(http::field::sec_websocket_protocol) != upgrade.end()) {
        socket.set_option(websocket::stream_base::decorator([](websocket::response_type &response) {
            response.set(http::field::sec_websocket_protocol, "Bearer");
        }));
    }
    ErrorCode error;
    co_await socket.async_accept(upgrade, into(error));
    socket.text(true);
    co_return !error;
}

Awaitable<ErrorCode> FrameSender::send(nlohmann::json frame)
{
    using Json = nlohmann::json;
    co_return co_await sendText(frame.dump(-1, ' ', false, Json::error_handler_t::replace));
}

Awaitable<ErrorCode> FrameSender::sendText(std::string text)
{
    if (m_fault.stallAfterBytes && m_sent >= *m_fault.stallAfterBytes)
        co_return ErrorCode(); // nothing more comes, and nobody is told
    if (m_fault.cutAfterBytes && m_sent >= *m_fault.cutAfterBytes) {
        resetConnection(beast::get_lowest_layer(m_socket).socket());
        co_return asio::error::make_error_code(asio::error::connection_reset);
    }
    if (m_fault.bytesPerSecond > 0)
        co_await pause(std::chrono::milliseconds(1000 * text.size() / m_fault.bytesPerSecond));
    m_sent += text.size();
    ErrorCode error;
    co_await m_socket.async_write(asio::buffer(text), into(error));
    co_return error;
}

} // namespace Koyeb::Local
