// SPDX-License-Identifier: Apache-2.0
#include "net/httperror.h"

#include "core/redaction.h"

#include <QDateTime>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLocale>
#include <QNetworkReply>

#include <algorithm>

namespace Koyeb {

namespace {

constexpr qsizetype longestQuotedText = 500;
constexpr qsizetype longestId = 100;

/// The server's words, bounded before anything is searched in them.
QString quoted(const QString &text)
{
    return redact(text.left(8 * longestQuotedText)).left(longestQuotedText);
}

ErrorKind kindOfStatus(int status)
{
    switch (status) {
    case 400:
    case 422:
        return ErrorKind::Invalid;
    case 401:
        return ErrorKind::Unauthorized;
    case 403:
        return ErrorKind::Forbidden;
    case 404:
        return ErrorKind::NotFound;
    case 408:
        return ErrorKind::Timeout;
    case 409:
    case 412:
        return ErrorKind::Conflict;
    case 429:
        return ErrorKind::RateLimited;
    default:
        return status >= 500 ? ErrorKind::Server : ErrorKind::Protocol;
    }
}

std::optional<int> numberIn(const QByteArray &text)
{
    bool isNumber = false;
    const int number = text.trimmed().toInt(&isNumber);
    return isNumber && number >= 0 ? std::optional(number) : std::nullopt;
}

QDateTime httpDate(const QByteArray &text)
{
    auto time = QLocale::c().toDateTime(
        QString::fromLatin1(text.trimmed()), QStringLiteral("ddd, dd MMM yyyy HH:mm:ss 'GMT'"));
    time.setTimeSpec(Qt::UTC);
    return time;
}

/// From now to the date in `Retry-After`, both as the server's clock has them: ours may differ.
std::optional<int> secondsUntilDate(const HttpReply &reply)
{
    const auto until = httpDate(reply.header(QByteArrayLiteral("Retry-After")));
    const auto now = httpDate(reply.header(QByteArrayLiteral("Date")));
    if (!until.isValid() || !now.isValid()) {
        return std::nullopt;
    }
    constexpr qint64 aYear = 31'536'000;
    return static_cast<int>(std::clamp<qint64>(now.secsTo(until), 0, aYear));
}

std::optional<std::chrono::milliseconds> waitAskedFor(const HttpReply &reply)
{
    auto seconds = numberIn(reply.header(QByteArrayLiteral("Retry-After")));
    if (!seconds) {
        seconds = secondsUntilDate(reply);
    }
    // It comes with every answer, and only a refusal for the rate is about it.
    if (!seconds && reply.status == 429) {
        seconds = numberIn(reply.header(QByteArrayLiteral("x-ratelimit-reset")));
    }
    return seconds ? std::optional<std::chrono::milliseconds>(std::chrono::seconds(*seconds)) : std::nullopt;
}

void readJsonBody(const QJsonObject &body, Error &error)
{
    error.message = quoted(body.value(QLatin1String("message")).toString());
    if (error.message.isEmpty()) {
        // The executor's form: `{success: false, error, current_port?}`.
        const auto port = body.value(QLatin1String("current_port")).toString().left(16);
        error.message = quoted(body.value(QLatin1String("error")).toString()) +
                        (port.isEmpty() ? QString() : QStringLiteral(": ") + port);
    }
    error.apiCode =
        body.value(QLatin1String("code")).toString(); // An int in google.rpc.Status, then empty here.
    const auto fields = body.value(QLatin1String("fields")).toArray();
    for (const auto &field : fields) {
        const auto object = field.toObject();
        error.fields.append(
            {object.value(QLatin1String("field")).toString(),
             quoted(object.value(QLatin1String("description")).toString())});
    }
}

bool looksLikeText(const HttpReply &reply)
{
    return reply.header(QByteArrayLiteral("Content-Type")).startsWith("text/plain");
}

} // namespace

Error errorFromReply(const HttpReply &reply)
{
    Error error;
    error.httpStatus = reply.status;
    error.kind = kindOfStatus(reply.status);
    error.requestId = QString::fromLatin1(reply.header(QByteArrayLiteral("x-request-id")).left(longestId));
    if (error.kind == ErrorKind::RateLimited || reply.status == 503) {
        error.retryAfter = waitAskedFor(reply);
    }
    if (reply.status >= 300 && reply.status < 400) {
        error.message = QStringLiteral("The server redirected the request, which is not followed.");
        return error;
    }
    const auto document = QJsonDocument::fromJson(reply.body);
    if (document.isObject()) {
        readJsonBody(document.object(), error);
    } else if (looksLikeText(reply)) {
        error.message = quoted(QString::fromUtf8(reply.body.left(16 * longestQuotedText)).trimmed());
    }
    if (error.message.isEmpty()) {
        error.message = QStringLiteral("The server answered with status %1.").arg(reply.status);
    }
    return error;
}

std::optional<RateLeft> rateLeftIn(const HttpReply &reply)
{
    const auto requests = numberIn(reply.header(QByteArrayLiteral("x-ratelimit-remaining")));
    const auto reset = numberIn(reply.header(QByteArrayLiteral("x-ratelimit-reset")));
    if (!requests || !reset) {
        return std::nullopt;
    }
    return RateLeft{*requests, std::chrono::seconds(*reset)};
}

Error errorFromConnection(const QNetworkReply &reply)
{
    Error error;
    error.message = redact(reply.errorString());
    switch (reply.error()) {
    case QNetworkReply::OperationCanceledError:
        return Error::cancelled();
    case QNetworkReply::TimeoutError:
    case QNetworkReply::ProxyTimeoutError:
        error.kind = ErrorKind::Timeout;
        break;
    case QNetworkReply::SslHandshakeFailedError:
        error.kind = ErrorKind::Tls;
        break;
    case QNetworkReply::ContentReSendError:
        error.kind = ErrorKind::Offline;
        error.message = QStringLiteral("The connection was lost before the server answered.");
        break;
    case QNetworkReply::ProtocolUnknownError:
    case QNetworkReply::ProtocolInvalidOperationError:
    case QNetworkReply::ProtocolFailure:
        error.kind = ErrorKind::Protocol;
        break;
    default:
        error.kind = ErrorKind::Offline;
    }
    return error;
}

HttpReply replyFrom(const QNetworkReply &reply, const QByteArray &body)
{
    HttpReply result;
    result.status = reply.attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    result.body = body;
    const auto &pairs = reply.rawHeaderPairs();
    result.headers.reserve(pairs.size());
    for (const auto &pair : pairs) {
        result.headers.append({pair.first, pair.second});
    }
    return result;
}

} // namespace Koyeb
