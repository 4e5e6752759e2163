// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/jsonreader.h"

#include <QJsonArray>
#include <QJsonObject>
#include <QList>
#include <QStringList>

namespace Koyeb {

/// The list of objects under `key`, each read by `read`.
template<typename T>
[[nodiscard]] QList<T> readAll(
    const JsonReader &json, QLatin1String key, T (*read)(const JsonReader &element))
{
    QList<T> values;
    json.forEach(key, [&values, read](const JsonReader &element) { values.append(read(element)); });
    return values;
}

// Members of request bodies that are left out when they are empty, as the official clients do.

inline void insertIfSet(QJsonObject &object, QLatin1String key, const QString &value)
{
    if (!value.isEmpty()) {
        object.insert(key, value);
    }
}

inline void insertIfSet(QJsonObject &object, QLatin1String key, qint64 value)
{
    if (value != 0) {
        object.insert(key, value);
    }
}

inline void insertIfSet(QJsonObject &object, QLatin1String key, const QJsonArray &value)
{
    if (!value.isEmpty()) {
        object.insert(key, value);
    }
}

inline void insertIfSet(QJsonObject &object, QLatin1String key, const QJsonObject &value)
{
    if (!value.isEmpty()) {
        object.insert(key, value);
    }
}

inline void insertIfSet(QJsonObject &object, QLatin1String key, const QStringList &value)
{
    insertIfSet(object, key, QJsonArray::fromStringList(value));
}

inline void insertIfTrue(QJsonObject &object, QLatin1String key, bool value)
{
    if (value) {
        object.insert(key, true);
    }
}

/// Every element as `write` says it.
template<typename T>
[[nodiscard]] QJsonArray toJsonArray(const QList<T> &values, QJsonObject (*write)(const T &value))
{
    QJsonArray array;
    for (const auto &value : values) {
        array.append(write(value));
    }
    return array;
}

} // namespace Koyeb
