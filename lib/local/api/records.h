// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "local/api/identifiers.h"

#include <chrono>
#include <cstdint>
#include <deque>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace Koyeb::Local {

// The statuses that the local engine uses; spelled on the wire as toText() says.
enum class ServiceStatus { Starting, Healthy, Degraded, Unhealthy, Deleting };
enum class DeploymentStatus {
    Pending,
    Scheduled,
    Allocating,
    Starting,
    Healthy,
    Unhealthy,
    Canceled,
    Stopping,
    Stopped,
    Error
};
enum class InstanceStatus { Allocating, Starting, Healthy, Unhealthy, Stopping, Stopped, Error };

[[nodiscard]] std::string_view toText(ServiceStatus status);
[[nodiscard]] std::string_view toText(DeploymentStatus status);
[[nodiscard]] std::string_view toText(InstanceStatus status);

struct AppRecord {
    std::string id;
    std::string name;
    SystemTime createdAt;
    SystemTime updatedAt;
    std::uint64_t version = 1;
    bool deleteWhenEmpty = false;
    bool deleting = false;
};

/// 0 s means "never", as on the wire.
struct ServiceLifeCycle {
    std::chrono::seconds deleteAfterCreate{0};
    std::chrono::seconds deleteAfterSleep{0};
};

struct ServiceRecord {
    std::string id;
    std::string appId;
    std::string name;
    ServiceStatus status = ServiceStatus::Starting;
    std::vector<std::string> messages;
    SystemTime createdAt;
    SystemTime updatedAt;
    std::optional<SystemTime> startedAt;
    std::optional<SystemTime> succeededAt;
    std::uint64_t version = 1;
    std::string activeDeploymentId; ///< empty until a deployment has become healthy
    std::string latestDeploymentId;
    ServiceLifeCycle lifeCycle;
};

/// Where the world reaches a sandbox: see Gateway.
struct SandboxAddress {
    std::string publicUrl;
    std::string routingKey;
    std::uint16_t tcpProxyPort = 0; ///< 0: the definition asks for no TCP proxy
};

struct DeploymentRecord {
    std::string id;
    std::string appId;
    std::string serviceId;
    std::string parentId;
    std::string childId;
    DeploymentStatus status = DeploymentStatus::Pending;
    std::vector<std::string> messages;
    nlohmann::json definition;
    SystemTime createdAt;
    SystemTime updatedAt;
    std::optional<SystemTime> allocatedAt;
    std::optional<SystemTime> startedAt;
    std::optional<SystemTime> succeededAt;
    std::optional<SystemTime> terminatedAt;
    std::uint64_t version = 1;
    std::optional<SandboxAddress> address;
};

struct InstanceRecord {
    std::string id;
    std::string appId;
    std::string serviceId;
    std::string deploymentId;
    std::string regionalDeploymentId;
    std::string allocationId;
    std::string type;
    std::string region;
    InstanceStatus status = InstanceStatus::Allocating;
    std::vector<std::string> messages;
    SystemTime createdAt;
    SystemTime updatedAt;
    std::optional<SystemTime> startedAt;
    std::optional<SystemTime> terminatedAt;
};

/// Everything the control plane knows, newest record first in each list. Finders return nullptr for unknown
/// ids; their pointers hold until the next insertion or removal in that list, so never across a suspension.
struct World {
    std::string organizationId = randomUuid();
    std::string userId = randomUuid();
    SystemTime startedAt = std::chrono::system_clock::now();
    std::deque<AppRecord> apps;
    std::deque<ServiceRecord> services;
    std::deque<DeploymentRecord> deployments;
    std::deque<InstanceRecord> instances;

    [[nodiscard]] AppRecord *app(std::string_view id);
    [[nodiscard]] ServiceRecord *service(std::string_view id);
    [[nodiscard]] DeploymentRecord *deployment(std::string_view id);
    [[nodiscard]] InstanceRecord *instance(std::string_view id);
    /// The newest instance of a service that has not ended, or nullptr.
    [[nodiscard]] InstanceRecord *currentInstance(std::string_view serviceId);
    [[nodiscard]] bool hasServices(std::string_view appId) const;

    /// Forgets the service with its deployments and instances.
    void removeService(const std::string &id);
    void removeApp(const std::string &id);
    /// Keeps the history of a service bounded: forgets its oldest ended deployments and instances.
    void trimHistory(const std::string &serviceId);
};

} // namespace Koyeb::Local
