// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/clock.h"
#include "core/result.h"
#include "core/taskscope.h"
#include "net/httptypes.h"
#include "net/networksettings.h"
#include "net/ratelimiter.h"

#include <QCoroTask>
#include <QObject>
#include <QPointer>

#include <stop_token>

class QNetworkAccessManager;
class QNetworkReply;

namespace Koyeb {

class HttpStream;
class RequestNote;

/// Sends HTTP requests: with timeouts, cancellation, one retry policy and, where wanted, a rate limit. Calls
/// go over HTTP/2 where the server offers it. Redirects are not followed, since requests carry credentials;
/// TLS errors are final.
class HttpClient : public QObject {
    Q_OBJECT

public:
    /// `clock` and `limiter` (which may be null: no limit) outlive the client.
    explicit HttpClient(Clock &clock, RateLimiter *limiter = nullptr, QObject *parent = nullptr);
    ~HttpClient() override;

    /// Sent with every request, e.g. authorization. They replace what was set before.
    void setDefaultHeaders(const QList<HttpHeader> &headers) { m_defaultHeaders = headers; }
    /// What is sent with every request; holds credentials.
    [[nodiscard]] const QList<HttpHeader> &defaultHeaders() const { return m_defaultHeaders; }
    /// When failed requests are sent again, from now on.
    void setRetryPolicy(const RetryPolicy &policy) { m_policy = policy; }
    /// Before the first request.
    void setNetwork(const NetworkSettings &network) { m_network = network; }
    /// How its connections are made.
    [[nodiscard]] const NetworkSettings &network() const { return m_network; }

    /// Sends `request`, again where the policy allows, and gives the answer once it is complete. An answer
    /// with a status of 400 and above is a failure (see errorFromReply()), one with 3xx too; but a deletion
    /// that was sent again, because its answer did not come, and then finds nothing has succeeded. Also fails
    /// when `stop` is requested or the client is destroyed: with ErrorKind::Cancelled.
    QCoro::Task<Result<HttpReply>> send(HttpRequest request, std::stop_token stop);

    /// Sends `request` once and hands the answer's body on as it arrives. The stream is the caller's. Streams
    /// have connections of their own, with HTTP/1.1: there a reader that pauses is felt by the sender, and
    /// none waits for a connection that a stream keeps busy.
    [[nodiscard]] HttpStream *open(const HttpRequest &request, QObject *parent);

    /// The clock that was given.
    [[nodiscard]] Clock &clock() const { return m_clock; }

Q_SIGNALS:
    /// A request has failed so and will be sent again.
    void repeating(const Koyeb::Error &error);

private:
    /// What the log is told about an attempt.
    struct Attempt {
        int number = 1;
        std::chrono::milliseconds waited{};
    };
    enum class Protocol { Http1, Http2WhereOffered };

    QCoro::Task<Result<HttpReply>> sendOnce(HttpRequest request, Attempt attempt, std::stop_token stop);
    QCoro::Task<Result<HttpReply>> exchange(HttpRequest request, RequestNote &note, std::stop_token stop);
    QCoro::Task<void> begin(HttpRequest request, QPointer<HttpStream> stream);
    /// Makes sure that the way to `url` is known, which start() takes.
    QCoro::Task<Result<void>> findProxy(QUrl url, std::stop_token stop);
    [[nodiscard]] QNetworkReply *start(const HttpRequest &request, Protocol protocol);
    [[nodiscard]] QNetworkAccessManager *makeManager();
    [[nodiscard]] QNetworkAccessManager *managerOf(Protocol protocol);
    void noteRate(const QNetworkReply &reply);

    Clock &m_clock;
    RateLimiter *m_limiter;
    QNetworkAccessManager *m_manager;
    QNetworkAccessManager *m_streamManager = nullptr; ///< Made for the first stream.
    QList<HttpHeader> m_defaultHeaders;
    RetryPolicy m_policy;
    NetworkSettings m_network;
    TaskScope m_scope;
};

} // namespace Koyeb
