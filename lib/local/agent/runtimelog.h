// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <mutex>
#include <string_view>

namespace Koyeb::Local {

/// Tells the engine, line by line on a pipe, what the sandbox's programs and the executor print; the engine
/// keeps it as the sandbox's log. Never waits: when the engine cannot keep up, lines are dropped, and the log
/// says how many. Safe to call from any thread.
class RuntimeLog {
public:
    /// `fd` must stay open as long as this lives.
    explicit RuntimeLog(int fd) : m_fd(fd) {}

    /// `stream` is stdout or stderr. Longer lines than a pipe takes at once are cut.
    void add(std::string_view stream, std::string_view line);

private:
    [[nodiscard]] bool write(std::string_view prefix, std::string_view line);

    const int m_fd;
    std::mutex m_mutex;
    unsigned m_dropped = 0;
};

} // namespace Koyeb::Local
