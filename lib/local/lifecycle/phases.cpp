// SPDX-License-Identifier: Apache-2.0
#include "local/api/catalog.h"
#include "local/lifecycle/lifecycle_p.h"
#include "local/runtime/isolation.h"
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

} // namespace

Lifecycle::Implementation::Implementation(
    asio::io_context &context, World &world, Misbehaviour &misbehaviour, LifecycleSettings settings)
    : m_context(context), m_world(world), m_misbehaviour(misbehaviour), m_settings(std::move(settings))
{
}

DeploymentRecord *Lifecycle::Implementation::wantedDeployment(const std::string &id)
{
    DeploymentRecord *const deployment = m_world.deployments.find(id);
    if (!deployment || m_shuttingDown)
        return nullptr;
    const ServiceRecord *const service = m_world.services.find(deployment->serviceId);
    if (!service || service->status == ServiceStatus::Deleting || service->status == ServiceStatus::Pausing ||
        service->status == ServiceStatus::Paused || hasEnded(*deployment))
        return nullptr;
    const DeploymentRecord *const latest = m_world.latestDeployment(*service);
    if (latest != deployment && service->activeDeploymentId != id) {
        enter(
            m_world, *deployment, DeploymentStatus::Canceled,
            {"Replaced by a newer deployment before it was ready."});
        return nullptr;
    }
    return deployment;
}

DeploymentRecord &Lifecycle::Implementation::addDeployment(
    ServiceRecord &service, nlohmann::json definition, Trigger trigger)
{
    DeploymentRecord deployment;
    deployment.id = randomUuid();
    deployment.owner = service.owner;
    deployment.appId = service.appId;
    deployment.serviceId = service.id;
    deployment.regionalDeploymentId = randomUuid();
    deployment.parentId = service.latestDeploymentId;
    deployment.trigger = trigger;
    deployment.definition = std::move(definition);
    deployment.createdAt = deployment.updatedAt = m_world.now();
    if (DeploymentRecord *const parent = m_world.deployments.find(service.latestDeploymentId)) {
        parent->childId = deployment.id;
        deployment.version = parent->version + 1;
    }
    service.latestDeploymentId = deployment.id;
    DeploymentRecord &stored = m_world.deployments.add(std::move(deployment));
    m_world.trimHistory(service.id);
    return stored;
}

SandboxSettings Lifecycle::Implementation::settingsFor(const DeploymentRecord &deployment) const
{
    return settingsOf(deployment.definition, [&](std::string_view name) {
        return m_world.secretValue(deployment.owner, name);
    });
}

Awaitable<bool> Lifecycle::Implementation::moveTo(std::string deploymentId, DeploymentStatus status)
{
    co_await pause(m_misbehaviour.phaseDelay());
    DeploymentRecord *const deployment = wantedDeployment(deploymentId);
    if (!deployment)
        co_return false;
    enter(m_world, *deployment, status);
    co_return true;
}

Awaitable<void> Lifecycle::Implementation::bringUp(
    std::string deploymentId, std::optional<DeploymentOrder> order)
{
    const auto self = shared_from_this();
    for (const DeploymentStatus status : {DeploymentStatus::Scheduled, DeploymentStatus::Allocating}) {
        const bool moved = (!order || order->lastStatus != m_world.deployments.find(deploymentId)->status) &&
                           co_await moveTo(deploymentId, status);
        if (!moved)
            co_return;
    }
    if (order && order->lastStatus == DeploymentStatus::Allocating)
        co_return;
    DeploymentRecord *deployment = m_world.deployments.find(deploymentId);
    if (order && order->lastStatus != DeploymentStatus::Starting)
        co_return fail(deploymentId, order->message, order->lastStatus);
    std::string problem = refusal(*deployment);
    if (problem.empty())
        problem = openDoors(*deployment);
    if (!problem.empty())
        co_return fail(deploymentId, problem);
    const bool starting = co_await moveTo(deploymentId, DeploymentStatus::Starting);
    if (!starting || order)
        co_return;
    problem = co_await startInstance(deploymentId);
    deployment = wantedDeployment(deploymentId);
    if (!deployment)
        co_return;
    if (!problem.empty())
        co_return fail(deploymentId, problem);
    becomeHealthy(*deployment);
    noteSystemActivity(
        m_world, *m_world.services.find(deployment->serviceId), "succeeded",
        {{"deployment_id", deployment->id}});
    asio::co_spawn(
        m_context, [self, deploymentId]() { return self->keepAlive(deploymentId); }, asio::detached);
    replaceOlder(*deployment);
}

std::string Lifecycle::Implementation::refusal(const DeploymentRecord &deployment) const
{
    if (!m_settings.isolationProblem.empty())
        return m_settings.isolationProblem;
    if (settingsFor(deployment).secret.empty())
        return "The environment variable SANDBOX_SECRET is not set.";
    return {};
}

std::string Lifecycle::Implementation::openDoors(DeploymentRecord &deployment)
{
    std::string problem = openGateway(deployment);
    if (!problem.empty())
        return problem;
    Service &service = m_services[deployment.serviceId];
    if (settingsFor(deployment).wantsTcpProxy && !service.tcpProxy) {
        auto proxy = std::make_shared<TcpProxy>(m_context, service.gateway);
        problem = proxy->listen();
        if (!problem.empty())
            return problem;
        service.tcpProxy = std::move(proxy);
    }
    if (service.tcpProxy)
        deployment.address->tcpProxyPort = service.tcpProxy->port();
    return {};
}

std::string Lifecycle::Implementation::openGateway(DeploymentRecord &deployment)
{
    Service &service = m_services[deployment.serviceId];
    if (!service.gateway) {
        auto gateway = std::make_shared<Gateway>(m_context, m_misbehaviour, hooksFor(deployment.serviceId));
        std::string problem = gateway->listen();
        if (!problem.empty())
            return problem;
        service.gateway = std::move(gateway);
    }
    deployment.address = SandboxAddress{service.gateway->publicUrl(), service.gateway->routingKey()};
    return m_world.routing == RoutingMode::Domain ? openDomain(deployment, *service.gateway) : std::string();
}

// The app's domain gets the port of the gateway, which takes it for its own from now on.
std::string Lifecycle::Implementation::openDomain(DeploymentRecord &deployment, Gateway &gateway)
{
    const AppRecord *const app = m_world.apps.find(deployment.appId);
    if (!app)
        return "The app is gone.";
    DomainRecord *const domain = m_world.domains.find(app->domainIds.front());
    const std::string bareName = domain->name.substr(0, domain->name.find(':'));
    domain->name = bareName + ':' + std::to_string(gateway.port());
    gateway.setDomain(domain->name);
    deployment.address->routingKey.clear();
    return {};
}

GatewayHooks Lifecycle::Implementation::hooksFor(const std::string &serviceId)
{
    // Sessions of the gateway may outlive this object, but not the world.
    World *const world = &m_world;
    const std::weak_ptr<Implementation> weak = weak_from_this();
    GatewayHooks hooks;
    hooks.now = [world]() {
        return world->now();
    };
    hooks.replied = [world, serviceId](unsigned status, double milliseconds) {
        if (world->services.find(serviceId))
            world->metrics.addReply(serviceId, world->now(), status, milliseconds);
    };
    hooks.passed = [world, serviceId](std::uint64_t in, std::uint64_t out) {
        if (world->services.find(serviceId))
            world->metrics.addBytes(serviceId, world->now(), in, out);
    };
    hooks.wake = [weak, serviceId]() -> Awaitable<void> {
        if (const auto self = weak.lock())
            co_await self->wake(serviceId);
    };
    return hooks;
}

SandboxProcess::LineSink Lifecycle::Implementation::lineSinkFor(
    const DeploymentRecord &deployment, const std::string &instanceId)
{
    LogSource source;
    source.organizationId = deployment.owner.organizationId;
    source.appId = deployment.appId;
    source.serviceId = deployment.serviceId;
    source.deploymentId = deployment.id;
    source.regionalDeploymentId = deployment.regionalDeploymentId;
    source.instanceId = instanceId;
    source.region = settingsFor(deployment).region;
    return [world = &m_world, source = std::make_shared<const LogSource>(std::move(source))](
               LogStream stream, std::string line) {
        if (world->services.find(source->serviceId))
            world->logs.add(world->now(), stream, std::move(line), source);
    };
}

SandboxSpec Lifecycle::Implementation::specFor(
    const DeploymentRecord &deployment, const std::string &instanceId) const
{
    SandboxSpec spec;
    spec.folder = m_settings.sandboxesFolder / deployment.serviceId / instanceId;
    spec.program = m_settings.program;
    spec.isolation = m_settings.isolation;
    spec.settings = settingsFor(deployment);
    const AppRecord *const app = m_world.apps.find(deployment.appId);
    spec.appName = app ? app->name : std::string();
    spec.serviceId = deployment.serviceId;
    spec.instanceId = instanceId;
    spec.smallDisk = m_misbehaviour.smallDisk();
    spec.limits = m_misbehaviour.limitsFor(limitsOf(spec.settings.instanceType));
    spec.limitsInForce = m_settings.limits;
    spec.groups = m_settings.groups;
    return spec;
}

void Lifecycle::Implementation::addInstance(const DeploymentRecord &deployment, const std::string &instanceId)
{
    const SandboxSettings settings = settingsFor(deployment);
    InstanceRecord instance;
    instance.id = instanceId;
    instance.appId = deployment.appId;
    instance.serviceId = deployment.serviceId;
    instance.deploymentId = deployment.id;
    instance.owner = deployment.owner;
    instance.regionalDeploymentId = deployment.regionalDeploymentId;
    instance.allocationId = randomUuid();
    instance.type = settings.instanceType;
    instance.region = settings.region;
    instance.createdAt = instance.updatedAt = m_world.now();
    enter(m_world, m_world.instances.add(std::move(instance)), InstanceStatus::Starting);
    m_world.trimHistory(deployment.serviceId);
}

// Leaves the sandbox in Service::sandboxes, also when it fails, so that whoever deletes the service meanwhile
// finds it there.
Awaitable<std::string> Lifecycle::Implementation::startInstance(std::string deploymentId)
{
    const DeploymentRecord *const deployment = m_world.deployments.find(deploymentId);
    const std::string serviceId = deployment->serviceId;
    const std::string instanceId = randomUuid();
    SandboxSpec spec = specFor(*deployment, instanceId);
    addInstance(*deployment, instanceId);
    std::string problem = createSandboxFolder(spec);
    if (!problem.empty())
        co_return problem;
    auto lines = lineSinkFor(*deployment, instanceId);
    const auto sandbox = std::make_shared<SandboxProcess>(m_context, std::move(spec), std::move(lines));
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
    const SandboxSettings settings = settingsFor(deployment);
    std::vector<std::string> messages{
        "The local engine runs commands with this computer's own programs (/usr), not in the image " +
        settings.image + "."};
    for (const std::string &name : settings.unresolvedSecrets)
        messages.push_back(name + " refers to a secret that does not exist, and is not set.");
    for (const ConfigFile &file : settings.configFiles) {
        if (isCovered(file.path))
            messages.push_back(file.path + " is missing: this computer's own files are at that place.");
    }
    enter(m_world, deployment, DeploymentStatus::Healthy, std::move(messages));
    if (InstanceRecord *const instance = m_world.currentInstance(deployment.serviceId))
        enter(m_world, *instance, InstanceStatus::Healthy);
    ServiceRecord *const service = m_world.services.find(deployment.serviceId);
    service->activeDeploymentId = service->lastProvisionedDeploymentId = deployment.id;
    service->asleepSince.reset();
    enter(m_world, *service, ServiceStatus::Healthy);
    Service &running = m_services[deployment.serviceId];
    running.gateway->setSandbox(running.sandboxes[deployment.id]);
}

void Lifecycle::Implementation::becomeUnhealthy(DeploymentRecord &deployment, const std::string &message)
{
    enter(m_world, deployment, DeploymentStatus::Unhealthy, {message});
    endInstances(deployment.id, InstanceStatus::Error, message);
    enter(m_world, *m_world.services.find(deployment.serviceId), ServiceStatus::Unhealthy, {message});
}

void Lifecycle::Implementation::fail(
    const std::string &deploymentId, const std::string &message, DeploymentStatus status)
{
    DeploymentRecord *const deployment = m_world.deployments.find(deploymentId);
    if (!deployment)
        return;
    enter(m_world, *deployment, status, {message});
    endInstances(deploymentId, InstanceStatus::Error, message);
    ServiceRecord *const service = m_world.services.find(deployment->serviceId);
    if (!service)
        return;
    // An older deployment that still serves makes the difference.
    const bool stillServes =
        !service->activeDeploymentId.empty() && service->activeDeploymentId != deploymentId;
    enter(m_world, *service, stillServes ? ServiceStatus::Degraded : ServiceStatus::Unhealthy, {message});
    noteSystemActivity(m_world, *service, "failed", {{"deployment_id", deploymentId}});
}

void Lifecycle::Implementation::endInstances(
    const std::string &deploymentId, InstanceStatus status, const std::string &message)
{
    for (InstanceRecord &instance : m_world.instances) {
        if (instance.deploymentId == deploymentId && !hasEnded(instance))
            enter(m_world, instance, status, message);
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
        const SystemTime startedAt = m_world.now();
        co_await sandbox->waitUntilEnded();
        co_await removeInBackground(sandbox->spec().folder);
        deployment = wantedDeployment(deploymentId);
        if (!deployment || sandboxOf(*deployment) != sandbox)
            co_return; // it was put to sleep, paused or replaced
        if (m_world.now() - startedAt > stableAfter) {
            restarts = 0;
            delay = firstRestartDelay;
        }
        std::string why =
            sandbox->endReason().empty() ? "The instance ended unexpectedly." : sandbox->endReason();
        const bool running = co_await restart(deploymentId, std::move(why), delay);
        if (!running)
            co_return;
        delay *= 2;
    }
    fail(deploymentId, "The instance ended too often and is not started again.");
}

Awaitable<bool> Lifecycle::Implementation::restart(
    std::string deploymentId, std::string why, milliseconds delay)
{
    DeploymentRecord *deployment = wantedDeployment(deploymentId);
    if (!deployment || deployment->status != DeploymentStatus::Healthy)
        co_return false;
    becomeUnhealthy(*deployment, why + " It is started again.");
    co_await pause(delay);
    deployment = wantedDeployment(deploymentId);
    if (!deployment)
        co_return false;
    enter(m_world, *deployment, DeploymentStatus::Starting);
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
    for (DeploymentRecord &older : m_world.deployments) {
        if (older.serviceId != deployment.serviceId || older.version >= deployment.version ||
            hasEnded(older) || older.status == DeploymentStatus::Stashed)
            continue;
        enter(m_world, older, DeploymentStatus::Stopped, {"Replaced by a newer deployment."});
        endInstances(older.id, InstanceStatus::Stopped);
    }
    auto &sandboxes = m_services[deployment.serviceId].sandboxes;
    for (auto entry = sandboxes.begin(); entry != sandboxes.end();) {
        const auto [id, sandbox] = *entry;
        const DeploymentRecord *const older = m_world.deployments.find(id);
        if (older && !hasEnded(*older)) {
            ++entry;
            continue;
        }
        entry = sandboxes.erase(entry);
        sandbox->kill(); // keepAlive() sees the end, and removes the folder
    }
}

} // namespace Koyeb::Local
