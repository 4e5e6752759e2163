// SPDX-License-Identifier: Apache-2.0
#include "local/api/secretsapi.h"

#include "local/api/jsonwriters.h"

#include <algorithm>
#include <array>

namespace Koyeb::Local {

using nlohmann::json;

namespace {

/// A kind of registry, and what its configuration must hold.
struct RegistryKind {
    const char *member;
    std::vector<const char *> required;
};

const std::vector<RegistryKind> &registryKinds()
{
    static const std::vector<RegistryKind> kinds{
        {"docker_hub_registry", {"username", "password"}},
        {"digital_ocean_registry", {"username", "password"}},
        {"github_registry", {"username", "password"}},
        {"gitlab_registry", {"username", "password"}},
        {"private_registry", {"username", "password", "url"}},
        {"azure_container_registry", {"registry_name", "username", "password"}},
        {"gcp_container_registry", {"keyfile_content", "url"}}};
    return kinds;
}

void readRegistry(const json &body, SecretRecord &secret, std::vector<FieldError> &errors)
{
    for (const RegistryKind &kind : registryKinds()) {
        const json value = body.value(kind.member, json());
        if (value.is_null())
            continue;
        for (const char *member : kind.required) {
            if (!value.is_object() || textAt(value, member).empty())
                errors.push_back({std::string(kind.member) + '.' + member, "is required"});
        }
        secret.registryKind = kind.member;
        secret.value = value;
        return;
    }
    if (secret.registryKind.empty())
        errors.push_back({"type", "a registry secret needs the configuration of one registry"});
}

/// Reads a create's or an update's body over `secret`.
void readSecret(const json &body, SecretRecord &secret, std::vector<FieldError> &errors)
{
    if (body.contains("name"))
        secret.name = textAt(body, "name");
    if (secret.name.empty())
        errors.push_back({"name", "is required"});
    if (body.contains("type"))
        secret.type = textAt(body, "type");
    if (secret.type == "SIMPLE") {
        secret.registryKind.clear();
        if (body.contains("value"))
            secret.value = body["value"];
        if (!secret.value.is_string())
            errors.push_back({"value", "is required"});
    } else if (secret.type == "REGISTRY") {
        readRegistry(body, secret, errors);
    } else {
        errors.push_back({"type", "must be SIMPLE or REGISTRY"});
    }
}

void checkName(const World &world, const SecretRecord &secret, std::vector<FieldError> &errors)
{
    const bool taken = std::ranges::any_of(world.secrets, [&](const SecretRecord &other) {
        return other.id != secret.id && other.name == secret.name &&
               other.owner.organizationId == secret.owner.organizationId &&
               other.owner.projectId == secret.owner.projectId;
    });
    if (taken)
        errors.push_back({"name", "a secret with this name already exists"});
}

/// A secret belongs to the whole organization unless a project is named.
Ownership secretOwner(const World &world, const ApiRequest &request, const json &body)
{
    Ownership owner = ownershipFor(world, request, body);
    if (request.projectId.empty() && textAt(body, "project_id").empty())
        owner.projectId.clear();
    return owner;
}

ApiReply createSecret(World &world, const ApiRequest &request)
{
    const auto body = request.bodyObject();
    if (!body)
        return malformedBodyReply();
    SecretRecord secret;
    std::vector<FieldError> errors;
    secret.owner = secretOwner(world, request, *body);
    readSecret(*body, secret, errors);
    checkName(world, secret, errors);
    if (!errors.empty())
        return validationReply(errors);
    secret.id = randomUuid();
    secret.createdAt = secret.updatedAt = world.now();
    const SecretRecord &stored = world.secrets.add(std::move(secret));
    noteActivity(world, request, "created", "secret", stored.id, stored.name);
    return {200, {{"secret", secretJson(stored)}}};
}

ApiReply changeSecret(World &world, const ApiRequest &request)
{
    SecretRecord *const secret = findVisible(world.secrets, request);
    if (!secret)
        return notFoundReply("Secret");
    auto body = request.bodyObject();
    if (!body)
        return malformedBodyReply();
    applyUpdateMask(*body, request);
    SecretRecord changed = *secret;
    std::vector<FieldError> errors;
    readSecret(*body, changed, errors);
    checkName(world, changed, errors);
    if (!errors.empty())
        return validationReply(errors);
    changed.updatedAt = world.now();
    *secret = std::move(changed);
    noteActivity(world, request, "updated", "secret", secret->id, secret->name);
    return {200, {{"secret", secretJson(*secret)}}};
}

ApiReply listSecrets(const World &world, const ApiRequest &request)
{
    const std::string name = request.queryValue("name");
    return listReply(
        "secrets", world.secrets, request, ListFacts::Count,
        [&](const SecretRecord &secret) {
            // Those of the organization can be used in every project.
            const bool inScope = isListed(request, secret.owner) ||
                                 (isVisible(request, secret.owner) && secret.owner.projectId.empty());
            return inScope && secret.name.find(name) != std::string::npos &&
                   passes(request, "types", secret.type);
        },
        secretJson);
}

ApiReply deleteSecret(World &world, const ApiRequest &request)
{
    const SecretRecord *const secret = findVisible(world.secrets, request);
    if (!secret)
        return notFoundReply("Secret");
    noteActivity(world, request, "deleted", "secret", secret->id, secret->name);
    world.secrets.remove(request.parameters.at(0));
    return {};
}

/// Why a name is none of an image; the code that the platform has for it.
std::optional<std::pair<const char *, const char *>> imageProblem(const std::string &image)
{
    if (image.find("://") != std::string::npos)
        return std::pair{"INVALID_SCHEME", "An image's name has no scheme such as https://"};
    const bool isPlain = !image.empty() && std::ranges::all_of(image, [](char c) {
        return std::string_view("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-/:@")
                   .find(c) != std::string_view::npos;
    });
    if (!isPlain || image.front() == '/' || image.back() == '/' || image.back() == ':')
        return std::pair{"MALFORMED", "This is not the name of an image"};
    return std::nullopt;
}

} // namespace

void addSecretRoutes(Router &router, World &world)
{
    router.add(
        "GET", "/v1/secrets", [&world](const ApiRequest &request) { return listSecrets(world, request); });
    router.add(
        "POST", "/v1/secrets", [&world](const ApiRequest &request) { return createSecret(world, request); });
    router.add("GET", "/v1/secrets/{id}", [&world](const ApiRequest &request) {
        const SecretRecord *const secret = findVisible(world.secrets, request);
        return secret ? ApiReply{200, {{"secret", secretJson(*secret)}}} : notFoundReply("Secret");
    });
    for (const char *method : {"PUT", "PATCH"}) {
        router.add(method, "/v1/secrets/{id}", [&world](const ApiRequest &request) {
            return changeSecret(world, request);
        });
    }
    router.add("DELETE", "/v1/secrets/{id}", [&world](const ApiRequest &request) {
        return deleteSecret(world, request);
    });
    router.add("POST", "/v1/secrets/{id}/reveal", [&world](const ApiRequest &request) {
        const SecretRecord *const secret = findVisible(world.secrets, request);
        return secret ? ApiReply{200, {{"value", secret->value}}} : notFoundReply("Secret");
    });
}

void addImageCheckRoute(Router &router, World &world)
{
    router.add("GET", "/v1/docker-helper/verify", [&world](const ApiRequest &request) {
        const std::string secretId = request.queryValue("secret_id");
        const SecretRecord *const secret = world.secrets.find(secretId);
        const bool secretKnown =
            secretId.empty() || (secret && isVisible(request, secret->owner) && secret->type == "REGISTRY");
        auto problem = imageProblem(request.queryValue("image"));
        if (!problem && !secretKnown)
            problem = {"AUTH_NOT_FOUND", "There is no registry secret with this id"};
        return ApiReply{
            200,
            {{"success", !problem},
             {"reason", problem ? problem->second : ""},
             {"code", problem ? problem->first : "UNKNOWN"}}};
    });
}

} // namespace Koyeb::Local
