// SPDX-License-Identifier: Apache-2.0
#include "local/gateway/shapedlink.h"

#include "local/server/faultysink.h"

#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <deque>
#include <vector>

namespace Koyeb::Local {

namespace ip = asio::ip;

namespace {

constexpr std::size_t pieceBytes = std::size_t{16} * 1024;
/// Of one connection each way, as the buffers of sockets would hold it.
constexpr std::size_t maximumOnTheWay = std::size_t{2} * 1024 * 1024;

struct Piece {
    ShapedLink::Clock::time_point arrival;
    std::vector<std::byte> bytes;
};

/// What is on its way on one connection, one way.
struct OnTheWay {
    explicit OnTheWay(const asio::any_io_executor &executor) : changed(executor) {}

    void tell() { changed.cancel(); }
    Awaitable<void> waitForChange()
    {
        ErrorCode ignored;
        changed.expires_at(ShapedLink::Clock::time_point::max());
        co_await changed.async_wait(into(ignored));
    }

    std::deque<Piece> pieces;
    std::size_t bytes = 0;
    bool hasEnded = false; ///< Nothing more will be put onto it.
    bool isBroken = false; ///< Nobody takes anything from it any more.
    asio::steady_timer changed;
};

struct Ends {
    Ends(ShapedLink::Socket itsClient, ShapedLink::Socket itsServer)
        : client(std::move(itsClient)), server(std::move(itsServer))
    {
    }
    ShapedLink::Socket client;
    ShapedLink::Socket server;

    void close(const ErrorCode &reason)
    {
        if (reason == asio::error::connection_reset) {
            resetConnection(client);
            resetConnection(server);
        }
        ErrorCode ignored;
        client.close(ignored);
        server.close(ignored);
    }
};

Awaitable<void> deliver(
    std::shared_ptr<Ends> ends, std::shared_ptr<OnTheWay> wire, ShapedLink::Socket &target)
{
    asio::steady_timer timer(target.get_executor());
    ErrorCode error;
    while (!error) {
        if (wire->pieces.empty()) {
            if (wire->hasEnded)
                break;
            co_await wire->waitForChange();
            continue;
        }
        const Piece piece = std::move(wire->pieces.front());
        wire->pieces.pop_front();
        timer.expires_at(piece.arrival);
        ErrorCode ignored;
        co_await timer.async_wait(into(ignored));
        co_await asio::async_write(target, asio::buffer(piece.bytes), into(error));
        wire->bytes -= piece.bytes.size();
        wire->tell();
    }
    wire->isBroken = true;
    wire->tell();
    ErrorCode ignored;
    target.shutdown(ip::tcp::socket::shutdown_send, ignored);
    if (error)
        ends->close(error);
}

} // namespace

ShapedLink::Clock::time_point ShapedLink::arrival(Way way, std::size_t bytes)
{
    Clock::time_point &isFree = way == Way::Up ? m_upIsFree : m_downIsFree;
    isFree = std::max(isFree, Clock::now());
    if (m_shape.bitsPerSecond > 0)
        isFree += std::chrono::nanoseconds(bytes * 8 * 1'000'000'000 / m_shape.bitsPerSecond);
    return isFree + m_shape.roundTrip / 2;
}

Awaitable<void> ShapedLink::carry(Socket client, Socket server)
{
    const auto self = shared_from_this();
    const auto executor = client.get_executor();
    const auto ends = std::make_shared<Ends>(std::move(client), std::move(server));
    const auto feed = [self, ends](Socket &source, Socket &target, Way way) -> Awaitable<void> {
        const auto wire = std::make_shared<OnTheWay>(source.get_executor());
        asio::co_spawn(source.get_executor(), deliver(ends, wire, target), asio::detached);
        // The client's first bytes wait for the connection to be made.
        auto setUp = way == Way::Up ? self->m_shape.roundTrip : std::chrono::milliseconds(0);
        ErrorCode error;
        while (!error && !wire->isBroken) {
            std::vector<std::byte> bytes(pieceBytes);
            bytes.resize(co_await source.async_read_some(asio::buffer(bytes), into(error)));
            if (bytes.empty())
                break;
            wire->bytes += bytes.size();
            const auto arrives = self->arrival(way, bytes.size()) + std::exchange(setUp, {});
            wire->pieces.push_back({arrives, std::move(bytes)});
            wire->tell();
            while (wire->bytes > maximumOnTheWay && !wire->isBroken)
                co_await wire->waitForChange();
        }
        wire->hasEnded = true;
        wire->tell();
        if (error && error != asio::error::eof)
            ends->close(error);
    };
    asio::co_spawn(
        executor, [feed, ends] { return feed(ends->server, ends->client, Way::Down); }, asio::detached);
    co_await feed(ends->client, ends->server, Way::Up);
}

Awaitable<void> ShapedLink::join(Socket client, std::function<void(Socket socket)> serve)
{
    const auto executor = client.get_executor();
    ErrorCode error;
    ip::tcp::acceptor door(executor);
    door.open(ip::tcp::v4(), error);
    if (!error)
        door.bind({ip::address_v4::loopback(), 0}, error);
    if (!error)
        door.listen(1, error);
    Socket ours(executor);
    Socket theirs(executor);
    if (!error)
        co_await ours.async_connect(door.local_endpoint(error), into(error));
    if (!error)
        co_await door.async_accept(theirs, into(error));
    // Somebody else on this computer may have come first.
    if (error || theirs.remote_endpoint(error) != ours.local_endpoint(error))
        co_return;
    for (Socket *const socket : {&ours, &theirs})
        socket->set_option(ip::tcp::no_delay(true), error);
    serve(std::move(theirs));
    co_await carry(std::move(client), std::move(ours));
}

void ShapedLink::pass(
    const std::shared_ptr<ShapedLink> &link, Socket client, std::function<void(Socket socket)> serve)
{
    if (!link)
        return serve(std::move(client));
    const auto executor = client.get_executor();
    asio::co_spawn(executor, link->join(std::move(client), std::move(serve)), asio::detached);
}

} // namespace Koyeb::Local
