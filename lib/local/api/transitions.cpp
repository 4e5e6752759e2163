// SPDX-License-Identifier: Apache-2.0
#include "local/api/world.h"

namespace Koyeb::Local {

using nlohmann::json;

namespace {

std::string joined(const std::vector<std::string> &messages)
{
    std::string text;
    for (const std::string &message : messages)
        text += (text.empty() ? "" : " ") + message;
    return text;
}

/// The event's sentence: what was said, or at least which status was entered.
std::string sentence(std::string_view what, std::string_view status, const std::string &said)
{
    return said.empty() ? std::string(what) + " is " + std::string(status) : said;
}

void noteEvent(
    World &world, const Ownership &owner, EventSubject subject, const std::string &id,
    std::string_view status, std::string message)
{
    EventRecord event;
    event.when = world.now();
    event.organizationId = owner.organizationId;
    event.subject = subject;
    event.subjectId = id;
    event.type = status;
    event.message = std::move(message);
    world.journal.add(std::move(event));
}

std::shared_ptr<const LogSource> sourceOf(const DeploymentRecord &deployment)
{
    LogSource source;
    source.organizationId = deployment.owner.organizationId;
    source.appId = deployment.appId;
    source.serviceId = deployment.serviceId;
    source.deploymentId = deployment.id;
    source.regionalDeploymentId = deployment.regionalDeploymentId;
    return std::make_shared<const LogSource>(std::move(source));
}

ActivityRecord serviceActivity(
    const World &world, const ServiceRecord &service, std::string_view verb, json metadata)
{
    ActivityRecord activity;
    activity.createdAt = world.now();
    activity.organizationId = service.owner.organizationId;
    activity.objectId = service.id;
    activity.objectName = service.name;
    activity.objectType = "service";
    activity.objectMetadata = serviceFacts(world, service);
    activity.verb = verb;
    activity.metadata = metadata.is_object() ? std::move(metadata) : json::object();
    return activity;
}

} // namespace

void enter(World &world, ServiceRecord &service, ServiceStatus status, std::vector<std::string> messages)
{
    const bool changed = service.status != status || service.messages != messages;
    service.status = status;
    service.messages = std::move(messages);
    service.updatedAt = world.now();
    if (status == ServiceStatus::Healthy) {
        service.startedAt = service.startedAt.value_or(world.now());
        service.succeededAt = world.now();
    } else if (status == ServiceStatus::Paused) {
        service.pausedAt = world.now();
    } else if (status == ServiceStatus::Resuming) {
        service.resumedAt = world.now();
    }
    if (changed) {
        noteEvent(
            world, service.owner, EventSubject::Service, service.id, toText(status),
            sentence("Service", toText(status), joined(service.messages)));
    }
}

void enter(
    World &world, DeploymentRecord &deployment, DeploymentStatus status, std::vector<std::string> messages)
{
    deployment.status = status;
    deployment.messages = std::move(messages);
    deployment.updatedAt = world.now();
    if (status == DeploymentStatus::Allocating)
        deployment.allocatedAt = world.now();
    if (status == DeploymentStatus::Healthy) {
        deployment.startedAt = deployment.startedAt.value_or(world.now());
        deployment.succeededAt = deployment.succeededAt.value_or(world.now());
    }
    if (hasEnded(deployment))
        deployment.terminatedAt = world.now();
    std::string text = sentence("Deployment", toText(status), joined(deployment.messages));
    noteEvent(world, deployment.owner, EventSubject::Deployment, deployment.id, toText(status), text);
    if (status != DeploymentStatus::Stashed)
        world.logs.add(world.now(), LogStream::Koyeb, std::move(text), sourceOf(deployment));
}

void enter(World &world, InstanceRecord &instance, InstanceStatus status, const std::string &message)
{
    instance.status = status;
    instance.messages.clear();
    if (!message.empty())
        instance.messages.push_back(message);
    instance.updatedAt = world.now();
    if (status == InstanceStatus::Healthy)
        instance.startedAt = instance.startedAt.value_or(world.now());
    if (hasEnded(instance))
        instance.terminatedAt = world.now();
    noteEvent(
        world, instance.owner, EventSubject::Instance, instance.id, toText(status),
        sentence("Instance", toText(status), message));
}

json serviceFacts(const World &world, const ServiceRecord &service)
{
    const AppRecord *const app = world.apps.find(service.appId);
    return {
        {"app_id", service.appId},
        {"app_name", app ? app->name : std::string()},
        {"service_id", service.id},
        {"service_name", service.name},
        {"service_type", "SANDBOX"}};
}

void noteActivity(
    World &world, const ApiRequest &request, std::string_view verb, std::string_view objectType,
    const std::string &objectId, const std::string &objectName, json objectMetadata)
{
    const bool isUser = !request.caller.userId.empty();
    ActivityRecord activity;
    activity.createdAt = world.now();
    activity.organizationId = request.caller.organizationId;
    activity.actorId = isUser ? request.caller.userId : request.caller.organizationId;
    activity.actorName = isUser ? "This computer" : "API";
    activity.actorType = isUser ? "user" : "organization";
    activity.objectId = objectId;
    activity.objectName = objectName;
    activity.objectType = objectType;
    if (objectMetadata.is_object())
        activity.objectMetadata = std::move(objectMetadata);
    activity.verb = verb;
    activity.metadata["auth_token_ref"] = "credential:" + request.caller.tokenId;
    world.journal.add(std::move(activity));
}

void noteSystemActivity(World &world, const ServiceRecord &service, std::string_view verb, json metadata)
{
    ActivityRecord activity = serviceActivity(world, service, verb, std::move(metadata));
    activity.actorName = "Koyeb";
    activity.actorType = "system";
    world.journal.add(std::move(activity));
}

} // namespace Koyeb::Local
