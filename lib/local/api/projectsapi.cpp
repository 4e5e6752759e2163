// SPDX-License-Identifier: Apache-2.0
#include "local/api/accountapi.h"

#include <algorithm>

namespace Koyeb::Local {

using nlohmann::json;

namespace {

json projectJson(const World &world, const ProjectRecord &project)
{
    const auto serviceCount = std::ranges::count_if(
        world.services, [&](const ServiceRecord &service) { return service.owner.projectId == project.id; });
    return {
        {"id", project.id},
        {"name", project.name},
        {"description", project.description},
        {"organization_id", project.organizationId},
        {"created_at", timestamp(project.createdAt)},
        {"updated_at", timestamp(project.updatedAt)},
        {"service_count", std::to_string(serviceCount)}};
}

ProjectRecord *findProject(World &world, const ApiRequest &request)
{
    ProjectRecord *const project = world.projects.find(request.parameters.at(0));
    return project && project->organizationId == request.caller.organizationId ? project : nullptr;
}

std::vector<FieldError> nameErrors(
    const World &world, const ApiRequest &request, const std::string &name, std::string_view ownId)
{
    if (name.empty())
        return {{"name", "is required"}};
    const bool taken = std::ranges::any_of(world.projects, [&](const ProjectRecord &project) {
        return project.organizationId == request.caller.organizationId && project.id != ownId &&
               project.name == name;
    });
    return taken ? std::vector<FieldError>{{"name", "a project with this name already exists"}}
                 : std::vector<FieldError>{};
}

ApiReply createProject(World &world, const ApiRequest &request)
{
    const auto body = request.bodyObject();
    if (!body)
        return malformedBodyReply();
    const auto errors = nameErrors(world, request, textAt(*body, "name"), {});
    if (!errors.empty())
        return validationReply(errors);
    ProjectRecord project;
    project.id = randomUuid();
    project.organizationId = request.caller.organizationId;
    project.name = textAt(*body, "name");
    project.description = textAt(*body, "description");
    project.createdAt = project.updatedAt = world.now();
    return {200, {{"project", projectJson(world, world.projects.add(std::move(project)))}}};
}

ApiReply changeProject(World &world, const ApiRequest &request)
{
    ProjectRecord *const project = findProject(world, request);
    if (!project)
        return notFoundReply("Project");
    auto body = request.bodyObject();
    if (!body)
        return malformedBodyReply();
    applyUpdateMask(*body, request);
    const std::string name = body->contains("name") ? textAt(*body, "name") : project->name;
    const auto errors = nameErrors(world, request, name, project->id);
    if (!errors.empty())
        return validationReply(errors);
    project->name = name;
    if (body->contains("description"))
        project->description = textAt(*body, "description");
    project->updatedAt = world.now();
    return {200, {{"project", projectJson(world, *project)}}};
}

ApiReply deleteProject(World &world, const ApiRequest &request)
{
    const ProjectRecord *const project = findProject(world, request);
    if (!project)
        return notFoundReply("Project");
    const bool isDefault = std::ranges::any_of(world.organizations, [&](const auto &organization) {
        return organization.defaultProjectId == project->id;
    });
    const bool isUsed = std::ranges::any_of(
        world.apps, [&](const AppRecord &app) { return app.owner.projectId == project->id; });
    if (isDefault)
        return preconditionReply("The default project cannot be deleted");
    if (isUsed)
        return preconditionReply("The project still has apps");
    world.projects.remove(request.parameters.at(0));
    return {};
}

} // namespace

void addProjectRoutes(Router &router, World &world)
{
    router.add("GET", "/v1/projects", [&world](const ApiRequest &request) {
        const std::string name = request.queryValue("name");
        return listReply(
            "projects", world.projects, request, ListFacts::Neither,
            [&](const ProjectRecord &project) {
                return project.organizationId == request.caller.organizationId &&
                       project.name.find(name) != std::string::npos;
            },
            [&](const ProjectRecord &project) { return projectJson(world, project); });
    });
    router.add("POST", "/v1/projects", [&world](const ApiRequest &request) {
        return createProject(world, request);
    });
    router.add("GET", "/v1/projects/{id}", [&world](const ApiRequest &request) {
        const ProjectRecord *const project = findProject(world, request);
        return project ? ApiReply{200, {{"project", projectJson(world, *project)}}}
                       : notFoundReply("Project");
    });
    for (const char *method : {"PUT", "PATCH"}) {
        router.add(method, "/v1/projects/{id}", [&world](const ApiRequest &request) {
            return changeProject(world, request);
        });
    }
    router.add("DELETE", "/v1/projects/{id}", [&world](const ApiRequest &request) {
        return deleteProject(world, request);
    });
}

} // namespace Koyeb::Local
