// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/values.h"
#include "core/result.h"

#include <chrono>

namespace Koyeb {

/// How the gateway speaks to the exposed port.
enum class PortProtocol { Http, Http2 };
/// Whether the sandbox joins the private network of its app.
enum class MeshMode { Automatic, Enabled, Disabled };
/// How a sandbox falls asleep. From light sleep it wakes fast and with its state; instance types tell whether
/// they can.
enum class SleepMode { Deep, LightThenDeep };

/// The options of a new sandbox; defaults are the SDK's.
struct SandboxOptions {
    QString name; ///< Empty: one is made up.
    /// Of a public registry, or with `registrySecret` of a private one.
    QString image = QStringLiteral("koyeb/sandbox");
    QString registrySecret;                ///< Name of the account's secret with the registry's credentials.
    QString region = QStringLiteral("na"); ///< Id of a Region.
    QString instanceType = QStringLiteral("micro"); ///< Id of an InstanceType.
    QList<EnvironmentVariable> environment;         ///< For all that runs in it.
    QList<ConfigFile> configFiles;                  ///< Written before the sandbox starts.
    std::chrono::seconds idleTimeout{300};          ///< Without requests, before it sleeps; 0 is never.
    /// With LightThenDeep the sandbox sleeps lightly after `idleTimeout`, deeply after lightThenDeepDelay.
    SleepMode sleepMode = SleepMode::Deep;
    PortProtocol portProtocol = PortProtocol::Http; ///< Of the exposed port.
    bool tcpProxy = false;                          ///< The exposed port is reachable over plain TCP too.
    bool privileged = false;                        ///< Whether the container runs in privileged mode.
    MeshMode mesh = MeshMode::Automatic;            ///< Whether it joins the private network.
    QStringList entrypoint;                         ///< In place of the image's, as the two after it.
    QString command;                                ///< Empty: the image's.
    QStringList arguments;                          ///< Of the command.
    std::chrono::seconds deleteAfterDelay{0};       ///< From the creation; 0 is never.
    std::chrono::seconds deleteAfterInactivity{0};  ///< From the moment it falls asleep; 0 is never.
    QString appId;         ///< An app of the account to put the sandbox into; empty: one of its own.
    bool waitReady = true; ///< Whether a creation ends when the sandbox can be used, or once it exists.
    std::chrono::seconds timeout{300}; ///< How long a creation waits until the sandbox can be used.
    std::chrono::milliseconds pollInterval{
        0}; ///< How often it looks; see SandboxReadiness::setPollInterval().
};

/// The port of a sandbox whose bytes go to the program that is exposed.
inline constexpr int exposedSandboxPort = 3031;
/// From the last request to deep sleep, where a sandbox sleeps lightly first.
inline constexpr std::chrono::seconds lightThenDeepDelay{3900};

/// `wanted` as the control plane takes names (3 to 63 characters of `-.a-z0-9`): other characters become
/// hyphens. A new name, `sandbox-` and six random characters, when nothing is left.
[[nodiscard]] QString sandboxName(const QString &wanted);

/// The name of the app made for a sandbox, `sandbox-app-<name>-<seconds of the epoch>`; a long name is cut so
/// that it stays valid.
[[nodiscard]] QString sandboxAppName(const QString &name, const QDateTime &now);

/// A new executor secret: 32 random bytes as 43 characters of URL-safe base64.
[[nodiscard]] QString createSandboxSecret();

/// The definition of the service that is the sandbox. Invalid when the environment sets SANDBOX_SECRET, which
/// belongs to the platform, or when a light sleep would begin no sooner than the deep one.
[[nodiscard]] Result<DeploymentDefinition> sandboxDefinition(
    const SandboxOptions &options, const QString &secret);

/// When the platform deletes the sandbox by itself.
[[nodiscard]] ServiceLifeCycle sandboxLifeCycle(const SandboxOptions &options);

} // namespace Koyeb
