// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "transfers/transferrecord.h"

namespace Koyeb::Desktop {

/// "Waiting", "Done, 2 problems", "Failed: The sandbox cannot be reached." …
[[nodiscard]] QString directionText(TransferDirection direction);
/// Of a themed icon.
[[nodiscard]] QString directionIcon(TransferDirection direction);
[[nodiscard]] QString stateText(const TransferRecord &record);
/// The reasons of a failure and of all problems, one a line; empty where there are none.
[[nodiscard]] QString reasonText(const TransferRecord &record);
/// `m:ss` or `h:mm:ss`.
[[nodiscard]] QString timeLeftText(std::chrono::seconds timeLeft);
/// The done part from 0 to 1, which is reached only by what has finished; negative while the whole is not
/// known.
[[nodiscard]] double doneFraction(const TransferRecord &record);

} // namespace Koyeb::Desktop
