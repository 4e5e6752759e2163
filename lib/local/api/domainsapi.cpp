// SPDX-License-Identifier: Apache-2.0
#include "local/api/domainsapi.h"

#include "local/api/definition.h"
#include "local/api/jsonwriters.h"

#include <algorithm>

namespace Koyeb::Local {

using nlohmann::json;

namespace {

std::string_view typeText(const DomainRecord &domain)
{
    return domain.type == DomainType::Custom ? "CUSTOM" : "AUTOASSIGNED";
}

ApiReply listDomains(const World &world, const ApiRequest &request)
{
    const std::string name = request.queryValue("name");
    return listReply(
        "domains", world.domains, request, ListFacts::Count,
        [&](const DomainRecord &domain) {
            return isListed(request, domain.owner) && domain.name.find(name) != std::string::npos &&
                   passes(request, "types", typeText(domain)) && passes(request, "statuses", "ACTIVE") &&
                   passes(request, "app_ids", domain.appId);
        },
        domainJson);
}

bool isApp(const World &world, const ApiRequest &request, const std::string &id)
{
    const AppRecord *const app = world.apps.find(id);
    return app && isVisible(request, app->owner);
}

ApiReply createDomain(World &world, const ApiRequest &request)
{
    const auto body = request.bodyObject();
    if (!body)
        return malformedBodyReply();
    const std::string name = textAt(*body, "name");
    const std::string appId = textAt(*body, "app_id");
    std::vector<FieldError> errors;
    if (name.find('.') == std::string::npos)
        errors.push_back({"name", "must be the name of a domain"});
    else if (std::ranges::find(world.domains, name, &DomainRecord::name) != world.domains.end())
        errors.push_back({"name", "the domain is in use"});
    if (textAt(*body, "type") != "CUSTOM")
        errors.push_back({"type", "must be CUSTOM"});
    if (!appId.empty() && !isApp(world, request, appId))
        errors.push_back({"app_id", "there is no such app"});
    if (!errors.empty())
        return validationReply(errors);
    DomainRecord domain;
    domain.id = randomUuid();
    domain.owner = ownershipFor(world, request, *body);
    domain.name = name;
    domain.createdAt = domain.updatedAt = world.now();
    DomainRecord &stored = world.domains.add(std::move(domain));
    world.attach(stored, appId);
    noteActivity(world, request, "created", "domain", stored.id, stored.name);
    return {200, {{"domain", domainJson(stored)}}};
}

ApiReply changeDomain(World &world, const ApiRequest &request)
{
    DomainRecord *const domain = findVisible(world.domains, request);
    if (!domain)
        return notFoundReply("Domain");
    auto body = request.bodyObject();
    if (!body)
        return malformedBodyReply();
    applyUpdateMask(*body, request);
    const std::string appId = body->contains("app_id") ? textAt(*body, "app_id") : domain->appId;
    const std::string subdomain = textAt(*body, "subdomain");
    const bool isAutomatic = domain->type == DomainType::Autoassigned;
    std::vector<FieldError> errors;
    if (!appId.empty() && !isApp(world, request, appId))
        errors.push_back({"app_id", "there is no such app"});
    if (isAutomatic && appId != domain->appId)
        errors.push_back({"app_id", "an automatic domain stays with its app"});
    if (!subdomain.empty() && (!isAutomatic || !isValidName(subdomain)))
        errors.push_back({"subdomain", "must be a name, and the domain an automatic one"});
    if (!errors.empty())
        return validationReply(errors);
    DomainRecord changed = *domain;
    if (!subdomain.empty())
        changed.name = subdomain + domain->name.substr(domain->name.find('.'));
    changed.updatedAt = world.now();
    ++changed.version;
    if (request.queryValue("dry_run") == "true")
        return {200, {{"domain", domainJson(changed)}}};
    const std::string_view verb =
        appId == domain->appId ? "updated" : (appId.empty() ? "detached" : "attached");
    noteActivity(world, request, verb, "domain", domain->id, domain->name);
    *domain = std::move(changed);
    if (appId != domain->appId)
        world.attach(*domain, appId);
    return {200, {{"domain", domainJson(*domain)}}};
}

ApiReply deleteDomain(World &world, const ApiRequest &request)
{
    const DomainRecord *const domain = findVisible(world.domains, request);
    if (!domain)
        return notFoundReply("Domain");
    if (domain->type == DomainType::Autoassigned)
        return preconditionReply("An automatic domain goes with its app");
    noteActivity(world, request, "deleted", "domain", domain->id, domain->name);
    world.removeDomain(request.parameters.at(0));
    return {};
}

} // namespace

void addDomainRoutes(Router &router, World &world)
{
    router.add(
        "GET", "/v1/domains", [&world](const ApiRequest &request) { return listDomains(world, request); });
    router.add(
        "POST", "/v1/domains", [&world](const ApiRequest &request) { return createDomain(world, request); });
    router.add("GET", "/v1/domains/{id}", [&world](const ApiRequest &request) {
        const DomainRecord *const domain = findVisible(world.domains, request);
        return domain ? ApiReply{200, {{"domain", domainJson(*domain)}}} : notFoundReply("Domain");
    });
    router.add("PATCH", "/v1/domains/{id}", [&world](const ApiRequest &request) {
        return changeDomain(world, request);
    });
    router.add("DELETE", "/v1/domains/{id}", [&world](const ApiRequest &request) {
        return deleteDomain(world, request);
    });
    router.add("POST", "/v1/domains/{id}/refresh", [&world](const ApiRequest &request) {
        return findVisible(world.domains, request) ? ApiReply{} : notFoundReply("Domain");
    });
}

} // namespace Koyeb::Local
