// SPDX-License-Identifier: Apache-2.0
#include "local/api/jsonwriters.h"

#include <set>

namespace Koyeb::Local {

using nlohmann::json;

namespace {

json domainsJson(const World &world, const AppRecord &app)
{
    json domains = json::array();
    for (const std::string &id : app.domainIds)
        domains.push_back(domainJson(*world.domains.find(id)));
    return domains;
}

std::string_view roleText(const World &world, const DeploymentRecord &deployment)
{
    const ServiceRecord *const service = world.services.find(deployment.serviceId);
    if (!service)
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
        {"trigger",
         {{"type", deployment.trigger == Trigger::Resume ? "RESUME" : "UNKNOWN_TYPE"},
          {"actor", "USER"},
          {"git", nullptr}}},
        {"proxy_ports", proxyPortsJson(deployment)},
        {"database", nullptr},
        {"git", nullptr},
        {"archive", nullptr},
        {"sandbox", nullptr}};
    if (deployment.address && !deployment.address->routingKey.empty()) {
        metadata["sandbox"] = {
            {"public_url", deployment.address->publicUrl}, {"routing_key", deployment.address->routingKey}};
    }
    return metadata;
}

void addMissing(json &object, const json &members)
{
    if (!object.is_object())
        return;
    for (const auto &[name, value] : members.items()) {
        if (!object.contains(name))
            object[name] = value;
    }
}

void addMissingToEach(json &object, const char *list, const json &members)
{
    if (!object.contains(list) || !object[list].is_array())
        return;
    for (json &element : object[list])
        addMissing(element, members);
}

void completeScaling(json &scaling)
{
    addMissing(scaling, {{"min", 0}, {"max", 0}, {"targets", json::array()}, {"scopes", json::array()}});
    if (!scaling.is_object() || !scaling["targets"].is_array())
        return;
    for (json &target : scaling["targets"]) {
        if (target.is_object() && target.contains("sleep_idle_delay"))
            addMissing(
                target["sleep_idle_delay"],
                {{"value", 0}, {"deep_sleep_value", 0}, {"light_sleep_value", 0}});
    }
}

/// With what the API adds to what it was sent: members that are unset, but for those of which one excludes
/// the others.
json definitionJson(json definition)
{
    const json none = json::array();
    addMissing(
        definition, {{"strategy", nullptr},
                     {"routes", none},
                     {"ports", none},
                     {"proxy_ports", none},
                     {"env", none},
                     {"regions", none},
                     {"scalings", none},
                     {"instance_types", none},
                     {"health_checks", none},
                     {"volumes", none},
                     {"config_files", none},
                     {"skip_cache", false},
                     {"mesh", "DEPLOYMENT_MESH_AUTO"}});
    if (definition.contains("docker"))
        addMissing(
            definition["docker"], {{"image", ""},
                                   {"command", ""},
                                   {"args", none},
                                   {"image_registry_secret", ""},
                                   {"entrypoint", none},
                                   {"privileged", false}});
    addMissingToEach(definition, "env", {{"scopes", none}});
    addMissingToEach(definition, "instance_types", {{"scopes", none}});
    addMissingToEach(definition, "routes", {{"security_policies", nullptr}});
    addMissingToEach(definition, "config_files", {{"permissions", ""}, {"content", ""}});
    if (definition["scalings"].is_array()) {
        for (json &scaling : definition["scalings"])
            completeScaling(scaling);
    }
    return definition;
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
    std::set<ServiceStatus> statuses;
    for (const std::string &id : app.serviceIds) {
        if (const ServiceRecord *const service = world.services.find(id))
            statuses.insert(service->status);
    }
    // The first of these that some service has; an app without services has nothing to wait for.
    for (const ServiceStatus status :
         {ServiceStatus::Starting, ServiceStatus::Resuming, ServiceStatus::Pausing, ServiceStatus::Unhealthy,
          ServiceStatus::Degraded, ServiceStatus::Healthy}) {
        if (statuses.contains(status))
            return toText(status);
    }
    return toText(statuses.contains(ServiceStatus::Paused) ? ServiceStatus::Paused : ServiceStatus::Healthy);
}

json domainJson(const DomainRecord &domain)
{
    return {
        {"id", domain.id},
        {"organization_id", domain.owner.organizationId},
        {"name", domain.name},
        {"created_at", timestamp(domain.createdAt)},
        {"updated_at", timestamp(domain.updatedAt)},
        {"status", "ACTIVE"},
        {"type", domain.type == DomainType::Custom ? "CUSTOM" : "AUTOASSIGNED"},
        {"app_id", domain.appId},
        {"deployment_group", "prod"},
        {"verified_at", timestamp(domain.createdAt)},
        {"intended_cname", domain.type == DomainType::Custom ? domain.id + ".cname.koyeb.test" : ""},
        {"messages", json::array()},
        {"version", std::to_string(domain.version)},
        {"project_id", domain.owner.projectId}};
}

json secretJson(const SecretRecord &secret)
{
    json result{
        {"id", secret.id},
        {"name", secret.name},
        {"organization_id", secret.owner.organizationId},
        {"project_id", secret.owner.projectId},
        {"type", secret.type},
        {"created_at", timestamp(secret.createdAt)},
        {"updated_at", timestamp(secret.updatedAt)}};
    if (secret.registryKind.empty())
        return result;
    json registry = secret.value;
    for (const char *hidden : {"password", "keyfile_content"}) {
        if (registry.contains(hidden))
            registry[hidden] = "";
    }
    result[secret.registryKind] = std::move(registry);
    return result;
}

json appSummaryJson(const World &world, const AppRecord &app)
{
    return {
        {"id", app.id},
        {"name", app.name},
        {"organization_id", app.owner.organizationId},
        {"created_at", timestamp(app.createdAt)},
        {"updated_at", timestamp(app.updatedAt)},
        {"status", appStatusText(world, app)},
        {"messages", json::array()},
        {"domains", domainsJson(world, app)}};
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

json serviceSummaryJson(const ServiceRecord &service)
{
    return {
        {"id", service.id},
        {"name", service.name},
        {"type", "SANDBOX"},
        {"organization_id", service.owner.organizationId},
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

json serviceJson(const ServiceRecord &service)
{
    json result = serviceSummaryJson(service);
    result["started_at"] = timeJson(service.startedAt);
    result["succeeded_at"] = timeJson(service.succeededAt);
    result["paused_at"] = timeJson(service.pausedAt);
    result["resumed_at"] = timeJson(service.resumedAt);
    result["terminated_at"] = nullptr;
    result["last_provisioned_deployment_id"] = service.lastProvisionedDeploymentId;
    return result;
}

json deploymentSummaryJson(const DeploymentRecord &deployment)
{
    return {
        {"id", deployment.id},
        {"created_at", timestamp(deployment.createdAt)},
        {"updated_at", timestamp(deployment.updatedAt)},
        {"allocated_at", timeJson(deployment.allocatedAt)},
        {"started_at", timeJson(deployment.startedAt)},
        {"succeeded_at", timeJson(deployment.succeededAt)},
        {"terminated_at", timeJson(deployment.terminatedAt)},
        {"organization_id", deployment.owner.organizationId},
        {"app_id", deployment.appId},
        {"service_id", deployment.serviceId},
        {"parent_id", deployment.parentId},
        {"child_id", deployment.childId},
        {"status", toText(deployment.status)},
        {"metadata", metadataJson(deployment)},
        {"definition", definitionJson(deployment.definition)},
        {"messages", deployment.messages},
        {"provisioning_info", nullptr},
        {"database_info", nullptr},
        {"version", std::to_string(deployment.version)},
        {"deployment_group", "prod"}};
}

json deploymentJson(const World &world, const DeploymentRecord &deployment)
{
    json result = deploymentSummaryJson(deployment);
    result["role"] = roleText(world, deployment);
    result["skip_build"] = deployment.skipBuild;
    return result;
}

json instanceSummaryJson(const InstanceRecord &instance)
{
    return {
        {"id", instance.id},
        {"created_at", timestamp(instance.createdAt)},
        {"updated_at", timestamp(instance.updatedAt)},
        {"organization_id", instance.owner.organizationId},
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

json instanceJson(const InstanceRecord &instance)
{
    json result = instanceSummaryJson(instance);
    result["hypervisor"] = "local";
    result["started_at"] = timeJson(instance.startedAt);
    result["succeeded_at"] = nullptr;
    result["terminated_at"] = timeJson(instance.terminatedAt);
    return result;
}

} // namespace Koyeb::Local
