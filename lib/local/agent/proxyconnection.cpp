// SPDX-License-Identifier: Apache-2.0
#include "local/agent/proxyconnection.h"

#include "local/agent/posixio.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <charconv>
#include <cstdint>
#include <optional>
#include <thread>

namespace Koyeb::Local {

namespace {

constexpr int unboundWaitMs = 100;

/// The port is whatever text the client bound.
std::optional<std::uint16_t> portNumber(const std::string &text)
{
    std::uint16_t port = 0;
    const char *const end = text.data() + text.size();
    const auto [parsedEnd, error] = std::from_chars(text.data(), end, port);
    if (error != std::errc() || parsedEnd != end || port == 0)
        return std::nullopt;
    return port;
}

template<typename Address> UniqueFd connectTo(int family, const Address &address)
{
    UniqueFd fd(::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0));
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): how the sockets API names addresses
    if (fd && ::connect(fd.get(), reinterpret_cast<const sockaddr *>(&address), sizeof address) != 0)
        fd.reset();
    return fd;
}

UniqueFd connectToLocalhost(std::uint16_t port)
{
    sockaddr_in v4{};
    v4.sin_family = AF_INET;
    v4.sin_port = htons(port);
    v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (UniqueFd fd = connectTo(AF_INET, v4))
        return fd;
    sockaddr_in6 v6{};
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(port);
    v6.sin6_addr = in6addr_loopback;
    return connectTo(AF_INET6, v6);
}

void carry(int from, int to)
{
    std::array<char, 65536> buffer{};
    for (;;) {
        const ssize_t got = readSome(from, buffer.data(), buffer.size());
        if (got <= 0 || !writeAll(to, {buffer.data(), static_cast<size_t>(got)}))
            return;
    }
}

} // namespace

void serveProxy(const UniqueFd &connection, const BoundPort &boundPort)
{
    const std::optional<std::uint16_t> port = portNumber(boundPort.current());
    const UniqueFd target = port ? connectToLocalhost(*port) : UniqueFd();
    if (!target) {
        ::poll(nullptr, 0, unboundWaitMs);
        return;
    }
    const int clientFd = connection.get();
    const int targetFd = target.get();
    const auto endBoth = [clientFd, targetFd] {
        ::shutdown(clientFd, SHUT_RDWR);
        ::shutdown(targetFd, SHUT_RDWR);
    };
    std::thread upward([clientFd, targetFd, endBoth] {
        carry(clientFd, targetFd);
        endBoth();
    });
    carry(targetFd, clientFd);
    endBoth();
    upward.join();
}

} // namespace Koyeb::Local
