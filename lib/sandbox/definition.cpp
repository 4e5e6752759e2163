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
[[nodiscard]] DeploymentScaling scaling(const SandboxOptions &options)
{
    const auto idleSeconds = static_cast<qint64>(options.idleTimeout.count());
    if (idleSeconds <= 0) {
        return {.minimum = 1, .maximum = 1};
    }
    ScalingTarget target;
    target.sleepIdleDelay = options.sleepMode == SleepMode::LightThenDeep
                                ? SleepIdleDelay{lightThenDeepDelay.count(), idleSeconds}
                                : SleepIdleDelay{idleSeconds, 0};
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

[[nodiscard]] QString meshName(MeshMode mode)
{
    switch (mode) {
    case MeshMode::Enabled:
        return u"DEPLOYMENT_MESH_ENABLED"_s;
    case MeshMode::Disabled:
        return u"DEPLOYMENT_MESH_DISABLED"_s;
    case MeshMode::Automatic:
        break;
    }
    return u"DEPLOYMENT_MESH_AUTO"_s;
}

[[nodiscard]] tl::unexpected<Error> refusedField(const QString &field, const QString &why)
{
    Error error = Error::of(ErrorKind::Invalid, why);
    error.fields.append({field, why});
    return failure(error);
}

[[nodiscard]] Result<void> checkOptions(const SandboxOptions &options)
{
    for (qsizetype i = 0; i < options.environment.size(); ++i) {
        if (options.environment.at(i).key == secretKey) {
            return refusedField(
                u"definition.env.%1.key"_s.arg(i), u"The variable SANDBOX_SECRET is set by the platform."_s);
        }
    }
    if (options.sleepMode == SleepMode::LightThenDeep && options.idleTimeout >= lightThenDeepDelay) {
        return refusedField(
            u"definition.scalings.0.targets.0.light_sleep_value"_s,
            u"A light sleep begins in less than %1 seconds."_s.arg(lightThenDeepDelay.count()));
    }
    return {};
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
    if (auto valid = checkOptions(options); !valid) {
        return failure(std::move(valid).error());
    }
    const QString protocol = options.portProtocol == PortProtocol::Http2 ? u"http2"_s : u"http"_s;
    DeploymentDefinition definition;
    definition.name = options.name;
    definition.type = u"SANDBOX"_s;
    definition.docker.image = options.image;
    definition.docker.imageRegistrySecret = options.registrySecret;
    definition.docker.entrypoint = options.entrypoint;
    definition.docker.command = options.command;
    definition.docker.args = options.arguments;
    definition.docker.privileged = options.privileged;
    definition.environment = environment(options.environment, secret);
    definition.ports = {{executorPort, u"http"_s}, {exposedSandboxPort, protocol}};
    definition.routes = {{executorPort, u"/koyeb-sandbox/"_s}, {exposedSandboxPort, u"/"_s}};
    if (options.tcpProxy) {
        definition.proxyPorts = {{exposedSandboxPort}};
    }
    definition.regions = QStringList{options.region};
    definition.scalings = {scaling(options)};
    definition.instanceTypes = {{options.instanceType}};
    definition.configFiles = options.configFiles;
    definition.mesh = meshName(options.mesh);
    return definition;
}

ServiceLifeCycle sandboxLifeCycle(const SandboxOptions &options)
{
    ServiceLifeCycle lifeCycle;
    lifeCycle.deleteAfterCreateSeconds = options.deleteAfterDelay.count();
    lifeCycle.deleteAfterSleepSeconds = options.deleteAfterInactivity.count();
    return lifeCycle;
}

} // namespace Koyeb
