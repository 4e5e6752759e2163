// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "local/api/logstore.h"
#include "local/asio.h"
#include "local/runtime/childprocess.h"
#include "local/runtime/sandboxspec.h"

#include <array>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <memory>
#include <string>

namespace Koyeb::Local {

/// The doors into a sandbox; its agent listens behind each.
enum class SandboxSocket { Executor, Proxy, Exec };

/// A running sandbox: the agent, and with it everything that runs in there. Whoever keeps a coroutine of this
/// object suspended keeps the object too (shared_ptr).
class SandboxProcess : public std::enable_shared_from_this<SandboxProcess> {
public:
    /// Takes each line that the sandbox's processes and its executor write.
    using LineSink = std::function<void(LogStream stream, std::string line)>;

    SandboxProcess(asio::io_context &context, SandboxSpec spec, LineSink lines);
    ~SandboxProcess();
    SandboxProcess(const SandboxProcess &) = delete;
    SandboxProcess &operator=(const SandboxProcess &) = delete;

    /// Starts the agent and waits until it serves. Returns the reason when it does not, else an empty text.
    /// To be called once.
    [[nodiscard]] Awaitable<std::string> start();

    /// Returns once no process of the sandbox is left.
    [[nodiscard]] Awaitable<void> waitUntilEnded();

    /// Ends the sandbox at once; waitUntilEnded() tells when it is over. A reason is kept for endReason().
    void kill(std::string reason = {});
    /// A sentence for people; empty when nobody knows.
    [[nodiscard]] const std::string &endReason() const { return m_endReason; }
    /// That sentence for one that wanted too much memory.
    [[nodiscard]] static std::string memoryExcess(const SandboxLimits &limits);

    /// Stops all its processes where they are, and lets them go on.
    void freeze();
    void thaw();

    /// Ends what the executor has started and starts the executor anew, in the same file system.
    void restartExecutor();

    /// From now on the executor crashes when somebody reads the log of an ended process slowly.
    void crashOnSlowLogs();

    /// Of the process at the root of all of the sandbox's; -1 when it has ended.
    [[nodiscard]] pid_t processId() const { return m_pid; }
    [[nodiscard]] bool isServing() const { return m_serving; }
    [[nodiscard]] const SandboxSpec &spec() const { return m_spec; }

    /// Connects to one of the sandbox's sockets.
    [[nodiscard]] Awaitable<ErrorCode> connect(
        asio::local::stream_protocol::socket &socket, SandboxSocket which);

private:
    [[nodiscard]] std::string spawn();
    [[nodiscard]] bool joinGroup() const;
    [[nodiscard]] bool sendOptions() const;
    void sendOrder(std::string_view order);
    [[nodiscard]] ChildCommand command();
    [[nodiscard]] Awaitable<bool> waitForReadyLine();
    [[nodiscard]] bool pinSockets();
    [[nodiscard]] Awaitable<void> collectErrors();
    [[nodiscard]] Awaitable<void> followOutput();
    void takeLine(std::string line);
    [[nodiscard]] Awaitable<void> reap();

    asio::io_context &m_context;
    SandboxSpec m_spec;
    pid_t m_pid = -1;     // -1: not started, or ended
    Descriptor m_options; // takes bubblewrap's options, for which it waits before it does anything
    std::string m_endReason;
    Descriptor m_input; // closing it tells the agent to end
    asio::posix::stream_descriptor m_processDescriptor;
    asio::posix::stream_descriptor m_output;
    asio::posix::stream_descriptor m_errors;
    std::string m_complaint;             // the beginning of what came on standard error, bounded
    std::array<Descriptor, 3> m_sockets; // by SandboxSocket; opened with O_PATH
    asio::steady_timer m_ended;          // never expires; cancelled when the process has ended
    LineSink m_lines;
    bool m_serving = false;
    bool m_frozen = false;
};

} // namespace Koyeb::Local
