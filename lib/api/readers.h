// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/requests.h"
#include "api/values.h"
#include "core/jsonreader.h"

namespace Koyeb {

// The wire's objects as values. A reader notes what does not fit; the caller asks JsonReader::result().
[[nodiscard]] User readUser(const JsonReader &json);
[[nodiscard]] Organization readOrganization(const JsonReader &json);
[[nodiscard]] Domain readDomain(const JsonReader &json);
[[nodiscard]] App readApp(const JsonReader &json);
[[nodiscard]] Service readService(const JsonReader &json);
[[nodiscard]] DeploymentDefinition readDefinition(const JsonReader &json);
[[nodiscard]] Deployment readDeployment(const JsonReader &json);
[[nodiscard]] Instance readInstance(const JsonReader &json);
[[nodiscard]] Region readRegion(const JsonReader &json);
[[nodiscard]] InstanceType readInstanceType(const JsonReader &json);
[[nodiscard]] CatalogUsage readCatalogUsage(const JsonReader &json);
[[nodiscard]] Datacenter readDatacenter(const JsonReader &json);

// Request bodies.
[[nodiscard]] QJsonObject toJson(const NewApp &app);
[[nodiscard]] QJsonObject toJson(const AppChange &change);
[[nodiscard]] QJsonObject toJson(const DeploymentDefinition &definition);
[[nodiscard]] QJsonObject toJson(const NewService &service);
[[nodiscard]] QJsonObject toJson(const ServiceUpdate &update);
[[nodiscard]] QJsonObject toJson(const RedeployOptions &options);
[[nodiscard]] QJsonObject toJson(const ServiceLifeCycle &lifeCycle);

} // namespace Koyeb
