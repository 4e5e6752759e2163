// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "local/api/identifiers.h"
#include "local/gateway/loopback.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <string>

namespace Koyeb::Local {

class GatewayConnection;
class Misbehaviour;
class SandboxProcess;

/// What a gateway tells its service, and asks of it.
struct GatewayHooks {
    std::function<SystemTime()> now;
    /// Returns once a sandbox that slept serves again, or will not.
    std::function<Awaitable<void>()> wake;
    std::function<void(unsigned status, double milliseconds)> replied;
    std::function<void(std::uint64_t bytesIn, std::uint64_t bytesOut)> passed;
};

/// The door to one sandbox: a listener on a port of its own on this computer's loopback.
///
/// - `/koyeb-sandbox/…` with the header `X-Routing-Key` leads to the executor, without that prefix.
/// - `/r/<routing key>/…` leads to the sandbox's bound port, and sets a cookie, with which
/// - every other path leads there too, so that a page's absolute links work.
///
/// Whoever lacks the key gets 404, and whoever asks for another host name 403: a page in a browser must not
/// reach a sandbox by a name that it makes resolve to this computer. With a domain of its own, the gateway
/// takes that name instead of a key: `/koyeb-sandbox/…` leads to the executor, all else to the bound port.
///
/// A request to a sandbox that sleeps wakes it, and waits for that.
class Gateway : public std::enable_shared_from_this<Gateway> {
public:
    /// `misbehaviour` must outlive this and its sessions.
    Gateway(asio::io_context &context, Misbehaviour &misbehaviour, GatewayHooks hooks);

    /// Starts to listen, the second time at the same port. Returns the reason when that fails, else an empty
    /// text.
    [[nodiscard]] std::string listen();
    /// Refuses new connections until listen() is called again, and ends those that carry no request.
    void refuse();
    void close();

    /// Where requests go from now on; null: nowhere, they are answered with 502 or 503.
    void setSandbox(std::shared_ptr<SandboxProcess> sandbox);
    [[nodiscard]] const std::shared_ptr<SandboxProcess> &sandbox() const { return m_sandbox; }

    [[nodiscard]] std::uint16_t port() const { return m_listener.port(); }
    [[nodiscard]] const std::string &routingKey() const { return m_routingKey; }
    [[nodiscard]] std::string publicUrl() const;
    [[nodiscard]] Misbehaviour &misbehaviour() const { return m_misbehaviour; }
    [[nodiscard]] const GatewayHooks &hooks() const { return m_hooks; }

    /// "name:port" for the Host header of those who need no key.
    void setDomain(std::string domain) { m_domain = std::move(domain); }
    [[nodiscard]] const std::string &domain() const { return m_domain; }

    /// Those that are to end when this stops listening.
    void addConnection(GatewayConnection &connection) { m_connections.insert(&connection); }
    void removeConnection(GatewayConnection &connection) { m_connections.erase(&connection); }

    /// The sandbox is in use for as long as the returned object lives.
    [[nodiscard]] std::shared_ptr<void> beginActivity();
    [[nodiscard]] bool isBusy() const { return m_activities > 0; }
    /// When it was last in use, or began to serve.
    [[nodiscard]] SystemTime lastActivity() const { return m_lastActivity; }

private:
    Misbehaviour &m_misbehaviour;
    LoopbackListener m_listener;
    std::string m_routingKey;
    std::string m_domain;
    GatewayHooks m_hooks;
    unsigned m_activities = 0;
    SystemTime m_lastActivity;
    std::shared_ptr<SandboxProcess> m_sandbox;
    std::set<GatewayConnection *> m_connections;
};

} // namespace Koyeb::Local
