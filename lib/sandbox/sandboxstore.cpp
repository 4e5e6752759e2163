// SPDX-License-Identifier: Apache-2.0
#include "sandbox/sandboxstore.h"

#include "api/paging.h"
#include "core/logging.h"

#include <algorithm>
#include <tuple>

namespace Koyeb {

using namespace Qt::Literals::StringLiterals;

namespace {

using namespace std::chrono_literals;

constexpr auto transitionInterval = 1s;
constexpr auto watchedInterval = 5s;
constexpr auto idleInterval = 30s;
// Something that is in transition and has not moved for so long is not worth hurrying for.
constexpr auto hurryFor = 60s;
constexpr auto expectFor = 60s;
constexpr auto firstFailureDelay = 2s;
constexpr auto maximumFailureDelay = 60s;
// Sleep and wake show in details only; so often they are read again for what is merely looked at.
constexpr auto detailsLifetime = 10s;
constexpr int maximumStaleDetailsPerRound = 10;
// So that a list that is due waits for a bounded number of details.
constexpr int maximumDetailsPerRound = 100;
// An account may send 400 requests a minute; polling keeps to half of it.
constexpr auto pausePerRequest = 300ms;

[[nodiscard]] QStringList mergedMessages(const QStringList &ofService, const QStringList &ofDeployment)
{
    QStringList messages = ofService + ofDeployment;
    messages.removeDuplicates();
    return messages;
}

} // namespace

SandboxStore::SandboxStore(ApiClient &api, Clock &clock, QObject *parent)
    : QObject(parent), m_api(api), m_clock(clock)
{
}

SandboxStore::~SandboxStore() = default;

void SandboxStore::start()
{
    if (m_started) {
        return;
    }
    m_started = true;
    m_changedAt = m_clock.now();
    m_listWanted = true;
    beginRound();
}

void SandboxStore::stop()
{
    m_started = false;
    m_roundRuns = false;
    m_nextRound.reset();
    m_scope.restart();
}

void SandboxStore::refresh()
{
    m_listWanted = true;
    if (m_started && !m_roundRuns) {
        beginRound();
    }
}

void SandboxStore::watch(const QStringList &ids)
{
    m_watched = QSet<QString>(ids.begin(), ids.end());
    m_foremost = ids.value(0);
    queueUnreadDetails();
    if (m_started && !m_roundRuns) {
        scheduleRound();
    }
}

void SandboxStore::expectChange(const QString &id)
{
    m_changedAt = m_clock.now();
    m_expected.insert(id, m_changedAt + expectFor);
    refresh();
}

QList<SandboxRecord> SandboxStore::records() const
{
    QList<SandboxRecord> records;
    records.reserve(m_entries.size());
    for (const auto &entry : m_entries) {
        records.append(entry.record);
    }
    return records;
}

std::optional<SandboxRecord> SandboxStore::record(const QString &id) const
{
    const auto found = m_entries.constFind(id);
    return found == m_entries.cend() ? std::nullopt : std::optional(found->record);
}

// Rounds

void SandboxStore::beginRound()
{
    m_nextRound.reset();
    m_roundRuns = true;
    runRound(m_scope.token());
}

QCoro::Task<void> SandboxStore::runRound(std::stop_token stop)
{
    if (m_listWanted || m_clock.now() >= listDueAt()) {
        m_listWanted = false;
        const auto listed = co_await readLists(stop);
        if (stop.stop_requested()) {
            co_return;
        }
        if (!listed) {
            concludeFailedRound(listed.error());
            co_return;
        }
        queueStaleDetails();
    }
    co_await readDetails(stop);
    if (!stop.stop_requested()) {
        concludeRound();
    }
}

QCoro::Task<Result<void>> SandboxStore::readLists(std::stop_token stop)
{
    const QDateTime asOf = m_clock.utc();
    ServiceFilter sandboxes;
    sandboxes.types = QStringList{u"SANDBOX"_s};
    const auto services = co_await m_api.services(std::move(sandboxes), Priority::Background, stop);
    if (!services) {
        co_return failure(services.error());
    }
    AppFilter allApps;
    const auto apps = co_await m_api.apps(std::move(allApps), Priority::Background, stop);
    if (!apps) {
        co_return failure(apps.error());
    }
    m_listCost = static_cast<int>(2 + services->size() / listPageSize + apps->size() / listPageSize);
    m_currentAsOf = asOf;
    m_listEndedAt = m_clock.now();
    m_failures = 0;
    applyLists(*services, *apps);
    if (!stop.stop_requested()) {
        setCondition(Condition::Current, {});
    }
    co_return {};
}

QCoro::Task<void> SandboxStore::readDetails(std::stop_token stop)
{
    for (int budget = maximumDetailsPerRound; budget > 0 && !m_detailQueue.isEmpty();) {
        const QString id = m_detailQueue.takeFirst();
        const auto entry = m_entries.constFind(id);
        if (entry == m_entries.cend() || !wantsDetails(*entry)) {
            continue; // Scrolled out of sight, or gone, before its turn came.
        }
        --budget;
        const QString deploymentId = entry->record.deploymentId;
        const auto deployment = co_await m_api.deployment(deploymentId, Priority::Background, stop);
        if (stop.stop_requested()) {
            co_return;
        }
        if (deployment) {
            applyDeployment(id, *deployment);
        } else {
            // The list stays right without it, and the next round asks again.
            qCInfo(logSandbox) << "Details of a sandbox could not be read:" << deployment.error().message;
        }
        if (stop.stop_requested()) {
            co_return; // Whoever was told has ended the store.
        }
    }
}

void SandboxStore::concludeRound()
{
    m_roundRuns = false;
    forgetFulfilledExpectations();
    m_transitions =
        static_cast<int>(std::count_if(m_entries.cbegin(), m_entries.cend(), [](const Entry &entry) {
            return isInTransition(entry.record);
        }));
    scheduleRound();
}

void SandboxStore::concludeFailedRound(const Error &error)
{
    m_roundRuns = false;
    m_listEndedAt = m_clock.now();
    const auto growing = std::min<std::chrono::milliseconds>(
        firstFailureDelay * (1 << std::min(m_failures, 10)), maximumFailureDelay);
    m_failureDelay = std::max(growing, error.retryAfter.value_or(0ms));
    ++m_failures;
    scheduleRound();
    setCondition(Condition::Failing, error);
}

void SandboxStore::scheduleRound()
{
    const auto now = m_clock.now();
    const bool isDue = m_listWanted || (m_failures == 0 && !m_detailQueue.isEmpty());
    const auto wait = isDue ? 0ms : std::chrono::ceil<std::chrono::milliseconds>(listDueAt() - now);
    m_nextRound = m_clock.schedule(std::max(wait, 0ms), [this] { beginRound(); });
}

Clock::TimePoint SandboxStore::listDueAt() const
{
    return m_listEndedAt + (m_failures > 0 ? m_failureDelay : listInterval());
}

std::chrono::milliseconds SandboxStore::listInterval() const
{
    std::chrono::milliseconds interval = m_watched.isEmpty() ? idleInterval : watchedInterval;
    if (m_transitions > 0 || !m_expected.isEmpty()) {
        const bool hurries = m_clock.now() - m_changedAt < hurryFor;
        interval = hurries ? transitionInterval : watchedInterval;
    }
    return std::max(interval, m_listCost * pausePerRequest);
}

// Content

void SandboxStore::applyLists(const QList<Service> &services, const QList<App> &apps)
{
    QHash<QString, QString> appNames;
    appNames.reserve(apps.size());
    for (const auto &app : apps) {
        appNames.insert(app.id, app.name);
    }

    SandboxChanges changes;
    Entries next;
    next.reserve(services.size());
    for (const auto &service : services) {
        if (service.status == ServiceStatus::Deleted || next.contains(service.id)) {
            continue;
        }
        const Entry entry = entryFor(service, appNames.value(service.appId));
        const auto known = m_entries.constFind(service.id);
        if (known == m_entries.cend()) {
            changes.added.append(entry.record);
        } else if (const auto fields = differingFields(known->record, entry.record)) {
            changes.changed.append({entry.record, fields});
        }
        next.insert(service.id, entry);
    }
    for (auto old = m_entries.cbegin(); old != m_entries.cend(); ++old) {
        if (next.contains(old.key())) {
            m_doubtful.remove(old.key());
        } else if (isReallyGone(old.key(), services.size())) {
            changes.removed.append(old.key());
        } else {
            next.insert(old.key(), *old);
        }
    }
    m_entries = std::move(next);
    publish(changes);
}

SandboxStore::Entry SandboxStore::entryFor(const Service &service, const QString &appName) const
{
    Entry entry = m_entries.value(service.id);
    SandboxRecord &record = entry.record;
    record.id = service.id;
    record.name = service.name;
    record.appId = service.appId;
    record.appName = appName;
    record.serviceStatus = service.status;
    const QString deploymentId =
        service.activeDeploymentId.isEmpty() ? service.latestDeploymentId : service.activeDeploymentId;
    if (record.deploymentId != deploymentId) {
        // Region and the like rarely differ between deployments and stay until they are read.
        record.deploymentId = deploymentId;
        record.deploymentStatus = DeploymentStatus::Unknown;
        entry.deploymentMessages.clear();
        entry.detailsReadAt.reset();
    }
    entry.serviceMessages = service.messages;
    record.messages = mergedMessages(entry.serviceMessages, entry.deploymentMessages);
    record.createdAt = service.createdAt;
    record.updatedAt = service.updatedAt;
    return entry;
}

bool SandboxStore::isReallyGone(const QString &id, qsizetype listed)
{
    // While a list of several pages is read, a deletion elsewhere moves items to a page that was already
    // read, so what is missing once may be there. Twice in a row, it is gone.
    if (listed < listPageSize || m_doubtful.contains(id)) {
        m_doubtful.remove(id);
        return true;
    }
    m_doubtful.insert(id);
    return false;
}

void SandboxStore::applyDeployment(const QString &id, const Deployment &deployment)
{
    const auto entry = m_entries.find(id);
    if (entry == m_entries.end() || entry->record.deploymentId != deployment.id) {
        return;
    }
    const SandboxRecord before = entry->record;
    SandboxRecord &record = entry->record;
    record.deploymentStatus = deployment.status;
    record.region = deployment.definition.regions.value(0);
    record.instanceType = deployment.definition.instanceTypes.value(0).type;
    record.image = deployment.definition.docker.image;
    record.deepSleepSeconds = sleepIdleDelay(deployment.definition).deepSleepSeconds;
    entry->deploymentMessages = deployment.messages;
    record.messages = mergedMessages(entry->serviceMessages, entry->deploymentMessages);
    entry->detailsReadAt = m_clock.now();

    SandboxChanges changes;
    if (const auto fields = differingFields(before, record)) {
        changes.changed.append({record, fields});
    }
    publish(changes);
}

void SandboxStore::publish(const SandboxChanges &changes)
{
    if (!changes.isEmpty()) {
        m_changedAt = m_clock.now();
        Q_EMIT sandboxesChanged(changes);
    }
}

void SandboxStore::setCondition(Condition condition, const Error &error)
{
    if (m_condition != condition || m_lastError != error) {
        m_condition = condition;
        m_lastError = error;
        Q_EMIT conditionChanged(condition);
    }
}

// Details

bool SandboxStore::wantsDetails(const Entry &entry) const
{
    return !entry.record.deploymentId.isEmpty() &&
           (m_watched.contains(entry.record.id) || m_expected.contains(entry.record.id) ||
            isInTransition(entry.record));
}

void SandboxStore::queueUnreadDetails()
{
    const QSet<QString> queued(m_detailQueue.begin(), m_detailQueue.end());
    for (const auto &id : std::as_const(m_watched)) {
        const auto entry = m_entries.constFind(id);
        if (entry != m_entries.cend() && !entry->detailsReadAt && wantsDetails(*entry) &&
            !queued.contains(id)) {
            m_detailQueue.append(id);
        }
    }
}

void SandboxStore::queueStaleDetails()
{
    const auto now = m_clock.now();
    QStringList unread;
    // What is looked at and what moves goes first, then what was read longest ago.
    QList<std::tuple<int, Clock::TimePoint, QString>> stale;
    for (const auto &entry : std::as_const(m_entries)) {
        if (!wantsDetails(entry)) {
            continue;
        }
        const bool moves = isInTransition(entry.record) || m_expected.contains(entry.record.id);
        if (!entry.detailsReadAt) {
            unread.append(entry.record.id);
        } else if (moves || now - *entry.detailsReadAt >= detailsLifetime) {
            const int rank = entry.record.id == m_foremost ? 0 : moves ? 1 : 2;
            stale.append({rank, *entry.detailsReadAt, entry.record.id});
        }
    }
    const auto count = std::min<qsizetype>(stale.size(), maximumStaleDetailsPerRound);
    std::partial_sort(stale.begin(), stale.begin() + count, stale.end());
    m_detailQueue = unread;
    for (qsizetype i = 0; i < count; ++i) {
        m_detailQueue.append(std::get<QString>(stale.at(i)));
    }
    m_listCost += static_cast<int>(count);
}

void SandboxStore::forgetFulfilledExpectations()
{
    const auto now = m_clock.now();
    m_expected.removeIf(
        [now](QHash<QString, Clock::TimePoint>::iterator expectation) { return expectation.value() <= now; });
}

} // namespace Koyeb
