// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "local/api/messages.h"
#include "local/api/world.h"

#include <optional>

namespace Koyeb::Local {

/// The user and the organizations: /v1/account/*, /v1/organizations/*, /v1/organization_members, and the
/// credentials. `world` must outlive the router.
void addAccountRoutes(Router &router, World &world);

/// /v1/projects. `world` must outlive the router.
void addProjectRoutes(Router &router, World &world);

/// Quotas and summary of an organization. `world` must outlive the router.
void addOrganizationFactRoutes(Router &router, World &world);

/// Why a request is refused whatever it asks for: its project is none of the caller's organization.
[[nodiscard]] std::optional<ApiReply> scopeRefusal(const World &world, const ApiRequest &request);

/// The organization with the id in the request's path, if the caller may know it: a user is a member of all.
[[nodiscard]] const OrganizationRecord *findOrganization(const World &world, const ApiRequest &request);

} // namespace Koyeb::Local
