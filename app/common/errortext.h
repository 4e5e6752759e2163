// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/error.h"

#include <QString>

namespace Koyeb::Desktop {

/// What a person reads about a failure. All parts are complete sentences in the person's language, but for
/// `detail`, which quotes English words of the library or a server and may be empty.
struct ErrorText {
    QString reason; ///< Why it happened.
    QString remedy; ///< What to do about it; may be empty.
    QString detail;
};

/// The one place where kinds of errors become sentences.
[[nodiscard]] ErrorText errorText(const Error &error);

/// `what` (a complete sentence saying what failed, e.g. "The folder could not be read."), then why, then what
/// to do, as one paragraph.
[[nodiscard]] QString errorSentence(const Error &error, const QString &what);
[[nodiscard]] QString errorSentence(const ErrorText &text, const QString &what);

/// Whether doing the same once more can help, so that a Retry button makes sense.
[[nodiscard]] bool isWorthRetrying(const Error &error);

} // namespace Koyeb::Desktop
