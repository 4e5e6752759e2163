// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/values.h"

namespace Koyeb {

/// @name The wire's names, e.g. `STARTING`
/// A name that is not known is Unknown, so that a newer server stays readable; statusName() (not toString(),
/// which QtTest takes for its own) gives `UNKNOWN` for it.
/// @{

/// The status of a service or an app that the wire calls `name`.
[[nodiscard]] ServiceStatus serviceStatusFrom(const QString &name);
/// The status of a deployment that the wire calls `name`.
[[nodiscard]] DeploymentStatus deploymentStatusFrom(const QString &name);
/// The status of an instance that the wire calls `name`.
[[nodiscard]] InstanceStatus instanceStatusFrom(const QString &name);
/// The likeliness that the wire calls `name`.
[[nodiscard]] Availability availabilityFrom(const QString &name);

/// The wire's name of a service's or an app's status.
[[nodiscard]] QString statusName(ServiceStatus status);
/// The wire's name of a deployment's status.
[[nodiscard]] QString statusName(DeploymentStatus status);
/// The wire's name of an instance's status.
[[nodiscard]] QString statusName(InstanceStatus status);

/// @}

/// Whether a deployment in this state never runs (again): a wait for it is over.
[[nodiscard]] bool isFinal(DeploymentStatus status);
/// Whether a deployment in this state moves on by itself soon.
[[nodiscard]] bool isTransitional(DeploymentStatus status);
/// Whether a service in this state moves on by itself soon.
[[nodiscard]] bool isTransitional(ServiceStatus status);

} // namespace Koyeb
