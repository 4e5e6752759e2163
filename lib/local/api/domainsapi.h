// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "local/api/messages.h"
#include "local/api/world.h"

namespace Koyeb::Local {

/// /v1/domains: list, create, read, attach, detach, rename, delete, refresh. Names of one's own are only
/// kept: nothing resolves to this computer. `world` must outlive the router.
void addDomainRoutes(Router &router, World &world);

} // namespace Koyeb::Local
