// SPDX-License-Identifier: Apache-2.0
#include "local/gateway/routing.h"

#include "local/api/identifiers.h"
#include "local/gateway/loopback.h"

#include <algorithm>

namespace Koyeb::Local {

namespace {

constexpr std::string_view executorPrefix = "/koyeb-sandbox/";
constexpr std::string_view exposedPrefix = "/r/";
constexpr std::string_view cookiePrefix = "koyeb-route-";

std::string cookieName(std::uint16_t port)
{
    return std::string(cookiePrefix) + std::to_string(port);
}

/// Calls `visit(name, value)` for each cookie of a Cookie header.
template<typename Visitor> void forEachCookie(std::string_view cookies, Visitor visit)
{
    while (!cookies.empty()) {
        std::string_view cookie = cookies.substr(0, cookies.find(';'));
        cookies.remove_prefix(std::min(cookie.size() + 1, cookies.size()));
        cookie.remove_prefix(std::min(cookie.find_first_not_of(' '), cookie.size()));
        const std::size_t equals = std::min(cookie.find('='), cookie.size());
        visit(cookie.substr(0, equals), cookie.substr(std::min(equals + 1, cookie.size())));
    }
}

bool hasRoutingCookie(std::string_view cookies, std::string_view routingKey, std::uint16_t port)
{
    bool found = false;
    forEachCookie(cookies, [&](std::string_view name, std::string_view value) {
        found = found || (name == cookieName(port) && equalSecrets(value, routingKey));
    });
    return found;
}

/// The rest of "/r/<key>/rest" with its leading slash, if the key is right.
std::string exposedTarget(std::string_view target, std::string_view routingKey)
{
    target.remove_prefix(exposedPrefix.size());
    const std::string_view key = target.substr(0, target.find_first_of("/?"));
    if (!equalSecrets(key, routingKey))
        return {};
    target.remove_prefix(key.size());
    return target.starts_with('/') ? std::string(target) : '/' + std::string(target);
}

} // namespace

Routing routeOf(
    const RequestHead &head, std::string_view routingKey, std::uint16_t port, std::string_view domain)
{
    if (!domain.empty() && head.host == domain) {
        if (head.target.starts_with(executorPrefix))
            return {Destination::Executor, std::string(head.target.substr(executorPrefix.size() - 1)), false};
        return {Destination::BoundPort, std::string(head.target), false};
    }
    if (!isOwnHost(head.host, port))
        return {Destination::ForeignHost, {}, false};
    if (head.target.starts_with(executorPrefix)) {
        if (!equalSecrets(head.routingKey, routingKey))
            return {};
        return {Destination::Executor, std::string(head.target.substr(executorPrefix.size() - 1)), false};
    }
    if (head.target.starts_with(exposedPrefix)) {
        std::string target = exposedTarget(head.target, routingKey);
        if (!target.empty())
            return {Destination::BoundPort, std::move(target), true};
    }
    if (hasRoutingCookie(head.cookies, routingKey, port))
        return {Destination::BoundPort, std::string(head.target), false};
    return {};
}

std::string routingCookie(std::string_view routingKey, std::uint16_t port)
{
    return cookieName(port) + '=' + std::string(routingKey) + "; Path=/; HttpOnly; SameSite=Lax";
}

std::string withoutRoutingCookies(std::string_view cookies)
{
    std::string kept;
    forEachCookie(cookies, [&](std::string_view name, std::string_view value) {
        if (name.empty() || name.starts_with(cookiePrefix))
            return;
        if (!kept.empty())
            kept += "; ";
        kept.append(name).append("=").append(value);
    });
    return kept;
}

} // namespace Koyeb::Local
