// SPDX-License-Identifier: Apache-2.0
#include "net/httpclient.h"

#include "core/completion.h"
#include "core/logging.h"
#include "core/redaction.h"
#include "net/httperror.h"
#include "net/httpstream.h"
#include "net/onceonlybody.h"
#include "net/replywatch.h"

#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QNetworkRequest>
#include <QRandomGenerator>

namespace Koyeb {

namespace {

/// A reply ends in its own signals, so it must not be deleted right there. Nor may it be disconnected: by its
/// signals Qt learns that the connection is to be given up.
struct DeleteLater {
    void operator()(QNetworkReply *reply) const
    {
        reply->abort();
        reply->deleteLater();
    }
};
using OwnedReply = std::unique_ptr<QNetworkReply, DeleteLater>;

/// Requests stop on `source` when called. Works on a copy: stopping resumes coroutines, which may destroy the
/// callback.
auto stopper(const std::stop_source &source)
{
    return [source] {
        auto stopping = source;
        stopping.request_stop();
    };
}

/// How an attempt ended: nothing for a finished reply, or the reason why it was ended from here.
using Ending = std::optional<Error>;

Result<HttpReply> interpret(QNetworkReply &reply)
{
    const int status = reply.attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    const bool isHttpError = status >= 300;
    if (reply.error() != QNetworkReply::NoError && !isHttpError) {
        return failure(errorFromConnection(reply));
    }
    auto answer = replyFrom(reply, reply.readAll());
    if (!answer.isSuccess()) {
        return failure(errorFromReply(answer));
    }
    return answer;
}

} // namespace

HttpClient::HttpClient(Clock &clock, RateLimiter *limiter, QObject *parent)
    : QObject(parent), m_clock(clock), m_limiter(limiter), m_manager(new QNetworkAccessManager(this))
{
    m_manager->setRedirectPolicy(QNetworkRequest::ManualRedirectPolicy);
    m_manager->setAutoDeleteReplies(false);
}

HttpClient::~HttpClient() = default;

QNetworkReply *HttpClient::start(const HttpRequest &request)
{
    QNetworkRequest network(request.url);
    network.setAttribute(QNetworkRequest::CookieLoadControlAttribute, QNetworkRequest::Manual);
    network.setAttribute(QNetworkRequest::CookieSaveControlAttribute, QNetworkRequest::Manual);
    network.setAttribute(QNetworkRequest::CacheLoadControlAttribute, QNetworkRequest::AlwaysNetwork);
    network.setAttribute(QNetworkRequest::CacheSaveControlAttribute, false);
    for (const auto &header : m_defaultHeaders) {
        network.setRawHeader(header.name, header.value);
    }
    for (const auto &header : request.headers) {
        network.setRawHeader(header.name, header.value);
    }
    if (!request.body.isEmpty() && !network.hasRawHeader("Content-Type")) {
        network.setHeader(QNetworkRequest::ContentTypeHeader, QByteArrayLiteral("application/json"));
    }
    if (request.repeatable == Repeatable::Safely) {
        return m_manager->sendCustomRequest(network, request.method, request.body);
    }
    auto *body = new OnceOnlyBody(request.body);
    network.setAttribute(QNetworkRequest::DoNotBufferUploadDataAttribute, true);
    network.setHeader(QNetworkRequest::ContentLengthHeader, request.body.size());
    auto *reply = m_manager->sendCustomRequest(network, request.method, body);
    body->setParent(reply);
    return reply;
}

QCoro::Task<Result<HttpReply>> HttpClient::sendOnce(HttpRequest request, std::stop_token stop)
{
    const OwnedReply reply(start(request));
    const QObject listener; // Gone before the reply, which tells of its end when it is aborted.
    Completion<Ending> done;
    connect(
        reply.get(), &QNetworkReply::finished, &listener, [done]() mutable { done.complete(std::nullopt); });
    if (request.uploadProgress) {
        connect(reply.get(), &QNetworkReply::uploadProgress, &listener, request.uploadProgress);
    }
    connect(
        reply.get(), &QNetworkReply::downloadProgress, &listener,
        [done, limit = request.maximumReplyBytes](qint64 received, qint64) mutable {
            if (received > limit) {
                done.complete(
                    Error::of(ErrorKind::Protocol, QStringLiteral("The reply is larger than expected.")));
            }
        });
    const ReplyWatch watch(reply.get(), request.timeouts, m_clock, [done](const QString &why) mutable {
        done.complete(Error::of(ErrorKind::Timeout, why));
    });
    const std::stop_callback onStop(stop, [done]() mutable { done.complete(Error::cancelled()); });

    const Ending ending = co_await done;
    if (ending) {
        co_return failure(*ending);
    }
    co_return interpret(*reply);
}

QCoro::Task<Result<HttpReply>> HttpClient::send(HttpRequest request, std::stop_token stop)
{
    // One token for both reasons to stop: the caller's, and the end of this client.
    const std::stop_source either;
    const std::stop_callback onCaller(stop, stopper(either));
    const std::stop_callback onEnd(m_scope.token(), stopper(either));
    const auto token = either.get_token();

    for (int attempt = 1;; ++attempt) {
        if (m_limiter) {
            const bool admitted = co_await m_limiter->acquire(request.priority, token);
            if (!admitted) {
                co_return failure(Error::cancelled());
            }
        }
        if (token.stop_requested()) {
            co_return failure(Error::cancelled());
        }
        auto result = co_await sendOnce(request, token);
        if (result || result.error().isCancelled()) {
            co_return result;
        }
        const Error error = result.error();
        if (error.kind == ErrorKind::RateLimited && m_limiter) {
            m_limiter->pauseFor(error.retryAfter.value_or(m_policy.firstDelay));
        }
        const double random = QRandomGenerator::global()->generateDouble();
        const auto delay = m_policy.delayBeforeRetry(attempt, error, request.repeatable, random);
        qCInfo(logNet).noquote() << request.method << redact(request.url)
                                 << "failed:" << errorKindName(error.kind) << error.httpStatus
                                 << (delay ? "- will be repeated" : "");
        if (!delay) {
            co_return result;
        }
        const bool waited = co_await m_clock.sleepFor(*delay, token);
        if (!waited) {
            co_return failure(Error::cancelled());
        }
    }
}

HttpStream *HttpClient::open(const HttpRequest &request, QObject *parent)
{
    return new HttpStream(start(request), request.timeouts, m_clock, parent);
}

} // namespace Koyeb
