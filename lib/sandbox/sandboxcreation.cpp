// SPDX-License-Identifier: Apache-2.0
#include "sandbox/sandboxcreation.h"

#include "api/outcome.h"
#include "core/logging.h"

#include <algorithm>
#include <array>

namespace Koyeb {

using namespace Qt::Literals::StringLiterals;

namespace {

using namespace std::chrono_literals;

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
    ApiClient &api, Clock &clock, QString appId, QString name, QStringList namesakes, std::stop_token stop)
{
    Error problem;
    bool hasLooked = false;
    for (const auto delay : lookAfter) {
        co_await clock.sleepFor(delay, stop);
        ServiceFilter filter;
        filter.appId = appId;
        const auto services = co_await api.services(std::move(filter), Priority::Foreground, stop);
        if (services) {
            QList<Service> candidates = *services;
            candidates.removeIf([&](const Service &service) { return namesakes.contains(service.id); });
            if (auto service = named(candidates, name)) {
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
        m_appName = m_options.appId.isEmpty() ? sandboxAppName(m_options.name, m_clock.utc()) : QString();
        run(m_scope.token());
    }
}

void SandboxCreation::cancel()
{
    m_phase = Phase::Idle;
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
    m_leftover = Leftover::Exists;
    Q_EMIT serviceCreated(m_serviceId);
    if (!stop.stop_requested() && m_options.waitReady) {
        co_await waitUntilReady(stop);
    }
}

QCoro::Task<void> SandboxCreation::waitUntilReady(std::stop_token stop)
{
    enter(Phase::Deploying, DeploymentStatus::Unknown);
    if (stop.stop_requested()) {
        co_return; // Whoever was told has ended this object.
    }
    m_readiness = std::make_unique<SandboxReadiness>(m_api, m_clock, m_serviceId);
    m_readiness->setPollInterval(m_options.pollInterval);
    SandboxReadiness::Observer observer = [this](DeploymentStatus deployment, bool isReachable) {
        enter(isReachable ? Phase::WaitingForExecutor : Phase::Deploying, deployment);
    };
    const auto access = co_await m_readiness->wait(m_options.timeout, std::move(observer), stop);
    if (stop.stop_requested()) {
        co_return;
    }
    if (!access) {
        if (access.error().kind == ErrorKind::NotFound) {
            m_leftover = Leftover::None; // Somebody deleted it.
        }
        fail(access.error());
        co_return;
    }
    enter(Phase::Ready, m_deploymentStatus);
    if (!stop.stop_requested()) {
        Q_EMIT ready(*access);
    }
}

QCoro::Task<Result<App>> SandboxCreation::obtainApp(std::stop_token stop)
{
    // Before anything is made, so that what cannot be wanted leaves nothing behind.
    const auto definition = sandboxDefinition(m_options, QString());
    if (!definition) {
        co_return failure(definition.error());
    }
    if (!m_options.appId.isEmpty()) {
        co_return co_await examineApp(stop);
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
    if (!found) {
        m_leftover = Leftover::Unknown;
        co_return created;
    }
    if (*found) {
        co_return **found;
    }
    co_return created;
}

/// The app that was given, and which of its services have the wanted name already: after a lost answer, those
/// are not what was made.
QCoro::Task<Result<App>> SandboxCreation::examineApp(std::stop_token stop)
{
    const auto app = co_await m_api.app(m_options.appId, stop);
    if (!app) {
        co_return failure(app.error());
    }
    ServiceFilter filter;
    filter.appId = app->id;
    const auto services = co_await m_api.services(std::move(filter), Priority::Foreground, stop);
    if (!services) {
        co_return failure(services.error());
    }
    for (const auto &service : *services) {
        if (service.name == m_options.name) {
            m_namesakes.append(service.id);
        }
    }
    co_return *app;
}

QCoro::Task<Result<Service>> SandboxCreation::obtainService(App app, std::stop_token stop)
{
    NewService newService;
    newService.appId = app.id;
    newService.definition =
        sandboxDefinition(m_options, createSandboxSecret()).value_or(DeploymentDefinition());
    newService.lifeCycle = sandboxLifeCycle(m_options);
    const auto created = co_await m_api.createService(std::move(newService), stop);
    if (created || created.error().isCancelled()) {
        co_return created;
    }
    if (mayHaveHappened(created.error())) {
        qCInfo(logSandbox) << "The answer to creating a sandbox was lost; looking for it.";
        const auto found = co_await lookForService(m_api, m_clock, app.id, m_options.name, m_namesakes, stop);
        if (!found) {
            if (found.error().isCancelled()) {
                co_return failure(found.error());
            }
            // It may be there or not: nothing may be removed, and the first error is the one to tell.
            m_leftover = Leftover::Unknown;
            co_return created;
        }
        if (*found) {
            co_return **found;
        }
    }
    if (!m_options.appId.isEmpty()) {
        co_return created; // The app is somebody's and stays.
    }
    const auto removed = co_await m_api.deleteApp(app.id, stop);
    if (!removed && removed.error().isCancelled()) {
        co_return failure(removed.error());
    }
    if (!removed && removed.error().kind != ErrorKind::NotFound) {
        m_leftover = Leftover::Unknown;
    }
    co_return created;
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
    enter(Phase::Failed, m_deploymentStatus);
    if (!token.stop_requested()) {
        Q_EMIT failed(error);
    }
}

} // namespace Koyeb
