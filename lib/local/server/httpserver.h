// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "local/api/messages.h"
#include "local/gateway/loopback.h"

#include <cstdint>
#include <functional>
#include <string>

namespace Koyeb::Local {

class Lifecycle;
class Misbehaviour;
struct DirectOrder;
struct World;

/// What the control plane's server hands to its connections. All references must outlive the server and the
/// running io_context.
struct ServerParts {
    const Router &router;
    World &world;
    Lifecycle &lifecycle;
    Misbehaviour &misbehaviour;
    std::function<void(const DirectOrder &)> obey; ///< does at once what an instruction orders
    std::uint16_t port = 0;
};

/// The control plane's server: HTTP/1.1 on loopback, authentication, `/v1/…` by the router, the exec channel
/// by ExecStream, the log tail by LogTail, `POST /local/misbehave`.
class HttpServer {
public:
    HttpServer(asio::io_context &context, ServerParts parts);

    /// Starts to listen; port 0 lets the system choose. Returns the reason when that fails, else an empty
    /// text.
    [[nodiscard]] std::string listen(std::uint16_t port);
    void close();
    /// Refuses new connections for a while.
    [[nodiscard]] Awaitable<void> refuseFor(std::chrono::milliseconds duration);
    [[nodiscard]] std::uint16_t port() const { return m_parts.port; }

private:
    void accept(asio::ip::tcp::socket socket);

    ServerParts m_parts;
    LoopbackListener m_listener;
    bool m_closed = false;
};

} // namespace Koyeb::Local
