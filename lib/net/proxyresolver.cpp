// SPDX-License-Identifier: Apache-2.0
#include "net/proxyresolver.h"

#include <algorithm>

namespace Koyeb {

namespace {

using namespace Qt::Literals::StringLiterals;

// A person who changes the system's settings does not want to start the program anew.
constexpr auto keptFor = std::chrono::seconds(30);
constexpr auto longestLookup = std::chrono::seconds(15);
constexpr int mostAnswers = 4096;

/// What the settings are asked with: what else an address holds is none of a script's business.
QUrl originOf(const QUrl &url)
{
    QUrl origin;
    const bool isEncrypted = url.scheme() == "https"_L1 || url.scheme() == "wss"_L1;
    origin.setScheme(isEncrypted ? u"https"_s : u"http"_s);
    origin.setHost(url.host());
    origin.setPort(url.port());
    return origin;
}

Result<QNetworkProxy> choose(const QList<QNetworkProxy> &proxies)
{
    if (proxies.isEmpty()) {
        return QNetworkProxy(QNetworkProxy::NoProxy);
    }
    const auto usable = std::find_if(proxies.begin(), proxies.end(), [](const QNetworkProxy &proxy) {
        return proxy.type() == QNetworkProxy::NoProxy || proxy.type() == QNetworkProxy::HttpProxy ||
               proxy.type() == QNetworkProxy::Socks5Proxy;
    });
    if (usable == proxies.end()) {
        return failure(
            ErrorKind::Unsupported,
            u"The system's settings name a proxy of a kind that cannot be used: neither HTTP nor SOCKS 5."_s);
    }
    return *usable;
}

} // namespace

ProxyResolver::ProxyResolver(Clock &clock, const ProxyRules &rules, SystemLookup lookup)
    : m_clock(clock), m_rules(rules), m_lookup(std::move(lookup))
{
}

ProxyResolver::~ProxyResolver() = default;

QCoro::Task<Result<QNetworkProxy>> ProxyResolver::proxyFor(QUrl url, std::stop_token stop)
{
    if (isLoopbackHost(url.host())) {
        co_return QNetworkProxy(QNetworkProxy::NoProxy);
    }
    if (!m_rules.isEmpty()) {
        co_return m_rules.proxyFor(url);
    }
    const auto origin = originOf(url);
    const auto known = m_answers.constFind(origin);
    if (known != m_answers.constEnd() && m_clock.now() - known->at < keptFor) {
        co_return known->proxy;
    }
    if (stop.stop_requested()) {
        co_return failure(Error::cancelled());
    }
    Completion<Result<QNetworkProxy>> answer;
    const std::stop_callback onStop(
        stop, [answer]() mutable { answer.complete(failure(Error::cancelled())); });
    const auto deadline = m_clock.schedule(longestLookup, [answer]() mutable {
        answer.complete(failure(
            ErrorKind::Timeout,
            u"The system's proxy settings did not say in time how the server is reached."_s));
    });
    const bool isAsked = m_waiting.contains(origin);
    auto &waiting = m_waiting[origin];
    waiting.removeIf([](const auto &one) { return one.isComplete(); }); // Those who gave up.
    waiting.append(answer);
    if (!isAsked) {
        askSystem(origin);
    }
    co_return co_await answer;
}

QCoro::Task<void> ProxyResolver::askSystem(QUrl origin)
{
    if (!m_worker) {
        m_worker = std::make_unique<WorkerThread>();
    }
    const std::function<Result<QList<QNetworkProxy>>()> job = [lookup = m_lookup, origin] {
        return lookup(QNetworkProxyQuery(origin, QNetworkProxyQuery::UrlRequest));
    };
    const auto proxies = co_await m_worker->run<QList<QNetworkProxy>>(job, m_scope.token());
    if (!proxies) {
        co_return; // Only at the end of this object.
    }
    const auto proxy = choose(*proxies);
    if (proxy) {
        keep(origin, *proxy);
    }
    // The last use of members: who is answered may end this object.
    for (auto waiting = m_waiting.take(origin); auto &one : waiting) {
        one.complete(proxy);
    }
}

void ProxyResolver::keep(const QUrl &origin, const QNetworkProxy &proxy)
{
    if (m_answers.size() >= mostAnswers && !m_answers.contains(origin)) {
        const auto oldest =
            std::min_element(m_answers.cbegin(), m_answers.cend(), [](const Answer &a, const Answer &b) {
                return a.at < b.at;
            });
        m_answers.erase(oldest);
    }
    m_answers.insert(origin, {proxy, m_clock.now()});
}

QNetworkProxy ProxyResolver::lastProxyFor(const QUrl &url) const
{
    if (isLoopbackHost(url.host())) {
        return QNetworkProxy(QNetworkProxy::NoProxy);
    }
    const QNetworkProxy unreachable(QNetworkProxy::HttpProxy, u"localhost"_s, 0);
    if (!m_rules.isEmpty()) {
        return m_rules.proxyFor(url).value_or(unreachable);
    }
    return m_answers.value(originOf(url), {unreachable, {}}).proxy;
}

} // namespace Koyeb
