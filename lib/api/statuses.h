// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/values.h"

namespace Koyeb {

// The wire's names of the statuses, e.g. `STARTING`. A name that is not known is Unknown, so that a newer
// server stays readable; statusName() (not toString(), which QtTest takes for its own) gives `UNKNOWN` for
// it.
[[nodiscard]] ServiceStatus serviceStatusFrom(const QString &name);
[[nodiscard]] DeploymentStatus deploymentStatusFrom(const QString &name);
[[nodiscard]] InstanceStatus instanceStatusFrom(const QString &name);
[[nodiscard]] Availability availabilityFrom(const QString &name);

[[nodiscard]] QString statusName(ServiceStatus status);
[[nodiscard]] QString statusName(DeploymentStatus status);
[[nodiscard]] QString statusName(InstanceStatus status);

/// Whether a deployment in this state never runs (again): a wait for it is over.
[[nodiscard]] bool isFinal(DeploymentStatus status);
/// Whether a deployment in this state moves on by itself soon.
[[nodiscard]] bool isTransitional(DeploymentStatus status);
[[nodiscard]] bool isTransitional(ServiceStatus status);

} // namespace Koyeb
