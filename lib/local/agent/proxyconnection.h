// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "local/agent/boundport.h"
#include "local/agent/uniquefd.h"

namespace Koyeb::Local {

/// Carries bytes between a connection and the bound port on localhost until either side ends, which ends
/// both. Without a bound port that answers, returns after 100 ms.
void serveProxy(const UniqueFd &connection, const BoundPort &boundPort);

} // namespace Koyeb::Local
