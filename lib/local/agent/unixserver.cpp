// SPDX-License-Identifier: Apache-2.0
#include "local/agent/unixserver.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <system_error>

namespace Koyeb::Local {

namespace {

UniqueFd listenOn(const std::string &path)
{
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path)
        throw std::system_error(ENAMETOOLONG, std::generic_category(), path);
    path.copy(address.sun_path, path.size());
    ::unlink(path.c_str());
    UniqueFd listener(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): how the sockets API names addresses
    const auto *const generic = reinterpret_cast<const sockaddr *>(&address);
    // Its mode is set while nobody can connect yet.
    if (!listener || ::bind(listener.get(), generic, sizeof address) != 0 ||
        ::chmod(path.c_str(), 0600) != 0 || ::listen(listener.get(), SOMAXCONN) != 0)
        throw std::system_error(errno, std::generic_category(), path);
    return listener;
}

} // namespace

UnixServer::UnixServer(std::string path, Service service)
    : m_path(std::move(path)), m_service(std::move(service)), m_listener(listenOn(m_path))
{
    m_acceptThread = std::thread([this] { acceptConnections(); });
}

UnixServer::~UnixServer()
{
    m_stop.raise();
    m_acceptThread.join();
    ::unlink(m_path.c_str());
    std::unique_lock lock(m_mutex);
    for (const int fd : m_connections)
        ::shutdown(fd, SHUT_RDWR);
    m_connectionEnded.wait(lock, [this] { return m_connections.empty(); });
}

void UnixServer::acceptConnections()
{
    for (;;) {
        std::array<pollfd, 2> waiting{pollfd{m_listener.get(), POLLIN, 0}, pollfd{m_stop.fd(), POLLIN, 0}};
        ::poll(waiting.data(), waiting.size(), -1);
        if (waiting[1].revents != 0)
            return;
        UniqueFd connection(::accept4(m_listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
        if (connection) {
            startThread(std::move(connection));
        } else if (errno == EMFILE || errno == ENFILE || errno == ENOMEM) {
            // The listener stays readable: give others time to end rather than spin.
            constexpr int pauseMs = 50;
            ::poll(&waiting[1], 1, pauseMs);
        }
    }
}

void UnixServer::startThread(UniqueFd connection)
{
    const int fd = connection.get();
    {
        const std::lock_guard lock(m_mutex);
        m_connections.insert(fd);
    }
    auto serve = [this, owned = std::move(connection), fd]() mutable {
        try {
            m_service(owned);
        } catch (const std::exception &error) {
            std::fprintf(stderr, "agent: a connection to %s failed: %s\n", m_path.c_str(), error.what());
        }
        const std::lock_guard lock(m_mutex);
        m_connections.erase(fd);
        owned.reset();
        m_connectionEnded.notify_all();
    };
    try {
        std::thread(std::move(serve)).detach();
    } catch (const std::system_error &) {
        // No thread to be had: the client sees its connection closed.
        const std::lock_guard lock(m_mutex);
        m_connections.erase(fd);
    }
}

} // namespace Koyeb::Local
