// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <sys/types.h>

#include <vector>

/// What runs, as /proc tells it. Only processes that live count: zombies do not, nor does this process.
namespace Koyeb::Local {

[[nodiscard]] std::vector<pid_t> childrenOfThisProcess();

/// The processes of a session (setsid(2)).
/// How many processes this one can see.
[[nodiscard]] std::uint64_t countProcesses();
[[nodiscard]] std::vector<pid_t> processesOfSession(pid_t session);

} // namespace Koyeb::Local
