// SPDX-License-Identifier: Apache-2.0
#include "local/agent/agent.h"

#include "local/agent/execsession.h"
#include "local/agent/executor.h"
#include "local/agent/httpconnection.h"
#include "local/agent/proxyconnection.h"
#include "local/agent/unixserver.h"

#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string_view>
#include <system_error>

namespace Koyeb::Local {

namespace {

/// Blocks the signals that end the agent, for all threads to come, and makes them readable instead.
UniqueFd divertEndingSignals()
{
    ::signal(SIGPIPE, SIG_IGN);
    sigset_t signals;
    ::sigemptyset(&signals);
    ::sigaddset(&signals, SIGTERM);
    ::sigaddset(&signals, SIGINT);
    ::sigaddset(&signals, SIGHUP);
    ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    return UniqueFd(::signalfd(-1, &signals, SFD_CLOEXEC));
}

void waitForEnd(int signalFd)
{
    for (;;) {
        std::array<pollfd, 2> waiting{pollfd{STDIN_FILENO, POLLIN, 0}, pollfd{signalFd, POLLIN, 0}};
        ::poll(waiting.data(), waiting.size(), -1);
        if (waiting[1].revents != 0)
            return;
        std::array<char, 256> ignored{};
        if (waiting[0].revents != 0 && readSome(STDIN_FILENO, ignored.data(), ignored.size()) <= 0)
            return;
    }
}

constexpr unsigned endLimitSeconds = 10;

LogCrash logCrashFromEnvironment()
{
    const char *const value = std::getenv("KOYEB_LOCAL_LOG_CRASH");
    return value && std::string_view(value) == "1" ? LogCrash::LikeTheRealOne : LogCrash::Never;
}

} // namespace

int runAgent(const AgentOptions &options)
{
    if (options.secret.empty()) {
        std::fputs("agent: a secret is needed\n", stderr);
        return EXIT_FAILURE;
    }
    // A terminal that this program was started from is none of the sandbox's.
    ::setsid();
    // The real executor's, on which the modes of new files depend.
    ::umask(S_IWGRP | S_IWOTH);
    try {
        const UniqueFd signals = divertEndingSignals();
        Children children;
        BoundPort boundPort;
        Executor executor(options.secret, children, boundPort, logCrashFromEnvironment());
        const UnixServer http(options.socketDir + "/executor.sock", [&](const UniqueFd &connection) {
            serveHttp(connection, executor);
        });
        const UnixServer proxy(options.socketDir + "/proxy.sock", [&](const UniqueFd &connection) {
            serveProxy(connection, boundPort);
        });
        const UnixServer exec(options.socketDir + "/exec.sock", [&](const UniqueFd &connection) {
            ExecSession(connection, children).run();
        });
        if (writeAll(STDOUT_FILENO, "ready\n"))
            waitForEnd(signals.get());
        // Some connections wait for processes, and a process that can't be killed must not keep this one
        // alive.
        ::alarm(endLimitSeconds);
        children.killAll();
    } catch (const std::system_error &error) {
        std::fprintf(stderr, "agent: %s\n", error.what());
        return EXIT_FAILURE;
    }
    return EXIT_SUCCESS;
}

} // namespace Koyeb::Local
