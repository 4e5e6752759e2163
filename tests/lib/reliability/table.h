// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>

namespace Koyeb::Reliability {

/// The page docs/reliability.md: what is expected of every cell.
[[nodiscard]] QString reliabilityPage();

} // namespace Koyeb::Reliability
