// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "local/agent/uniquefd.h"

#include <functional>
#include <string>
#include <string_view>

namespace Koyeb::Local {

/// One output stream of a command, read line by line.
class OutputLines {
public:
    using Sink = std::function<void(std::string_view stream, std::string line)>;

    /// `stream` is its name on the wire and must outlive the object. A line of more than `lineLimitBytes`,
    /// its newline included, ends the reading; the rest stays in the pipe.
    OutputLines(std::string_view stream, UniqueFd pipe, size_t lineLimitBytes);

    /// To be polled for reading; -1 (which poll(2) ignores) once there is nothing more to read.
    [[nodiscard]] int pollFd() const { return m_ended ? -1 : m_pipe.get(); }
    [[nodiscard]] bool hasEnded() const { return m_ended; }

    /// Reads what is there, waits when there is nothing. Each line is handed on without its newline and
    /// without one CR before that. A last line without a newline counts.
    void readOnce(const Sink &sink) { readUpTo(bufferSizeBytes, sink); }
    /// Reads what is there now, but nothing that is written meanwhile, and ends: what is left is the last
    /// line.
    void readRest(const Sink &sink);

private:
    static constexpr size_t bufferSizeBytes = 65536;
    /// Returns how many bytes were read; 0 at the end.
    size_t readUpTo(size_t sizeBytes, const Sink &sink);
    void takeLines(const Sink &sink);
    void end(const Sink &sink);

    std::string_view m_stream;
    UniqueFd m_pipe;
    size_t m_lineLimitBytes;
    std::string m_pending; ///< what came after the last newline
    size_t m_searched = 0; ///< how much of it holds no newline
    bool m_ended = false;
};

} // namespace Koyeb::Local
