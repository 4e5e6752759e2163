// SPDX-License-Identifier: Apache-2.0
#include "local/agent/spawn.h"

#include "local/agent/posixio.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <string_view>

namespace Koyeb::Local {

namespace {

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

bool anyHasNul(const SpawnRequest &request, const std::vector<std::string> &variables)
{
    return hasNul(request.workingDirectory) ||
           std::any_of(request.arguments.begin(), request.arguments.end(), hasNul) ||
           std::any_of(variables.begin(), variables.end(), hasNul);
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

SpawnedProcess spawnProcess(const SpawnRequest &request)
{
    std::vector<std::string> arguments = request.arguments;
    const std::string program = findProgram(arguments.front());
    if (program.empty())
        return {0, "exec: \"" + arguments.front() + "\": executable file not found in $PATH"};
    std::vector<std::string> variables;
    for (const auto &[name, value] : request.environment)
        variables.push_back(name + '=' + value);
    if (anyHasNul(request, variables))
        return {0, spawnError(program, EINVAL)};

    const FileActions actions(request);
    const SpawnAttributes attributes(request);
    const std::vector<char *> argumentPointers = pointersInto(arguments);
    const std::vector<char *> variablePointers = pointersInto(variables);
    pid_t pid = 0;
    const int error = ::posix_spawn(
        &pid, program.c_str(), actions.get(), attributes.get(), argumentPointers.data(),
        variablePointers.data());
    if (error != 0)
        return {0, spawnError(program, error)};
    return {pid, {}};
}

} // namespace Koyeb::Local
