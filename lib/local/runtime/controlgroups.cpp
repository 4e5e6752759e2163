// SPDX-License-Identifier: Apache-2.0
#include "local/runtime/controlgroups.h"

#include "local/runtime/childprocess.h"

#include <fstream>
#include <string_view>
#include <sys/wait.h>
#include <unistd.h>

namespace Koyeb::Local {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view folderPrefix = "koyeb-local-";

bool writeValue(const fs::path &file, const std::string &value)
{
    std::ofstream stream(file);
    stream << value;
    stream.close(); // the kernel refuses a value when it is written
    return !stream.fail();
}

/// Whether groups below this one may have limits of memory and processes.
bool passesControllersOn(const fs::path &group)
{
    std::ifstream file(group / "cgroup.subtree_control");
    bool memory = false;
    bool processes = false;
    for (std::string name; file >> name;) {
        memory = memory || name == "memory";
        processes = processes || name == "pids";
    }
    return memory && processes;
}

void removeEmptyGroups(const fs::path &parent)
{
    std::error_code ignored; // one with processes in it stays
    for (const fs::directory_entry &entry : fs::directory_iterator(parent, ignored)) {
        if (entry.is_directory(ignored) && !entry.is_symlink(ignored))
            rmdir(entry.path().c_str());
    }
}

/// Of engines that had no time to do it.
void removeAbandonedGroups(const fs::path &parent)
{
    std::error_code ignored;
    for (const fs::directory_entry &entry : fs::directory_iterator(parent, ignored)) {
        if (!entry.path().filename().string().starts_with(folderPrefix))
            continue;
        removeEmptyGroups(entry.path());
        rmdir(entry.path().c_str());
    }
}

} // namespace

std::string ControlGroups::ownGroup()
{
    std::ifstream file("/proc/self/cgroup");
    for (std::string line; std::getline(file, line);) {
        if (line.starts_with("0::/"))
            return line.substr(4);
    }
    return {};
}

std::unique_ptr<ControlGroups> ControlGroups::find(const fs::path &root, const std::string &own)
{
    // A container's own group may lie outside of what it sees.
    if (own.find("..") != std::string::npos)
        return nullptr;
    fs::path relative = own;
    for (;;) {
        const fs::path parent = relative.empty() ? root : root / relative;
        const fs::path folder = parent / (std::string(folderPrefix) + std::to_string(getpid()));
        std::error_code error;
        if (passesControllersOn(parent)) {
            removeAbandonedGroups(parent);
            if (fs::create_directory(folder, error) && !error) {
                std::unique_ptr<ControlGroups> groups(new ControlGroups(folder));
                if (groups->works())
                    return groups;
            }
        }
        if (relative.empty())
            return nullptr;
        relative = relative.parent_path();
    }
}

ControlGroups::~ControlGroups()
{
    removeEmpty();
    rmdir(m_folder.c_str());
}

bool ControlGroups::works()
{
    constexpr auto name = "probe";
    constexpr std::uint64_t enough = std::uint64_t{64} * 1024 * 1024;
    if (!writeValue(m_folder / "cgroup.subtree_control", "+memory +pids") || !create(name, {enough, 16, 0}))
        return false;
    ChildCommand command;
    command.arguments = {"cat"};
    command.environment = {"PATH=/usr/local/bin:/usr/bin:/bin"};
    auto child = spawnChild(command);
    if (!child)
        return false;
    const bool added = add(name, child->pid);
    child->input.reset();
    waitpid(child->pid, nullptr, 0);
    removeEmpty();
    return added;
}

bool ControlGroups::create(const std::string &name, const SandboxLimits &limits)
{
    removeEmpty();
    const fs::path group = m_folder / name;
    std::error_code error;
    fs::create_directory(group, error);
    if (error || !writeValue(group / "memory.max", std::to_string(limits.memoryBytes)) ||
        !writeValue(group / "pids.max", std::to_string(limits.processes)))
        return false;
    // A kernel without swap has no file for the first.
    [[maybe_unused]] const bool noSwap = writeValue(group / "memory.swap.max", "0");
    return writeValue(group / "memory.oom.group", "1");
}

bool ControlGroups::add(const std::string &name, pid_t process)
{
    return writeValue(m_folder / name / "cgroup.procs", std::to_string(process));
}

bool ControlGroups::ranOutOfMemory(const std::string &name) const
{
    std::ifstream file(m_folder / name / "memory.events");
    std::string event;
    for (std::uint64_t count = 0; file >> event >> count;) {
        if (event == "oom_kill" && count > 0)
            return true;
    }
    return false;
}

void ControlGroups::removeEmpty()
{
    removeEmptyGroups(m_folder);
}

} // namespace Koyeb::Local
