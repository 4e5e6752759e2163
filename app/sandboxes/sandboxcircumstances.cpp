// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandboxes/sandboxcircumstances.h"

namespace Koyeb::Desktop {

using Waking = SandboxCircumstances::Waking;

bool isGoing(const SandboxRecord &record, const SandboxCircumstances &circumstances)
{
    return circumstances.isBeingDeleted || record.serviceStatus == ServiceStatus::Deleting ||
           record.serviceStatus == ServiceStatus::Deleted;
}

bool isAsleep(const SandboxRecord &record, const SandboxCircumstances &circumstances)
{
    return Koyeb::isAsleep(record) && circumstances.waking != Waking::Done;
}

StatusFace sandboxFace(const SandboxRecord &record, const SandboxCircumstances &circumstances)
{
    if (isGoing(record, circumstances)) {
        return statusFace(ServiceStatus::Deleting);
    }
    if (isAsleep(record, circumstances) && circumstances.waking == Waking::UnderWay) {
        return wakingFace();
    }
    const bool hasWoken = Koyeb::isAsleep(record) && circumstances.waking == Waking::Done;
    auto face =
        sandboxFace(record.serviceStatus, hasWoken ? DeploymentStatus::Healthy : record.deploymentStatus);
    if (circumstances.outdatedAsOf.isValid()) {
        face.tone = Tone::Muted;
    }
    return face;
}

} // namespace Koyeb::Desktop
