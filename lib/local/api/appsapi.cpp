// SPDX-License-Identifier: Apache-2.0
#include "local/api/appsapi.h"

#include "local/api/definition.h"
#include "local/api/jsonwriters.h"
#include "local/lifecycle/lifecycle.h"

#include <algorithm>

namespace Koyeb::Local {

using nlohmann::json;

namespace {

std::optional<bool> deleteWhenEmptyIn(const json &body, std::vector<FieldError> &errors)
{
    const json lifeCycle = body.value("life_cycle", json());
    if (lifeCycle.is_null())
        return std::nullopt;
    const json flag = lifeCycle.is_object() ? lifeCycle.value("delete_when_empty", json()) : json("");
    if (flag.is_null())
        return std::nullopt;
    if (!flag.is_boolean()) {
        errors.push_back({"life_cycle.delete_when_empty", "must be true or false"});
        return std::nullopt;
    }
    return flag.get<bool>();
}

void checkName(
    const World &world, const ApiRequest &request, const json &name, std::string_view ownId,
    std::vector<FieldError> &errors)
{
    const bool taken = std::ranges::any_of(world.apps, [&](const AppRecord &app) {
        return isVisible(request, app.owner) && app.id != ownId && name == app.name;
    });
    if (!isValidName(name))
        errors.push_back({"name", "must be 3 to 63 characters: a-z, 0-9, - and ."});
    else if (taken)
        errors.push_back({"name", "an app with this name already exists"});
}

} // namespace

AppsApi::AppsApi(World &world, Lifecycle &lifecycle) : m_world(world), m_lifecycle(lifecycle) {}

void AppsApi::addRoutes(Router &router)
{
    router.add("GET", "/v1/apps", [this](const ApiRequest &request) { return list(request); });
    router.add("POST", "/v1/apps", [this](const ApiRequest &request) { return create(request); });
    router.add("GET", "/v1/apps/{id}", [this](const ApiRequest &request) { return read(request); });
    router.add("PUT", "/v1/apps/{id}", [this](const ApiRequest &request) { return change(request); });
    router.add("PATCH", "/v1/apps/{id}", [this](const ApiRequest &request) { return change(request); });
    router.add("DELETE", "/v1/apps/{id}", [this](const ApiRequest &request) { return remove(request); });
    router.add("POST", "/v1/apps/{id}/pause", [this](const ApiRequest &request) { return pause(request); });
    router.add("POST", "/v1/apps/{id}/resume", [this](const ApiRequest &request) { return resume(request); });
}

ApiReply AppsApi::list(const ApiRequest &request) const
{
    const std::string name = request.queryValue("name");
    return listReply(
        "apps", m_world.apps, request, ListFacts::CountAndNext,
        [&](const AppRecord &app) {
            return isListed(request, app.owner) && app.name.find(name) != std::string::npos;
        },
        [&](const AppRecord &app) { return appSummaryJson(m_world, app); });
}

ApiReply AppsApi::create(const ApiRequest &request)
{
    const auto body = request.bodyObject();
    if (!body)
        return malformedBodyReply();
    std::vector<FieldError> errors;
    const json name = body->value("name", json());
    checkName(m_world, request, name, {}, errors);
    const auto deleteWhenEmpty = deleteWhenEmptyIn(*body, errors);
    if (!errors.empty())
        return validationReply(errors);

    AppRecord app;
    app.id = randomUuid();
    app.name = name.get<std::string>();
    app.owner = ownershipFor(m_world, request, *body);
    app.createdAt = app.updatedAt = m_world.now();
    app.deleteWhenEmpty = deleteWhenEmpty.value_or(false);
    const AppRecord &stored = m_world.addApp(std::move(app));
    noteActivity(m_world, request, "created", "app", stored.id, stored.name);
    return {200, {{"app", appJson(m_world, stored)}}};
}

ApiReply AppsApi::read(const ApiRequest &request) const
{
    const AppRecord *const app = findVisible(m_world.apps, request);
    if (!app)
        return notFoundReply("App");
    return {200, {{"app", appJson(m_world, *app)}}};
}

ApiReply AppsApi::change(const ApiRequest &request)
{
    AppRecord *const app = findVisible(m_world.apps, request);
    if (!app)
        return notFoundReply("App");
    auto body = request.bodyObject();
    if (!body)
        return malformedBodyReply();
    applyUpdateMask(*body, request);
    std::vector<FieldError> errors;
    const json name = body->value("name", json(app->name));
    checkName(m_world, request, name, app->id, errors);
    const auto deleteWhenEmpty = deleteWhenEmptyIn(*body, errors);
    if (!errors.empty())
        return validationReply(errors);

    app->name = name.get<std::string>();
    app->deleteWhenEmpty = deleteWhenEmpty.value_or(app->deleteWhenEmpty);
    app->updatedAt = m_world.now();
    ++app->version;
    noteActivity(m_world, request, "updated", "app", app->id, app->name);
    return {200, {{"app", appJson(m_world, *app)}}};
}

ApiReply AppsApi::remove(const ApiRequest &request)
{
    const AppRecord *const app = findVisible(m_world.apps, request);
    if (!app)
        return notFoundReply("App");
    noteActivity(m_world, request, "deleted", "app", app->id, app->name);
    m_lifecycle.deleteApp(app->id);
    return {};
}

ApiReply AppsApi::pause(const ApiRequest &request)
{
    const AppRecord *const app = findVisible(m_world.apps, request);
    if (!app)
        return notFoundReply("App");
    bool paused = false;
    for (const std::string &serviceId : app->serviceIds)
        paused = m_lifecycle.pauseService(serviceId) || paused;
    if (!paused)
        return preconditionReply("The app cannot be paused in its present status");
    noteActivity(m_world, request, "paused", "app", app->id, app->name);
    return {};
}

ApiReply AppsApi::resume(const ApiRequest &request)
{
    const AppRecord *const app = findVisible(m_world.apps, request);
    if (!app)
        return notFoundReply("App");
    bool resumed = false;
    for (const std::string &serviceId : app->serviceIds)
        resumed = m_lifecycle.resumeService(serviceId) || resumed;
    if (!resumed)
        return preconditionReply("Only a paused app can be resumed");
    noteActivity(m_world, request, "resumed", "app", app->id, app->name);
    return {};
}

} // namespace Koyeb::Local
