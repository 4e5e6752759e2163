// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/error.h"

namespace Koyeb {

/// Whether a request that creates something may have been carried out although it failed: then one must look
/// before concluding anything.
[[nodiscard]] bool mayHaveHappened(const Error &error);

/// Whether the same question may get an answer a little later.
[[nodiscard]] bool mayPass(const Error &error);

} // namespace Koyeb
