// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "local/asio.h"

#include <boost/asio/ip/tcp.hpp>
#include <cstdint>
#include <string>
#include <string_view>

namespace Koyeb::Local {

/// Binds the acceptor to 127.0.0.1 and listens; port 0 lets the system choose. Returns the reason when that
/// fails, else an empty text.
[[nodiscard]] std::string listenOnLoopback(asio::ip::tcp::acceptor &acceptor, std::uint16_t port);

/// Waits for the next connection. After a failure that may pass, such as too many open files, it waits a
/// little and tries again; returns false when the acceptor was closed.
[[nodiscard]] Awaitable<bool> acceptNext(asio::ip::tcp::acceptor &acceptor, asio::ip::tcp::socket &socket);

/// Whether a Host header names this computer's loopback at this port.
[[nodiscard]] bool isOwnHost(std::string_view host, std::uint16_t port);

} // namespace Koyeb::Local
