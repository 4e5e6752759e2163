// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "local/api/world.h"

namespace Koyeb::Local {

/// Adds paused services, each with its app and a deployment that has ended, so that clients meet long lists
/// without thousands of processes.
void seedServices(World &world, std::size_t count);

} // namespace Koyeb::Local
