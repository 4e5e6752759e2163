// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/values.h"
#include "core/result.h"

#include <chrono>

namespace Koyeb {

/// The options of a new sandbox; defaults are the SDK's.
struct SandboxOptions {
    QString name; ///< Empty: one is made up.
    QString image = QStringLiteral("koyeb/sandbox");
    QString region = QStringLiteral("na");
    QString instanceType = QStringLiteral("micro");
    QList<EnvironmentVariable> environment;
    std::chrono::seconds idleTimeout{300}; ///< Before deep sleep; 0 is never.
};

/// `wanted` as the control plane takes names (3 to 63 characters of `-.a-z0-9`): other characters become
/// hyphens. A new name, `sandbox-` and six random characters, when nothing is left.
[[nodiscard]] QString sandboxName(const QString &wanted);

/// The name of the app made for a sandbox, `sandbox-app-<name>-<seconds of the epoch>`; a long name is cut so
/// that it stays valid.
[[nodiscard]] QString sandboxAppName(const QString &name, const QDateTime &now);

/// A new executor secret: 32 random bytes as 43 characters of URL-safe base64.
[[nodiscard]] QString createSandboxSecret();

/// The definition of the service that is the sandbox. Invalid when the environment sets SANDBOX_SECRET, which
/// belongs to the platform.
[[nodiscard]] Result<DeploymentDefinition> sandboxDefinition(
    const SandboxOptions &options, const QString &secret);

} // namespace Koyeb
