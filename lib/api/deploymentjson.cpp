// SPDX-License-Identifier: Apache-2.0
#include "api/readers.h"
#include "api/statuses.h"

namespace Koyeb {

using namespace Qt::Literals::StringLiterals;

namespace {

void readScalings(const JsonReader &json, DeploymentDefinition &definition)
{
    bool isFirst = true;
    json.forEach("scalings"_L1, [&definition, &isFirst](const JsonReader &scaling) {
        // One entry a scope; sandboxes have one for all.
        if (!std::exchange(isFirst, false)) {
            return;
        }
        definition.minimumScale = static_cast<int>(scaling.integer("min"_L1));
        definition.maximumScale = static_cast<int>(scaling.integer("max"_L1));
        scaling.forEach("targets"_L1, [&definition](const JsonReader &target) {
            if (target.has("sleep_idle_delay"_L1)) {
                const JsonReader delay = target.object("sleep_idle_delay"_L1);
                definition.deepSleepSeconds = delay.integer("deep_sleep_value"_L1);
                definition.lightSleepSeconds = delay.integer("light_sleep_value"_L1);
            }
        });
    });
}

[[nodiscard]] DeploymentDefinition readDefinition(const JsonReader &json)
{
    DeploymentDefinition definition;
    definition.name = json.string("name"_L1);
    definition.type = json.string("type"_L1);
    const JsonReader docker = json.object("docker"_L1);
    definition.image = docker.string("image"_L1);
    definition.privileged = docker.boolean("privileged"_L1);
    json.forEach("env"_L1, [&definition](const JsonReader &entry) {
        EnvironmentVariable variable;
        variable.key = entry.string("key"_L1);
        variable.value = entry.string("value"_L1);
        variable.secret = entry.string("secret"_L1);
        definition.environment.append(variable);
    });
    definition.regions = json.strings("regions"_L1);
    json.forEach("instance_types"_L1, [&definition](const JsonReader &entry) {
        definition.instanceTypes.append(entry.string("type"_L1));
    });
    readScalings(json, definition);
    return definition;
}

} // namespace

Deployment readDeployment(const JsonReader &json)
{
    Deployment deployment;
    deployment.id = json.requiredString("id"_L1);
    deployment.appId = json.string("app_id"_L1);
    deployment.serviceId = json.string("service_id"_L1);
    deployment.status = deploymentStatusFrom(json.string("status"_L1));
    deployment.messages = json.strings("messages"_L1);
    deployment.definition = readDefinition(json.object("definition"_L1));
    const JsonReader metadata = json.object("metadata"_L1);
    if (metadata.has("sandbox"_L1)) {
        const JsonReader sandbox = metadata.object("sandbox"_L1);
        SandboxMetadata value;
        value.publicUrl = sandbox.string("public_url"_L1);
        value.routingKey = sandbox.string("routing_key"_L1);
        // Unset messages may come with empty members; without an address there is nothing to use.
        if (!value.publicUrl.isEmpty()) {
            deployment.sandbox = value;
        }
    }
    deployment.createdAt = json.timestamp("created_at"_L1);
    deployment.updatedAt = json.timestamp("updated_at"_L1);
    return deployment;
}

} // namespace Koyeb
