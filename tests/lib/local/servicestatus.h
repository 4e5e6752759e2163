// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "localengine.h"

namespace Koyeb::Testing {

/// "gone" for a service that is no more. `sandbox` is what LocalEngine::createSandbox() returns.
[[nodiscard]] QString serviceStatus(const LocalEngine &engine, const QJsonObject &sandbox);
[[nodiscard]] QString deploymentStatus(const LocalEngine &engine, const QString &id);
/// Of all its instances, the newest first.
[[nodiscard]] QStringList instanceStatuses(const LocalEngine &engine, const QJsonObject &sandbox);
/// The id of the deployment that a sandbox was created with.
[[nodiscard]] QString firstDeployment(const QJsonObject &sandbox);

} // namespace Koyeb::Testing
