// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/apitransport.h"

#include <QDateTime>
#include <QMap>

#include <optional>
#include <variant>

namespace Koyeb {

/// What a secret is for.
enum class SecretType {
    Unknown,
    Simple,   ///< One text, e.g. for an environment variable
    Registry, ///< An account at an image registry
    Managed   ///< Made and kept by the platform, e.g. a database role's password
};

/// Whose image registry.
enum class RegistryKind { DockerHub, DigitalOcean, GitHub, GitLab, Azure, Google, Private };

/// An account at an image registry. What is not named for a kind is unused there.
struct RegistryAccount {
    RegistryKind kind = RegistryKind::DockerHub; ///< Which registry.
    QString username;                            ///< All but Google
    QString password;                            ///< All but Google; a credential, empty in what was read
    QString url;                                 ///< Google and Private
    QString registryName;                        ///< Azure
    QString keyFile; ///< Google: the key file's content; a credential, empty in what was read
    friend bool operator==(const RegistryAccount &, const RegistryAccount &) = default;
};

/// A secret without what is secret about it; see SecretsApi::reveal().
struct Secret {
    QString id;                              ///< The API's identifier.
    QString name;                            ///< By which definitions refer to it
    QString organizationId;                  ///< Of the organization that owns it.
    QString projectId;                       ///< Empty: the organization's, for all projects
    SecretType type = SecretType::Unknown;   ///< What it is for.
    std::optional<RegistryAccount> registry; ///< Of type Registry, where the API tells
    QDateTime createdAt;                     ///< When it was created, UTC.
    QDateTime updatedAt;                     ///< When it last changed, UTC.
    friend bool operator==(const Secret &, const Secret &) = default;
};

/// What a secret holds: a text, or an account at a registry.
using SecretContent = std::variant<QString, RegistryAccount>;

/// A secret to be created.
struct NewSecret {
    QString name;           ///< By which definitions refer to it.
    SecretContent content;  ///< What it holds; a credential.
    QString projectId = {}; ///< Empty: the organization's
};

/// What is to be different; unset members stay as they are.
struct SecretChange {
    std::optional<QString> name;          ///< By which definitions refer to it.
    std::optional<SecretContent> content; ///< What it holds; a credential.
};

/// What a secret holds, in clear.
struct RevealedSecret {
    QString value;                ///< Of type Simple
    QMap<QString, QString> parts; ///< Of the other types, by the API's names, e.g. `username`, `password`
    friend bool operator==(const RevealedSecret &, const RevealedSecret &) = default;
};

/// Which secrets are wanted.
struct SecretFilter {
    QString name;           ///< Empty: any.
    QStringList types = {}; ///< e.g. `REGISTRY`; empty: all
    QString projectId = {}; ///< Empty: of any project.
};

/// The value as the wire has it; see JsonReader::result().
[[nodiscard]] Secret readSecret(const JsonReader &json);
/// The value as the wire has it; see JsonReader::result().
[[nodiscard]] RevealedSecret readRevealedSecret(const JsonReader &reply);
/// The body of the request that carries it.
[[nodiscard]] QJsonObject toJson(const NewSecret &secret);
/// The body of the request that carries it.
[[nodiscard]] QJsonObject toJson(const SecretChange &change);

/// The organization's secrets. Whatever is secret about them is neither logged nor part of an error.
class SecretsApi {
public:
    /// `transport` outlives this object and what it is asked for.
    explicit SecretsApi(const ApiTransport &transport) : m_transport(transport) {}

    /// The secrets that the filter lets through.
    QCoro::Task<Result<QList<Secret>>> secrets(SecretFilter filter, std::stop_token stop) const;
    /// The secret of that id.
    QCoro::Task<Result<Secret>> secret(QString id, std::stop_token stop) const;
    /// Refused, as Invalid or Conflict, when the name cannot be or is taken.
    QCoro::Task<Result<Secret>> createSecret(NewSecret secret, std::stop_token stop) const;
    /// Changes what is set in `change`.
    QCoro::Task<Result<Secret>> updateSecret(QString id, SecretChange change, std::stop_token stop) const;
    /// Deletes it for good.
    QCoro::Task<Result<void>> deleteSecret(QString id, std::stop_token stop) const;
    /// What it holds.
    QCoro::Task<Result<RevealedSecret>> reveal(QString id, std::stop_token stop) const;

private:
    const ApiTransport &m_transport;
};

} // namespace Koyeb
