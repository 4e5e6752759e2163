// SPDX-License-Identifier: Apache-2.0
#include "core/manualclock.h"
#include "net/httpclient.h"
#include "net/httpstream.h"
#include "net/jsonsocket.h"
#include "net/proxyresolver.h"
#include "support/await.h"
#include "support/scriptedhttpserver.h"
#include "support/testauthority.h"
#include "support/testproxy.h"

#include <QSignalSpy>
#include <QTest>
#include <QWebSocket>
#include <QWebSocketServer>

#include <atomic>
#include <future>

using namespace Koyeb;
using namespace Koyeb::Test;
using namespace Qt::Literals::StringLiterals;
using namespace std::chrono_literals;

namespace {

QProcessEnvironment environmentOf(const QString &variables)
{
    QProcessEnvironment environment;
    const auto lines = variables.split(u' ', Qt::SkipEmptyParts);
    for (const auto &line : lines) {
        const auto equals = line.indexOf(u'=');
        environment.insert(line.left(equals), line.mid(equals + 1));
    }
    return environment;
}

QList<QNetworkProxy> nobodyAsksTheSystem(const QNetworkProxyQuery &)
{
    return {};
}

/// `direct`, `http://…` or `socks5://…`
QString named(const Result<QNetworkProxy> &proxy)
{
    if (!proxy) {
        return u"error: "_s + errorKindName(proxy.error().kind);
    }
    if (proxy->type() == QNetworkProxy::NoProxy) {
        return u"direct"_s;
    }
    const auto scheme = proxy->type() == QNetworkProxy::HttpProxy ? u"http"_s : u"socks5"_s;
    const auto user = proxy->user().isEmpty() ? QString() : proxy->user() + u':' + proxy->password() + u'@';
    return u"%1://%2%3:%4"_s.arg(scheme, user, proxy->hostName()).arg(proxy->port());
}

} // namespace

class TestProxies : public QObject {
    Q_OBJECT

    SystemClock m_clock;

    [[nodiscard]] NetworkSettings networkOf(const QString &variables)
    {
        NetworkSettings network;
        network.proxies = std::make_shared<ProxyResolver>(
            m_clock, ProxyRules::fromEnvironment(environmentOf(variables)), &nobodyAsksTheSystem);
        return network;
    }

private Q_SLOTS:
    void readsTheEnvironment_data()
    {
        QTest::addColumn<QString>("variables");
        QTest::addColumn<QString>("url");
        QTest::addColumn<QString>("proxy");
        const auto both = u"http_proxy=http://plain:1 https_proxy=http://secure:2"_s;
        QTest::newRow("nothing") << QString() << u"https://a.test"_s << u"direct"_s;
        QTest::newRow("http") << both << u"http://a.test"_s << u"http://plain:1"_s;
        QTest::newRow("https") << both << u"https://a.test"_s << u"http://secure:2"_s;
        QTest::newRow("ws") << both << u"ws://a.test"_s << u"http://plain:1"_s;
        QTest::newRow("wss") << both << u"wss://a.test"_s << u"http://secure:2"_s;
        QTest::newRow("the other scheme")
            << u"http_proxy=http://plain:1"_s << u"https://a.test"_s << u"direct"_s;
        QTest::newRow("upper case") << u"HTTPS_PROXY=p:3"_s << u"https://a.test"_s << u"http://p:3"_s;
        QTest::newRow("lower case first")
            << u"HTTPS_PROXY=p:3 https_proxy=q:4"_s << u"https://a.test"_s << u"http://q:4"_s;
        QTest::newRow("all") << u"all_proxy=socks5h://s:5"_s << u"wss://a.test"_s << u"socks5://s:5"_s;
        QTest::newRow("default ports")
            << u"all_proxy=socks5://s http_proxy=h"_s << u"https://a.test"_s << u"socks5://s:1080"_s;
        QTest::newRow("default port of http") << u"http_proxy=h"_s << u"http://a.test"_s << u"http://h:80"_s;
        QTest::newRow("credentials") << u"http_proxy=http://me:p%40ss@h:8"_s << u"http://a.test"_s
                                     << u"http://me:p@ss@h:8"_s;
        QTest::newRow("loopback by name") << u"all_proxy=p:1"_s << u"http://localhost:8080"_s << u"direct"_s;
        QTest::newRow("loopback by address") << u"all_proxy=p:1"_s << u"http://127.0.0.2"_s << u"direct"_s;
        QTest::newRow("loopback of IPv6") << u"all_proxy=p:1"_s << u"http://[::1]:80"_s << u"direct"_s;
        QTest::newRow("not loopback") << u"all_proxy=p:1"_s << u"http://127.0.0.1.test"_s << u"http://p:1"_s;
        QTest::newRow("TLS to the proxy")
            << u"https_proxy=https://p"_s << u"https://a.test"_s << u"error: Unsupported"_s;
        QTest::newRow("SOCKS 4") << u"all_proxy=socks4://p"_s << u"https://a.test"_s
                                 << u"error: Unsupported"_s;
        QTest::newRow("no address") << u"all_proxy=http://"_s << u"https://a.test"_s
                                    << u"error: Unsupported"_s;
    }
    void readsTheEnvironment()
    {
        QFETCH(const QString, variables);
        QFETCH(const QString, url);
        QFETCH(const QString, proxy);
        const auto rules = ProxyRules::fromEnvironment(environmentOf(variables));
        QCOMPARE(named(rules.proxyFor(QUrl(url))), proxy);
        QCOMPARE(rules.isEmpty(), variables.isEmpty());
    }

    void readsTheExceptions_data()
    {
        QTest::addColumn<QString>("exceptions");
        QTest::addColumn<QString>("url");
        QTest::addColumn<bool>("isDirect");
        QTest::newRow("the name") << u"a.test"_s << u"https://A.test"_s << true;
        QTest::newRow("below the name") << u"a.test"_s << u"https://x.a.test"_s << true;
        QTest::newRow("ends alike") << u"a.test"_s << u"https://ba.test"_s << false;
        QTest::newRow("leading dot") << u".a.test"_s << u"https://x.a.test"_s << true;
        QTest::newRow("leading star") << u"*.a.test"_s << u"https://x.a.test"_s << true;
        QTest::newRow("everything") << u"*"_s << u"https://a.test"_s << true;
        QTest::newRow("one of several") << u"b.test,,c.test,a.test"_s << u"https://a.test"_s << true;
        QTest::newRow("none of several") << u"b.test,c.test"_s << u"https://a.test"_s << false;
        QTest::newRow("its port") << u"a.test:8443"_s << u"https://a.test:8443"_s << true;
        QTest::newRow("its default port") << u"a.test:443"_s << u"https://a.test"_s << true;
        QTest::newRow("another port") << u"a.test:8443"_s << u"https://a.test"_s << false;
        QTest::newRow("address") << u"10.1.2.3"_s << u"https://10.1.2.3"_s << true;
        QTest::newRow("another address") << u"10.1.2.3"_s << u"https://10.1.2.34"_s << false;
        QTest::newRow("network") << u"10.0.0.0/8"_s << u"https://10.1.2.3"_s << true;
        QTest::newRow("another network") << u"10.0.0.0/8"_s << u"https://11.1.2.3"_s << false;
        QTest::newRow("IPv6") << u"fd00::/8"_s << u"https://[fd00::1]"_s << true;
        QTest::newRow("nonsense") << u":/,/,*.,."_s << u"https://a.test"_s << false;
    }
    void readsTheExceptions()
    {
        QFETCH(const QString, exceptions);
        QFETCH(const QString, url);
        QFETCH(const bool, isDirect);
        const auto rules =
            ProxyRules::fromEnvironment(environmentOf(u"all_proxy=p:1 no_proxy="_s + exceptions));
        QCOMPARE(named(rules.proxyFor(QUrl(url))), isDirect ? u"direct"_s : u"http://p:1"_s);
    }

    void neverTellsTheProxysPassword()
    {
        const auto rules = ProxyRules::fromEnvironment(environmentOf(u"all_proxy=ftp://me:hunter2@p"_s));
        const auto proxy = rules.proxyFor(QUrl(u"https://a.test"_s));
        QVERIFY(!proxy);
        QVERIFY(proxy.error().message.contains(u"all_proxy"_s));
        QVERIFY(!proxy.error().message.contains(u"hunter2"_s));
    }

    void callsGoThroughTheProxy_data()
    {
        QTest::addColumn<QString>("proxy");
        QTest::addColumn<QString>("asked");
        QTest::newRow("http") << u"http://%1"_s << u"GET http://api.test/x"_s;
        QTest::newRow("socks") << u"socks5h://%1"_s << u"SOCKS api.test:80"_s;
        QTest::newRow("http with credentials") << u"http://me:hunter2@%1"_s << u"GET http://api.test/x"_s;
        QTest::newRow("socks with credentials") << u"socks5h://me:hunter2@%1"_s << u"SOCKS api.test:80"_s;
    }
    void callsGoThroughTheProxy()
    {
        QFETCH(const QString, proxy);
        QFETCH(const QString, asked);
        ScriptedHttpServer server;
        server.answerWith([](const auto &) { return ScriptedHttpServer::json(200, {}); });
        TestProxy way(server.port());
        if (proxy.contains(u"hunter2"_s)) {
            way.requireCredentials("me", "hunter2");
        }
        HttpClient client(m_clock);
        client.setNetwork(networkOf(u"all_proxy="_s + proxy.arg(way.address())));
        HttpRequest request;
        request.url = QUrl(u"http://api.test/x"_s);
        const auto reply = await(client.send(request, {}));
        QVERIFY(reply);
        QVERIFY2(*reply, reply->has_value() ? "" : qPrintable(reply->error().message));
        QCOMPARE(way.asked().first(), asked);
        QCOMPARE(server.requests().size(), 1);
    }

    void encryptedCallsAndStreamsGoThroughATunnel_data()
    {
        QTest::addColumn<QString>("proxy");
        QTest::addColumn<QString>("asked");
        QTest::newRow("http") << u"http://%1"_s << u"CONNECT api.test:443"_s;
        QTest::newRow("socks") << u"socks5h://%1"_s << u"SOCKS api.test:443"_s;
    }
    void encryptedCallsAndStreamsGoThroughATunnel()
    {
        QFETCH(const QString, proxy);
        QFETCH(const QString, asked);
        const TestAuthority authority({u"api.test"_s});
        QVERIFY2(authority.errorText().isEmpty(), qPrintable(authority.errorText()));
        ScriptedHttpServer server(authority.serverConfiguration());
        server.answerWith([](const auto &) { return ScriptedHttpServer::json(200, {}); });
        TestProxy way(server.port());
        auto network = networkOf(u"https_proxy="_s + proxy.arg(way.address()));
        network.tls = withAuthorities(network.tls, authority.authorityFile()).value();
        HttpClient client(m_clock);
        client.setNetwork(network);
        HttpRequest request;
        request.url = QUrl(u"https://api.test/x"_s);
        const auto reply = await(client.send(request, {}));
        QVERIFY(reply && *reply);
        QCOMPARE(server.requests().first().target, QByteArray("/x"));
        QObject owner;
        QSignalSpy finished(client.open(request, &owner), &HttpStream::finished);
        QTRY_COMPARE(finished.size(), 1);
        QCOMPARE(way.asked(), (QStringList{asked, asked}));
    }

    void socketsGoThroughATunnel_data()
    {
        QTest::addColumn<QString>("proxy");
        QTest::addColumn<QString>("asked");
        QTest::newRow("http") << u"http://%1"_s << u"CONNECT api.test:80"_s;
        QTest::newRow("socks") << u"socks5h://%1"_s << u"SOCKS api.test:80"_s;
    }
    void socketsGoThroughATunnel()
    {
        QFETCH(const QString, proxy);
        QFETCH(const QString, asked);
        QWebSocketServer server(u"server"_s, QWebSocketServer::NonSecureMode);
        server.setSupportedSubprotocols({u"Bearer"_s});
        QVERIFY(server.listen(QHostAddress::LocalHost));
        TestProxy way(server.serverPort());
        JsonSocket socket(m_clock);
        socket.setNetwork(networkOf(u"all_proxy="_s + proxy.arg(way.address())));
        QSignalSpy opened(&socket, &JsonSocket::opened);
        socket.open(QUrl(u"ws://api.test/stream"_s), u"token"_s);
        QTRY_COMPARE(opened.size(), 1);
        QCOMPARE(way.asked(), QStringList{asked});
    }

    void loopbackNeverGoesThroughAProxy()
    {
        ScriptedHttpServer server;
        server.answerWith([](const auto &) { return ScriptedHttpServer::json(200, {}); });
        TestProxy way(server.port());
        HttpClient client(m_clock);
        client.setNetwork(networkOf(u"all_proxy=http://"_s + way.address()));
        HttpRequest request;
        request.url = server.url();
        QVERIFY(await(client.send(request, {}))->has_value());
        QObject owner;
        QSignalSpy finished(client.open(request, &owner), &HttpStream::finished);
        QTRY_COMPARE(finished.size(), 1);
        QVERIFY(way.asked().isEmpty());
    }

    void nothingGoesPastAProxyThatCannotBeUsed()
    {
        HttpClient client(m_clock);
        client.setNetwork(networkOf(u"all_proxy=socks4://p"_s));
        HttpRequest request;
        request.url = QUrl(u"http://api.test/"_s);
        const auto reply = await(client.send(request, {}));
        QVERIFY(reply && !*reply);
        QCOMPARE(reply->error().kind, ErrorKind::Unsupported);
        QObject owner;
        QSignalSpy streamFailed(client.open(request, &owner), &HttpStream::failed);
        JsonSocket socket(m_clock);
        socket.setNetwork(client.network());
        QSignalSpy socketFailed(&socket, &JsonSocket::failed);
        socket.open(QUrl(u"ws://api.test/"_s), u"token"_s);
        QTRY_VERIFY(streamFailed.size() == 1 && socketFailed.size() == 1);
        QCOMPARE(streamFailed[0][0].value<Error>().kind, ErrorKind::Unsupported);
        QCOMPARE(socketFailed[0][0].value<Error>().kind, ErrorKind::Unsupported);
    }

    void asksTheSystemOnceForAServer()
    {
        ManualClock clock;
        std::atomic<int> asked = 0;
        QUrl askedFor; // Read after the answer only.
        ProxyResolver resolver(clock, ProxyRules(), [&](const QNetworkProxyQuery &query) {
            ++asked;
            askedFor = query.url();
            return QList<QNetworkProxy>{QNetworkProxy(QNetworkProxy::HttpProxy, u"p"_s, 1)};
        });
        const QUrl url(u"wss://me:hunter2@a.test/secret?token=x"_s);
        QCOMPARE(named(resolver.lastProxyFor(url)), u"http://localhost:0"_s);
        QCOMPARE(named(*await(resolver.proxyFor(url, {}))), u"http://p:1"_s);
        QCOMPARE(askedFor, QUrl(u"https://a.test"_s));
        QCOMPARE(named(*await(resolver.proxyFor(QUrl(u"https://a.test/y"_s), {}))), u"http://p:1"_s);
        QCOMPARE(asked.load(), 1);
        clock.advance(31s);
        QCOMPARE(named(resolver.lastProxyFor(url)), u"http://p:1"_s);
        QCOMPARE(named(*await(resolver.proxyFor(url, {}))), u"http://p:1"_s);
        QCOMPARE(asked.load(), 2);
        QCOMPARE(named(*await(resolver.proxyFor(QUrl(u"http://127.0.0.1:5"_s), {}))), u"direct"_s);
        QCOMPARE(asked.load(), 2);
    }

    void prefersTheFirstThatCanBeUsed()
    {
        ProxyResolver resolver(m_clock, ProxyRules(), [](const QNetworkProxyQuery &query) {
            const QNetworkProxy ftp(QNetworkProxy::FtpCachingProxy, u"f"_s, 1);
            const QNetworkProxy socks(QNetworkProxy::Socks5Proxy, u"s"_s, 2);
            return query.url().host() == "only.test"_L1 ? QList{ftp} : QList{ftp, socks};
        });
        QCOMPARE(named(*await(resolver.proxyFor(QUrl(u"https://a.test"_s), {}))), u"socks5://s:2"_s);
        QCOMPARE(named(*await(resolver.proxyFor(QUrl(u"https://only.test"_s), {}))), u"error: Unsupported"_s);
    }

    /// As with a script for the settings that comes from a server that hangs.
    void doesNotWaitForASystemThatHangs()
    {
        ManualClock clock;
        const auto mayAnswer = std::make_shared<std::promise<void>>();
        const auto isAsked = std::make_shared<std::atomic<int>>(0);
        ProxyResolver resolver(
            clock, ProxyRules(),
            [isAsked, future = mayAnswer->get_future().share()](const QNetworkProxyQuery &) {
                ++*isAsked;
                future.wait();
                return QList<QNetworkProxy>{};
            });
        const QUrl url(u"https://a.test"_s);
        QStringList answers;
        std::stop_source stop;
        const auto note = [&](const Result<QNetworkProxy> &proxy) {
            answers.append(named(proxy));
        };
        resolver.proxyFor(url, {}).then(note);
        resolver.proxyFor(url, stop.get_token()).then(note);
        stop.request_stop();
        QCOMPARE(answers, QStringList{u"error: Cancelled"_s});
        clock.advance(15s);
        QCOMPARE(answers.last(), u"error: Timeout"_s);
        resolver.proxyFor(url, {}).then(note);
        mayAnswer->set_value();
        QTRY_COMPARE(answers.last(), u"direct"_s);
        QCOMPARE(isAsked->load(), 1);
    }
};

QTEST_GUILESS_MAIN(TestProxies)
#include "test_proxies.moc"
