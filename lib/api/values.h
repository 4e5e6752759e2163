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

/// How a service or an app is, as the API names it.
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
/// How a deployment is, as the API names it.
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
/// How an instance is, as the API names it.
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

/// A person with an account.
struct User {
    QString id;                  ///< The API's identifier.
    QString email;               ///< Address for signing in.
    QString name;                ///< For people; need not be unique.
    QString avatarUrl;           ///< Of a picture; may be empty.
    bool emailValidated = false; ///< Whether the address is known to be theirs.
    QStringList flags;           ///< e.g. `ADMIN`, `BETA`
    QDateTime createdAt;         ///< When it was created, UTC.
    QDateTime lastLogin;         ///< UTC.
    friend bool operator==(const User &, const User &) = default;
};

/// What owns apps and pays for them.
struct Organization {
    QString id;     ///< The API's identifier.
    QString name;   ///< Chosen by its owner.
    QString plan;   ///< e.g. `hobby`, `pro`
    QString status; ///< `WARNING`, `LOCKED`, `ACTIVE`, `DEACTIVATING`, `DEACTIVATED`, `DELETING`, `DELETED`
    QString defaultProjectId; ///< Of the project that counts where none is named.
    QString statusMessage;    ///< Why it is in that state, e.g. `PAYMENT_FAILURE`; `VALID` when all is well.
    QString deactivationReason;    ///< e.g. `REQUESTED_BY_OWNER`
    bool verified = false;         ///< Whether the platform has verified it.
    bool hasPaymentMethod = false; ///< Whether a way to pay is known.
    bool trialing = false;         ///< Whether its plan is on trial.
    QDateTime trialStartsAt;       ///< UTC.
    QDateTime trialEndsAt;         ///< UTC.
    friend bool operator==(const Organization &, const Organization &) = default;
};

/// A name in DNS under which an app answers.
struct Domain {
    QString id;             ///< The API's identifier.
    QString name;           ///< As DNS has it, e.g. `example.koyeb.app`.
    QString status;         ///< `PENDING`, `ACTIVE`, `ERROR`, `DELETING`, `DELETED`
    QString type;           ///< `AUTOASSIGNED`, `CUSTOM`
    QString appId;          ///< Empty: belongs to no app.
    QString organizationId; ///< Of the organization that owns it.
    QString projectId;      ///< Of the project that it is in; empty: of none.
    QString intendedCname;  ///< What the domain's CNAME record must say.
    QStringList messages;   ///< What the platform has to say of its state, in English.
    QDateTime createdAt;    ///< When it was created, UTC.
    QDateTime updatedAt;    ///< When it last changed, UTC.
    QDateTime verifiedAt;   ///< When its record was found to be right, UTC.
    qint64 version = 0;     ///< Grows with each change.
    friend bool operator==(const Domain &, const Domain &) = default;
};

/// A group of services with common domains.
struct App {
    QString id;                                    ///< The API's identifier.
    QString name;                                  ///< Unique in the organization.
    QString organizationId;                        ///< Of the organization that owns it.
    ServiceStatus status = ServiceStatus::Unknown; ///< Apps and services share their statuses.
    QStringList messages;                          ///< What the platform has to say of its state, in English.
    QList<Domain> domains;                         ///< Under which its services answer.
    bool deleteWhenEmpty = false;                  ///< Known of single apps only; lists leave it out.
    QDateTime createdAt;                           ///< When it was created, UTC.
    QDateTime updatedAt;                           ///< When it last changed, UTC.
    // The rest is known of single apps only, too.
    QDateTime startedAt;    ///< When it started, UTC.
    QDateTime succeededAt;  ///< When it succeeded, UTC.
    QDateTime pausedAt;     ///< When it was paused, UTC.
    QDateTime resumedAt;    ///< When it was resumed, UTC.
    QDateTime terminatedAt; ///< When it ended, UTC.
    qint64 version = 0;     ///< Grows with each change.
    friend bool operator==(const App &, const App &) = default;
};

/// When the platform deletes a service by itself.
struct ServiceLifeCycle {
    qint64 deleteAfterCreateSeconds = 0; ///< From the service's creation; 0 is never.
    qint64 deleteAfterSleepSeconds = 0;  ///< From the moment it falls asleep; 0 is never.
    friend bool operator==(const ServiceLifeCycle &, const ServiceLifeCycle &) = default;
};

/// What runs: a sandbox is one of type `SANDBOX`.
struct Service {
    QString id;                                    ///< The API's identifier.
    QString name;                                  ///< Unique in its app.
    QString type;                                  ///< `SANDBOX`, `WEB`, `WORKER`, `DATABASE`
    QString appId;                                 ///< Of the app that it is in.
    QString organizationId;                        ///< Of the organization that owns it.
    ServiceStatus status = ServiceStatus::Unknown; ///< Sleep does not show in it; see Deployment::status.
    QStringList messages;                          ///< What the platform has to say of its state, in English.
    QString activeDeploymentId;                    ///< Empty until a deployment is live.
    QString latestDeploymentId;                    ///< Of the newest, live or not.
    ServiceLifeCycle lifeCycle;                    ///< When it is deleted by itself.
    QDateTime createdAt;                           ///< When it was created, UTC.
    QDateTime updatedAt;                           ///< When it last changed, UTC.
    qint64 version = 0;                            ///< Grows with each change.
    // The rest is known of single services only; lists leave it out.
    QString lastProvisionedDeploymentId; ///< Of the newest that got as far as that.
    QDateTime startedAt;                 ///< When it started, UTC.
    QDateTime succeededAt;               ///< When it succeeded, UTC.
    QDateTime pausedAt;                  ///< When it was paused, UTC.
    QDateTime resumedAt;                 ///< When it was resumed, UTC.
    QDateTime terminatedAt;              ///< When it ended, UTC.
    friend bool operator==(const Service &, const Service &) = default;
};

/// How to reach a sandbox's executor and its exposed port (deployment metadata).
struct SandboxMetadata {
    QString publicUrl;  ///< Without a path, e.g. `https://01.sandbox.example`.
    QString routingKey; ///< A credential: never shown or logged.
    friend bool operator==(const SandboxMetadata &, const SandboxMetadata &) = default;
};

/// Where a proxied port is reached from the internet.
struct ProxyPortAddress {
    int port = 0;       ///< Of the container.
    QString host;       ///< Empty until there is one, some time after the deployment is healthy.
    int publicPort = 0; ///< 0 until there is one.
    QString protocol;   ///< `tcp`
    friend bool operator==(const ProxyPortAddress &, const ProxyPortAddress &) = default;
};

/// A step on the way to a running deployment.
struct ProvisioningStage {
    QString name;         ///< e.g. `build`
    QString status;       ///< `UNKNOWN`, `PENDING`, `RUNNING`, `FAILED`, `COMPLETED`, `ABORTED`
    QStringList messages; ///< What the platform has to say of its state, in English.
    QDateTime startedAt;  ///< UTC.
    QDateTime finishedAt; ///< UTC.
    friend bool operator==(const ProvisioningStage &, const ProvisioningStage &) = default;
};

/// How an image came to be.
struct Provisioning {
    QString sha;                     ///< Of a git source
    QString image;                   ///< The image that came of it
    QList<ProvisioningStage> stages; ///< In their order.
    friend bool operator==(const Provisioning &, const Provisioning &) = default;
};

/// One version of a service, running or not.
struct Deployment {
    QString id;             ///< The API's identifier.
    QString appId;          ///< Of the app that it is in.
    QString serviceId;      ///< Of the service that it is of.
    QString organizationId; ///< Of the organization that owns it.
    QString parentId;       ///< The deployment that it replaces; empty for the first.
    QString childId;        ///< The deployment that replaces it.
    DeploymentStatus status = DeploymentStatus::Unknown; ///< Tells sleep too.
    QStringList messages;            ///< What the platform has to say of its state, in English.
    DeploymentDefinition definition; ///< What it runs.
    /// Unset for what is no sandbox, and where a sandbox is reached by the domain of its app.
    std::optional<SandboxMetadata> sandbox;
    QList<ProxyPortAddress> proxyPorts; ///< Where proxied ports are reached.
    Provisioning provisioning;          ///< How far it is on its way; empty for what needs none.
    QString role;                       ///< `ACTIVE`, `UPCOMING`, `CURRENT`; empty in lists.
    QString triggerType;                ///< What made it beside a request, e.g. `RESUME`, `GIT`
    QString triggerActor;               ///< `USER`, `SYSTEM`
    bool skipBuild = false;             ///< Whether nothing was built anew for it.
    qint64 version = 0;                 ///< Grows with each change.
    QDateTime createdAt;                ///< When it was created, UTC.
    QDateTime updatedAt;                ///< When it last changed, UTC.
    QDateTime allocatedAt;              ///< When it was given a place, UTC.
    QDateTime startedAt;                ///< When it started, UTC.
    QDateTime succeededAt;              ///< When it succeeded, UTC.
    QDateTime terminatedAt;             ///< When it ended, UTC.
    friend bool operator==(const Deployment &, const Deployment &) = default;
};

/// A running copy of a deployment.
struct Instance {
    QString id;                                      ///< The API's identifier.
    QString appId;                                   ///< Of the app that it is in.
    QString serviceId;                               ///< Of the service that it is of.
    QString type;                                    ///< Id of an InstanceType.
    QString region;                                  ///< Id of a Region.
    QString datacenter;                              ///< Id of a Datacenter.
    InstanceStatus status = InstanceStatus::Unknown; ///< How it is.
    QStringList messages;         ///< What the platform has to say of its state, in English.
    QDateTime createdAt;          ///< When it was created, UTC.
    QDateTime updatedAt;          ///< When it last changed, UTC.
    QString organizationId;       ///< Of the organization that owns it.
    QString regionalDeploymentId; ///< Of the part of the deployment in its region.
    QString allocationId;         ///< Of the place that it was given.
    qint64 replicaIndex = 0;      ///< Its number among the instances of the deployment in its region, from 0.
    // The rest is known of single instances only; lists leave it out.
    QString hypervisor;     ///< Where it runs, as the platform calls it.
    QDateTime startedAt;    ///< When it started, UTC.
    QDateTime succeededAt;  ///< When it succeeded, UTC.
    QDateTime terminatedAt; ///< When it ended, UTC.
    friend bool operator==(const Instance &, const Instance &) = default;
};

} // namespace Koyeb
