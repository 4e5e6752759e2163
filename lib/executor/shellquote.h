// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <QList>
#include <QString>

namespace Koyeb {

/// `bytes` as exactly one word for a POSIX shell, safe inside any command line. Commands travel as JSON text,
/// so the result is always valid Unicode: bytes that are not UTF-8 are made by printf where the command runs.
///
/// `bytes` holds no NUL, which no argument can. A leading dash stays one: put `--` or `./` before it.
[[nodiscard]] QString shellQuoted(const QByteArray &bytes);

/// Several words, separated by blanks.
[[nodiscard]] QString shellQuoted(const QList<QByteArray> &words);

/// Length of the longest prefix of `bytes`, from `start`, that is valid UTF-8.
[[nodiscard]] qsizetype validUtf8Length(const QByteArray &bytes, qsizetype start);

/// Commands of a POSIX shell that write `bytes`, whatever they are, with nothing but its own printf; ASCII in
/// lines of a few thousand characters.
[[nodiscard]] QByteArray printingScript(QByteArrayView bytes);

} // namespace Koyeb
