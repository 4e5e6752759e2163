// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/clock.h"
#include "core/error.h"

#include <QByteArray>
#include <QDateTime>
#include <QMetaType>
#include <QObject>
#include <QUrl>

#include <chrono>
#include <memory>
#include <optional>
#include <vector>

namespace Koyeb {

/// One request as the log has it. Made of what is known not to be secret: no headers, no bodies, no values of
/// query parameters, no routing keys.
struct RequestLogEntry {
    /// How its answer is taken.
    enum class Kind {
        Call,   ///< Answered as a whole.
        Stream, ///< Its body is read as it arrives.
        Socket  ///< A WebSocket.
    };
    /// Whether more is to come of it.
    enum class State {
        Running, ///< Its answer has not been read to the end.
        Finished ///< It succeeded, failed or was cancelled.
    };

    quint64 number = 0;                   ///< Counts from 1; one request sent again is several entries.
    Kind kind = Kind::Call;               ///< How its answer is taken.
    State state = State::Running;         ///< Whether more is to come of it.
    QDateTime startedAt;                  ///< UTC; the time at which it was sent.
    QString method;                       ///< `GET`, `POST` and so on.
    QString url;                          ///< With what is secret in it left out.
    int attempt = 1;                      ///< 1 for the first sending, 2 for the first repetition.
    std::chrono::milliseconds waited{};   ///< For a permit of the rate limit, before it was sent.
    std::chrono::milliseconds duration{}; ///< From sending to the end; 0 while it runs.
    int status = 0;                       ///< 0 while, or where, there is no HTTP answer.
    qint64 bytesSent = 0;                 ///< Of bodies and frames.
    qint64 bytesReceived = 0;             ///< Of bodies and frames.
    std::optional<ErrorKind> error;       ///< Unset for a success, and while it runs.
    QString requestId;                    ///< The server's, for support; may be empty.
};

/// What was requested lately: the last entries, the oldest of which gives way to the newest. For showing to
/// people, who may copy it into a report.
class RequestLog : public QObject {
    Q_OBJECT

public:
    /// How many entries a log holds unless something else is said.
    static constexpr int defaultCapacity = 1000;

    /// `clock` outlives the log; `capacity` is at least 1.
    explicit RequestLog(Clock &clock, int capacity = defaultCapacity, QObject *parent = nullptr);
    ~RequestLog() override;

    /// How many entries there are, at most the capacity.
    [[nodiscard]] int size() const;
    /// How many entries there can be.
    [[nodiscard]] int capacity() const { return m_capacity; }
    /// The number of the oldest entry; those up to firstNumber() + size() - 1 are there.
    [[nodiscard]] quint64 firstNumber() const;
    /// Null when it is not, or no longer, there. Valid until the next entry is begun.
    [[nodiscard]] const RequestLogEntry *entry(quint64 number) const;
    /// Forgets all entries. Numbers go on.
    void clear();

Q_SIGNALS:
    /// `entry` was begun. Where the log was full, the entry with the lowest number has gone.
    void entryAdded(const Koyeb::RequestLogEntry &entry);
    /// `entry` has another state or status.
    void entryChanged(const Koyeb::RequestLogEntry &entry);
    /// All entries were forgotten.
    void cleared();

private:
    friend class RequestNote;

    quint64 begin(RequestLogEntry entry);
    [[nodiscard]] RequestLogEntry *find(quint64 number);
    void finish(quint64 number, Clock::TimePoint startedAt);

    Clock &m_clock;
    int m_capacity;
    std::vector<RequestLogEntry> m_ring; ///< The entry with number n is at (n - 1) % capacity.
    quint64 m_lastNumber = 0;
    quint64 m_forgottenNumber = 0; ///< Up to here they were cleared.
};

/// Notes one request in a log while it runs. Does nothing without a log. One that goes without an end was
/// cancelled.
class RequestNote {
public:
    /// What is known when a request is sent.
    struct Start {
        RequestLogEntry::Kind kind = RequestLogEntry::Kind::Call; ///< How its answer is taken.
        QByteArray method;                                        ///< `GET`, `POST` and so on.
        QUrl url;                           ///< As it is sent; the log leaves out what is secret.
        int attempt = 1;                    ///< 1 for the first sending, 2 for the first repetition.
        std::chrono::milliseconds waited{}; ///< For a permit of the rate limit.
    };

    /// Notes nothing.
    RequestNote() = default;
    /// Begins an entry in `log`, which may be null.
    RequestNote(std::shared_ptr<RequestLog> log, const Start &start);
    ~RequestNote();
    /// Takes the entry over; `other` notes nothing from then on.
    RequestNote(RequestNote &&other) noexcept;
    /// Ends its own entry as cancelled, then takes the other's over.
    RequestNote &operator=(RequestNote &&other) noexcept;

    /// `bytes` more of a body, or of frames, were sent.
    void addSent(qint64 bytes);
    /// `bytes` more of a body, or of frames, have arrived.
    void addReceived(qint64 bytes);
    /// The answer has begun.
    void setStatus(int status);
    /// The server named the request `id`.
    void setRequestId(const QString &id);
    /// Unset: it succeeded. Later calls do nothing.
    void finish(const std::optional<Error> &error = std::nullopt);

private:
    std::shared_ptr<RequestLog> m_log; ///< Null once it has ended.
    quint64 m_number = 0;
    Clock::TimePoint m_startedAt;
};

} // namespace Koyeb

Q_DECLARE_METATYPE(Koyeb::RequestLogEntry)
