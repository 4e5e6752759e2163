// SPDX-License-Identifier: Apache-2.0
#include "local/gateway/gateway.h"

#include "local/api/identifiers.h"
#include "local/gateway/gatewaysession.h"

namespace Koyeb::Local {

namespace {

constexpr std::size_t routingKeyLength = 43;

} // namespace

Gateway::Gateway(asio::io_context &context, Misbehaviour &misbehaviour)
    : m_misbehaviour(misbehaviour), m_listener(context), m_routingKey(randomToken(routingKeyLength))
{
}

std::string Gateway::listen()
{
    return m_listener.listen(0, [self = shared_from_this()](asio::ip::tcp::socket socket) {
        GatewaySession::serve(self, std::move(socket));
    });
}

void Gateway::close()
{
    m_listener.close();
    m_sandbox.reset();
}

void Gateway::setSandbox(std::shared_ptr<SandboxProcess> sandbox)
{
    m_sandbox = std::move(sandbox);
}

std::string Gateway::publicUrl() const
{
    return "http://127.0.0.1:" + std::to_string(port());
}

} // namespace Koyeb::Local
