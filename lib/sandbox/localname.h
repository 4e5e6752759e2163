// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/error.h"

#include <optional>

namespace Koyeb {

/// What names files of this computer may have, beside what no file may be called anywhere.
enum class LocalNameRules { Unix, Windows };

#ifdef Q_OS_WIN
inline constexpr auto localNameRules = LocalNameRules::Windows;
#else
/// Of disks that are stricter the system tells when it is asked, see placeError().
inline constexpr auto localNameRules = LocalNameRules::Unix;
#endif

/// Why nothing can have the name, or would have another one: an error that concernsPlaceOnly(). Nothing where
/// it can.
[[nodiscard]] std::optional<Error> localNameProblem(const QByteArray &name, LocalNameRules rules);

} // namespace Koyeb
