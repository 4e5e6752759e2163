// SPDX-License-Identifier: Apache-2.0
#include "local/server/httpserver.h"

#include "local/gateway/loopback.h"
#include "local/server/apiconnection.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

namespace Koyeb::Local {

HttpServer::HttpServer(asio::io_context &context, ServerParts parts)
    : m_context(context), m_parts(std::move(parts)), m_acceptor(context)
{
}

std::string HttpServer::listen(std::uint16_t port)
{
    std::string problem = listenOnLoopback(m_acceptor, port);
    if (!problem.empty())
        return problem;
    m_parts.port = m_acceptor.local_endpoint().port();
    asio::co_spawn(m_context, accept(), asio::detached);
    return {};
}

void HttpServer::close()
{
    ErrorCode ignored;
    m_acceptor.close(ignored);
}

Awaitable<void> HttpServer::accept()
{
    for (;;) {
        asio::ip::tcp::socket socket(m_context);
        const bool accepted = co_await acceptNext(m_acceptor, socket);
        if (!accepted)
            co_return;
        serveApiConnection(m_parts, std::move(socket));
    }
}

} // namespace Koyeb::Local
