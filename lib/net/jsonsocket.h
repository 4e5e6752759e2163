// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/clock.h"
#include "core/error.h"
#include "core/taskscope.h"
#include "net/networksettings.h"
#include "net/requestlog.h"

#include <QCoroTask>
#include <QJsonObject>
#include <QObject>
#include <QUrl>

#include <memory>

class QTcpSocket;
class QWebSocket;

namespace Koyeb {

/// A WebSocket whose frames are JSON objects in text, authenticated as the control plane wants it: the
/// subprotocols `Bearer` and the token itself, no Authorization header. Ends with exactly one of closed() and
/// failed(), unless close() was called or it is destroyed first: then with neither.
class JsonSocket : public QObject {
    Q_OBJECT

public:
    /// `clock` outlives the socket.
    explicit JsonSocket(Clock &clock, QObject *parent = nullptr);
    ~JsonSocket() override;

    /// Before open().
    void setNetwork(const NetworkSettings &network) { m_network = network; }
    /// What the network may bring ahead of what was read, about: of a sender that floods, no more than this
    /// waits here before what it says next. Slows down what comes from far away. 0 (as at first): what the
    /// system finds good, which may be megabytes. Before open().
    void setReadAhead(int bytes) { m_readAhead = bytes; }
    /// `url` has the scheme ws or wss.
    void open(const QUrl &url, const QString &token);
    /// Sends a frame; before opened() it is dropped.
    void send(const QJsonObject &frame);
    /// Closes with code 1000, silently.
    void close();
    /// Bytes handed over and not yet written to the network.
    [[nodiscard]] qint64 bytesToWrite() const;
    /// While paused, reading stops once a small buffer is full, so that the sender feels it.
    void setReadPaused(bool paused);

Q_SIGNALS:
    /// The handshake is done; frames may be sent.
    void opened();
    /// The next frame.
    void received(const QJsonObject &frame);
    /// So many bytes went to the network; see bytesToWrite().
    void bytesWritten(qint64 bytes);
    /// The peer closed the connection. `normally`: with code 1000.
    void closed(bool normally);
    /// The connection was not made, broke, or carried what is no JSON object.
    void failed(const Koyeb::Error &error);

private:
    void createSocket();
    [[nodiscard]] QTcpSocket *transport() const;
    QCoro::Task<void> connectTo(QUrl url, QString token);
    void takeText(const QString &text);
    void concludeDisconnected();
    void fail(const Error &error);
    void keepAlive();

    Clock &m_clock;
    NetworkSettings m_network;
    RequestNote m_note;
    std::unique_ptr<QWebSocket> m_socket;
    std::unique_ptr<ScheduledCall> m_deadline;
    bool m_open = false;
    bool m_closedByHandshake = false;
    bool m_ended = false;
    bool m_awaitingPong = false;
    bool m_paused = false;
    int m_readAhead = 0; ///< In bytes; 0: not bounded by us.
    TaskScope m_scope;
};

} // namespace Koyeb
