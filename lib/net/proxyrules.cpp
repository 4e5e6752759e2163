// SPDX-License-Identifier: Apache-2.0
#include "net/proxyrules.h"

#include <QHostAddress>
#include <QRegularExpression>

#include <algorithm>

namespace Koyeb {

namespace {

using namespace Qt::Literals::StringLiterals;

bool isEncrypted(const QUrl &url)
{
    return url.scheme() == "https"_L1 || url.scheme() == "wss"_L1;
}

/// `name:port` without the port, which is put into `port`; an IPv6 address has several colons.
QString withoutPort(const QString &exception, int &port)
{
    const auto colon = exception.indexOf(u':');
    if (colon < 0 || exception.indexOf(u':', colon + 1) >= 0) {
        return exception;
    }
    bool isNumber = false;
    port = exception.mid(colon + 1).toInt(&isNumber);
    return isNumber ? exception.left(colon) : exception;
}

bool coversAddress(const QString &exception, const QHostAddress &address)
{
    if (exception.contains(u'/')) {
        const auto network = QHostAddress::parseSubnet(exception);
        return !network.first.isNull() && address.isInSubnet(network);
    }
    return address.isEqual(QHostAddress(exception));
}

bool coversName(QString exception, const QString &host)
{
    if (exception.startsWith("*."_L1)) {
        exception.remove(0, 1);
    }
    if (exception.startsWith(u'.')) {
        return host == exception.mid(1) || host.endsWith(exception);
    }
    return host == exception || host.endsWith(u'.' + exception);
}

Result<QNetworkProxy> parseProxy(const QString &variable, const QString &value)
{
    const QUrl url(value.contains("://"_L1) ? value : u"http://"_s + value, QUrl::StrictMode);
    QNetworkProxy proxy;
    int defaultPort = 1080;
    if (url.scheme() == "http"_L1) {
        proxy.setType(QNetworkProxy::HttpProxy);
        defaultPort = 80;
    } else if (url.scheme() == "socks5h"_L1 || url.scheme() == "socks"_L1) {
        proxy.setType(QNetworkProxy::Socks5Proxy);
    } else if (url.scheme() == "socks5"_L1) {
        proxy.setType(QNetworkProxy::Socks5Proxy);
        // By the name's custom, this one leaves looking up names to the client.
        proxy.setCapabilities(proxy.capabilities() & ~QNetworkProxy::HostNameLookupCapability);
    }
    if (proxy.type() == QNetworkProxy::DefaultProxy || !url.isValid() || url.host().isEmpty()) {
        return failure(
            ErrorKind::Unsupported,
            u"The proxy that the environment variable %1 names cannot be used: it "
            "is not an address that begins with http://, socks5:// or socks5h://."_s.arg(variable));
    }
    proxy.setHostName(url.host());
    proxy.setPort(static_cast<quint16>(url.port(defaultPort)));
    proxy.setUser(url.userName(QUrl::FullyDecoded));
    proxy.setPassword(url.password(QUrl::FullyDecoded));
    return proxy;
}

} // namespace

bool isLoopbackHost(const QString &host)
{
    return host.compare("localhost"_L1, Qt::CaseInsensitive) == 0 || QHostAddress(host).isLoopback();
}

ProxyRules::Setting ProxyRules::read(const QProcessEnvironment &environment, const QString &name)
{
    for (const auto &variable : {name, name.toUpper()}) {
        const auto value = environment.value(variable).trimmed();
        if (!value.isEmpty()) {
            return {variable, value};
        }
    }
    return {};
}

ProxyRules ProxyRules::fromEnvironment(const QProcessEnvironment &environment)
{
    static const QRegularExpression separators(u"[,\\s]+"_s);
    ProxyRules rules;
    rules.m_http = read(environment, u"http_proxy"_s);
    rules.m_https = read(environment, u"https_proxy"_s);
    rules.m_all = read(environment, u"all_proxy"_s);
    rules.m_exceptions =
        read(environment, u"no_proxy"_s).value.toLower().split(separators, Qt::SkipEmptyParts);
    return rules;
}

bool ProxyRules::isEmpty() const
{
    return m_http.value.isEmpty() && m_https.value.isEmpty() && m_all.value.isEmpty();
}

bool ProxyRules::isExcepted(const QUrl &url) const
{
    const auto host = url.host().toLower();
    const QHostAddress address(host);
    const int port = url.port(isEncrypted(url) ? 443 : 80);
    return std::any_of(m_exceptions.begin(), m_exceptions.end(), [&](const QString &exception) {
        int onlyPort = port;
        const auto target = withoutPort(exception, onlyPort);
        if (target == "*"_L1) {
            return true;
        }
        const bool covers = address.isNull() ? coversName(target, host) : coversAddress(target, address);
        return covers && onlyPort == port;
    });
}

Result<QNetworkProxy> ProxyRules::proxyFor(const QUrl &url) const
{
    const auto &ofScheme = isEncrypted(url) ? m_https : m_http;
    const auto &setting = ofScheme.value.isEmpty() ? m_all : ofScheme;
    if (setting.value.isEmpty() || isLoopbackHost(url.host()) || isExcepted(url)) {
        return QNetworkProxy(QNetworkProxy::NoProxy);
    }
    return parseProxy(setting.variable, setting.value);
}

} // namespace Koyeb
