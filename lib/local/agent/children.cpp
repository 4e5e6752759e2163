// SPDX-License-Identifier: Apache-2.0
#include "local/agent/children.h"

#include "local/agent/processtable.h"

#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include <cerrno>
#include <condition_variable>
#include <mutex>
#include <vector>

namespace Koyeb::Local {

using namespace std::chrono_literals;

ExitStatus Child::waitForExit() const
{
    pollfd waiting{exitEvent(), POLLIN, 0};
    while (!m_hasExited)
        ::poll(&waiting, 1, -1);
    const int status = m_waitStatus;
    if (WIFSIGNALED(status))
        return {0, WTERMSIG(status)};
    return {WEXITSTATUS(status), 0};
}

/// Shared with the reaper, which is left behind when a process can't be killed.
struct Children::State {
    std::mutex mutex;
    std::condition_variable changed;                 ///< a process was started or reaped, or stopping was set
    std::map<pid_t, std::shared_ptr<Child>> running; ///< without adopted orphans
    unsigned long startedCount = 0;
    bool stopping = false;

    /// Needs the mutex: a number may only be signalled while its process has not been reaped.
    void reap(pid_t pid)
    {
        int status = 0;
        if (::waitpid(pid, &status, WNOHANG) != pid)
            return;
        if (const auto found = running.find(pid); found != running.end()) {
            const std::shared_ptr<Child> child = found->second;
            running.erase(found);
            child->m_waitStatus = status;
            child->m_hasExited = true;
            child->m_exited.raise();
        }
        changed.notify_all();
    }
};

Children::Children() : m_state(std::make_shared<State>())
{
    ::prctl(PR_SET_CHILD_SUBREAPER, 1);
    m_reaper = std::thread([state = m_state] { reapUntilStopped(state); });
}

Children::~Children()
{
    killAll();
    if (childrenOfThisProcess().empty())
        m_reaper.join();
    else
        m_reaper.detach();
}

void Children::reapUntilStopped(const std::shared_ptr<State> &state)
{
    unsigned long seenCount = 0;
    for (;;) {
        siginfo_t info{};
        const bool found = ::waitid(P_ALL, 0, &info, WEXITED | WNOWAIT) == 0;
        std::unique_lock lock(state->mutex);
        if (found) {
            state->reap(info.si_pid);
        } else if (errno == ECHILD) {
            if (state->stopping)
                return;
            state->changed.wait(lock, [&] { return state->stopping || state->startedCount != seenCount; });
            seenCount = state->startedCount;
        }
    }
}

SpawnResult Children::spawn(const SpawnRequest &request)
{
    // Held over the start, so that the reaper can't meet a process that is not registered yet.
    const std::lock_guard lock(m_state->mutex);
    if (m_state->stopping)
        return {nullptr, "the sandbox is ending"};
    SpawnedProcess process = spawnProcess(request);
    if (process.pid == 0)
        return {nullptr, std::move(process.error)};
    auto child = std::make_shared<Child>(process.pid);
    m_state->running.emplace(process.pid, child);
    ++m_state->startedCount;
    m_state->changed.notify_all();
    return {std::move(child), {}};
}

bool Children::signal(const Child &child, int signalNumber) const
{
    const std::lock_guard lock(m_state->mutex);
    return !child.hasExited() && ::kill(child.pid(), signalNumber) == 0;
}

void Children::endSession(const Child &leader, std::chrono::milliseconds grace) const
{
    const auto now = [] {
        return std::chrono::steady_clock::now();
    };
    constexpr int pollIntervalMs = 20;

    for (const pid_t pid : processesOfSession(leader.pid()))
        ::kill(pid, SIGHUP);
    const auto killAt = now() + grace;
    const auto giveUpAt = killAt + 2s;
    for (std::vector<pid_t> living = processesOfSession(leader.pid()); !living.empty() && now() < giveUpAt;
         living = processesOfSession(leader.pid())) {
        if (now() >= killAt) {
            for (const pid_t pid : living)
                ::kill(pid, SIGKILL);
        }
        ::poll(nullptr, 0, pollIntervalMs);
    }
}

void Children::killAll()
{
    const auto giveUpAt = std::chrono::steady_clock::now() + 3s;
    std::unique_lock lock(m_state->mutex);
    m_state->stopping = true;
    m_state->changed.notify_all();
    // Each round makes orphans of the next generation, which become children of this process. One look does
    // not prove that none is left: it may have passed the orphan just before its parent died.
    int emptyLooks = 0;
    while (emptyLooks < 2 && std::chrono::steady_clock::now() < giveUpAt) {
        const std::vector<pid_t> children = childrenOfThisProcess();
        emptyLooks = children.empty() ? emptyLooks + 1 : 0;
        for (const pid_t pid : children)
            ::kill(pid, SIGKILL);
        if (!children.empty())
            m_state->changed.wait_for(lock, 20ms);
    }
}

} // namespace Koyeb::Local
