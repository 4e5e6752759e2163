// SPDX-License-Identifier: Apache-2.0
#include "local/lifecycle/lifecycle_p.h"
#include "local/runtime/sandboxfolder.h"

#include <boost/asio/co_spawn.hpp>

namespace Koyeb::Local {

namespace {

using std::chrono::milliseconds;

// Long enough for a client that polls to see DELETING.
constexpr milliseconds deletionPhase{150};

} // namespace

Awaitable<void> Lifecycle::Implementation::stopSandbox(std::shared_ptr<SandboxProcess> sandbox)
{
    sandbox->kill();
    co_await sandbox->waitUntilEnded();
    co_await removeInBackground(sandbox->spec().folder);
}

// Returns on our own thread after the work on the other.
Awaitable<void> Lifecycle::Implementation::removeInBackground(std::filesystem::path folder)
{
    // Not a temporary of the co_await expression: GCC 12 destroys the captures of such a lambda twice.
    auto work = [folder = std::move(folder)]() -> Awaitable<void> {
        removeFolder(folder);
        co_return;
    };
    co_await asio::co_spawn(m_remover, std::move(work), asio::use_awaitable);
}

Awaitable<void> Lifecycle::Implementation::endSandboxes(Service service)
{
    if (service.tcpProxy)
        service.tcpProxy->close();
    if (service.gateway)
        service.gateway->close();
    for (const auto &entry : service.sandboxes)
        entry.second->kill();
    for (const auto &entry : service.sandboxes)
        co_await entry.second->waitUntilEnded();
}

Awaitable<void> Lifecycle::Implementation::takeDown(std::string serviceId)
{
    const auto self = shared_from_this();
    co_await pause(deletionPhase);
    auto running = m_services.extract(serviceId);
    if (!running.empty()) {
        Service service = std::move(running.mapped());
        co_await endSandboxes(std::move(service));
    }
    std::filesystem::path folder = m_settings.sandboxesFolder / serviceId;
    co_await removeInBackground(std::move(folder));
    const ServiceRecord *const service = m_world.services.find(serviceId);
    if (!service)
        co_return;
    const std::string appId = service->appId;
    m_world.removeService(serviceId);
    const AppRecord *const app = m_world.apps.find(appId);
    if (app && app->deleteWhenEmpty && !m_world.hasServices(appId))
        m_world.removeApp(appId);
}

Awaitable<void> Lifecycle::Implementation::finishAppDeletion(std::string appId)
{
    const auto self = shared_from_this();
    do
        co_await pause(milliseconds(20));
    while (m_world.hasServices(appId));
    m_world.removeApp(appId);
}

Awaitable<void> Lifecycle::Implementation::shutDown(std::function<void()> done)
{
    const auto self = shared_from_this();
    m_shuttingDown = true;
    for (const auto &service : m_services) {
        for (const auto &sandbox : service.second.sandboxes)
            sandbox.second->kill();
    }
    while (!m_services.empty()) {
        Service service = std::move(m_services.begin()->second);
        m_services.erase(m_services.begin());
        co_await endSandboxes(std::move(service));
    }
    std::filesystem::path folder = m_settings.sandboxesFolder;
    co_await removeInBackground(std::move(folder));
    done();
}

std::vector<std::string> Lifecycle::Implementation::expiredServices() const
{
    const SystemTime now = m_world.now();
    const auto hasPassed = [&](std::optional<SystemTime> since, std::chrono::seconds delay) {
        return since && delay.count() > 0 && now >= *since + delay;
    };
    std::vector<std::string> expired;
    for (const ServiceRecord &service : m_world.services) {
        if (hasPassed(service.createdAt, service.lifeCycle.deleteAfterCreate) ||
            hasPassed(service.asleepSince, service.lifeCycle.deleteAfterSleep))
            expired.push_back(service.id);
    }
    return expired;
}

Awaitable<void> Lifecycle::Implementation::pauseInstances(std::string serviceId)
{
    const auto self = shared_from_this();
    Service running;
    if (const auto service = m_services.find(serviceId); service != m_services.end()) {
        if (service->second.gateway)
            service->second.gateway->setSandbox(nullptr);
        running.sandboxes = std::exchange(service->second.sandboxes, {});
    }
    for (DeploymentRecord &deployment : m_world.deployments) {
        if (deployment.serviceId != serviceId || hasEnded(deployment) ||
            deployment.status == DeploymentStatus::Stashed)
            continue;
        enter(m_world, deployment, DeploymentStatus::Stopping);
        endInstances(deployment.id, InstanceStatus::Stopping);
    }
    co_await pause(deletionPhase);
    co_await endSandboxes(std::move(running)); // keepAlive() removes their folders
    ServiceRecord *const service = m_world.services.find(serviceId);
    if (!service || service->status != ServiceStatus::Pausing)
        co_return;
    for (DeploymentRecord &deployment : m_world.deployments) {
        if (deployment.serviceId != serviceId || deployment.status != DeploymentStatus::Stopping)
            continue;
        enter(m_world, deployment, DeploymentStatus::Stopped, {"The service was paused."});
        endInstances(deployment.id, InstanceStatus::Stopped);
    }
    service->activeDeploymentId.clear();
    service->asleepSince.reset();
    enter(m_world, *service, ServiceStatus::Paused);
}

} // namespace Koyeb::Local
