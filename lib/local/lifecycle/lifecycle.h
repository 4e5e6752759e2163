// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "local/runtime/sandboxspec.h"

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

namespace boost::asio {
class io_context;
}

namespace Koyeb::Local {

class Misbehaviour;
class SandboxProcess;
struct World;

/// How this engine runs sandboxes.
struct LifecycleSettings {
    std::filesystem::path sandboxesFolder;
    std::filesystem::path program; ///< koyeb-local itself
    Isolation isolation = Isolation::Namespaces;
    std::string isolationProblem; ///< not empty: no sandbox can be run, and this is why
};

/// Moves deployments through their phases, services to their end, and runs the sandboxes behind them.
///
/// A deployment is an instance with an empty file system of its own. When a newer one is healthy it takes
/// over the service's gateway and the older one is stopped. An instance that dies is replaced, as on the
/// platform; what was in its file system is gone.
class Lifecycle {
public:
    /// World and misbehaviour must outlive this.
    Lifecycle(
        boost::asio::io_context &context, World &world, Misbehaviour &misbehaviour,
        LifecycleSettings settings);
    ~Lifecycle();
    Lifecycle(const Lifecycle &) = delete;
    Lifecycle &operator=(const Lifecycle &) = delete;

    /// Starts to bring up a deployment that is in the world and PENDING.
    void deploy(const std::string &deploymentId);
    /// False if it is too far to be cancelled.
    [[nodiscard]] bool cancelDeployment(const std::string &deploymentId);
    void deleteService(const std::string &serviceId);
    void deleteApp(const std::string &appId);
    /// Deletes the services whose `delete_after_create` has passed. To be called every now and then.
    void deleteExpiredServices();
    /// Kills what runs, as a crash would.
    void crashSandbox(const std::string &serviceId);

    /// The sandbox of a service, if it is up; id of a service or an instance.
    [[nodiscard]] std::shared_ptr<SandboxProcess> runningSandbox(const std::string &id) const;
    /// Whether there is a service or instance with this id at all.
    [[nodiscard]] bool isKnown(const std::string &id) const;

    /// Ends all sandboxes and removes their folders, then calls `done`. Nothing is started after that.
    void shutDown(std::function<void()> done);

private:
    class Implementation;
    std::shared_ptr<Implementation> m_implementation;
};

} // namespace Koyeb::Local
