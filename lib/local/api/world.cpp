// SPDX-License-Identifier: Apache-2.0
#include "local/api/world.h"

#include <algorithm>

namespace Koyeb::Local {

using nlohmann::json;

namespace {

// Enough to look back at; a service that is redeployed for weeks must not grow the process.
constexpr std::size_t maximumHistory = 100;
constexpr std::size_t tokenLength = 64;

template<typename Record> void trim(Table<Record> &records, const std::string &serviceId)
{
    std::size_t seen = 0;
    records.removeIf([&](const Record &record) {
        return record.serviceId == serviceId && ++seen > maximumHistory && hasEnded(record);
    });
}

} // namespace

World::World()
{
    addOrganization("this-computer");
}

OrganizationRecord &World::addOrganization(const std::string &name)
{
    OrganizationRecord organization;
    organization.id = randomUuid();
    organization.name = name;
    organization.createdAt = now();
    ProjectRecord project;
    project.id = organization.defaultProjectId = randomUuid();
    project.organizationId = organization.id;
    project.name = "default";
    project.createdAt = project.updatedAt = now();
    projects.add(std::move(project));
    return organizations.add(std::move(organization));
}

TokenRecord &World::addToken(const std::string &organizationId, TokenHolder holder, std::string token)
{
    const SystemTime time = now();
    tokens.removeIf([&](const TokenRecord &old) { return old.expiresAt && *old.expiresAt <= time; });
    TokenRecord record;
    record.id = randomUuid();
    record.token = token.empty() ? randomToken(tokenLength) : std::move(token);
    record.organizationId = organizationId;
    record.holder = holder;
    record.createdAt = time;
    return tokens.add(std::move(record));
}

std::optional<Caller> World::callerWith(std::string_view token) const
{
    const SystemTime time = now();
    for (const TokenRecord &record : tokens) {
        const bool expired = record.expiresAt && *record.expiresAt <= time;
        if (equalSecrets(record.token, token) && !expired) {
            const bool isUser = record.holder == TokenHolder::User;
            return Caller{record.organizationId, isUser ? userId : std::string(), record.id};
        }
    }
    return std::nullopt;
}

AppRecord &World::addApp(AppRecord app)
{
    DomainRecord domain;
    domain.id = randomUuid();
    domain.owner = app.owner;
    domain.type = DomainType::Autoassigned;
    // Not resolvable, as sandboxes of this computer have no public name, unless the app's domain is the way.
    domain.name = app.name + (routing == RoutingMode::Domain ? ".localhost" : ".local.koyeb.test");
    domain.createdAt = domain.updatedAt = now();
    AppRecord &stored = apps.add(std::move(app));
    attach(domains.add(std::move(domain)), stored.id);
    return stored;
}

ServiceRecord &World::addService(ServiceRecord service)
{
    if (AppRecord *const app = apps.find(service.appId))
        app->serviceIds.push_back(service.id);
    return services.add(std::move(service));
}

void World::removeService(const std::string &id)
{
    const ServiceRecord *const service = services.find(id);
    if (!service)
        return;
    if (AppRecord *const app = apps.find(service->appId))
        std::erase(app->serviceIds, id);
    instances.removeIf([&](const InstanceRecord &instance) { return instance.serviceId == id; });
    deployments.removeIf([&](const DeploymentRecord &deployment) { return deployment.serviceId == id; });
    logs.forget(id);
    metrics.forget(id);
    services.remove(id);
}

void World::removeApp(const std::string &id)
{
    const AppRecord *const app = apps.find(id);
    if (!app)
        return;
    for (const std::string &domainId : std::vector(app->domainIds)) {
        DomainRecord *const domain = domains.find(domainId);
        if (domain->type == DomainType::Autoassigned)
            domains.remove(domainId);
        else
            attach(*domain, {});
    }
    apps.remove(id);
}

void World::attach(DomainRecord &domain, const std::string &appId)
{
    if (AppRecord *const before = apps.find(domain.appId))
        std::erase(before->domainIds, domain.id);
    if (AppRecord *const app = apps.find(appId))
        app->domainIds.push_back(domain.id);
    domain.appId = appId;
}

void World::removeDomain(const std::string &id)
{
    if (DomainRecord *const domain = domains.find(id))
        attach(*domain, {});
    domains.remove(id);
}

bool World::hasServices(std::string_view appId) const
{
    const AppRecord *const app = apps.find(appId);
    return app && !app->serviceIds.empty();
}

InstanceRecord *World::currentInstance(std::string_view serviceId)
{
    const auto found = std::ranges::find_if(instances, [&](const InstanceRecord &instance) {
        return instance.serviceId == serviceId && !hasEnded(instance);
    });
    return found == instances.end() ? nullptr : &*found;
}

DeploymentRecord *World::latestDeployment(const ServiceRecord &service)
{
    DeploymentRecord *deployment = deployments.find(service.latestDeploymentId);
    while (deployment && deployment->status == DeploymentStatus::Stashed)
        deployment = deployments.find(deployment->parentId);
    return deployment;
}

void World::trimHistory(const std::string &serviceId)
{
    trim(deployments, serviceId);
    trim(instances, serviceId);
}

std::optional<std::string> World::secretValue(const Ownership &owner, std::string_view name) const
{
    const SecretRecord *best = nullptr;
    for (const SecretRecord &secret : secrets) {
        const bool usable = secret.owner.organizationId == owner.organizationId &&
                            (secret.owner.projectId.empty() || secret.owner.projectId == owner.projectId);
        // The project's own goes before the organization's of the same name.
        if (usable && secret.name == name && secret.value.is_string() &&
            (!best || best->owner.projectId.empty()))
            best = &secret;
    }
    return best ? std::optional(best->value.get<std::string>()) : std::nullopt;
}

bool isVisible(const ApiRequest &request, const Ownership &owner)
{
    return owner.organizationId == request.caller.organizationId;
}

bool isListed(const ApiRequest &request, const Ownership &owner)
{
    return isVisible(request, owner) && (request.projectId.empty() || request.projectId == owner.projectId) &&
           equals(request, "project_id", owner.projectId);
}

Ownership ownershipFor(const World &world, const ApiRequest &request, const json &body)
{
    const OrganizationRecord *const organization = world.organizations.find(request.caller.organizationId);
    Ownership owner{request.caller.organizationId, organization ? organization->defaultProjectId : ""};
    if (!request.projectId.empty())
        owner.projectId = request.projectId;
    const json wanted = body.value("project_id", json());
    const ProjectRecord *const project =
        wanted.is_string() ? world.projects.find(wanted.get<std::string>()) : nullptr;
    if (project && project->organizationId == owner.organizationId)
        owner.projectId = project->id;
    return owner;
}

} // namespace Koyeb::Local
