// SPDX-License-Identifier: Apache-2.0
#include "local/runtime/sandboxprocess.h"

#include "local/runtime/controlgroups.h"
#include "local/runtime/isolation.h"
#include "local/runtime/processusage.h"

#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>

namespace Koyeb::Local {

namespace {

constexpr std::chrono::seconds startTimeout{30};
constexpr std::chrono::seconds endTimeout{2};
constexpr std::size_t maximumComplaint = 2000;
constexpr std::size_t maximumLine = 64 * 1024; // the agent sends shorter ones

std::vector<std::string> asAssignments(const Environment &environment)
{
    std::vector<std::string> assignments;
    for (const auto &[name, value] : environment)
        assignments.push_back(name + '=' + value);
    return assignments;
}

} // namespace

SandboxProcess::SandboxProcess(asio::io_context &context, SandboxSpec spec, LineSink lines)
    : m_context(context),
      m_spec(std::move(spec)),
      m_processDescriptor(context),
      m_output(context),
      m_errors(context),
      m_ended(context, asio::steady_timer::time_point::max()),
      m_lines(std::move(lines))
{
}

SandboxProcess::~SandboxProcess()
{
    if (m_pid <= 0)
        return;
    ::kill(m_pid, SIGKILL);
    waitpid(m_pid, nullptr, 0);
}

Awaitable<std::string> SandboxProcess::start()
{
    const auto self = shared_from_this();
    std::string problem = spawn();
    if (!problem.empty())
        co_return problem;
    asio::co_spawn(
        m_context, [self]() { return self->collectErrors(); }, asio::detached);
    asio::co_spawn(
        m_context, [self]() { return self->reap(); }, asio::detached);
    const bool ready = co_await waitForReadyLine();
    if (ready && pinSockets()) {
        m_serving = true;
        asio::co_spawn(
            m_context, [self]() { return self->followOutput(); }, asio::detached);
        co_return std::string();
    }
    kill();
    co_return "The sandbox could not be started. " + m_complaint;
}

std::string SandboxProcess::spawn()
{
    auto child = spawnChild(command());
    if (!child)
        return std::string("The sandbox could not be started: ") + std::strerror(errno);
    m_pid = child->pid;
    m_input = std::move(child->input);
    m_processDescriptor.assign(child->processDescriptor.release());
    m_output.assign(child->output.release());
    m_errors.assign(child->errors.release());
    if (!joinGroup())
        return "The sandbox's memory and processes could not be limited.";
    const bool sent = sendOptions();
    m_options.reset();
    return sent ? std::string() : "The sandbox ended before it was told what to be.";
}

// Before it has started anything, since only what is started from then on is in the group too.
bool SandboxProcess::joinGroup() const
{
    return !m_spec.groups || (m_spec.groups->create(m_spec.instanceId, m_spec.limits) &&
                              m_spec.groups->add(m_spec.instanceId, m_pid));
}

bool SandboxProcess::sendOptions() const
{
    if (!m_options.isValid())
        return true;
    const std::string options = nulSeparated(isolationOptions(m_spec));
    std::string_view left = options;
    while (!left.empty()) {
        const ssize_t count = write(m_options.get(), left.data(), left.size());
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0)
            return false;
        left.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
}

std::string SandboxProcess::memoryExcess(const SandboxLimits &limits)
{
    return "The instance used more than its " + std::to_string(limits.memoryBytes / 1'000'000) +
           " MB of memory and was ended.";
}

ChildCommand SandboxProcess::command()
{
    ChildCommand command;
    std::vector<std::string> limits;
    const Enforcement processes = m_spec.limitsInForce.processes;
    if (!m_spec.groups && m_spec.isolation == Isolation::Namespaces && processes != Enforcement::None)
        limits = {"--process-limit", std::to_string(m_spec.limits.processes)};
    if (!limits.empty() && processes == Enforcement::Watched)
        limits.emplace_back("--process-watch");
    if (m_spec.isolation == Isolation::Namespaces) {
        std::array<int, 2> ends{};
        if (pipe2(ends.data(), O_CLOEXEC) == 0) {
            command.thirdDescriptor.reset(ends[0]);
            m_options.reset(ends[1]);
        }
        command.arguments = {
            "bwrap", "--args", "3", programInSandbox, "agent", "--socket-dir", socketFolderInSandbox};
        command.arguments.insert(command.arguments.end(), limits.begin(), limits.end());
        command.environment = {"PATH=/usr/local/bin:/usr/bin:/bin"};
    } else {
        // By descriptor, since the path may be longer than a socket's path can be.
        command.thirdDescriptor.reset(open(m_spec.socketFolder().c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
        command.arguments = {m_spec.program, "agent", "--socket-dir", "/proc/self/fd/3"};
        command.workingFolder = m_spec.homeFolder();
        command.environment = asAssignments(sandboxEnvironment(m_spec));
    }
    return command;
}

Awaitable<bool> SandboxProcess::waitForReadyLine()
{
    asio::steady_timer timer(m_context);
    timer.expires_after(startTimeout);
    const std::weak_ptr<SandboxProcess> weak = weak_from_this();
    timer.async_wait([weak](const ErrorCode &error) {
        const auto self = weak.lock();
        if (!error && self)
            self->m_output.close();
    });
    std::string line;
    ErrorCode error;
    while (!error && line.find('\n') == std::string::npos && line.size() < 64) {
        std::array<char, 64> chunk{};
        const std::size_t count = co_await m_output.async_read_some(asio::buffer(chunk), into(error));
        line.append(chunk.data(), count);
    }
    co_return line == "ready\n";
}

// Opened while nothing in the sandbox but the agent has run, and only used by descriptor from then on: a
// program in the sandbox may replace the paths by symbolic links, which would lead us to sockets of the host.
bool SandboxProcess::pinSockets()
{
    constexpr std::array<const char *, 3> names{"executor.sock", "proxy.sock", "exec.sock"};
    for (std::size_t i = 0; i < names.size(); ++i) {
        const std::filesystem::path path = m_spec.socketFolder() / names[i];
        m_sockets[i].reset(open(path.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
        struct stat status = {};
        if (!m_sockets[i].isValid() || fstat(m_sockets[i].get(), &status) != 0 || !S_ISSOCK(status.st_mode))
            return false;
    }
    return true;
}

Awaitable<void> SandboxProcess::collectErrors()
{
    ErrorCode error;
    while (!error) {
        std::array<char, 1024> chunk{};
        const std::size_t count = co_await m_errors.async_read_some(asio::buffer(chunk), into(error));
        const std::size_t room = maximumComplaint - std::min(maximumComplaint, m_complaint.size());
        m_complaint.append(chunk.data(), std::min(count, room));
    }
}

Awaitable<void> SandboxProcess::reap()
{
    ErrorCode ignored;
    co_await m_processDescriptor.async_wait(asio::posix::stream_descriptor::wait_read, into(ignored));
    waitpid(m_pid, nullptr, 0);
    m_pid = -1;
    m_serving = false;
    if (m_endReason.empty() && m_spec.groups && m_spec.groups->ranOutOfMemory(m_spec.instanceId))
        m_endReason = memoryExcess(m_spec.limits);
    if (m_spec.groups)
        m_spec.groups->removeEmpty();
    m_processDescriptor.close(ignored);
    m_output.close(ignored);
    m_errors.close(ignored);
    m_ended.cancel();
}

Awaitable<void> SandboxProcess::waitUntilEnded()
{
    const auto self = shared_from_this();
    ErrorCode ignored;
    while (m_pid > 0)
        co_await m_ended.async_wait(into(ignored));
}

// After its first line the agent writes lines of the sandbox's programs, each after the name of its stream,
// and "ready" again when it was started anew.
Awaitable<void> SandboxProcess::followOutput()
{
    std::string received;
    ErrorCode error;
    while (!error) {
        std::array<char, 16384> chunk{};
        const std::size_t count = co_await m_output.async_read_some(asio::buffer(chunk), into(error));
        received.append(chunk.data(), count);
        std::size_t begin = 0;
        for (std::size_t end = 0; (end = received.find('\n', begin)) != std::string::npos; begin = end + 1)
            takeLine(received.substr(begin, end - begin));
        received.erase(0, begin);
        if (received.size() > maximumLine)
            received.clear();
    }
}

void SandboxProcess::takeLine(std::string line)
{
    if (line == "ready")
        m_serving = pinSockets();
    else if (line.starts_with("out "))
        m_lines(LogStream::Stdout, line.substr(4));
    else if (line.starts_with("err "))
        m_lines(LogStream::Stderr, line.substr(4));
}

void SandboxProcess::freeze()
{
    // From the root on: a parent that is stopped does not notice that its children are.
    m_frozen = true;
    for (const pid_t process : processTree(m_pid))
        ::kill(process, SIGSTOP);
}

void SandboxProcess::thaw()
{
    m_frozen = false;
    const std::vector<pid_t> processes = processTree(m_pid);
    for (auto process = processes.rbegin(); process != processes.rend(); ++process)
        ::kill(*process, SIGCONT);
}

void SandboxProcess::restartExecutor()
{
    if (!m_serving)
        return;
    m_serving = false; // until it is ready again
    sendOrder("restart\n");
}

void SandboxProcess::crashOnSlowLogs()
{
    sendOrder("crash-on-slow-logs\n");
}

void SandboxProcess::sendOrder(std::string_view order)
{
    if (write(m_input.get(), order.data(), order.size()) != static_cast<ssize_t>(order.size()))
        kill();
}

void SandboxProcess::kill(std::string reason)
{
    if (m_endReason.empty())
        m_endReason = std::move(reason);
    m_serving = false;
    if (m_frozen)
        thaw();
    if (m_pid <= 0 || !m_input.isValid())
        return;
    // The agent ends at the end of its input. With it ends the first process of the sandbox, and the kernel
    // ends all others before it reports that, so nothing can write to the folder once waitUntilEnded()
    // returns.
    m_input.reset();
    asio::co_spawn(
        m_context,
        [](std::shared_ptr<SandboxProcess> process) -> Awaitable<void> {
            co_await pause(endTimeout);
            if (process->m_pid > 0)
                ::kill(process->m_pid, SIGKILL); // the agent was stopped, or is stuck
        }(shared_from_this()),
        asio::detached);
}

Awaitable<ErrorCode> SandboxProcess::connect(
    asio::local::stream_protocol::socket &socket, SandboxSocket which)
{
    const int descriptor = m_sockets[static_cast<std::size_t>(which)].get();
    if (!m_serving || descriptor < 0)
        co_return asio::error::make_error_code(asio::error::connection_refused);
    // Also keeps clear of the 107 characters that a socket's path may have.
    const asio::local::stream_protocol::endpoint endpoint("/proc/self/fd/" + std::to_string(descriptor));
    ErrorCode error;
    co_await socket.async_connect(endpoint, into(error));
    co_return error;
}

} // namespace Koyeb::Local
