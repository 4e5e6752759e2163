// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "local/agent/posixio.h"
#include "local/agent/runtimelog.h"

#include <cstdint>
#include <thread>

namespace Koyeb::Local {

/// Makes the kernel refuse this process, and all that it starts, more processes than so many in its user
/// namespace. Has no effect on the computer's own root.
void limitProcesses(std::uint64_t limit);

/// Where the kernel does not hold the limit: looks at a sandbox's processes again and again, and ends all of
/// them but the executor once they are too many. Does so only where the first process is bubblewrap, so that
/// it never ends anything outside of a sandbox.
class ProcessWatch {
public:
    ProcessWatch(std::uint64_t limit, RuntimeLog &log);
    ~ProcessWatch();
    ProcessWatch(const ProcessWatch &) = delete;
    ProcessWatch &operator=(const ProcessWatch &) = delete;

private:
    void watch();

    const std::uint64_t m_limit;
    RuntimeLog &m_log;
    Event m_stop;
    std::thread m_thread;
};

} // namespace Koyeb::Local
