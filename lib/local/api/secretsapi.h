// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "local/api/messages.h"
#include "local/api/world.h"

namespace Koyeb::Local {

/// /v1/secrets: list, create, read, change, delete, reveal. `world` must outlive the router.
void addSecretRoutes(Router &router, World &world);

/// GET /v1/docker-helper/verify: what can be said of an image without asking a registry, which sandboxes of
/// this computer do not need. `world` must outlive the router.
void addImageCheckRoute(Router &router, World &world);

} // namespace Koyeb::Local
