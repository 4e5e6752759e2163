// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/apitransport.h"

#include <QDateTime>

namespace Koyeb {

/// A part of an organization. Requests are about one when ApiTransport::setProjectId() names it.
struct Project {
    QString id;              ///< The API's identifier.
    QString name;            ///< Unique in the organization.
    QString description;     ///< For people.
    QString organizationId;  ///< Of the organization that owns it.
    qint64 serviceCount = 0; ///< Services in it.
    QDateTime createdAt;     ///< When it was created, UTC.
    QDateTime updatedAt;     ///< When it last changed, UTC.
    friend bool operator==(const Project &, const Project &) = default;
};

/// A project to be created, or what one becomes.
struct NewProject {
    QString name;        ///< Unique in the organization.
    QString description; ///< For people; may be empty.
};

/// Which projects are wanted.
struct ProjectFilter {
    QString name; ///< Empty: any.
};

/// The value as the wire has it; see JsonReader::result().
[[nodiscard]] Project readProject(const JsonReader &json);
/// The body of the request that carries it.
[[nodiscard]] QJsonObject toJson(const NewProject &project);

/// The organization's projects.
class ProjectsApi {
public:
    /// `transport` outlives this object and what it is asked for.
    explicit ProjectsApi(const ApiTransport &transport) : m_transport(transport) {}

    /// The projects that the filter lets through.
    QCoro::Task<Result<QList<Project>>> projects(ProjectFilter filter, std::stop_token stop) const;
    /// The project of that id.
    QCoro::Task<Result<Project>> project(QString id, std::stop_token stop) const;
    /// Refused, as Invalid or Conflict, when the name cannot be or is taken.
    QCoro::Task<Result<Project>> createProject(NewProject project, std::stop_token stop) const;
    /// Name and description become those of `project`.
    QCoro::Task<Result<Project>> updateProject(QString id, NewProject project, std::stop_token stop) const;
    /// Deletes it for good.
    QCoro::Task<Result<void>> deleteProject(QString id, std::stop_token stop) const;

private:
    const ApiTransport &m_transport;
};

} // namespace Koyeb
