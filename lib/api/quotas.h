// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QMap>
#include <QString>
#include <QStringList>

namespace Koyeb {

/// The idle times that a plan allows.
struct ScaleToZeroQuotas {
    bool isDeepSleepEnabled = false;
    qint64 deepSleepMinimumSeconds = 0;
    qint64 deepSleepMaximumSeconds = 0;
    bool isLightSleepEnabled = false;
    qint64 lightSleepMinimumSeconds = 0;
    qint64 lightSleepMaximumSeconds = 0;
    friend bool operator==(const ScaleToZeroQuotas &, const ScaleToZeroQuotas &) = default;
};

/// The bounds of a service's life cycle.
struct LifeCycleQuotas {
    qint64 deleteAfterSleepMinimumSeconds = 0;
    qint64 deleteAfterSleepMaximumSeconds = 0;
    qint64 deleteAfterCreateMinimumSeconds = 0;
    qint64 deleteAfterCreateMaximumSeconds = 0;
    friend bool operator==(const LifeCycleQuotas &, const LifeCycleQuotas &) = default;
};

/// Sizes in GB.
struct VolumeQuotas {
    qint64 maximumTotalSize = 0;
    qint64 maximumVolumeSize = 0;
    qint64 maximumSizePerInstance = 0;
    friend bool operator==(const VolumeQuotas &, const VolumeQuotas &) = default;
};

/// What an organization may use at most.
struct Quotas {
    qint64 apps = 0;
    qint64 services = 0;
    qint64 servicesByApp = 0;
    qint64 serviceProvisioningConcurrency = 0; ///< Deployments that may be under way at the same time.
    qint64 domains = 0;
    qint64 customDomains = 0;
    qint64 memoryMegabytes = 0;
    qint64 proxyPorts = 0;
    qint64 organizationMembers = 0;
    qint64 projects = 0;
    int logsRetentionDays = 0;
    int metricsRetentionDays = 0;
    QStringList instanceTypes;             ///< Empty: all
    QStringList regions;                   ///< Empty: all
    QMap<QString, qint64> instancesByType; ///< By the instance type's id
    QMap<QString, VolumeQuotas> volumes;   ///< By the region's id
    ScaleToZeroQuotas scaleToZero;
    LifeCycleQuotas lifeCycle;
    friend bool operator==(const Quotas &, const Quotas &) = default;
};

/// How many there are, in all and by kind or status as the API names it.
struct Tally {
    qint64 total = 0;
    QMap<QString, qint64> parts;
    friend bool operator==(const Tally &, const Tally &) = default;
};

/// What an organization has.
struct OrganizationSummary {
    QString organizationId;
    Tally instances;               ///< By instance type
    Tally apps;                    ///< By status
    QMap<QString, Tally> services; ///< By the service's type; each by status
    Tally domains;                 ///< By status
    Tally secrets;                 ///< By type
    Tally members;                 ///< Total; the parts are invitations by status
    friend bool operator==(const OrganizationSummary &, const OrganizationSummary &) = default;
};

} // namespace Koyeb
