// SPDX-License-Identifier: Apache-2.0
#include "net/httpclient.h"

#include "core/completion.h"
#include "core/logging.h"
#include "core/redaction.h"
#include "net/httperror.h"
#include "net/httpstream.h"
#include "net/onceonlybody.h"
#include "net/proxyresolver.h"
#include "net/replywatch.h"
#include "net/requestlog.h"

#include <QNetworkAccessManager>
#include <QNetworkProxyFactory>
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

/// Adds what has come to `body`. The toolkit keeps it in many small pieces; taking it as it comes, none of it
/// is there twice, and large answers leave no holes in the memory of the process.
void takeBody(QNetworkReply &reply, QByteArray &body, qint64 maximumBytes)
{
    const auto before = body.size();
    const auto wanted = before + reply.bytesAvailable();
    if (wanted == before) {
        return; // It may be closed already.
    }
    if (wanted > body.capacity()) {
        const auto length = reply.header(QNetworkRequest::ContentLengthHeader).toLongLong();
        body.reserve(std::max({wanted, 2 * before, std::min(length, maximumBytes)}));
    }
    body.resize(wanted);
    const auto count = reply.read(body.data() + before, wanted - before);
    body.truncate(before + std::max<qint64>(0, count));
}

Result<HttpReply> interpret(QNetworkReply &reply, const QByteArray &body)
{
    const int status = reply.attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    const bool isHttpError = status >= 300;
    if (reply.error() != QNetworkReply::NoError && !isHttpError) {
        return failure(errorFromConnection(reply));
    }
    auto answer = replyFrom(reply, body);
    if (!answer.isSuccess()) {
        return failure(errorFromReply(answer));
    }
    // The toolkit does not always notice. Where it has decompressed the body, it has removed this header.
    const auto length = reply.header(QNetworkRequest::ContentLengthHeader);
    if (length.isValid() && answer.body.size() < length.toLongLong()) {
        return failure(
            ErrorKind::Offline, QStringLiteral("The connection was lost before the answer was complete."));
    }
    return answer;
}

/// For a proxy that sees the request itself instead of a tunnel. The toolkit would send the request without
/// them first, and could not send one that leaves once a second time.
QByteArray proxyCredentials(const QUrl &url, const NetworkSettings &network)
{
    if (!network.proxies || url.scheme() != QLatin1String("http")) {
        return {};
    }
    const auto proxy = network.proxies->lastProxyFor(url);
    if (proxy.type() != QNetworkProxy::HttpProxy || proxy.user().isEmpty()) {
        return {};
    }
    return "Basic " + (proxy.user() + QLatin1Char(':') + proxy.password()).toUtf8().toBase64();
}

/// Tells the toolkit what findProxy() found.
class KnownProxies final : public QNetworkProxyFactory {
public:
    explicit KnownProxies(std::function<const NetworkSettings &()> network) : m_network(std::move(network)) {}

    QList<QNetworkProxy> queryProxy(const QNetworkProxyQuery &query) override
    {
        const auto &proxies = m_network().proxies;
        return {proxies ? proxies->lastProxyFor(query.url()) : QNetworkProxy(QNetworkProxy::NoProxy)};
    }

private:
    std::function<const NetworkSettings &()> m_network;
};

} // namespace

HttpClient::HttpClient(Clock &clock, RateLimiter *limiter, QObject *parent)
    : QObject(parent), m_clock(clock), m_limiter(limiter), m_manager(makeManager())
{
}

HttpClient::~HttpClient() = default;

QNetworkAccessManager *HttpClient::makeManager()
{
    auto *manager = new QNetworkAccessManager(this);
    manager->setRedirectPolicy(QNetworkRequest::ManualRedirectPolicy);
    manager->setAutoDeleteReplies(false);
    // The manager owns the factory, and this object the manager.
    manager->setProxyFactory(new KnownProxies([this]() -> const NetworkSettings & { return m_network; }));
    return manager;
}

QNetworkAccessManager *HttpClient::managerOf(Protocol protocol)
{
    if (protocol == Protocol::Http2WhereOffered) {
        return m_manager;
    }
    if (!m_streamManager) {
        m_streamManager = makeManager();
    }
    return m_streamManager;
}

QCoro::Task<Result<void>> HttpClient::findProxy(QUrl url, std::stop_token stop)
{
    const auto proxies = m_network.proxies; // Lives as long as this waits.
    if (!proxies) {
        co_return Result<void>();
    }
    const auto proxy = co_await proxies->proxyFor(url, stop);
    if (!proxy) {
        co_return failure(proxy.error());
    }
    co_return Result<void>();
}

QNetworkReply *HttpClient::start(const HttpRequest &request, Protocol protocol)
{
    QNetworkRequest network(request.url);
    network.setAttribute(QNetworkRequest::CookieLoadControlAttribute, QNetworkRequest::Manual);
    network.setAttribute(QNetworkRequest::CookieSaveControlAttribute, QNetworkRequest::Manual);
    network.setAttribute(QNetworkRequest::CacheLoadControlAttribute, QNetworkRequest::AlwaysNetwork);
    network.setAttribute(QNetworkRequest::CacheSaveControlAttribute, false);
    network.setAttribute(QNetworkRequest::Http2AllowedAttribute, protocol == Protocol::Http2WhereOffered);
    network.setSslConfiguration(m_network.tls);
    if (const auto credentials = proxyCredentials(request.url, m_network); !credentials.isEmpty()) {
        network.setRawHeader("Proxy-Authorization", credentials);
    }
    for (const auto &header : m_defaultHeaders) {
        network.setRawHeader(header.name, header.value);
    }
    for (const auto &header : request.headers) {
        network.setRawHeader(header.name, header.value);
    }
    if (!request.body.isEmpty() && !network.hasRawHeader("Content-Type")) {
        network.setHeader(QNetworkRequest::ContentTypeHeader, QByteArrayLiteral("application/json"));
    }
    // The toolkit sends again by itself what it can. A deletion only send() may repeat, which knows what it
    // means that nothing is found then.
    if (request.repeatable == Repeatable::Safely && request.method != "DELETE") {
        return managerOf(protocol)->sendCustomRequest(network, request.method, request.body);
    }
    auto *body = new OnceOnlyBody(request.body);
    network.setAttribute(QNetworkRequest::DoNotBufferUploadDataAttribute, true);
    network.setHeader(QNetworkRequest::ContentLengthHeader, request.body.size());
    auto *reply = managerOf(protocol)->sendCustomRequest(network, request.method, body);
    body->setParent(reply);
    return reply;
}

QCoro::Task<Result<HttpReply>> HttpClient::sendOnce(
    HttpRequest request, Attempt attempt, std::stop_token stop)
{
    RequestNote note(
        m_network.log,
        {RequestLogEntry::Kind::Call, request.method, request.url, attempt.number, attempt.waited});
    auto result = co_await exchange(request, note, stop);
    if (result) {
        note.setStatus(result->status);
        note.setRequestId(QString::fromLatin1(result->header(QByteArrayLiteral("x-request-id"))));
        note.finish();
    } else {
        note.finish(result.error());
    }
    co_return result;
}

QCoro::Task<Result<HttpReply>> HttpClient::exchange(
    HttpRequest request, RequestNote &note, std::stop_token stop)
{
    const auto way = co_await findProxy(request.url, stop);
    if (!way) {
        co_return failure(way.error());
    }
    const OwnedReply reply(start(request, Protocol::Http2WhereOffered));
    const QObject listener; // Gone before the reply, which tells of its end when it is aborted.
    qint64 sent = 0;
    qint64 received = 0;
    QByteArray body;
    Completion<Ending> done;
    connect(reply.get(), &QNetworkReply::readyRead, &listener, [&] {
        takeBody(*reply, body, request.maximumReplyBytes);
    });
    connect(
        reply.get(), &QNetworkReply::finished, &listener, [done]() mutable { done.complete(std::nullopt); });
    connect(reply.get(), &QNetworkReply::uploadProgress, &listener, [&](qint64 bytes, qint64 total) {
        sent = bytes;
        if (request.uploadProgress) {
            request.uploadProgress(bytes, total);
        }
    });
    connect(
        reply.get(), &QNetworkReply::downloadProgress, &listener,
        [done, &received, limit = request.maximumReplyBytes](qint64 bytes, qint64) mutable {
            received = bytes;
            if (bytes > limit) {
                done.complete(
                    Error::of(ErrorKind::Protocol, QStringLiteral("The reply is larger than expected.")));
            }
        });
    const ReplyWatch watch(reply.get(), request.timeouts, m_clock, [done](const QString &why) mutable {
        done.complete(Error::of(ErrorKind::Timeout, why));
    });
    const std::stop_callback onStop(stop, [done]() mutable { done.complete(Error::cancelled()); });

    const Ending ending = co_await done;
    const bool isAnswered = reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).isValid();
    note.addSent(isAnswered ? request.body.size() : sent); // The toolkit does not tell of the last bytes.
    note.addReceived(received);
    if (ending) {
        co_return failure(*ending);
    }
    noteRate(*reply);
    takeBody(*reply, body, request.maximumReplyBytes);
    co_return interpret(*reply, std::exchange(body, {}));
}

void HttpClient::noteRate(const QNetworkReply &reply)
{
    const auto left = m_limiter ? rateLeftIn(replyFrom(reply, {})) : std::nullopt;
    if (left) {
        m_limiter->noteRemaining(left->requests, left->reset);
    }
}

QCoro::Task<Result<HttpReply>> HttpClient::send(HttpRequest request, std::stop_token stop)
{
    // One token for both reasons to stop: the caller's, and the end of this client.
    const std::stop_source either;
    const std::stop_callback onCaller(stop, stopper(either));
    const std::stop_callback onEnd(m_scope.token(), stopper(either));
    const auto token = either.get_token();

    bool mayBeDone = false; // By an attempt whose answer did not come.
    for (int attempt = 1;; ++attempt) {
        const auto asked = m_clock.now();
        if (m_limiter) {
            const bool admitted = co_await m_limiter->acquire(request.priority, token);
            if (!admitted) {
                co_return failure(Error::cancelled());
            }
        }
        if (token.stop_requested()) {
            co_return failure(Error::cancelled());
        }
        const auto waited = std::chrono::duration_cast<std::chrono::milliseconds>(m_clock.now() - asked);
        auto result = co_await sendOnce(request, {attempt, waited}, token);
        if (result || result.error().isCancelled()) {
            co_return result;
        }
        const Error error = result.error();
        if (mayBeDone && error.kind == ErrorKind::NotFound && request.method == "DELETE") {
            co_return HttpReply{error.httpStatus, {}, {}}; // Gone, as was wanted.
        }
        mayBeDone = mayBeDone || error.kind != ErrorKind::RateLimited;
        const double random = QRandomGenerator::global()->generateDouble();
        const auto delay = m_policy.delayBeforeRetry(attempt, error, request.repeatable, random);
        if (error.kind == ErrorKind::RateLimited && m_limiter) {
            m_limiter->pauseFor(error.retryAfter.value_or(delay.value_or(m_policy.maximumDelay)));
        }
        qCInfo(logNet).noquote() << request.method << redact(request.url)
                                 << "failed:" << errorKindName(error.kind) << error.httpStatus
                                 << (delay ? "- will be repeated" : "");
        if (!delay) {
            co_return result;
        }
        Q_EMIT repeating(error);
        const bool slept = co_await m_clock.sleepFor(*delay, token);
        if (!slept) {
            co_return failure(Error::cancelled());
        }
    }
}

HttpStream *HttpClient::open(const HttpRequest &request, QObject *parent)
{
    auto *stream = new HttpStream(
        request.timeouts, m_clock,
        RequestNote(m_network.log, {RequestLogEntry::Kind::Stream, request.method, request.url}), parent);
    begin(request, stream);
    return stream;
}

QCoro::Task<void> HttpClient::begin(HttpRequest request, QPointer<HttpStream> stream)
{
    const auto way = co_await findProxy(request.url, m_scope.token());
    if (!stream || !stream->isPending()) {
        co_return;
    }
    if (way) {
        stream->begin(start(request, Protocol::Http1), request.body.size());
    } else {
        stream->fail(way.error());
    }
}

} // namespace Koyeb
