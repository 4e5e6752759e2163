// SPDX-License-Identifier: Apache-2.0
#include "net/networksettings.h"

#include "net/proxyresolver.h"

#include <QFile>
#include <QNetworkProxyFactory>
#include <QSslCertificate>

namespace Koyeb {

namespace {
using namespace Qt::Literals::StringLiterals;

// The authorities of a whole system take a quarter of this.
constexpr qint64 longestFile = 1024 * 1024;
} // namespace

Result<QSslConfiguration> withAuthorities(QSslConfiguration tls, const QString &pemFile)
{
    QFile file(pemFile);
    if (!file.open(QIODevice::ReadOnly)) {
        return failure(
            ErrorKind::Local, u"The file with further certificate authorities, %1, cannot be read: %2."_s.arg(
                                  pemFile, file.errorString()));
    }
    const auto certificates = QSslCertificate::fromData(file.read(longestFile), QSsl::Pem);
    if (certificates.isEmpty()) {
        return failure(
            ErrorKind::Local,
            u"The file with further certificate authorities, %1, holds no certificate in PEM form."_s.arg(
                pemFile));
    }
    // Naming authorities ends the toolkit's own loading of the system's, so these have to be named, too.
    auto authorities = tls.caCertificates();
    if (authorities.isEmpty()) {
        authorities = QSslConfiguration::systemCaCertificates();
    }
    tls.setCaCertificates(authorities + certificates);
    return tls;
}

Result<NetworkSettings> NetworkSettings::fromEnvironment(Clock &clock, const QProcessEnvironment &environment)
{
    NetworkSettings settings;
    settings.proxies = std::make_shared<ProxyResolver>(
        clock, ProxyRules::fromEnvironment(environment), &QNetworkProxyFactory::systemProxyForQuery);
    const auto authorities = environment.value(u"SSL_CERT_FILE"_s);
    if (!authorities.isEmpty()) {
        auto tls = withAuthorities(settings.tls, authorities);
        if (!tls) {
            return failure(tls.error());
        }
        settings.tls = *tls;
    }
    return settings;
}

} // namespace Koyeb
