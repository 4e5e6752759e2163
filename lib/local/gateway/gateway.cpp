// SPDX-License-Identifier: Apache-2.0
#include "local/gateway/gateway.h"

#include "local/api/identifiers.h"
#include "local/gateway/gatewayconnection.h"
#include "local/gateway/gatewaysession.h"
#include "local/gateway/shapedlink.h"
#include "local/server/misbehaviour.h"

namespace Koyeb::Local {

namespace {

constexpr std::size_t routingKeyLength = 43;

} // namespace

Gateway::Gateway(asio::io_context &context, Misbehaviour &misbehaviour, GatewayHooks hooks)
    : m_misbehaviour(misbehaviour),
      m_listener(context),
      m_routingKey(randomToken(routingKeyLength)),
      m_hooks(std::move(hooks)),
      m_lastActivity(m_hooks.now())
{
}

std::string Gateway::listen()
{
    return m_listener.listen(port(), [self = shared_from_this()](asio::ip::tcp::socket socket) {
        ShapedLink::pass(self->misbehaviour().link(), std::move(socket), [self](asio::ip::tcp::socket end) {
            GatewaySession::serve(self, std::move(end));
        });
    });
}

void Gateway::refuse()
{
    m_listener.refuse();
    for (GatewayConnection *const connection : m_connections)
        connection->endWhenIdle();
}

void Gateway::close()
{
    refuse();
    m_listener.close();
    m_sandbox.reset();
}

void Gateway::setSandbox(std::shared_ptr<SandboxProcess> sandbox)
{
    m_sandbox = std::move(sandbox);
    if (m_sandbox)
        m_lastActivity = m_hooks.now();
}

std::shared_ptr<void> Gateway::beginActivity()
{
    ++m_activities;
    const auto end = [self = shared_from_this()](void *) {
        --self->m_activities;
        self->m_lastActivity = self->m_hooks.now();
    };
    return {this, end};
}

std::string Gateway::publicUrl() const
{
    return "http://" + (m_domain.empty() ? "127.0.0.1:" + std::to_string(port()) : m_domain);
}

} // namespace Koyeb::Local
