// SPDX-License-Identifier: Apache-2.0
#include "api/readers.h"

namespace Koyeb {

using namespace Qt::Literals::StringLiterals;

Region readRegion(const JsonReader &json)
{
    Region region;
    region.id = json.requiredString("id"_L1);
    region.name = json.string("name"_L1);
    region.status = json.string("status"_L1);
    region.scope = json.string("scope"_L1);
    region.instanceTypes = json.strings("instances"_L1);
    return region;
}

InstanceType readInstanceType(const JsonReader &json)
{
    InstanceType type;
    type.id = json.requiredString("id"_L1);
    type.displayName = json.string("display_name"_L1);
    type.status = json.string("status"_L1);
    type.type = json.string("type"_L1);
    type.vcpuShares = json.number("vcpu_shares"_L1);
    type.memory = json.string("memory"_L1);
    type.disk = json.string("disk"_L1);
    type.priceHourly = json.string("price_hourly"_L1);
    type.regions = json.strings("regions"_L1);
    type.lightSleepEnabled = json.boolean("light_sleep_enabled"_L1);
    return type;
}

} // namespace Koyeb
