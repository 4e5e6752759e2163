// SPDX-License-Identifier: Apache-2.0
#include "local/api/records.h"

#include <algorithm>
#include <array>

namespace Koyeb::Local {

namespace {

constexpr std::array deploymentStatuses = std::to_array<std::pair<DeploymentStatus, std::string_view>>({
    {DeploymentStatus::Pending, "PENDING"},
    {DeploymentStatus::Scheduled, "SCHEDULED"},
    {DeploymentStatus::Allocating, "ALLOCATING"},
    {DeploymentStatus::Starting, "STARTING"},
    {DeploymentStatus::Healthy, "HEALTHY"},
    {DeploymentStatus::Unhealthy, "UNHEALTHY"},
    {DeploymentStatus::Sleeping, "SLEEPING"},
    {DeploymentStatus::Canceled, "CANCELED"},
    {DeploymentStatus::Stopping, "STOPPING"},
    {DeploymentStatus::Stopped, "STOPPED"},
    {DeploymentStatus::Error, "ERROR"},
    {DeploymentStatus::Stashed, "STASHED"},
});

constexpr std::array serviceStatuses = std::to_array<std::pair<ServiceStatus, std::string_view>>({
    {ServiceStatus::Starting, "STARTING"},
    {ServiceStatus::Healthy, "HEALTHY"},
    {ServiceStatus::Degraded, "DEGRADED"},
    {ServiceStatus::Unhealthy, "UNHEALTHY"},
    {ServiceStatus::Pausing, "PAUSING"},
    {ServiceStatus::Paused, "PAUSED"},
    {ServiceStatus::Resuming, "RESUMING"},
    {ServiceStatus::Deleting, "DELETING"},
});

constexpr std::array instanceStatuses = std::to_array<std::pair<InstanceStatus, std::string_view>>({
    {InstanceStatus::Allocating, "ALLOCATING"},
    {InstanceStatus::Starting, "STARTING"},
    {InstanceStatus::Healthy, "HEALTHY"},
    {InstanceStatus::Unhealthy, "UNHEALTHY"},
    {InstanceStatus::Sleeping, "SLEEPING"},
    {InstanceStatus::Stopping, "STOPPING"},
    {InstanceStatus::Stopped, "STOPPED"},
    {InstanceStatus::Error, "ERROR"},
});

template<typename Names, typename Status> std::string_view textOf(const Names &names, Status status)
{
    const auto found = std::ranges::find(names, status, [](const auto &entry) { return entry.first; });
    return found == names.end() ? std::string_view() : found->second;
}

} // namespace

std::string_view toText(ServiceStatus status)
{
    return textOf(serviceStatuses, status);
}

std::string_view toText(DeploymentStatus status)
{
    return textOf(deploymentStatuses, status);
}

std::string_view toText(InstanceStatus status)
{
    return textOf(instanceStatuses, status);
}

std::optional<DeploymentStatus> deploymentStatusFrom(std::string_view text)
{
    for (const auto &[status, name] : deploymentStatuses) {
        if (name == text)
            return status;
    }
    return std::nullopt;
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

} // namespace Koyeb::Local
