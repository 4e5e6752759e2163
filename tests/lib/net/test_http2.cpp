// SPDX-License-Identifier: Apache-2.0
#include "net/httpclient.h"
#include "net/httpstream.h"
#include "support/await.h"
#include "support/scriptedhttpserver.h"
#include "support/testauthority.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QSignalSpy>
#include <QTest>

using namespace Koyeb;
using namespace Koyeb::Test;
using namespace Qt::Literals::StringLiterals;
using namespace std::chrono_literals;

/// Against a server that speaks HTTP/2 and nothing else.
class TestHttp2 : public QObject {
    Q_OBJECT

    SystemClock m_clock;
    TestAuthority m_authority{{u"localhost"_s}};
    NetworkSettings m_network;
    QProcess m_server;
    QUrl m_origin;

    HttpRequest requestTo(const QString &path, const QByteArray &method, const QByteArray &body = {}) const
    {
        HttpRequest request;
        request.method = method;
        request.url = m_origin.resolved(QUrl(path));
        request.body = body;
        request.repeatable = method == "GET" ? Repeatable::Safely : Repeatable::Never;
        return request;
    }

    int countOf(HttpClient &client, const QString &path)
    {
        const auto reply = await(client.send(requestTo(u"/counts"_s, "GET"), {}));
        return reply && *reply ? QJsonDocument::fromJson((*reply)->body).object().value(path).toInt() : -1;
    }

private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY2(m_authority.errorText().isEmpty(), qPrintable(m_authority.errorText()));
        const auto tls = withAuthorities(m_network.tls, m_authority.authorityFile());
        QVERIFY(tls);
        m_network.tls = *tls;
        m_server.setProcessChannelMode(QProcess::ForwardedErrorChannel);
        m_server.start(
            u"/usr/bin/python3"_s,
            {QStringLiteral(KOYEB_HTTP2_SERVER), m_authority.certificateFile(), m_authority.keyFile()});
        QTRY_VERIFY_WITH_TIMEOUT(m_server.canReadLine(), 30'000);
        m_origin = QUrl(u"https://localhost:%1/"_s.arg(m_server.readLine().trimmed().toInt()));
    }

    void cleanupTestCase()
    {
        m_server.closeWriteChannel();
        m_server.waitForFinished();
    }

    void speaksItWhereItIsOffered()
    {
        HttpClient client(m_clock);
        client.setNetwork(m_network);
        const QByteArray large(3'000'000, 'x'); // More than any window.
        const auto reply = await(client.send(requestTo(u"/echo"_s, "POST", large), {}));
        QVERIFY(reply);
        QVERIFY2(*reply, reply->has_value() ? "" : qPrintable(reply->error().message));
        QCOMPARE((*reply)->body, large);
        QCOMPARE(countOf(client, u"/echo"_s), 1);
    }

    void sendsARequestThatCreatesOnlyOnce_data()
    {
        QTest::addColumn<QString>("path");
        QTest::addColumn<QByteArray>("body");
        for (const auto &path : {u"/cut"_s, u"/refuse"_s, u"/goaway"_s}) {
            QTest::addRow("%s with a body", qPrintable(path)) << path << QByteArray("{}");
            QTest::addRow("%s without a body", qPrintable(path)) << path << QByteArray();
        }
    }
    void sendsARequestThatCreatesOnlyOnce()
    {
        QFETCH(const QString, path);
        QFETCH(const QByteArray, body);
        HttpClient client(m_clock);
        client.setNetwork(m_network);
        const int before = countOf(client, path); // Also opens the connection, so that it is a used one.
        auto request = requestTo(path, "POST", body);
        request.timeouts.firstByte = 10s;
        const auto reply = await(client.send(request, {}));
        QVERIFY(reply && !*reply);
        QVERIFY2(
            reply->error().kind == ErrorKind::Offline || reply->error().kind == ErrorKind::Protocol,
            qPrintable(errorKindName(reply->error().kind)));
        HttpClient other(m_clock);
        other.setNetwork(m_network);
        QCOMPARE(countOf(other, path), before + 1);
    }

    void repeatsARead()
    {
        HttpClient client(m_clock);
        client.setNetwork(m_network);
        client.setRetryPolicy({3, 1ms, 10ms});
        const auto reply = await(client.send(requestTo(u"/busy"_s, "GET"), {}));
        QVERIFY(reply && !*reply);
        QCOMPARE(reply->error().httpStatus, 503);
        QCOMPARE(countOf(client, u"/busy"_s), 3);
    }

    void sendsManyRequestsAtOnce()
    {
        HttpClient client(m_clock);
        client.setNetwork(m_network);
        int answered = 0;
        for (int i = 0; i < 50; ++i) {
            const auto body = QByteArray::number(i);
            client.send(requestTo(u"/many"_s, "POST", body), {})
                .then([&answered, body](const Result<HttpReply> &reply) {
                    answered += reply && reply->body == body ? 1 : 0;
                });
        }
        QTRY_COMPARE_WITH_TIMEOUT(answered, 50, 30'000);
        QCOMPARE(countOf(client, u"/many"_s), 50);
    }

    /// A server that prefers HTTP/2 and speaks HTTP/1.1 only: a stream that asked for the former would fail.
    void readsStreamsWithHttp1()
    {
        auto tls = m_authority.serverConfiguration();
        tls.setAllowedNextProtocols(
            {QSslConfiguration::ALPNProtocolHTTP2, QSslConfiguration::NextProtocolHttp1_1});
        ScriptedHttpServer server(tls);
        server.answerWith([](const auto &) { return ScriptedHttpServer::text(200, "content"); });
        HttpClient client(m_clock);
        client.setNetwork(m_network);
        auto request = requestTo({}, "POST", "{}");
        request.url = server.url();
        QObject owner;
        auto *stream = client.open(request, &owner);
        QSignalSpy received(stream, &HttpStream::received);
        QSignalSpy finished(stream, &HttpStream::finished);
        QTRY_COMPARE(finished.size(), 1);
        QCOMPARE(received[0][0].toByteArray(), QByteArray("content"));
    }
};

QTEST_GUILESS_MAIN(TestHttp2)
#include "test_http2.moc"
