// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/apitransport.h"

#include <QDateTime>
#include <QMap>

#include <optional>
#include <variant>

namespace Koyeb {

enum class SecretType {
    Unknown,
    Simple,   ///< One text, e.g. for an environment variable
    Registry, ///< An account at an image registry
    Managed   ///< Made and kept by the platform, e.g. a database role's password
};

enum class RegistryKind { DockerHub, DigitalOcean, GitHub, GitLab, Azure, Google, Private };

/// An account at an image registry. What is not named for a kind is unused there.
struct RegistryAccount {
    RegistryKind kind = RegistryKind::DockerHub;
    QString username;     ///< All but Google
    QString password;     ///< All but Google; a credential, empty in what was read
    QString url;          ///< Google and Private
    QString registryName; ///< Azure
    QString keyFile;      ///< Google: the key file's content; a credential, empty in what was read
    friend bool operator==(const RegistryAccount &, const RegistryAccount &) = default;
};

/// A secret without what is secret about it; see SecretsApi::reveal().
struct Secret {
    QString id;
    QString name; ///< By which definitions refer to it
    QString organizationId;
    QString projectId; ///< Empty: the organization's, for all projects
    SecretType type = SecretType::Unknown;
    std::optional<RegistryAccount> registry; ///< Of type Registry, where the API tells
    QDateTime createdAt;
    QDateTime updatedAt;
    friend bool operator==(const Secret &, const Secret &) = default;
};

/// What a secret holds: a text, or an account at a registry.
using SecretContent = std::variant<QString, RegistryAccount>;

struct NewSecret {
    QString name;
    SecretContent content;
    QString projectId = {}; ///< Empty: the organization's
};

/// What is to be different; unset members stay as they are.
struct SecretChange {
    std::optional<QString> name;
    std::optional<SecretContent> content;
};

/// What a secret holds, in clear.
struct RevealedSecret {
    QString value;                ///< Of type Simple
    QMap<QString, QString> parts; ///< Of the other types, by the API's names, e.g. `username`, `password`
    friend bool operator==(const RevealedSecret &, const RevealedSecret &) = default;
};

struct SecretFilter {
    QString name;
    QStringList types = {}; ///< e.g. `REGISTRY`; empty: all
};

[[nodiscard]] Secret readSecret(const JsonReader &json);
[[nodiscard]] RevealedSecret readRevealedSecret(const JsonReader &reply);
[[nodiscard]] QJsonObject toJson(const NewSecret &secret);
[[nodiscard]] QJsonObject toJson(const SecretChange &change);

/// The organization's secrets. Whatever is secret about them is neither logged nor part of an error.
class SecretsApi {
public:
    explicit SecretsApi(const ApiTransport &transport) : m_transport(transport) {}

    QCoro::Task<Result<QList<Secret>>> secrets(SecretFilter filter, std::stop_token stop) const;
    QCoro::Task<Result<Secret>> secret(QString id, std::stop_token stop) const;
    QCoro::Task<Result<Secret>> createSecret(NewSecret secret, std::stop_token stop) const;
    QCoro::Task<Result<Secret>> updateSecret(QString id, SecretChange change, std::stop_token stop) const;
    QCoro::Task<Result<void>> deleteSecret(QString id, std::stop_token stop) const;
    QCoro::Task<Result<RevealedSecret>> reveal(QString id, std::stop_token stop) const;

private:
    const ApiTransport &m_transport;
};

} // namespace Koyeb
