// SPDX-License-Identifier: Apache-2.0
#include "local/api/jsonwriters.h"

#include <algorithm>

namespace Koyeb::Local {

using nlohmann::json;

namespace {

// Not resolvable, as sandboxes of this computer have no public name: clients use metadata.sandbox.
json domainJson(const World &world, const AppRecord &app)
{
    return {
        {"id", app.id},
        {"organization_id", world.organizationId},
        {"name", app.name + ".local.koyeb.test"},
        {"created_at", timestamp(app.createdAt)},
        {"updated_at", timestamp(app.createdAt)},
        {"status", "ACTIVE"},
        {"type", "AUTOASSIGNED"},
        {"app_id", app.id},
        {"deployment_group", "prod"},
        {"verified_at", timestamp(app.createdAt)},
        {"intended_cname", ""},
        {"messages", json::array()},
        {"version", "1"},
        {"project_id", ""}};
}

std::string_view roleText(const World &world, const DeploymentRecord &deployment)
{
    const auto service = std::ranges::find(world.services, deployment.serviceId, &ServiceRecord::id);
    if (service == world.services.end())
        return "INVALID";
    if (service->activeDeploymentId == deployment.id)
        return "ACTIVE";
    return service->latestDeploymentId == deployment.id ? "UPCOMING" : "INVALID";
}

json proxyPortsJson(const DeploymentRecord &deployment)
{
    json ports = json::array();
    if (deployment.address && deployment.address->tcpProxyPort != 0) {
        ports.push_back(
            {{"host", "127.0.0.1"},
             {"public_port", deployment.address->tcpProxyPort},
             {"port", 3031},
             {"protocol", "tcp"}});
    }
    return ports;
}

json metadataJson(const DeploymentRecord &deployment)
{
    json metadata{
        {"trigger", {{"type", "UNKNOWN_TYPE"}, {"actor", "USER"}}},
        {"proxy_ports", proxyPortsJson(deployment)},
        {"sandbox", nullptr}};
    if (deployment.address) {
        metadata["sandbox"] = {
            {"public_url", deployment.address->publicUrl}, {"routing_key", deployment.address->routingKey}};
    }
    return metadata;
}

} // namespace

json timeJson(const std::optional<SystemTime> &time)
{
    return time ? json(timestamp(*time)) : json(nullptr);
}

std::string_view appStatusText(const World &world, const AppRecord &app)
{
    if (app.deleting)
        return "DELETING";
    // The first of these that some service has; an app without services has nothing to wait for.
    for (const ServiceStatus status :
         {ServiceStatus::Starting, ServiceStatus::Unhealthy, ServiceStatus::Degraded}) {
        if (std::ranges::any_of(world.services, [&](const ServiceRecord &service) {
                return service.appId == app.id && service.status == status;
            }))
            return toText(status);
    }
    return toText(ServiceStatus::Healthy);
}

json appSummaryJson(const World &world, const AppRecord &app)
{
    return {
        {"id", app.id},
        {"name", app.name},
        {"organization_id", world.organizationId},
        {"created_at", timestamp(app.createdAt)},
        {"updated_at", timestamp(app.updatedAt)},
        {"status", appStatusText(world, app)},
        {"messages", json::array()},
        {"domains", json::array({domainJson(world, app)})}};
}

json appJson(const World &world, const AppRecord &app)
{
    json result = appSummaryJson(world, app);
    result["started_at"] = timestamp(app.createdAt);
    result["succeeded_at"] = nullptr;
    result["paused_at"] = nullptr;
    result["resumed_at"] = nullptr;
    result["terminated_at"] = nullptr;
    result["version"] = std::to_string(app.version);
    result["life_cycle"] = {{"delete_when_empty", app.deleteWhenEmpty}};
    return result;
}

json serviceSummaryJson(const World &world, const ServiceRecord &service)
{
    return {
        {"id", service.id},
        {"name", service.name},
        {"type", "SANDBOX"},
        {"organization_id", world.organizationId},
        {"app_id", service.appId},
        {"created_at", timestamp(service.createdAt)},
        {"updated_at", timestamp(service.updatedAt)},
        {"status", toText(service.status)},
        {"messages", service.messages},
        {"version", std::to_string(service.version)},
        {"state", nullptr},
        {"active_deployment_id", service.activeDeploymentId},
        {"latest_deployment_id", service.latestDeploymentId},
        {"life_cycle",
         {{"delete_after_sleep", service.lifeCycle.deleteAfterSleep.count()},
          {"delete_after_create", service.lifeCycle.deleteAfterCreate.count()}}}};
}

json serviceJson(const World &world, const ServiceRecord &service)
{
    json result = serviceSummaryJson(world, service);
    result["started_at"] = timeJson(service.startedAt);
    result["succeeded_at"] = timeJson(service.succeededAt);
    result["paused_at"] = nullptr;
    result["resumed_at"] = nullptr;
    result["terminated_at"] = nullptr;
    result["last_provisioned_deployment_id"] = service.activeDeploymentId;
    return result;
}

json deploymentSummaryJson(const World &world, const DeploymentRecord &deployment)
{
    return {
        {"id", deployment.id},
        {"created_at", timestamp(deployment.createdAt)},
        {"updated_at", timestamp(deployment.updatedAt)},
        {"allocated_at", timeJson(deployment.allocatedAt)},
        {"started_at", timeJson(deployment.startedAt)},
        {"succeeded_at", timeJson(deployment.succeededAt)},
        {"terminated_at", timeJson(deployment.terminatedAt)},
        {"organization_id", world.organizationId},
        {"app_id", deployment.appId},
        {"service_id", deployment.serviceId},
        {"parent_id", deployment.parentId},
        {"child_id", deployment.childId},
        {"status", toText(deployment.status)},
        {"metadata", metadataJson(deployment)},
        {"definition", deployment.definition},
        {"messages", deployment.messages},
        {"provisioning_info", nullptr},
        {"database_info", nullptr},
        {"version", std::to_string(deployment.version)},
        {"deployment_group", "prod"}};
}

json deploymentJson(const World &world, const DeploymentRecord &deployment)
{
    json result = deploymentSummaryJson(world, deployment);
    result["role"] = roleText(world, deployment);
    result["skip_build"] = false;
    return result;
}

json instanceSummaryJson(const World &world, const InstanceRecord &instance)
{
    return {
        {"id", instance.id},
        {"created_at", timestamp(instance.createdAt)},
        {"updated_at", timestamp(instance.updatedAt)},
        {"organization_id", world.organizationId},
        {"app_id", instance.appId},
        {"service_id", instance.serviceId},
        {"regional_deployment_id", instance.regionalDeploymentId},
        {"allocation_id", instance.allocationId},
        {"type", instance.type},
        {"replica_index", 0},
        {"region", instance.region},
        {"datacenter", "local"},
        {"status", toText(instance.status)},
        {"messages", instance.messages},
        {"xyz_deployment_id", instance.deploymentId}};
}

json instanceJson(const World &world, const InstanceRecord &instance)
{
    json result = instanceSummaryJson(world, instance);
    result["hypervisor"] = "local";
    result["started_at"] = timeJson(instance.startedAt);
    result["succeeded_at"] = nullptr;
    result["terminated_at"] = timeJson(instance.terminatedAt);
    return result;
}

} // namespace Koyeb::Local
