// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "local/gateway/loopback.h"

#include <cstdint>
#include <memory>
#include <string>

namespace Koyeb::Local {

class Gateway;

/// The plain TCP way to a sandbox's bound port, for definitions that ask for a TCP proxy. As on the platform
/// it needs no key.
class TcpProxy : public std::enable_shared_from_this<TcpProxy> {
public:
    /// Leads to the sandbox that `gateway` leads to.
    TcpProxy(asio::io_context &context, std::shared_ptr<Gateway> gateway);

    /// Starts to listen. Returns the reason when that fails, else an empty text.
    [[nodiscard]] std::string listen();
    void close();
    [[nodiscard]] std::uint16_t port() const { return m_listener.port(); }

private:
    void accept(asio::ip::tcp::socket socket);

    asio::io_context &m_context;
    std::shared_ptr<Gateway> m_gateway;
    LoopbackListener m_listener;
};

} // namespace Koyeb::Local
