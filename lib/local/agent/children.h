// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "local/agent/posixio.h"
#include "local/agent/spawn.h"

#include <sys/types.h>

#include <atomic>
#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <thread>

namespace Koyeb::Local {

struct ExitStatus {
    int code = 0;   ///< meaningless when signal is not 0
    int signal = 0; ///< the signal that ended the process, or 0
    [[nodiscard]] bool success() const { return code == 0 && signal == 0; }
};

/// A process that was started. It may have ended long ago: its number is only used while it can't be
/// another's.
class Child {
public:
    explicit Child(pid_t pid) : m_pid(pid) {}
    [[nodiscard]] pid_t pid() const { return m_pid; }
    /// Readable from the moment on that the process has ended.
    [[nodiscard]] int exitEvent() const { return m_exited.fd(); }
    [[nodiscard]] bool hasExited() const { return m_hasExited; }
    /// Blocks until the process has ended.
    [[nodiscard]] ExitStatus waitForExit() const;

private:
    friend class Children;
    const pid_t m_pid;
    std::atomic<int> m_waitStatus = 0;
    std::atomic<bool> m_hasExited = false;
    Event m_exited;
};

struct SpawnResult {
    std::shared_ptr<Child> child; ///< null when it could not be started
    std::string error;            ///< then: why, in Go's words
};

/// Starts and reaps every process of the sandbox. Processes whose parents end become children of this one (it
/// is a subreaper), so that none escapes killAll(). Safe to call from any thread.
class Children {
public:
    Children();
    /// Ends everything that still runs, as killAll() does.
    ~Children();

    [[nodiscard]] SpawnResult spawn(const SpawnRequest &request);
    /// Sends a signal to the process alone. False when it has ended.
    bool signal(const Child &child, int signalNumber) const;
    /// Hangs up on a session that a child leads, and kills what is left of it after the grace. Blocks so
    /// long.
    void endSession(const Child &leader, std::chrono::milliseconds grace) const;
    /// Kills every descendant and refuses new ones from here on.
    void killAll();

private:
    struct State;
    static void reapUntilStopped(const std::shared_ptr<State> &state);

    std::shared_ptr<State> m_state;
    std::thread m_reaper;
};

} // namespace Koyeb::Local
