// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

namespace Koyeb::Local {

struct AgentOptions {
    /// The directory of the sockets; a path of at most 90 bytes.
    std::string socketDir;
    /// What callers of the executor must know.
    std::string secret;
    /// How many processes there may be in the sandbox; 0: any number.
    std::uint64_t processLimit = 0;
    /// Whether the limit is held by looking, not by the kernel.
    bool watchesProcesses = false;
};

/// Runs the executor of a sandbox until its standard input ends or SIGTERM comes; then kills every process
/// that was started here, with all descendants, and returns the program's exit code. Meant to be all that a
/// process does: it changes signal handling and reaps every child.
///
/// Serves three unix sockets in the directory, and writes "ready" as a line to standard output once they
/// accept:
///  - executor.sock: the executor's HTTP API;
///  - proxy.sock: each connection leads to the bound port on localhost (proxyconnection.h);
///  - exec.sock: each connection is one interactive process (execsession.h).
///
/// After that line, standard output carries what the sandbox's programs print, each line after "out " or
/// "err ". A line "restart" on standard input ends all that was started here and starts the executor anew,
/// which tells "ready" again. After a line "crash-on-slow-logs", a client that is slow to read the log of an
/// ended process crashes the executor, as it does the real one. With a command as a JSON list in
/// KOYEB_LOCAL_MAIN_COMMAND, that is run beside the executor.
///
/// Commands get the rest of this process's environment. KOYEB_LOCAL_LOG_CRASH=1 in it is as good as that
/// line.
[[nodiscard]] int runAgent(const AgentOptions &options);

} // namespace Koyeb::Local
