// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QJsonObject>
#include <QSet>
#include <QStringList>

namespace Koyeb::Test {

/// The definitions of the API's document, and values made by them.
class Document {
public:
    explicit Document(const QJsonObject &json);

    [[nodiscard]] bool has(const QString &definition) const { return m_definitions.contains(definition); }
    /// The names of those that are objects.
    [[nodiscard]] QStringList objects() const;
    [[nodiscard]] QJsonObject fieldsOf(const QString &definition) const;
    /// A value of that form with everything set, but for the fields named `Definition.field`.
    [[nodiscard]] QJsonObject sampleOf(const QString &definition, const QSet<QString> &without = {}) const;
    /// Something that the field cannot be.
    [[nodiscard]] static QJsonValue wrongFor(const QJsonObject &field);

private:
    [[nodiscard]] QJsonValue valueOf(const QJsonObject &field, const QSet<QString> &without) const;

    QJsonObject m_definitions;
};

} // namespace Koyeb::Test
