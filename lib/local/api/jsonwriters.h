// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "local/api/records.h"

// How records look on the wire. "Summary" writers give the thinner item of a list.
namespace Koyeb::Local {

[[nodiscard]] nlohmann::json appSummaryJson(const World &world, const AppRecord &app);
[[nodiscard]] nlohmann::json appJson(const World &world, const AppRecord &app);
[[nodiscard]] nlohmann::json serviceSummaryJson(const World &world, const ServiceRecord &service);
[[nodiscard]] nlohmann::json serviceJson(const World &world, const ServiceRecord &service);
[[nodiscard]] nlohmann::json deploymentSummaryJson(const World &world, const DeploymentRecord &deployment);
[[nodiscard]] nlohmann::json deploymentJson(const World &world, const DeploymentRecord &deployment);
[[nodiscard]] nlohmann::json instanceSummaryJson(const World &world, const InstanceRecord &instance);
[[nodiscard]] nlohmann::json instanceJson(const World &world, const InstanceRecord &instance);

/// An app's status follows from those of its services.
[[nodiscard]] std::string_view appStatusText(const World &world, const AppRecord &app);

/// The RFC 3339 text, or null.
[[nodiscard]] nlohmann::json timeJson(const std::optional<SystemTime> &time);

} // namespace Koyeb::Local
