// SPDX-License-Identifier: Apache-2.0
#include "openapiform.h"

#include <QJsonArray>
#include <QRegularExpression>

using namespace Qt::Literals::StringLiterals;

namespace Koyeb::Testing {

OpenApiForm::OpenApiForm(const QJsonObject &document, QMap<QString, QStringList> absentMembers)
    : m_paths(document.value("paths"_L1).toObject()),
      m_definitions(document.value("definitions"_L1).toObject()),
      m_absentMembers(std::move(absentMembers))
{
}

QString OpenApiForm::pathOf(const QString &path) const
{
    if (m_paths.contains(path))
        return path;
    for (const QString &known : m_paths.keys()) {
        QString pattern = QRegularExpression::escape(known);
        pattern.replace(QRegularExpression(u"\\\\\\{[^}]*\\}"_s), u"[^/]+"_s);
        if (QRegularExpression(QRegularExpression::anchoredPattern(pattern)).match(path).hasMatch())
            return known;
    }
    return {};
}

QStringList OpenApiForm::calls() const
{
    QStringList calls;
    for (auto path = m_paths.begin(); path != m_paths.end(); ++path) {
        for (const QString &method : path.value().toObject().keys())
            calls.append(method.toUpper() + u' ' + path.key());
    }
    return calls;
}

QStringList OpenApiForm::faultsOfReply(const QString &call, int status, const QJsonObject &body) const
{
    const QJsonObject path = m_paths.value(call.section(u' ', 1)).toObject();
    const QJsonObject replies =
        path.value(call.section(u' ', 0, 0).toLower()).toObject().value("responses"_L1).toObject();
    const QJsonObject schema =
        replies.value(QString::number(status)).toObject().value("schema"_L1).toObject();
    if (schema.isEmpty())
        return {call + u" answers %1, of which the document says nothing"_s.arg(status)};
    QStringList faults;
    compare(call + u' ' + QString::number(status), schema, body, faults);
    return faults;
}

void OpenApiForm::compareObject(
    const QString &place, const QString &definition, const QJsonObject &object, QStringList &faults) const
{
    const QJsonObject fields = m_definitions.value(definition).toObject().value("properties"_L1).toObject();
    for (auto member = object.begin(); member != object.end(); ++member) {
        const QString name = place + u'.' + member.key();
        if (fields.contains(member.key()))
            compare(name, fields.value(member.key()).toObject(), member.value(), faults);
        else
            faults.append(name + u" is none of "_s + definition);
    }
    for (const QString &name : fields.keys()) {
        if (!object.contains(name) && !m_absentMembers.value(definition).contains(name))
            faults.append(place + u" lacks "_s + name + u" of "_s + definition);
    }
}

void OpenApiForm::compare(
    const QString &place, const QJsonObject &schema, const QJsonValue &value, QStringList &faults) const
{
    const QString reference = schema.value("$ref"_L1).toString().section(u'/', -1);
    if (!reference.isEmpty())
        return compareReference(place, reference, value, faults);
    const QString type = schema.value("type"_L1).toString();
    const auto require = [&](bool isRight) {
        if (!isRight)
            faults.append(place + u" is no "_s + type);
    };
    if (type == "string"_L1) {
        compareText(place, schema, value, faults);
    } else if (type == "integer"_L1) {
        require(value.isDouble() && value.toDouble() == static_cast<double>(value.toInteger()));
    } else if (type == "number"_L1) {
        require(value.isDouble() || value.isNull());
    } else if (type == "boolean"_L1) {
        require(value.isBool());
    } else if (type == "array"_L1) {
        require(value.isArray());
        const QJsonArray list = value.toArray();
        for (int i = 0; i < list.size(); ++i)
            compare(place + u"[%1]"_s.arg(i), schema.value("items"_L1).toObject(), list.at(i), faults);
    } else if (type == "object"_L1) {
        require(value.isObject() || value.isNull());
        const QJsonObject map = value.toObject();
        for (auto element = map.begin(); element != map.end(); ++element)
            compare(
                place + u'.' + element.key(), schema.value("additionalProperties"_L1).toObject(),
                element.value(), faults);
    }
}

void OpenApiForm::compareText(
    const QString &place, const QJsonObject &schema, const QJsonValue &value, QStringList &faults) const
{
    static const QRegularExpression wholeNumber(u"^-?[0-9]+$"_s);
    static const QRegularExpression time(
        u"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]{1,9})?Z$"_s);
    const QString format = schema.value("format"_L1).toString();
    if (format == "date-time"_L1 && value.isNull())
        return;
    if (!value.isString())
        faults.append(place + u" is no text"_s);
    else if (format.endsWith("int64"_L1) && !wholeNumber.match(value.toString()).hasMatch())
        faults.append(place + u" is no text of a whole number"_s);
    else if (format == "date-time"_L1 && !time.match(value.toString()).hasMatch())
        faults.append(place + u" is no time"_s);
}

void OpenApiForm::compareReference(
    const QString &place, const QString &definition, const QJsonValue &value, QStringList &faults) const
{
    const QJsonObject form = m_definitions.value(definition).toObject();
    const QJsonArray names = form.value("enum"_L1).toArray();
    if (!names.isEmpty()) {
        if (!names.contains(value))
            faults.append(place + u" is none of the names of "_s + definition);
        return;
    }
    if (!form.contains("properties"_L1))
        return compare(place, form, value, faults);
    if (value.isObject())
        compareObject(place, definition, value.toObject(), faults);
    else if (!value.isNull())
        faults.append(place + u" is no object"_s);
}

} // namespace Koyeb::Testing
