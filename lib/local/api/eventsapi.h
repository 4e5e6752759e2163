// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "local/api/messages.h"
#include "local/api/world.h"

namespace Koyeb::Local {

/// What has happened: /v1/{app,service,deployment,instance}_events and /v1/activities. `world` must outlive
/// the router.
void addEventRoutes(Router &router, World &world);

} // namespace Koyeb::Local
