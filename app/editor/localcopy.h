// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"

#include <QByteArray>
#include <QString>

#include <filesystem>

namespace Koyeb::Desktop {

/// A name for a local copy of what is called `name` in a sandbox: plain text that means nothing special to
/// programs, with the same ending.
[[nodiscard]] QString safeLocalName(const QByteArray &name);

/// Whether the desktop might run such a file, rather than show it, when it is asked to open it. Looks at the
/// content, too; blocks.
[[nodiscard]] bool mightBeRun(const std::filesystem::path &file);

/// Makes a folder of its own for the copy and puts the content there, readable by this user only and not
/// executable. Blocks.
[[nodiscard]] Result<void> writeLocalCopy(const std::filesystem::path &file, const QByteArray &content);
/// Puts the content into a folder under the name, or one like `name (2).txt` where that is taken. Blocks.
[[nodiscard]] Result<void> writeBeside(
    const std::filesystem::path &folder, const QString &name, const QByteArray &content);
/// What the copy is now. NotFound while there is none, Rejected when it is no plain file any more (whatever a
/// link leads to was not in the sandbox) or too large. Blocks.
[[nodiscard]] Result<QByteArray> readLocalCopy(const std::filesystem::path &file, qint64 maximumBytes);

} // namespace Koyeb::Desktop
