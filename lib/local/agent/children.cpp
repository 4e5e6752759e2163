// SPDX-License-Identifier: Apache-2.0
#include "local/agent/children.h"

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstring>
#include <mutex>
#include <optional>

namespace Koyeb::Local {

using namespace std::chrono_literals;

namespace {

struct ProcessStat {
    pid_t pid = 0;
    char state = 0;
    pid_t parent = 0;
    pid_t session = 0;
};

std::optional<ProcessStat> readProcessStat(const char *pidText)
{
    const std::string path = std::string("/proc/") + pidText + "/stat";
    const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file)
        return std::nullopt;
    const std::string text = readToEnd(file.get());
    // The command's name stands in brackets and may hold anything, brackets included.
    const size_t nameEnd = text.rfind(')');
    if (nameEnd == std::string::npos)
        return std::nullopt;
    ProcessStat stat;
    int group = 0;
    if (std::sscanf(
            text.c_str() + nameEnd + 1, " %c %d %d %d", &stat.state, &stat.parent, &group, &stat.session) !=
        4)
        return std::nullopt;
    std::from_chars(pidText, pidText + std::strlen(pidText), stat.pid);
    return stat;
}

template<typename Predicate> std::vector<pid_t> processesWhere(Predicate &&matches)
{
    std::vector<pid_t> found;
    const std::unique_ptr<DIR, int (*)(DIR *)> directory(::opendir("/proc"), &::closedir);
    if (!directory)
        return found;
    while (const dirent *entry = ::readdir(directory.get())) {
        if (entry->d_name[0] < '0' || entry->d_name[0] > '9')
            continue;
        const std::optional<ProcessStat> stat = readProcessStat(entry->d_name);
        if (stat && stat->state != 'Z' && stat->pid != ::getpid() && matches(*stat))
            found.push_back(stat->pid);
    }
    return found;
}

/// The file that a command name stands for, as Go's LookPath finds it; empty when there is none.
std::string findProgram(const std::string &name)
{
    if (name.find('/') != std::string::npos)
        return name;
    const char *const path = ::getenv("PATH");
    std::string_view rest = path ? path : "";
    while (!rest.empty()) {
        const size_t length = std::min(rest.find(':'), rest.size());
        const std::string candidate = std::string(rest.substr(0, length)) + '/' + name;
        rest.remove_prefix(std::min(length + 1, rest.size()));
        struct stat info {};
        if (::stat(candidate.c_str(), &info) == 0 && S_ISREG(info.st_mode) &&
            ::access(candidate.c_str(), X_OK) == 0)
            return candidate;
    }
    return {};
}

bool hasNul(const std::string &text)
{
    return text.find('\0') != std::string::npos;
}

/// A null-terminated array of C strings that points into its argument.
std::vector<char *> pointersInto(std::vector<std::string> &strings)
{
    std::vector<char *> pointers;
    pointers.reserve(strings.size() + 1);
    for (std::string &text : strings)
        pointers.push_back(text.data());
    pointers.push_back(nullptr);
    return pointers;
}

class FileActions {
public:
    explicit FileActions(const SpawnRequest &request)
    {
        ::posix_spawn_file_actions_init(&m_actions);
        if (!request.workingDirectory.empty())
            ::posix_spawn_file_actions_addchdir_np(&m_actions, request.workingDirectory.c_str());
        if (!request.terminalPath.empty()) {
            // The first terminal that a session leader opens becomes the session's.
            ::posix_spawn_file_actions_addopen(&m_actions, 0, request.terminalPath.c_str(), O_RDWR, 0);
            ::posix_spawn_file_actions_adddup2(&m_actions, 0, 1);
            ::posix_spawn_file_actions_adddup2(&m_actions, 0, 2);
            return;
        }
        addStream(0, request.stdinFd, O_RDONLY);
        addStream(1, request.stdoutFd, O_WRONLY);
        addStream(2, request.stderrFd, O_WRONLY);
    }
    ~FileActions() { ::posix_spawn_file_actions_destroy(&m_actions); }
    FileActions(const FileActions &) = delete;
    FileActions &operator=(const FileActions &) = delete;

    [[nodiscard]] const posix_spawn_file_actions_t *get() const { return &m_actions; }

private:
    void addStream(int target, int source, int nullMode)
    {
        if (source < 0)
            ::posix_spawn_file_actions_addopen(&m_actions, target, "/dev/null", nullMode, 0);
        else
            ::posix_spawn_file_actions_adddup2(&m_actions, source, target);
    }

    posix_spawn_file_actions_t m_actions{};
};

class SpawnAttributes {
public:
    explicit SpawnAttributes(const SpawnRequest &request)
    {
        ::posix_spawnattr_init(&m_attributes);
        short flags = POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK;
        if (!request.terminalPath.empty() || request.session == SpawnRequest::Session::Own)
            flags |= POSIX_SPAWN_SETSID;
        sigset_t signals;
        ::sigfillset(&signals);
        ::posix_spawnattr_setsigdefault(&m_attributes, &signals);
        ::sigemptyset(&signals);
        ::posix_spawnattr_setsigmask(&m_attributes, &signals);
        ::posix_spawnattr_setflags(&m_attributes, flags);
    }
    ~SpawnAttributes() { ::posix_spawnattr_destroy(&m_attributes); }
    SpawnAttributes(const SpawnAttributes &) = delete;
    SpawnAttributes &operator=(const SpawnAttributes &) = delete;

    [[nodiscard]] const posix_spawnattr_t *get() const { return &m_attributes; }

private:
    posix_spawnattr_t m_attributes{};
};

std::string spawnError(const std::string &program, int errorNumber)
{
    return "fork/exec " + program + ": " + errnoText(errorNumber);
}

} // namespace

Environment ownEnvironment()
{
    Environment result;
    for (char **entry = environ; entry && *entry; ++entry) {
        const std::string_view text = *entry;
        const size_t separator = text.find('=');
        if (separator != std::string_view::npos)
            result.emplace(text.substr(0, separator), text.substr(separator + 1));
    }
    return result;
}

ExitStatus Child::waitForExit() const
{
    pollfd waiting{exitEvent(), POLLIN, 0};
    while (!m_hasExited)
        ::poll(&waiting, 1, -1);
    const int status = m_waitStatus;
    if (WIFSIGNALED(status))
        return {0, WTERMSIG(status)};
    return {WEXITSTATUS(status), 0};
}

/// Shared with the reaper, which is left behind when a process can't be killed.
struct Children::State {
    std::mutex mutex;
    std::condition_variable changed; ///< a process was started or reaped, or stopping was set
    std::map<pid_t, std::shared_ptr<Child>>
        running; ///< those started here; orphans that were adopted are not in it
    unsigned long startedCount = 0;
    bool stopping = false;

    /// Needs the mutex: a number may only be signalled while its process has not been reaped.
    void reap(pid_t pid)
    {
        int status = 0;
        if (::waitpid(pid, &status, WNOHANG) != pid)
            return;
        if (const auto found = running.find(pid); found != running.end()) {
            const std::shared_ptr<Child> child = found->second;
            running.erase(found);
            child->m_waitStatus = status;
            child->m_hasExited = true;
            child->m_exited.raise();
        }
        changed.notify_all();
    }
};

Children::Children() : m_state(std::make_shared<State>())
{
    ::prctl(PR_SET_CHILD_SUBREAPER, 1);
    m_reaper = std::thread([state = m_state] { reapUntilStopped(state); });
}

Children::~Children()
{
    killAll();
    const bool allGone =
        processesWhere([](const ProcessStat &stat) { return stat.parent == ::getpid(); }).empty();
    if (allGone)
        m_reaper.join();
    else
        m_reaper.detach();
}

void Children::reapUntilStopped(const std::shared_ptr<State> &state)
{
    unsigned long seenCount = 0;
    for (;;) {
        siginfo_t info{};
        const bool found = ::waitid(P_ALL, 0, &info, WEXITED | WNOWAIT) == 0;
        std::unique_lock lock(state->mutex);
        if (found) {
            state->reap(info.si_pid);
        } else if (errno == ECHILD) {
            if (state->stopping)
                return;
            state->changed.wait(lock, [&] { return state->stopping || state->startedCount != seenCount; });
            seenCount = state->startedCount;
        }
    }
}

SpawnResult Children::spawn(const SpawnRequest &request)
{
    std::vector<std::string> arguments = request.arguments;
    const std::string program = findProgram(arguments.front());
    if (program.empty())
        return {nullptr, "exec: \"" + arguments.front() + "\": executable file not found in $PATH"};
    std::vector<std::string> variables;
    for (const auto &[name, value] : request.environment)
        variables.push_back(name + '=' + value);
    bool malformed = hasNul(request.workingDirectory);
    for (const std::string &text : arguments)
        malformed = malformed || hasNul(text);
    for (const std::string &text : variables)
        malformed = malformed || hasNul(text);
    if (malformed)
        return {nullptr, spawnError(program, EINVAL)};

    const FileActions actions(request);
    const SpawnAttributes attributes(request);
    const std::vector<char *> argumentPointers = pointersInto(arguments);
    const std::vector<char *> variablePointers = pointersInto(variables);
    // Held over the start, so that the reaper can't meet a process that is not registered yet.
    const std::lock_guard lock(m_state->mutex);
    if (m_state->stopping)
        return {nullptr, spawnError(program, ECANCELED)};
    pid_t pid = 0;
    const int error = ::posix_spawn(
        &pid, program.c_str(), actions.get(), attributes.get(), argumentPointers.data(),
        variablePointers.data());
    if (error != 0)
        return {nullptr, spawnError(program, error)};
    auto child = std::make_shared<Child>(pid);
    m_state->running.emplace(pid, child);
    ++m_state->startedCount;
    m_state->changed.notify_all();
    return {std::move(child), {}};
}

bool Children::signal(const Child &child, int signalNumber) const
{
    const std::lock_guard lock(m_state->mutex);
    return !child.hasExited() && ::kill(child.pid(), signalNumber) == 0;
}

void Children::endSession(const Child &leader, std::chrono::milliseconds grace) const
{
    const pid_t session = leader.pid();
    const auto members = [session] {
        return processesWhere([session](const ProcessStat &stat) { return stat.session == session; });
    };
    const auto now = [] {
        return std::chrono::steady_clock::now();
    };
    constexpr int pollIntervalMs = 20;

    for (const pid_t pid : members())
        ::kill(pid, SIGHUP);
    const auto killAt = now() + grace;
    const auto giveUpAt = killAt + 2s;
    for (std::vector<pid_t> living = members(); !living.empty() && now() < giveUpAt; living = members()) {
        if (now() >= killAt) {
            for (const pid_t pid : living)
                ::kill(pid, SIGKILL);
        }
        ::poll(nullptr, 0, pollIntervalMs);
    }
}

void Children::killAll()
{
    const auto giveUpAt = std::chrono::steady_clock::now() + 3s;
    std::unique_lock lock(m_state->mutex);
    m_state->stopping = true;
    m_state->changed.notify_all();
    // Each round makes orphans of the next generation, which become children of this process.
    while (std::chrono::steady_clock::now() < giveUpAt) {
        const std::vector<pid_t> children =
            processesWhere([](const ProcessStat &stat) { return stat.parent == ::getpid(); });
        if (children.empty())
            return;
        for (const pid_t pid : children)
            ::kill(pid, SIGKILL);
        m_state->changed.wait_for(lock, 20ms);
    }
}

} // namespace Koyeb::Local
