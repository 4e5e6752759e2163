// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/result.h"

#include <QProcessEnvironment>
#include <QString>
#include <QUrl>

namespace Koyeb {

/// The address of an API as a person may write it: `app.koyeb.com`, `https://host:port/`. An error when it is
/// none (Invalid), or one that would send a token in clear over a network (Tls).
[[nodiscard]] Result<QUrl> parseApiHost(const QString &text);

/// What the official command line program keeps in `~/.koyeb.yaml`. Its other settings mean nothing here.
struct CommandLineConfig {
    QString token;        ///< Never to be written anywhere.
    QString url;          ///< As it is written; see parseApiHost().
    QString organization; ///< Id or name of the organization that the token is to act for.

    friend bool operator==(const CommandLineConfig &, const CommandLineConfig &) = default;
};

/// Reads the text of a `~/.koyeb.yaml`; what it does not name is empty. Local when it is no YAML, or a value
/// is not what it should be. The message tells where, never what was found there.
[[nodiscard]] Result<CommandLineConfig> parseCommandLineConfig(const QByteArray &yaml);

/// Reads `.koyeb.yaml` in `homeDirectory`. Empty when there is none, Local when it cannot be read.
[[nodiscard]] Result<CommandLineConfig> readCommandLineConfig(const QString &homeDirectory);

/// What this computer says about the account that a program should use: the environment, and where that names
/// no token, the command line program's file.
struct ClientConfiguration {
    /// The API's address, without a path.
    QUrl host = QUrl(QStringLiteral("https://app.koyeb.com"));
    QString token;                         ///< Empty where there is none. Never to be written anywhere.
    QString organization;                  ///< Empty for the token's own.
    QString region = QStringLiteral("na"); ///< Where sandboxes are made unless something else is said.

    /// `KOYEB_API_TOKEN`, `KOYEB_API_HOST` and `KOYEB_REGION`, blanks around them aside. The host in the file
    /// counts for the token in the file only, and only without `KOYEB_API_HOST`. Fails as parseApiHost() and
    /// readCommandLineConfig() do.
    [[nodiscard]] static Result<ClientConfiguration> read(
        const QProcessEnvironment &environment, const QString &homeDirectory);
};

} // namespace Koyeb
