// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "local/api/messages.h"
#include "local/api/records.h"

namespace Koyeb::Local {

/// The one user and the one organization of a local engine: /v1/account/*, /v1/organizations/{id}.
/// `world` must outlive the router.
void addAccountRoutes(Router &router, World &world);

} // namespace Koyeb::Local
