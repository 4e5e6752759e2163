// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/catalog.h"
#include "api/deploymentdefinition.h"

#include <QDateTime>
#include <QJsonObject>
#include <QList>
#include <QMap>
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
    QString avatarUrl;
    bool emailValidated = false;
    QStringList flags; ///< e.g. `ADMIN`, `BETA`
    QDateTime createdAt;
    QDateTime lastLogin;
    friend bool operator==(const User &, const User &) = default;
};

struct Organization {
    QString id;
    QString name;
    QString plan;   ///< e.g. `hobby`, `pro`
    QString status; ///< `WARNING`, `LOCKED`, `ACTIVE`, `DEACTIVATING`, `DEACTIVATED`, `DELETING`, `DELETED`
    QString defaultProjectId;
    QString statusMessage; ///< Why it is in that state, e.g. `PAYMENT_FAILURE`; `VALID` when all is well.
    QString deactivationReason; ///< e.g. `REQUESTED_BY_OWNER`
    bool verified = false;
    bool hasPaymentMethod = false;
    bool trialing = false;
    QDateTime trialStartsAt;
    QDateTime trialEndsAt;
    friend bool operator==(const Organization &, const Organization &) = default;
};

struct Domain {
    QString id;
    QString name;
    QString status; ///< `PENDING`, `ACTIVE`, `ERROR`, `DELETING`, `DELETED`
    QString type;   ///< `AUTOASSIGNED`, `CUSTOM`
    QString appId;  ///< Empty: belongs to no app.
    QString organizationId;
    QString projectId;
    QString intendedCname; ///< What the domain's CNAME record must say.
    QStringList messages;
    QDateTime createdAt;
    QDateTime updatedAt;
    QDateTime verifiedAt;
    qint64 version = 0;
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
    // The rest is known of single apps only, too.
    QDateTime startedAt;
    QDateTime succeededAt;
    QDateTime pausedAt;
    QDateTime resumedAt;
    QDateTime terminatedAt;
    qint64 version = 0;
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
    qint64 version = 0;
    // The rest is known of single services only; lists leave it out.
    QString lastProvisionedDeploymentId;
    QDateTime startedAt;
    QDateTime succeededAt;
    QDateTime pausedAt;
    QDateTime resumedAt;
    QDateTime terminatedAt;
    friend bool operator==(const Service &, const Service &) = default;
};

/// How to reach a sandbox's executor and its exposed port (deployment metadata).
struct SandboxMetadata {
    QString publicUrl;
    QString routingKey; ///< A credential: never shown or logged.
    friend bool operator==(const SandboxMetadata &, const SandboxMetadata &) = default;
};

/// Where a proxied port is reached from the internet.
struct ProxyPortAddress {
    int port = 0;
    QString host;       ///< Empty until there is one, some time after the deployment is healthy.
    int publicPort = 0; ///< 0 until there is one.
    QString protocol;   ///< `tcp`
    friend bool operator==(const ProxyPortAddress &, const ProxyPortAddress &) = default;
};

/// A step on the way to a running deployment.
struct ProvisioningStage {
    QString name;
    QString status; ///< `UNKNOWN`, `PENDING`, `RUNNING`, `FAILED`, `COMPLETED`, `ABORTED`
    QStringList messages;
    QDateTime startedAt;
    QDateTime finishedAt;
    friend bool operator==(const ProvisioningStage &, const ProvisioningStage &) = default;
};

struct Provisioning {
    QString sha;   ///< Of a git source
    QString image; ///< The image that came of it
    QList<ProvisioningStage> stages;
    friend bool operator==(const Provisioning &, const Provisioning &) = default;
};

struct Deployment {
    QString id;
    QString appId;
    QString serviceId;
    QString organizationId;
    QString parentId; ///< The deployment that it replaces; empty for the first.
    QString childId;  ///< The deployment that replaces it.
    DeploymentStatus status = DeploymentStatus::Unknown;
    QStringList messages;
    DeploymentDefinition definition;
    std::optional<SandboxMetadata> sandbox;
    QList<ProxyPortAddress> proxyPorts;
    Provisioning provisioning;
    QString role;         ///< `ACTIVE`, `UPCOMING`, `CURRENT`; empty in lists.
    QString triggerType;  ///< What made it beside a request, e.g. `RESUME`, `GIT`
    QString triggerActor; ///< `USER`, `SYSTEM`
    bool skipBuild = false;
    qint64 version = 0;
    QDateTime createdAt;
    QDateTime updatedAt;
    QDateTime allocatedAt;
    QDateTime startedAt;
    QDateTime succeededAt;
    QDateTime terminatedAt;
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
    QDateTime updatedAt;
    QString organizationId;
    QString regionalDeploymentId;
    QString allocationId;
    qint64 replicaIndex = 0;
    // The rest is known of single instances only; lists leave it out.
    QString hypervisor;
    QDateTime startedAt;
    QDateTime succeededAt;
    QDateTime terminatedAt;
    friend bool operator==(const Instance &, const Instance &) = default;
};

} // namespace Koyeb
