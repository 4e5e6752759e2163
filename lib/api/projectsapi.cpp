// SPDX-License-Identifier: Apache-2.0
#include "api/projectsapi.h"

namespace Koyeb {

using namespace Qt::Literals::StringLiterals;

Project readProject(const JsonReader &json)
{
    Project project;
    project.id = json.requiredString("id"_L1);
    project.name = json.string("name"_L1);
    project.description = json.string("description"_L1);
    project.organizationId = json.string("organization_id"_L1);
    project.serviceCount = json.integer("service_count"_L1);
    project.createdAt = json.timestamp("created_at"_L1);
    project.updatedAt = json.timestamp("updated_at"_L1);
    return project;
}

QJsonObject toJson(const NewProject &project)
{
    return {{"name"_L1, project.name}, {"description"_L1, project.description}};
}

QCoro::Task<Result<QList<Project>>> ProjectsApi::projects(ProjectFilter filter, std::stop_token stop) const
{
    QUrl url = m_transport.url({u"projects"_s});
    filterBy(url, u"name"_s, filter.name);
    ListRequest list{m_transport.get(url), "projects"_L1};
    return m_transport.fetchAll(std::move(list), &readProject, std::move(stop));
}

QCoro::Task<Result<Project>> ProjectsApi::project(QString id, std::stop_token stop) const
{
    const QUrl url = m_transport.url({u"projects"_s, id});
    return m_transport.fetch(m_transport.get(url), "project"_L1, &readProject, std::move(stop));
}

QCoro::Task<Result<Project>> ProjectsApi::createProject(NewProject project, std::stop_token stop) const
{
    const QUrl url = m_transport.url({u"projects"_s});
    HttpRequest request = m_transport.post(url, toJson(project));
    return m_transport.fetch(std::move(request), "project"_L1, &readProject, std::move(stop));
}

QCoro::Task<Result<Project>> ProjectsApi::updateProject(
    QString id, NewProject project, std::stop_token stop) const
{
    const QUrl url = m_transport.url({u"projects"_s, id});
    HttpRequest request = m_transport.withBody("PATCH", url, toJson(project), Repeatable::Safely);
    return m_transport.fetch(std::move(request), "project"_L1, &readProject, std::move(stop));
}

QCoro::Task<Result<void>> ProjectsApi::deleteProject(QString id, std::stop_token stop) const
{
    return m_transport.perform(m_transport.remove(m_transport.url({u"projects"_s, id})), std::move(stop));
}

} // namespace Koyeb
