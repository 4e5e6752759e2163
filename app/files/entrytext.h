// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QDateTime>
#include <QString>

namespace Koyeb::Desktop {

/// Permission bits as `ls` shows them, without the type: `rwxr-sr-t`.
[[nodiscard]] QString permissionsText(quint32 mode);
/// Permission bits in octal with four digits: `0755`.
[[nodiscard]] QString permissionsDigits(quint32 mode);

/// When a file was changed: relative within a day of `now`, by date otherwise; empty for an invalid time.
[[nodiscard]] QString modificationText(const QDateTime &modifiedAt, const QDateTime &now);

/// Whether a person may give this name to a file: not empty, not `.` or `..`, without `/` and NUL, and no
/// longer than the 255 bytes that file systems take.
[[nodiscard]] bool isValidName(const QString &name);

/// `text` for a tooltip, which would take what looks like markup for markup.
[[nodiscard]] QString plainToolTip(const QString &text);
/// `text` for a button or menu, which would take `&` for the mark of a shortcut.
[[nodiscard]] QString withoutMnemonics(QString text);

/// A path as one word of a shell, quoted where it must be: in the `$'…'` form where it holds bytes that are
/// not plain text, so that pasting it neither runs anything nor loses a byte.
[[nodiscard]] QString shellWord(const QByteArray &path);

} // namespace Koyeb::Desktop
