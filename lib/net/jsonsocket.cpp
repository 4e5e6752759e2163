// SPDX-License-Identifier: Apache-2.0
#include "net/jsonsocket.h"

#include "core/redaction.h"
#include "net/httperror.h"
#include "net/proxyresolver.h"

#include <QAbstractSocket>
#include <QJsonDocument>
#include <QNetworkRequest>
#include <QRegularExpression>
#include <QSslError>
#include <QTcpSocket>
#include <QTimer>
#include <QWebSocket>
#include <QWebSocketHandshakeOptions>

namespace Koyeb {

namespace {

constexpr auto connectLimit = std::chrono::seconds(15);
// Gateways close idle connections after a minute or so; two missed pings are a dead link.
constexpr auto pingInterval = std::chrono::seconds(20);
constexpr quint64 largestMessageBytes = 16 * 1024 * 1024;
constexpr qint64 pausedBufferBytes = 256 * 1024;

ErrorKind kindOf(QAbstractSocket::SocketError error)
{
    switch (error) {
    case QAbstractSocket::SslHandshakeFailedError:
    case QAbstractSocket::SslInvalidUserDataError:
    case QAbstractSocket::SslInternalError:
        return ErrorKind::Tls;
    case QAbstractSocket::SocketTimeoutError:
    case QAbstractSocket::ProxyConnectionTimeoutError:
        return ErrorKind::Timeout;
    default:
        return ErrorKind::Offline;
    }
}

/// What a server that answers otherwise than by opening the socket means. QWebSocket keeps the status of such
/// an answer in its text alone; nothing: there was none.
std::optional<Error> refusalIn(const QString &text)
{
    static const QRegularExpression form(QStringLiteral(": ([345][0-9][0-9]) \\("));
    const auto match = form.match(text);
    if (!match.hasMatch()) {
        return std::nullopt;
    }
    constexpr int notImplemented = 501;
    HttpReply reply;
    reply.status = match.captured(1).toInt();
    Error error = errorFromReply(reply);
    if (reply.status == notImplemented) {
        error.kind = ErrorKind::Unsupported;
    }
    return error;
}

} // namespace

JsonSocket::JsonSocket(Clock &clock, QObject *parent) : QObject(parent), m_clock(clock) {}

JsonSocket::~JsonSocket()
{
    close();
}

void JsonSocket::open(const QUrl &url, const QString &token)
{
    m_note = RequestNote(m_network.log, {RequestLogEntry::Kind::Socket, "GET", url});
    createSocket();
    m_deadline = m_clock.schedule(connectLimit, [this] {
        fail(Error::of(ErrorKind::Timeout, QStringLiteral("The server could not be reached in time.")));
    });
    connectTo(url, token);
}

QCoro::Task<void> JsonSocket::connectTo(QUrl url, QString token)
{
    Result<QNetworkProxy> proxy = QNetworkProxy(QNetworkProxy::NoProxy);
    const auto proxies = m_network.proxies; // Lives as long as this waits.
    if (proxies) {
        proxy = co_await proxies->proxyFor(url, m_scope.token());
        if (!proxy && proxy.error().isCancelled()) {
            co_return;
        }
    }
    if (!proxy) {
        // Later, since whoever opened this may not listen yet.
        const auto error = proxy.error();
        QMetaObject::invokeMethod(
            this, [this, error] { fail(error); }, Qt::QueuedConnection);
        co_return;
    }
    QWebSocketHandshakeOptions options;
    options.setSubprotocols({QStringLiteral("Bearer"), token});
    m_socket->setProxy(*proxy);
    m_socket->setSslConfiguration(m_network.tls);
    m_socket->open(QNetworkRequest(url), options);
}

void JsonSocket::createSocket()
{
    m_socket = std::make_unique<QWebSocket>();
    m_socket->setMaxAllowedIncomingMessageSize(largestMessageBytes);
    m_socket->setMaxAllowedIncomingFrameSize(largestMessageBytes);
    connect(m_socket.get(), &QWebSocket::connected, this, [this] {
        m_open = true;
        m_note.setStatus(101);
        if (QTcpSocket *const transport = this->transport()) {
            // Frames are small and somebody waits for each: a key does not wait until the one before it is
            // acknowledged.
            transport->setSocketOption(QAbstractSocket::LowDelayOption, 1);
            if (m_readAhead > 0) {
                transport->setSocketOption(QAbstractSocket::ReceiveBufferSizeSocketOption, m_readAhead);
            }
        }
        m_deadline = m_clock.schedule(pingInterval, [this] { keepAlive(); });
        Q_EMIT opened();
    });
    connect(m_socket.get(), &QWebSocket::textMessageReceived, this, &JsonSocket::takeText);
    connect(m_socket.get(), &QWebSocket::bytesWritten, this, &JsonSocket::bytesWritten);
    connect(m_socket.get(), &QWebSocket::pong, this, [this] { m_awaitingPong = false; });
    // Only a closing handshake announces itself; without one the socket reports the code of a normal end,
    // too.
    connect(m_socket.get(), &QWebSocket::aboutToClose, this, [this] { m_closedByHandshake = true; });
    connect(m_socket.get(), &QWebSocket::disconnected, this, &JsonSocket::concludeDisconnected);
#if QT_VERSION >= QT_VERSION_CHECK(6, 5, 0)
    const auto errorSignal = &QWebSocket::errorOccurred;
#else
    const auto errorSignal = QOverload<QAbstractSocket::SocketError>::of(&QWebSocket::error);
#endif
    connect(m_socket.get(), errorSignal, this, [this](QAbstractSocket::SocketError error) {
        const auto refusal = m_open ? std::nullopt : refusalIn(m_socket->errorString());
        if (refusal) {
            fail(*refusal);
        } else if (error != QAbstractSocket::RemoteHostClosedError || !m_open) {
            fail(Error::of(kindOf(error), redact(m_socket->errorString())));
        }
    });
}

void JsonSocket::send(const QJsonObject &frame)
{
    if (m_open && !m_ended) {
        const auto text = QJsonDocument(frame).toJson(QJsonDocument::Compact);
        m_note.addSent(text.size());
        m_socket->sendTextMessage(QString::fromUtf8(text));
    }
}

void JsonSocket::close()
{
    m_ended = true;
    m_deadline.reset();
    m_scope.restart();
    m_note.finish(m_open ? std::nullopt : std::optional(Error::cancelled()));
    if (m_socket) {
        m_socket->disconnect(this);
        m_socket->close(QWebSocketProtocol::CloseCodeNormal);
        // It may be the one whose signal is being handled.
        m_socket.release()->deleteLater();
    }
}

qint64 JsonSocket::bytesToWrite() const
{
    return m_socket ? m_socket->bytesToWrite() : 0;
}

/// Null where QWebSocket keeps it elsewhere.
QTcpSocket *JsonSocket::transport() const
{
    return m_socket->findChild<QTcpSocket *>();
}

void JsonSocket::setReadPaused(bool paused)
{
    if (!m_socket || m_paused == paused) {
        return;
    }
    m_paused = paused;
    // QWebSocket reads whenever its TCP socket announces data and cannot be asked not to. Held back
    // announcements leave the data in the TCP socket, whose buffer is bounded meanwhile, and from there in
    // the kernel, where the sender feels it.
    auto *const transport = this->transport();
    if (!transport) {
        return;
    }
    transport->blockSignals(paused);
    // Bounded only while paused: a frame larger than the buffer would never become complete.
    transport->setReadBufferSize(paused ? pausedBufferBytes : 0);
    if (!paused) {
        // Later, because the caller may be in the middle of handling what came before.
        QTimer::singleShot(0, transport, [transport] {
            Q_EMIT transport->readyRead();
            if (transport->state() == QAbstractSocket::UnconnectedState) {
                Q_EMIT transport->stateChanged(QAbstractSocket::UnconnectedState);
            }
        });
    }
}

void JsonSocket::takeText(const QString &text)
{
    if (m_ended) {
        return;
    }
    m_awaitingPong = false; // Whoever sends is alive; its pong may stand behind megabytes.
    const auto bytes = text.toUtf8();
    m_note.addReceived(bytes.size());
    const auto document = QJsonDocument::fromJson(bytes);
    if (!document.isObject()) {
        fail(Error::of(
            ErrorKind::Protocol, QStringLiteral("The server sent a frame that is not a JSON object.")));
        return;
    }
    Q_EMIT received(document.object());
}

void JsonSocket::concludeDisconnected()
{
    if (m_ended) {
        return;
    }
    if (!m_open) {
        fail(Error::of(ErrorKind::Offline, QStringLiteral("The server refused the connection.")));
        return;
    }
    m_ended = true;
    m_deadline.reset();
    const bool isNormal = m_closedByHandshake && m_socket->closeCode() == QWebSocketProtocol::CloseCodeNormal;
    m_note.finish(isNormal ? std::nullopt : std::optional(Error::of(ErrorKind::Offline, {})));
    Q_EMIT closed(isNormal);
}

void JsonSocket::fail(const Error &error)
{
    if (m_ended) {
        return;
    }
    m_note.finish(error);
    close();
    Q_EMIT failed(error);
}

void JsonSocket::keepAlive()
{
    if (m_awaitingPong && !m_paused) {
        fail(Error::of(
            ErrorKind::Offline, QStringLiteral("The connection is dead: the server stopped answering.")));
        return;
    }
    if (!m_paused) { // While nothing is read, an answer could not be seen.
        m_awaitingPong = true;
        m_socket->ping();
    }
    m_deadline = m_clock.schedule(pingInterval, [this] { keepAlive(); });
}

} // namespace Koyeb
