// SPDX-License-Identifier: Apache-2.0
#include "local/agent/runtimelog.h"

#include "local/agent/posixio.h"

#include <poll.h>

#include <climits>
#include <string>

namespace Koyeb::Local {

void RuntimeLog::add(std::string_view stream, std::string_view line)
{
    const std::lock_guard lock(m_mutex);
    if (m_dropped > 0 && write("err ", "(" + std::to_string(m_dropped) + " lines were too many for the log)"))
        m_dropped = 0;
    if (m_dropped > 0 || !write(stream == "stderr" ? "err " : "out ", line))
        ++m_dropped;
}

bool RuntimeLog::write(std::string_view prefix, std::string_view line)
{
    // A pipe that is writable takes so many bytes at once, as nobody else writes to it.
    constexpr size_t limitBytes = PIPE_BUF;
    pollfd waiting{m_fd, POLLOUT, 0};
    if (::poll(&waiting, 1, 0) != 1 || (waiting.revents & POLLOUT) == 0)
        return false;
    std::string text(prefix);
    text.append(line.substr(0, limitBytes - prefix.size() - 1)).push_back('\n');
    return writeAll(m_fd, text);
}

} // namespace Koyeb::Local
