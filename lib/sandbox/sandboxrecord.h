// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/values.h"

#include <QFlags>

namespace Koyeb {

/// One sandbox as lists show it.
struct SandboxRecord {
    QString id;                                           ///< The service's id.
    QString name;                                         ///< The service's name.
    QString appId;                                        ///< Of the app that it is in.
    QString appName;                                      ///< Empty while unknown.
    ServiceStatus serviceStatus = ServiceStatus::Unknown; ///< As the list of services says.
    /// Of the active, else the latest deployment; Unknown until details were read. Tells sleep, which
    /// services don't show.
    DeploymentStatus deploymentStatus = DeploymentStatus::Unknown;
    QStringList messages;        ///< The service's, then those of the deployment that say something else.
    QString deploymentId;        ///< Of the deployment that deploymentStatus is of.
    QString region;              ///< Id; empty until details were read.
    QString instanceType;        ///< Id; empty until details were read.
    QString image;               ///< Empty until details were read.
    qint64 deepSleepSeconds = 0; ///< Idle time before sleep; 0 is never, or that no details were read.
    QDateTime createdAt;         ///< UTC; of the service.
    QDateTime updatedAt;         ///< UTC; of the service.
    friend bool operator==(const SandboxRecord &, const SandboxRecord &) = default;
};

/// Groups of a record's members that are told to have changed.
enum class SandboxField { Name = 1, App = 2, Status = 4, Details = 8, Times = 16 };
Q_DECLARE_FLAGS(SandboxFields, SandboxField)
Q_DECLARE_OPERATORS_FOR_FLAGS(SandboxFields)

/// What differs from what was last told. Applied in the order removed, changed, added it turns one state into
/// the next.
struct SandboxChanges {
    /// A sandbox that is still there and not as it was.
    struct Changed {
        SandboxRecord record; ///< As it is now.
        SandboxFields fields; ///< What is new in it.
    };
    QStringList removed;        ///< Ids of sandboxes that are gone.
    QList<Changed> changed;     ///< Sandboxes that were there.
    QList<SandboxRecord> added; ///< Sandboxes that were not.

    /// Whether nothing differs.
    [[nodiscard]] bool isEmpty() const { return removed.isEmpty() && changed.isEmpty() && added.isEmpty(); }
};

/// Which fields of two records of the same sandbox differ.
[[nodiscard]] SandboxFields differingFields(const SandboxRecord &before, const SandboxRecord &after);

/// True while the state is expected to move by itself.
[[nodiscard]] bool isInTransition(const SandboxRecord &record);

/// True while it sleeps, and a request to it would wake it. Of a degraded service, what ran before may sleep.
[[nodiscard]] bool isAsleep(const SandboxRecord &record);

} // namespace Koyeb

Q_DECLARE_METATYPE(Koyeb::SandboxChanges)
Q_DECLARE_METATYPE(Koyeb::SandboxRecord)
