// SPDX-License-Identifier: Apache-2.0
#include "core/jsonreader.h"

#include <QJsonArray>
#include <QJsonDocument>

namespace Koyeb {

JsonReader::JsonReader(const QJsonObject &object, const QString &path)
    : JsonReader(object, path, std::make_shared<std::optional<Error>>())
{
}

JsonReader::JsonReader(
    const QJsonObject &object, const QString &path, std::shared_ptr<std::optional<Error>> error)
    : m_object(object), m_path(path), m_error(std::move(error))
{
}

QString JsonReader::pathOf(QLatin1String key) const
{
    return m_path + QLatin1Char('.') + key;
}

void JsonReader::reportAt(const QString &path, const QString &why) const
{
    if (!*m_error) {
        *m_error = Error::of(
            ErrorKind::Protocol, QStringLiteral("The reply has an unexpected form: %1 %2.").arg(path, why));
    }
}

void JsonReader::reject(QLatin1String key, const QString &why) const
{
    reportAt(pathOf(key), why);
}

bool JsonReader::has(QLatin1String key) const
{
    const auto member = m_object.value(key);
    return !member.isUndefined() && !member.isNull();
}

QJsonValue JsonReader::value(QLatin1String key, QJsonValue::Type type, const char *typeName) const
{
    const auto member = m_object.value(key);
    if (member.isUndefined() || member.isNull() || member.type() == type) {
        return member;
    }
    reject(key, QStringLiteral("is not %1").arg(QLatin1String(typeName)));
    return QJsonValue(QJsonValue::Undefined);
}

QString JsonReader::string(QLatin1String key) const
{
    return value(key, QJsonValue::String, "a text").toString();
}

QString JsonReader::requiredString(QLatin1String key) const
{
    const QString text = string(key);
    if (text.isEmpty()) {
        reject(key, QStringLiteral("is missing"));
    }
    return text;
}

qint64 JsonReader::requiredInteger(QLatin1String key) const
{
    if (!has(key)) {
        reject(key, QStringLiteral("is missing"));
    }
    return integer(key);
}

bool JsonReader::boolean(QLatin1String key) const
{
    return value(key, QJsonValue::Bool, "a truth value").toBool();
}

double JsonReader::number(QLatin1String key) const
{
    return value(key, QJsonValue::Double, "a number").toDouble();
}

qint64 JsonReader::integerAt(const QJsonValue &member, const QString &path) const
{
    if (member.isUndefined() || member.isNull()) {
        return 0;
    }
    if (member.isString()) {
        const QString text = member.toString();
        bool isNumber = text.isEmpty();
        const qint64 parsed = isNumber ? 0 : text.toLongLong(&isNumber);
        if (!isNumber) {
            reportAt(path, QStringLiteral("is not a whole number"));
        }
        return parsed;
    }
    // toInteger() gives its default for a fraction and for what 64 bits cannot hold, so two defaults tell.
    const qint64 whole = member.toInteger(0);
    if (!member.isDouble() || (whole == 0 && member.toInteger(1) == 1)) {
        reportAt(path, QStringLiteral("is not a whole number"));
    }
    return whole;
}

qint64 JsonReader::integer(QLatin1String key) const
{
    return integerAt(m_object.value(key), pathOf(key));
}

QDateTime JsonReader::timestamp(QLatin1String key) const
{
    const QString text = string(key);
    if (text.isEmpty() || text.startsWith(QLatin1String("0001-01-01"))) {
        return {};
    }
    const auto parsed = QDateTime::fromString(text, Qt::ISODateWithMs);
    if (!parsed.isValid()) {
        reject(key, QStringLiteral("is not a time"));
        return {};
    }
    return parsed.toUTC();
}

QStringList JsonReader::strings(QLatin1String key) const
{
    QStringList list;
    const auto array = value(key, QJsonValue::Array, "a list").toArray();
    list.reserve(array.size());
    for (qsizetype i = 0; i < array.size(); ++i) {
        if (!array.at(i).isString()) {
            reportAt(QStringLiteral("%1[%2]").arg(pathOf(key)).arg(i), QStringLiteral("is not a text"));
            return list;
        }
        list.append(array.at(i).toString());
    }
    return list;
}

JsonReader JsonReader::object(QLatin1String key) const
{
    return JsonReader(value(key, QJsonValue::Object, "an object").toObject(), pathOf(key), m_error);
}

JsonReader JsonReader::requiredObject(QLatin1String key) const
{
    if (!has(key)) {
        reject(key, QStringLiteral("is missing"));
    }
    return object(key);
}

void JsonReader::forEach(QLatin1String key, const std::function<void(const JsonReader &)> &read) const
{
    const auto array = value(key, QJsonValue::Array, "a list").toArray();
    for (qsizetype i = 0; i < array.size() && !*m_error; ++i) {
        const QString path = QStringLiteral("%1[%2]").arg(pathOf(key)).arg(i);
        if (!array.at(i).isObject()) {
            reportAt(path, QStringLiteral("is not an object"));
            return;
        }
        read(JsonReader(array.at(i).toObject(), path, m_error));
    }
}

void JsonReader::forEachMember(
    QLatin1String key, const std::function<void(const QString &, const JsonReader &)> &read) const
{
    const auto map = value(key, QJsonValue::Object, "an object").toObject();
    for (auto member = map.begin(); member != map.end() && !*m_error; ++member) {
        const QString path = pathOf(key) + QLatin1Char('.') + member.key();
        if (!member.value().isObject()) {
            reportAt(path, QStringLiteral("is not an object"));
            return;
        }
        read(member.key(), JsonReader(member.value().toObject(), path, m_error));
    }
}

QMap<QString, qint64> JsonReader::integerMap(QLatin1String key) const
{
    QMap<QString, qint64> numbers;
    const auto map = value(key, QJsonValue::Object, "an object").toObject();
    for (auto member = map.begin(); member != map.end(); ++member) {
        const QString path = pathOf(key) + QLatin1Char('.') + member.key();
        numbers.insert(member.key(), integerAt(member.value(), path));
    }
    return numbers;
}

QMap<QString, QString> JsonReader::stringMap(QLatin1String key) const
{
    QMap<QString, QString> texts;
    const auto map = value(key, QJsonValue::Object, "an object").toObject();
    for (auto member = map.begin(); member != map.end(); ++member) {
        if (!member.value().isString()) {
            reportAt(pathOf(key) + QLatin1Char('.') + member.key(), QStringLiteral("is not a text"));
            return texts;
        }
        texts.insert(member.key(), member.value().toString());
    }
    return texts;
}

Result<QJsonObject> parseJsonObject(const QByteArray &text)
{
    QJsonParseError parseError;
    const auto document = QJsonDocument::fromJson(text, &parseError);
    if (parseError.error != QJsonParseError::NoError) {
        return failure(
            ErrorKind::Protocol, QStringLiteral("The reply is not JSON: %1 at byte %2.")
                                     .arg(parseError.errorString())
                                     .arg(parseError.offset));
    }
    if (!document.isObject()) {
        return failure(ErrorKind::Protocol, QStringLiteral("The reply is not a JSON object."));
    }
    return document.object();
}

} // namespace Koyeb
