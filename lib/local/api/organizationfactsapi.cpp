// SPDX-License-Identifier: Apache-2.0
#include "local/api/accountapi.h"
#include "local/api/catalog.h"
#include "local/api/jsonwriters.h"

#include <map>

namespace Koyeb::Local {

using nlohmann::json;

namespace {

/// Counts as the API writes them, with a total.
json tallyJson(const char *name, const std::map<std::string, std::size_t> &counts)
{
    std::size_t total = 0;
    json byName = json::object();
    for (const auto &[key, count] : counts) {
        byName[key] = std::to_string(count);
        total += count;
    }
    return {{"total", std::to_string(total)}, {name, std::move(byName)}};
}

template<typename Records, typename Key>
json tally(const char *name, const Records &records, const std::string &organizationId, Key key)
{
    std::map<std::string, std::size_t> counts;
    for (const auto &record : records) {
        if (record.owner.organizationId != organizationId)
            continue;
        const std::string value{key(record)};
        if (!value.empty())
            ++counts[value];
    }
    return tallyJson(name, counts);
}

json summaryJson(const World &world, const std::string &id)
{
    return {
        {"organization_id", id},
        {"instances", tally(
                          "by_type", world.instances, id,
                          [](const InstanceRecord &instance) {
                              return hasEnded(instance) ? std::string() : instance.type;
                          })},
        {"apps",
         tally("by_status", world.apps, id, [&](const AppRecord &app) { return appStatusText(world, app); })},
        {"services",
         {{"SANDBOX", tally(
                          "by_status", world.services, id,
                          [](const ServiceRecord &service) { return toText(service.status); })}}},
        {"domains", tally("by_status", world.domains, id, [](const DomainRecord &) { return "ACTIVE"; })},
        {"secrets",
         tally("by_type", world.secrets, id, [](const SecretRecord &secret) { return secret.type; })},
        {"neon_postgres", tallyJson("by_instance_type", {})},
        {"members", {{"total", "1"}, {"invitations_by_status", json::object()}}}};
}

// Nothing but this computer's own size limits anything here, so the numbers are large, not infinite.
json quotasJson()
{
    json byType = json::object();
    for (const std::string &type : instanceTypeIds())
        byType[type] = "10000";
    return {
        {"apps", "20000"},
        {"services", "20000"},
        {"domains", "20000"},
        {"custom_domains", "100"},
        {"services_by_app", "100"},
        {"service_provisioning_concurrency", "100"},
        {"memory_mb", "1000000"},
        {"instance_types", json::array()},
        {"regions", json::array()},
        {"max_organization_members", "1"},
        {"max_instances_by_type", std::move(byType)},
        {"persistent_volumes_by_region", json::object()},
        {"domains_load_balancer", {{"max_koyeb", 0}}},
        {"metrics_retention", 1},
        {"logs_retention", 7},
        {"access_reserved_subdomains", json::array()},
        {"proxy_ports", 1},
        {"scale_to_zero",
         {{"is_deep_sleep_enabled", true},
          {"deep_sleep_idle_delay_min", 1},
          {"deep_sleep_idle_delay_max", 604800},
          {"is_light_sleep_enabled", true},
          {"light_sleep_idle_delay_min", 1},
          {"light_sleep_idle_delay_max", 604800}}},
        {"archives", "0"},
        {"archive_max_size_mb", "0"},
        {"lifecycle",
         {{"delete_after_sleep_min", 0},
          {"delete_after_sleep_max", 31622400},
          {"delete_after_create_min", 0},
          {"delete_after_create_max", 31622400}}},
        {"max_projects", "100"}};
}

} // namespace

void addOrganizationFactRoutes(Router &router, World &world)
{
    router.add("GET", "/v1/organizations/{id}/quotas", [&world](const ApiRequest &request) {
        return findOrganization(world, request) ? ApiReply{200, {{"quotas", quotasJson()}}}
                                                : notFoundReply("Organization");
    });
    router.add("GET", "/v1/organizations/{id}/summary", [&world](const ApiRequest &request) {
        const OrganizationRecord *const organization = findOrganization(world, request);
        return organization ? ApiReply{200, {{"summary", summaryJson(world, organization->id)}}}
                            : notFoundReply("Organization");
    });
}

} // namespace Koyeb::Local
