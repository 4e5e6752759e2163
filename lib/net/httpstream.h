// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/clock.h"
#include "core/error.h"
#include "net/httptypes.h"
#include "net/requestlog.h"

#include <QObject>
#include <QPointer>

#include <memory>

class QNetworkReply;

namespace Koyeb {

class ReplyWatch;

/// An answer whose body is handed on while it arrives. Ends with exactly one of finished() and failed(),
/// unless it is cancelled or destroyed first: then with neither.
class HttpStream : public QObject {
    Q_OBJECT

public:
    ~HttpStream() override;

    /// Stops the transfer at once and silently.
    void cancel();
    /// While paused nothing is handed on and at most about 256 KiB is buffered; the sender feels it.
    void setReadPaused(bool paused);

    /// The media type of the answer, in lower case and without parameters, once it has started; empty where
    /// the server does not say.
    [[nodiscard]] QByteArray mediaType() const;

Q_SIGNALS:
    /// The status line and headers of a successful (2xx) answer are here.
    void started(int status);
    /// The next bytes of a successful answer; never empty.
    void received(const QByteArray &bytes);
    /// The answer is complete.
    void finished();
    /// The answer is an error status, or the connection failed. What was received until then stands.
    void failed(const Koyeb::Error &error);

private:
    friend class HttpClient;

    HttpStream(const HttpTimeouts &timeouts, Clock &clock, RequestNote note, QObject *parent);
    /// Whether the request has neither been sent nor given up.
    [[nodiscard]] bool isPending() const { return !m_reply && !m_ended; }
    /// The request is being sent, with a body of so many bytes. Takes over `reply`.
    void begin(QNetworkReply *reply, qint64 bodyBytes);
    /// The request cannot be sent. Tells it later, since whoever opened the stream may not listen yet.
    void fail(const Error &error);

    void readAvailable();
    void conclude();
    void end(const Error &error);

    HttpTimeouts m_timeouts;
    Clock &m_clock;
    RequestNote m_note;
    QNetworkReply *m_reply = nullptr; ///< Null until it is sent.
    std::unique_ptr<ReplyWatch> m_watch;
    bool m_started = false;
    bool m_paused = false;
    bool m_replyFinished = false;
    bool m_ended = false;
};

} // namespace Koyeb
