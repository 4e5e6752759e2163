// SPDX-License-Identifier: Apache-2.0
#include "local/agent/processwatch.h"

#include "local/agent/processtable.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/resource.h>

#include <string>

namespace Koyeb::Local {

namespace {

constexpr int intervalMs = 100; // a fork bomb makes some thousand processes in this time

bool isInSandbox()
{
    const UniqueFd file(::open("/proc/1/cmdline", O_RDONLY | O_CLOEXEC));
    const std::string command = file ? readToEnd(file.get()) : std::string();
    return command.starts_with(std::string("bwrap") + '\0');
}

} // namespace

void limitProcesses(std::uint64_t limit)
{
    const rlimit both{limit, limit};
    ::setrlimit(RLIMIT_NPROC, &both);
}

ProcessWatch::ProcessWatch(std::uint64_t limit, RuntimeLog &log) : m_limit(limit), m_log(log)
{
    if (isInSandbox())
        m_thread = std::thread([this] { watch(); });
}

ProcessWatch::~ProcessWatch()
{
    m_stop.raise();
    if (m_thread.joinable())
        m_thread.join();
}

void ProcessWatch::watch()
{
    pollfd waiting{m_stop.fd(), POLLIN, 0};
    while (::poll(&waiting, 1, intervalMs) == 0) {
        if (countProcesses() <= m_limit)
            continue;
        ::kill(-1, SIGKILL); // reaches all but this one and the first at once
        m_log.add(
            "stderr", "There were more than " + std::to_string(m_limit) +
                          " processes in the sandbox; all of them were ended.");
    }
}

} // namespace Koyeb::Local
