// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "local/api/messages.h"
#include "local/api/records.h"

namespace Koyeb::Local {

class Lifecycle;

/// /v1/deployments (list, read, cancel) and /v1/instances (list, read). Both must outlive the router.
void addDeploymentRoutes(Router &router, World &world, Lifecycle &lifecycle);

} // namespace Koyeb::Local
