// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/values.h"

#include <QFlags>

namespace Koyeb {

/// One sandbox as lists show it.
struct SandboxRecord {
    QString id; ///< The service's id.
    QString name;
    QString appId;
    QString appName;
    ServiceStatus serviceStatus = ServiceStatus::Unknown;
    /// Of the active, else the latest deployment; Unknown until details were read. Tells sleep, which
    /// services don't show.
    DeploymentStatus deploymentStatus = DeploymentStatus::Unknown;
    QStringList messages; ///< The service's, then those of the deployment that say something else.
    QString deploymentId;
    // Empty until details were read.
    QString region;
    QString instanceType;
    QString image;
    qint64 deepSleepSeconds = 0;
    QDateTime createdAt;
    QDateTime updatedAt;
    friend bool operator==(const SandboxRecord &, const SandboxRecord &) = default;
};

enum class SandboxField { Name = 1, App = 2, Status = 4, Details = 8, Times = 16 };
Q_DECLARE_FLAGS(SandboxFields, SandboxField)
Q_DECLARE_OPERATORS_FOR_FLAGS(SandboxFields)

/// What differs from what was last told. Applied in the order removed, changed, added it turns one state into
/// the next.
struct SandboxChanges {
    struct Changed {
        SandboxRecord record;
        SandboxFields fields;
    };
    QStringList removed;
    QList<Changed> changed;
    QList<SandboxRecord> added;

    [[nodiscard]] bool isEmpty() const { return removed.isEmpty() && changed.isEmpty() && added.isEmpty(); }
};

/// Which fields of two records of the same sandbox differ.
[[nodiscard]] SandboxFields differingFields(const SandboxRecord &before, const SandboxRecord &after);

/// True while the state is expected to move by itself.
[[nodiscard]] bool isInTransition(const SandboxRecord &record);

} // namespace Koyeb

Q_DECLARE_METATYPE(Koyeb::SandboxChanges)
Q_DECLARE_METATYPE(Koyeb::SandboxRecord)
