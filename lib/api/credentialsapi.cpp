// SPDX-License-Identifier: Apache-2.0
#include "api/credentialsapi.h"

#include "api/jsonmembers.h"

namespace Koyeb {

using namespace Qt::Literals::StringLiterals;

QJsonObject toJson(const NewCredential &credential)
{
    const bool isOrganizations = credential.type == NewCredential::Type::Organization;
    QJsonObject json{
        {"name"_L1, credential.name}, {"type"_L1, isOrganizations ? "ORGANIZATION"_L1 : "USER"_L1}};
    insertIfSet(json, "organization_id"_L1, credential.organizationId);
    insertIfSet(json, "description"_L1, credential.description);
    return json;
}

Credential readCredential(const JsonReader &json)
{
    Credential credential;
    credential.id = json.string("id"_L1);
    credential.name = json.string("name"_L1);
    credential.token = json.requiredString("token"_L1);
    return credential;
}

QCoro::Task<Result<Credential>> CredentialsApi::createCredential(
    NewCredential credential, std::stop_token stop) const
{
    HttpRequest request = m_transport.post(m_transport.url({u"credentials"_s}), toJson(credential));
    return m_transport.fetch(std::move(request), "credential"_L1, &readCredential, std::move(stop));
}

} // namespace Koyeb
