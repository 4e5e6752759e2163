// SPDX-License-Identifier: Apache-2.0
#include "local/api/definition.h"
#include "local/lifecycle/lifecycle_p.h"
#include "local/runtime/sandboxfolder.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

namespace Koyeb::Local {

namespace {

using std::chrono::milliseconds;

// An instance that keeps dying is given up after so many attempts in a row; each waits twice as long.
constexpr int maximumRestarts = 5;
constexpr milliseconds firstRestartDelay{300};
// Who has lived this long has recovered.
constexpr std::chrono::seconds stableAfter{30};

SystemTime now()
{
    return std::chrono::system_clock::now();
}

} // namespace

Lifecycle::Implementation::Implementation(
    asio::io_context &context, World &world, Misbehaviour &misbehaviour, LifecycleSettings settings)
    : m_context(context), m_world(world), m_misbehaviour(misbehaviour), m_settings(std::move(settings))
{
}

DeploymentRecord *Lifecycle::Implementation::wantedDeployment(const std::string &id)
{
    DeploymentRecord *const deployment = m_world.deployment(id);
    if (!deployment || m_shuttingDown)
        return nullptr;
    const ServiceRecord *const service = m_world.service(deployment->serviceId);
    const bool superseded = service && service->latestDeploymentId != id && service->activeDeploymentId != id;
    const bool ended = deployment->status == DeploymentStatus::Canceled ||
                       deployment->status == DeploymentStatus::Stopped ||
                       deployment->status == DeploymentStatus::Error;
    if (!service || service->status == ServiceStatus::Deleting || ended)
        return nullptr;
    if (superseded) {
        deployment->status = DeploymentStatus::Canceled;
        deployment->messages = {"Replaced by a newer deployment before it was ready."};
        deployment->terminatedAt = deployment->updatedAt = now();
        return nullptr;
    }
    return deployment;
}

Awaitable<bool> Lifecycle::Implementation::moveTo(std::string deploymentId, DeploymentStatus status)
{
    co_await pause(m_misbehaviour.phaseDelay());
    DeploymentRecord *const deployment = wantedDeployment(deploymentId);
    if (!deployment)
        co_return false;
    deployment->status = status;
    deployment->updatedAt = now();
    co_return true;
}

Awaitable<void> Lifecycle::Implementation::bringUp(
    std::string deploymentId, std::optional<std::string> orderedFailure)
{
    const auto self = shared_from_this();
    const bool scheduled = co_await moveTo(deploymentId, DeploymentStatus::Scheduled);
    const bool allocating = scheduled && co_await moveTo(deploymentId, DeploymentStatus::Allocating);
    if (!allocating)
        co_return;
    DeploymentRecord *deployment = m_world.deployment(deploymentId);
    deployment->allocatedAt = now();
    std::string problem = orderedFailure.value_or(refusal(*deployment));
    if (problem.empty())
        problem = openDoors(*deployment);
    if (!problem.empty())
        co_return fail(deploymentId, problem);
    const bool starting = co_await moveTo(deploymentId, DeploymentStatus::Starting);
    if (!starting)
        co_return;
    problem = co_await startInstance(deploymentId);
    deployment = wantedDeployment(deploymentId);
    if (!deployment)
        co_return;
    if (!problem.empty())
        co_return fail(deploymentId, problem);
    becomeHealthy(*deployment);
    asio::co_spawn(
        m_context, [self, deploymentId]() { return self->keepAlive(deploymentId); }, asio::detached);
    replaceOlder(*deployment);
}

std::string Lifecycle::Implementation::refusal(const DeploymentRecord &deployment) const
{
    if (!m_settings.isolationProblem.empty())
        return m_settings.isolationProblem;
    if (settingsOf(deployment.definition).secret.empty())
        return "The environment variable SANDBOX_SECRET is not set.";
    return {};
}

std::string Lifecycle::Implementation::openDoors(DeploymentRecord &deployment)
{
    Service &service = m_services[deployment.serviceId];
    if (!service.gateway) {
        auto gateway = std::make_shared<Gateway>(m_context, m_misbehaviour);
        std::string problem = gateway->listen();
        if (!problem.empty())
            return problem;
        service.gateway = std::move(gateway);
    }
    if (settingsOf(deployment.definition).wantsTcpProxy && !service.tcpProxy) {
        auto proxy = std::make_shared<TcpProxy>(m_context, service.gateway);
        std::string problem = proxy->listen();
        if (!problem.empty())
            return problem;
        service.tcpProxy = std::move(proxy);
    }
    SandboxAddress address{service.gateway->publicUrl(), service.gateway->routingKey()};
    if (service.tcpProxy)
        address.tcpProxyPort = service.tcpProxy->port();
    deployment.address = std::move(address);
    return {};
}

SandboxSpec Lifecycle::Implementation::specFor(
    const DeploymentRecord &deployment, const std::string &instanceId) const
{
    SandboxSpec spec;
    spec.folder = m_settings.sandboxesFolder / deployment.serviceId / instanceId;
    spec.program = m_settings.program;
    spec.isolation = m_settings.isolation;
    spec.settings = settingsOf(deployment.definition);
    const AppRecord *const app = m_world.app(deployment.appId);
    spec.appName = app ? app->name : std::string();
    spec.serviceId = deployment.serviceId;
    spec.instanceId = instanceId;
    spec.smallDisk = m_misbehaviour.smallDisk();
    return spec;
}

void Lifecycle::Implementation::addInstance(const DeploymentRecord &deployment, const std::string &instanceId)
{
    const SandboxSettings settings = settingsOf(deployment.definition);
    InstanceRecord instance;
    instance.id = instanceId;
    instance.appId = deployment.appId;
    instance.serviceId = deployment.serviceId;
    instance.deploymentId = deployment.id;
    instance.regionalDeploymentId = randomUuid();
    instance.allocationId = randomUuid();
    instance.type = settings.instanceType;
    instance.region = settings.region;
    instance.status = InstanceStatus::Starting;
    instance.createdAt = instance.updatedAt = now();
    m_world.instances.push_front(std::move(instance));
    m_world.trimHistory(deployment.serviceId);
}

// Leaves the sandbox in Service::sandboxes, also when it fails, so that whoever deletes the service meanwhile
// finds it there.
Awaitable<std::string> Lifecycle::Implementation::startInstance(std::string deploymentId)
{
    const DeploymentRecord *const deployment = m_world.deployment(deploymentId);
    const std::string serviceId = deployment->serviceId;
    const std::string instanceId = randomUuid();
    SandboxSpec spec = specFor(*deployment, instanceId);
    addInstance(*deployment, instanceId);
    std::string problem = createSandboxFolder(spec);
    if (!problem.empty())
        co_return problem;
    const auto sandbox = std::make_shared<SandboxProcess>(m_context, std::move(spec));
    m_services[serviceId].sandboxes[deploymentId] = sandbox;
    problem = co_await sandbox->start();
    const DeploymentRecord *const wanted = wantedDeployment(deploymentId);
    if (wanted && problem.empty())
        co_return problem;
    // A deletion that began meanwhile has taken the sandbox out of the map, and ends it.
    const auto service = m_services.find(serviceId);
    if (service != m_services.end() && service->second.sandboxes.erase(deploymentId) > 0)
        co_await stopSandbox(sandbox);
    endInstances(deploymentId, InstanceStatus::Error);
    co_return problem;
}

void Lifecycle::Implementation::becomeHealthy(DeploymentRecord &deployment)
{
    const SandboxSettings settings = settingsOf(deployment.definition);
    deployment.status = DeploymentStatus::Healthy;
    deployment.startedAt = deployment.startedAt.value_or(now());
    deployment.succeededAt = deployment.succeededAt.value_or(now());
    deployment.updatedAt = now();
    deployment.messages = {
        "The local engine runs commands with this computer's own programs (/usr), not in the image " +
        settings.image + "."};
    for (const std::string &variable : settings.unresolvedSecrets)
        deployment.messages.push_back(
            "The variable " + variable + " is not set: the local engine has no secrets.");
    if (InstanceRecord *const instance = m_world.currentInstance(deployment.serviceId)) {
        instance->status = InstanceStatus::Healthy;
        instance->startedAt = instance->updatedAt = now();
    }
    ServiceRecord *const service = m_world.service(deployment.serviceId);
    service->status = ServiceStatus::Healthy;
    service->messages = {};
    service->startedAt = service->startedAt.value_or(now());
    service->succeededAt = service->updatedAt = now();
    service->activeDeploymentId = deployment.id;
    Service &running = m_services[deployment.serviceId];
    running.gateway->setSandbox(running.sandboxes[deployment.id]);
}

void Lifecycle::Implementation::becomeUnhealthy(DeploymentRecord &deployment, const std::string &message)
{
    deployment.status = DeploymentStatus::Unhealthy;
    deployment.messages = {message};
    deployment.updatedAt = now();
    endInstances(deployment.id, InstanceStatus::Error);
    ServiceRecord *const service = m_world.service(deployment.serviceId);
    service->status = ServiceStatus::Unhealthy;
    service->messages = {message};
    service->updatedAt = now();
}

void Lifecycle::Implementation::fail(const std::string &deploymentId, const std::string &message)
{
    DeploymentRecord *const deployment = m_world.deployment(deploymentId);
    if (!deployment)
        return;
    deployment->status = DeploymentStatus::Error;
    deployment->messages = {message};
    deployment->terminatedAt = deployment->updatedAt = now();
    endInstances(deploymentId, InstanceStatus::Error);
    ServiceRecord *const service = m_world.service(deployment->serviceId);
    if (!service)
        return;
    // An older deployment that still serves makes the difference.
    const bool stillServes =
        !service->activeDeploymentId.empty() && service->activeDeploymentId != deploymentId;
    service->status = stillServes ? ServiceStatus::Degraded : ServiceStatus::Unhealthy;
    service->messages = {message};
    service->updatedAt = now();
}

void Lifecycle::Implementation::endInstances(const std::string &deploymentId, InstanceStatus status)
{
    for (InstanceRecord &instance : m_world.instances) {
        const bool ended =
            instance.status == InstanceStatus::Stopped || instance.status == InstanceStatus::Error;
        if (instance.deploymentId != deploymentId || ended)
            continue;
        instance.status = status;
        instance.terminatedAt = instance.updatedAt = now();
    }
}

std::shared_ptr<SandboxProcess> Lifecycle::Implementation::sandboxOf(const DeploymentRecord &deployment) const
{
    const auto service = m_services.find(deployment.serviceId);
    if (service == m_services.end())
        return nullptr;
    const auto sandbox = service->second.sandboxes.find(deployment.id);
    return sandbox == service->second.sandboxes.end() ? nullptr : sandbox->second;
}

Awaitable<void> Lifecycle::Implementation::keepAlive(std::string deploymentId)
{
    milliseconds delay = firstRestartDelay;
    for (int restarts = 0; restarts < maximumRestarts; ++restarts) {
        const DeploymentRecord *deployment = wantedDeployment(deploymentId);
        const std::shared_ptr<SandboxProcess> sandbox = deployment ? sandboxOf(*deployment) : nullptr;
        if (!sandbox)
            co_return;
        const SystemTime startedAt = now();
        co_await sandbox->waitUntilEnded();
        co_await removeInBackground(sandbox->spec().folder);
        if (now() - startedAt > stableAfter) {
            restarts = 0;
            delay = firstRestartDelay;
        }
        const bool running = co_await restart(deploymentId, delay);
        if (!running)
            co_return;
        delay *= 2;
    }
    fail(deploymentId, "The instance ended too often and is not started again.");
}

Awaitable<bool> Lifecycle::Implementation::restart(std::string deploymentId, milliseconds delay)
{
    DeploymentRecord *deployment = wantedDeployment(deploymentId);
    if (!deployment || deployment->status != DeploymentStatus::Healthy)
        co_return false;
    becomeUnhealthy(*deployment, "The instance ended unexpectedly and is started again.");
    co_await pause(delay);
    deployment = wantedDeployment(deploymentId);
    if (!deployment)
        co_return false;
    deployment->status = DeploymentStatus::Starting;
    const std::string problem = co_await startInstance(deploymentId);
    deployment = wantedDeployment(deploymentId);
    if (!deployment)
        co_return false;
    if (problem.empty())
        becomeHealthy(*deployment);
    else
        fail(deploymentId, problem);
    co_return problem.empty();
}

void Lifecycle::Implementation::replaceOlder(const DeploymentRecord &deployment)
{
    auto &sandboxes = m_services[deployment.serviceId].sandboxes;
    for (auto entry = sandboxes.begin(); entry != sandboxes.end();) {
        const auto [id, sandbox] = *entry;
        if (id == deployment.id) {
            ++entry;
            continue;
        }
        entry = sandboxes.erase(entry);
        if (DeploymentRecord *const older = m_world.deployment(id)) {
            older->status = DeploymentStatus::Stopped;
            older->terminatedAt = older->updatedAt = now();
        }
        endInstances(id, InstanceStatus::Stopped);
        sandbox->kill(); // keepAlive() sees the end, and removes the folder
    }
}

} // namespace Koyeb::Local
