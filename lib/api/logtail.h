// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/apitransport.h"
#include "api/logoverlap.h"
#include "core/completion.h"
#include "core/taskscope.h"

#include <QObject>

#include <chrono>
#include <memory>

namespace Koyeb {

class JsonSocket;

/// A log as it is written: its last lines, then new ones as they come (`/v1/streams/logs/tail`). A lost
/// connection is made again for as long as it takes, and what was logged meanwhile is queried: no line is
/// missing and none comes twice. Ends with one of ended() and failed(), unless close() was called.
class LogTail : public QObject {
    Q_OBJECT

public:
    /// How far it is.
    enum class State {
        Idle,
        Connecting, ///< Reading what is there already
        Live,
        Waiting, ///< Disconnected, until the next attempt
        Ended
    };
    Q_ENUM(State)

    /// What is wanted.
    struct Start {
        LogFilter filter;         ///< Whose lines, and which.
        qsizetype history = 1000; ///< Of the lines that are there already, the last so many
        std::chrono::seconds historySpan = std::chrono::hours(24); ///< None of them is older.
    };

    /// `token` is the account's. `transport` outlives the tail.
    LogTail(const ApiTransport &transport, const QString &token, QObject *parent = nullptr);
    ~LogTail() override;

    /// How far it is now.
    [[nodiscard]] State state() const { return m_state; }
    /// Once in the life of a tail.
    void start(const Start &start);
    /// Ends silently.
    void close();
    /// While paused, no lines come once a small buffer is full, so that the server feels it; later they all
    /// do.
    void setPaused(bool paused);

Q_SIGNALS:
    /// state() is another one.
    void stateChanged(Koyeb::LogTail::State state);
    /// In the order in which the server tells them, which is that of time but for lines of several instances.
    void linesReceived(const QList<Koyeb::LogEntry> &lines);
    /// The connection was lost or could not be made; it will be tried again.
    void interrupted(const Koyeb::Error &reason);
    /// The log is over: the server said so.
    void ended();
    /// It cannot be had, and trying again would not help.
    void failed(const Koyeb::Error &error);

private:
    QCoro::Task<void> run(std::stop_token stop);
    QCoro::Task<Result<void>> follow(std::stop_token stop);
    QCoro::Task<Result<void>> readHistory(std::stop_token stop);
    QCoro::Task<Result<void>> catchUp(std::stop_token stop);
    QCoro::Task<bool> waitWhilePaused(std::stop_token stop);
    void conclude(const Result<void> &outcome, const std::stop_token &stop);
    void openSocket();
    void dropSocket();
    void take(const QJsonObject &frame);
    void flush();
    void deliver(const QList<LogEntry> &lines);
    void setState(State state);

    const ApiTransport &m_transport;
    QString m_token;
    Start m_start;
    LogOverlap m_overlap;
    State m_state = State::Idle;
    bool m_hasHistory = false;
    bool m_paused = false;
    bool m_holding = false;        // Lines that arrive wait until what came before them is there.
    bool m_flushScheduled = false; // Lines that arrive together are handed on together.
    QList<LogEntry> m_held;
    std::unique_ptr<JsonSocket> m_socket;
    Completion<Result<void>> m_opened;
    Completion<Result<void>> m_closed; // Success: the server says that the log is over.
    Completion<bool> m_resumed;
    TaskScope m_scope;
};

} // namespace Koyeb
