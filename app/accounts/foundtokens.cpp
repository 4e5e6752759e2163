// SPDX-License-Identifier: GPL-3.0-or-later
#include "accounts/foundtokens.h"

#include "accounts/account.h"
#include "api/clientconfiguration.h"

namespace Koyeb::Desktop {

using namespace Qt::Literals::StringLiterals;

QList<FoundToken> findTokens(const QProcessEnvironment &environment, const QString &homeDirectory)
{
    QList<FoundToken> result;
    const auto hostText = environment.value(u"KOYEB_API_HOST"_s).trimmed();
    const auto usual = hostText.isEmpty() ? Result<QUrl>(defaultApiHost()) : parseApiHost(hostText);
    const auto fromEnvironment = environment.value(u"KOYEB_API_TOKEN"_s).trimmed();
    if (!fromEnvironment.isEmpty() && usual) {
        result.append({FoundToken::Source::Environment, fromEnvironment, *usual});
    }
    // A file that cannot be understood offers nothing, which is all that it could do here.
    const auto config = readCommandLineConfig(homeDirectory).value_or(CommandLineConfig());
    // The file's address counts for its token only, and only where the environment does not say otherwise.
    const auto host = hostText.isEmpty() && !config.url.isEmpty() ? parseApiHost(config.url) : usual;
    if (!config.token.isEmpty() && config.token != fromEnvironment && host) {
        result.append({FoundToken::Source::CommandLineConfig, config.token, *host});
    }
    return result;
}

} // namespace Koyeb::Desktop
