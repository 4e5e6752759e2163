// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDateTime>
#include <QString>

#include <chrono>

namespace Koyeb::Desktop {

/// "3 minutes ago", "in 2 hours", "just now"; empty for an invalid time.
[[nodiscard]] QString relativeTime(const QDateTime &time, const QDateTime &now);

/// The same moment for a tooltip: date and time in the person's zone and format; empty for an invalid time.
[[nodiscard]] QString exactTime(const QDateTime &time);

/// "as of 3 minutes ago": how old something is that was right then; empty for an invalid time.
[[nodiscard]] QString ageText(const QDateTime &time, const QDateTime &now);

/// "5 minutes", "2 hours": a length of time in its largest fitting unit.
[[nodiscard]] QString durationText(std::chrono::seconds duration);

} // namespace Koyeb::Desktop
