// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QJsonObject>
#include <QMap>
#include <QStringList>

namespace Koyeb::Testing {

/// The API's OpenAPI document, to compare replies with.
class OpenApiForm {
public:
    /// `absentMembers` may be missing, by definition: those of which at most one is ever there.
    OpenApiForm(const QJsonObject &document, QMap<QString, QStringList> absentMembers);

    /// The document's own name for a path such as "/v1/apps/4711"; empty if it has none.
    [[nodiscard]] QString pathOf(const QString &path) const;
    /// "GET /v1/apps/{id}" for all that the document has.
    [[nodiscard]] QStringList calls() const;
    /// What is wrong with the body of such a reply, each with the place where.
    [[nodiscard]] QStringList faultsOfReply(const QString &call, int status, const QJsonObject &body) const;

private:
    void compareObject(
        const QString &place, const QString &definition, const QJsonObject &object,
        QStringList &faults) const;
    void compare(
        const QString &place, const QJsonObject &schema, const QJsonValue &value, QStringList &faults) const;
    void compareText(
        const QString &place, const QJsonObject &schema, const QJsonValue &value, QStringList &faults) const;
    void compareReference(
        const QString &place, const QString &definition, const QJsonValue &value, QStringList &faults) const;

    QJsonObject m_paths;
    QJsonObject m_definitions;
    QMap<QString, QStringList> m_absentMembers;
};

} // namespace Koyeb::Testing
