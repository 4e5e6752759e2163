// SPDX-License-Identifier: Apache-2.0
#include "sandbox/sandboxcreation.h"

#include "api/outcome.h"
#include "api/statuses.h"
#include "core/logging.h"
#include "core/redaction.h"

#include <algorithm>
#include <array>

namespace Koyeb {

using namespace Qt::Literals::StringLiterals;

namespace {

using namespace std::chrono_literals;

constexpr auto readinessLimit = 300s;
constexpr auto firstInterval = 250ms;
constexpr auto maximumInterval = 1000ms;
constexpr auto healthTimeout = 5s;
// When to look for what a lost answer may have announced: a slow server may still be at work.
constexpr std::array lookAfter{500ms, 1000ms, 2000ms};

template<typename T> [[nodiscard]] std::optional<T> named(const QList<T> &items, const QString &name)
{
    // The server's filter may find more than the exact name.
    const auto found =
        std::find_if(items.cbegin(), items.cend(), [&name](const T &item) { return item.name == name; });
    return found == items.cend() ? std::nullopt : std::optional(*found);
}

/// Looks whether the app was made after all; nothing when it was not.
QCoro::Task<Result<std::optional<App>>> lookForApp(
    ApiClient &api, Clock &clock, QString name, std::stop_token stop)
{
    Error problem;
    bool hasLooked = false;
    for (const auto delay : lookAfter) {
        co_await clock.sleepFor(delay, stop);
        AppFilter filter;
        filter.name = name;
        const auto apps = co_await api.apps(std::move(filter), Priority::Foreground, stop);
        if (apps) {
            if (auto app = named(*apps, name)) {
                co_return app;
            }
            hasLooked = true;
        } else if (!mayPass(apps.error())) {
            co_return failure(apps.error());
        } else {
            problem = apps.error();
        }
    }
    if (!hasLooked) {
        co_return failure(problem);
    }
    co_return std::optional<App>();
}

QCoro::Task<Result<std::optional<Service>>> lookForService(
    ApiClient &api, Clock &clock, QString appId, QString name, std::stop_token stop)
{
    Error problem;
    bool hasLooked = false;
    for (const auto delay : lookAfter) {
        co_await clock.sleepFor(delay, stop);
        ServiceFilter filter;
        filter.appId = appId;
        const auto services = co_await api.services(std::move(filter), Priority::Foreground, stop);
        if (services) {
            if (auto service = named(*services, name)) {
                co_return service;
            }
            hasLooked = true;
        } else if (!mayPass(services.error())) {
            co_return failure(services.error());
        } else {
            problem = services.error();
        }
    }
    if (!hasLooked) {
        co_return failure(problem);
    }
    co_return std::optional<Service>();
}

/// Whether the executor may answer, or wake up to.
[[nodiscard]] bool mayBeReachable(DeploymentStatus status)
{
    return status == DeploymentStatus::Healthy || status == DeploymentStatus::Degraded ||
           status == DeploymentStatus::Sleeping;
}

[[nodiscard]] Error finalState(const Deployment &deployment)
{
    const QString messages = redact(deployment.messages.join(u' '));
    return Error::of(
        ErrorKind::Rejected,
        messages.isEmpty() ? u"The deployment ended as %1."_s.arg(statusName(deployment.status)) : messages);
}

} // namespace

SandboxCreation::SandboxCreation(ApiClient &api, Clock &clock, const SandboxOptions &options, QObject *parent)
    : QObject(parent), m_api(api), m_clock(clock), m_options(options)
{
    m_options.name = sandboxName(options.name);
}

SandboxCreation::~SandboxCreation() = default;

void SandboxCreation::start()
{
    if (!std::exchange(m_started, true)) {
        m_appName = sandboxAppName(m_options.name, m_clock.utc());
        run(m_scope.token());
    }
}

void SandboxCreation::cancel()
{
    m_phase = Phase::Idle;
    m_deadline.reset();
    m_scope.restart();
}

QCoro::Task<void> SandboxCreation::run(std::stop_token stop)
{
    enter(Phase::CreatingApp, DeploymentStatus::Unknown);
    if (stop.stop_requested()) {
        co_return;
    }
    const auto app = co_await obtainApp(stop);
    if (stop.stop_requested()) {
        co_return;
    }
    if (!app) {
        fail(app.error());
        co_return;
    }
    enter(Phase::CreatingService, DeploymentStatus::Unknown);
    if (stop.stop_requested()) {
        co_return;
    }
    const auto service = co_await obtainService(*app, stop);
    if (stop.stop_requested()) {
        co_return;
    }
    if (!service) {
        fail(service.error());
        co_return;
    }
    m_serviceId = service->id;
    m_deadline = m_clock.schedule(readinessLimit, [this] { giveUp(); });
    Q_EMIT serviceCreated(m_serviceId);
    if (!stop.stop_requested()) {
        co_await waitUntilReady(stop);
    }
}

QCoro::Task<Result<App>> SandboxCreation::obtainApp(std::stop_token stop)
{
    // Before anything is made, so that what cannot be wanted leaves nothing behind.
    const auto definition = sandboxDefinition(m_options, QString());
    if (!definition) {
        co_return failure(definition.error());
    }
    NewApp newApp;
    newApp.name = m_appName;
    const auto created = co_await m_api.createApp(std::move(newApp), stop);
    if (created || !mayHaveHappened(created.error())) {
        co_return created;
    }
    qCInfo(logSandbox) << "The answer to creating an app was lost; looking for it.";
    const auto found = co_await lookForApp(m_api, m_clock, m_appName, stop);
    if (!found && found.error().isCancelled()) {
        co_return failure(found.error());
    }
    if (found && *found) {
        co_return **found;
    }
    co_return created;
}

QCoro::Task<Result<Service>> SandboxCreation::obtainService(App app, std::stop_token stop)
{
    NewService newService;
    newService.appId = app.id;
    newService.definition =
        sandboxDefinition(m_options, createSandboxSecret()).value_or(DeploymentDefinition());
    const auto created = co_await m_api.createService(std::move(newService), stop);
    if (created || created.error().isCancelled()) {
        co_return created;
    }
    if (mayHaveHappened(created.error())) {
        qCInfo(logSandbox) << "The answer to creating a sandbox was lost; looking for it.";
        const auto found = co_await lookForService(m_api, m_clock, app.id, m_options.name, stop);
        if (!found) {
            // It may be there or not: nothing may be removed, and the first error is the one to tell.
            co_return failure(found.error().isCancelled() ? found.error() : created.error());
        }
        if (*found) {
            co_return **found;
        }
    }
    const auto removed = co_await m_api.deleteApp(app.id, stop);
    if (!removed && removed.error().isCancelled()) {
        co_return failure(removed.error());
    }
    co_return created;
}

QCoro::Task<void> SandboxCreation::waitUntilReady(std::stop_token stop)
{
    enter(Phase::Deploying, DeploymentStatus::Unknown);
    std::chrono::milliseconds interval = firstInterval;
    while (!stop.stop_requested()) {
        const auto deployment = co_await readDeployment(stop);
        if (stop.stop_requested()) {
            co_return;
        }
        if (!deployment) {
            fail(deployment.error());
            co_return;
        }
        if (*deployment) {
            const DeploymentStatus status = (*deployment)->status;
            const bool isReachable = mayBeReachable(status);
            enter(isReachable ? Phase::WaitingForExecutor : Phase::Deploying, status);
            if (stop.stop_requested()) {
                co_return; // Whoever was told has ended this object.
            }
            if (isReachable) {
                const auto answers = co_await tryExecutor(stop);
                if (stop.stop_requested()) {
                    co_return;
                }
                if (!answers) {
                    fail(answers.error());
                    co_return;
                }
                if (*answers) {
                    m_deadline.reset();
                    enter(Phase::Ready, status);
                    if (!stop.stop_requested()) {
                        Q_EMIT ready(*m_access);
                    }
                    co_return;
                }
            }
        }
        co_await m_clock.sleepFor(interval, stop);
        interval = std::min(interval * 2, maximumInterval);
    }
}

/// The deployment that counts now; nothing while it cannot be told. Fails when no waiting will help.
QCoro::Task<Result<std::optional<Deployment>>> SandboxCreation::readDeployment(std::stop_token stop)
{
    const std::optional<Deployment> notYet;
    if (m_deploymentId.isEmpty()) {
        const auto next = co_await nextDeploymentId(stop);
        if (!next) {
            if (mayPass(next.error())) {
                co_return notYet;
            }
            co_return failure(next.error());
        }
        if (next->isEmpty()) {
            co_return notYet;
        }
        follow(*next);
    }
    const auto deployment = co_await m_api.deployment(m_deploymentId, Priority::Foreground, stop);
    if (!deployment) {
        if (deployment.error().kind == ErrorKind::NotFound && !stop.stop_requested()) {
            m_deploymentId.clear(); // Look again for what the service runs.
            co_return notYet;
        }
        if (mayPass(deployment.error())) {
            co_return notYet;
        }
        co_return failure(deployment.error());
    }
    if (!isFinal(deployment->status)) {
        co_return *deployment;
    }
    // It may be over because somebody changed the service: then another deployment has taken its place.
    m_finishedDeployments.append(deployment->id);
    const auto next = co_await nextDeploymentId(stop);
    if (!next) {
        co_return failure(next.error().isCancelled() ? next.error() : finalState(*deployment));
    }
    if (next->isEmpty()) {
        co_return failure(finalState(*deployment));
    }
    follow(*next);
    co_return notYet;
}

/// The id of the deployment that the service runs or will, not counting those that are over; empty when there
/// is none.
QCoro::Task<Result<QString>> SandboxCreation::nextDeploymentId(std::stop_token stop)
{
    const auto service = co_await m_api.service(m_serviceId, Priority::Foreground, stop);
    if (!service) {
        co_return failure(service.error());
    }
    if (service->status == ServiceStatus::Deleting || service->status == ServiceStatus::Deleted) {
        co_return failure(ErrorKind::NotFound, u"The sandbox was deleted while it was starting."_s);
    }
    for (const auto &id : {service->activeDeploymentId, service->latestDeploymentId}) {
        if (!id.isEmpty() && !m_finishedDeployments.contains(id)) {
            co_return id;
        }
    }
    co_return QString();
}

/// Whether the executor answers. Also wakes it.
QCoro::Task<Result<bool>> SandboxCreation::tryExecutor(std::stop_token stop)
{
    if (!m_executor) {
        const auto access = co_await resolveSandbox(m_api, m_serviceId, stop);
        if (!access) {
            // Conflict: not all of it is known yet.
            if (mayPass(access.error()) || access.error().kind == ErrorKind::Conflict) {
                co_return false;
            }
            co_return failure(access.error());
        }
        m_access = *access;
        m_executor = std::make_unique<ExecutorClient>(m_clock, access->executor);
    }
    const auto health = co_await m_executor->health(healthTimeout, stop);
    co_return health.has_value();
}

void SandboxCreation::follow(const QString &deploymentId)
{
    m_deploymentId = deploymentId;
    m_access.reset();
    m_executor.reset();
}

void SandboxCreation::enter(Phase phase, DeploymentStatus deployment)
{
    if (m_phase != phase || m_deploymentStatus != deployment) {
        m_phase = phase;
        m_deploymentStatus = deployment;
        Q_EMIT phaseChanged(phase, deployment);
    }
}

void SandboxCreation::fail(const Error &error)
{
    const auto token = m_scope.token();
    m_deadline.reset();
    enter(Phase::Failed, m_deploymentStatus);
    if (!token.stop_requested()) {
        Q_EMIT failed(error);
    }
}

void SandboxCreation::giveUp()
{
    m_scope.restart();
    fail(Error::of(
        ErrorKind::Timeout,
        u"The sandbox was not ready after %1 seconds; its deployment is %2."_s.arg(readinessLimit.count())
            .arg(statusName(m_deploymentStatus))));
}

} // namespace Koyeb
