// SPDX-License-Identifier: Apache-2.0
#include "local/api/catalog.h"

#include <algorithm>
#include <array>

namespace Koyeb::Local {

using nlohmann::json;

namespace {

struct Region {
    std::string_view id;
    std::string_view name;
    std::string_view scope;
    bool available = true;
};

// As of February 2026.
constexpr std::array regions = std::to_array<Region>({
    {"ap", "Asia Pacific", "continental"},
    {"dal", "Dallas", "metropolitan"},
    {"dsm", "Iowa", "metropolitan"},
    {"eu", "Europe", "continental"},
    {"fra", "Frankfurt", "metropolitan"},
    {"maa", "Chennai", "metropolitan", false},
    {"mci", "Kansas City", "metropolitan"},
    {"na", "North America", "continental"},
    {"par", "Paris", "metropolitan"},
    {"rdu", "Durham", "metropolitan"},
    {"sao", "Sao Paulo", "metropolitan", false},
    {"sfo", "San Francisco", "metropolitan"},
    {"sin", "Singapore", "metropolitan"},
    {"tyo", "Tokyo", "metropolitan"},
    {"was", "Washington, D.C", "metropolitan"},
});

struct InstanceType {
    std::string_view id;
    std::string_view displayName;
    double vcpuShares;
    int vcpu;
    std::string_view memory; // as the catalog shows it
    std::uint64_t memoryMegabytes;
};

constexpr std::array instanceTypes = std::to_array<InstanceType>({
    {"nano", "Nano", 0.25, 1, "256MB", 256},
    {"micro", "Micro", 0.5, 1, "512MB", 512},
    {"small", "Small", 1, 1, "1GB", 1000},
    {"medium", "Medium", 2, 2, "2GB", 2000},
    {"large", "Large", 4, 4, "4GB", 4000},
    {"xlarge", "XLarge", 8, 8, "8GB", 8000},
});

constexpr std::uint64_t mega = 1'000'000; // the catalog's sizes are decimal
constexpr std::uint64_t diskGigabytes = 10;
constexpr std::uint64_t mostProcesses = 1024; // the platform tells none

json regionJson(const Region &region)
{
    const std::vector<std::string> types = region.available ? instanceTypeIds() : std::vector<std::string>();
    return {
        {"id", region.id},
        {"name", region.name},
        {"status", region.available ? "AVAILABLE" : "COMING_SOON"},
        {"scope", region.scope},
        {"datacenters", region.available ? json::array({"local"}) : json::array()},
        {"instances", types},
        {"coordinates", json::array()},
        {"volumes_enabled", false}};
}

json instanceTypeJson(const InstanceType &type)
{
    return {
        {"id", type.id},
        {"display_name", type.displayName},
        {"description", "Shares the processors and memory of this computer"},
        {"status", "AVAILABLE"},
        {"type", "standard"},
        {"vcpu_shares", type.vcpuShares},
        {"vcpu", type.vcpu},
        {"memory", type.memory},
        {"disk", std::to_string(diskGigabytes) + "GB"},
        {"price_per_second", "0"},
        {"price_hourly", "0"},
        {"price_monthly", "0"},
        {"regions", json::array()},
        {"require_plan", json::array()},
        {"aliases", json::array()},
        {"service_types", json::array()},
        {"volumes_enabled", false},
        {"light_sleep_enabled", true},
        {"gpu", nullptr}};
}

template<typename Table, typename Writer>
ApiReply list(const ApiRequest &request, std::string_view name, const Table &table, Writer writer)
{
    return listReply(
        name, table, request, ListFacts::Count,
        [&](const auto &row) { return equals(request, "id", row.id); }, writer);
}

template<typename Table, typename Writer>
ApiReply single(const ApiRequest &request, const char *name, const Table &table, Writer writer)
{
    for (const auto &row : table) {
        if (row.id == request.parameters.at(0))
            return {200, {{name, writer(row)}}};
    }
    return notFoundReply(name);
}

/// Each type in each region that is there: this computer always has room for one more.
json usageJson(const ApiRequest &request)
{
    json perRegion = json::object();
    for (const Region &region : regions) {
        if (region.available && equals(request, "region", region.id))
            perRegion[std::string(region.id)] = {{"availability", "HIGH"}};
    }
    json instances = json::object();
    for (const InstanceType &type : instanceTypes)
        instances[std::string(type.id)] = {{"availability", "HIGH"}, {"regions", perRegion}};
    return {{"instances", std::move(instances)}};
}

json datacentersJson()
{
    json ids = json::array();
    for (const Region &region : regions) {
        if (region.available)
            ids.push_back(region.id);
    }
    return json::array(
        {{{"id", "local"},
          {"region_id", "na"},
          {"domain", "localhost"},
          {"coordinates", json::array()},
          {"use_gpu", false},
          {"regions", std::move(ids)}}});
}

} // namespace

bool isKnownRegion(std::string_view id)
{
    const auto region = std::ranges::find(regions, id, &Region::id);
    return region != regions.end() && region->available;
}

std::vector<std::string> instanceTypeIds()
{
    std::vector<std::string> ids;
    ids.reserve(instanceTypes.size());
    for (const InstanceType &type : instanceTypes)
        ids.emplace_back(type.id);
    return ids;
}

SandboxLimits limitsOf(std::string_view instanceType)
{
    const auto type = std::ranges::find(instanceTypes, instanceType, &InstanceType::id);
    const InstanceType &known = type == instanceTypes.end() ? instanceTypes.back() : *type;
    return {known.memoryMegabytes * mega, mostProcesses, diskGigabytes * 1000 * mega};
}

bool isKnownInstanceType(std::string_view id)
{
    return std::ranges::find(instanceTypes, id, &InstanceType::id) != instanceTypes.end();
}

void addCatalogRoutes(Router &router)
{
    router.add("GET", "/v1/catalog/regions", [](const ApiRequest &request) {
        return list(request, "regions", regions, regionJson);
    });
    router.add("GET", "/v1/catalog/regions/{id}", [](const ApiRequest &request) {
        return single(request, "region", regions, regionJson);
    });
    router.add("GET", "/v1/catalog/instances", [](const ApiRequest &request) {
        return list(request, "instances", instanceTypes, instanceTypeJson);
    });
    router.add("GET", "/v1/catalog/usage", [](const ApiRequest &request) {
        return ApiReply{200, {{"usage", usageJson(request)}}};
    });
    router.add("GET", "/v1/catalog/datacenters", [](const ApiRequest &) {
        return ApiReply{200, {{"datacenters", datacentersJson()}}};
    });
    router.add("GET", "/v1/catalog/instances/{id}", [](const ApiRequest &request) {
        return single(request, "instance", instanceTypes, instanceTypeJson);
    });
}

} // namespace Koyeb::Local
