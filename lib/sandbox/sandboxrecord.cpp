// SPDX-License-Identifier: Apache-2.0
#include "sandbox/sandboxrecord.h"

#include "api/statuses.h"

#include <tuple>

namespace Koyeb {

namespace {

[[nodiscard]] auto statusOf(const SandboxRecord &record)
{
    return std::tie(record.serviceStatus, record.deploymentStatus, record.messages);
}

[[nodiscard]] auto detailsOf(const SandboxRecord &record)
{
    return std::tie(
        record.deploymentId, record.region, record.instanceType, record.image, record.deepSleepSeconds);
}

} // namespace

SandboxFields differingFields(const SandboxRecord &before, const SandboxRecord &after)
{
    SandboxFields fields;
    fields.setFlag(SandboxField::Name, before.name != after.name);
    fields.setFlag(SandboxField::App, before.appId != after.appId || before.appName != after.appName);
    fields.setFlag(SandboxField::Status, statusOf(before) != statusOf(after));
    fields.setFlag(SandboxField::Details, detailsOf(before) != detailsOf(after));
    fields.setFlag(
        SandboxField::Times, before.createdAt != after.createdAt || before.updatedAt != after.updatedAt);
    return fields;
}

bool isInTransition(const SandboxRecord &record)
{
    return isTransitional(record.serviceStatus) || isTransitional(record.deploymentStatus);
}

bool isAsleep(const SandboxRecord &record)
{
    return record.deploymentStatus == DeploymentStatus::Sleeping &&
           (record.serviceStatus == ServiceStatus::Healthy ||
            record.serviceStatus == ServiceStatus::Degraded);
}

} // namespace Koyeb
