// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QJsonObject>
#include <QList>
#include <QMap>
#include <QStringList>

#include <functional>

namespace Koyeb::Test {

/// Field → why a value type does without it.
using LeftOut = QMap<QString, QString>;

/// The error of reading a JSON object as some value; empty when it was read.
using Read = std::function<QString(const QJsonObject &json)>;

/// One definition of the document and what of it is read. Many are read as a part of another value: `path`
/// leads from that one's object, `a` into a member, `a[]` into a list's elements, `a{}` into a map's.
struct ReadRow {
    QString definition;
    Read read;
    QStringList path = {};
    LeftOut leftOut = {};
};

/// One request body: what is sent when everything is set, and what never is.
struct WrittenRow {
    QString definition;
    QList<QJsonObject> bodies;
    LeftOut leftOut = {};
};

/// All that the library reads.
[[nodiscard]] QList<ReadRow> readRows();
/// All that it writes.
[[nodiscard]] QList<WrittenRow> writtenRows();

} // namespace Koyeb::Test
