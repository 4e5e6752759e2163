// SPDX-License-Identifier: Apache-2.0
#include "local/gateway/loopback.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

namespace Koyeb::Local {

namespace ip = asio::ip;

namespace {

std::string problemOf(const ErrorCode &error)
{
    return "Listening on this computer failed: " + error.message();
}

} // namespace

LoopbackListener::LoopbackListener(asio::io_context &context) : m_context(context), m_acceptor(context) {}

std::string LoopbackListener::listen(std::uint16_t port, Serve serve)
{
    if (m_isListening)
        return {};
    std::string problem = m_acceptor.is_open() ? std::string() : bind(port);
    if (!problem.empty())
        return problem;
    ErrorCode error;
    m_acceptor.listen(asio::socket_base::max_listen_connections, error);
    if (error) {
        close();
        return problemOf(error);
    }
    m_isListening = true;
    m_port = m_acceptor.local_endpoint().port();
    asio::co_spawn(m_context, accept(std::move(serve)), asio::detached);
    return {};
}

void LoopbackListener::close()
{
    m_isListening = false;
    ErrorCode ignored;
    m_acceptor.close(ignored);
}

void LoopbackListener::refuse()
{
    close();
    (void)bind(m_port); // Else the next listen() tries.
}

std::string LoopbackListener::bind(std::uint16_t port)
{
    const ip::tcp::endpoint endpoint(ip::address_v4::loopback(), port);
    ErrorCode error;
    m_acceptor.open(endpoint.protocol(), error);
    if (!error)
        m_acceptor.set_option(ip::tcp::acceptor::reuse_address(true), error);
    if (!error)
        m_acceptor.bind(endpoint, error);
    if (!error)
        return {};
    close();
    return problemOf(error);
}

Awaitable<void> LoopbackListener::accept(Serve serve)
{
    while (m_acceptor.is_open()) {
        ip::tcp::socket socket(m_context);
        ErrorCode error;
        co_await m_acceptor.async_accept(socket, into(error));
        if (error == asio::error::operation_aborted)
            co_return;
        if (error) {
            co_await pause(std::chrono::milliseconds(100));
            continue;
        }
        socket.set_option(ip::tcp::no_delay(true), error);
        serve(std::move(socket));
    }
}

bool isOwnHost(std::string_view host, std::uint16_t port)
{
    const std::string suffix = ':' + std::to_string(port);
    return host == "127.0.0.1" + suffix || host == "localhost" + suffix;
}

} // namespace Koyeb::Local
