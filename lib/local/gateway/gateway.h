// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "local/gateway/loopback.h"

#include <cstdint>
#include <memory>
#include <string>

namespace Koyeb::Local {

class Misbehaviour;
class SandboxProcess;

/// The door to one sandbox: a listener on a port of its own on this computer's loopback.
///
/// - `/koyeb-sandbox/…` with the header `X-Routing-Key` leads to the executor, without that prefix.
/// - `/r/<routing key>/…` leads to the sandbox's bound port, and sets a cookie, with which
/// - every other path leads there too, so that a page's absolute links work.
///
/// Whoever lacks the key gets 404, and whoever asks for another host name 403: a page in a browser must not
/// reach a sandbox by a name that it makes resolve to this computer.
class Gateway : public std::enable_shared_from_this<Gateway> {
public:
    /// `misbehaviour` must outlive this and its sessions.
    Gateway(asio::io_context &context, Misbehaviour &misbehaviour);

    /// Starts to listen. Returns the reason when that fails, else an empty text.
    [[nodiscard]] std::string listen();
    void close();

    /// Where requests go from now on; null: nowhere, they are answered with 502 or 503.
    void setSandbox(std::shared_ptr<SandboxProcess> sandbox);
    [[nodiscard]] const std::shared_ptr<SandboxProcess> &sandbox() const { return m_sandbox; }

    [[nodiscard]] std::uint16_t port() const { return m_listener.port(); }
    [[nodiscard]] const std::string &routingKey() const { return m_routingKey; }
    [[nodiscard]] std::string publicUrl() const;
    [[nodiscard]] Misbehaviour &misbehaviour() const { return m_misbehaviour; }

private:
    Misbehaviour &m_misbehaviour;
    LoopbackListener m_listener;
    std::string m_routingKey;
    std::shared_ptr<SandboxProcess> m_sandbox;
};

} // namespace Koyeb::Local
