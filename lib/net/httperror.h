// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/error.h"
#include "net/httptypes.h"

class QNetworkReply;

namespace Koyeb {

/// What an answer with an error status says: the kind by status, code, message and fields from the control
/// plane's JSON bodies (`{status,code,message,fields}` or `{code,message,details}`), otherwise the plain text
/// or nothing when it is HTML. Understands `Retry-After` (seconds, or a date) and, where
/// the rate is what was refused for, `x-ratelimit-reset`.
[[nodiscard]] Error errorFromReply(const HttpReply &reply);

/// How many more requests the server takes, and when it begins to count anew.
struct RateLeft {
    int requests = 0;                  ///< How many more are taken.
    std::chrono::milliseconds reset{}; ///< How long until the count begins anew.
};

/// What the headers `x-ratelimit-remaining` and `x-ratelimit-reset` say, which the API sends with every
/// answer.
[[nodiscard]] std::optional<RateLeft> rateLeftIn(const HttpReply &reply);

/// What a connection failure says, for a reply that finished without a complete HTTP answer.
[[nodiscard]] Error errorFromConnection(const QNetworkReply &reply);

/// The reply's status, headers and (already read) body.
[[nodiscard]] HttpReply replyFrom(const QNetworkReply &reply, const QByteArray &body);

} // namespace Koyeb
