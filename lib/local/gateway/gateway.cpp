// SPDX-License-Identifier: Apache-2.0
#include "local/gateway/gateway.h"

#include "local/api/identifiers.h"
#include "local/gateway/gatewaysession.h"
#include "local/gateway/loopback.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

namespace Koyeb::Local {

namespace {

constexpr std::size_t routingKeyLength = 43;

} // namespace

Gateway::Gateway(asio::io_context &context, Misbehaviour &misbehaviour)
    : m_context(context),
      m_misbehaviour(misbehaviour),
      m_acceptor(context),
      m_routingKey(randomToken(routingKeyLength))
{
}

std::string Gateway::listen()
{
    std::string problem = listenOnLoopback(m_acceptor, 0);
    if (!problem.empty())
        return problem;
    m_port = m_acceptor.local_endpoint().port();
    const auto self = shared_from_this();
    asio::co_spawn(
        m_context, [self]() { return self->accept(); }, asio::detached);
    return {};
}

void Gateway::close()
{
    ErrorCode ignored;
    m_acceptor.close(ignored);
    m_sandbox.reset();
}

void Gateway::setSandbox(std::shared_ptr<SandboxProcess> sandbox)
{
    m_sandbox = std::move(sandbox);
}

std::string Gateway::publicUrl() const
{
    return "http://127.0.0.1:" + std::to_string(m_port);
}

Awaitable<void> Gateway::accept()
{
    for (;;) {
        asio::ip::tcp::socket socket(m_context);
        const bool accepted = co_await acceptNext(m_acceptor, socket);
        if (!accepted)
            co_return;
        GatewaySession::serve(shared_from_this(), std::move(socket));
    }
}

} // namespace Koyeb::Local
