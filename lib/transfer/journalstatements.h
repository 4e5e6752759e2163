// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/result.h"
#include "transfer/transferhistory.h"

#include <QSqlError>
#include <QVariant>

namespace Koyeb {

// What the parts of a journal's database have in common.

[[nodiscard]] inline QVariant number(quint64 id)
{
    return QVariant::fromValue(static_cast<qlonglong>(id));
}

/// A BLOB is null rather than empty otherwise, and so is a text.
[[nodiscard]] inline QByteArray blob(const QByteArray &bytes)
{
    return bytes.isNull() ? QByteArray("") : bytes;
}
[[nodiscard]] inline QString text(const QString &words)
{
    return words.isNull() ? QStringLiteral("") : words;
}

/// What is not known was never written by this version, nor by one before.
[[nodiscard]] inline TransferDirection directionOf(int number)
{
    const bool isKnown = number >= 0 && number <= static_cast<int>(TransferDirection::Between);
    return isKnown ? static_cast<TransferDirection>(number) : TransferDirection::Upload;
}

[[nodiscard]] inline tl::unexpected<Error> broken(const QSqlError &error)
{
    return failure(ErrorKind::Local, error.text());
}

/// Runs what changes something. That it fails is only logged: what is not noted is moved again, and nothing
/// else depends on it.
void runStatement(const QString &connection, const QString &statement, const QVariantList &values);

} // namespace Koyeb
