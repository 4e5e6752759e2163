// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "local/runtime/sandboxspec.h"

#include <string>
#include <utility>
#include <vector>

namespace Koyeb::Local {

using Environment = std::vector<std::pair<std::string, std::string>>;

/// What the processes of a sandbox find in their environment, the secret included.
[[nodiscard]] Environment sandboxEnvironment(const SandboxSpec &spec);

/// The options for bubblewrap that make the sandbox: own users, processes, network, host name and file
/// system, of the host only /usr and parts of /etc, read-only. They hold secrets: hand them over by file
/// descriptor
/// (`bwrap --args FD`), never on a command line, which everyone on the computer can read.
[[nodiscard]] std::vector<std::string> isolationOptions(const SandboxSpec &spec);

/// Whether an isolated sandbox has something else at this absolute path than what its folder holds: files of
/// the host, or of the kernel.
[[nodiscard]] bool isCovered(const std::string &path);

/// Where the program and the socket folder are inside an isolated sandbox.
inline constexpr auto programInSandbox = "/run/koyeb-local";
inline constexpr auto socketFolderInSandbox = "/run/koyeb";

/// Tells the agent, which keeps it from the sandbox's programs, the container's own command as a JSON list.
inline constexpr auto mainCommandVariable = "KOYEB_LOCAL_MAIN_COMMAND";

/// Runs bubblewrap once to see whether this computer allows what isolationOptions() asks for. Returns the
/// reason when not, else an empty text. Blocks for some milliseconds; meant for the start of the program.
[[nodiscard]] std::string isolationProblem();

} // namespace Koyeb::Local
