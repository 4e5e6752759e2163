// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "local/asio.h"

#include <boost/asio/ip/tcp.hpp>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace Koyeb::Local {

/// Accepts connections on 127.0.0.1.
class LoopbackListener {
public:
    using Serve = std::function<void(asio::ip::tcp::socket socket)>;

    explicit LoopbackListener(asio::io_context &context);

    /// Listens on `port`, 0 lets the system choose, and hands each connection to `serve`, which is kept until
    /// the listener is closed; after a failure that may pass, such as too many open files, it waits a little
    /// and goes on. Does nothing while it listens. Returns the reason when it cannot listen, else an empty
    /// text.
    [[nodiscard]] std::string listen(std::uint16_t port, Serve serve);
    void close();
    /// Accepts nobody until the next listen(), but keeps the port: meanwhile nobody else gets it, not even
    /// for the near end of a connection.
    void refuse();
    /// 0 before it listens.
    [[nodiscard]] std::uint16_t port() const { return m_port; }

private:
    [[nodiscard]] std::string bind(std::uint16_t port);
    [[nodiscard]] Awaitable<void> accept(Serve serve);

    asio::io_context &m_context;
    asio::ip::tcp::acceptor m_acceptor;
    std::uint16_t m_port = 0;
    bool m_isListening = false;
};

/// Whether a Host header names this computer's loopback at this port.
[[nodiscard]] bool isOwnHost(std::string_view host, std::uint16_t port);

} // namespace Koyeb::Local
