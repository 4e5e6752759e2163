// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QMap>
#include <QString>
#include <QStringList>

namespace Koyeb {

/// The idle times that a plan allows.
struct ScaleToZeroQuotas {
    bool isDeepSleepEnabled = false;     ///< Whether services may sleep deeply.
    qint64 deepSleepMinimumSeconds = 0;  ///< Least idle time before deep sleep.
    qint64 deepSleepMaximumSeconds = 0;  ///< Longest idle time before deep sleep.
    bool isLightSleepEnabled = false;    ///< Whether services may sleep lightly.
    qint64 lightSleepMinimumSeconds = 0; ///< Least idle time before light sleep.
    qint64 lightSleepMaximumSeconds = 0; ///< Longest idle time before light sleep.
    friend bool operator==(const ScaleToZeroQuotas &, const ScaleToZeroQuotas &) = default;
};

/// The bounds of a service's life cycle.
struct LifeCycleQuotas {
    qint64 deleteAfterSleepMinimumSeconds = 0;  ///< Least for ServiceLifeCycle::deleteAfterSleepSeconds.
    qint64 deleteAfterSleepMaximumSeconds = 0;  ///< Most for ServiceLifeCycle::deleteAfterSleepSeconds.
    qint64 deleteAfterCreateMinimumSeconds = 0; ///< Least for ServiceLifeCycle::deleteAfterCreateSeconds.
    qint64 deleteAfterCreateMaximumSeconds = 0; ///< Most for ServiceLifeCycle::deleteAfterCreateSeconds.
    friend bool operator==(const LifeCycleQuotas &, const LifeCycleQuotas &) = default;
};

/// Sizes in GB.
struct VolumeQuotas {
    qint64 maximumTotalSize = 0;       ///< Of all volumes together.
    qint64 maximumVolumeSize = 0;      ///< Of one volume.
    qint64 maximumSizePerInstance = 0; ///< Of the volumes of one instance.
    friend bool operator==(const VolumeQuotas &, const VolumeQuotas &) = default;
};

/// What an organization may use at most.
struct Quotas {
    qint64 apps = 0;                           ///< Apps at a time.
    qint64 services = 0;                       ///< Services at a time.
    qint64 servicesByApp = 0;                  ///< Services of one app.
    qint64 serviceProvisioningConcurrency = 0; ///< Deployments that may be under way at the same time.
    qint64 domains = 0;                        ///< Domains, of all types.
    qint64 customDomains = 0;                  ///< Domains of one's own.
    qint64 memoryMegabytes = 0;                ///< Of all instances together.
    qint64 proxyPorts = 0;                     ///< Ports reached by TCP.
    qint64 organizationMembers = 0;            ///< People.
    qint64 projects = 0;                       ///< Projects at a time.
    int logsRetentionDays = 0;                 ///< How long logs are kept.
    int metricsRetentionDays = 0;              ///< How long metrics are kept.
    QStringList instanceTypes;                 ///< Empty: all
    QStringList regions;                       ///< Empty: all
    QMap<QString, qint64> instancesByType;     ///< By the instance type's id
    QMap<QString, VolumeQuotas> volumes;       ///< By the region's id
    ScaleToZeroQuotas scaleToZero;             ///< Bounds of idle times.
    LifeCycleQuotas lifeCycle;                 ///< Bounds of life cycles.
    friend bool operator==(const Quotas &, const Quotas &) = default;
};

/// How many there are, in all and by kind or status as the API names it.
struct Tally {
    qint64 total = 0;            ///< Of all.
    QMap<QString, qint64> parts; ///< By the API's name.
    friend bool operator==(const Tally &, const Tally &) = default;
};

/// What an organization has.
struct OrganizationSummary {
    QString organizationId;        ///< Whose it is.
    Tally instances;               ///< By instance type
    Tally apps;                    ///< By status
    QMap<QString, Tally> services; ///< By the service's type; each by status
    Tally domains;                 ///< By status
    Tally secrets;                 ///< By type
    Tally members;                 ///< Total; the parts are invitations by status
    friend bool operator==(const OrganizationSummary &, const OrganizationSummary &) = default;
};

} // namespace Koyeb
