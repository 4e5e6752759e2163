// SPDX-License-Identifier: Apache-2.0
#include "local/api/accountapi.h"

#include "local/api/jsonwriters.h"

#include <algorithm>
#include <charconv>

namespace Koyeb::Local {

using nlohmann::json;

namespace {

constexpr std::chrono::hours defaultValidity{1};
constexpr std::chrono::hours maximumValidity{24};
constexpr std::chrono::hours sessionValidity{24 * 30};

json publicUserJson(const World &world)
{
    return {{"id", world.userId}, {"email", "local@localhost"}, {"name", "This computer"}, {"avatar_url", ""},
            {"github_id", ""},    {"github_user", ""}};
}

json userJson(const World &world)
{
    const std::string startedAt = timestamp(world.startedAt);
    json user = publicUserJson(world);
    user.update(
        {{"email_validated", true},
         {"flags", json::array({"ACTIVE"})},
         {"two_factor_authentication", false},
         {"newsletter_subscribed", false},
         {"last_login", startedAt},
         {"last_login_ip", "127.0.0.1"},
         {"created_at", startedAt},
         {"updated_at", startedAt},
         {"trialed", false}});
    return user;
}

json organizationJson(const OrganizationRecord &organization)
{
    return {
        {"id", organization.id},
        {"external_id", ""},
        {"name", organization.name},
        {"plan", "internal"},
        {"plan_updated_at", nullptr},
        {"status", "ACTIVE"},
        {"status_message", "VALID"},
        {"deactivation_reason", "INVALID"},
        {"verified", true},
        {"provisioning", false},
        {"trialing", false},
        {"trial_starts_at", nullptr},
        {"trial_ends_at", nullptr},
        {"has_payment_method", false},
        {"subscription_id", ""},
        {"current_subscription_id", ""},
        {"latest_subscription_id", ""},
        {"default_project_id", organization.defaultProjectId},
        {"email_domain_allowlist", json::array()},
        {"address1", ""},
        {"address2", ""},
        {"city", ""},
        {"postal_code", ""},
        {"state", ""},
        {"country", ""},
        {"company", false},
        {"vat_number", ""},
        {"billing_name", ""},
        {"billing_email", ""},
        {"signup_qualification", nullptr},
        {"qualifies_for_hobby23", false},
        {"reprocess_after", nullptr}};
}

json memberJson(const World &world, const OrganizationRecord &organization)
{
    return {// One member there is in each organization, so its id serves as the membership's.
            {"id", organization.id},
            {"organization_id", organization.id},
            {"user_id", world.userId},
            {"external_id", ""},
            {"joined_at", timestamp(organization.createdAt)},
            {"role", "OWNER"},
            {"status", "ACTIVE"},
            {"user", publicUserJson(world)},
            {"organization",
             {{"id", organization.id},
              {"name", organization.name},
              {"plan", "internal"},
              {"status", "ACTIVE"},
              {"external_id", ""}}}};
}

json credentialJson(const World &world, const TokenRecord &token)
{
    const bool isUser = token.holder == TokenHolder::User;
    return {
        {"id", token.id},
        {"type", isUser ? "USER" : "ORGANIZATION"},
        {"name", token.name},
        {"description", token.description},
        {"user_id", isUser ? world.userId : std::string()},
        {"organization_id", token.organizationId},
        {"created_at", timestamp(token.createdAt)},
        {"updated_at", timestamp(token.createdAt)}};
}

/// A protobuf duration, such as "3600s", of at most a day.
std::optional<SystemTime::duration> validityIn(const json &body)
{
    const json value = body.value("validity", json());
    const std::string text = value.is_string() ? value.get<std::string>() : std::string();
    if (value.is_null() || (value.is_string() && text.empty()))
        return defaultValidity;
    double seconds = 0;
    const char *const end = text.data() + text.size();
    const auto result = std::from_chars(text.data(), end, seconds);
    const bool isDuration = result.ec == std::errc() && result.ptr + 1 == end && text.ends_with('s');
    if (!isDuration || seconds <= 0 || seconds > std::chrono::duration<double>(maximumValidity).count())
        return std::nullopt;
    return std::chrono::duration_cast<SystemTime::duration>(std::chrono::duration<double>(seconds));
}

ApiReply userOnlyReply()
{
    return errorReply(403, "forbidden", "A token of an organization belongs to no user");
}

ApiReply switchOrganization(World &world, const ApiRequest &request)
{
    const OrganizationRecord *const organization = findOrganization(world, request);
    if (!organization)
        return notFoundReply("Organization");
    if (request.body.empty())
        return malformedBodyReply();
    if (request.caller.userId.empty())
        return userOnlyReply();
    TokenRecord &token = world.addToken(organization->id, TokenHolder::User);
    token.expiresAt = world.now() + sessionValidity;
    return {
        200,
        {{"token",
          {{"id", token.token},
           {"user_id", world.userId},
           {"organization_id", organization->id},
           {"expires_at", timeJson(token.expiresAt)}}}}};
}

ApiReply createAccessToken(World &world, const ApiRequest &request)
{
    const OrganizationRecord *const organization = findOrganization(world, request);
    if (!organization)
        return notFoundReply("Organization");
    const auto body = request.bodyObject();
    if (!body || request.body.empty())
        return malformedBodyReply();
    const auto validity = validityIn(*body);
    if (!validity)
        return validationReply({{"validity", "must be seconds up to a day, such as 3600s"}});
    TokenRecord &token = world.addToken(
        organization->id, request.caller.userId.empty() ? TokenHolder::Organization : TokenHolder::User);
    token.expiresAt = world.now() + *validity;
    return {200, {{"token", token.token}}};
}

ApiReply listMembers(const World &world, const ApiRequest &request)
{
    return listReply(
        "members", world.organizations, request, ListFacts::Count,
        [&](const OrganizationRecord &organization) {
            const bool known =
                !request.caller.userId.empty() || organization.id == request.caller.organizationId;
            return known && equals(request, "user_id", world.userId) &&
                   equals(request, "organization_id", organization.id) &&
                   passes(request, "organization_statuses", "ACTIVE");
        },
        [&](const OrganizationRecord &organization) { return memberJson(world, organization); });
}

ApiReply listOrganizations(const World &world, const ApiRequest &request)
{
    const std::string search = request.queryValue("search");
    ApiReply reply = orderedListReply(
        "organizations", world.organizations, request, ListFacts::Next,
        [&](const OrganizationRecord &organization) {
            return organization.name.find(search) != std::string::npos &&
                   passes(request, "statuses", "ACTIVE");
        },
        organizationJson);
    reply.body.erase("order"); // the one ordered list that does not tell
    return reply;
}

ApiReply createCredential(World &world, const ApiRequest &request)
{
    const auto body = request.bodyObject();
    if (!body)
        return malformedBodyReply();
    std::vector<FieldError> errors;
    const std::string type = textAt(*body, "type");
    if (textAt(*body, "name").empty())
        errors.push_back({"name", "is required"});
    if (type != "USER" && type != "ORGANIZATION")
        errors.push_back({"type", "must be USER or ORGANIZATION"});
    const std::string wanted = textAt(*body, "organization_id");
    const std::string organizationId = wanted.empty() ? request.caller.organizationId : wanted;
    const bool mayUse = !request.caller.userId.empty() || organizationId == request.caller.organizationId;
    if (!mayUse || !world.organizations.find(organizationId))
        errors.push_back({"organization_id", "there is no such organization"});
    if (!errors.empty())
        return validationReply(errors);
    if (type == "USER" && request.caller.userId.empty())
        return userOnlyReply();

    TokenRecord &token =
        world.addToken(organizationId, type == "USER" ? TokenHolder::User : TokenHolder::Organization);
    token.isCredential = true;
    token.name = textAt(*body, "name");
    token.description = textAt(*body, "description");
    noteActivity(world, request, "created", "credential", token.id, token.name);
    json credential = credentialJson(world, token);
    credential["token"] = token.token; // told here and never again
    return {200, {{"credential", std::move(credential)}}};
}

bool isListedCredential(const ApiRequest &request, const TokenRecord &token)
{
    return token.isCredential && token.organizationId == request.caller.organizationId;
}

ApiReply deleteCredential(World &world, const ApiRequest &request)
{
    const TokenRecord *const token = world.tokens.find(request.parameters.at(0));
    if (!token || !isListedCredential(request, *token))
        return notFoundReply("Credential");
    noteActivity(world, request, "deleted", "credential", token->id, token->name);
    world.tokens.remove(request.parameters.at(0));
    return {};
}

void addCredentialRoutes(Router &router, World &world)
{
    router.add("POST", "/v1/credentials", [&world](const ApiRequest &request) {
        return createCredential(world, request);
    });
    router.add("GET", "/v1/credentials", [&world](const ApiRequest &request) {
        return listReply(
            "credentials", world.tokens, request, ListFacts::Count,
            [&](const TokenRecord &token) { return isListedCredential(request, token); },
            [&](const TokenRecord &token) { return credentialJson(world, token); });
    });
    router.add("DELETE", "/v1/credentials/{id}", [&world](const ApiRequest &request) {
        return deleteCredential(world, request);
    });
}

} // namespace

const OrganizationRecord *findOrganization(const World &world, const ApiRequest &request)
{
    const std::string &id = request.parameters.at(0);
    const bool mayKnow = !request.caller.userId.empty() || id == request.caller.organizationId;
    return mayKnow ? world.organizations.find(id) : nullptr;
}

std::optional<ApiReply> scopeRefusal(const World &world, const ApiRequest &request)
{
    if (request.projectId.empty())
        return std::nullopt;
    const ProjectRecord *const project = world.projects.find(request.projectId);
    if (project && project->organizationId == request.caller.organizationId)
        return std::nullopt;
    return errorReply(403, "forbidden", "The project does not belong to the organization");
}

void addAccountRoutes(Router &router, World &world)
{
    router.add("GET", "/v1/account/profile", [&world](const ApiRequest &request) {
        return request.caller.userId.empty() ? userOnlyReply() : ApiReply{200, {{"user", userJson(world)}}};
    });
    router.add("GET", "/v1/account/organization", [&world](const ApiRequest &request) {
        const auto *const organization = world.organizations.find(request.caller.organizationId);
        return ApiReply{200, {{"organization", organizationJson(*organization)}}};
    });
    router.add("GET", "/v1/account/organizations", [&world](const ApiRequest &request) {
        return request.caller.userId.empty() ? userOnlyReply() : listOrganizations(world, request);
    });
    router.add("GET", "/v1/organizations/{id}", [&world](const ApiRequest &request) {
        const OrganizationRecord *const organization = findOrganization(world, request);
        return organization ? ApiReply{200, {{"organization", organizationJson(*organization)}}}
                            : notFoundReply("Organization");
    });
    router.add("GET", "/v1/organization_members", [&world](const ApiRequest &request) {
        return listMembers(world, request);
    });
    router.add("POST", "/v1/organizations/{id}/switch", [&world](const ApiRequest &request) {
        return switchOrganization(world, request);
    });
    router.add("POST", "/v1/organizations/{id}/access_token", [&world](const ApiRequest &request) {
        return createAccessToken(world, request);
    });
    addCredentialRoutes(router, world);
}

} // namespace Koyeb::Local
