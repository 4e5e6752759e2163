// SPDX-License-Identifier: Apache-2.0
#include "api/statuses.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

namespace Koyeb {

namespace {

using namespace Qt::Literals::StringLiterals;

template<typename Status> using Name = std::pair<Status, QLatin1String>;

constexpr std::array serviceNames{
    Name<ServiceStatus>{ServiceStatus::Starting, "STARTING"_L1},
    Name<ServiceStatus>{ServiceStatus::Healthy, "HEALTHY"_L1},
    Name<ServiceStatus>{ServiceStatus::Degraded, "DEGRADED"_L1},
    Name<ServiceStatus>{ServiceStatus::Unhealthy, "UNHEALTHY"_L1},
    Name<ServiceStatus>{ServiceStatus::Pausing, "PAUSING"_L1},
    Name<ServiceStatus>{ServiceStatus::Paused, "PAUSED"_L1},
    Name<ServiceStatus>{ServiceStatus::Resuming, "RESUMING"_L1},
    Name<ServiceStatus>{ServiceStatus::Deleting, "DELETING"_L1},
    Name<ServiceStatus>{ServiceStatus::Deleted, "DELETED"_L1},
};

constexpr std::array deploymentNames{
    Name<DeploymentStatus>{DeploymentStatus::Pending, "PENDING"_L1},
    Name<DeploymentStatus>{DeploymentStatus::Provisioning, "PROVISIONING"_L1},
    Name<DeploymentStatus>{DeploymentStatus::Scheduled, "SCHEDULED"_L1},
    Name<DeploymentStatus>{DeploymentStatus::Allocating, "ALLOCATING"_L1},
    Name<DeploymentStatus>{DeploymentStatus::Starting, "STARTING"_L1},
    Name<DeploymentStatus>{DeploymentStatus::Healthy, "HEALTHY"_L1},
    Name<DeploymentStatus>{DeploymentStatus::Degraded, "DEGRADED"_L1},
    Name<DeploymentStatus>{DeploymentStatus::Unhealthy, "UNHEALTHY"_L1},
    Name<DeploymentStatus>{DeploymentStatus::Sleeping, "SLEEPING"_L1},
    Name<DeploymentStatus>{DeploymentStatus::Canceling, "CANCELING"_L1},
    Name<DeploymentStatus>{DeploymentStatus::Canceled, "CANCELED"_L1},
    Name<DeploymentStatus>{DeploymentStatus::Stopping, "STOPPING"_L1},
    Name<DeploymentStatus>{DeploymentStatus::Stopped, "STOPPED"_L1},
    Name<DeploymentStatus>{DeploymentStatus::Erroring, "ERRORING"_L1},
    Name<DeploymentStatus>{DeploymentStatus::Error, "ERROR"_L1},
    Name<DeploymentStatus>{DeploymentStatus::Stashed, "STASHED"_L1},
};

constexpr std::array instanceNames{
    Name<InstanceStatus>{InstanceStatus::Allocating, "ALLOCATING"_L1},
    Name<InstanceStatus>{InstanceStatus::Starting, "STARTING"_L1},
    Name<InstanceStatus>{InstanceStatus::Healthy, "HEALTHY"_L1},
    Name<InstanceStatus>{InstanceStatus::Unhealthy, "UNHEALTHY"_L1},
    Name<InstanceStatus>{InstanceStatus::Stopping, "STOPPING"_L1},
    Name<InstanceStatus>{InstanceStatus::Stopped, "STOPPED"_L1},
    Name<InstanceStatus>{InstanceStatus::Error, "ERROR"_L1},
    Name<InstanceStatus>{InstanceStatus::Sleeping, "SLEEPING"_L1},
};

constexpr std::array availabilityNames{
    Name<Availability>{Availability::Low, "LOW"_L1},
    Name<Availability>{Availability::Medium, "MEDIUM"_L1},
    Name<Availability>{Availability::High, "HIGH"_L1},
};

template<typename Names> [[nodiscard]] auto statusOf(const Names &names, const QString &name)
{
    using Status = decltype(names.front().first);
    const auto found = std::find_if(
        names.begin(), names.end(), [&name](const auto &candidate) { return candidate.second == name; });
    return found == names.end() ? Status::Unknown : found->first;
}

template<typename Names, typename Status> [[nodiscard]] QString nameOf(const Names &names, Status status)
{
    const auto found = std::find_if(
        names.begin(), names.end(), [status](const auto &candidate) { return candidate.first == status; });
    return found == names.end() ? u"UNKNOWN"_s : QString(found->second);
}

} // namespace

ServiceStatus serviceStatusFrom(const QString &name)
{
    return statusOf(serviceNames, name);
}

DeploymentStatus deploymentStatusFrom(const QString &name)
{
    return statusOf(deploymentNames, name);
}

InstanceStatus instanceStatusFrom(const QString &name)
{
    return statusOf(instanceNames, name);
}

Availability availabilityFrom(const QString &name)
{
    return statusOf(availabilityNames, name);
}

QString statusName(ServiceStatus status)
{
    return nameOf(serviceNames, status);
}

QString statusName(DeploymentStatus status)
{
    return nameOf(deploymentNames, status);
}

QString statusName(InstanceStatus status)
{
    return nameOf(instanceNames, status);
}

bool isFinal(DeploymentStatus status)
{
    switch (status) {
    case DeploymentStatus::Canceled:
    case DeploymentStatus::Stopped:
    case DeploymentStatus::Erroring:
    case DeploymentStatus::Error:
    case DeploymentStatus::Stashed:
        return true;
    default:
        return false;
    }
}

bool isTransitional(DeploymentStatus status)
{
    switch (status) {
    case DeploymentStatus::Pending:
    case DeploymentStatus::Provisioning:
    case DeploymentStatus::Scheduled:
    case DeploymentStatus::Allocating:
    case DeploymentStatus::Starting:
    case DeploymentStatus::Canceling:
    case DeploymentStatus::Stopping:
    case DeploymentStatus::Erroring:
        return true;
    default:
        return false;
    }
}

bool isTransitional(ServiceStatus status)
{
    switch (status) {
    case ServiceStatus::Starting:
    case ServiceStatus::Pausing:
    case ServiceStatus::Resuming:
    case ServiceStatus::Deleting:
        return true;
    default:
        return false;
    }
}

} // namespace Koyeb
