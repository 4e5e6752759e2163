// SPDX-License-Identifier: Apache-2.0
#include "core/error.h"

namespace Koyeb {

Error Error::cancelled()
{
    return of(ErrorKind::Cancelled, QStringLiteral("The operation was cancelled."));
}

Error Error::of(ErrorKind kind, const QString &message)
{
    Error error;
    error.kind = kind;
    error.message = message;
    return error;
}

QString errorKindName(ErrorKind kind)
{
    switch (kind) {
    case ErrorKind::Cancelled:
        return QStringLiteral("Cancelled");
    case ErrorKind::Offline:
        return QStringLiteral("Offline");
    case ErrorKind::Tls:
        return QStringLiteral("Tls");
    case ErrorKind::Timeout:
        return QStringLiteral("Timeout");
    case ErrorKind::Unauthorized:
        return QStringLiteral("Unauthorized");
    case ErrorKind::Forbidden:
        return QStringLiteral("Forbidden");
    case ErrorKind::NotFound:
        return QStringLiteral("NotFound");
    case ErrorKind::Conflict:
        return QStringLiteral("Conflict");
    case ErrorKind::Invalid:
        return QStringLiteral("Invalid");
    case ErrorKind::RateLimited:
        return QStringLiteral("RateLimited");
    case ErrorKind::Server:
        return QStringLiteral("Server");
    case ErrorKind::Protocol:
        return QStringLiteral("Protocol");
    case ErrorKind::Rejected:
        return QStringLiteral("Rejected");
    case ErrorKind::Integrity:
        return QStringLiteral("Integrity");
    case ErrorKind::Local:
        return QStringLiteral("Local");
    case ErrorKind::Unsupported:
        return QStringLiteral("Unsupported");
    }
    return {};
}

} // namespace Koyeb
