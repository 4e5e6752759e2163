// SPDX-License-Identifier: Apache-2.0
#include "local/runtime/processusage.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <dirent.h>
#include <fcntl.h>
#include <fstream>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <unistd.h>

namespace Koyeb::Local {

namespace {

constexpr std::size_t mostProcesses = 100'000;

std::optional<pid_t> processIdIn(std::string_view name)
{
    pid_t pid = 0;
    const auto result = std::from_chars(name.data(), name.data() + name.size(), pid);
    return result.ec == std::errc() && result.ptr == name.data() + name.size() ? std::optional(pid)
                                                                               : std::nullopt;
}

/// Reads /proc/PID/stat, whose second member is a name in parentheses that may hold anything.
std::optional<ProcessUsage> usageOf(pid_t pid)
{
    std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
    std::string text;
    std::getline(file, text, '\0');
    const std::size_t nameEnd = text.rfind(')');
    if (nameEnd == std::string::npos)
        return std::nullopt;
    std::istringstream members(text.substr(nameEnd + 1));
    std::string ignored;
    ProcessUsage usage;
    members >> ignored >> usage.parent; // state, ppid
    for (int i = 0; i < 9; ++i)
        members >> ignored;
    std::int64_t ticks = 0;
    for (int i = 0; i < 4; ++i) { // utime, stime, cutime, cstime
        std::int64_t count = 0;
        members >> count;
        ticks += count;
    }
    for (int i = 0; i < 5; ++i)
        members >> ignored;
    std::uint64_t virtualBytes = 0;
    std::int64_t pages = 0;
    members >> virtualBytes >> pages;
    if (!members)
        return std::nullopt;
    usage.time = std::chrono::milliseconds(ticks * 1000 / sysconf(_SC_CLK_TCK));
    usage.residentBytes = static_cast<std::uint64_t>(std::max<std::int64_t>(pages, 0)) *
                          static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
    return usage;
}

std::vector<pid_t> treeIn(const std::map<pid_t, ProcessUsage> &usage, pid_t root)
{
    if (!usage.contains(root))
        return {};
    std::multimap<pid_t, pid_t> children;
    for (const auto &[pid, process] : usage)
        children.emplace(process.parent, pid);
    std::vector<pid_t> tree{root};
    for (std::size_t i = 0; i < tree.size(); ++i) {
        const auto [begin, end] = children.equal_range(tree[i]);
        for (auto child = begin; child != end; ++child)
            tree.push_back(child->second);
    }
    return tree;
}

std::string contentOf(const std::string &path)
{
    std::array<char, 4096> text{};
    const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
    const ssize_t length = file < 0 ? 0 : read(file, text.data(), text.size());
    if (file >= 0)
        close(file);
    return {text.data(), static_cast<std::size_t>(std::max<ssize_t>(length, 0))};
}

/// The children of each of its threads, as kernels tell that can freeze and restore processes: nearly all.
void addChildren(std::vector<pid_t> &tree, pid_t parent)
{
    const std::string tasks = "/proc/" + std::to_string(parent) + "/task";
    const std::unique_ptr<DIR, int (*)(DIR *)> directory(opendir(tasks.c_str()), closedir);
    while (const dirent *const entry = directory ? readdir(directory.get()) : nullptr) {
        if (entry->d_name[0] == '.')
            continue;
        std::ifstream children(tasks + '/' + entry->d_name + "/children");
        for (pid_t child = 0; children >> child;)
            tree.push_back(child);
    }
}

std::vector<pid_t> livingTree(pid_t root)
{
    static const bool tellsChildren = access("/proc/thread-self/children", R_OK) == 0;
    if (!tellsChildren)
        return processTree(root);
    std::vector<pid_t> tree{root};
    for (std::size_t i = 0; i < tree.size() && tree.size() < mostProcesses; ++i)
        addChildren(tree, tree[i]);
    return tree;
}

} // namespace

TreeUsage currentUsage(pid_t root)
{
    TreeUsage usage;
    const auto pageBytes = static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
    for (const pid_t pid : livingTree(root)) {
        std::istringstream pages(contentOf("/proc/" + std::to_string(pid) + "/statm"));
        std::uint64_t size = 0;
        std::uint64_t resident = 0;
        std::uint64_t shared = 0;
        if (!(pages >> size >> resident >> shared))
            continue;
        ++usage.processes;
        usage.privateBytes += (resident - std::min(resident, shared)) * pageBytes;
    }
    return usage;
}

std::uint64_t proportionalBytes(pid_t root)
{
    std::uint64_t kilobytes = 0;
    for (const pid_t pid : livingTree(root)) {
        std::istringstream lines(contentOf("/proc/" + std::to_string(pid) + "/smaps_rollup"));
        for (std::string line; std::getline(lines, line);) {
            std::uint64_t count = 0;
            if (line.starts_with("Pss:") && std::istringstream(line.substr(4)) >> count)
                kilobytes += count;
        }
    }
    return kilobytes * 1024;
}

std::map<pid_t, ProcessUsage> usageOfProcesses()
{
    std::map<pid_t, ProcessUsage> all;
    const std::unique_ptr<DIR, int (*)(DIR *)> directory(opendir("/proc"), closedir);
    while (const dirent *const entry = directory ? readdir(directory.get()) : nullptr) {
        const auto pid = processIdIn(entry->d_name);
        const auto usage = pid ? usageOf(*pid) : std::nullopt;
        if (usage)
            all.emplace(*pid, *usage);
    }
    return all;
}

ProcessUsage usageOfTree(const std::map<pid_t, ProcessUsage> &usage, pid_t root)
{
    ProcessUsage sum;
    for (const pid_t pid : treeIn(usage, root)) {
        sum.time += usage.at(pid).time;
        sum.residentBytes += usage.at(pid).residentBytes;
    }
    return sum;
}

std::vector<pid_t> processTree(pid_t root)
{
    return treeIn(usageOfProcesses(), root);
}

} // namespace Koyeb::Local
