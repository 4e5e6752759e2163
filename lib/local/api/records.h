// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "local/api/identifiers.h"

#include <chrono>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace Koyeb::Local {

// The statuses that the local engine uses; spelled on the wire as toText() says.
enum class ServiceStatus { Starting, Healthy, Degraded, Unhealthy, Pausing, Paused, Resuming, Deleting };
enum class DeploymentStatus {
    Pending,
    Scheduled,
    Allocating,
    Starting,
    Healthy,
    Unhealthy,
    Sleeping,
    Canceled,
    Stopping,
    Stopped,
    Error,
    Stashed
};
enum class InstanceStatus { Allocating, Starting, Healthy, Unhealthy, Sleeping, Stopping, Stopped, Error };

[[nodiscard]] std::string_view toText(ServiceStatus status);
[[nodiscard]] std::string_view toText(DeploymentStatus status);
[[nodiscard]] std::string_view toText(InstanceStatus status);
[[nodiscard]] std::optional<DeploymentStatus> deploymentStatusFrom(std::string_view text);

/// Whose a record is. Callers see the records of their organization only.
struct Ownership {
    std::string organizationId;
    std::string projectId;
};

struct AppRecord {
    std::string id;
    Ownership owner;
    std::string name;
    SystemTime createdAt;
    SystemTime updatedAt;
    std::uint64_t version = 1;
    bool deleteWhenEmpty = false;
    bool deleting = false;
    // Kept by World.
    std::vector<std::string> serviceIds;
    std::vector<std::string> domainIds; ///< its own first
};

/// 0 s means "never", as on the wire.
struct ServiceLifeCycle {
    std::chrono::seconds deleteAfterCreate{0};
    std::chrono::seconds deleteAfterSleep{0};
};

struct ServiceRecord {
    std::string id;
    Ownership owner;
    std::string appId;
    std::string name;
    ServiceStatus status = ServiceStatus::Starting;
    std::vector<std::string> messages;
    SystemTime createdAt;
    SystemTime updatedAt;
    std::optional<SystemTime> startedAt;
    std::optional<SystemTime> succeededAt;
    std::optional<SystemTime> pausedAt;
    std::optional<SystemTime> resumedAt;
    std::optional<SystemTime> asleepSince; ///< while no instance of it runs because nobody asks for it
    std::uint64_t version = 1;
    std::string activeDeploymentId; ///< empty until a deployment has become healthy, and while paused
    std::string latestDeploymentId;
    std::string lastProvisionedDeploymentId;
    ServiceLifeCycle lifeCycle;
    nlohmann::json scalings = nlohmann::json::array(); ///< set by hand; only remembered here
};

/// Where the world reaches a sandbox: see Gateway.
struct SandboxAddress {
    std::string publicUrl;
    std::string routingKey;         ///< empty: the app's domain leads there, and no key is needed
    std::uint16_t tcpProxyPort = 0; ///< 0: the definition asks for no TCP proxy
};

enum class Trigger { Request, Resume };

struct DeploymentRecord {
    std::string id;
    Ownership owner;
    std::string appId;
    std::string serviceId;
    std::string parentId;
    std::string childId;
    std::string regionalDeploymentId;
    DeploymentStatus status = DeploymentStatus::Pending;
    bool skipBuild = false; ///< was asked for; there is nothing to build anyway
    Trigger trigger = Trigger::Request;
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
    Ownership owner;
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

/// Whether nothing more will become of it.
[[nodiscard]] bool hasEnded(const DeploymentRecord &deployment);
[[nodiscard]] bool hasEnded(const InstanceRecord &instance);

enum class DomainType { Autoassigned, Custom };

struct DomainRecord {
    std::string id;
    Ownership owner;
    std::string name;
    DomainType type = DomainType::Custom;
    std::string appId; ///< empty: attached to none
    SystemTime createdAt;
    SystemTime updatedAt;
    std::uint64_t version = 1;
};

struct SecretRecord {
    std::string id;
    Ownership owner; ///< an empty project: the whole organization's
    std::string name;
    std::string type;         ///< SIMPLE, REGISTRY or MANAGED
    std::string registryKind; ///< the member that holds the value, such as docker_hub_registry; empty: SIMPLE
    nlohmann::json value;     ///< a text for SIMPLE, an object otherwise
    SystemTime createdAt;
    SystemTime updatedAt;
};

struct OrganizationRecord {
    std::string id;
    std::string name;
    std::string defaultProjectId;
    SystemTime createdAt;
};

struct ProjectRecord {
    std::string id;
    std::string organizationId;
    std::string name;
    std::string description;
    SystemTime createdAt;
    SystemTime updatedAt;
};

enum class TokenHolder { User, Organization };

/// What opens the control plane: a session of the user in one organization, or a credential that was made.
struct TokenRecord {
    std::string id;
    std::string token;
    std::string organizationId;
    TokenHolder holder = TokenHolder::User;
    bool isCredential = false; ///< listed by /v1/credentials
    std::string name;
    std::string description;
    SystemTime createdAt;
    std::optional<SystemTime> expiresAt;
};

} // namespace Koyeb::Local
