// SPDX-License-Identifier: Apache-2.0
#include "local/api/deploymentsapi.h"

#include "local/api/jsonwriters.h"
#include "local/lifecycle/lifecycle.h"

#include <algorithm>

namespace Koyeb::Local {

using nlohmann::json;

namespace {

bool matches(const std::string &wanted, std::string_view value)
{
    return wanted.empty() || wanted == value;
}

bool matchesStatus(const std::vector<std::string> &statuses, std::string_view status)
{
    return statuses.empty() || std::ranges::find(statuses, status) != statuses.end();
}

ApiReply listDeployments(const World &world, const ApiRequest &request)
{
    const std::string appId = request.queryValue("app_id");
    const std::string serviceId = request.queryValue("service_id");
    const std::vector<std::string> statuses = request.queryValues("statuses");
    json::array_t items;
    for (const DeploymentRecord &deployment : world.deployments) {
        if (matches(appId, deployment.appId) && matches(serviceId, deployment.serviceId) &&
            matchesStatus(statuses, toText(deployment.status)))
            items.push_back(deploymentSummaryJson(world, deployment));
    }
    return listReply("deployments", items, pageOf(request), HasNext::Told);
}

ApiReply readDeployment(World &world, const ApiRequest &request)
{
    const DeploymentRecord *const deployment = world.deployment(request.parameters.at(0));
    if (!deployment)
        return notFoundReply("Deployment");
    return {200, {{"deployment", deploymentJson(world, *deployment)}}};
}

ApiReply cancelDeployment(World &world, Lifecycle &lifecycle, const ApiRequest &request)
{
    const DeploymentRecord *const deployment = world.deployment(request.parameters.at(0));
    if (!deployment)
        return notFoundReply("Deployment");
    if (!lifecycle.cancelDeployment(deployment->id)) {
        return errorReply(
            400, "failed_precondition",
            "A deployment can be cancelled only while it is PENDING, PROVISIONING or SCHEDULED");
    }
    return {};
}

ApiReply listInstances(const World &world, const ApiRequest &request)
{
    const std::string appId = request.queryValue("app_id");
    const std::string serviceId = request.queryValue("service_id");
    const std::string deploymentId = request.queryValue("deployment_id");
    const std::string regionalDeploymentId = request.queryValue("regional_deployment_id");
    const std::string allocationId = request.queryValue("allocation_id");
    const std::vector<std::string> statuses = request.queryValues("statuses");
    const std::string order = request.queryValue("order") == "asc" ? "asc" : "desc";
    json::array_t items;
    for (const InstanceRecord &instance : world.instances) {
        if (matches(appId, instance.appId) && matches(serviceId, instance.serviceId) &&
            matches(deploymentId, instance.deploymentId) &&
            matches(regionalDeploymentId, instance.regionalDeploymentId) &&
            matches(allocationId, instance.allocationId) && matchesStatus(statuses, toText(instance.status)))
            items.push_back(instanceSummaryJson(world, instance));
    }
    if (order == "asc")
        std::ranges::reverse(items);
    ApiReply reply = listReply("instances", items, pageOf(request), HasNext::NotTold);
    reply.body["order"] = order;
    return reply;
}

ApiReply readInstance(World &world, const ApiRequest &request)
{
    const InstanceRecord *const instance = world.instance(request.parameters.at(0));
    if (!instance)
        return notFoundReply("Instance");
    return {200, {{"instance", instanceJson(world, *instance)}}};
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
    router.add("GET", "/v1/instances", [&world](const ApiRequest &request) {
        return listInstances(world, request);
    });
    router.add("GET", "/v1/instances/{id}", [&world](const ApiRequest &request) {
        return readInstance(world, request);
    });
}

} // namespace Koyeb::Local
