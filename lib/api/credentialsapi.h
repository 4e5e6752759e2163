// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/apitransport.h"

namespace Koyeb {

struct NewCredential {
    enum class Type { User, Organization };
    QString name;
    Type type = Type::User;
    QString organizationId = {}; ///< Of type Organization
    QString description = {};
};

/// An API token that was just made. The server tells it this once.
struct Credential {
    QString id;
    QString name;
    QString token; ///< Never shown unasked, never logged
    friend bool operator==(const Credential &, const Credential &) = default;
};

[[nodiscard]] QJsonObject toJson(const NewCredential &credential);
[[nodiscard]] Credential readCredential(const JsonReader &json);

/// API tokens.
class CredentialsApi {
public:
    explicit CredentialsApi(const ApiTransport &transport) : m_transport(transport) {}

    QCoro::Task<Result<Credential>> createCredential(NewCredential credential, std::stop_token stop) const;

private:
    const ApiTransport &m_transport;
};

} // namespace Koyeb
