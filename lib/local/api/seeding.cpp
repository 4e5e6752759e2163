// SPDX-License-Identifier: Apache-2.0
#include "local/api/seeding.h"

#include <array>
#include <cstdio>

namespace Koyeb::Local {

using nlohmann::json;

namespace {

json seedDefinition(const std::string &name)
{
    return {
        {"name", name},
        {"type", "SANDBOX"},
        {"docker", {{"image", "koyeb/sandbox"}, {"privileged", false}}},
        {"env", json::array({{{"key", "SANDBOX_SECRET"}, {"value", randomToken(43)}}})},
        {"regions", {"na"}},
        {"scalings", json::array({{{"min", 1}, {"max", 1}}})},
        {"instance_types", json::array({{{"type", "micro"}}})}};
}

void seedService(World &world, const std::string &name)
{
    const OrganizationRecord &organization = world.firstOrganization();
    const Ownership owner{organization.id, organization.defaultProjectId};
    AppRecord app;
    app.id = randomUuid();
    app.owner = owner;
    app.name = "app-" + name;
    app.createdAt = app.updatedAt = world.now();
    app.deleteWhenEmpty = true;
    ServiceRecord service;
    service.id = randomUuid();
    service.owner = owner;
    service.appId = world.addApp(std::move(app)).id;
    service.name = name;
    service.status = ServiceStatus::Paused;
    service.createdAt = service.updatedAt = world.now();
    service.pausedAt = world.now();
    DeploymentRecord deployment;
    deployment.id = service.latestDeploymentId = service.lastProvisionedDeploymentId = randomUuid();
    deployment.owner = owner;
    deployment.appId = service.appId;
    deployment.serviceId = service.id;
    deployment.regionalDeploymentId = randomUuid();
    deployment.status = DeploymentStatus::Stopped;
    deployment.definition = seedDefinition(name);
    deployment.createdAt = deployment.updatedAt = world.now();
    deployment.terminatedAt = world.now();
    world.addService(std::move(service));
    world.deployments.add(std::move(deployment));
}

} // namespace

void seedServices(World &world, std::size_t count)
{
    const std::size_t first = world.services.size();
    for (std::size_t i = first; i < first + count; ++i) {
        std::array<char, 32> name{};
        std::snprintf(name.data(), name.size(), "seed-%06zu", i);
        seedService(world, name.data());
    }
}

} // namespace Koyeb::Local
