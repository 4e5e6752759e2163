// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "local/api/clock.h"
#include "local/api/journal.h"
#include "local/api/logstore.h"
#include "local/api/messages.h"
#include "local/api/metricstore.h"
#include "local/api/records.h"
#include "local/api/table.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace Koyeb::Local {

enum class RoutingMode {
    Metadata, ///< deployments tell their URL and routing key, as the platform does today
    Domain    ///< an app's domain leads to its sandbox, without a key, as it did before
};

/// Everything the control plane knows. The one user is a member of all organizations.
struct World {
    /// One organization, with one project.
    World();
    World(const World &) = delete;
    World &operator=(const World &) = delete;

    EngineClock clock;
    RoutingMode routing = RoutingMode::Metadata;
    std::string userId = randomUuid();
    SystemTime startedAt = clock.now();
    Table<OrganizationRecord> organizations;
    Table<ProjectRecord> projects;
    Table<TokenRecord> tokens;
    Table<AppRecord> apps;
    Table<ServiceRecord> services;
    Table<DeploymentRecord> deployments;
    Table<InstanceRecord> instances;
    Table<DomainRecord> domains;
    Table<SecretRecord> secrets;
    Journal journal;
    LogStore logs;
    MetricStore metrics;

    [[nodiscard]] SystemTime now() const { return clock.now(); }

    OrganizationRecord &addOrganization(const std::string &name);
    /// The organization that is there from the start.
    [[nodiscard]] const OrganizationRecord &firstOrganization() const
    {
        return *std::prev(organizations.end());
    }
    /// Adds a token that opens `organizationId`; an empty `token` makes a random one.
    TokenRecord &addToken(const std::string &organizationId, TokenHolder holder, std::string token = {});
    /// Who calls with this token; nobody when it is unknown or has expired.
    [[nodiscard]] std::optional<Caller> callerWith(std::string_view token) const;

    AppRecord &addApp(AppRecord app);
    ServiceRecord &addService(ServiceRecord service);
    /// Forgets the service with its deployments and instances.
    void removeService(const std::string &id);
    void removeApp(const std::string &id);
    /// Makes a domain lead to an app, or to none if `appId` is empty.
    void attach(DomainRecord &domain, const std::string &appId);
    void removeDomain(const std::string &id);
    [[nodiscard]] bool hasServices(std::string_view appId) const;

    /// The newest instance of a service that has not ended, or nullptr.
    [[nodiscard]] InstanceRecord *currentInstance(std::string_view serviceId);
    /// The newest deployment of a service that is more than a draft, or nullptr.
    [[nodiscard]] DeploymentRecord *latestDeployment(const ServiceRecord &service);
    /// Keeps the history of a service bounded: forgets its oldest ended deployments and instances.
    void trimHistory(const std::string &serviceId);
    /// The value of a SIMPLE secret that `owner` may use, by its name.
    [[nodiscard]] std::optional<std::string> secretValue(const Ownership &owner, std::string_view name) const;
};

/// Whether a caller sees something that belongs to `owner`: it is in the caller's organization.
[[nodiscard]] bool isVisible(const ApiRequest &request, const Ownership &owner);
/// Whether it belongs into a list that the caller asks for: also in the project, if one is chosen.
[[nodiscard]] bool isListed(const ApiRequest &request, const Ownership &owner);
/// Whose something is to be that the caller creates: of the project that the body names, else the chosen one,
/// else the organization's default.
[[nodiscard]] Ownership ownershipFor(
    const World &world, const ApiRequest &request, const nlohmann::json &body);

/// The record with the id in the request's path, if the caller may see it.
template<typename Record> [[nodiscard]] Record *findVisible(Table<Record> &table, const ApiRequest &request)
{
    Record *const record = table.find(request.parameters.at(0));
    return record && isVisible(request, record->owner) ? record : nullptr;
}

// Statuses are entered through these, so that times, events and the koyeb log tell the same.
void enter(
    World &world, ServiceRecord &service, ServiceStatus status, std::vector<std::string> messages = {});
void enter(
    World &world, DeploymentRecord &deployment, DeploymentStatus status,
    std::vector<std::string> messages = {});
void enter(World &world, InstanceRecord &instance, InstanceStatus status, const std::string &message = {});

/// Notes what a caller did to an object.
void noteActivity(
    World &world, const ApiRequest &request, std::string_view verb, std::string_view objectType,
    const std::string &objectId, const std::string &objectName, nlohmann::json objectMetadata = {});
/// Notes what the platform did to a service by itself.
void noteSystemActivity(
    World &world, const ServiceRecord &service, std::string_view verb, nlohmann::json metadata = {});

/// How activities and events describe a service: its app, its name, its type.
[[nodiscard]] nlohmann::json serviceFacts(const World &world, const ServiceRecord &service);

} // namespace Koyeb::Local
