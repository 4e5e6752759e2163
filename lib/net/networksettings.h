// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/clock.h"
#include "core/result.h"

#include <QProcessEnvironment>
#include <QSslConfiguration>

#include <memory>

namespace Koyeb {

class ProxyResolver;
class RequestLog;

/// How connections are made, and where they are noted. Copies share what they point to. By default
/// connections are direct, certificates are judged by the system's authorities, and nothing is noted.
struct NetworkSettings {
    std::shared_ptr<ProxyResolver> proxies; ///< Null: every connection is direct.
    /// Which authorities are trusted. Verification is never switched off.
    QSslConfiguration tls = QSslConfiguration::defaultConfiguration();
    std::shared_ptr<RequestLog> log; ///< May be null.

    /// What a program should use: the proxies of the environment or else of the system (see ProxyResolver),
    /// and the authorities in the file that `SSL_CERT_FILE` names, besides the system's. Fails as
    /// withAuthorities() does. `clock` outlives all users of the settings.
    [[nodiscard]] static Result<NetworkSettings> fromEnvironment(
        Clock &clock, const QProcessEnvironment &environment);
};

/// `tls` with the certificates of a PEM file as further authorities; the system's stay, and nothing else
/// about judging a server changes. Local when the file cannot be read or holds no certificate.
[[nodiscard]] Result<QSslConfiguration> withAuthorities(QSslConfiguration tls, const QString &pemFile);

} // namespace Koyeb
