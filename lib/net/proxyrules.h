// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/result.h"

#include <QNetworkProxy>
#include <QProcessEnvironment>
#include <QStringList>
#include <QUrl>

namespace Koyeb {

/// Whether `host`, as QUrl::host() gives it, is for certain this computer: `localhost`, or a loopback
/// address.
[[nodiscard]] bool isLoopbackHost(const QString &host);

/// The proxies that the environment asks for: `http_proxy` for http and ws, `https_proxy` for https and wss,
/// `all_proxy` for what these leave open, `no_proxy` for exceptions (names with all below them, addresses,
/// networks such as 10.0.0.0/8, each with a port if wanted; `*` for everything). A name in upper case counts
/// where there is none in lower case. Proxies are `http://`, `socks5://` or `socks5h://` addresses, with user
/// and password if wanted; without a scheme http is meant.
class ProxyRules {
public:
    /// Without rules.
    ProxyRules() = default;
    /// The rules that the variables named above make.
    [[nodiscard]] static ProxyRules fromEnvironment(const QProcessEnvironment &environment);

    /// Whether no proxy is named at all, so that the system's settings may count.
    [[nodiscard]] bool isEmpty() const;

    /// The proxy for `url`, or QNetworkProxy::NoProxy. Unsupported when the one that is named is of a kind
    /// that cannot be used: then nothing may go past it. The message names the variable, never its value.
    [[nodiscard]] Result<QNetworkProxy> proxyFor(const QUrl &url) const;

private:
    struct Setting {
        QString variable;
        QString value;
    };

    [[nodiscard]] static Setting read(const QProcessEnvironment &environment, const QString &name);
    [[nodiscard]] bool isExcepted(const QUrl &url) const;

    Setting m_http;
    Setting m_https;
    Setting m_all;
    QStringList m_exceptions;
};

} // namespace Koyeb
