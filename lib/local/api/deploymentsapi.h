// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "local/api/messages.h"
#include "local/api/world.h"

namespace Koyeb::Local {

class Lifecycle;

/// /v1/deployments (list, read, cancel, replicas) and /v1/instances (list, read). Both must outlive the
/// router.
void addDeploymentRoutes(Router &router, World &world, Lifecycle &lifecycle);

} // namespace Koyeb::Local
