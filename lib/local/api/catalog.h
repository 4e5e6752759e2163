// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "local/api/messages.h"
#include "local/runtime/sandboxlimits.h"

#include <string>
#include <string_view>
#include <vector>

namespace Koyeb::Local {

/// Regions and instance types have no meaning on this computer; they are listed so that what works here works
/// in the cloud unchanged. Prices are 0. A region that is yet to come is listed but not known.
[[nodiscard]] bool isKnownRegion(std::string_view id);
/// What an instance of this type may use. Of a type that is unknown: as much as one of the largest.
[[nodiscard]] SandboxLimits limitsOf(std::string_view instanceType);
[[nodiscard]] bool isKnownInstanceType(std::string_view id);

[[nodiscard]] std::vector<std::string> instanceTypeIds();

/// GET /v1/catalog/regions[/{id}], /v1/catalog/instances[/{id}], /v1/catalog/usage, /v1/catalog/datacenters
void addCatalogRoutes(Router &router);

} // namespace Koyeb::Local
