// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "local/api/records.h"
#include "local/runtime/sandboxspec.h"
#include "local/server/fault.h"

#include <chrono>
#include <list>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace Koyeb::Local {

class ShapedLink;

/// How far the next deployment is to come.
struct DeploymentOrder {
    /// ERROR, STOPPED and CANCELED are entered instead of STARTING; in PENDING, SCHEDULED, ALLOCATING or
    /// STARTING it stays for ever.
    DeploymentStatus lastStatus = DeploymentStatus::Error;
    std::string message;
};

/// Something to be done at once to what runs.
struct DirectOrder {
    enum class Kind {
        EndSandbox,
        SleepSandbox,
        RestartExecutor,
        CrashOnSlowLogs,
        RefuseConnections,
        MoveClock,
        Seed
    };
    Kind kind = Kind::EndSandbox;
    std::string serviceId;                 ///< empty: the control plane, for RefuseConnections
    std::chrono::milliseconds duration{0}; ///< for RefuseConnections and MoveClock
    std::size_t count = 0;                 ///< for Seed
};

/// Makes the engine fail on purpose, so that clients can be tested against failures. Instructions are JSON
/// objects, given as `--misbehave JSON` at the start or as the body of `POST /local/misbehave` (with the
/// token):
///
///     {"fault": {"part": "control-plane" | "executor" | "exposed-port",   default control-plane
///                "path": "/v1/services", "method": "GET",                 prefix; both optional
///                "times": 3,                                              default 1; 0: until cleared
///                "probability": 0.5,                                      default 1
///                … and what faultFrom() reads}}
///     {"random_seed": 7}                         repeats what chance decides
///     {"fail_next_deployment": "message"}        short for the next line with ERROR
///     {"next_deployment": {"status": "STOPPED", "message": "…"}}    see DeploymentOrder
///     {"link": {"round_trip_ms": 40, "bits_per_second": 100000000}}    how far away the engine is, for
///     connections from now on; see ShapedLink
///     {"phase_delay_ms": 1000}                   how long each phase of a deployment takes
///     {"small_disk": {"mount_point": "/full", "bytes": 65536}}    for the sandboxes started from now on
///     {"end_sandbox": "<service id>"}            kills its processes, as a crash would
///     {"sleep_sandbox": "<service id>"}          puts it to sleep, deeply
///     {"restart_executor": "<service id>"}       its processes and its bound port are gone, files stay
///     {"crash_on_slow_logs": "<service id>"}     its executor crashes when an ended process's log is read
///     slowly
///     {"limits": {"memory_bytes": …, "processes": …, "disk_bytes": …}}    of the sandboxes started from now
///     on
///     {"refuse_connections": {"service_id": "…", "for_ms": 1000}}    without service: the control plane
///     {"move_clock_s": 3600}                     the engine's clock; negative: back
///     {"seed_services": 10000}                   adds so many paused services, each with its app
///     {"clear": true}                            forgets all faults and orders
///
/// docs/local-engine.md explains them with examples.
class Misbehaviour {
public:
    /// Takes an instruction. Returns what is wrong with it, or an empty text.
    [[nodiscard]] std::string instruct(const nlohmann::json &instruction);

    /// The fault that applies to a request, if any; counts it as used.
    [[nodiscard]] std::optional<Fault> takeFault(
        ServerPart part, std::string_view method, std::string_view path);

    /// Whether a connection that was just accepted is to be reset.
    [[nodiscard]] bool takeReset(ServerPart part);
    /// Whether it is to be reset now that the head of a request has been read.
    [[nodiscard]] bool takeResetDuring(ServerPart part, std::string_view method, std::string_view path);

    /// The order for the deployment that asks, if any.
    [[nodiscard]] std::optional<DeploymentOrder> takeDeploymentOrder();

    /// What is to be done now.
    [[nodiscard]] std::vector<DirectOrder> takeDirectOrders();

    [[nodiscard]] std::chrono::milliseconds phaseDelay() const { return m_phaseDelay; }
    /// What connections come through; null: they come as they are.
    [[nodiscard]] const std::shared_ptr<ShapedLink> &link() const { return m_link; }
    [[nodiscard]] const std::optional<SmallDisk> &smallDisk() const { return m_smallDisk; }
    /// These limits, with those that were ordered in their place.
    [[nodiscard]] SandboxLimits limitsFor(const SandboxLimits &usual) const;

private:
    struct Rule {
        ServerPart part = ServerPart::ControlPlane;
        std::string pathPrefix;
        std::string method;                ///< empty: any
        std::optional<unsigned> timesLeft; ///< no value: until cleared
        double probability = 1;
        Fault fault;
    };

    [[nodiscard]] static bool aimsAt(
        const Rule &rule, ServerPart part, std::string_view method, std::string_view path);
    [[nodiscard]] std::string addRule(const nlohmann::json &description);
    void addDirectOrders(const nlohmann::json &instruction);
    template<typename Condition> [[nodiscard]] std::optional<Fault> takeMatching(Condition condition);

    static constexpr std::chrono::milliseconds defaultPhaseDelay{60};

    std::list<Rule> m_rules;
    std::optional<DeploymentOrder> m_deploymentOrder;
    std::chrono::milliseconds m_phaseDelay = defaultPhaseDelay;
    std::shared_ptr<ShapedLink> m_link;
    std::optional<SmallDisk> m_smallDisk;
    SandboxLimits m_limits; // 0: as usual
    std::vector<DirectOrder> m_directOrders;
    std::mt19937 m_random; // the same for each run, so that a test fails again as it failed
};

} // namespace Koyeb::Local
