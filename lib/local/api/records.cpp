// SPDX-License-Identifier: Apache-2.0
#include "local/api/records.h"

#include <algorithm>

namespace Koyeb::Local {

namespace {

// Enough to look back at; a service that is redeployed for weeks must not grow the process.
constexpr std::size_t maximumHistory = 100;

template<typename Records> auto *findById(Records &records, std::string_view id)
{
    const auto found =
        std::ranges::find(records, id, [](const auto &record) -> std::string_view { return record.id; });
    return found == records.end() ? nullptr : &*found;
}

bool hasEnded(const DeploymentRecord &deployment)
{
    return deployment.status == DeploymentStatus::Stopped || deployment.status == DeploymentStatus::Error ||
           deployment.status == DeploymentStatus::Canceled;
}

bool hasEnded(const InstanceRecord &instance)
{
    return instance.status == InstanceStatus::Stopped || instance.status == InstanceStatus::Error;
}

template<typename Records> void trim(Records &records, const std::string &serviceId)
{
    std::size_t seen = 0;
    std::erase_if(records, [&](const auto &record) {
        return record.serviceId == serviceId && ++seen > maximumHistory && hasEnded(record);
    });
}

} // namespace

std::string_view toText(ServiceStatus status)
{
    switch (status) {
    case ServiceStatus::Starting:
        return "STARTING";
    case ServiceStatus::Healthy:
        return "HEALTHY";
    case ServiceStatus::Degraded:
        return "DEGRADED";
    case ServiceStatus::Unhealthy:
        return "UNHEALTHY";
    case ServiceStatus::Deleting:
        return "DELETING";
    }
    return "";
}

std::string_view toText(DeploymentStatus status)
{
    switch (status) {
    case DeploymentStatus::Pending:
        return "PENDING";
    case DeploymentStatus::Scheduled:
        return "SCHEDULED";
    case DeploymentStatus::Allocating:
        return "ALLOCATING";
    case DeploymentStatus::Starting:
        return "STARTING";
    case DeploymentStatus::Healthy:
        return "HEALTHY";
    case DeploymentStatus::Unhealthy:
        return "UNHEALTHY";
    case DeploymentStatus::Canceled:
        return "CANCELED";
    case DeploymentStatus::Stopping:
        return "STOPPING";
    case DeploymentStatus::Stopped:
        return "STOPPED";
    case DeploymentStatus::Error:
        return "ERROR";
    }
    return "";
}

std::string_view toText(InstanceStatus status)
{
    switch (status) {
    case InstanceStatus::Allocating:
        return "ALLOCATING";
    case InstanceStatus::Starting:
        return "STARTING";
    case InstanceStatus::Healthy:
        return "HEALTHY";
    case InstanceStatus::Unhealthy:
        return "UNHEALTHY";
    case InstanceStatus::Stopping:
        return "STOPPING";
    case InstanceStatus::Stopped:
        return "STOPPED";
    case InstanceStatus::Error:
        return "ERROR";
    }
    return "";
}

AppRecord *World::app(std::string_view id)
{
    return findById(apps, id);
}

ServiceRecord *World::service(std::string_view id)
{
    return findById(services, id);
}

DeploymentRecord *World::deployment(std::string_view id)
{
    return findById(deployments, id);
}

InstanceRecord *World::instance(std::string_view id)
{
    return findById(instances, id);
}

InstanceRecord *World::currentInstance(std::string_view serviceId)
{
    const auto found = std::ranges::find_if(instances, [&](const InstanceRecord &instance) {
        return instance.serviceId == serviceId && !hasEnded(instance);
    });
    return found == instances.end() ? nullptr : &*found;
}

bool World::hasServices(std::string_view appId) const
{
    return std::ranges::any_of(
        services, [&](const ServiceRecord &service) { return service.appId == appId; });
}

void World::removeService(const std::string &id)
{
    std::erase_if(instances, [&](const InstanceRecord &instance) { return instance.serviceId == id; });
    std::erase_if(
        deployments, [&](const DeploymentRecord &deployment) { return deployment.serviceId == id; });
    std::erase_if(services, [&](const ServiceRecord &service) { return service.id == id; });
}

void World::removeApp(const std::string &id)
{
    std::erase_if(apps, [&](const AppRecord &app) { return app.id == id; });
}

void World::trimHistory(const std::string &serviceId)
{
    trim(deployments, serviceId);
    trim(instances, serviceId);
}

} // namespace Koyeb::Local
