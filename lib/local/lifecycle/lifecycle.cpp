// SPDX-License-Identifier: Apache-2.0
#include "local/lifecycle/lifecycle.h"

#include "local/lifecycle/lifecycle_p.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

namespace Koyeb::Local {

Lifecycle::Lifecycle(
    asio::io_context &context, World &world, Misbehaviour &misbehaviour, LifecycleSettings settings)
    : m_implementation(std::make_shared<Implementation>(context, world, misbehaviour, std::move(settings)))
{
}

Lifecycle::~Lifecycle() = default;

void Lifecycle::deploy(const std::string &deploymentId)
{
    // Taken now, since it is meant for this deployment, not for an earlier one that is still on its way.
    auto orderedFailure = m_implementation->m_misbehaviour.takeDeploymentFailure();
    asio::co_spawn(
        m_implementation->m_context,
        [self = m_implementation, deploymentId, orderedFailure]() {
            return self->bringUp(deploymentId, orderedFailure);
        },
        asio::detached);
}

bool Lifecycle::cancelDeployment(const std::string &deploymentId)
{
    World &world = m_implementation->m_world;
    DeploymentRecord *const deployment = world.deployment(deploymentId);
    if (!deployment || (deployment->status != DeploymentStatus::Pending &&
                        deployment->status != DeploymentStatus::Scheduled))
        return false;
    deployment->status = DeploymentStatus::Canceled;
    deployment->terminatedAt = deployment->updatedAt = std::chrono::system_clock::now();
    deployment->messages = {"Canceled by request."};
    ServiceRecord *const service = world.service(deployment->serviceId);
    if (service && service->latestDeploymentId == deploymentId)
        service->status =
            service->activeDeploymentId.empty() ? ServiceStatus::Unhealthy : ServiceStatus::Healthy;
    return true;
}

void Lifecycle::deleteService(const std::string &serviceId)
{
    ServiceRecord *const service = m_implementation->m_world.service(serviceId);
    if (!service || service->status == ServiceStatus::Deleting)
        return;
    service->status = ServiceStatus::Deleting;
    service->updatedAt = std::chrono::system_clock::now();
    asio::co_spawn(
        m_implementation->m_context,
        [self = m_implementation, serviceId]() { return self->takeDown(serviceId); }, asio::detached);
}

void Lifecycle::deleteApp(const std::string &appId)
{
    World &world = m_implementation->m_world;
    AppRecord *const app = world.app(appId);
    if (!app || app->deleting)
        return;
    app->deleting = true;
    app->updatedAt = std::chrono::system_clock::now();
    for (const ServiceRecord &service : world.services) {
        if (service.appId == appId)
            deleteService(service.id);
    }
    asio::co_spawn(
        m_implementation->m_context,
        [self = m_implementation, appId]() { return self->finishAppDeletion(appId); }, asio::detached);
}

void Lifecycle::deleteExpiredServices()
{
    for (const std::string &serviceId : m_implementation->expiredServices())
        deleteService(serviceId);
}

void Lifecycle::crashSandbox(const std::string &serviceId)
{
    const std::shared_ptr<SandboxProcess> sandbox = runningSandbox(serviceId);
    if (sandbox)
        sandbox->kill();
}

std::shared_ptr<SandboxProcess> Lifecycle::runningSandbox(const std::string &id) const
{
    const InstanceRecord *const instance = m_implementation->m_world.instance(id);
    const auto service = m_implementation->m_services.find(instance ? instance->serviceId : id);
    if (service == m_implementation->m_services.end() || !service->second.gateway)
        return nullptr;
    const std::shared_ptr<SandboxProcess> sandbox = service->second.gateway->sandbox();
    const bool fits = sandbox && sandbox->isServing() && (!instance || sandbox->spec().instanceId == id);
    return fits ? sandbox : nullptr;
}

bool Lifecycle::isKnown(const std::string &id) const
{
    return m_implementation->m_world.service(id) || m_implementation->m_world.instance(id);
}

void Lifecycle::shutDown(std::function<void()> done)
{
    asio::co_spawn(
        m_implementation->m_context,
        [self = m_implementation, done = std::move(done)]() { return self->shutDown(done); }, asio::detached);
}

} // namespace Koyeb::Local
