// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "local/api/world.h"
#include "local/runtime/sandboxspec.h"

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

namespace boost::asio {
class io_context;
}

namespace Koyeb::Local {

class ControlGroups;
class Misbehaviour;
class SandboxProcess;

/// How this engine runs sandboxes.
struct LifecycleSettings {
    std::filesystem::path sandboxesFolder;
    std::filesystem::path program; ///< koyeb-local itself
    Isolation isolation = Isolation::Namespaces;
    std::string isolationProblem;          ///< not empty: no sandbox can be run, and this is why
    std::shared_ptr<ControlGroups> groups; ///< null where there are none to be had
    LimitsInForce limits;
};

/// Moves deployments through their phases, services to their end, and runs the sandboxes behind them.
///
/// A deployment is an instance with an empty file system of its own. When a newer one is healthy it takes
/// over the service's gateway and the older one is stopped. An instance that dies is replaced, as on the
/// platform; what was in its file system is gone. So it is when one wakes from deep sleep.
class Lifecycle {
public:
    /// World and misbehaviour must outlive this.
    Lifecycle(
        boost::asio::io_context &context, World &world, Misbehaviour &misbehaviour,
        LifecycleSettings settings);
    ~Lifecycle();
    Lifecycle(const Lifecycle &) = delete;
    Lifecycle &operator=(const Lifecycle &) = delete;

    /// Adds a deployment to a service and starts to bring it up. Returns its id.
    std::string deploy(ServiceRecord &service, nlohmann::json definition, Trigger trigger);
    /// Adds a deployment that is only a draft.
    void stash(ServiceRecord &service, nlohmann::json definition);
    /// False if it is too far to be cancelled.
    [[nodiscard]] bool cancelDeployment(const std::string &deploymentId);
    /// Ends what runs, and keeps the service. False if its status does not allow it.
    [[nodiscard]] bool pauseService(const std::string &serviceId);
    /// Deploys the paused service's definition again. False if it is not paused.
    [[nodiscard]] bool resumeService(const std::string &serviceId);
    void deleteService(const std::string &serviceId);
    void deleteApp(const std::string &appId);

    /// Does what is due: puts idle instances to sleep, deletes services whose time has come, measures. To be
    /// called every now and then.
    void tick();
    /// Measures now what the service's processes use, so that a request for it finds something.
    void measure(const std::string &serviceId);
    /// Puts a running instance to sleep at once, as if it had been idle for long enough.
    void putToSleep(const std::string &serviceId);
    /// Kills what runs, as a crash would.
    void crashSandbox(const std::string &serviceId);
    /// From now on a running sandbox's executor crashes when the log of an ended process is read slowly.
    void crashOnSlowLogs(const std::string &serviceId);
    /// Starts the executor of a running sandbox anew: its processes, its bound port and all that was in its
    /// memory are gone, files stay.
    void restartExecutor(const std::string &serviceId);
    /// Refuses connections to a service's gateway for a while.
    void closeGateway(const std::string &serviceId, std::chrono::milliseconds duration);

    /// The sandbox of a service, if it is up; id of a service or an instance.
    [[nodiscard]] std::shared_ptr<SandboxProcess> runningSandbox(const std::string &id) const;
    /// Keeps a sandbox awake for as long as the returned object lives; nothing if it is not up.
    [[nodiscard]] std::shared_ptr<void> keepAwake(const std::string &id) const;
    /// Whether the organization has a service or instance with this id at all.
    [[nodiscard]] bool isKnown(const std::string &id, const std::string &organizationId) const;

    /// Ends all sandboxes and removes their folders, then calls `done`. Nothing is started after that.
    void shutDown(std::function<void()> done);

private:
    class Implementation;
    std::shared_ptr<Implementation> m_implementation;
};

} // namespace Koyeb::Local
