// SPDX-License-Identifier: Apache-2.0
#include "local/api/deploymentsapi.h"

#include "local/api/jsonwriters.h"
#include "local/lifecycle/lifecycle.h"

namespace Koyeb::Local {

using nlohmann::json;

namespace {

/// Whether the instance was there at some time of the period that is asked for; what cannot be read counts as
/// not given.
bool livedInPeriod(const ApiRequest &request, const InstanceRecord &instance)
{
    const auto start = parsedTimestamp(request.queryValue("starting_time"));
    const auto end = parsedTimestamp(request.queryValue("ending_time"));
    const bool endedBefore =
        start && hasEnded(instance) && instance.terminatedAt.value_or(instance.updatedAt) < *start;
    return !endedBefore && (!end || instance.createdAt <= *end);
}

ApiReply listDeployments(const World &world, const ApiRequest &request)
{
    return listReply(
        "deployments", world.deployments, request, ListFacts::CountAndNext,
        [&](const DeploymentRecord &deployment) {
            return isListed(request, deployment.owner) && equals(request, "app_id", deployment.appId) &&
                   equals(request, "service_id", deployment.serviceId) &&
                   passes(request, "statuses", toText(deployment.status));
        },
        deploymentSummaryJson);
}

ApiReply readDeployment(World &world, const ApiRequest &request)
{
    const DeploymentRecord *const deployment = findVisible(world.deployments, request);
    if (!deployment)
        return notFoundReply("Deployment");
    return {200, {{"deployment", deploymentJson(world, *deployment)}}};
}

ApiReply cancelDeployment(World &world, Lifecycle &lifecycle, const ApiRequest &request)
{
    const DeploymentRecord *const deployment = findVisible(world.deployments, request);
    if (!deployment)
        return notFoundReply("Deployment");
    if (!lifecycle.cancelDeployment(deployment->id)) {
        return preconditionReply(
            "A deployment can be cancelled only while it is PENDING, PROVISIONING or SCHEDULED");
    }
    return {};
}

ApiReply readReplicas(World &world, const ApiRequest &request)
{
    const DeploymentRecord *const deployment = findVisible(world.deployments, request);
    if (!deployment)
        return notFoundReply("Deployment");
    json instances = json::array();
    std::string region;
    for (const InstanceRecord &instance : world.instances) {
        if (instance.deploymentId != deployment->id || hasEnded(instance))
            continue;
        region = instance.region;
        instances.push_back(instanceJson(instance));
    }
    json replicas = json::array();
    const bool wanted = equals(request, "region", region) && equals(request, "replica_index", "0");
    if (!instances.empty() && wanted)
        replicas.push_back({{"region", region}, {"replica_index", 0}, {"instances", std::move(instances)}});
    return {200, {{"replicas", std::move(replicas)}}};
}

ApiReply listInstances(const World &world, const ApiRequest &request)
{
    return orderedListReply(
        "instances", world.instances, request, ListFacts::Count,
        [&](const InstanceRecord &instance) {
            return isListed(request, instance.owner) && equals(request, "app_id", instance.appId) &&
                   equals(request, "service_id", instance.serviceId) &&
                   equals(request, "deployment_id", instance.deploymentId) &&
                   equals(request, "regional_deployment_id", instance.regionalDeploymentId) &&
                   equals(request, "allocation_id", instance.allocationId) &&
                   equals(request, "replica_index", "0") &&
                   passes(request, "statuses", toText(instance.status)) && livedInPeriod(request, instance);
        },
        instanceSummaryJson);
}

ApiReply readInstance(World &world, const ApiRequest &request)
{
    const InstanceRecord *const instance = findVisible(world.instances, request);
    if (!instance)
        return notFoundReply("Instance");
    return {200, {{"instance", instanceJson(*instance)}}};
}

} // namespace

void addDeploymentRoutes(Router &router, World &world, Lifecycle &lifecycle)
{
    router.add("GET", "/v1/deployments", [&world](const ApiRequest &request) {
        return listDeployments(world, request);
    });
    router.add("GET", "/v1/deployments/{id}", [&world](const ApiRequest &request) {
        return readDeployment(world, request);
    });
    router.add("POST", "/v1/deployments/{id}/cancel", [&world, &lifecycle](const ApiRequest &request) {
        return cancelDeployment(world, lifecycle, request);
    });
    router.add("GET", "/v1/deployment/{id}/scaling", [&world](const ApiRequest &request) {
        return readReplicas(world, request);
    });
    router.add("GET", "/v1/instances", [&world](const ApiRequest &request) {
        return listInstances(world, request);
    });
    router.add("GET", "/v1/instances/{id}", [&world](const ApiRequest &request) {
        return readInstance(world, request);
    });
}

} // namespace Koyeb::Local
