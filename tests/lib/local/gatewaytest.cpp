// SPDX-License-Identifier: Apache-2.0
#include "localengine.h"
#include "sandboxclient.h"

#include <QElapsedTimer>
#include <QJsonArray>
#include <QJsonDocument>
#include <QSignalSpy>
#include <QTcpSocket>
#include <QTest>
#include <QWebSocket>

using namespace Qt::Literals::StringLiterals;
using namespace Koyeb::Testing;

namespace {

// Answers each connection with what it was asked, and a WebSocket's opening with its acceptance and one
// frame.
constexpr auto serverScript = R"(
import base64, hashlib, socket, sys
listener = socket.create_server(('127.0.0.1', 9000))
while True:
    peer, _ = listener.accept()
    head = b''
    while b'\r\n\r\n' not in head:
        head += peer.recv(4096)
    key = [l.split(b': ')[1] for l in head.split(b'\r\n') if l.lower().startswith(b'sec-websocket-key: ')]
    if key:
        accept = base64.b64encode(hashlib.sha1(key[0] + b'258EAFA5-E914-47DA-95CA-C5AB0DC85B11').digest())
        peer.sendall(b'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n'
                     b'Sec-WebSocket-Accept: ' + accept + b'\r\n\r\n' + bytes([0x81, 5]) + b'hello')
        peer.recv(4096)
    else:
        peer.sendall(b'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n' + head)
    peer.close()
)";

} // namespace

class GatewayTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void wantsTheRoutingKey_data();
    void wantsTheRoutingKey();
    void refusesOtherHostNames();
    void tellsWhenNothingListens();
    void passesWhatThePageAsksFor();
    void followsTheCookieOutsideThePrefix();
    void hidesRoutingCookiesFromThePage();
    void letsWebSocketsThrough();
    void streamsLinesAsTheyCome();
    void carriesLargeBodies();
    void endsTheCommandWhenTheClientLeaves();
    void offersATcpProxyWhenAsked();
    void takesTheDomainForAKey();
    void isKnownBeforeTheSandboxRuns();

private:
    [[nodiscard]] QByteArray cookie() const;

    LocalEngine m_engine;
    QJsonObject m_sandbox;
    std::unique_ptr<SandboxClient> m_client;
};

void GatewayTest::initTestCase()
{
    QVERIFY2(m_engine.start(), qPrintable(m_engine.errorText()));
    m_sandbox = m_engine.createSandbox(u"gateway"_s);
    QVERIFY2(!m_sandbox.isEmpty(), qPrintable(m_engine.errorText()));
    m_client = std::make_unique<SandboxClient>(m_sandbox);
}

QByteArray GatewayTest::cookie() const
{
    const QByteArray name = "koyeb-route-" + QByteArray::number(m_client->publicUrl({}).port());
    return name + '=' + m_client->routingKey().toUtf8();
}

void GatewayTest::wantsTheRoutingKey_data()
{
    QTest::addColumn<QString>("path");
    QTest::addColumn<QByteArray>("key");
    QTest::newRow("executor without") << u"/koyeb-sandbox/health"_s << QByteArray();
    QTest::newRow("executor with a wrong one") << u"/koyeb-sandbox/health"_s << QByteArray("wrong");
    QTest::newRow("page without") << u"/"_s << QByteArray();
    QTest::newRow("page with a wrong one") << u"/r/wrong/"_s << QByteArray();
    QTest::newRow("page with the header only") << u"/"_s << m_client->routingKey().toUtf8();
}

void GatewayTest::wantsTheRoutingKey()
{
    QFETCH(QString, path);
    QFETCH(QByteArray, key);
    const Headers headers = key.isEmpty() ? Headers() : Headers{{"X-Routing-Key", key}};
    QCOMPARE(fetch("GET", m_client->publicUrl(path), headers).status, 404);
}

void GatewayTest::refusesOtherHostNames()
{
    Headers headers = m_client->credentials();
    headers += Headers{{"Host", "evil.example"}};
    QCOMPARE(fetch("GET", m_client->publicUrl(u"/koyeb-sandbox/health"_s), headers).status, 403);
}

void GatewayTest::tellsWhenNothingListens()
{
    const QUrl page = m_client->publicUrl(u"/r/%1/"_s.arg(m_client->routingKey()));
    QCOMPARE(fetch("GET", page).status, 502);
    QCOMPARE(m_client->executor(u"/bind_port"_s, {{u"port"_s, u"9000"_s}}).status, 200);
    QCOMPARE(fetch("GET", page).status, 502);
}

void GatewayTest::passesWhatThePageAsksFor()
{
    const QJsonObject file{
        {u"path"_s, u"/root/server.py"_s}, {u"content"_s, QString::fromLatin1(serverScript)}};
    QCOMPARE(m_client->executor(u"/write_file"_s, file).status, 200);
    const HttpReply started =
        m_client->executor(u"/start_process"_s, {{u"cmd"_s, u"exec python3 /root/server.py"_s}});
    QCOMPARE(started.status, 201);
    const QUrl page = m_client->publicUrl(u"/r/%1/a%20b?c=d"_s.arg(m_client->routingKey()));
    QTRY_COMPARE_WITH_TIMEOUT(fetch("GET", page).status, 200, 30'000);
    const HttpReply reply = fetch("GET", page, {{"X-Own", "kept"}});
    QVERIFY(reply.body.startsWith("GET /a%20b?c=d HTTP/1.1\r\n"));
    QVERIFY(reply.body.contains("X-Own: kept\r\n"));
    QVERIFY(reply.header("Set-Cookie").startsWith(cookie() + "; Path=/; HttpOnly; SameSite=Lax"));
}

void GatewayTest::followsTheCookieOutsideThePrefix()
{
    const QUrl link = m_client->publicUrl(u"/assets/style.css"_s);
    QCOMPARE(fetch("GET", link).status, 404);
    const HttpReply reply = fetch("GET", link, {{"Cookie", cookie()}});
    QCOMPARE(reply.status, 200);
    QVERIFY(reply.body.startsWith("GET /assets/style.css HTTP/1.1\r\n"));
}

void GatewayTest::hidesRoutingCookiesFromThePage()
{
    const HttpReply reply =
        fetch("GET", m_client->publicUrl(u"/"_s), {{"Cookie", "own=1; " + cookie() + "; two=2"}});
    QVERIFY(reply.body.contains("Cookie: own=1; two=2\r\n"));
    QVERIFY(!reply.body.contains(m_client->routingKey().toUtf8()));
}

void GatewayTest::letsWebSocketsThrough()
{
    QWebSocket socket;
    QSignalSpy received(&socket, &QWebSocket::textMessageReceived);
    QUrl url = m_client->publicUrl(u"/r/%1/socket"_s.arg(m_client->routingKey()));
    url.setScheme(u"ws"_s);
    socket.open(url);
    QTRY_COMPARE_WITH_TIMEOUT(received.count(), 1, 30'000);
    QCOMPARE(received.first().first().toString(), u"hello"_s);
}

void GatewayTest::streamsLinesAsTheyCome()
{
    QNetworkAccessManager network;
    QNetworkRequest request(m_client->publicUrl(u"/koyeb-sandbox/run_streaming"_s));
    for (const auto &[name, value] : m_client->credentials())
        request.setRawHeader(name, value);
    request.setHeader(QNetworkRequest::ContentTypeHeader, u"application/json"_s);
    // The second line comes only after the first has been seen here.
    const QJsonObject body{
        {u"cmd"_s, u"echo first; until [ -e /tmp/go ]; do sleep 0.05; done; echo second"_s}};
    const std::unique_ptr<QNetworkReply> reply(network.post(request, QJsonDocument(body).toJson()));
    QByteArray stream;
    const auto holds = [&](const char *text) {
        stream += reply->readAll();
        return stream.contains(text);
    };
    QTRY_VERIFY_WITH_TIMEOUT(holds("first"), 30'000);
    QVERIFY(!stream.contains("second"));
    QCOMPARE(m_client->run(u"touch /tmp/go; echo ok"_s), u"ok"_s);
    QTRY_VERIFY_WITH_TIMEOUT(holds("event: complete"), 30'000);
    QVERIFY(stream.contains("second"));
}

void GatewayTest::carriesLargeBodies()
{
    const QString content(20'000'000, u'x');
    const QJsonObject file{{u"path"_s, u"/root/large"_s}, {u"content"_s, content}};
    QCOMPARE(m_client->executor(u"/write_file"_s, file).status, 200);
    const HttpReply reply = m_client->executor(u"/read_file"_s, {{u"path"_s, u"/root/large"_s}});
    QVERIFY(QJsonDocument::fromJson(reply.body).object().value("content"_L1).toString() == content);
}

void GatewayTest::endsTheCommandWhenTheClientLeaves()
{
    QTcpSocket client;
    client.connectToHost(u"127.0.0.1"_s, static_cast<quint16>(m_client->publicUrl({}).port()));
    const QByteArray body = R"({"cmd":"echo up; exec sleep 16180.33"})";
    QByteArray request = "POST /koyeb-sandbox/run_streaming HTTP/1.1\r\nHost: 127.0.0.1:" +
                         QByteArray::number(m_client->publicUrl({}).port()) + "\r\n";
    for (const auto &[name, value] : m_client->credentials())
        request += name + ": " + value + "\r\n";
    client.write(request + "Content-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body);
    QTRY_VERIFY_WITH_TIMEOUT(client.peek(4096).contains("up"), 30'000);
    const QString count = u"ps -eo args | grep -c '^sleep 16180[.]33'"_s;
    QCOMPARE(m_client->run(count), u"1"_s);
    client.abort();
    QTRY_COMPARE_WITH_TIMEOUT(m_client->run(count), u"0"_s, 30'000);
}

void GatewayTest::offersATcpProxyWhenAsked()
{
    QJsonObject definition = m_sandbox.value("deployment"_L1).toObject().value("definition"_L1).toObject();
    definition.insert(
        "proxy_ports"_L1, QJsonArray{QJsonObject{{u"port"_s, 3031}, {u"protocol"_s, u"tcp"_s}}});
    const auto reply =
        m_engine.request("PUT", u"/v1/services/"_s + m_client->serviceId(), {{u"definition"_s, definition}});
    const QString id = reply.body.value("service"_L1).toObject().value("latest_deployment_id"_L1).toString();
    QJsonObject deployment;
    const auto status = [&]() {
        deployment =
            m_engine.request("GET", u"/v1/deployments/"_s + id).body.value("deployment"_L1).toObject();
        return deployment.value("status"_L1).toString();
    };
    QTRY_COMPARE_WITH_TIMEOUT(status(), u"HEALTHY"_s, 30'000);
    const QJsonObject proxy =
        deployment.value("metadata"_L1).toObject().value("proxy_ports"_L1).toArray().first().toObject();
    QCOMPARE(proxy.value("port"_L1).toInt(), 3031);
    QVERIFY(m_client->serveFolder(u"/root"_s, 8080));
    QUrl url;
    url.setScheme(u"http"_s);
    url.setHost(proxy.value("host"_L1).toString());
    url.setPort(proxy.value("public_port"_L1).toInt());
    QTRY_COMPARE_WITH_TIMEOUT(fetch("GET", url).status, 200, 30'000);
}

void GatewayTest::takesTheDomainForAKey()
{
    LocalEngine engine;
    QVERIFY2(engine.start({u"--routing"_s, u"domain"_s}), qPrintable(engine.errorText()));
    const QJsonObject sandbox = engine.createSandbox(u"domain"_s);
    QVERIFY2(!sandbox.isEmpty(), qPrintable(engine.errorText()));
    const QJsonObject metadata = sandbox.value("deployment"_L1).toObject().value("metadata"_L1).toObject();
    QVERIFY(metadata.value("sandbox"_L1).isNull());
    const QString appPath = u"/v1/apps/"_s + sandbox.value("app_id"_L1).toString();
    const QJsonObject app = engine.request("GET", appPath).body.value("app"_L1).toObject();
    const QString domain = app.value("domains"_L1).toArray().first().toObject().value("name"_L1).toString();
    QVERIFY2(domain.startsWith(u"app-domain.localhost:"_s), qPrintable(domain));
    // By address, since not every resolver knows names below localhost.
    const QString url = u"http://127.0.0.1:"_s + domain.section(u':', 1);
    const Headers named{
        {"Host", domain.toUtf8()},
        {"Authorization", "Bearer " + sandbox.value("secret"_L1).toString().toUtf8()}};
    QCOMPARE(fetch("GET", QUrl(url + u"/koyeb-sandbox/health"_s), named).status, 200);
    const HttpReply run =
        fetch("POST", QUrl(url + u"/koyeb-sandbox/run"_s), named, R"({"cmd": "echo reached"})");
    QVERIFY2(run.body.contains("reached"), run.body);
    QCOMPARE(fetch("GET", QUrl(url + u"/"_s), named).status, 502);
    QCOMPARE(fetch("GET", QUrl(url + u"/koyeb-sandbox/health"_s)).status, 404);
    QCOMPARE(fetch("GET", QUrl(url + u"/"_s), {{"Host", "evil.example"}}).status, 403);
}

// Clients look for the address right after the creation, and the official ones keep what they find.
void GatewayTest::isKnownBeforeTheSandboxRuns()
{
    QVERIFY(m_engine.misbehave({{u"next_deployment"_s, QJsonObject{{u"status"_s, u"PENDING"_s}}}}));
    QJsonObject definition = m_sandbox.value("deployment"_L1).toObject().value("definition"_L1).toObject();
    definition.insert("name"_L1, u"early"_s);
    const auto created = m_engine.request(
        "POST", u"/v1/services"_s,
        {{u"app_id"_s, m_sandbox.value("app_id"_L1)}, {u"definition"_s, definition}});
    QCOMPARE(created.status, 200);
    const QString id =
        created.body.value("service"_L1).toObject().value("latest_deployment_id"_L1).toString();
    const QJsonObject deployment =
        m_engine.request("GET", u"/v1/deployments/"_s + id).body.value("deployment"_L1).toObject();
    QCOMPARE(deployment.value("status"_L1).toString(), u"PENDING"_s);
    const QJsonObject address = deployment.value("metadata"_L1).toObject().value("sandbox"_L1).toObject();
    const SandboxClient client(
        {{u"public_url"_s, address.value("public_url"_L1)},
         {u"routing_key"_s, address.value("routing_key"_L1)}});
    const QUrl health = client.publicUrl(u"/koyeb-sandbox/health"_s);
    QCOMPARE(fetch("GET", health, client.credentials()).status, 503);
}

QTEST_GUILESS_MAIN(GatewayTest)
#include "gatewaytest.moc"
