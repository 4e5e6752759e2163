// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "expectation.h"

namespace Koyeb::Reliability {

/// Runs the operation in a cell of its own while the engine does what the fault says. Returns in what it
/// differs from what is expected; empty when it does not.
[[nodiscard]] QString runCell(Bench &bench, const Operation &operation, const Fault &fault);

} // namespace Koyeb::Reliability
