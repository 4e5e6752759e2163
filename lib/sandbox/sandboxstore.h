// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/apiclient.h"
#include "core/clock.h"
#include "core/taskscope.h"

#include <QHash>
#include <QObject>

#include <optional>

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
    QStringList messages;
    QString deploymentId;
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

/// Keeps the list of an account's sandboxes current by polling: fast while something is in transition or
/// watched, slowly otherwise, with growing pauses while the server cannot be reached. A refresh costs one
/// list request per 100 sandboxes and one per 100 apps; details are read only for what is watched or in
/// transition.
class SandboxStore : public QObject {
    Q_OBJECT

public:
    enum class Condition { Loading, Current, Failing };
    Q_ENUM(Condition)

    SandboxStore(ApiClient &api, Clock &clock, QObject *parent = nullptr);

    /// Starts polling; idempotent.
    void start();
    void stop();
    /// Asks at once.
    void refresh();
    /// Whose details are wanted: the sandboxes that are visible or chosen.
    void watch(const QStringList &ids);
    /// A request was accepted that will change this sandbox (created, deleted): ask soon, and fast for a
    /// while.
    void expectChange(const QString &id);

    [[nodiscard]] QList<SandboxRecord> records() const { return m_records.values(); }
    [[nodiscard]] std::optional<SandboxRecord> record(const QString &id) const;
    [[nodiscard]] Condition condition() const { return m_condition; }
    /// Why the last poll failed; only while Failing.
    [[nodiscard]] const Error &lastError() const { return m_lastError; }
    /// When the list was last known to be right; invalid before the first time.
    [[nodiscard]] const QDateTime &currentAsOf() const { return m_currentAsOf; }

Q_SIGNALS:
    void sandboxesChanged(const Koyeb::SandboxChanges &changes);
    void conditionChanged(Koyeb::SandboxStore::Condition condition);

private:
    ApiClient &m_api;
    Clock &m_clock;
    QHash<QString, SandboxRecord> m_records;
    Condition m_condition = Condition::Loading;
    Error m_lastError;
    QDateTime m_currentAsOf;
    TaskScope m_scope;
};

/// True while the state is expected to move by itself.
[[nodiscard]] bool isInTransition(const SandboxRecord &record);

} // namespace Koyeb

Q_DECLARE_METATYPE(Koyeb::SandboxChanges)
Q_DECLARE_METATYPE(Koyeb::SandboxRecord)
