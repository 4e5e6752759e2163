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

bool runsInOneOf(const World &world, const ServiceRecord &service, const std::vector<std::string> &regions)
{
    if (regions.empty())
        return true;
    const DeploymentRecord *const deployment = world.deployments.find(service.latestDeploymentId);
    if (!deployment)
        return false;
    const auto own = deployment->definition.value("regions", std::vector<std::string>());
    return std::ranges::any_of(
        own, [&](const std::string &region) { return std::ranges::find(regions, region) != regions.end(); });
}

json factsOf(const World &world, const ServiceRecord &service)
{
    json facts = serviceFacts(world, service);
    if (const auto *const deployment = world.deployments.find(service.latestDeploymentId))
        facts["definition"] = deployment->definition;
    return facts;
}

/// What an update leaves of the definition: PUT replaces it, PATCH changes the members it names.
json changedDefinition(
    const World &world, const ServiceRecord &service, const ApiRequest &request, json change)
{
    const auto *const latest = world.deployments.find(service.latestDeploymentId);
    if (request.method != "PATCH" || !latest || !change.is_object())
        return change;
    json definition = latest->definition;
    definition.merge_patch(change);
    return definition;
}

} // namespace

ServicesApi::ServicesApi(World &world, Lifecycle &lifecycle) : m_world(world), m_lifecycle(lifecycle) {}

void ServicesApi::add(Router &router, const char *method, const char *path, Method handler)
{
    router.add(
        method, path, [this, handler](const ApiRequest &request) { return (this->*handler)(request); });
}

void ServicesApi::addRoutes(Router &router)
{
    add(router, "GET", "/v1/services", &ServicesApi::list);
    add(router, "POST", "/v1/services", &ServicesApi::create);
    add(router, "GET", "/v1/services/{id}", &ServicesApi::read);
    add(router, "PUT", "/v1/services/{id}", &ServicesApi::change);
    add(router, "PATCH", "/v1/services/{id}", &ServicesApi::change);
    add(router, "DELETE", "/v1/services/{id}", &ServicesApi::remove);
    add(router, "POST", "/v1/services/{id}/pause", &ServicesApi::pause);
    add(router, "POST", "/v1/services/{id}/resume", &ServicesApi::resume);
    add(router, "POST", "/v1/services/{id}/redeploy", &ServicesApi::redeploy);
    add(router, "GET", "/v1/services/{id}/scale", &ServicesApi::readScaling);
    add(router, "PUT", "/v1/services/{id}/scale", &ServicesApi::changeScaling);
    add(router, "DELETE", "/v1/services/{id}/scale", &ServicesApi::removeScaling);
    add(router, "POST", "/v1/services-autocomplete", &ServicesApi::namesToReferTo);
}

ApiReply ServicesApi::list(const ApiRequest &request)
{
    const std::string name = request.queryValue("name");
    const std::vector<std::string> regions = request.queryValues("regions");
    const bool typeWanted = passes(request, "types", "SANDBOX");
    return listReply(
        "services", m_world.services, request, ListFacts::CountAndNext,
        [&](const ServiceRecord &service) {
            return typeWanted && isListed(request, service.owner) &&
                   equals(request, "app_id", service.appId) && service.name.find(name) != std::string::npos &&
                   passes(request, "statuses", toText(service.status)) &&
                   runsInOneOf(m_world, service, regions);
        },
        serviceSummaryJson);
}

ApiReply ServicesApi::create(const ApiRequest &request)
{
    const auto body = request.bodyObject();
    if (!body)
        return malformedBodyReply();
    const json definition = body->value("definition", json());
    std::vector<FieldError> errors = definitionErrors(definition);
    const AppRecord *app = m_world.apps.find(textAt(*body, "app_id"));
    if (app && !isVisible(request, app->owner))
        app = nullptr;
    // A dry run may name an app that is yet to be created.
    if (!isDryRun(request) && (!app || app->deleting))
        errors.push_back({"app_id", "there is no such app"});
    const bool nameTaken = app && std::ranges::any_of(app->serviceIds, [&](const std::string &id) {
                               return textAt(definition, "name") == m_world.services.find(id)->name;
                           });
    if (nameTaken)
        errors.push_back({"definition.name", "a service with this name already exists in the app"});

    ServiceRecord service;
    service.lifeCycle = lifeCycleFrom(*body, {}, errors);
    if (!errors.empty())
        return validationReply(errors);
    service.id = randomUuid();
    service.owner = app ? app->owner : ownershipFor(m_world, request, *body);
    service.appId = textAt(*body, "app_id");
    service.name = textAt(definition, "name");
    service.createdAt = service.updatedAt = m_world.now();
    if (isDryRun(request))
        return {200, {{"service", serviceJson(service)}}};

    ServiceRecord &stored = m_world.addService(std::move(service));
    m_lifecycle.deploy(stored, definition, Trigger::Request);
    noteActivity(m_world, request, "created", "service", stored.id, stored.name, factsOf(m_world, stored));
    return {200, {{"service", serviceJson(stored)}}};
}

ApiReply ServicesApi::read(const ApiRequest &request)
{
    const ServiceRecord *const service = findVisible(m_world.services, request);
    if (!service)
        return notFoundReply("Service");
    return {200, {{"service", serviceJson(*service)}}};
}

ApiReply ServicesApi::change(const ApiRequest &request)
{
    ServiceRecord *const service = findVisible(m_world.services, request);
    if (!service)
        return notFoundReply("Service");
    auto body = request.bodyObject();
    if (!body)
        return malformedBodyReply();
    applyUpdateMask(*body, request);
    std::vector<FieldError> errors;
    json definition = changedDefinition(m_world, *service, request, body->value("definition", json()));
    if (!definition.is_null())
        errors = definitionErrors(definition);
    const ServiceLifeCycle lifeCycle = lifeCycleFrom(*body, service->lifeCycle, errors);
    if (!errors.empty())
        return validationReply(errors);
    if (service->status == ServiceStatus::Deleting)
        return preconditionReply("The service is being deleted");
    if (isDryRun(request))
        return {200, {{"service", serviceJson(*service)}}};

    service->lifeCycle = lifeCycle;
    service->updatedAt = m_world.now();
    ++service->version;
    if (!definition.is_null() && body->value("save_only", json()) == true)
        m_lifecycle.stash(*service, std::move(definition));
    else if (!definition.is_null())
        m_lifecycle.deploy(*service, std::move(definition), Trigger::Request);
    noteActivity(
        m_world, request, "updated", "service", service->id, service->name, factsOf(m_world, *service));
    return {200, {{"service", serviceJson(*service)}}};
}

ApiReply ServicesApi::remove(const ApiRequest &request)
{
    const ServiceRecord *const service = findVisible(m_world.services, request);
    if (!service)
        return notFoundReply("Service");
    noteActivity(
        m_world, request, "deleted", "service", service->id, service->name, serviceFacts(m_world, *service));
    m_lifecycle.deleteService(service->id);
    return {};
}

} // namespace Koyeb::Local
