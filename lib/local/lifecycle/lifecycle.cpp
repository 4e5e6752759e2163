// SPDX-License-Identifier: Apache-2.0
#include "local/lifecycle/lifecycle.h"

#include "local/lifecycle/lifecycle_p.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <tuple>

namespace Koyeb::Local {

Lifecycle::Lifecycle(
    asio::io_context &context, World &world, Misbehaviour &misbehaviour, LifecycleSettings settings)
    : m_implementation(std::make_shared<Implementation>(context, world, misbehaviour, std::move(settings)))
{
    asio::co_spawn(context, m_implementation->watchLimits(), asio::detached);
}

Lifecycle::~Lifecycle() = default;

std::string Lifecycle::deploy(ServiceRecord &service, nlohmann::json definition, Trigger trigger)
{
    DeploymentRecord &deployment = m_implementation->addDeployment(service, std::move(definition), trigger);
    enter(m_implementation->m_world, deployment, DeploymentStatus::Pending);
    // Clients look for the address once, however soon, and keep what they find. A failure is told by
    // bringUp(), which tries again.
    std::ignore = m_implementation->openGateway(deployment);
    // Taken now, since it is meant for this deployment, not for an earlier one that is still on its way.
    auto order = m_implementation->m_misbehaviour.takeDeploymentOrder();
    asio::co_spawn(
        m_implementation->m_context,
        [self = m_implementation, id = deployment.id, order]() { return self->bringUp(id, order); },
        asio::detached);
    return deployment.id;
}

void Lifecycle::stash(ServiceRecord &service, nlohmann::json definition)
{
    DeploymentRecord &deployment =
        m_implementation->addDeployment(service, std::move(definition), Trigger::Request);
    enter(m_implementation->m_world, deployment, DeploymentStatus::Stashed);
}

bool Lifecycle::cancelDeployment(const std::string &deploymentId)
{
    World &world = m_implementation->m_world;
    DeploymentRecord *const deployment = world.deployments.find(deploymentId);
    if (!deployment || (deployment->status != DeploymentStatus::Pending &&
                        deployment->status != DeploymentStatus::Scheduled))
        return false;
    enter(world, *deployment, DeploymentStatus::Canceled, {"Canceled by request."});
    ServiceRecord *const service = world.services.find(deployment->serviceId);
    if (service && service->latestDeploymentId == deploymentId) {
        const bool stillServes = !service->activeDeploymentId.empty();
        enter(world, *service, stillServes ? ServiceStatus::Healthy : ServiceStatus::Unhealthy);
    }
    return true;
}

bool Lifecycle::pauseService(const std::string &serviceId)
{
    ServiceRecord *const service = m_implementation->m_world.services.find(serviceId);
    if (!service || service->status == ServiceStatus::Pausing || service->status == ServiceStatus::Paused ||
        service->status == ServiceStatus::Deleting)
        return false;
    enter(m_implementation->m_world, *service, ServiceStatus::Pausing);
    asio::co_spawn(
        m_implementation->m_context,
        [self = m_implementation, serviceId]() { return self->pauseInstances(serviceId); }, asio::detached);
    return true;
}

bool Lifecycle::resumeService(const std::string &serviceId)
{
    World &world = m_implementation->m_world;
    ServiceRecord *const service = world.services.find(serviceId);
    const DeploymentRecord *const latest = service ? world.latestDeployment(*service) : nullptr;
    if (!latest || service->status != ServiceStatus::Paused)
        return false;
    enter(world, *service, ServiceStatus::Resuming);
    deploy(*service, nlohmann::json(latest->definition), Trigger::Resume);
    return true;
}

void Lifecycle::deleteService(const std::string &serviceId)
{
    ServiceRecord *const service = m_implementation->m_world.services.find(serviceId);
    if (!service || service->status == ServiceStatus::Deleting)
        return;
    enter(m_implementation->m_world, *service, ServiceStatus::Deleting);
    asio::co_spawn(
        m_implementation->m_context,
        [self = m_implementation, serviceId]() { return self->takeDown(serviceId); }, asio::detached);
}

void Lifecycle::deleteApp(const std::string &appId)
{
    World &world = m_implementation->m_world;
    AppRecord *const app = world.apps.find(appId);
    if (!app || app->deleting)
        return;
    app->deleting = true;
    app->updatedAt = world.now();
    for (const std::string &serviceId : app->serviceIds)
        deleteService(serviceId);
    asio::co_spawn(
        m_implementation->m_context,
        [self = m_implementation, appId]() { return self->finishAppDeletion(appId); }, asio::detached);
}

void Lifecycle::tick()
{
    for (const std::string &serviceId : m_implementation->expiredServices())
        deleteService(serviceId);
    m_implementation->letIdleSleep();
    m_implementation->measureAll();
}

void Lifecycle::measure(const std::string &serviceId)
{
    m_implementation->measure(serviceId, usageOfProcesses());
}

void Lifecycle::putToSleep(const std::string &serviceId)
{
    World &world = m_implementation->m_world;
    ServiceRecord *const service = world.services.find(serviceId);
    DeploymentRecord *const deployment =
        service ? world.deployments.find(service->activeDeploymentId) : nullptr;
    if (deployment && deployment->status == DeploymentStatus::Healthy)
        m_implementation->fallAsleep(*service, *deployment, /*deeply=*/true);
}

void Lifecycle::crashSandbox(const std::string &serviceId)
{
    const std::shared_ptr<SandboxProcess> sandbox = runningSandbox(serviceId);
    if (sandbox)
        sandbox->kill();
}

void Lifecycle::restartExecutor(const std::string &serviceId)
{
    const std::shared_ptr<SandboxProcess> sandbox = runningSandbox(serviceId);
    if (sandbox)
        sandbox->restartExecutor();
}

void Lifecycle::crashOnSlowLogs(const std::string &serviceId)
{
    const std::shared_ptr<SandboxProcess> sandbox = runningSandbox(serviceId);
    if (sandbox)
        sandbox->crashOnSlowLogs();
}

void Lifecycle::closeGateway(const std::string &serviceId, std::chrono::milliseconds duration)
{
    const auto service = m_implementation->m_services.find(serviceId);
    if (service == m_implementation->m_services.end() || !service->second.gateway)
        return;
    service->second.gateway->refuse();
    asio::co_spawn(
        m_implementation->m_context,
        [self = m_implementation, gateway = service->second.gateway, duration]() {
            return self->reopen(gateway, duration);
        },
        asio::detached);
}

std::shared_ptr<SandboxProcess> Lifecycle::runningSandbox(const std::string &id) const
{
    const InstanceRecord *const instance = m_implementation->m_world.instances.find(id);
    const auto service = m_implementation->m_services.find(instance ? instance->serviceId : id);
    if (service == m_implementation->m_services.end() || !service->second.gateway)
        return nullptr;
    const std::shared_ptr<SandboxProcess> sandbox = service->second.gateway->sandbox();
    const bool fits = sandbox && sandbox->isServing() && (!instance || sandbox->spec().instanceId == id);
    return fits ? sandbox : nullptr;
}

std::shared_ptr<void> Lifecycle::keepAwake(const std::string &id) const
{
    const std::shared_ptr<SandboxProcess> sandbox = runningSandbox(id);
    const auto service =
        m_implementation->m_services.find(sandbox ? sandbox->spec().serviceId : std::string());
    return service == m_implementation->m_services.end() ? nullptr : service->second.gateway->beginActivity();
}

bool Lifecycle::isKnown(const std::string &id, const std::string &organizationId) const
{
    const ServiceRecord *const service = m_implementation->m_world.services.find(id);
    const InstanceRecord *const instance = m_implementation->m_world.instances.find(id);
    return (service && service->owner.organizationId == organizationId) ||
           (instance && instance->owner.organizationId == organizationId);
}

void Lifecycle::shutDown(std::function<void()> done)
{
    asio::co_spawn(
        m_implementation->m_context,
        [self = m_implementation, done = std::move(done)]() { return self->shutDown(done); }, asio::detached);
}

} // namespace Koyeb::Local
