// SPDX-License-Identifier: Apache-2.0
#include "net/httpclient.h"
#include "net/httpstream.h"
#include "net/jsonsocket.h"
#include "support/await.h"
#include "support/scriptedhttpserver.h"
#include "support/testauthority.h"

#include <QFile>
#include <QSignalSpy>
#include <QSslCertificate>
#include <QTest>
#include <QWebSocket>
#include <QWebSocketServer>

using namespace Koyeb;
using namespace Koyeb::Test;
using namespace Qt::Literals::StringLiterals;

class TestTls : public QObject {
    Q_OBJECT

    SystemClock m_clock;
    TestAuthority m_authority{{u"localhost"_s}};

    [[nodiscard]] NetworkSettings trusting() const
    {
        NetworkSettings network;
        network.tls = withAuthorities(network.tls, m_authority.authorityFile()).value();
        return network;
    }

    /// What becomes of a call to a server with the authority's certificate.
    Result<HttpReply> call(const NetworkSettings &network, const QString &host)
    {
        ScriptedHttpServer server(m_authority.serverConfiguration());
        server.answerWith([](const auto &) { return ScriptedHttpServer::json(200, {}); });
        HttpClient client(m_clock);
        client.setNetwork(network);
        HttpRequest request;
        request.url = server.url();
        request.url.setHost(host);
        const auto reply = await(client.send(request, {}));
        if (!reply) {
            return failure(ErrorKind::Timeout, u"There was no end."_s);
        }
        if (!*reply && !server.requests().isEmpty()) {
            return failure(ErrorKind::Protocol, u"The request was sent to a server that is not trusted."_s);
        }
        return *reply;
    }

private Q_SLOTS:
    void initTestCase() { QVERIFY2(m_authority.errorText().isEmpty(), qPrintable(m_authority.errorText())); }

    void trustsAServerOnlyWithItsAuthority()
    {
        const auto stranger = call(NetworkSettings(), u"localhost"_s);
        QVERIFY(!stranger);
        QCOMPARE(stranger.error().kind, ErrorKind::Tls);
        QVERIFY(call(trusting(), u"localhost"_s).has_value());
    }

    void stillJudgesTheName()
    {
        const auto otherName = call(trusting(), u"127.0.0.1"_s);
        QVERIFY(!otherName);
        QCOMPARE(otherName.error().kind, ErrorKind::Tls);
    }

    void keepsTheSystemsAuthorities()
    {
        const auto tls =
            withAuthorities(QSslConfiguration::defaultConfiguration(), m_authority.authorityFile());
        QVERIFY(tls);
        const auto authorities = tls->caCertificates();
        const auto system = QSslConfiguration::systemCaCertificates();
        QVERIFY2(!system.isEmpty(), "This system has no authorities, so nothing is tested here.");
        QCOMPARE(authorities.size(), system.size() + 1);
        QVERIFY(authorities.contains(system.first()));
        QCOMPARE(tls->peerVerifyMode(), QSslConfiguration::defaultConfiguration().peerVerifyMode());
    }

    void judgesStreamsTheSameWay()
    {
        ScriptedHttpServer server(m_authority.serverConfiguration());
        server.answerWith([](const auto &) { return ScriptedHttpServer::json(200, {}); });
        HttpRequest request;
        request.url = server.url();
        QObject owner;
        HttpClient stranger(m_clock);
        QSignalSpy failed(stranger.open(request, &owner), &HttpStream::failed);
        QTRY_COMPARE(failed.size(), 1);
        QCOMPARE(failed[0][0].value<Error>().kind, ErrorKind::Tls);
        HttpClient client(m_clock);
        client.setNetwork(trusting());
        QSignalSpy finished(client.open(request, &owner), &HttpStream::finished);
        QTRY_COMPARE(finished.size(), 1);
    }

    void judgesSocketsTheSameWay()
    {
        QWebSocketServer server(u"server"_s, QWebSocketServer::SecureMode);
        server.setSslConfiguration(m_authority.serverConfiguration());
        server.setSupportedSubprotocols({u"Bearer"_s});
        QVERIFY(server.listen(QHostAddress::LocalHost));
        const QUrl url(u"wss://localhost:%1/"_s.arg(server.serverPort()));
        JsonSocket stranger(m_clock);
        QSignalSpy failed(&stranger, &JsonSocket::failed);
        stranger.open(url, u"token"_s);
        QTRY_COMPARE(failed.size(), 1);
        QCOMPARE(failed[0][0].value<Error>().kind, ErrorKind::Tls);
        JsonSocket socket(m_clock);
        socket.setNetwork(trusting());
        QSignalSpy opened(&socket, &JsonSocket::opened);
        socket.open(url, u"token"_s);
        QTRY_COMPARE(opened.size(), 1);
    }

    void takesTheFileFromTheEnvironment()
    {
        QProcessEnvironment environment;
        environment.insert(u"SSL_CERT_FILE"_s, m_authority.authorityFile());
        const auto network = NetworkSettings::fromEnvironment(m_clock, environment);
        QVERIFY(network);
        QVERIFY(call(*network, u"localhost"_s).has_value());
    }

    void saysWhatIsWrongWithTheFile_data()
    {
        QTest::addColumn<QString>("file");
        QTest::newRow("missing") << u"/nowhere/ca.pem"_s;
        QTest::newRow("no certificate") << m_authority.keyFile();
    }
    void saysWhatIsWrongWithTheFile()
    {
        QFETCH(const QString, file);
        QProcessEnvironment environment;
        environment.insert(u"SSL_CERT_FILE"_s, file);
        const auto network = NetworkSettings::fromEnvironment(m_clock, environment);
        QVERIFY(!network);
        QCOMPARE(network.error().kind, ErrorKind::Local);
        QVERIFY(network.error().message.contains(file));
    }
};

QTEST_GUILESS_MAIN(TestTls)
#include "test_tls.moc"
