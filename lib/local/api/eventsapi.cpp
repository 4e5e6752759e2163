// SPDX-License-Identifier: Apache-2.0
#include "local/api/eventsapi.h"

namespace Koyeb::Local {

using nlohmann::json;

namespace {

/// How one kind of events is asked for and written.
struct EventKind {
    EventSubject subject;
    const char *path;
    const char *filter;
    const char *idMember;
};

json eventJson(const EventKind &kind, const EventRecord &event)
{
    return {
        {"id", event.id},
        {"when", timestamp(event.when)},
        {"organization_id", event.organizationId},
        {kind.idMember, event.subjectId},
        {"type", event.type},
        {"message", event.message},
        {"metadata", json::object()}};
}

ApiReply listEvents(const World &world, const EventKind &kind, const ApiRequest &request)
{
    return orderedListReply(
        "events", world.journal.events(), request, ListFacts::Next,
        [&](const EventRecord &event) {
            return event.subject == kind.subject && event.organizationId == request.caller.organizationId &&
                   passes(request, kind.filter, event.subjectId) && passes(request, "types", event.type);
        },
        [&](const EventRecord &event) { return eventJson(kind, event); });
}

/// Whether what an activity was about is gone; a token is, once it cannot be used any more.
bool isDeleted(const World &world, const ActivityRecord &activity)
{
    const std::string &id = activity.objectId;
    return !world.apps.find(id) && !world.services.find(id) && !world.deployments.find(id) &&
           !world.secrets.find(id) && !world.domains.find(id) && !world.tokens.find(id);
}

json activityJson(const World &world, const ActivityRecord &activity)
{
    return {
        {"id", activity.id},
        {"created_at", timestamp(activity.createdAt)},
        {"actor",
         {{"id", activity.actorId},
          {"name", activity.actorName},
          {"type", activity.actorType},
          {"deleted", false},
          {"metadata", json::object()}}},
        {"object",
         {{"id", activity.objectId},
          {"name", activity.objectName},
          {"type", activity.objectType},
          {"deleted", isDeleted(world, activity)},
          {"metadata", activity.objectMetadata}}},
        {"verb", activity.verb},
        {"metadata", activity.metadata}};
}

ApiReply listActivities(const World &world, const ApiRequest &request)
{
    return listReply(
        "activities", world.journal.activities(), request, ListFacts::Next,
        [&](const ActivityRecord &activity) {
            return activity.organizationId == request.caller.organizationId &&
                   passes(request, "types", activity.objectType);
        },
        [&](const ActivityRecord &activity) { return activityJson(world, activity); });
}

} // namespace

void addEventRoutes(Router &router, World &world)
{
    for (const EventKind kind :
         {EventKind{EventSubject::App, "/v1/app_events", "app_id", "app_id"},
          EventKind{EventSubject::Service, "/v1/service_events", "service_id", "service_id"},
          EventKind{EventSubject::Deployment, "/v1/deployment_events", "deployment_id", "deployment_id"},
          EventKind{EventSubject::Instance, "/v1/instance_events", "instance_ids", "instance_id"}}) {
        router.add("GET", kind.path, [&world, kind](const ApiRequest &request) {
            return listEvents(world, kind, request);
        });
    }
    router.add("GET", "/v1/activities", [&world](const ApiRequest &request) {
        return listActivities(world, request);
    });
}

} // namespace Koyeb::Local
