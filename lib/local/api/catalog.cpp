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
};

constexpr std::array regions = std::to_array<Region>({
    {"ap", "Asia Pacific", "continental"},
    {"eu", "Europe", "continental"},
    {"fra", "Frankfurt", "metropolitan"},
    {"na", "North America", "continental"},
    {"par", "Paris", "metropolitan"},
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
    std::string_view memory;
};

constexpr std::array instanceTypes = std::to_array<InstanceType>({
    {"nano", "Nano", 0.25, 1, "256MB"},
    {"micro", "Micro", 0.5, 1, "512MB"},
    {"small", "Small", 1, 1, "1GB"},
    {"medium", "Medium", 2, 2, "2GB"},
    {"large", "Large", 4, 4, "4GB"},
    {"xlarge", "XLarge", 8, 8, "8GB"},
});

json regionJson(const Region &region)
{
    json types = json::array();
    for (const InstanceType &type : instanceTypes)
        types.push_back(type.id);
    return {
        {"id", region.id},
        {"name", region.name},
        {"status", "AVAILABLE"},
        {"scope", region.scope},
        {"datacenters", json::array({"local"})},
        {"instances", std::move(types)},
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
        {"disk", "10GB"},
        {"price_per_second", "0"},
        {"price_hourly", "0"},
        {"price_monthly", "0"},
        {"regions", json::array()},
        {"require_plan", json::array()},
        {"aliases", json::array()},
        {"service_types", json::array()},
        {"volumes_enabled", false},
        {"light_sleep_enabled", false},
        {"gpu", nullptr}};
}

template<typename Table, typename Writer>
ApiReply list(const ApiRequest &request, std::string_view name, const Table &table, Writer writer)
{
    const std::string id = request.queryValue("id");
    json::array_t items;
    for (const auto &row : table) {
        if (id.empty() || row.id == id)
            items.push_back(writer(row));
    }
    return listReply(name, items, pageOf(request), HasNext::NotTold);
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

} // namespace

bool isKnownRegion(std::string_view id)
{
    return std::ranges::find(regions, id, &Region::id) != regions.end();
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
    router.add("GET", "/v1/catalog/instances/{id}", [](const ApiRequest &request) {
        return single(request, "instance", instanceTypes, instanceTypeJson);
    });
}

} // namespace Koyeb::Local
