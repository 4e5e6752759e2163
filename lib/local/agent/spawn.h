// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <map>
#include <string>
#include <vector>

namespace Koyeb::Local {

using Environment = std::map<std::string, std::string>;

/// This process's own environment.
[[nodiscard]] Environment ownEnvironment();

struct SpawnRequest {
    std::vector<std::string> arguments; ///< the first one is looked up in this process's PATH
    Environment environment;
    std::string workingDirectory; ///< empty: this process's own
    int stdinFd = -1;             ///< -1: /dev/null
    int stdoutFd = -1;
    int stderrFd = -1;
    enum class Session { Shared, Own };
    Session session = Session::Shared;
    /// When set, the three streams above are not used: the process leads a session whose terminal this is.
    std::string terminalPath;
};

struct SpawnedProcess {
    pid_t pid = 0;     ///< 0 when it could not be started
    std::string error; ///< then: why, in Go's words
};

/// Starts a process with default signal handling and no descriptors but its streams.
[[nodiscard]] SpawnedProcess spawnProcess(const SpawnRequest &request);

} // namespace Koyeb::Local
