// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "local/agent/httpexchange.h"
#include "local/agent/uniquefd.h"

namespace Koyeb::Local {

/// Reads requests from a connection, one after the other, and has them answered until either side ends it.
void serveHttp(const UniqueFd &connection, HttpHandler &handler);

} // namespace Koyeb::Local
