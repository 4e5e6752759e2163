// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/apiclient.h"
#include "core/clock.h"
#include "core/taskscope.h"
#include "sandbox/sandboxrecord.h"

#include <QHash>
#include <QObject>
#include <QSet>

#include <memory>
#include <optional>

namespace Koyeb {

/// Keeps the list of an account's sandboxes current by polling: fast while something is in transition,
/// moderately while something is watched, slowly otherwise, with growing pauses while the server cannot be
/// reached. A refresh costs one list request per 100 sandboxes and one per 100 apps; details are read only
/// for what is watched, in transition or expected to change. All requests give way to those a person waits
/// for.
///
/// One round of requests runs at a time and runs to its end: what is asked for meanwhile makes another round.
class SandboxStore : public QObject {
    Q_OBJECT

public:
    /// What is known of the list.
    enum class Condition {
        Loading, ///< Nothing yet.
        Current, ///< It was right at the last poll.
        Failing  ///< The last poll failed; what is known is old.
    };
    Q_ENUM(Condition)

    /// `api` and `clock` outlive the store.
    SandboxStore(ApiClient &api, Clock &clock, QObject *parent = nullptr);
    ~SandboxStore() override;

    /// Starts polling; idempotent.
    void start();
    /// Ends polling; what is known stays. start() goes on from there.
    void stop();
    /// Asks at once.
    void refresh();
    /// Whose details are wanted: the sandboxes that are visible or chosen. Of many, some are read again with
    /// every poll in turn, the first of `ids` with every poll.
    void watch(const QStringList &ids);
    /// A request was accepted that will change this sandbox (created, deleted): ask soon, and fast for a
    /// while.
    void expectChange(const QString &id);

    /// All sandboxes, in no order.
    [[nodiscard]] QList<SandboxRecord> records() const;
    /// The sandbox of that id; nothing when there is none.
    [[nodiscard]] std::optional<SandboxRecord> record(const QString &id) const;
    /// What is known of the list now.
    [[nodiscard]] Condition condition() const { return m_condition; }
    /// Why the last poll failed; only while Failing.
    [[nodiscard]] const Error &lastError() const { return m_lastError; }
    /// When the list was last known to be right; invalid before the first time.
    [[nodiscard]] const QDateTime &currentAsOf() const { return m_currentAsOf; }

Q_SIGNALS:
    /// Never empty.
    void sandboxesChanged(const Koyeb::SandboxChanges &changes);
    /// Also when it goes on Failing for another reason.
    void conditionChanged(Koyeb::SandboxStore::Condition condition);

private:
    struct Entry {
        SandboxRecord record;
        QStringList serviceMessages;
        QStringList deploymentMessages;
        /// When the details of record.deploymentId were read; unset when they were not.
        std::optional<Clock::TimePoint> detailsReadAt;
    };
    using Entries = QHash<QString, Entry>;

    void beginRound();
    QCoro::Task<void> runRound(std::stop_token stop);
    QCoro::Task<Result<void>> readLists(std::stop_token stop);
    QCoro::Task<void> readDetails(std::stop_token stop);
    void concludeRound();
    void concludeFailedRound(const Error &error);
    void scheduleRound();

    void applyLists(const QList<Service> &services, const QList<App> &apps);
    [[nodiscard]] Entry entryFor(const Service &service, const QString &appName) const;
    [[nodiscard]] bool isReallyGone(const QString &id, qsizetype listed);
    void applyDeployment(const QString &id, const Deployment &deployment);
    void publish(const SandboxChanges &changes);
    void setCondition(Condition condition, const Error &error);

    void queueStaleDetails();
    void queueUnreadDetails();
    [[nodiscard]] bool wantsDetails(const Entry &entry) const;
    void forgetFulfilledExpectations();

    [[nodiscard]] Clock::TimePoint listDueAt() const;
    [[nodiscard]] std::chrono::milliseconds listInterval() const;

    ApiClient &m_api;
    Clock &m_clock;
    Entries m_entries;
    Condition m_condition = Condition::Loading;
    Error m_lastError;
    QDateTime m_currentAsOf;

    QSet<QString> m_watched;
    QString m_foremost;                          ///< Of the watched.
    QHash<QString, Clock::TimePoint> m_expected; ///< Until when a change is expected.
    QSet<QString> m_doubtful; ///< Missing from the last list, which was too long to be sure.
    QStringList m_detailQueue;
    int m_transitions = 0;
    int m_listCost = 0; ///< Requests that a poll takes, first readings of details aside.
    int m_failures = 0; ///< In a row.
    std::chrono::milliseconds m_failureDelay{0};
    Clock::TimePoint m_listEndedAt;
    Clock::TimePoint m_changedAt;
    bool m_started = false;
    bool m_roundRuns = false;
    bool m_listWanted = false;
    std::unique_ptr<ScheduledCall> m_nextRound;
    TaskScope m_scope;
};

} // namespace Koyeb
