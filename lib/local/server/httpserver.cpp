// SPDX-License-Identifier: Apache-2.0
#include "local/server/httpserver.h"

#include "local/gateway/shapedlink.h"
#include "local/server/apiconnection.h"
#include "local/server/faultysink.h"
#include "local/server/misbehaviour.h"

namespace Koyeb::Local {

HttpServer::HttpServer(asio::io_context &context, ServerParts parts)
    : m_parts(std::move(parts)), m_listener(context)
{
}

std::string HttpServer::listen(std::uint16_t port)
{
    std::string problem = m_listener.listen(port, [this](asio::ip::tcp::socket socket) {
        ShapedLink::pass(m_parts.misbehaviour.link(), std::move(socket), [this](asio::ip::tcp::socket end) {
            accept(std::move(end));
        });
    });
    m_parts.port = m_listener.port();
    return problem;
}

void HttpServer::close()
{
    m_closed = true;
    m_listener.close();
}

Awaitable<void> HttpServer::refuseFor(std::chrono::milliseconds duration)
{
    m_listener.refuse();
    co_await pause(duration);
    while (!m_closed && !listen(m_parts.port).empty())
        co_await pause(std::chrono::milliseconds(100));
}

void HttpServer::accept(asio::ip::tcp::socket socket)
{
    if (m_parts.misbehaviour.takeReset(ServerPart::ControlPlane))
        resetConnection(socket);
    else
        serveApiConnection(m_parts, std::move(socket));
}

} // namespace Koyeb::Local
