// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QList>
#include <QMetaType>
#include <QString>
#include <QStringList>

#include <chrono>
#include <optional>

/// All that the library offers.
namespace Koyeb {

/// What went wrong, in terms of what a caller can do about it. The user interface turns kinds into sentences.
enum class ErrorKind {
    Cancelled,    ///< The caller stopped the operation; never shown to anybody.
    Offline,      ///< No connection: name not found, refused, unreachable, network down.
    Tls,          ///< The server's identity could not be verified, or the handshake failed.
    Timeout,      ///< Nothing came in time.
    Unauthorized, ///< HTTP 401: the token is not accepted.
    Forbidden,    ///< HTTP 403.
    NotFound,     ///< HTTP 404, or a file or process that is not there.
    Conflict,     ///< HTTP 409 or 412: the state of the thing does not allow it.
    Invalid,      ///< HTTP 400 or 422: the request was understood and refused; see Error::fields.
    RateLimited,  ///< HTTP 429; see Error::retryAfter.
    Server,       ///< HTTP 5xx and gateway errors.
    Protocol,     ///< The answer does not have the agreed form.
    Rejected,     ///< The operation itself failed where it ran: an executor's error text, a final deployment
                  ///< state.
    Integrity,    ///< Data arrived, and its checksum is not the expected one.
    Local,        ///< This computer could not read, write or start something.
    Unsupported,  ///< Not possible here, e.g. a tool is missing in the image.
};

/// One refused field of a request, as the control plane names it.
struct FieldError {
    QString field; ///< Dotted path from the body's root, list index as a segment: `definition.env.0.key`.
    QString description; ///< The server's words, English.

    friend bool operator==(const FieldError &, const FieldError &) = default;
};

/// A failure as a value. `message` is one English sentence without secrets, fit for a log and as a detail
/// below the interface's own sentence; it may quote the server.
struct Error {
    ErrorKind kind = ErrorKind::Protocol; ///< What a program decides by.
    QString message;                      ///< For people; nothing to decide by, since wording may change.
    int httpStatus = 0;                   ///< 0 when no HTTP answer was received.
    QString apiCode;          ///< The control plane's `code`, e.g. `invalid_argument`; may be empty.
    QList<FieldError> fields; ///< What exactly was refused, where the server says so.
    std::optional<std::chrono::milliseconds> retryAfter; ///< How long the server asked us to wait.
    QString requestId; ///< The server's id of the request, for support; may be empty.
    /// The tools that an image lacks, where that is why; of each group one would do.
    QList<QStringList> missingTools;
    /// The errno of this computer, where that is what went wrong. Of a symbolic link that could not be
    /// followed, the one that tells why, also in a sandbox.
    int systemError = 0;

    /// Whether the caller itself ended the operation: nothing to tell anybody.
    [[nodiscard]] bool isCancelled() const { return kind == ErrorKind::Cancelled; }

    /// The error of an operation that the caller ended.
    [[nodiscard]] static Error cancelled();
    /// An error of which only kind and message are known.
    [[nodiscard]] static Error of(ErrorKind kind, const QString &message);

    friend bool operator==(const Error &, const Error &) = default;
};

/// English name of a kind, for logs and tests. (Not toString(): QtTest takes overloads of that name for its
/// own.)
[[nodiscard]] QString errorKindName(ErrorKind kind);

} // namespace Koyeb

Q_DECLARE_METATYPE(Koyeb::Error)
