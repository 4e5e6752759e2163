// SPDX-License-Identifier: Apache-2.0
#include "local/runtime/isolation.h"

#include "local/runtime/childprocess.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <poll.h>
#include <sys/wait.h>

namespace Koyeb::Local {

namespace fs = std::filesystem;

namespace {

// Namespaces, and nothing of root's power but what package managers and servers need inside.
const std::vector<std::string> namespaceOptions{
    "--unshare-user",
    "--unshare-ipc",
    "--unshare-pid",
    "--unshare-net",
    "--unshare-uts",
    "--unshare-cgroup-try",
    "--disable-userns",
    "--die-with-parent",
    "--new-session",
    "--uid",
    "0",
    "--gid",
    "0",
    "--cap-drop",
    "ALL",
    "--cap-add",
    "CAP_CHOWN",
    "--cap-add",
    "CAP_DAC_OVERRIDE",
    "--cap-add",
    "CAP_FOWNER",
    "--cap-add",
    "CAP_FSETID",
    "--cap-add",
    "CAP_KILL",
    "--cap-add",
    "CAP_NET_BIND_SERVICE"};

// Directories of the host's /etc that the programs in /usr need and that are the same everywhere.
constexpr auto sharedConfiguration = std::to_array<const char *>(
    {"/etc/alternatives", "/etc/ld.so.conf.d", "/etc/ssl/certs", "/etc/ssl/openssl.cnf",
     "/etc/ca-certificates", "/etc/terminfo", "/etc/perl", "/etc/python3", "/etc/python3.11", "/etc/vim",
     "/etc/fonts", "/etc/mailcap", "/etc/bash_completion.d"});

// And its other directories. Where /bin and the like are links, these lead into /usr.
constexpr auto coveredDirectories = std::to_array<const char *>(
    {"/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/proc", "/dev", "/run"});

constexpr auto sharedMemoryBytes = "67108864"; // as containers have it

void append(std::vector<std::string> &options, std::initializer_list<std::string> more)
{
    options.insert(options.end(), more);
}

void appendFileSystem(std::vector<std::string> &options, const SandboxSpec &spec)
{
    append(options, {"--bind", spec.rootFolder(), "/", "--ro-bind", "/usr", "/usr"});
    for (const char *name : {"/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"}) {
        if (fs::is_directory(name) && !fs::is_symlink(name))
            append(options, {"--ro-bind", name, name});
    }
    for (const char *path : sharedConfiguration)
        append(options, {"--ro-bind-try", path, path});
    append(options, {"--proc", "/proc", "--dev", "/dev", "--size", "16777216", "--tmpfs", "/run"});
    // Neither may be a way to fill this computer's memory.
    append(options, {"--size", sharedMemoryBytes, "--tmpfs", "/dev/shm", "--remount-ro", "/dev"});
    append(options, {"--bind", spec.socketFolder(), socketFolderInSandbox});
    append(options, {"--ro-bind", spec.program, programInSandbox});
    if (spec.smallDisk) {
        append(
            options,
            {"--size", std::to_string(spec.smallDisk->sizeBytes), "--tmpfs", spec.smallDisk->mountPoint});
    }
}

} // namespace

bool isCovered(const std::string &path)
{
    const std::string normal = fs::path(path).lexically_normal();
    const auto covers = [&normal](const std::string &directory) {
        return normal == directory || normal.starts_with(directory + '/');
    };
    return std::ranges::any_of(coveredDirectories, covers) ||
           std::ranges::any_of(sharedConfiguration, covers);
}

Environment sandboxEnvironment(const SandboxSpec &spec)
{
    const bool isolated = spec.isolation == Isolation::Namespaces;
    Environment environment{
        {"PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"},
        {"HOME", isolated ? "/root" : spec.homeFolder().string()},
        {"USER", "root"},
        {"LOGNAME", "root"},
        {"SHELL", "/bin/bash"},
        {"LANG", "C.UTF-8"},
        {"KOYEB", "true"},
        {"KOYEB_APP_NAME", spec.appName},
        {"KOYEB_SERVICE_NAME", spec.settings.name},
        {"KOYEB_SERVICE_ID", spec.serviceId},
        {"KOYEB_INSTANCE_ID", spec.instanceId},
        {"KOYEB_INSTANCE_TYPE", spec.settings.instanceType},
        {"KOYEB_REGION", spec.settings.region}};
    environment.insert(environment.end(), spec.settings.environment.begin(), spec.settings.environment.end());
    environment.emplace_back("SANDBOX_SECRET", spec.settings.secret);
    if (!spec.settings.mainCommand.empty())
        environment.emplace_back(mainCommandVariable, nlohmann::json(spec.settings.mainCommand).dump());
    return environment;
}

std::vector<std::string> isolationOptions(const SandboxSpec &spec)
{
    std::vector<std::string> options = namespaceOptions;
    append(options, {"--hostname", spec.settings.name});
    appendFileSystem(options, spec);
    append(options, {"--clearenv", "--chdir", "/root"});
    for (const auto &[name, value] : sandboxEnvironment(spec))
        append(options, {"--setenv", name, value});
    return options;
}

std::string isolationProblem()
{
    std::vector<std::string> options = namespaceOptions;
    append(options, {"--ro-bind", "/", "/", "--proc", "/proc", "--dev", "/dev"});
    ChildCommand command;
    command.arguments = {"bwrap", "--args", "3", "true"};
    command.environment = {"PATH=/usr/local/bin:/usr/bin:/bin"};
    command.thirdDescriptor = memoryFile(nulSeparated(options));
    auto child = spawnChild(command);
    if (!child)
        return "bubblewrap (bwrap) is not installed.";
    child->input.reset();
    std::string complaint;
    std::array<char, 512> chunk{};
    // Ends when bubblewrap has ended: nobody else holds the other side.
    for (ssize_t count = 0; (count = read(child->errors.get(), chunk.data(), chunk.size())) > 0;)
        complaint.append(chunk.data(), static_cast<std::size_t>(count));
    int status = 0;
    waitpid(child->pid, &status, 0);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return {};
    while (complaint.ends_with('\n'))
        complaint.pop_back();
    return "This computer does not allow the isolation of sandboxes: " + complaint.substr(0, 300);
}

} // namespace Koyeb::Local
