// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

namespace Koyeb::Local {

/// How much of one request, one file or one command's output is held in memory. The real executor has no such
/// limit and takes its sandbox down instead; this one lives on somebody's computer.
inline constexpr std::size_t memoryLimitBytes = 128 * 1024 * 1024;

} // namespace Koyeb::Local
