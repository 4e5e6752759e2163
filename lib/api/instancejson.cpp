// SPDX-License-Identifier: Apache-2.0
#include "api/readers.h"
#include "api/statuses.h"

namespace Koyeb {

using namespace Qt::Literals::StringLiterals;

Instance readInstance(const JsonReader &json)
{
    Instance instance;
    instance.id = json.requiredString("id"_L1);
    instance.appId = json.string("app_id"_L1);
    instance.serviceId = json.string("service_id"_L1);
    instance.type = json.string("type"_L1);
    instance.region = json.string("region"_L1);
    instance.datacenter = json.string("datacenter"_L1);
    instance.status = instanceStatusFrom(json.string("status"_L1));
    instance.messages = json.strings("messages"_L1);
    instance.createdAt = json.timestamp("created_at"_L1);
    instance.updatedAt = json.timestamp("updated_at"_L1);
    instance.organizationId = json.string("organization_id"_L1);
    instance.regionalDeploymentId = json.string("regional_deployment_id"_L1);
    instance.allocationId = json.string("allocation_id"_L1);
    instance.replicaIndex = json.integer("replica_index"_L1);
    instance.hypervisor = json.string("hypervisor"_L1);
    instance.startedAt = json.timestamp("started_at"_L1);
    instance.succeededAt = json.timestamp("succeeded_at"_L1);
    instance.terminatedAt = json.timestamp("terminated_at"_L1);
    return instance;
}

} // namespace Koyeb
