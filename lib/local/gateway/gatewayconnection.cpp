// SPDX-License-Identifier: Apache-2.0
#include "local/gateway/gatewayconnection.h"

#include <cerrno>
#include <sys/socket.h>

namespace Koyeb::Local {

namespace {

/// Whether nothing has come, not even the end.
bool isQuiet(int socket)
{
    char byte = 0;
    return ::recv(socket, &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

} // namespace

GatewayConnection::GatewayConnection(std::shared_ptr<Gateway> usedGateway, asio::ip::tcp::socket socket)
    : gateway(std::move(usedGateway)), client(std::move(socket)), upstream(client.get_executor())
{
    gateway->addConnection(*this);
}

GatewayConnection::~GatewayConnection()
{
    gateway->removeConnection(*this);
}

Awaitable<bool> GatewayConnection::waitForRequest()
{
    ErrorCode error;
    if (m_ending)
        co_return false;
    if (fromClient.size() > 0)
        co_return true;
    m_idle = true;
    co_await client.socket().async_wait(asio::socket_base::wait_read, into(error));
    m_idle = false;
    co_return !error && client.socket().is_open();
}

void GatewayConnection::endWhenIdle()
{
    m_ending = true;
    if (m_idle)
        closeAll();
}

bool GatewayConnection::leadsTo(const std::shared_ptr<SandboxProcess> &sandbox, SandboxSocket which)
{
    return upstream.is_open() && m_upstreamSandbox.lock() == sandbox && m_upstreamSocket == which &&
           fromUpstream.size() == 0 && isQuiet(upstream.native_handle());
}

Awaitable<ErrorCode> GatewayConnection::connectUpstream(
    std::shared_ptr<SandboxProcess> sandbox, SandboxSocket which)
{
    if (leadsTo(sandbox, which))
        co_return ErrorCode();
    closeUpstream();
    const ErrorCode error = co_await sandbox->connect(upstream, which);
    m_upstreamSandbox = sandbox;
    m_upstreamSocket = which;
    co_return error;
}

void GatewayConnection::closeUpstream()
{
    ErrorCode ignored;
    upstream.close(ignored);
    fromUpstream.clear();
}

void GatewayConnection::closeAll()
{
    closeUpstream();
    ErrorCode ignored;
    client.socket().close(ignored);
}

} // namespace Koyeb::Local
