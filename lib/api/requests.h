// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/values.h"

#include <optional>

namespace Koyeb {

/// Which apps are wanted.
struct AppFilter {
    QString name;           ///< Empty: any.
    QString projectId = {}; ///< Empty: of any project.
};

/// Which services are wanted.
struct ServiceFilter {
    QString appId;             ///< Empty: of any app.
    QString name;              ///< Empty: any.
    QStringList types;         ///< e.g. `SANDBOX`; empty: all.
    QStringList statuses = {}; ///< e.g. `HEALTHY`; empty: all.
    QStringList regions = {};  ///< e.g. `fra`; empty: all.
    QString projectId = {};    ///< Empty: of any project.
};

/// Which deployments are wanted.
struct DeploymentFilter {
    QString serviceId;         ///< Empty: of any service.
    QString appId = {};        ///< Empty: of any app.
    QStringList statuses = {}; ///< e.g. `HEALTHY`; empty: all.
    qsizetype atMost = 0;      ///< The newest so many; 0: all.
};

/// In which order a list comes, by the time of creation.
enum class ListOrder { Unspecified, OldestFirst, NewestFirst };

/// Which instances are wanted.
struct InstanceFilter {
    QString serviceId;                        ///< Empty: of any service.
    QString deploymentId;                     ///< Empty: of any deployment.
    QString appId = {};                       ///< Empty: of any app.
    QStringList statuses = {};                ///< e.g. `HEALTHY`; empty: all.
    qsizetype atMost = 0;                     ///< So many of them; 0: all.
    QString allocationId = {};                ///< Of its place on a machine; empty: any.
    std::optional<int> replicaIndex = {};     ///< Unset: any.
    QDateTime runningSince = {};              ///< Those that ran then or later; invalid: at any time.
    QDateTime runningUntil = {};              ///< Those that ran then or before; invalid: at any time.
    ListOrder order = ListOrder::Unspecified; ///< Which are the first `atMost`.
};

/// An app to be created.
struct NewApp {
    QString name;                ///< 3 to 63 characters of `-.a-z0-9`
    bool deleteWhenEmpty = true; ///< Whether the platform deletes it with the last of its services.
};

/// What of an app is to be different; unset members stay as they are.
struct AppChange {
    std::optional<QString> name;         ///< 3 to 63 characters of `-.a-z0-9`
    std::optional<bool> deleteWhenEmpty; ///< Whether the platform deletes it with the last of its services.
};

/// A service to be created.
struct NewService {
    QString appId;                   ///< Of an app that is there.
    DeploymentDefinition definition; ///< See sandbox/definition.h for sandboxes.
    ServiceLifeCycle lifeCycle;      ///< When it is deleted by itself.
};

/// What a service becomes. All of it is replaced, so what shall stay is filled in from what is there.
struct ServiceUpdate {
    DeploymentDefinition definition; ///< What its next deployment runs.
    ServiceLifeCycle lifeCycle;      ///< When it is deleted by itself.
    bool saveOnly = false;           ///< Kept as a STASHED deployment, which redeployService() applies.
    bool skipBuild = false;          ///< See BuildOptions.
};

/// How a service is built that is; nothing for those that run an image, as sandboxes do.
struct BuildOptions {
    bool useCache = false;  ///< With what earlier builds have left.
    bool skipBuild = false; ///< Runs what was built last; refused where nothing was.
};

/// What is deployed once more, and how.
struct RedeployOptions {
    BuildOptions build = {};      ///< How it is built.
    QString commit = {};          ///< The SHA of one of its repository; empty: the newest.
    QString deploymentGroup = {}; ///< Of the platform's own; empty: its usual one.
};

} // namespace Koyeb
