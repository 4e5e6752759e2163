// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <sys/types.h>
#include <vector>

namespace Koyeb::Local {

/// What the kernel counts for a process.
struct ProcessUsage {
    pid_t parent = 0;
    std::chrono::milliseconds time{0}; ///< of processors, that of its ended children included
    std::uint64_t residentBytes = 0;
};

/// All processes of this computer that can be seen, by id.
[[nodiscard]] std::map<pid_t, ProcessUsage> usageOfProcesses();

/// The sum over a process and its descendants.
[[nodiscard]] ProcessUsage usageOfTree(const std::map<pid_t, ProcessUsage> &usage, pid_t root);

/// What a sandbox's processes take at the moment.
struct TreeUsage {
    std::uint64_t privateBytes = 0; ///< of memory that is no file's; what several share counts for each
    std::uint64_t processes = 0;
};
/// Looks at a process and its descendants only, so that it can be done often.
[[nodiscard]] TreeUsage currentUsage(pid_t root);
/// The memory of a process and its descendants, of what several share each its part. Takes longer.
[[nodiscard]] std::uint64_t proportionalBytes(pid_t root);

/// A process and its descendants, parents before children; nothing for an id that is none.
[[nodiscard]] std::vector<pid_t> processTree(pid_t root);

} // namespace Koyeb::Local
