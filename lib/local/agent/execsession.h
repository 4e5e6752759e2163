// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "local/agent/children.h"
#include "local/agent/terminal.h"
#include "local/agent/uniquefd.h"

#include <nlohmann/json_fwd.hpp>

#include <poll.h>

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace Koyeb::Local {

/// One interactive process on one connection, in a terminal or with pipes. One JSON object a line each way:
///
/// from the client, first `{"command":["/bin/sh"],"tty":true,"cols":80,"rows":24}` with optional `cwd` and
/// `env`, then `{"stdin":"<base64>"}`, `{"resize":{"cols":c,"rows":r}}`, `{"close_stdin":true}`; to the
/// client `{"stdout":"<base64>"}`, `{"stderr":"<base64>"}` (never from a terminal), at last
/// `{"exited":true,"exit_code":n}` with 128 + n for signal n as shells say it, or `{"error":"…"}` when it
/// can't start.
///
/// Memory is bounded: a client that does not read stops the process's output, a process that does not read
/// stops the client's input. A client that goes away takes the process's whole session with it.
class ExecSession {
public:
    ExecSession(const UniqueFd &connection, Children &children);
    /// Blocks until the session is over.
    void run();

private:
    /// Who is waited for, in the order of the array that poll(2) gets.
    enum Source { FromClient, FromTerminal, ToStdin, FromStdout, FromStderr, FromExit, SourceCount };
    using Waiting = std::array<pollfd, SourceCount>;

    void waitForEvents();
    [[nodiscard]] Waiting wantedEvents() const;
    void handleEvents(const Waiting &waiting);

    void readClient();
    void takeFrame(std::string_view line);
    void flushToClient();
    void fail(std::string_view error);

    void start(const nlohmann::json &frame);
    [[nodiscard]] SpawnResult startInTerminal(SpawnRequest request, TerminalSize size);
    [[nodiscard]] SpawnResult startWithPipes(SpawnRequest request);

    void writePendingInput();
    void closeInput();
    void readTerminal();
    void readPipe(UniqueFd &pipe, std::string_view name);
    /// False when there is nothing more to come.
    [[nodiscard]] bool takeOutput(int fd, std::string_view name);
    void closeOutputs();
    void finishWhenDrained();
    void hangUp();

    const int m_client;
    Children &m_children;
    std::shared_ptr<Child> m_child;
    std::optional<Terminal> m_terminal; ///< or the three pipes; each is gone once its process has closed it
    UniqueFd m_stdin;
    UniqueFd m_stdout;
    UniqueFd m_stderr;
    std::string m_received; ///< from the client, not yet a whole line
    std::string m_input;    ///< for the process
    std::string m_toClient;
    size_t m_outputLimit;        ///< of m_toClient: while it is longer, no output is read
    size_t m_drainedBytes = 0;   ///< output that was read after the process had ended
    bool m_inputClosing = false; ///< the input ends once what is pending is written
    bool m_finished = false;     ///< the last frame stands in m_toClient
    bool m_clientGone = false;
};

} // namespace Koyeb::Local
