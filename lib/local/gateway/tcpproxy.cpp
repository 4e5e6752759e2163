// SPDX-License-Identifier: Apache-2.0
#include "local/gateway/tcpproxy.h"

#include "local/gateway/gateway.h"
#include "local/gateway/relay.h"
#include "local/gateway/shapedlink.h"
#include "local/runtime/sandboxprocess.h"
#include "local/server/misbehaviour.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

namespace Koyeb::Local {

namespace {

struct Connection {
    Connection(
        asio::ip::tcp::socket outsideSocket, asio::local::stream_protocol::socket insideSocket,
        std::shared_ptr<Gateway> usedGateway)
        : outside(std::move(outsideSocket)),
          inside(std::move(insideSocket)),
          gateway(std::move(usedGateway)),
          activity(gateway->beginActivity())
    {
    }
    Connection(const Connection &) = delete;
    Connection &operator=(const Connection &) = delete;
    ~Connection() { gateway->hooks().passed(bytesIn, bytesOut); }

    asio::ip::tcp::socket outside;
    asio::local::stream_protocol::socket inside;
    std::shared_ptr<Gateway> gateway;
    std::shared_ptr<void> activity; ///< the sandbox stays awake for it
    std::uint64_t bytesIn = 0;
    std::uint64_t bytesOut = 0;

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
    co_await relay(connection->inside, connection->outside, connection->bytesOut);
    connection->close();
}

Awaitable<void> serve(std::shared_ptr<SandboxProcess> sandbox, std::shared_ptr<Connection> connection)
{
    const ErrorCode error = co_await sandbox->connect(connection->inside, SandboxSocket::Proxy);
    if (error)
        co_return;
    asio::co_spawn(co_await asio::this_coro::executor, passOut(connection), asio::detached);
    co_await relay(connection->outside, connection->inside, connection->bytesIn);
    connection->close();
}

} // namespace

TcpProxy::TcpProxy(asio::io_context &context, std::shared_ptr<Gateway> gateway)
    : m_context(context), m_gateway(std::move(gateway)), m_listener(context)
{
}

std::string TcpProxy::listen()
{
    return m_listener.listen(0, [self = shared_from_this()](asio::ip::tcp::socket socket) {
        ShapedLink::pass(
            self->m_gateway->misbehaviour().link(), std::move(socket),
            [self](asio::ip::tcp::socket end) { self->accept(std::move(end)); });
    });
}

void TcpProxy::close()
{
    m_listener.close();
}

void TcpProxy::accept(asio::ip::tcp::socket socket)
{
    const std::shared_ptr<SandboxProcess> sandbox = m_gateway->sandbox();
    if (!sandbox)
        return; // as on the platform: nobody is reachable so while asleep
    auto connection = std::make_shared<Connection>(
        std::move(socket), asio::local::stream_protocol::socket(m_context), m_gateway);
    asio::co_spawn(m_context, serve(sandbox, std::move(connection)), asio::detached);
}

} // namespace Koyeb::Local
