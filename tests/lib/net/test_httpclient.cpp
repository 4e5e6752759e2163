// SPDX-License-Identifier: Apache-2.0
#include "core/manualclock.h"
#include "net/httpclient.h"
#include "net/httperror.h"
#include "support/await.h"
#include "support/scriptedhttpserver.h"

#include <QTcpServer>
#include <QTcpSocket>
#include <QTest>

using namespace Koyeb;
using namespace Koyeb::Test;
using namespace Qt::Literals::StringLiterals;
using namespace std::chrono_literals;

class TestHttpClient : public QObject {
    Q_OBJECT

    static HttpRequest get(const QUrl &url)
    {
        HttpRequest request;
        request.url = url;
        request.repeatable = Repeatable::Safely;
        return request;
    }
    static HttpRequest post(const QUrl &url, const QByteArray &body = "{}")
    {
        HttpRequest request;
        request.method = "POST";
        request.url = url;
        request.body = body;
        return request;
    }

    SystemClock m_clock;
    ScriptedHttpServer m_server;

private Q_SLOTS:
    void sendsBodyAndHeadersAndGivesTheAnswer()
    {
        ScriptedHttpServer server;
        server.answerWith([](const auto &request) {
            return ScriptedHttpServer::json(
                200, {{u"echo"_s, QString::fromUtf8(request.body)}}, "X-Extra: 1\r\n");
        });
        HttpClient client(m_clock);
        client.setDefaultHeaders({{"Authorization", "Bearer t"}});
        const auto reply = await(client.send(post(server.url(u"/path?q=1"_s), "hello"), {}));
        QVERIFY(reply && *reply);
        QCOMPARE((*reply)->body, QByteArray(R"({"echo":"hello"})"));
        QCOMPARE((*reply)->header("x-extra"), QByteArray("1"));
        const auto &seen = server.requests().first();
        QCOMPARE(seen.method, QByteArray("POST"));
        QCOMPARE(seen.target, QByteArray("/path?q=1"));
        QCOMPARE(seen.headers.value("authorization"), QByteArray("Bearer t"));
        QCOMPARE(seen.headers.value("content-length"), QByteArray("5"));
    }

    void sendsARequestThatCreatesOnlyOnce_data()
    {
        QTest::addColumn<QByteArray>("body");
        QTest::newRow("with a body") << QByteArray("{\"name\":\"x\"}");
        QTest::newRow("without a body") << QByteArray();
    }
    /// Fails without OnceOnlyBody: QNetworkAccessManager then sends the same POST several times.
    void sendsARequestThatCreatesOnlyOnce()
    {
        QFETCH(const QByteArray, body);
        ScriptedHttpServer server;
        server.answerWith([](const auto &) { return ScriptedHttpServer::cut(); });
        HttpClient client(m_clock);
        const auto reply = await(client.send(post(server.url(), body), {}));
        QVERIFY(reply && !*reply);
        QCOMPARE(reply->error().kind, ErrorKind::Offline);
        QCOMPARE(server.requests().size(), 1);
    }

    void sendsARequestThatCreatesOnlyOnceOnAnOldConnection()
    {
        ScriptedHttpServer server;
        server.answerWith([&](const auto &request) {
            return request.method == "GET" ? ScriptedHttpServer::json(200, {}) : ScriptedHttpServer::cut();
        });
        HttpClient client(m_clock);
        QVERIFY(await(client.send(get(server.url()), {}))->has_value());
        const auto reply = await(client.send(post(server.url()), {}));
        QVERIFY(reply && !*reply);
        const auto posts =
            std::count_if(server.requests().begin(), server.requests().end(), [](const auto &r) {
                return r.method == "POST";
            });
        QCOMPARE(posts, 1);
    }

    void repeatsAReadUntilItSucceeds()
    {
        ScriptedHttpServer server;
        server.answerWith([&](const auto &) {
            return server.requests().size() < 3 ? ScriptedHttpServer::text(503, "busy")
                                                : ScriptedHttpServer::json(200, {});
        });
        HttpClient client(m_clock);
        client.setRetryPolicy({4, 1ms, 10ms});
        const auto reply = await(client.send(get(server.url()), {}));
        QVERIFY(reply && *reply);
        QCOMPARE(server.requests().size(), 3);
    }

    void takesForDeletedWhatARepeatedDeletionDoesNotFind_data()
    {
        QTest::addColumn<int>("firstStatus"); // 0: no answer
        QTest::addColumn<bool>("succeeds");
        QTest::newRow("its answer was lost") << 0 << true;
        QTest::newRow("a gateway answered") << 502 << true;
        QTest::newRow("it was refused for the rate") << 429 << false;
        QTest::newRow("it was not repeated") << 404 << false;
    }
    void takesForDeletedWhatARepeatedDeletionDoesNotFind()
    {
        QFETCH(const int, firstStatus);
        QFETCH(const bool, succeeds);
        ScriptedHttpServer server;
        server.answerWith([&](const auto &) {
            const int status = server.requests().size() == 1 ? firstStatus : 404;
            return status == 0 ? ScriptedHttpServer::cut() : ScriptedHttpServer::text(status, "no");
        });
        HttpClient client(m_clock);
        client.setRetryPolicy({4, 1ms, 10ms});
        HttpRequest request = get(server.url());
        request.method = "DELETE";
        const auto reply = await(client.send(request, {}));
        QVERIFY(reply);
        QCOMPARE(reply->has_value(), succeeds);
    }

    void waitsAsLongAsTheServerAsks()
    {
        ScriptedHttpServer server;
        server.answerWith([&](const auto &) {
            return server.requests().size() == 1
                       ? ScriptedHttpServer::text(429, "slow down", "x-ratelimit-reset: 7\r\n")
                       : ScriptedHttpServer::json(200, {});
        });
        ManualClock clock;
        HttpClient client(clock);
        bool done = false;
        client.send(post(server.url()), {}).then([&](const auto &) { done = true; });
        QTRY_COMPARE(clock.untilNextCall(), 7s);
        clock.advance(6999ms);
        QCOMPARE(server.requests().size(), 1);
        clock.advance(1ms);
        QTRY_VERIFY(done);
        QCOMPARE(server.requests().size(), 2);
    }

    void understandsHowLongToWait_data()
    {
        QTest::addColumn<QByteArray>("retryAfter");
        QTest::addColumn<QByteArray>("reset");
        QTest::addColumn<qint64>("milliseconds");
        QTest::newRow("seconds") << QByteArray("7") << QByteArray("9") << 7000LL;
        QTest::newRow("date") << QByteArray("Tue, 06 Jan 2026 10:01:30 GMT") << QByteArray("9") << 90'000LL;
        QTest::newRow("past") << QByteArray("Tue, 06 Jan 2026 09:59:00 GMT") << QByteArray("9") << 0LL;
        QTest::newRow("reset") << QByteArray() << QByteArray("9") << 9000LL;
        QTest::newRow("nonsense") << QByteArray("soon") << QByteArray("9") << 9000LL;
        QTest::newRow("negative") << QByteArray("-5") << QByteArray("-1") << -1LL;
        QTest::newRow("nothing") << QByteArray() << QByteArray() << -1LL;
    }
    void understandsHowLongToWait()
    {
        QFETCH(const QByteArray, retryAfter);
        QFETCH(const QByteArray, reset);
        QFETCH(const qint64, milliseconds);
        HttpReply reply;
        reply.status = 429;
        reply.headers = {
            {"Date", "Tue, 06 Jan 2026 10:00:00 GMT"},
            {"Retry-After", retryAfter},
            {"X-RateLimit-Reset", reset}};
        const auto error = errorFromReply(reply);
        QCOMPARE(error.retryAfter.value_or(-1ms).count(), milliseconds);
    }

    void takesTheRateForNoReasonOfAServersFailure()
    {
        HttpReply reply;
        reply.status = 503;
        reply.headers = {{"x-ratelimit-remaining", "400"}, {"x-ratelimit-reset", "60"}};
        QCOMPARE(errorFromReply(reply).retryAfter, std::nullopt);
        reply.headers.append(HttpHeader{"Retry-After", "3"});
        QCOMPARE(errorFromReply(reply).retryAfter, std::optional<std::chrono::milliseconds>(3s));
    }

    void believesWhatTheServerSaysIsLeft()
    {
        ScriptedHttpServer server;
        server.answerWith([](const auto &) {
            return ScriptedHttpServer::text(200, {}, "x-ratelimit-remaining: 0\r\nx-ratelimit-reset: 20\r\n");
        });
        ManualClock clock;
        RateLimiter limiter(clock, RateLimiter::Rate());
        HttpClient client(clock, &limiter);
        int answered = 0;
        client.send(get(server.url()), {}).then([&](const auto &) { ++answered; });
        QTRY_COMPARE(answered, 1);
        client.send(get(server.url()), {}).then([&](const auto &) { ++answered; });
        QCOMPARE(limiter.waiting(), 1);
        clock.advance(20s);
        QCOMPARE(limiter.waiting(), 0);
        QTRY_COMPARE(answered, 2);
    }

    void tellsErrorsApart_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<ErrorKind>("kind");
        QTest::addColumn<QString>("message");
        QTest::newRow("json")
            << 401
            << QByteArray(R"({"status":401,"code":"authentication_error","message":"Invalid token format"})")
            << ErrorKind::Unauthorized << u"Invalid token format"_s;
        QTest::newRow("grpc") << 418 << QByteArray(R"({"code":3,"message":"odd","details":[]})")
                              << ErrorKind::Protocol << u"odd"_s;
        QTest::newRow("plain") << 404 << QByteArray("404 page not found\n") << ErrorKind::NotFound
                               << u"404 page not found"_s;
        QTest::newRow("empty") << 502 << QByteArray() << ErrorKind::Server
                               << u"The server answered with status 502."_s;
        QTest::newRow("redirect") << 302 << QByteArray() << ErrorKind::Protocol
                                  << u"The server redirected the request, which is not followed."_s;
        QTest::newRow("quotes a secret") << 400 << QByteArray(R"({"message":"token=hunter2 is bad"})")
                                         << ErrorKind::Invalid << u"token=[redacted] is bad"_s;
    }
    void tellsErrorsApart()
    {
        QFETCH(const int, status);
        QFETCH(const QByteArray, body);
        QFETCH(const ErrorKind, kind);
        QFETCH(const QString, message);
        ScriptedHttpServer server;
        server.answerWith(
            [&](const auto &) { return ScriptedHttpServer::text(status, body, "Location: /x\r\n"); });
        HttpClient client(m_clock);
        const auto reply = await(client.send(post(server.url()), {}));
        QVERIFY(reply && !*reply);
        QCOMPARE(reply->error().kind, kind);
        QCOMPARE(reply->error().httpStatus, status);
        QCOMPARE(reply->error().message, message);
    }

    void keepsTheRefusedFields()
    {
        ScriptedHttpServer server;
        server.answerWith([](const auto &) {
            return ScriptedHttpServer::text(
                400,
                R"({"code":"invalid_argument","message":"no","fields":[{"field":"definition.env.0.key","description":"bad"}]})");
        });
        HttpClient client(m_clock);
        const auto reply = await(client.send(post(server.url()), {}));
        QCOMPARE(reply->error().fields, (QList<FieldError>{{u"definition.env.0.key"_s, u"bad"_s}}));
        QCOMPARE(reply->error().apiCode, u"invalid_argument"_s);
    }

    void doesNotFollowRedirectsWithItsToken()
    {
        ScriptedHttpServer other;
        ScriptedHttpServer server;
        server.answerWith([&](const auto &) {
            return ScriptedHttpServer::text(307, {}, "Location: " + other.url().toEncoded() + "\r\n");
        });
        HttpClient client(m_clock);
        QVERIFY(!await(client.send(get(server.url()), {}))->has_value());
        QVERIFY(other.requests().isEmpty());
    }

    void givesUpOnAServerThatHangs_data()
    {
        QTest::addColumn<QByteArray>("answer");
        QTest::addColumn<QString>("why");
        QTest::newRow("before the first byte") << QByteArray() << u"did not answer within"_s;
        QTest::newRow("in the middle")
            << QByteArray("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc") << u"sent no data for"_s;
    }
    void givesUpOnAServerThatHangs()
    {
        QFETCH(const QByteArray, answer);
        QFETCH(const QString, why);
        ScriptedHttpServer server;
        server.answerWith([&](const auto &) { return ScriptedHttpServer::Answer{answer}; });
        HttpClient client(m_clock);
        auto request = post(server.url());
        request.timeouts.firstByte = 200ms;
        request.timeouts.idle = 200ms;
        const auto reply = await(client.send(request, {}));
        QVERIFY(reply && !*reply);
        QCOMPARE(reply->error().kind, ErrorKind::Timeout);
        QVERIFY2(reply->error().message.contains(why), qPrintable(reply->error().message));
    }

    void boundsAllOfOneAttempt()
    {
        ManualClock clock;
        HttpClient client(clock);
        auto request = post(m_server.url());
        request.timeouts = HttpTimeouts::forStream();
        request.timeouts.connect.reset();
        request.timeouts.total = 5s;
        std::optional<Error> error;
        client.send(request, {}).then([&](const Result<HttpReply> &reply) { error = reply.error(); });
        QTRY_VERIFY(!m_server.requests().isEmpty());
        clock.advance(5s);
        QTRY_VERIFY(error);
        QCOMPARE(error->kind, ErrorKind::Timeout);
    }

    void tellsThatNobodyListens()
    {
        QTcpServer closed;
        closed.listen(QHostAddress::LocalHost);
        const QUrl url(u"http://127.0.0.1:%1"_s.arg(closed.serverPort()));
        closed.close();
        HttpClient client(m_clock);
        const auto reply = await(client.send(post(url), {}));
        QCOMPARE(reply->error().kind, ErrorKind::Offline);
    }

    void reportsACutBodyInsteadOfHalfAnAnswer()
    {
        ScriptedHttpServer server;
        server.answerWith([](const auto &) {
            return ScriptedHttpServer::Answer{
                "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf",
                ScriptedHttpServer::Answer::Then::Close};
        });
        HttpClient client(m_clock);
        const auto reply = await(client.send(post(server.url()), {}));
        QVERIFY(reply && !*reply);
        QCOMPARE(reply->error().kind, ErrorKind::Offline);
    }

    void refusesAnAnswerThatIsTooLarge()
    {
        ScriptedHttpServer server;
        server.answerWith(
            [](const auto &) { return ScriptedHttpServer::text(200, QByteArray(1 << 20, 'x')); });
        HttpClient client(m_clock);
        auto request = post(server.url());
        request.maximumReplyBytes = 1000;
        const auto reply = await(client.send(request, {}));
        QVERIFY(reply && !*reply);
        QCOMPARE(reply->error().kind, ErrorKind::Protocol);
    }

    void cancelsAtOnce()
    {
        ScriptedHttpServer server;
        HttpClient client(m_clock);
        std::stop_source stop;
        std::optional<Error> error;
        client.send(get(server.url()), stop.get_token()).then([&](const Result<HttpReply> &reply) {
            error = reply.error();
        });
        QTRY_COMPARE(server.requests().size(), 1);
        stop.request_stop();
        QVERIFY(error && error->isCancelled());
    }

    void givesUpTheConnectionOfWhatIsCancelled_data()
    {
        QTest::addColumn<HttpRequest>("request");
        QTest::newRow("read") << get({});
        QTest::newRow("create") << post({});
    }
    void givesUpTheConnectionOfWhatIsCancelled()
    {
        QFETCH(HttpRequest, request);
        QTcpServer server;
        QVERIFY(server.listen(QHostAddress::LocalHost));
        HttpClient client(m_clock);
        std::stop_source stop;
        request.url = QUrl(u"http://127.0.0.1:%1/"_s.arg(server.serverPort()));
        client.send(request, stop.get_token());
        QTRY_VERIFY(server.hasPendingConnections());
        auto *connection = server.nextPendingConnection();
        QTRY_VERIFY(connection->bytesAvailable() > 0);
        stop.request_stop();
        QTRY_COMPARE(connection->state(), QAbstractSocket::UnconnectedState);
    }

    void cancelsWhatRunsWhenItIsDestroyed()
    {
        ScriptedHttpServer server;
        std::optional<Error> error;
        {
            HttpClient client(m_clock);
            client.send(get(server.url()), {}).then([&](const Result<HttpReply> &reply) {
                error = reply.error();
            });
            QTRY_COMPARE(server.requests().size(), 1);
        }
        QVERIFY(error && error->isCancelled());
    }

    void reportsUploadProgress()
    {
        ScriptedHttpServer server;
        server.answerWith([](const auto &) { return ScriptedHttpServer::json(200, {}); });
        HttpClient client(m_clock);
        auto request = post(server.url(), QByteArray(2'000'000, 'x'));
        qint64 last = 0;
        request.uploadProgress = [&](qint64 sent, qint64) {
            last = std::max(last, sent);
        };
        QVERIFY(await(client.send(request, {}))->has_value());
        QCOMPARE(last, 2'000'000);
        QCOMPARE(server.requests().first().body.size(), 2'000'000);
    }
};

QTEST_GUILESS_MAIN(TestHttpClient)
#include "test_httpclient.moc"
