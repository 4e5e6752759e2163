// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "local/asio.h"

#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace Koyeb::Local {

/// How far away a server is made to be.
struct LinkShape {
    std::chrono::milliseconds roundTrip{0};
    std::uint64_t bitsPerSecond = 0; ///< each way, for all connections together; 0: as many as go
};

/// A link over a distance, between the clients on this computer and a server on it: what they send arrives
/// later, and no faster than the link carries it. Making a connection takes a round trip, too. What is on its
/// way is bounded, so a link that is full slows down those who write.
class ShapedLink : public std::enable_shared_from_this<ShapedLink> {
public:
    using Clock = std::chrono::steady_clock;
    using Socket = asio::ip::tcp::socket;

    explicit ShapedLink(LinkShape shape) : m_shape(shape) {}

    /// Hands `serve` the connection: as it is, or the far end of `link` where there is one.
    static void pass(
        const std::shared_ptr<ShapedLink> &link, Socket client, std::function<void(Socket socket)> serve);

    /// Carries what both sides send until one of them ends.
    [[nodiscard]] Awaitable<void> carry(Socket client, Socket server);

private:
    enum class Way { Up, Down };

    [[nodiscard]] Awaitable<void> join(Socket client, std::function<void(Socket socket)> serve);
    /// When so many bytes that could leave now will have arrived.
    [[nodiscard]] Clock::time_point arrival(Way way, std::size_t bytes);

    LinkShape m_shape;
    Clock::time_point m_upIsFree;
    Clock::time_point m_downIsFree;
};

struct LinkOptions {
    std::string target; ///< HOST:PORT
    LinkShape shape;
};

/// Runs a link to a server anywhere: prints one line of JSON to standard output once it serves,
///
///     {"url": "http://127.0.0.1:PORT"}
///
/// and returns the program's exit code when standard input has ended, or after SIGTERM or SIGINT.
[[nodiscard]] int runLink(const LinkOptions &options);

} // namespace Koyeb::Local
