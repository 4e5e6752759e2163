// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/result.h"

#include <QDateTime>
#include <QJsonObject>
#include <QJsonValue>
#include <QMap>
#include <QStringList>

#include <functional>
#include <memory>

namespace Koyeb {

/// Reads typed values out of a JSON object, tolerant where the wire is, strict where it matters.
///
/// Absent and null members give the type's empty value (the control plane leaves unset members out or sends
/// null), a 64-bit integer may come as a number or as decimal text, unknown members are ignored. A member of
/// another type is an error that names its path, e.g. `$.services[3].created_at`; the first one is kept and
/// shared with all readers made from this one, so a type is read without a check after each member:
///
///     JsonReader reader(object);
///     app.id = reader.string("id");
///     return reader.result(app);
class JsonReader {
public:
    /// `path` is how errors call the object.
    explicit JsonReader(const QJsonObject &object, const QString &path = QStringLiteral("$"));

    /// Text.
    [[nodiscard]] QString string(QLatin1String key) const;
    /// A truth value.
    [[nodiscard]] bool boolean(QLatin1String key) const;
    /// A whole number of 64 bits, from a number or from decimal text.
    [[nodiscard]] qint64 integer(QLatin1String key) const;
    /// A number.
    [[nodiscard]] double number(QLatin1String key) const;
    /// RFC 3339, to the millisecond, in UTC; the zero time of the year 1 counts as unset.
    [[nodiscard]] QDateTime timestamp(QLatin1String key) const;
    /// A list of texts.
    [[nodiscard]] QStringList strings(QLatin1String key) const;
    /// An empty reader when the member is unset; see has().
    [[nodiscard]] JsonReader object(QLatin1String key) const;
    /// Calls `read` with every element of a list of objects.
    void forEach(QLatin1String key, const std::function<void(const JsonReader &element)> &read) const;

    /// Calls `read` with every member of an object whose members are objects, and their names.
    void forEachMember(
        QLatin1String key,
        const std::function<void(const QString &name, const JsonReader &element)> &read) const;
    /// An object whose members are whole numbers.
    [[nodiscard]] QMap<QString, qint64> integerMap(QLatin1String key) const;
    /// An object whose members are texts.
    [[nodiscard]] QMap<QString, QString> stringMap(QLatin1String key) const;

    /// Whether the member is there and not null: members of a protobuf `oneof` are absent when unset.
    [[nodiscard]] bool has(QLatin1String key) const;
    /// The object that is read.
    [[nodiscard]] const QJsonObject &json() const { return m_object; }

    /// Text that must not be empty, such as an id: its absence is an error.
    [[nodiscard]] QString requiredString(QLatin1String key) const;
    /// A whole number that must be there.
    [[nodiscard]] qint64 requiredInteger(QLatin1String key) const;
    /// An object that must be there.
    [[nodiscard]] JsonReader requiredObject(QLatin1String key) const;

    /// Records that a member, though of the right type, has a value that cannot be.
    void reject(QLatin1String key, const QString &why) const;

    /// `value`, or the first error that any of the related readers met.
    template<typename T> [[nodiscard]] Result<T> result(T value) const
    {
        if (*m_error) {
            return failure(**m_error);
        }
        return value;
    }

private:
    JsonReader(const QJsonObject &object, const QString &path, std::shared_ptr<std::optional<Error>> error);
    [[nodiscard]] QJsonValue value(QLatin1String key, QJsonValue::Type type, const char *typeName) const;
    [[nodiscard]] qint64 integerAt(const QJsonValue &member, const QString &path) const;
    void reportAt(const QString &path, const QString &why) const;
    [[nodiscard]] QString pathOf(QLatin1String key) const;

    QJsonObject m_object;
    QString m_path;
    std::shared_ptr<std::optional<Error>> m_error;
};

/// Parses a whole JSON document whose root must be an object.
[[nodiscard]] Result<QJsonObject> parseJsonObject(const QByteArray &text);

} // namespace Koyeb
