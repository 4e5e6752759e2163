// SPDX-License-Identifier: Apache-2.0
#include "core/manualclock.h"
#include "net/httpclient.h"
#include "net/httpstream.h"
#include "net/jsonsocket.h"
#include "net/requestlog.h"
#include "support/await.h"
#include "support/scriptedhttpserver.h"

#include <QSignalSpy>
#include <QTest>
#include <QWebSocket>
#include <QWebSocketServer>

using namespace Koyeb;
using namespace Koyeb::Test;
using namespace Qt::Literals::StringLiterals;
using namespace std::chrono_literals;

class TestRequestLog : public QObject {
    Q_OBJECT

    SystemClock m_clock;

    [[nodiscard]] static NetworkSettings notingIn(const std::shared_ptr<RequestLog> &log)
    {
        NetworkSettings network;
        network.log = log;
        return network;
    }

    [[nodiscard]] static QString textOf(const RequestLogEntry &entry)
    {
        return entry.method + u' ' + entry.url + u' ' + entry.requestId;
    }

private Q_SLOTS:
    void notesWhatBecameOfACall()
    {
        ScriptedHttpServer server;
        server.answerWith(
            [](const auto &) { return ScriptedHttpServer::text(200, "answer", "x-request-id: r-1\r\n"); });
        const auto log = std::make_shared<RequestLog>(m_clock);
        HttpClient client(m_clock);
        client.setNetwork(notingIn(log));
        QSignalSpy added(log.get(), &RequestLog::entryAdded);
        QSignalSpy changed(log.get(), &RequestLog::entryChanged);
        HttpRequest request;
        request.method = "POST";
        request.url = server.url(u"/v1/apps"_s);
        request.body = "question";
        QVERIFY(await(client.send(request, {}))->has_value());
        QCOMPARE(added.size(), 1);
        QCOMPARE(added[0][0].value<RequestLogEntry>().state, RequestLogEntry::State::Running);
        QCOMPARE(changed.size(), 1);
        QCOMPARE(log->size(), 1);
        const auto &entry = *log->entry(1);
        QCOMPARE(entry.state, RequestLogEntry::State::Finished);
        QCOMPARE(entry.kind, RequestLogEntry::Kind::Call);
        QCOMPARE(entry.method, u"POST"_s);
        QCOMPARE(entry.url, server.url(u"/v1/apps"_s).toString());
        QCOMPARE(entry.status, 200);
        QCOMPARE(entry.bytesSent, 8);
        QCOMPARE(entry.bytesReceived, 6);
        QCOMPARE(entry.requestId, u"r-1"_s);
        QVERIFY(!entry.error && entry.startedAt.isValid());
    }

    void notesEveryAttempt()
    {
        ScriptedHttpServer server;
        server.answerWith([&](const auto &) {
            return server.requests().size() == 1 ? ScriptedHttpServer::text(503, "busy")
                                                 : ScriptedHttpServer::json(200, {});
        });
        const auto log = std::make_shared<RequestLog>(m_clock);
        HttpClient client(m_clock);
        client.setNetwork(notingIn(log));
        client.setRetryPolicy({4, 1ms, 1ms});
        HttpRequest request;
        request.url = server.url();
        request.repeatable = Repeatable::Safely;
        QVERIFY(await(client.send(request, {}))->has_value());
        QCOMPARE(log->size(), 2);
        QCOMPARE(log->entry(1)->status, 503);
        QCOMPARE(*log->entry(1)->error, ErrorKind::Server);
        QCOMPARE(log->entry(2)->attempt, 2);
        QVERIFY(!log->entry(2)->error);
    }

    void notesHowLongTheRateLimitTookAndTheServer()
    {
        ScriptedHttpServer server;
        ManualClock clock;
        const auto log = std::make_shared<RequestLog>(clock);
        RateLimiter limiter(clock, {1, 1000ms, 0});
        HttpClient client(clock, &limiter);
        client.setNetwork(notingIn(log));
        client.setRetryPolicy({.maximumAttempts = 1});
        HttpRequest request;
        request.url = server.url();
        request.timeouts = {};
        request.timeouts.total = 5s;
        int ended = 0;
        client.send(request, {}).then([&](const auto &) { ++ended; });
        client.send(request, {}).then([&](const auto &) { ++ended; });
        QCOMPARE(log->size(), 1);
        clock.advance(1s);
        QCOMPARE(log->size(), 2);
        QCOMPARE(log->entry(2)->waited, 1000ms);
        clock.advance(5s);
        QTRY_COMPARE(ended, 2);
        QCOMPARE(log->entry(1)->duration, 5000ms);
        QCOMPARE(*log->entry(2)->error, ErrorKind::Timeout);
    }

    void notesStreamsWhileTheyRun()
    {
        ScriptedHttpServer server;
        server.answerWith([](const auto &) {
            return ScriptedHttpServer::Answer{"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"};
        });
        const auto log = std::make_shared<RequestLog>(m_clock);
        HttpClient client(m_clock);
        client.setNetwork(notingIn(log));
        HttpRequest request;
        request.url = server.url();
        request.body = "{}";
        QObject owner;
        auto *stream = client.open(request, &owner);
        QSignalSpy received(stream, &HttpStream::received);
        QTRY_COMPARE(received.size(), 1);
        QCOMPARE(log->entry(1)->kind, RequestLogEntry::Kind::Stream);
        QCOMPARE(log->entry(1)->state, RequestLogEntry::State::Running);
        QCOMPARE(log->entry(1)->status, 200);
        QCOMPARE(log->entry(1)->bytesReceived, 4);
        stream->cancel();
        QCOMPARE(log->entry(1)->state, RequestLogEntry::State::Finished);
        QCOMPARE(*log->entry(1)->error, ErrorKind::Cancelled);
    }

    void notesSockets()
    {
        QWebSocketServer server(u"server"_s, QWebSocketServer::NonSecureMode);
        server.setSupportedSubprotocols({u"Bearer"_s});
        QVERIFY(server.listen(QHostAddress::LocalHost));
        const auto log = std::make_shared<RequestLog>(m_clock);
        JsonSocket socket(m_clock);
        socket.setNetwork(notingIn(log));
        QSignalSpy opened(&socket, &JsonSocket::opened);
        socket.open(server.serverUrl(), u"tok-en"_s);
        QTRY_COMPARE(opened.size(), 1);
        QCOMPARE(log->entry(1)->kind, RequestLogEntry::Kind::Socket);
        QCOMPARE(log->entry(1)->status, 101);
        socket.send({{u"a"_s, 1}});
        socket.close();
        QCOMPARE(log->entry(1)->bytesSent, 7);
        QCOMPARE(log->entry(1)->state, RequestLogEntry::State::Finished);
        QVERIFY(!log->entry(1)->error);
    }

    void keepsTheLatestOnly()
    {
        const auto log = std::make_shared<RequestLog>(m_clock, 3);
        std::vector<RequestNote> running;
        for (int i = 0; i < 8; ++i) {
            running.emplace_back(log, RequestNote::Start{RequestLogEntry::Kind::Call, "GET", QUrl()});
        }
        QCOMPARE(log->size(), 3);
        QCOMPARE(log->firstNumber(), 6U);
        QVERIFY(!log->entry(5) && !log->entry(9));
        QCOMPARE(log->entry(6)->number, 6U);
        QSignalSpy changed(log.get(), &RequestLog::entryChanged);
        running.clear(); // The end of what is forgotten disturbs nobody.
        QCOMPARE(changed.size(), 3);
        log->clear();
        QCOMPARE(log->size(), 0);
        QVERIFY(!log->entry(8));
        RequestNote next(log, {RequestLogEntry::Kind::Call, "GET", QUrl()});
        QCOMPARE(log->firstNumber(), 9U);
        QCOMPARE(log->size(), 1);
    }

    void holdsNoSecrets()
    {
        const auto token = u"t0ken-of-the-account-0123456789012345678901234567890123456789"_s;
        ScriptedHttpServer server;
        server.answerWith([&](const auto &) {
            // A server that quotes back whatever it can.
            return ScriptedHttpServer::text(
                400, "token " + token.toUtf8(), "x-request-id: Bearer " + token.toUtf8() + "\r\n");
        });
        const auto log = std::make_shared<RequestLog>(m_clock);
        HttpClient client(m_clock);
        client.setNetwork(notingIn(log));
        client.setDefaultHeaders({{"Authorization", "Bearer " + token.toUtf8()}});
        HttpRequest request;
        request.method = "POST";
        request.url = server.url(u"/r/r0uting-key/page?secret=s3cret&other=0ther#fr4gment"_s);
        request.url.setUserInfo(u"me:pa55word"_s);
        request.headers = {{"X-Routing-Key", "r0uting-key"}};
        request.body = R"({"value":"b0dy"})";
        QVERIFY(!await(client.send(request, {}))->has_value());
        QObject owner;
        QSignalSpy failed(client.open(request, &owner), &HttpStream::failed);
        QTRY_COMPARE(failed.size(), 1);
        JsonSocket socket(m_clock);
        socket.setNetwork(client.network());
        QSignalSpy socketFailed(&socket, &JsonSocket::failed);
        auto url = request.url;
        url.setScheme(u"ws"_s);
        socket.open(url, token);
        QTRY_COMPARE(socketFailed.size(), 1);
        QCOMPARE(log->size(), 3);
        for (quint64 number = 1; number <= 3; ++number) {
            const auto text = textOf(*log->entry(number));
            QVERIFY2(text.contains(u"/page"_s), qPrintable(text));
            for (const auto &secret :
                 {token, u"t0ken"_s, u"r0uting-key"_s, u"s3cret"_s, u"0ther"_s, u"pa55word"_s, u"b0dy"_s}) {
                QVERIFY2(!text.contains(secret), qPrintable(text));
            }
        }
    }
};

QTEST_GUILESS_MAIN(TestRequestLog)
#include "test_requestlog.moc"
