// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "local/api/messages.h"
#include "local/api/world.h"

namespace Koyeb::Local {

class Lifecycle;

/// GET /v1/streams/metrics: processors and memory as the kernel counts them for a sandbox's processes,
/// requests and bytes as its gateway does. Both must outlive the router.
void addMetricsRoute(Router &router, World &world, Lifecycle &lifecycle);

} // namespace Koyeb::Local
