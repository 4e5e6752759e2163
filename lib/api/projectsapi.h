// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/apitransport.h"

#include <QDateTime>

namespace Koyeb {

/// A part of an organization. Requests are about one when ApiTransport::setProjectId() names it.
struct Project {
    QString id;
    QString name;
    QString description;
    QString organizationId;
    qint64 serviceCount = 0;
    QDateTime createdAt;
    QDateTime updatedAt;
    friend bool operator==(const Project &, const Project &) = default;
};

struct NewProject {
    QString name;
    QString description;
};

[[nodiscard]] Project readProject(const JsonReader &json);
[[nodiscard]] QJsonObject toJson(const NewProject &project);

/// The organization's projects.
class ProjectsApi {
public:
    explicit ProjectsApi(const ApiTransport &transport) : m_transport(transport) {}

    QCoro::Task<Result<QList<Project>>> projects(std::stop_token stop) const;
    QCoro::Task<Result<Project>> project(QString id, std::stop_token stop) const;
    QCoro::Task<Result<Project>> createProject(NewProject project, std::stop_token stop) const;
    /// Name and description become those of `project`.
    QCoro::Task<Result<Project>> updateProject(QString id, NewProject project, std::stop_token stop) const;
    QCoro::Task<Result<void>> deleteProject(QString id, std::stop_token stop) const;

private:
    const ApiTransport &m_transport;
};

} // namespace Koyeb
