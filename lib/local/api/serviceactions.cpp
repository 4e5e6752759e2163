// SPDX-License-Identifier: Apache-2.0
#include "local/api/definition.h"
#include "local/api/jsonwriters.h"
#include "local/api/servicesapi.h"
#include "local/lifecycle/lifecycle.h"

#include <algorithm>

namespace Koyeb::Local {

using nlohmann::json;

namespace {

std::vector<FieldError> scalingErrors(const json &scalings)
{
    if (!scalings.is_array())
        return {{"scalings", "must be a list"}};
    std::vector<FieldError> errors;
    for (std::size_t i = 0; i < scalings.size(); ++i) {
        const json count = scalings[i].is_object() ? scalings[i].value("instances", json(0)) : json();
        if (!count.is_number_integer() || count < 0)
            errors.push_back({"scalings." + std::to_string(i) + ".instances", "must not be negative"});
    }
    return errors;
}

/// Nothing is built here, so that a build can neither be skipped nor cached: what is asked is only looked at.
std::vector<FieldError> redeployErrors(const json &body)
{
    std::vector<FieldError> errors;
    for (const char *option : {"use_cache", "skip_build"}) {
        const json value = body.value(option, json());
        if (!value.is_null() && !value.is_boolean())
            errors.push_back({option, "must be true or false"});
    }
    for (const char *option : {"sha", "deployment_group"}) {
        const json value = body.value(option, json());
        if (!value.is_null() && !value.is_string())
            errors.push_back({option, "must be a text"});
    }
    return errors;
}

} // namespace

ApiReply ServicesApi::pause(const ApiRequest &request)
{
    const ServiceRecord *const service = findVisible(m_world.services, request);
    if (!service)
        return notFoundReply("Service");
    if (!m_lifecycle.pauseService(service->id))
        return preconditionReply(
            "The service cannot be paused while it is " + std::string(toText(service->status)));
    noteActivity(
        m_world, request, "paused", "service", service->id, service->name, serviceFacts(m_world, *service));
    return {};
}

ApiReply ServicesApi::resume(const ApiRequest &request)
{
    const ServiceRecord *const service = findVisible(m_world.services, request);
    if (!service)
        return notFoundReply("Service");
    std::vector<FieldError> errors;
    for (const char *option : {"skip_build", "use_cache"}) {
        const std::string value = request.queryValue(option);
        if (!value.empty() && value != "true" && value != "false")
            errors.push_back({option, "must be true or false"});
    }
    if (!errors.empty())
        return validationReply(errors);
    if (!m_lifecycle.resumeService(service->id))
        return preconditionReply("Only a paused service can be resumed");
    m_world.latestDeployment(*service)->skipBuild = request.queryValue("skip_build") == "true";
    noteActivity(
        m_world, request, "resumed", "service", service->id, service->name, serviceFacts(m_world, *service));
    return {};
}

ApiReply ServicesApi::redeploy(const ApiRequest &request)
{
    ServiceRecord *const service = findVisible(m_world.services, request);
    if (!service)
        return notFoundReply("Service");
    const auto body = request.bodyObject();
    if (request.body.empty() || !body)
        return malformedBodyReply();
    const auto errors = redeployErrors(*body);
    if (!errors.empty())
        return validationReply(errors);
    if (service->status == ServiceStatus::Deleting)
        return preconditionReply("The service is being deleted");
    const DeploymentRecord *const latest = m_world.deployments.find(service->latestDeploymentId);
    // A draft is applied so: it is the latest one.
    const std::string id = m_lifecycle.deploy(*service, json(latest->definition), Trigger::Request);
    m_world.deployments.find(id)->skipBuild = body->value("skip_build", json()) == true;
    noteActivity(
        m_world, request, "updated", "service", service->id, service->name, serviceFacts(m_world, *service));
    return {200, {{"deployment", deploymentJson(m_world, *m_world.deployments.find(id))}}};
}

ApiReply ServicesApi::readScaling(const ApiRequest &request)
{
    const ServiceRecord *const service = findVisible(m_world.services, request);
    if (!service)
        return notFoundReply("Service");
    json scalings = service->scalings;
    for (json &scaling : scalings) {
        if (!scaling.contains("scopes"))
            scaling["scopes"] = json::array();
    }
    return {200, {{"scalings", std::move(scalings)}}};
}

ApiReply ServicesApi::changeScaling(const ApiRequest &request)
{
    ServiceRecord *const service = findVisible(m_world.services, request);
    if (!service)
        return notFoundReply("Service");
    const auto body = request.bodyObject();
    if (!body)
        return malformedBodyReply();
    const json scalings = body->value("scalings", json::array());
    const auto errors = scalingErrors(scalings);
    if (!errors.empty())
        return validationReply(errors);
    service->scalings = scalings;
    noteActivity(
        m_world, request, "manually-scaled", "service", service->id, service->name,
        serviceFacts(m_world, *service));
    return {};
}

ApiReply ServicesApi::removeScaling(const ApiRequest &request)
{
    ServiceRecord *const service = findVisible(m_world.services, request);
    if (!service)
        return notFoundReply("Service");
    service->scalings = json::array();
    noteActivity(
        m_world, request, "manual_scaling_deleted", "service", service->id, service->name,
        serviceFacts(m_world, *service));
    return {};
}

ApiReply ServicesApi::namesToReferTo(const ApiRequest &request)
{
    const auto body = request.bodyObject();
    if (!body)
        return malformedBodyReply();
    json secrets = json::array();
    for (const SecretRecord &secret : m_world.secrets) {
        if (isVisible(request, secret.owner))
            secrets.push_back(secret.name);
    }
    json variables = json::array();
    const json definition = body->value("definition", json::object());
    for (const json &entry : definition.value("env", json::array())) {
        if (!textAt(entry, "key").empty())
            variables.push_back(textAt(entry, "key"));
    }
    return {
        200,
        {{"secrets", std::move(secrets)},
         {"user_env", std::move(variables)},
         {"system_env",
          {"KOYEB_APP_NAME", "KOYEB_SERVICE_NAME", "KOYEB_SERVICE_ID", "KOYEB_INSTANCE_ID",
           "KOYEB_INSTANCE_TYPE", "KOYEB_REGION"}}}};
}

} // namespace Koyeb::Local
