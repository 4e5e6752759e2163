// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/logentry.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTcpServer>
#include <QTcpSocket>
#include <QUrlQuery>
#include <QWebSocket>
#include <QWebSocketServer>

#include <algorithm>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

namespace Koyeb::Test {

/// A server of one log: answers queries, and streams to whoever tails. Can do what a log's server may do or
/// must not: repeat more or less than asked for, cut connections, refuse, say nothing.
class LogServer : public QObject {
    Q_OBJECT

public:
    LogServer() : m_sockets(QStringLiteral("logs"), QWebSocketServer::NonSecureMode)
    {
        m_sockets.setSupportedSubprotocols({QStringLiteral("Bearer")});
        m_listener.listen(QHostAddress::LocalHost);
        connect(&m_listener, &QTcpServer::newConnection, this, [this] {
            while (auto *socket = m_listener.nextPendingConnection()) {
                connect(socket, &QTcpSocket::disconnected, socket, &QObject::deleteLater);
                connect(socket, &QTcpSocket::readyRead, this, [this, socket] { serve(socket); });
            }
        });
        connect(&m_sockets, &QWebSocketServer::newConnection, this, &LogServer::beginTail);
    }

    /// What a tail gets of the lines since its start.
    enum class Replay { Oldest, Newest, Nothing };
    Replay replay = Replay::Oldest;
    qsizetype replayLimit = 1000;
    qsizetype pageLimit = 1000;
    bool pagesOverlap = false; ///< A page begins with the last line of the one before.
    int queryStatus = 200;
    bool refusesTails = false;
    bool withholdsAnswers = false; ///< To queries, until answerWithheld().
    /// Called when a tail asks to be let in, and when a query was read.
    std::function<void()> beforeTail;
    std::function<void()> beforeAnswer;

    [[nodiscard]] QUrl host() const
    {
        return QUrl(QStringLiteral("http://127.0.0.1:%1").arg(m_listener.serverPort()));
    }
    [[nodiscard]] int tails() const { return m_tails; }
    [[nodiscard]] int queries() const { return m_queries; }
    [[nodiscard]] QWebSocket *peer() const { return m_peer.get(); }
    [[nodiscard]] QStringList messages() const
    {
        QStringList messages;
        for (const auto &line : m_lines) {
            messages.append(line.message);
        }
        return messages;
    }

    /// A line of the log, which those who tail get, too. Lines are numbered by default.
    void write(LogTime time, const QString &message = {})
    {
        LogEntry line;
        line.createdAt = time;
        line.message = message.isEmpty() ? QString::number(m_lines.size() + 1) : message;
        line.stream = QStringLiteral("stdout");
        m_lines.push_back(line);
        if (m_peer) {
            send(line);
        }
    }
    void sendFrame(const QByteArray &json) { m_peer->sendTextMessage(QString::fromUtf8(json)); }
    /// As a broken network does: no closing handshake.
    void cut()
    {
        m_peer->disconnect(this);
        m_peer->abort();
        m_peer.release()->deleteLater();
    }
    void answerWithheld()
    {
        withholdsAnswers = false;
        std::exchange(m_withheld, {})();
    }
    [[nodiscard]] bool hasWithheld() const { return m_withheld != nullptr; }
    void closeNormally() { m_peer->close(QWebSocketProtocol::CloseCodeNormal); }

private:
    [[nodiscard]] static QJsonObject toJson(const LogEntry &line)
    {
        return {
            {QStringLiteral("msg"), line.message},
            {QStringLiteral("created_at"), logTimeText(line.createdAt)},
            {QStringLiteral("labels"), QJsonObject{{QStringLiteral("stream"), line.stream}}}};
    }
    [[nodiscard]] static LogTime timeOf(const QUrlQuery &query, const QString &key)
    {
        return logTimeFrom(query.queryItemValue(key, QUrl::FullyDecoded));
    }

    void serve(QTcpSocket *socket)
    {
        const QByteArray head = socket->peek(65536);
        if (!head.contains("\r\n\r\n")) {
            return;
        }
        const QUrlQuery query(QUrl::fromEncoded(head.split(' ').value(1)));
        if (!head.startsWith("GET /v1/streams/logs/tail")) {
            socket->readAll();
            answer(socket, query);
            return;
        }
        if (beforeTail) {
            beforeTail();
        }
        ++m_tails;
        if (refusesTails) {
            socket->write("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n");
            socket->disconnectFromHost();
            return;
        }
        socket->disconnect();
        m_tailStart = timeOf(query, QStringLiteral("start"));
        m_sockets.handleConnection(socket);
        Q_EMIT socket->readyRead();
    }

    void answer(QTcpSocket *socket, const QUrlQuery &query)
    {
        ++m_queries;
        if (withholdsAnswers) {
            m_withheld = [this, socket, query] {
                answer(socket, query);
            };
            return;
        }
        if (beforeAnswer) {
            beforeAnswer();
        }
        const QJsonObject reply = queryStatus == 200 ? page(query) : QJsonObject();
        const QByteArray body = QJsonDocument(reply).toJson(QJsonDocument::Compact);
        socket->write(
            "HTTP/1.1 " + QByteArray::number(queryStatus) +
            " X\r\nContent-Type: application/json\r\nContent-Length: " + QByteArray::number(body.size()) +
            "\r\n\r\n" + body);
    }

    [[nodiscard]] QJsonObject page(const QUrlQuery &query) const
    {
        const LogTime start = timeOf(query, QStringLiteral("start"));
        const LogTime end = timeOf(query, QStringLiteral("end"));
        const bool isAscending = query.queryItemValue(QStringLiteral("order")) == QLatin1String("asc");
        auto lines = sorted();
        std::erase_if(lines, [start, end](const LogEntry &line) {
            return line.createdAt < start || (end != 0 && line.createdAt > end);
        });
        if (!isAscending) {
            std::reverse(lines.begin(), lines.end());
        }
        const auto asked = query.queryItemValue(QStringLiteral("limit")).toLongLong();
        const auto limit = static_cast<size_t>(std::min<qint64>(asked, pageLimit));
        // The next page begins with a new time, so lines of one time stay together.
        size_t size = std::min(limit, lines.size());
        while (size < lines.size() && size > 0 && lines[size].createdAt == lines[size - 1].createdAt) {
            ++size;
        }
        QJsonArray data;
        for (size_t i = 0; i < size; ++i) {
            data.append(toJson(lines[i]));
        }
        QJsonObject pagination{{QStringLiteral("has_more"), size < lines.size()}};
        if (size < lines.size()) {
            const LogTime last = end != 0 ? end : lines.back().createdAt;
            const LogTime next = lines[pagesOverlap ? size - 1 : size].createdAt;
            pagination.insert(QStringLiteral("next_start"), logTimeText(isAscending ? next : start));
            pagination.insert(QStringLiteral("next_end"), logTimeText(isAscending ? last : next));
        }
        return {{QStringLiteral("data"), data}, {QStringLiteral("pagination"), pagination}};
    }

    [[nodiscard]] std::vector<LogEntry> sorted() const
    {
        std::vector<LogEntry> lines = m_lines;
        std::stable_sort(lines.begin(), lines.end(), [](const LogEntry &left, const LogEntry &right) {
            return left.createdAt < right.createdAt;
        });
        return lines;
    }

    void beginTail()
    {
        m_peer.reset(m_sockets.nextPendingConnection());
        connect(m_peer.get(), &QWebSocket::disconnected, this, [this] {
            m_peer->disconnect(this);
            m_peer.release()->deleteLater();
        });
        auto lines = sorted();
        std::erase_if(lines, [this](const LogEntry &line) { return line.createdAt < m_tailStart; });
        const auto limit = replay == Replay::Nothing ? 0 : static_cast<size_t>(replayLimit);
        const size_t count = std::min(limit, lines.size());
        const size_t first = replay == Replay::Newest ? lines.size() - count : 0;
        for (size_t i = first; i < first + count; ++i) {
            send(lines[i]);
        }
    }

    void send(const LogEntry &line)
    {
        sendFrame(QJsonDocument(QJsonObject{{QStringLiteral("result"), toJson(line)}}).toJson());
    }

    QTcpServer m_listener;
    QWebSocketServer m_sockets;
    std::unique_ptr<QWebSocket> m_peer;
    std::vector<LogEntry> m_lines;
    std::function<void()> m_withheld;
    LogTime m_tailStart = 0;
    int m_tails = 0;
    int m_queries = 0;
};

} // namespace Koyeb::Test
