// SPDX-License-Identifier: Apache-2.0
#include "local/api/servicesapi.h"

#include "local/api/definition.h"
#include "local/api/jsonwriters.h"
#include "local/lifecycle/lifecycle.h"

#include <algorithm>

namespace Koyeb::Local {

using nlohmann::json;

namespace {

bool isDryRun(const ApiRequest &request)
{
    return request.queryValue("dry_run") == "true";
}

bool contains(const std::vector<std::string> &values, std::string_view wanted)
{
    return values.empty() || std::ranges::find(values, wanted) != values.end();
}

} // namespace

ServicesApi::ServicesApi(World &world, Lifecycle &lifecycle) : m_world(world), m_lifecycle(lifecycle) {}

void ServicesApi::addRoutes(Router &router)
{
    router.add("GET", "/v1/services", [this](const ApiRequest &request) { return list(request); });
    router.add("POST", "/v1/services", [this](const ApiRequest &request) { return create(request); });
    router.add("GET", "/v1/services/{id}", [this](const ApiRequest &request) { return read(request); });
    router.add("PUT", "/v1/services/{id}", [this](const ApiRequest &request) { return change(request); });
    router.add("PATCH", "/v1/services/{id}", [this](const ApiRequest &request) { return change(request); });
    router.add("DELETE", "/v1/services/{id}", [this](const ApiRequest &request) { return remove(request); });
}

ApiReply ServicesApi::list(const ApiRequest &request) const
{
    const std::string appId = request.queryValue("app_id");
    const std::string name = request.queryValue("name");
    const std::vector<std::string> statuses = request.queryValues("statuses");
    const bool typeWanted = contains(request.queryValues("types"), "SANDBOX");
    json::array_t items;
    for (const ServiceRecord &service : m_world.services) {
        if (typeWanted && (appId.empty() || service.appId == appId) &&
            service.name.find(name) != std::string::npos && contains(statuses, toText(service.status)))
            items.push_back(serviceSummaryJson(m_world, service));
    }
    return listReply("services", items, pageOf(request), HasNext::Told);
}

ApiReply ServicesApi::create(const ApiRequest &request)
{
    const auto body = request.bodyObject();
    if (!body)
        return malformedBodyReply();
    const json definition = body->value("definition", json());
    std::vector<FieldError> errors = definitionErrors(definition);
    const json appId = body->value("app_id", json());
    const AppRecord *const app = appId.is_string() ? m_world.app(appId.get<std::string>()) : nullptr;
    // A dry run may name an app that is yet to be created.
    if (!isDryRun(request) && (!app || app->deleting))
        errors.push_back({"app_id", "there is no such app"});
    const bool nameTaken = app && std::ranges::any_of(m_world.services, [&](const ServiceRecord &service) {
                               return service.appId == app->id && definition.is_object() &&
                                      definition.value("name", json()) == service.name;
                           });
    if (nameTaken)
        errors.push_back({"definition.name", "a service with this name already exists in the app"});

    ServiceRecord service;
    service.lifeCycle = lifeCycleFrom(*body, {}, errors);
    if (!errors.empty())
        return validationReply(errors);
    service.id = randomUuid();
    service.appId = appId.is_string() ? appId.get<std::string>() : std::string();
    service.name = definition["name"].get<std::string>();
    service.createdAt = service.updatedAt = std::chrono::system_clock::now();
    if (isDryRun(request))
        return {200, {{"service", serviceJson(m_world, service)}}};

    m_world.services.push_front(std::move(service));
    ServiceRecord &stored = m_world.services.front();
    addDeployment(stored, definition);
    return {200, {{"service", serviceJson(m_world, stored)}}};
}

void ServicesApi::addDeployment(ServiceRecord &service, json definition)
{
    DeploymentRecord deployment;
    deployment.id = randomUuid();
    deployment.appId = service.appId;
    deployment.serviceId = service.id;
    deployment.parentId = service.latestDeploymentId;
    deployment.definition = std::move(definition);
    deployment.createdAt = deployment.updatedAt = std::chrono::system_clock::now();
    if (DeploymentRecord *const parent = m_world.deployment(service.latestDeploymentId)) {
        parent->childId = deployment.id;
        deployment.version = parent->version + 1;
    }
    service.latestDeploymentId = deployment.id;
    m_world.deployments.push_front(deployment);
    m_world.trimHistory(service.id);
    m_lifecycle.deploy(deployment.id);
}

ApiReply ServicesApi::read(const ApiRequest &request) const
{
    const ServiceRecord *const service = m_world.service(request.parameters.at(0));
    if (!service)
        return notFoundReply("Service");
    return {200, {{"service", serviceJson(m_world, *service)}}};
}

ApiReply ServicesApi::change(const ApiRequest &request)
{
    ServiceRecord *const service = m_world.service(request.parameters.at(0));
    if (!service)
        return notFoundReply("Service");
    const auto body = request.bodyObject();
    if (!body)
        return malformedBodyReply();
    std::vector<FieldError> errors;
    json definition = body->value("definition", json());
    if (!definition.is_null())
        errors = definitionErrors(definition);
    if (body->value("save_only", json()) == true)
        errors.push_back({"save_only", "the local engine cannot keep a deployment without running it"});
    const ServiceLifeCycle lifeCycle = lifeCycleFrom(*body, service->lifeCycle, errors);
    if (!errors.empty())
        return validationReply(errors);
    if (service->status == ServiceStatus::Deleting)
        return errorReply(400, "failed_precondition", "The service is being deleted");
    if (isDryRun(request))
        return {200, {{"service", serviceJson(m_world, *service)}}};

    service->lifeCycle = lifeCycle;
    service->updatedAt = std::chrono::system_clock::now();
    ++service->version;
    if (!definition.is_null())
        addDeployment(*service, std::move(definition));
    return {200, {{"service", serviceJson(m_world, *service)}}};
}

ApiReply ServicesApi::remove(const ApiRequest &request)
{
    const ServiceRecord *const service = m_world.service(request.parameters.at(0));
    if (!service)
        return notFoundReply("Service");
    m_lifecycle.deleteService(service->id);
    return {};
}

} // namespace Koyeb::Local
