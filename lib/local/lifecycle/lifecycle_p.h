// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "local/api/definition.h"
#include "local/api/world.h"
#include "local/asio.h"
#include "local/gateway/gateway.h"
#include "local/gateway/tcpproxy.h"
#include "local/lifecycle/lifecycle.h"
#include "local/runtime/processusage.h"
#include "local/runtime/sandboxprocess.h"
#include "local/server/misbehaviour.h"

#include <boost/asio/thread_pool.hpp>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace Koyeb::Local {

/// The coroutines behind Lifecycle. Records are looked up again after each suspension, since anything may
/// have been deleted meanwhile; a coroutine whose deployment is gone or no longer wanted returns.
class Lifecycle::Implementation : public std::enable_shared_from_this<Implementation> {
public:
    Implementation(
        asio::io_context &context, World &world, Misbehaviour &misbehaviour, LifecycleSettings settings);

    /// What a service has while it exists: its doors, and the processes of its deployments, by deployment id.
    struct Service {
        std::shared_ptr<Gateway> gateway;
        std::shared_ptr<TcpProxy> tcpProxy;
        std::map<std::string, std::shared_ptr<SandboxProcess>> sandboxes;
        bool waking = false;
        std::optional<SystemTime> measuredAt;
        std::map<std::string, std::chrono::milliseconds> usedTimes; // of processors, by instance id
    };

    /// With an order, the deployment goes no further than the order says.
    Awaitable<void> bringUp(std::string deploymentId, std::optional<DeploymentOrder> order);
    /// Lets the deployment have its address. Returns what went wrong.
    [[nodiscard]] std::string openGateway(DeploymentRecord &deployment);
    Awaitable<void> takeDown(std::string serviceId);
    Awaitable<void> pauseInstances(std::string serviceId);
    /// Returns once a sleeping sandbox serves again, or will not.
    Awaitable<void> wake(std::string serviceId);
    Awaitable<void> reopen(std::shared_ptr<Gateway> gateway, std::chrono::milliseconds after);
    void letIdleSleep();
    void fallAsleep(ServiceRecord &service, DeploymentRecord &deployment, bool deeply);
    /// Ends sandboxes that take more than they may, where the kernel does not keep them from it.
    Awaitable<void> watchLimits();
    void measureAll();
    void measure(const std::string &serviceId, const std::map<pid_t, ProcessUsage> &usage);
    DeploymentRecord &addDeployment(ServiceRecord &service, nlohmann::json definition, Trigger trigger);
    Awaitable<void> finishAppDeletion(std::string appId);
    [[nodiscard]] std::vector<std::string> expiredServices() const;
    Awaitable<void> shutDown(std::function<void()> done);

    asio::io_context &m_context;
    World &m_world;
    Misbehaviour &m_misbehaviour;
    LifecycleSettings m_settings;
    std::map<std::string, Service> m_services; // by service id
    bool m_shuttingDown = false;

private:
    [[nodiscard]] Awaitable<bool> moveTo(std::string deploymentId, DeploymentStatus status);
    [[nodiscard]] Awaitable<std::string> startInstance(std::string deploymentId);
    [[nodiscard]] Awaitable<void> keepAlive(std::string deploymentId);
    [[nodiscard]] Awaitable<void> stopSandbox(std::shared_ptr<SandboxProcess> sandbox);
    [[nodiscard]] Awaitable<bool> restart(
        std::string deploymentId, std::string why, std::chrono::milliseconds delay);
    [[nodiscard]] Awaitable<void> endSandboxes(Service service);
    [[nodiscard]] Awaitable<void> removeInBackground(std::filesystem::path folder);
    [[nodiscard]] std::vector<std::shared_ptr<SandboxProcess>> servingSandboxes() const;
    [[nodiscard]] Awaitable<void> watchDisk(std::vector<std::shared_ptr<SandboxProcess>> sandboxes);
    [[nodiscard]] Awaitable<void> wakeDeeply(std::string serviceId, std::string deploymentId);
    void noteScaling(const ServiceRecord &service, const DeploymentRecord &deployment, int before, int after);
    [[nodiscard]] GatewayHooks hooksFor(const std::string &serviceId);
    [[nodiscard]] SandboxProcess::LineSink lineSinkFor(
        const DeploymentRecord &deployment, const std::string &instanceId);
    [[nodiscard]] SandboxSettings settingsFor(const DeploymentRecord &deployment) const;
    [[nodiscard]] DeploymentRecord *wantedDeployment(const std::string &id);
    [[nodiscard]] std::string openDoors(DeploymentRecord &deployment);
    [[nodiscard]] std::string openDomain(DeploymentRecord &deployment, Gateway &gateway);
    [[nodiscard]] std::string refusal(const DeploymentRecord &deployment) const;
    [[nodiscard]] SandboxSpec specFor(
        const DeploymentRecord &deployment, const std::string &instanceId) const;
    [[nodiscard]] std::shared_ptr<SandboxProcess> sandboxOf(const DeploymentRecord &deployment) const;
    void replaceOlder(const DeploymentRecord &deployment);
    void addInstance(const DeploymentRecord &deployment, const std::string &instanceId);
    void becomeHealthy(DeploymentRecord &deployment);
    void becomeUnhealthy(DeploymentRecord &deployment, const std::string &message);
    void fail(
        const std::string &deploymentId, const std::string &message,
        DeploymentStatus status = DeploymentStatus::Error);
    void endInstances(
        const std::string &deploymentId, InstanceStatus status, const std::string &message = {});

    std::uint64_t m_freeBytes = 0;  // of the disk, when folders were last looked through, or more since
    asio::thread_pool m_remover{1}; // deletes and measures folders, which may hold very many files
};

} // namespace Koyeb::Local
