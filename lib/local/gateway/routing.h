// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace Koyeb::Local {

enum class Destination { Nowhere, ForeignHost, Executor, BoundPort };

/// What a gateway looks at in a request. The views hold only during the call.
struct RequestHead {
    std::string_view target;
    std::string_view host;
    std::string_view routingKey; ///< of the header X-Routing-Key
    std::string_view cookies;
};

struct Routing {
    Destination destination = Destination::Nowhere;
    std::string target;      ///< the path and query to ask the sandbox for
    bool setsCookie = false; ///< so that links without the key in their path lead to the sandbox as well
};

/// Decides where a request to the gateway with this key at this port goes; see Gateway. `domain` is the Host
/// that needs no key; empty: there is none.
[[nodiscard]] Routing routeOf(
    const RequestHead &head, std::string_view routingKey, std::uint16_t port, std::string_view domain);

/// The Set-Cookie header's value. The port is part of the name, since browsers share cookies among ports.
[[nodiscard]] std::string routingCookie(std::string_view routingKey, std::uint16_t port);

/// A Cookie header's value without any gateway's routing cookies: they are no business of what runs inside.
[[nodiscard]] std::string withoutRoutingCookies(std::string_view cookies);

} // namespace Koyeb::Local
