// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "local/agent/posixio.h"

#include <condition_variable>
#include <functional>
#include <mutex>
#include <set>
#include <string>
#include <thread>

namespace Koyeb::Local {

/// Listens on a unix socket, which only this user may connect to, and serves each connection in a thread of
/// its own.
class UnixServer {
public:
    /// Called in the connection's thread; the connection is closed when it returns.
    using Service = std::function<void(const UniqueFd &connection)>;

    /// Replaces a stale socket of that name. Throws std::system_error when it can't listen.
    UnixServer(std::string path, Service service);
    /// Stops listening, shuts all connections down and waits for their threads: whatever else these may wait
    /// for must have ended before.
    ~UnixServer();
    UnixServer(const UnixServer &) = delete;
    UnixServer &operator=(const UnixServer &) = delete;

private:
    void acceptConnections();
    void startThread(UniqueFd connection);

    const std::string m_path;
    const Service m_service;
    UniqueFd m_listener;
    Event m_stop;
    std::thread m_acceptThread;
    std::mutex m_mutex;
    std::condition_variable m_connectionEnded;
    std::set<int> m_connections; ///< open ones only: a number is taken out before its descriptor is closed
};

} // namespace Koyeb::Local
