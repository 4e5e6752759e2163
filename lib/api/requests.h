// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/values.h"

namespace Koyeb {

/// Which apps are wanted.
struct AppFilter {
    QString name; ///< Empty: any.
};

/// Which services are wanted.
struct ServiceFilter {
    QString appId;             ///< Empty: of any app.
    QString name;              ///< Empty: any.
    QStringList types;         ///< e.g. `SANDBOX`; empty: all.
    QStringList statuses = {}; ///< e.g. `HEALTHY`; empty: all.
};

/// Which deployments are wanted.
struct DeploymentFilter {
    QString serviceId;         ///< Empty: of any service.
    QString appId = {};        ///< Empty: of any app.
    QStringList statuses = {}; ///< e.g. `HEALTHY`; empty: all.
    qsizetype atMost = 0;      ///< The newest so many; 0: all.
};

/// Which instances are wanted.
struct InstanceFilter {
    QString serviceId;         ///< Empty: of any service.
    QString deploymentId;      ///< Empty: of any deployment.
    QString appId = {};        ///< Empty: of any app.
    QStringList statuses = {}; ///< e.g. `HEALTHY`; empty: all.
    qsizetype atMost = 0;      ///< So many of them; 0: all.
};

/// An app to be created.
struct NewApp {
    QString name;                ///< 3 to 63 characters of `-.a-z0-9`
    bool deleteWhenEmpty = true; ///< Whether the platform deletes it with the last of its services.
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
};

} // namespace Koyeb
