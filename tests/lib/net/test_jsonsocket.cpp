// SPDX-License-Identifier: Apache-2.0
#include "core/manualclock.h"
#include "net/jsonsocket.h"
#include "support/scriptedhttpserver.h"

#include <QCryptographicHash>
#include <QSignalSpy>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTest>
#include <QWebSocket>
#include <QWebSocketServer>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

using namespace Koyeb;
using namespace Koyeb::Test;
using namespace Qt::Literals::StringLiterals;

/// A WebSocket server with one client.
class Peer : public QObject {
    Q_OBJECT

public:
    Peer() : m_server(u"peer"_s, QWebSocketServer::NonSecureMode)
    {
        m_server.listen(QHostAddress::LocalHost);
        m_server.setSupportedSubprotocols({u"Bearer"_s});
        connect(&m_server, &QWebSocketServer::newConnection, this, [this] {
            socket.reset(m_server.nextPendingConnection());
            connect(socket.get(), &QWebSocket::textMessageReceived, this, [this](const QString &text) {
                received.append(text);
            });
        });
    }
    [[nodiscard]] QUrl url() const { return m_server.serverUrl(); }

    std::unique_ptr<QWebSocket> socket;
    QStringList received;

private:
    QWebSocketServer m_server;
};

/// A server that sends frames, as a WebSocket server does, and never answers a ping.
class PeerWithoutPongs : public QObject {
    Q_OBJECT

public:
    PeerWithoutPongs()
    {
        m_server.listen(QHostAddress::LocalHost);
        connect(&m_server, &QTcpServer::newConnection, this, [this] {
            m_socket = m_server.nextPendingConnection();
            connect(m_socket, &QTcpSocket::readyRead, this, &PeerWithoutPongs::read);
        });
    }
    [[nodiscard]] QUrl url() const { return QUrl(u"ws://127.0.0.1:%1"_s.arg(m_server.serverPort())); }
    [[nodiscard]] int pingsReceived() const { return m_pings; }
    /// At most 125 bytes, whose length fits into one.
    void send(const QByteArray &text)
    {
        m_socket->write(QByteArray("\x81") + static_cast<char>(text.size()) + text);
    }

private:
    void read()
    {
        m_received += m_socket->readAll();
        const auto headEnd = m_received.indexOf("\r\n\r\n");
        if (!m_open && headEnd >= 0) {
            const QByteArray name("Sec-WebSocket-Key: ");
            const auto key = m_received.indexOf(name) + name.size();
            const QByteArray seen = m_received.mid(key, m_received.indexOf('\r', key) - key);
            const auto hash = QCryptographicHash::hash(
                seen + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11", QCryptographicHash::Sha1);
            m_socket->write(
                "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                "Sec-WebSocket-Protocol: Bearer\r\nSec-WebSocket-Accept: " +
                hash.toBase64() + "\r\n\r\n");
            m_received.remove(0, headEnd + 4);
            m_open = true;
        }
        // A ping without content: its first byte, the length, and the mask.
        for (; m_open && m_received.size() >= 6 && m_received.startsWith("\x89\x80"); ++m_pings) {
            m_received.remove(0, 6);
        }
    }

    QTcpServer m_server;
    QTcpSocket *m_socket = nullptr; ///< The server's.
    QByteArray m_received;
    bool m_open = false;
    int m_pings = 0;
};

/// Opens the socket and waits until both sides know of each other.
[[nodiscard]] bool connectTo(Peer &peer, JsonSocket &socket)
{
    const QSignalSpy opened(&socket, &JsonSocket::opened);
    socket.open(peer.url(), u"token"_s);
    return QTest::qWaitFor([&] { return peer.socket && opened.size() == 1; });
}

/// The socket of this process that leads to this port, as the kernel knows it; -1: there is none.
[[nodiscard]] int descriptorTo(int port)
{
    constexpr int most = 1024;
    for (int descriptor = 0; descriptor < most; ++descriptor) {
        sockaddr_in address{};
        socklen_t length = sizeof address;
        if (::getpeername(descriptor, reinterpret_cast<sockaddr *>(&address), &length) == 0 &&
            address.sin_family == AF_INET && ntohs(address.sin_port) == port) {
            return descriptor;
        }
    }
    return -1;
}

class TestJsonSocket : public QObject {
    Q_OBJECT

    SystemClock m_clock;

private Q_SLOTS:
    void carriesFramesBothWays()
    {
        Peer peer;
        JsonSocket socket(m_clock);
        QSignalSpy frames(&socket, &JsonSocket::received);
        QVERIFY(connectTo(peer, socket));
        socket.send({{u"n"_s, 1}});
        QTRY_COMPARE(peer.received, QStringList{uR"({"n":1})"_s});
        peer.socket->sendTextMessage(uR"({"text":"héllo"})"_s);
        QTRY_COMPARE(frames.size(), 1);
        QCOMPARE(frames[0][0].toJsonObject().value("text"_L1).toString(), u"héllo"_s);
    }

    void sendsEachFrameAtOnce()
    {
        Peer peer;
        JsonSocket socket(m_clock);
        QVERIFY(connectTo(peer, socket));
        const int descriptor = descriptorTo(peer.url().port());
        QVERIFY(descriptor >= 0);
        int isSet = 0;
        socklen_t length = sizeof isSet;
        QCOMPARE(::getsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &isSet, &length), 0);
        QVERIFY(isSet != 0);
    }

    void boundsWhatComesAhead()
    {
        constexpr int readAhead = 64 * 1024;
        Peer peer;
        JsonSocket socket(m_clock);
        socket.setReadAhead(readAhead);
        QVERIFY(connectTo(peer, socket));
        int size = 0;
        socklen_t length = sizeof size;
        const int descriptor = descriptorTo(peer.url().port());
        QCOMPARE(::getsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, &length), 0);
        QVERIFY(size <= 2 * readAhead); // Linux counts what it needs itself, too.
        // What is larger than that arrives all the same.
        const QSignalSpy frames(&socket, &JsonSocket::received);
        peer.socket->sendTextMessage(u"{\"x\":\""_s + QString(10 * readAhead, u'x') + u"\"}"_s);
        QTRY_COMPARE(frames.size(), 1);
    }

    void asksWithTheTokenAsSubprotocolAndNoHeader()
    {
        ScriptedHttpServer server;
        JsonSocket socket(m_clock);
        QUrl url = server.url(u"/v1/streams/x?id=1"_s);
        url.setScheme(u"ws"_s);
        socket.open(url, u"tok-en"_s);
        QTRY_COMPARE(server.requests().size(), 1);
        const auto &request = server.requests().first();
        QCOMPARE(request.headers.value("sec-websocket-protocol"), QByteArray("Bearer, tok-en"));
        QVERIFY(!request.headers.contains("authorization"));
        QCOMPARE(request.target, QByteArray("/v1/streams/x?id=1"));
    }

    void tellsHowItWasClosed_data()
    {
        QTest::addColumn<QWebSocketProtocol::CloseCode>("code");
        QTest::addColumn<bool>("normally");
        QTest::newRow("normal") << QWebSocketProtocol::CloseCodeNormal << true;
        QTest::newRow("going away") << QWebSocketProtocol::CloseCodeGoingAway << false;
    }
    void tellsHowItWasClosed()
    {
        QFETCH(const QWebSocketProtocol::CloseCode, code);
        QFETCH(const bool, normally);
        Peer peer;
        JsonSocket socket(m_clock);
        QSignalSpy closed(&socket, &JsonSocket::closed);
        QVERIFY(connectTo(peer, socket));
        peer.socket->close(code);
        QTRY_COMPARE(closed.size(), 1);
        QCOMPARE(closed[0][0].toBool(), normally);
    }

    void failsOnWhatIsNoFrame_data()
    {
        QTest::addColumn<QString>("text");
        QTest::newRow("no JSON") << u"hello"_s;
        QTest::newRow("no object") << u"[1]"_s;
        QTest::newRow("empty") << QString();
    }
    void failsOnWhatIsNoFrame()
    {
        QFETCH(const QString, text);
        Peer peer;
        JsonSocket socket(m_clock);
        QSignalSpy failed(&socket, &JsonSocket::failed);
        QVERIFY(connectTo(peer, socket));
        peer.socket->sendTextMessage(text);
        QTRY_COMPARE(failed.size(), 1);
        QCOMPARE(failed[0][0].value<Error>().kind, ErrorKind::Protocol);
    }

    void failsWhenTheServerIsNone()
    {
        ScriptedHttpServer server;
        server.answerWith([](const auto &) { return ScriptedHttpServer::text(401, "no"); });
        JsonSocket socket(m_clock);
        QSignalSpy failed(&socket, &JsonSocket::failed);
        QUrl url = server.url();
        url.setScheme(u"ws"_s);
        socket.open(url, u"t"_s);
        QTRY_COMPARE(failed.size(), 1);
    }

    void noticesADeadLink()
    {
        ManualClock clock;
        Peer peer;
        JsonSocket socket(clock);
        QSignalSpy failed(&socket, &JsonSocket::failed);
        QVERIFY(connectTo(peer, socket));
        peer.blockSignals(true);
        // The pong of the first ping is never read, because no event loop runs between the two.
        clock.advance(std::chrono::seconds(40));
        QCOMPARE(failed.size(), 1);
        QCOMPARE(failed[0][0].value<Error>().kind, ErrorKind::Offline);
    }

    void takesFramesForLife()
    {
        constexpr std::chrono::seconds pingInterval(20);
        ManualClock clock;
        PeerWithoutPongs peer;
        JsonSocket socket(clock);
        const QSignalSpy opened(&socket, &JsonSocket::opened);
        const QSignalSpy frames(&socket, &JsonSocket::received);
        QSignalSpy failed(&socket, &JsonSocket::failed);
        socket.open(peer.url(), u"token"_s);
        QTRY_COMPARE(opened.size(), 1);
        // The pong to a ping may stand behind megabytes of output.
        for (int round = 1; round <= 4; ++round) {
            clock.advance(pingInterval);
            QTRY_COMPARE(peer.pingsReceived(), round);
            peer.send("{}");
            QTRY_COMPARE(frames.size(), round);
            QCOMPARE(failed.size(), 0);
        }
        clock.advance(2 * pingInterval);
        QCOMPARE(failed.size(), 1);
        QCOMPARE(failed[0][0].value<Error>().kind, ErrorKind::Offline);
    }

    void holdsBackFramesWhilePaused()
    {
        Peer peer;
        JsonSocket socket(m_clock);
        QSignalSpy frames(&socket, &JsonSocket::received);
        QVERIFY(connectTo(peer, socket));
        socket.setReadPaused(true);
        const QString frame = u"{\"x\":\""_s + QString(10'000, u'x') + u"\"}"_s;
        for (int i = 0; i < 1000; ++i) {
            peer.socket->sendTextMessage(frame);
        }
        // The sender feels it: most of the ten megabytes stay with it.
        QTRY_VERIFY(peer.socket->bytesToWrite() < 10'000'000);
        for (int i = 0; i < 50; ++i) {
            QCoreApplication::processEvents(QEventLoop::AllEvents, 1);
        }
        QVERIFY(peer.socket->bytesToWrite() > 1'000'000);
        QCOMPARE(frames.size(), 0);
        socket.setReadPaused(false);
        QTRY_COMPARE(frames.size(), 1000);
    }

    void tellsOfACloseThatHappenedWhilePaused()
    {
        Peer peer;
        JsonSocket socket(m_clock);
        QSignalSpy frames(&socket, &JsonSocket::received);
        QSignalSpy closed(&socket, &JsonSocket::closed);
        QVERIFY(connectTo(peer, socket));
        socket.setReadPaused(true);
        peer.socket->sendTextMessage(u"{}"_s);
        peer.socket->close();
        for (int i = 0; i < 20; ++i) {
            QCoreApplication::processEvents(QEventLoop::AllEvents, 1);
        }
        QCOMPARE(closed.size(), 0);
        socket.setReadPaused(false);
        QTRY_COMPARE(closed.size(), 1);
        QCOMPARE(frames.size(), 1);
    }
};

QTEST_GUILESS_MAIN(TestJsonSocket)
#include "test_jsonsocket.moc"
