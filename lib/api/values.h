// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QDateTime>
#include <QList>
#include <QMetaType>
#include <QString>
#include <QStringList>

#include <optional>

// The control plane's objects as far as the program uses them. Field names are the API's in camel case; texts
// are verbatim; unset times are invalid QDateTimes. Unknown enum values become Unknown and keep the rest
// readable.
namespace Koyeb {

enum class ServiceStatus {
    Unknown,
    Starting,
    Healthy,
    Degraded,
    Unhealthy,
    Pausing,
    Paused,
    Resuming,
    Deleting,
    Deleted
};
enum class DeploymentStatus {
    Unknown,
    Pending,
    Provisioning,
    Scheduled,
    Allocating,
    Starting,
    Healthy,
    Degraded,
    Unhealthy,
    Sleeping,
    Canceling,
    Canceled,
    Stopping,
    Stopped,
    Erroring,
    Error,
    Stashed
};
enum class InstanceStatus {
    Unknown,
    Allocating,
    Starting,
    Healthy,
    Unhealthy,
    Stopping,
    Stopped,
    Error,
    Sleeping
};

struct User {
    QString id;
    QString email;
    QString name;
    friend bool operator==(const User &, const User &) = default;
};

struct Organization {
    QString id;
    QString name;
    QString plan;   ///< e.g. `hobby`, `pro`
    QString status; ///< e.g. `ACTIVE`
    QString defaultProjectId;
    friend bool operator==(const Organization &, const Organization &) = default;
};

struct Domain {
    QString id;
    QString name;
    QString status;
    friend bool operator==(const Domain &, const Domain &) = default;
};

struct App {
    QString id;
    QString name;
    QString organizationId;
    ServiceStatus status = ServiceStatus::Unknown; ///< Apps and services share their statuses.
    QStringList messages;
    QList<Domain> domains;
    bool deleteWhenEmpty = false; ///< Known of single apps only; lists leave it out.
    QDateTime createdAt;
    QDateTime updatedAt;
    friend bool operator==(const App &, const App &) = default;
};

struct ServiceLifeCycle {
    qint64 deleteAfterCreateSeconds = 0; ///< From the service's creation; 0 is never.
    qint64 deleteAfterSleepSeconds = 0;  ///< From the moment it falls asleep; 0 is never.
    friend bool operator==(const ServiceLifeCycle &, const ServiceLifeCycle &) = default;
};

struct Service {
    QString id;
    QString name;
    QString type; ///< `SANDBOX`, `WEB`, `WORKER`, `DATABASE`
    QString appId;
    QString organizationId;
    ServiceStatus status = ServiceStatus::Unknown;
    QStringList messages;
    QString activeDeploymentId; ///< Empty until a deployment is live.
    QString latestDeploymentId;
    ServiceLifeCycle lifeCycle;
    QDateTime createdAt;
    QDateTime updatedAt;
    friend bool operator==(const Service &, const Service &) = default;
};

/// A variable of a definition: plain, or taken from the account's secret of that name.
struct EnvironmentVariable {
    QString key;
    QString value;
    QString secret; ///< Name of the secret; when not empty, `value` is unused.
    friend bool operator==(const EnvironmentVariable &, const EnvironmentVariable &) = default;
};

/// What a deployment runs, as far as sandboxes use it.
struct DeploymentDefinition {
    QString name;
    QString type;
    QString image;
    bool privileged = false;
    QList<EnvironmentVariable> environment;
    QStringList regions;
    QStringList instanceTypes;
    qint64 deepSleepSeconds = 0;  ///< Idle time before deep sleep; 0 is never.
    qint64 lightSleepSeconds = 0; ///< Idle time before light sleep; 0 is never.
    int minimumScale = 0;
    int maximumScale = 1;
    friend bool operator==(const DeploymentDefinition &, const DeploymentDefinition &) = default;
};

/// How to reach a sandbox's executor and its exposed port (deployment metadata).
struct SandboxMetadata {
    QString publicUrl;
    QString routingKey; ///< A credential: never shown or logged.
    friend bool operator==(const SandboxMetadata &, const SandboxMetadata &) = default;
};

struct Deployment {
    QString id;
    QString appId;
    QString serviceId;
    DeploymentStatus status = DeploymentStatus::Unknown;
    QStringList messages;
    DeploymentDefinition definition;
    std::optional<SandboxMetadata> sandbox;
    QDateTime createdAt;
    QDateTime updatedAt;
    friend bool operator==(const Deployment &, const Deployment &) = default;
};

struct Instance {
    QString id;
    QString appId;
    QString serviceId;
    QString type;
    QString region;
    QString datacenter;
    InstanceStatus status = InstanceStatus::Unknown;
    QStringList messages;
    QDateTime createdAt;
    friend bool operator==(const Instance &, const Instance &) = default;
};

struct Region {
    QString id;
    QString name;
    QString status; ///< `AVAILABLE`, `COMING_SOON`
    QString scope;  ///< `continental`, `metropolitan`
    QStringList instanceTypes;
    friend bool operator==(const Region &, const Region &) = default;
};

struct InstanceType {
    QString id;
    QString displayName;
    QString status;
    QString type; ///< `eco`, `standard`, `gpu`
    double vcpuShares = 0;
    QString memory;      ///< As the API says it, decimal units: `512MB`
    QString disk;        ///< `5GB`
    QString priceHourly; ///< Decimal text, USD
    QStringList regions; ///< Empty: no restriction
    bool lightSleepEnabled = false;
    friend bool operator==(const InstanceType &, const InstanceType &) = default;
};

} // namespace Koyeb
