// SPDX-License-Identifier: Apache-2.0
#include "api/jsonmembers.h"
#include "api/readers.h"
#include "api/statuses.h"

namespace Koyeb {

using namespace Qt::Literals::StringLiterals;

namespace {

[[nodiscard]] ProxyPortAddress readProxyPortAddress(const JsonReader &json)
{
    ProxyPortAddress address;
    address.port = static_cast<int>(json.integer("port"_L1));
    address.host = json.string("host"_L1);
    address.publicPort = static_cast<int>(json.integer("public_port"_L1));
    address.protocol = json.string("protocol"_L1);
    return address;
}

[[nodiscard]] ProvisioningStage readStage(const JsonReader &json)
{
    ProvisioningStage stage;
    stage.name = json.string("name"_L1);
    stage.status = json.string("status"_L1);
    stage.messages = json.strings("messages"_L1);
    stage.startedAt = json.timestamp("started_at"_L1);
    stage.finishedAt = json.timestamp("finished_at"_L1);
    return stage;
}

void readMetadata(const JsonReader &json, Deployment &deployment)
{
    const JsonReader trigger = json.object("trigger"_L1);
    deployment.triggerType = trigger.string("type"_L1);
    deployment.triggerActor = trigger.string("actor"_L1);
    deployment.proxyPorts = readAll(json, "proxy_ports"_L1, &readProxyPortAddress);
    const JsonReader sandbox = json.object("sandbox"_L1);
    SandboxMetadata metadata;
    metadata.publicUrl = sandbox.string("public_url"_L1);
    metadata.routingKey = sandbox.string("routing_key"_L1);
    // Unset messages may come with empty members; without an address there is nothing to use.
    if (!metadata.publicUrl.isEmpty()) {
        deployment.sandbox = metadata;
    }
}

} // namespace

Deployment readDeployment(const JsonReader &json)
{
    Deployment deployment;
    deployment.id = json.requiredString("id"_L1);
    deployment.appId = json.string("app_id"_L1);
    deployment.serviceId = json.string("service_id"_L1);
    deployment.organizationId = json.string("organization_id"_L1);
    deployment.parentId = json.string("parent_id"_L1);
    deployment.childId = json.string("child_id"_L1);
    deployment.status = deploymentStatusFrom(json.string("status"_L1));
    deployment.messages = json.strings("messages"_L1);
    deployment.definition = readDefinition(json.object("definition"_L1));
    readMetadata(json.object("metadata"_L1), deployment);
    const JsonReader provisioning = json.object("provisioning_info"_L1);
    deployment.provisioning.sha = provisioning.string("sha"_L1);
    deployment.provisioning.image = provisioning.string("image"_L1);
    deployment.provisioning.stages = readAll(provisioning, "stages"_L1, &readStage);
    deployment.role = json.string("role"_L1);
    deployment.skipBuild = json.boolean("skip_build"_L1);
    deployment.version = json.integer("version"_L1);
    deployment.createdAt = json.timestamp("created_at"_L1);
    deployment.updatedAt = json.timestamp("updated_at"_L1);
    deployment.allocatedAt = json.timestamp("allocated_at"_L1);
    deployment.startedAt = json.timestamp("started_at"_L1);
    deployment.succeededAt = json.timestamp("succeeded_at"_L1);
    deployment.terminatedAt = json.timestamp("terminated_at"_L1);
    return deployment;
}

} // namespace Koyeb
