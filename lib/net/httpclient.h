// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/clock.h"
#include "core/result.h"
#include "core/taskscope.h"
#include "net/httptypes.h"
#include "net/ratelimiter.h"

#include <QCoroTask>
#include <QObject>

#include <stop_token>

class QNetworkAccessManager;
class QNetworkReply;

namespace Koyeb {

class HttpStream;

/// Sends HTTP requests over one QNetworkAccessManager: with timeouts, cancellation, one retry policy and,
/// where wanted, a rate limit. Redirects are not followed, since requests carry credentials; TLS errors are
/// final.
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

    /// Sends `request`, again where the policy allows, and gives the answer once it is complete. An answer
    /// with a status of 400 and above is a failure (see errorFromReply()), one with 3xx too. Also fails when
    /// `stop` is requested or the client is destroyed: with ErrorKind::Cancelled.
    QCoro::Task<Result<HttpReply>> send(HttpRequest request, std::stop_token stop);

    /// Sends `request` once and hands its body on as it arrives. The stream is the caller's.
    [[nodiscard]] HttpStream *open(const HttpRequest &request, QObject *parent);

    /// The clock that was given.
    [[nodiscard]] Clock &clock() const { return m_clock; }

private:
    QCoro::Task<Result<HttpReply>> sendOnce(HttpRequest request, std::stop_token stop);
    [[nodiscard]] QNetworkReply *start(const HttpRequest &request);

    Clock &m_clock;
    RateLimiter *m_limiter;
    QNetworkAccessManager *m_manager;
    QList<HttpHeader> m_defaultHeaders;
    RetryPolicy m_policy;
    TaskScope m_scope;
};

} // namespace Koyeb
