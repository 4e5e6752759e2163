// SPDX-License-Identifier: Apache-2.0
#include "core/manualclock.h"
#include "net/httpclient.h"
#include "net/httpstream.h"
#include "support/scriptedhttpserver.h"

#include <QSignalSpy>
#include <QTcpSocket>
#include <QTest>

using namespace Koyeb;
using namespace Koyeb::Test;
using namespace std::chrono_literals;

/// What a stream told, in its order.
struct StreamLog {
    explicit StreamLog(HttpStream *stream)
    {
        QObject::connect(stream, &HttpStream::started, stream, [this](int status) {
            events.append(QStringLiteral("started %1").arg(status));
        });
        QObject::connect(stream, &HttpStream::received, stream, [this](const QByteArray &b) { bytes += b; });
        QObject::connect(
            stream, &HttpStream::finished, stream, [this] { events.append(QStringLiteral("finished")); });
        QObject::connect(stream, &HttpStream::failed, stream, [this](const Error &error) {
            events.append(QStringLiteral("failed ") + errorKindName(error.kind));
        });
    }
    QStringList events;
    QByteArray bytes;
};

class TestHttpStream : public QObject {
    Q_OBJECT

    static HttpRequest streaming(const QUrl &url)
    {
        HttpRequest request;
        request.method = "POST";
        request.url = url;
        request.body = "{}";
        request.timeouts = HttpTimeouts::forStream();
        return request;
    }

    SystemClock m_clock;

private Q_SLOTS:
    void waitsForTheFirstByteWithoutLimit()
    {
        // The server is a plain socket here, because the answer comes long after the request.
        QTcpServer server;
        server.listen(QHostAddress::LocalHost);
        ManualClock clock;
        HttpClient client(clock);
        QObject owner;
        auto *stream = client.open(
            streaming(QUrl(QStringLiteral("http://127.0.0.1:%1").arg(server.serverPort()))), &owner);
        StreamLog log(stream);
        QTRY_VERIFY(server.hasPendingConnections());
        auto *peer = server.nextPendingConnection();
        QTRY_VERIFY(peer->bytesAvailable() > 0);
        clock.advance(24h);
        QVERIFY(log.events.isEmpty());
        peer->write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n");
        QTRY_COMPARE(log.bytes, QByteArray("one"));
        clock.advance(24h);
        peer->write("3\r\ntwo\r\n0\r\n\r\n");
        QTRY_COMPARE(log.events.last(), QStringLiteral("finished"));
        QCOMPARE(log.bytes, QByteArray("onetwo"));
    }

    void tellsEachEnd_data()
    {
        QTest::addColumn<QByteArray>("answer");
        QTest::addColumn<QStringList>("events");
        const QByteArray head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
        QTest::newRow("complete") << head + "3\r\none\r\n0\r\n\r\n"
                                  << QStringList{QStringLiteral("started 200"), QStringLiteral("finished")};
        QTest::newRow("empty") << head + "0\r\n\r\n"
                               << QStringList{QStringLiteral("started 200"), QStringLiteral("finished")};
        QTest::newRow("cut") << head + "3\r\none\r\n"
                             << QStringList{QStringLiteral("started 200"), QStringLiteral("failed Offline")};
        QTest::newRow("refused") << QByteArray("HTTP/1.1 401 No\r\nContent-Length: 2\r\n\r\nno")
                                 << QStringList{QStringLiteral("failed Unauthorized")};
    }
    void tellsEachEnd()
    {
        QFETCH(const QByteArray, answer);
        QFETCH(const QStringList, events);
        ScriptedHttpServer server;
        server.answerWith([&](const auto &) {
            return ScriptedHttpServer::Answer{answer, ScriptedHttpServer::Answer::Then::Close};
        });
        HttpClient client(m_clock);
        QObject owner;
        StreamLog log(client.open(streaming(server.url()), &owner));
        QTRY_COMPARE(log.events, events);
    }

    void holdsBackWhatIsNotWantedYet()
    {
        const QByteArray body(8'000'000, 'x');
        ScriptedHttpServer server;
        server.answerWith([&](const auto &) { return ScriptedHttpServer::text(200, body); });
        HttpClient client(m_clock);
        QObject owner;
        auto *stream = client.open(streaming(server.url()), &owner);
        StreamLog log(stream);
        connect(stream, &HttpStream::received, stream, [&] { stream->setReadPaused(true); });
        QTRY_VERIFY(!log.bytes.isEmpty());
        const auto first = log.bytes.size();
        QVERIFY(first < body.size());
        // Nothing comes while paused, whatever else is going on.
        for (int i = 0; i < 50; ++i) {
            QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents | QEventLoop::AllEvents, 1);
        }
        QCOMPARE(log.bytes.size(), first);
        stream->disconnect(stream);
        StreamLog rest(stream);
        stream->setReadPaused(false);
        QTRY_VERIFY(rest.events.contains(QStringLiteral("finished")));
        QCOMPARE(first + rest.bytes.size(), body.size());
    }

    void knowsTheMediaType_data()
    {
        QTest::addColumn<QByteArray>("header");
        QTest::addColumn<QByteArray>("type");
        QTest::newRow("plain") << QByteArray("Content-Type: text/event-stream\r\n")
                               << QByteArray("text/event-stream");
        QTest::newRow("with parameters, in any case")
            << QByteArray("content-type: Text/HTML; charset=utf-8\r\n") << QByteArray("text/html");
        QTest::newRow("not told") << QByteArray() << QByteArray();
    }
    void knowsTheMediaType()
    {
        QFETCH(const QByteArray, header);
        ScriptedHttpServer server;
        server.answerWith([header](const auto &) {
            return ScriptedHttpServer::Answer{"HTTP/1.1 200 OK\r\n" + header + "Content-Length: 1\r\n\r\nx"};
        });
        HttpClient client(m_clock);
        QObject owner;
        auto *stream = client.open(streaming(server.url()), &owner);
        QByteArray type = "unset";
        connect(stream, &HttpStream::started, stream, [&] { type = stream->mediaType(); });
        QTRY_VERIFY(type != "unset");
        QTEST(type, "type");
    }

    void isSilentOnceCancelled()
    {
        ScriptedHttpServer server;
        HttpClient client(m_clock);
        QObject owner;
        auto *stream = client.open(streaming(server.url()), &owner);
        StreamLog log(stream);
        QTRY_COMPARE(server.requests().size(), 1);
        stream->cancel();
        QCoreApplication::processEvents();
        QVERIFY(log.events.isEmpty());
    }

    void mayBeDestroyedByWhatItTells()
    {
        ScriptedHttpServer server;
        server.answerWith([](const auto &) { return ScriptedHttpServer::text(200, "hello"); });
        HttpClient client(m_clock);
        QPointer<HttpStream> stream = client.open(streaming(server.url()), nullptr);
        connect(stream, &HttpStream::received, this, [&] { delete stream; });
        QTRY_VERIFY(!stream);
    }
};

QTEST_GUILESS_MAIN(TestHttpStream)
#include "test_httpstream.moc"
