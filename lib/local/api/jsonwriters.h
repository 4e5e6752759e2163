// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "local/api/world.h"

// How records look on the wire. "Summary" writers give the thinner item of a list.
namespace Koyeb::Local {

[[nodiscard]] nlohmann::json appSummaryJson(const World &world, const AppRecord &app);
[[nodiscard]] nlohmann::json appJson(const World &world, const AppRecord &app);
[[nodiscard]] nlohmann::json serviceSummaryJson(const ServiceRecord &service);
[[nodiscard]] nlohmann::json serviceJson(const ServiceRecord &service);
[[nodiscard]] nlohmann::json deploymentSummaryJson(const DeploymentRecord &deployment);
[[nodiscard]] nlohmann::json deploymentJson(const World &world, const DeploymentRecord &deployment);
[[nodiscard]] nlohmann::json instanceSummaryJson(const InstanceRecord &instance);
[[nodiscard]] nlohmann::json instanceJson(const InstanceRecord &instance);
[[nodiscard]] nlohmann::json domainJson(const DomainRecord &domain);
/// Without the secret itself.
[[nodiscard]] nlohmann::json secretJson(const SecretRecord &secret);

/// An app's status follows from those of its services.
[[nodiscard]] std::string_view appStatusText(const World &world, const AppRecord &app);

/// The RFC 3339 text, or null.
[[nodiscard]] nlohmann::json timeJson(const std::optional<SystemTime> &time);

} // namespace Koyeb::Local
