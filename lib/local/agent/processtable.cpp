// SPDX-License-Identifier: Apache-2.0
#include "local/agent/processtable.h"

#include "local/agent/posixio.h"

#include <dirent.h>
#include <fcntl.h>

#include <charconv>
#include <cstdio>
#include <cstring>
#include <memory>
#include <optional>

namespace Koyeb::Local {

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

} // namespace

std::vector<pid_t> childrenOfThisProcess()
{
    return processesWhere([](const ProcessStat &stat) { return stat.parent == ::getpid(); });
}

std::uint64_t countProcesses()
{
    std::uint64_t count = 0;
    const std::unique_ptr<DIR, int (*)(DIR *)> directory(::opendir("/proc"), &::closedir);
    while (const dirent *entry = directory ? ::readdir(directory.get()) : nullptr)
        count += entry->d_name[0] >= '0' && entry->d_name[0] <= '9' ? 1 : 0;
    return count;
}

std::vector<pid_t> processesOfSession(pid_t session)
{
    return processesWhere([session](const ProcessStat &stat) { return stat.session == session; });
}

} // namespace Koyeb::Local
