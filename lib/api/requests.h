// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/values.h"

#include <QJsonObject>

namespace Koyeb {

struct AppFilter {
    QString name; ///< Empty: any.
};

struct ServiceFilter {
    QString appId;
    QString name;
    QStringList types; ///< e.g. `SANDBOX`; empty: all.
};

struct DeploymentFilter {
    QString serviceId;
};

struct InstanceFilter {
    QString serviceId;
    QString deploymentId;
};

struct NewApp {
    QString name; ///< 3 to 63 characters of `-.a-z0-9`
    bool deleteWhenEmpty = true;
};

struct NewService {
    QString appId;
    QJsonObject definition; ///< See sandbox/definition.h for sandboxes.
    ServiceLifeCycle lifeCycle;
};

} // namespace Koyeb
