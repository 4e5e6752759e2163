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

void checkName(const World &world, const json &name, std::string_view ownId, std::vector<FieldError> &errors)
{
    const bool taken = std::ranges::any_of(
        world.apps, [&](const AppRecord &app) { return app.id != ownId && name == app.name; });
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
}

ApiReply AppsApi::list(const ApiRequest &request) const
{
    const std::string name = request.queryValue("name");
    json::array_t items;
    for (const AppRecord &app : m_world.apps) {
        if (app.name.find(name) != std::string::npos)
            items.push_back(appSummaryJson(m_world, app));
    }
    return listReply("apps", items, pageOf(request), HasNext::Told);
}

ApiReply AppsApi::create(const ApiRequest &request)
{
    const auto body = request.bodyObject();
    if (!body)
        return malformedBodyReply();
    std::vector<FieldError> errors;
    const json name = body->value("name", json());
    checkName(m_world, name, {}, errors);
    const auto deleteWhenEmpty = deleteWhenEmptyIn(*body, errors);
    if (!errors.empty())
        return validationReply(errors);

    AppRecord app;
    app.id = randomUuid();
    app.name = name.get<std::string>();
    app.createdAt = app.updatedAt = std::chrono::system_clock::now();
    app.deleteWhenEmpty = deleteWhenEmpty.value_or(false);
    m_world.apps.push_front(app);
    return {200, {{"app", appJson(m_world, app)}}};
}

ApiReply AppsApi::read(const ApiRequest &request) const
{
    const AppRecord *const app = m_world.app(request.parameters.at(0));
    if (!app)
        return notFoundReply("App");
    return {200, {{"app", appJson(m_world, *app)}}};
}

ApiReply AppsApi::change(const ApiRequest &request)
{
    AppRecord *const app = m_world.app(request.parameters.at(0));
    if (!app)
        return notFoundReply("App");
    const auto body = request.bodyObject();
    if (!body)
        return malformedBodyReply();
    std::vector<FieldError> errors;
    const json name = body->value("name", json(app->name));
    checkName(m_world, name, app->id, errors);
    const auto deleteWhenEmpty = deleteWhenEmptyIn(*body, errors);
    if (!errors.empty())
        return validationReply(errors);

    app->name = name.get<std::string>();
    app->deleteWhenEmpty = deleteWhenEmpty.value_or(app->deleteWhenEmpty);
    app->updatedAt = std::chrono::system_clock::now();
    ++app->version;
    return {200, {{"app", appJson(m_world, *app)}}};
}

ApiReply AppsApi::remove(const ApiRequest &request)
{
    const AppRecord *const app = m_world.app(request.parameters.at(0));
    if (!app)
        return notFoundReply("App");
    m_lifecycle.deleteApp(app->id);
    return {};
}

} // namespace Koyeb::Local
