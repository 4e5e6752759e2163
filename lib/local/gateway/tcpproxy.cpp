// SPDX-License-Identifier: Apache-2.0
#include "local/gateway/tcpproxy.h"

#include "local/gateway/gateway.h"
#include "local/gateway/relay.h"
#include "local/runtime/sandboxprocess.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

namespace Koyeb::Local {

namespace {

struct Connection {
    asio::ip::tcp::socket outside;
    asio::local::stream_protocol::socket inside;

    /// The end of one side ends both.
    void close()
    {
        ErrorCode ignored;
        outside.close(ignored);
        inside.close(ignored);
    }
};

Awaitable<void> passOut(std::shared_ptr<Connection> connection)
{
    co_await relay(connection->inside, connection->outside);
    connection->close();
}

Awaitable<void> serve(std::shared_ptr<SandboxProcess> sandbox, std::shared_ptr<Connection> connection)
{
    const ErrorCode error = co_await sandbox->connect(connection->inside, SandboxSocket::Proxy);
    if (error)
        co_return;
    asio::co_spawn(co_await asio::this_coro::executor, passOut(connection), asio::detached);
    co_await relay(connection->outside, connection->inside);
    connection->close();
}

} // namespace

TcpProxy::TcpProxy(asio::io_context &context, std::shared_ptr<Gateway> gateway)
    : m_context(context), m_gateway(std::move(gateway)), m_listener(context)
{
}

std::string TcpProxy::listen()
{
    return m_listener.listen(
        0, [self = shared_from_this()](asio::ip::tcp::socket socket) { self->accept(std::move(socket)); });
}

void TcpProxy::close()
{
    m_listener.close();
}

void TcpProxy::accept(asio::ip::tcp::socket socket)
{
    const std::shared_ptr<SandboxProcess> sandbox = m_gateway->sandbox();
    if (!sandbox)
        return;
    auto connection = std::make_shared<Connection>(
        Connection{std::move(socket), asio::local::stream_protocol::socket(m_context)});
    asio::co_spawn(m_context, serve(sandbox, std::move(connection)), asio::detached);
}

} // namespace Koyeb::Local
