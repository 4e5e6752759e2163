// SPDX-License-Identifier: Apache-2.0
#include "api/secretsapi.h"

#include "api/jsonmembers.h"

#include <array>
#include <utility>

namespace Koyeb {

using namespace Qt::Literals::StringLiterals;

namespace {

/// The member of a secret that holds an account of that kind; which one is there tells the kind.
constexpr std::array registryMembers{
    std::pair{RegistryKind::DockerHub, "docker_hub_registry"_L1},
    std::pair{RegistryKind::DigitalOcean, "digital_ocean_registry"_L1},
    std::pair{RegistryKind::GitHub, "github_registry"_L1},
    std::pair{RegistryKind::GitLab, "gitlab_registry"_L1},
    std::pair{RegistryKind::Azure, "azure_container_registry"_L1},
    std::pair{RegistryKind::Google, "gcp_container_registry"_L1},
    std::pair{RegistryKind::Private, "private_registry"_L1},
};

[[nodiscard]] SecretType secretTypeFrom(const QString &name)
{
    if (name == "SIMPLE"_L1) {
        return SecretType::Simple;
    }
    if (name == "REGISTRY"_L1) {
        return SecretType::Registry;
    }
    return name == "MANAGED"_L1 ? SecretType::Managed : SecretType::Unknown;
}

[[nodiscard]] std::optional<RegistryAccount> readRegistry(const JsonReader &json)
{
    for (const auto &[kind, member] : registryMembers) {
        if (!json.has(member)) {
            continue;
        }
        const JsonReader content = json.object(member);
        RegistryAccount account;
        account.kind = kind;
        account.username = content.string("username"_L1);
        account.url = content.string("url"_L1);
        account.registryName = content.string("registry_name"_L1);
        return account;
    }
    return std::nullopt;
}

void insertRegistry(QJsonObject &json, const RegistryAccount &account)
{
    QJsonObject content;
    insertIfSet(content, "username"_L1, account.username);
    insertIfSet(content, "password"_L1, account.password);
    insertIfSet(content, "url"_L1, account.url);
    insertIfSet(content, "registry_name"_L1, account.registryName);
    insertIfSet(content, "keyfile_content"_L1, account.keyFile);
    for (const auto &[kind, member] : registryMembers) {
        if (kind == account.kind) {
            json.insert(member, content);
        }
    }
}

void insertContent(QJsonObject &json, const SecretContent &content)
{
    if (const auto *value = std::get_if<QString>(&content)) {
        json.insert("type"_L1, "SIMPLE"_L1);
        json.insert("value"_L1, *value);
    } else {
        json.insert("type"_L1, "REGISTRY"_L1);
        insertRegistry(json, std::get<RegistryAccount>(content));
    }
}

/// The texts in an object, and in objects in it: an account may come as it is or below its kind's member.
void collectParts(const QJsonObject &object, QMap<QString, QString> &parts)
{
    for (auto member = object.begin(); member != object.end(); ++member) {
        if (member.value().isString()) {
            parts.insert(member.key(), member.value().toString());
        }
        const QJsonObject inner = member.value().toObject();
        for (auto part = inner.begin(); part != inner.end(); ++part) {
            if (part.value().isString()) {
                parts.insert(part.key(), part.value().toString());
            }
        }
    }
}

} // namespace

Secret readSecret(const JsonReader &json)
{
    Secret secret;
    secret.id = json.requiredString("id"_L1);
    secret.name = json.string("name"_L1);
    secret.organizationId = json.string("organization_id"_L1);
    secret.projectId = json.string("project_id"_L1);
    secret.type = secretTypeFrom(json.string("type"_L1));
    secret.registry = readRegistry(json);
    secret.createdAt = json.timestamp("created_at"_L1);
    secret.updatedAt = json.timestamp("updated_at"_L1);
    return secret;
}

RevealedSecret readRevealedSecret(const JsonReader &reply)
{
    RevealedSecret secret;
    const QJsonValue value = reply.json().value("value"_L1);
    if (value.isObject()) {
        collectParts(value.toObject(), secret.parts);
    } else {
        secret.value = reply.string("value"_L1);
    }
    return secret;
}

QJsonObject toJson(const NewSecret &secret)
{
    QJsonObject json{{"name"_L1, secret.name}};
    insertContent(json, secret.content);
    insertIfSet(json, "project_id"_L1, secret.projectId);
    return json;
}

QJsonObject toJson(const SecretChange &change)
{
    QJsonObject json;
    if (change.name) {
        json.insert("name"_L1, *change.name);
    }
    if (change.content) {
        insertContent(json, *change.content);
    }
    return json;
}

QCoro::Task<Result<QList<Secret>>> SecretsApi::secrets(SecretFilter filter, std::stop_token stop) const
{
    QUrl url = m_transport.url({u"secrets"_s});
    filterBy(url, u"name"_s, filter.name);
    filterBy(url, u"types"_s, filter.types);
    filterBy(url, u"project_id"_s, filter.projectId);
    ListRequest list{m_transport.get(url), "secrets"_L1};
    return m_transport.fetchAll(std::move(list), &readSecret, std::move(stop));
}

QCoro::Task<Result<Secret>> SecretsApi::secret(QString id, std::stop_token stop) const
{
    const QUrl url = m_transport.url({u"secrets"_s, id});
    return m_transport.fetch(m_transport.get(url), "secret"_L1, &readSecret, std::move(stop));
}

QCoro::Task<Result<Secret>> SecretsApi::createSecret(NewSecret secret, std::stop_token stop) const
{
    const QUrl url = m_transport.url({u"secrets"_s});
    HttpRequest request = m_transport.post(url, toJson(secret));
    return m_transport.fetch(std::move(request), "secret"_L1, &readSecret, std::move(stop));
}

QCoro::Task<Result<Secret>> SecretsApi::updateSecret(
    QString id, SecretChange change, std::stop_token stop) const
{
    const QUrl url = m_transport.url({u"secrets"_s, id});
    HttpRequest request = m_transport.withBody("PATCH", url, toJson(change), Repeatable::Safely);
    return m_transport.fetch(std::move(request), "secret"_L1, &readSecret, std::move(stop));
}

QCoro::Task<Result<void>> SecretsApi::deleteSecret(QString id, std::stop_token stop) const
{
    return m_transport.perform(m_transport.remove(m_transport.url({u"secrets"_s, id})), std::move(stop));
}

QCoro::Task<Result<RevealedSecret>> SecretsApi::reveal(QString id, std::stop_token stop) const
{
    const QUrl url = m_transport.url({u"secrets"_s, id, u"reveal"_s});
    HttpRequest request = m_transport.withBody("POST", url, {}, Repeatable::Safely);
    return m_transport.fetchReply(std::move(request), &readRevealedSecret, std::move(stop));
}

} // namespace Koyeb
