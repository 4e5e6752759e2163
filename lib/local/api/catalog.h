// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "local/api/messages.h"

#include <string_view>

namespace Koyeb::Local {

/// Regions and instance types have no meaning on this computer; they are listed so that what works here works
/// in the cloud unchanged. Prices are 0.
[[nodiscard]] bool isKnownRegion(std::string_view id);
[[nodiscard]] bool isKnownInstanceType(std::string_view id);

/// GET /v1/catalog/regions[/{id}] and /v1/catalog/instances[/{id}]
void addCatalogRoutes(Router &router);

} // namespace Koyeb::Local
