// SPDX-License-Identifier: Apache-2.0
#include "local/server/httpserver.h"

#include "local/server/apiconnection.h"

namespace Koyeb::Local {

HttpServer::HttpServer(asio::io_context &context, ServerParts parts)
    : m_parts(std::move(parts)), m_listener(context)
{
}

std::string HttpServer::listen(std::uint16_t port)
{
    std::string problem = m_listener.listen(
        port, [this](asio::ip::tcp::socket socket) { serveApiConnection(m_parts, std::move(socket)); });
    m_parts.port = m_listener.port();
    return problem;
}

void HttpServer::close()
{
    m_listener.close();
}

} // namespace Koyeb::Local
