// SPDX-License-Identifier: Apache-2.0
#include "openapidocument.h"

#include <QJsonArray>

namespace Koyeb::Test {

using namespace Qt::Literals::StringLiterals;

namespace {

const QString anyTime = QStringLiteral("2026-11-22T10:00:00.123456789Z");

} // namespace

Document::Document(const QJsonObject &json) : m_definitions(json["definitions"_L1].toObject()) {}

QStringList Document::objects() const
{
    QStringList names = m_definitions.keys();
    names.removeIf([this](const QString &name) { return fieldsOf(name).isEmpty(); });
    return names;
}

QJsonObject Document::fieldsOf(const QString &definition) const
{
    return m_definitions[definition]["properties"_L1].toObject();
}

QJsonObject Document::sampleOf(const QString &definition, const QSet<QString> &without) const
{
    QJsonObject sample;
    const QJsonObject fields = fieldsOf(definition);
    for (auto field = fields.begin(); field != fields.end(); ++field) {
        if (!without.contains(definition + u'.' + field.key())) {
            // The one time that the document calls a plain text.
            const bool isTime = field.key() == "timestamp"_L1;
            sample.insert(
                field.key(), isTime ? QJsonValue(anyTime) : valueOf(field.value().toObject(), without));
        }
    }
    return sample;
}

QJsonValue Document::wrongFor(const QJsonObject &field)
{
    return field["type"_L1] == "boolean"_L1 ? QJsonValue(5) : QJsonValue(true);
}

QJsonValue Document::valueOf(const QJsonObject &field, const QSet<QString> &without) const
{
    const QString reference = field["$ref"_L1].toString().section(u'/', -1);
    if (!reference.isEmpty()) {
        const QJsonArray names = m_definitions[reference]["enum"_L1].toArray();
        return names.isEmpty() ? QJsonValue(sampleOf(reference, without)) : names.last();
    }
    const QString type = field["type"_L1].toString();
    if (type == "array"_L1) {
        return QJsonArray{valueOf(field["items"_L1].toObject(), without)};
    }
    if (type == "object"_L1) {
        const QJsonValue element = field["additionalProperties"_L1];
        return QJsonObject{
            {u"key"_s, element.isObject() ? valueOf(element.toObject(), without) : QJsonValue(u"x"_s)}};
    }
    if (type == "boolean"_L1) {
        return true;
    }
    if (type == "integer"_L1 || type == "number"_L1) {
        return 7;
    }
    const QString format = field["format"_L1].toString();
    if (format == "int64"_L1 || format == "uint64"_L1) {
        return u"7"_s;
    }
    return format == "date-time"_L1 ? anyTime : u"text"_s;
}

} // namespace Koyeb::Test
