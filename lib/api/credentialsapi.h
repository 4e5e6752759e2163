// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/apitransport.h"

namespace Koyeb {

/// An API token to be made.
struct NewCredential {
    /// Whose rights a token has.
    enum class Type { User, Organization };
    QString name;                ///< For people.
    Type type = Type::User;      ///< Whose rights it has.
    QString organizationId = {}; ///< Of type Organization
    QString description = {};    ///< For people.
};

/// An API token that was just made. The server tells it this once.
struct Credential {
    QString id;    ///< The API's identifier.
    QString name;  ///< For people.
    QString token; ///< Never shown unasked, never logged
    friend bool operator==(const Credential &, const Credential &) = default;
};

/// The body of the request that carries it.
[[nodiscard]] QJsonObject toJson(const NewCredential &credential);
/// The value as the wire has it; see JsonReader::result().
[[nodiscard]] Credential readCredential(const JsonReader &json);

/// API tokens.
class CredentialsApi {
public:
    /// `transport` outlives this object and what it is asked for.
    explicit CredentialsApi(const ApiTransport &transport) : m_transport(transport) {}

    /// Sent once; after a lost answer a token may exist that nobody knows, which the control panel can
    /// delete.
    QCoro::Task<Result<Credential>> createCredential(NewCredential credential, std::stop_token stop) const;

private:
    const ApiTransport &m_transport;
};

} // namespace Koyeb
