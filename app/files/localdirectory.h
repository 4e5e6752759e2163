// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"
#include "sandbox/remoteentry.h"

#include <optional>

namespace Koyeb::Desktop {

/// The entries of a folder of this computer, described as those of sandboxes are, with names as bytes.
/// Blocks, for a WorkerThread. What cannot be looked at is listed by its name alone.
[[nodiscard]] Result<QList<RemoteEntry>> listLocalDirectory(const QByteArray &path);

/// When something was last added to a folder, renamed or removed, in nanoseconds; nothing when it cannot be
/// told. Blocks.
[[nodiscard]] std::optional<qint64> changeTimeOf(const QByteArray &path);

} // namespace Koyeb::Desktop
