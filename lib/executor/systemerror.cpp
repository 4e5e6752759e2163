// SPDX-License-Identifier: Apache-2.0
#include "executor/systemerror.h"

#include "core/redaction.h"

#include <array>
#include <utility>

namespace Koyeb {

Error errorFromSystemText(const QString &text)
{
    static const std::array kinds{
        std::pair{QLatin1String("no such file or directory"), ErrorKind::NotFound},
        std::pair{QLatin1String("file exists"), ErrorKind::Conflict},
        std::pair{QLatin1String("is a directory"), ErrorKind::Conflict},
        std::pair{QLatin1String("not a directory"), ErrorKind::Conflict},
        std::pair{QLatin1String("directory not empty"), ErrorKind::Conflict},
        std::pair{QLatin1String("cannot overwrite directory"), ErrorKind::Conflict},
    };
    const QString message = redact(text.trimmed());
    // The text itself tells, for redaction may take a part of the words: `/etc/passwd: Not a directory`.
    for (const auto &[words, kind] : kinds) {
        if (text.contains(words, Qt::CaseInsensitive)) {
            return Error::of(kind, message);
        }
    }
    return Error::of(
        ErrorKind::Rejected,
        message.isEmpty() ? QStringLiteral("The operation failed without a reason.") : message);
}

} // namespace Koyeb
