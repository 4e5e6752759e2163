// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/clock.h"
#include "core/error.h"
#include "net/httptypes.h"

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
    /// Made by HttpClient::open(). Takes over `reply`.
    HttpStream(QNetworkReply *reply, const HttpTimeouts &timeouts, Clock &clock, QObject *parent);
    ~HttpStream() override;

    /// Stops the transfer at once and silently.
    void cancel();
    /// While paused nothing is handed on and at most about 256 KiB is buffered; the sender feels it.
    void setReadPaused(bool paused);

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
    void readAvailable();
    void conclude();

    QNetworkReply *m_reply;
    std::unique_ptr<ReplyWatch> m_watch;
    bool m_started = false;
    bool m_paused = false;
    bool m_replyFinished = false;
    bool m_ended = false;
};

} // namespace Koyeb
