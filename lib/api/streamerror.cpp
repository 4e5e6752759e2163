// SPDX-License-Identifier: Apache-2.0
#include "api/streamerror.h"

#include "core/redaction.h"

#include <QJsonArray>

namespace Koyeb {

using namespace Qt::Literals::StringLiterals;

namespace {

/// By the codes of google.rpc.Code.
[[nodiscard]] ErrorKind kindOf(qint64 code)
{
    switch (code) {
    case 3:  // INVALID_ARGUMENT
    case 11: // OUT_OF_RANGE
        return ErrorKind::Invalid;
    case 4: // DEADLINE_EXCEEDED
        return ErrorKind::Timeout;
    case 5: // NOT_FOUND
        return ErrorKind::NotFound;
    case 6:  // ALREADY_EXISTS
    case 9:  // FAILED_PRECONDITION
    case 10: // ABORTED
        return ErrorKind::Conflict;
    case 7: // PERMISSION_DENIED
        return ErrorKind::Forbidden;
    case 8: // RESOURCE_EXHAUSTED
        return ErrorKind::RateLimited;
    case 12: // UNIMPLEMENTED
        return ErrorKind::Unsupported;
    case 13: // INTERNAL
    case 14: // UNAVAILABLE
        return ErrorKind::Server;
    case 16: // UNAUTHENTICATED
        return ErrorKind::Unauthorized;
    default:
        return ErrorKind::Rejected;
    }
}

} // namespace

Error readStreamError(const JsonReader &json)
{
    const QString code = json.string("message"_L1);
    QString text = code;
    // For this one code the words for people are in the details.
    if (code == "failed_precondition"_L1) {
        const QString detail =
            json.json().value("details"_L1).toArray().at(0).toObject().value("message"_L1).toString();
        text = detail.isEmpty() ? text : detail;
    }
    if (text.isEmpty()) {
        text = u"The server ended the connection with an error."_s;
    }
    Error error = Error::of(kindOf(json.integer("code"_L1)), redact(text));
    if (code == "failed_precondition"_L1) {
        error.kind = ErrorKind::Conflict;
        error.apiCode = code;
    }
    return error;
}

} // namespace Koyeb
