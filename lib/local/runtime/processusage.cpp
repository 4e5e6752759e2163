// SPDX-License-Identifier: Apache-2.0
#include "local/runtime/processusage.h"

#include <algorithm>
#include <charconv>
#include <dirent.h>
#include <fstream>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <unistd.h>

namespace Koyeb::Local {

namespace {

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

} // namespace

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
