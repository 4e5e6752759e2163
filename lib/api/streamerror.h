// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/error.h"
#include "core/jsonreader.h"

namespace Koyeb {

/// The failure that a stream's frame tells of: `json` is its member `error`, of the form of
/// google.rpc.Status.
[[nodiscard]] Error readStreamError(const JsonReader &json);

} // namespace Koyeb
