// SPDX-License-Identifier: Apache-2.0
#include "local/agent/agent.h"

#include <cstdio>
#include <cstdlib>

/// Runs the agent for its tests: the socket directory is the argument, the secret is in the environment.
int main(int argc, char **argv)
{
    const char *const secret = std::getenv("SANDBOX_SECRET");
    if (argc != 2 || !secret) {
        std::fputs("usage: SANDBOX_SECRET=… local_agent_program DIRECTORY\n", stderr);
        return EXIT_FAILURE;
    }
    return Koyeb::Local::runAgent({argv[1], secret});
}
