// SPDX-License-Identifier: Apache-2.0
#include "local/gateway/loopback.h"

namespace Koyeb::Local {

namespace ip = asio::ip;

std::string listenOnLoopback(ip::tcp::acceptor &acceptor, std::uint16_t port)
{
    const ip::tcp::endpoint endpoint(ip::address_v4::loopback(), port);
    ErrorCode error;
    acceptor.open(endpoint.protocol(), error);
    if (!error)
        acceptor.set_option(ip::tcp::acceptor::reuse_address(true), error);
    if (!error)
        acceptor.bind(endpoint, error);
    if (!error)
        acceptor.listen(asio::socket_base::max_listen_connections, error);
    return error ? "Listening on this computer failed: " + error.message() : std::string();
}

Awaitable<bool> acceptNext(ip::tcp::acceptor &acceptor, ip::tcp::socket &socket)
{
    while (acceptor.is_open()) {
        ErrorCode error;
        co_await acceptor.async_accept(socket, into(error));
        if (!error) {
            socket.set_option(ip::tcp::no_delay(true), error);
            co_return true;
        }
        if (error == asio::error::operation_aborted)
            co_return false;
        co_await pause(std::chrono::milliseconds(100));
    }
    co_return false;
}

bool isOwnHost(std::string_view host, std::uint16_t port)
{
    const std::string suffix = ':' + std::to_string(port);
    return host == "127.0.0.1" + suffix || host == "localhost" + suffix;
}

} // namespace Koyeb::Local
