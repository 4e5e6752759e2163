// SPDX-License-Identifier: Apache-2.0
#include "api/readers.h"
#include "api/statuses.h"

namespace Koyeb {

using namespace Qt::Literals::StringLiterals;

namespace {

[[nodiscard]] std::optional<Gpu> readGpu(const JsonReader &json)
{
    if (!json.has("gpu"_L1)) {
        return std::nullopt;
    }
    const JsonReader details = json.object("gpu"_L1);
    Gpu gpu;
    gpu.count = details.integer("count"_L1);
    gpu.brand = details.string("brand"_L1);
    gpu.name = details.string("name"_L1);
    gpu.memory = details.string("memory"_L1);
    return gpu;
}

} // namespace

Region readRegion(const JsonReader &json)
{
    Region region;
    region.id = json.requiredString("id"_L1);
    region.name = json.string("name"_L1);
    region.status = json.string("status"_L1);
    region.scope = json.string("scope"_L1);
    region.instanceTypes = json.strings("instances"_L1);
    region.datacenters = json.strings("datacenters"_L1);
    region.coordinates = json.strings("coordinates"_L1);
    region.volumesEnabled = json.boolean("volumes_enabled"_L1);
    return region;
}

InstanceType readInstanceType(const JsonReader &json)
{
    InstanceType type;
    type.id = json.requiredString("id"_L1);
    type.displayName = json.string("display_name"_L1);
    type.description = json.string("description"_L1);
    type.status = json.string("status"_L1);
    type.type = json.string("type"_L1);
    type.vcpuShares = json.number("vcpu_shares"_L1);
    type.memory = json.string("memory"_L1);
    type.disk = json.string("disk"_L1);
    type.pricePerSecond = json.string("price_per_second"_L1);
    type.priceHourly = json.string("price_hourly"_L1);
    type.priceMonthly = json.string("price_monthly"_L1);
    type.regions = json.strings("regions"_L1);
    type.requirePlan = json.strings("require_plan"_L1);
    type.serviceTypes = json.strings("service_types"_L1);
    type.aliases = json.strings("aliases"_L1);
    type.lightSleepEnabled = json.boolean("light_sleep_enabled"_L1);
    type.volumesEnabled = json.boolean("volumes_enabled"_L1);
    type.gpu = readGpu(json);
    return type;
}

CatalogUsage readCatalogUsage(const JsonReader &json)
{
    CatalogUsage usage;
    json.forEachMember("instances"_L1, [&usage](const QString &type, const JsonReader &element) {
        InstanceAvailability &availability = usage[type];
        availability.overall = availabilityFrom(element.string("availability"_L1));
        element.forEachMember("regions"_L1, [&availability](const QString &region, const JsonReader &inner) {
            availability.regions.insert(region, availabilityFrom(inner.string("availability"_L1)));
        });
    });
    return usage;
}

Datacenter readDatacenter(const JsonReader &json)
{
    Datacenter datacenter;
    datacenter.id = json.requiredString("id"_L1);
    datacenter.regionId = json.string("region_id"_L1);
    datacenter.domain = json.string("domain"_L1);
    datacenter.coordinates = json.strings("coordinates"_L1);
    datacenter.regions = json.strings("regions"_L1);
    datacenter.useGpu = json.boolean("use_gpu"_L1);
    return datacenter;
}

} // namespace Koyeb
