// SPDX-License-Identifier: Apache-2.0
#include "sandbox/definition.h"

#include <QRandomGenerator>

#include <algorithm>
#include <array>

namespace Koyeb {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr qsizetype maximumNameLength = 63;
constexpr qsizetype minimumNameLength = 3;
constexpr int executorPort = 3030;
constexpr int exposedPort = 3031;
constexpr auto secretKey = "SANDBOX_SECRET"_L1;

[[nodiscard]] bool isNameCharacter(QChar character)
{
    return (character >= u'a' && character <= u'z') || (character >= u'0' && character <= u'9') ||
           character == u'-' || character == u'.';
}

[[nodiscard]] bool isEdgeCharacter(QChar character)
{
    return character == u'-' || character == u'.';
}

[[nodiscard]] QString withoutEdges(QString name)
{
    while (!name.isEmpty() && isEdgeCharacter(name.back())) {
        name.chop(1);
    }
    const auto first = std::find_if_not(name.cbegin(), name.cend(), isEdgeCharacter);
    return name.sliced(first - name.cbegin());
}

[[nodiscard]] QString randomSuffix()
{
    constexpr auto alphabet = "abcdefghijklmnopqrstuvwxyz0123456789"_L1;
    QString suffix;
    for (int i = 0; i < 6; ++i) {
        suffix += alphabet.at(QRandomGenerator::global()->bounded(static_cast<int>(alphabet.size())));
    }
    return suffix;
}

/// Always on, or asleep after a time without requests, which needs a minimum of 0.
[[nodiscard]] DeploymentScaling scaling(std::chrono::seconds idleTimeout)
{
    if (idleTimeout.count() <= 0) {
        return {.minimum = 1, .maximum = 1};
    }
    ScalingTarget target;
    target.sleepIdleDelay = SleepIdleDelay{.deepSleepSeconds = idleTimeout.count()};
    return {.minimum = 0, .maximum = 1, .targets = {target}};
}

[[nodiscard]] QList<EnvironmentVariable> environment(
    const QList<EnvironmentVariable> &variables, const QString &secret)
{
    QList<EnvironmentVariable> entries;
    for (const auto &variable : variables) {
        const QString value =
            variable.secret.isEmpty() ? variable.value : u"{{ secret.%1 }}"_s.arg(variable.secret);
        entries.append({variable.key, value, {}});
    }
    entries.append({secretKey, secret, {}});
    return entries;
}

} // namespace

QString sandboxName(const QString &wanted)
{
    QString name = wanted.trimmed().toLower();
    std::replace_if(
        name.begin(), name.end(), [](QChar character) { return !isNameCharacter(character); }, u'-');
    name = withoutEdges(withoutEdges(name).left(maximumNameLength));
    if (name.isEmpty()) {
        return u"sandbox-"_s + randomSuffix();
    }
    return name.size() < minimumNameLength ? u"sandbox-"_s + name : name;
}

QString sandboxAppName(const QString &name, const QDateTime &now)
{
    const QString prefix = u"sandbox-app-"_s;
    const QString suffix = u'-' + QString::number(now.toSecsSinceEpoch());
    return prefix + withoutEdges(name.left(maximumNameLength - prefix.size() - suffix.size())) + suffix;
}

QString createSandboxSecret()
{
    std::array<quint32, 8> words{};
    QRandomGenerator::system()->generate(words.begin(), words.end());
    const auto bytes = QByteArray::fromRawData(reinterpret_cast<const char *>(words.data()), sizeof(words));
    return QString::fromLatin1(
        bytes.toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals));
}

Result<DeploymentDefinition> sandboxDefinition(const SandboxOptions &options, const QString &secret)
{
    for (qsizetype i = 0; i < options.environment.size(); ++i) {
        if (options.environment.at(i).key == secretKey) {
            Error error =
                Error::of(ErrorKind::Invalid, u"The variable SANDBOX_SECRET is set by the platform."_s);
            error.fields.append({u"definition.env.%1.key"_s.arg(i), error.message});
            return failure(error);
        }
    }
    DeploymentDefinition definition;
    definition.name = options.name;
    definition.type = u"SANDBOX"_s;
    definition.docker.image = options.image;
    definition.environment = environment(options.environment, secret);
    definition.ports = {{executorPort, u"http"_s}, {exposedPort, u"http"_s}};
    definition.routes = {{executorPort, u"/koyeb-sandbox/"_s}, {exposedPort, u"/"_s}};
    definition.regions = QStringList{options.region};
    definition.scalings = {scaling(options.idleTimeout)};
    definition.instanceTypes = {{options.instanceType}};
    definition.mesh = u"DEPLOYMENT_MESH_AUTO"_s;
    return definition;
}

} // namespace Koyeb
