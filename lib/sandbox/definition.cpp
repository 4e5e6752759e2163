// SPDX-License-Identifier: Apache-2.0
#include "sandbox/definition.h"

#include <QJsonArray>
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

[[nodiscard]] QJsonArray ports()
{
    return {
        QJsonObject{{"port"_L1, executorPort}, {"protocol"_L1, "http"_L1}},
        QJsonObject{{"port"_L1, exposedPort}, {"protocol"_L1, "http"_L1}},
    };
}

[[nodiscard]] QJsonArray routes()
{
    return {
        QJsonObject{{"port"_L1, executorPort}, {"path"_L1, "/koyeb-sandbox/"_L1}},
        QJsonObject{{"port"_L1, exposedPort}, {"path"_L1, "/"_L1}},
    };
}

/// Always on, or asleep after a time without requests, which needs a minimum of 0.
[[nodiscard]] QJsonArray scalings(std::chrono::seconds idleTimeout)
{
    if (idleTimeout.count() <= 0) {
        return {QJsonObject{{"min"_L1, 1}, {"max"_L1, 1}}};
    }
    const QJsonObject delay{{"deep_sleep_value"_L1, static_cast<qint64>(idleTimeout.count())}};
    const QJsonArray targets{QJsonObject{{"sleep_idle_delay"_L1, delay}}};
    return {QJsonObject{{"min"_L1, 0}, {"max"_L1, 1}, {"targets"_L1, targets}}};
}

[[nodiscard]] QJsonArray environment(const QList<EnvironmentVariable> &variables, const QString &secret)
{
    QJsonArray entries;
    for (const auto &variable : variables) {
        const QString value =
            variable.secret.isEmpty() ? variable.value : u"{{ secret.%1 }}"_s.arg(variable.secret);
        entries.append(QJsonObject{{"key"_L1, variable.key}, {"value"_L1, value}});
    }
    entries.append(QJsonObject{{"key"_L1, secretKey}, {"value"_L1, secret}});
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

Result<QJsonObject> sandboxDefinition(const SandboxOptions &options, const QString &secret)
{
    for (qsizetype i = 0; i < options.environment.size(); ++i) {
        if (options.environment.at(i).key == secretKey) {
            Error error =
                Error::of(ErrorKind::Invalid, u"The variable SANDBOX_SECRET is set by the platform."_s);
            error.fields.append({u"definition.env.%1.key"_s.arg(i), error.message});
            return failure(error);
        }
    }
    return QJsonObject{
        {"name"_L1, options.name},
        {"type"_L1, "SANDBOX"_L1},
        {"routes"_L1, routes()},
        {"ports"_L1, ports()},
        {"env"_L1, environment(options.environment, secret)},
        {"regions"_L1, QJsonArray{options.region}},
        {"scalings"_L1, scalings(options.idleTimeout)},
        {"instance_types"_L1, QJsonArray{QJsonObject{{"type"_L1, options.instanceType}}}},
        {"mesh"_L1, "DEPLOYMENT_MESH_AUTO"_L1},
        {"docker"_L1, QJsonObject{{"image"_L1, options.image}, {"privileged"_L1, false}}},
    };
}

} // namespace Koyeb
