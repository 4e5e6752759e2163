// SPDX-License-Identifier: Apache-2.0
#include "local/agent/agent.h"

#include "local/agent/execsession.h"
#include "local/agent/executor.h"
#include "local/agent/httpconnection.h"
#include "local/agent/processwatch.h"
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
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <unistd.h>
#include <vector>

namespace Koyeb::Local {

namespace {

constexpr unsigned endLimitSeconds = 10;
constexpr auto mainCommandVariable = "KOYEB_LOCAL_MAIN_COMMAND"; // as isolation.h names it

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

enum class Order { End, Restart };

/// Returns at an order that ends this program, at least as it is.
Order waitForOrder(int signalFd, Executor &executor)
{
    std::string received;
    for (;;) {
        std::array<pollfd, 2> waiting{pollfd{STDIN_FILENO, POLLIN, 0}, pollfd{signalFd, POLLIN, 0}};
        ::poll(waiting.data(), waiting.size(), -1);
        if (waiting[1].revents != 0)
            return Order::End;
        std::array<char, 256> chunk{};
        const ssize_t count =
            waiting[0].revents != 0 ? readSome(STDIN_FILENO, chunk.data(), chunk.size()) : 0;
        if (waiting[0].revents != 0 && count <= 0)
            return Order::End;
        received.append(chunk.data(), static_cast<size_t>(count));
        for (size_t end = 0; (end = received.find('\n')) != std::string::npos;) {
            const std::string order = received.substr(0, end);
            received.erase(0, end + 1);
            if (order == "restart")
                return Order::Restart;
            if (order == "crash-on-slow-logs")
                executor.setLogCrash(LogCrash::LikeTheRealOne);
        }
    }
}

/// Takes the command out of the environment, which the sandbox's programs see.
std::string takeMainCommand()
{
    const char *const value = std::getenv(mainCommandVariable);
    std::string command = value ? value : "";
    ::unsetenv(mainCommandVariable);
    return command;
}

std::vector<std::string> wordsOf(const std::string &mainCommand)
{
    const auto list = nlohmann::json::parse(mainCommand, nullptr, /*allow_exceptions=*/false);
    return list.is_array() ? list.get<std::vector<std::string>>() : std::vector<std::string>();
}

/// Becomes the same program again: what it held in memory is gone, its process id and its folder stay.
[[noreturn]] void startAnew(const AgentOptions &options, const std::string &mainCommand)
{
    if (!mainCommand.empty())
        ::setenv(mainCommandVariable, mainCommand.c_str(), 1);
    ::alarm(0);
    std::vector<std::string> words{"koyeb-local", "agent", "--socket-dir", options.socketDir};
    if (options.processLimit > 0)
        words.insert(words.end(), {"--process-limit", std::to_string(options.processLimit)});
    if (options.watchesProcesses)
        words.emplace_back("--process-watch");
    std::vector<char *> arguments;
    arguments.reserve(words.size() + 1);
    for (std::string &word : words)
        arguments.push_back(word.data());
    arguments.push_back(nullptr);
    ::execv("/proc/self/exe", arguments.data());
    std::_Exit(EXIT_FAILURE);
}

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
    const std::string mainCommand = takeMainCommand();
    // A terminal that this program was started from is none of the sandbox's.
    ::setsid();
    // The real executor's, on which the modes of new files depend.
    ::umask(S_IWGRP | S_IWOTH);
    try {
        const UniqueFd signals = divertEndingSignals();
        Children children;
        BoundPort boundPort;
        RuntimeLog log(STDOUT_FILENO);
        std::optional<ProcessWatch> watch;
        if (options.watchesProcesses)
            watch.emplace(options.processLimit, log);
        else if (options.processLimit > 0)
            limitProcesses(options.processLimit);
        Executor executor(options.secret, children, boundPort, logCrashFromEnvironment(), log);
        const UnixServer http(options.socketDir + "/executor.sock", [&](const UniqueFd &connection) {
            serveHttp(connection, executor);
        });
        const UnixServer proxy(options.socketDir + "/proxy.sock", [&](const UniqueFd &connection) {
            serveProxy(connection, boundPort);
        });
        const UnixServer exec(options.socketDir + "/exec.sock", [&](const UniqueFd &connection) {
            ExecSession(connection, children).run();
        });
        Order order = Order::End;
        if (writeAll(STDOUT_FILENO, "ready\n")) {
            const std::vector<std::string> words = wordsOf(mainCommand);
            if (!words.empty())
                executor.startMainCommand(words);
            order = waitForOrder(signals.get(), executor);
        }
        // Some connections wait for processes, and a process that can't be killed must not keep this one
        // alive.
        ::alarm(endLimitSeconds);
        children.killAll();
        if (order == Order::Restart)
            startAnew(options, mainCommand);
    } catch (const std::system_error &error) {
        std::fprintf(stderr, "agent: %s\n", error.what());
        return EXIT_FAILURE;
    }
    return EXIT_SUCCESS;
}

} // namespace Koyeb::Local
