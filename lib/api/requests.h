// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/values.h"

namespace Koyeb {

struct AppFilter {
    QString name; ///< Empty: any.
};

struct ServiceFilter {
    QString appId;
    QString name;
    QStringList types;         ///< e.g. `SANDBOX`; empty: all.
    QStringList statuses = {}; ///< e.g. `HEALTHY`; empty: all.
};

struct DeploymentFilter {
    QString serviceId;
    QString appId = {};
    QStringList statuses = {}; ///< e.g. `HEALTHY`; empty: all.
    qsizetype atMost = 0;      ///< The newest so many; 0: all.
};

struct InstanceFilter {
    QString serviceId;
    QString deploymentId;
    QString appId = {};
    QStringList statuses = {}; ///< e.g. `HEALTHY`; empty: all.
    qsizetype atMost = 0;      ///< So many of them; 0: all.
};

struct NewApp {
    QString name; ///< 3 to 63 characters of `-.a-z0-9`
    bool deleteWhenEmpty = true;
};

struct NewService {
    QString appId;
    DeploymentDefinition definition; ///< See sandbox/definition.h for sandboxes.
    ServiceLifeCycle lifeCycle;
};

/// What a service becomes. All of it is replaced, so what shall stay is filled in from what is there.
struct ServiceUpdate {
    DeploymentDefinition definition;
    ServiceLifeCycle lifeCycle;
};

} // namespace Koyeb
