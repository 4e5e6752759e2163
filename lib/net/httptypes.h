// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/retrypolicy.h"

#include <QByteArray>
#include <QList>
#include <QUrl>

#include <chrono>
#include <functional>
#include <optional>

namespace Koyeb {

/// Who waits for the answer. Where a rate limit makes requests queue, those a person waits for go first.
enum class Priority {
    Foreground, ///< A person.
    Background  ///< Polling, and whatever else can wait.
};

/// How long to wait for what. An unset value means no limit.
struct HttpTimeouts {
    /// Until the request has been sent: name look-up, connection, TLS.
    std::optional<std::chrono::milliseconds> connect = std::chrono::seconds(15);
    /// From then until the first byte of the answer. Unset for streams: an executor sends no headers before
    /// the first line of output, so silence is no sign of failure.
    std::optional<std::chrono::milliseconds> firstByte = std::chrono::seconds(60);
    /// Between two bytes, up or down.
    std::optional<std::chrono::milliseconds> idle = std::chrono::seconds(60);
    /// For all of one attempt.
    std::optional<std::chrono::milliseconds> total;

    /// Limits for a stream: only the connection is bounded.
    [[nodiscard]] static HttpTimeouts forStream() { return {std::chrono::seconds(15), {}, {}, {}}; }
};

/// A line of a header.
struct HttpHeader {
    QByteArray name;  ///< Case does not matter.
    QByteArray value; ///< As it is sent; never holds a line end.
};

/// A request, and how it is to be treated on its way.
struct HttpRequest {
    QByteArray method = QByteArrayLiteral("GET"); ///< In capitals.
    QUrl url;                                     ///< Absolute, http or https.
    QList<HttpHeader> headers; ///< On top of the client's own; may carry credentials, so never logged.
    QByteArray body;           ///< Sent with a Content-Length.
    Repeatable repeatable = Repeatable::Never; ///< Whether it may be sent again; see RetryPolicy.
    Priority priority = Priority::Foreground;  ///< Its place in the line at the rate limit.
    HttpTimeouts timeouts;                     ///< Of each attempt.
    qint64 maximumReplyBytes =
        64 * 1024 * 1024; ///< A longer answer is a failure; does not count for streams.
    /// Bytes of the body that left, out of all; may be empty. Called on the client's thread.
    std::function<void(qint64 sent, qint64 total)> uploadProgress;
};

/// A complete answer.
struct HttpReply {
    int status = 0;            ///< HTTP's, e.g. 200.
    QList<HttpHeader> headers; ///< In the order of the wire.
    QByteArray body;           ///< Decompressed.

    /// The first header of that name, compared without case; empty when there is none.
    [[nodiscard]] QByteArray header(const QByteArray &name) const
    {
        for (const auto &header : headers) {
            if (header.name.compare(name, Qt::CaseInsensitive) == 0) {
                return header.value;
            }
        }
        return {};
    }
    /// Whether the status is one of 200 to 299.
    [[nodiscard]] bool isSuccess() const { return status >= 200 && status < 300; }
};

} // namespace Koyeb
