// SPDX-License-Identifier: Apache-2.0
#include "api/clientconfiguration.h"

#include "net/proxyrules.h"

#include <QDir>
#include <QFile>
#include <QRegularExpression>

#include <yaml-cpp/yaml.h>

namespace Koyeb {

namespace {

using namespace Qt::Literals::StringLiterals;

constexpr qint64 longestFile = 64 * 1024;

tl::unexpected<Error> unreadable(const QString &why)
{
    return failure(
        ErrorKind::Local,
        u"The configuration of the koyeb command line program cannot be read: %1."_s.arg(why));
}

/// Whether this can go into a header as a bearer token (RFC 6750).
bool isToken(const QString &text)
{
    static const QRegularExpression token(u"\\A[A-Za-z0-9._~+/=-]+\\z"_s);
    return token.match(text).hasMatch();
}

/// The text of a member; empty when it is not there.
Result<QString> textOf(const YAML::Node &root, const char *key)
{
    const auto node = root[key];
    if (!node || node.IsNull()) {
        return QString();
    }
    if (!node.IsScalar()) {
        return unreadable(u"the value of %1 is not a text"_s.arg(QLatin1String(key)));
    }
    return QString::fromStdString(node.Scalar()).trimmed();
}

Result<CommandLineConfig> configIn(const YAML::Node &root)
{
    if (root.IsNull()) {
        return CommandLineConfig();
    }
    if (!root.IsMap()) {
        return unreadable(u"it is not a list of names and values"_s);
    }
    const auto token = textOf(root, "token");
    const auto url = textOf(root, "url");
    const auto organization = textOf(root, "organization");
    for (const auto *text : {&token, &url, &organization}) {
        if (!*text) {
            return failure(text->error());
        }
    }
    if (!token->isEmpty() && !isToken(*token)) {
        return unreadable(u"the value of token has characters that no token has"_s);
    }
    return CommandLineConfig{*token, *url, *organization};
}

} // namespace

Result<QUrl> parseApiHost(const QString &text)
{
    auto typed = text.trimmed();
    if (!typed.contains("://"_L1)) {
        typed.prepend("https://"_L1);
    }
    QUrl url(typed, QUrl::StrictMode);
    const auto pathIsEmpty = url.path().isEmpty() || url.path() == "/"_L1;
    if (!url.isValid() || url.host().isEmpty() || !pathIsEmpty || url.hasQuery() || url.hasFragment() ||
        !url.userInfo().isEmpty()) {
        return failure(ErrorKind::Invalid, u"Not the address of a server."_s);
    }
    const auto encrypted = url.scheme() == "https"_L1;
    if (!encrypted && !(url.scheme() == "http"_L1 && isLoopbackHost(url.host()))) {
        return failure(ErrorKind::Tls, u"Only https protects a token on its way."_s);
    }
    url.setPath({});
    return url;
}

Result<CommandLineConfig> parseCommandLineConfig(const QByteArray &yaml)
{
    try {
        return configIn(YAML::Load(yaml.toStdString()));
    } catch (const YAML::Exception &exception) {
        // Its own text is not told, as it may quote the file.
        return unreadable(u"line %1 is not YAML"_s.arg(std::max(0, exception.mark.line) + 1));
    }
}

Result<CommandLineConfig> readCommandLineConfig(const QString &homeDirectory)
{
    QFile file(QDir(homeDirectory).filePath(u".koyeb.yaml"_s));
    if (!file.exists()) {
        return CommandLineConfig();
    }
    if (!file.open(QIODevice::ReadOnly)) {
        return unreadable(file.errorString());
    }
    const auto content = file.read(longestFile + 1);
    if (content.size() > longestFile) {
        return unreadable(u"it is too long"_s);
    }
    return parseCommandLineConfig(content);
}

Result<ClientConfiguration> ClientConfiguration::read(
    const QProcessEnvironment &environment, const QString &homeDirectory)
{
    ClientConfiguration configuration;
    configuration.token = environment.value(u"KOYEB_API_TOKEN"_s).trimmed();
    auto host = environment.value(u"KOYEB_API_HOST"_s).trimmed();
    const auto region = environment.value(u"KOYEB_REGION"_s).trimmed();
    if (!region.isEmpty()) {
        configuration.region = region;
    }
    if (configuration.token.isEmpty()) {
        const auto config = readCommandLineConfig(homeDirectory);
        if (!config) {
            return failure(config.error());
        }
        configuration.token = config->token;
        configuration.organization = config->organization;
        if (host.isEmpty()) {
            host = config->url;
        }
    } else if (!isToken(configuration.token)) {
        return failure(
            ErrorKind::Invalid,
            u"The environment variable KOYEB_API_TOKEN has characters that no token has."_s);
    }
    if (!host.isEmpty()) {
        const auto url = parseApiHost(host);
        if (!url) {
            return failure(url.error());
        }
        configuration.host = *url;
    }
    return configuration;
}

} // namespace Koyeb
