// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QProcessEnvironment>
#include <QString>
#include <QUrl>

namespace Koyeb::Desktop {

/// A token that lies about on this computer. Offered, never taken without being asked.
struct FoundToken {
    enum class Source {
        Environment,      ///< KOYEB_API_TOKEN
        CommandLineConfig ///< The command line program's ~/.koyeb.yaml
    };
    Source source = Source::Environment;
    QString token;
    QUrl host; ///< The API that it is for; it may be sent nowhere else.

    friend bool operator==(const FoundToken &, const FoundToken &) = default;
};

[[nodiscard]] QList<FoundToken> findTokens(
    const QProcessEnvironment &environment, const QString &homeDirectory);

} // namespace Koyeb::Desktop
