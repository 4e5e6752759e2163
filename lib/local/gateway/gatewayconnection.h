// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "local/asio.h"
#include "local/gateway/gateway.h"
#include "local/runtime/sandboxprocess.h"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <memory>

namespace Koyeb::Local {

/// A client's connection to a gateway, and the one that leads on from it to the sandbox's executor. Both
/// carry one request after the other.
class GatewayConnection {
public:
    GatewayConnection(std::shared_ptr<Gateway> usedGateway, asio::ip::tcp::socket socket);
    ~GatewayConnection();
    GatewayConnection(const GatewayConnection &) = delete;
    GatewayConnection &operator=(const GatewayConnection &) = delete;

    /// Waits until a request begins. False: none will.
    [[nodiscard]] Awaitable<bool> waitForRequest();
    /// Ends the connection now, or once the request that it carries is answered.
    void endWhenIdle();
    [[nodiscard]] bool isEnding() const { return m_ending; }

    /// Makes `upstream` lead to a socket of the sandbox. One that leads there already is kept.
    [[nodiscard]] Awaitable<ErrorCode> connectUpstream(
        std::shared_ptr<SandboxProcess> sandbox, SandboxSocket which);
    void closeUpstream();
    void closeAll();

    const std::shared_ptr<Gateway> gateway;
    boost::beast::tcp_stream client;
    boost::beast::flat_buffer fromClient; ///< what was read and not yet used
    asio::local::stream_protocol::socket upstream;
    boost::beast::flat_buffer fromUpstream;

private:
    [[nodiscard]] bool leadsTo(const std::shared_ptr<SandboxProcess> &sandbox, SandboxSocket which);

    std::weak_ptr<SandboxProcess> m_upstreamSandbox;
    SandboxSocket m_upstreamSocket = SandboxSocket::Executor;
    bool m_idle = false;
    bool m_ending = false;
};

} // namespace Koyeb::Local
