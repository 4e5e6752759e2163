// SPDX-License-Identifier: GPL-3.0-or-later
#include "accounts/foundtokens.h"

#include "api/clientconfiguration.h"

namespace Koyeb::Desktop {

using namespace Qt::Literals::StringLiterals;

QList<FoundToken> findTokens(const QProcessEnvironment &environment, const QString &homeDirectory)
{
    QList<FoundToken> result;
    const auto fromEnvironment = environment.value(u"KOYEB_API_TOKEN"_s).trimmed();
    if (!fromEnvironment.isEmpty()) {
        result.append({FoundToken::Source::Environment, fromEnvironment});
    }
    // A file that cannot be understood offers nothing, which is all that it could do here.
    const auto config = readCommandLineConfig(homeDirectory).value_or(CommandLineConfig());
    if (!config.token.isEmpty() && config.token != fromEnvironment) {
        result.append({FoundToken::Source::CommandLineConfig, config.token});
    }
    return result;
}

} // namespace Koyeb::Desktop
