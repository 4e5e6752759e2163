// SPDX-License-Identifier: Apache-2.0
#include "local/lifecycle/lifecycle_p.h"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

namespace Koyeb::Local {

using std::chrono::milliseconds;

namespace {

constexpr std::chrono::seconds measuringInterval{10};
constexpr milliseconds shortestInterval{500};

bool hasPassed(SystemTime::duration idle, std::chrono::seconds delay)
{
    return delay.count() > 0 && idle >= delay;
}

} // namespace

void Lifecycle::Implementation::letIdleSleep()
{
    for (auto &[serviceId, running] : m_services) {
        ServiceRecord *const service = m_world.services.find(serviceId);
        DeploymentRecord *const deployment =
            service ? m_world.deployments.find(service->activeDeploymentId) : nullptr;
        if (!deployment || !running.gateway || running.gateway->isBusy() || !wantedDeployment(deployment->id))
            continue;
        const SleepDelays delays = sleepDelaysOf(deployment->definition);
        const auto idle = m_world.now() - running.gateway->lastActivity();
        const bool asleep = deployment->status == DeploymentStatus::Sleeping;
        const bool lightlyAsleep = asleep && running.sandboxes.contains(deployment->id);
        if (hasPassed(idle, delays.deep) &&
            (lightlyAsleep || deployment->status == DeploymentStatus::Healthy))
            fallAsleep(*service, *deployment, /*deeply=*/true);
        else if (hasPassed(idle, delays.light) && deployment->status == DeploymentStatus::Healthy)
            fallAsleep(*service, *deployment, /*deeply=*/false);
    }
}

void Lifecycle::Implementation::fallAsleep(ServiceRecord &service, DeploymentRecord &deployment, bool deeply)
{
    Service &running = m_services[service.id];
    const auto entry = running.sandboxes.find(deployment.id);
    if (entry == running.sandboxes.end())
        return;
    const std::shared_ptr<SandboxProcess> sandbox = entry->second;
    running.gateway->setSandbox(nullptr);
    const bool wasAwake = deployment.status != DeploymentStatus::Sleeping;
    if (deeply) {
        running.sandboxes.erase(entry);
        sandbox->kill(); // keepAlive() removes the folder
    } else {
        sandbox->freeze();
    }
    const char *const message = deeply ? "The instance sleeps; the next request starts a new one."
                                       : "The instance sleeps lightly; the next request goes on with it.";
    enter(m_world, deployment, DeploymentStatus::Sleeping, {message});
    if (InstanceRecord *const instance = m_world.currentInstance(service.id))
        enter(m_world, *instance, InstanceStatus::Sleeping, message);
    if (wasAwake) {
        service.asleepSince = m_world.now();
        noteScaling(service, deployment, 1, 0);
    }
}

void Lifecycle::Implementation::noteScaling(
    const ServiceRecord &service, const DeploymentRecord &deployment, int before, int after)
{
    noteSystemActivity(
        m_world, service, "autoscaled",
        {{"previous_count", before}, {"count", after}, {"region", settingsFor(deployment).region}});
}

Awaitable<void> Lifecycle::Implementation::wake(std::string serviceId)
{
    const auto self = shared_from_this();
    auto running = m_services.find(serviceId);
    while (running != m_services.end() && running->second.waking) {
        co_await pause(milliseconds(10));
        running = m_services.find(serviceId);
    }
    ServiceRecord *const service = m_world.services.find(serviceId);
    if (!service || running == m_services.end())
        co_return;
    DeploymentRecord *const deployment = wantedDeployment(service->activeDeploymentId);
    if (!deployment || deployment->status != DeploymentStatus::Sleeping)
        co_return;
    const std::shared_ptr<SandboxProcess> frozen = sandboxOf(*deployment);
    if (frozen && frozen->isServing()) {
        frozen->thaw();
        becomeHealthy(*deployment);
        noteScaling(*service, *deployment, 0, 1);
        co_return;
    }
    running->second.waking = true;
    co_await wakeDeeply(serviceId, deployment->id);
    running = m_services.find(serviceId);
    if (running != m_services.end())
        running->second.waking = false;
}

Awaitable<void> Lifecycle::Implementation::wakeDeeply(std::string serviceId, std::string deploymentId)
{
    endInstances(deploymentId, InstanceStatus::Stopped);
    DeploymentRecord *deployment = m_world.deployments.find(deploymentId);
    enter(m_world, *deployment, DeploymentStatus::Starting, {"A request wakes the service."});
    const std::string problem = co_await startInstance(deploymentId);
    deployment = wantedDeployment(deploymentId);
    if (!deployment)
        co_return;
    if (!problem.empty())
        co_return fail(deploymentId, problem);
    becomeHealthy(*deployment);
    noteScaling(*m_world.services.find(serviceId), *deployment, 0, 1);
    const auto self = shared_from_this();
    asio::co_spawn(
        m_context, [self, deploymentId]() { return self->keepAlive(deploymentId); }, asio::detached);
}

Awaitable<void> Lifecycle::Implementation::reopen(std::shared_ptr<Gateway> gateway, milliseconds after)
{
    const auto self = shared_from_this();
    co_await pause(after);
    const bool stillInUse = std::ranges::any_of(
        m_services, [&](const auto &service) { return service.second.gateway == gateway; });
    // At its own port, which somebody else may have taken meanwhile.
    while (stillInUse && !m_shuttingDown && !gateway->listen().empty())
        co_await pause(milliseconds(100));
}

void Lifecycle::Implementation::measureAll()
{
    const SystemTime now = m_world.now();
    std::optional<std::map<pid_t, ProcessUsage>> usage;
    for (const auto &[serviceId, running] : m_services) {
        if (running.sandboxes.empty() ||
            (running.measuredAt && now < *running.measuredAt + measuringInterval))
            continue;
        if (!usage)
            usage = usageOfProcesses();
        measure(serviceId, *usage);
    }
}

void Lifecycle::Implementation::measure(
    const std::string &serviceId, const std::map<pid_t, ProcessUsage> &usage)
{
    const auto service = m_services.find(serviceId);
    if (service == m_services.end())
        return;
    Service &running = service->second;
    const SystemTime now = m_world.now();
    const auto elapsed = running.measuredAt ? now - *running.measuredAt : SystemTime::duration(0);
    if (running.measuredAt && elapsed >= SystemTime::duration(0) && elapsed < shortestInterval)
        return; // too short to tell anything
    std::map<std::string, milliseconds> usedTimes;
    for (const auto &[deploymentId, sandbox] : running.sandboxes) {
        if (!sandbox->isServing())
            continue;
        const std::string &instanceId = sandbox->spec().instanceId;
        const ProcessUsage used = usageOfTree(usage, sandbox->processId());
        UsageSample sample;
        sample.time = now;
        sample.residentBytes = used.residentBytes;
        const auto before = running.usedTimes.find(instanceId);
        if (before != running.usedTimes.end() && elapsed > shortestInterval && used.time >= before->second)
            sample.cpuPercent = 100.0 * std::chrono::duration<double>(used.time - before->second).count() /
                                std::chrono::duration<double>(elapsed).count();
        usedTimes[instanceId] = used.time;
        m_world.metrics.addUsage(serviceId, instanceId, sample);
    }
    running.measuredAt = now;
    running.usedTimes = std::move(usedTimes);
}

} // namespace Koyeb::Local
