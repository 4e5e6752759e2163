// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "local/agent/children.h"
#include "local/agent/outputlines.h"
#include "local/agent/runtimelog.h"

#include <chrono>
#include <deque>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace Koyeb::Local {

enum class ProcessStatus { Running, Completed, Failed, Killed };
[[nodiscard]] std::string_view toString(ProcessStatus status);

struct LogLine {
    std::chrono::system_clock::time_point time;
    std::string_view stream;
    std::string text;
};
using LogLines = std::deque<std::shared_ptr<const LogLine>>;

/// The last lines of one stream.
class LogHistory {
public:
    void add(std::shared_ptr<const LogLine> line);
    [[nodiscard]] const LogLines &lines() const { return m_lines; }

private:
    LogLines m_lines;
    size_t m_sizeBytes = 0;
};

/// What one client follows of a process's log: lines that come while it is slow are dropped, as the real one
/// does.
class LogFollower {
public:
    /// Readable while there is something to take.
    [[nodiscard]] int event() const { return m_event.fd(); }
    struct News {
        LogLines lines;
        bool ended = false;
    };
    [[nodiscard]] News take();

private:
    friend class BackgroundProcess;
    void add(const std::shared_ptr<const LogLine> &line);
    void end();

    std::mutex m_mutex;
    News m_news;
    Event m_event;
};

/// A command that was started to run on its own, and the last lines of its output.
class BackgroundProcess {
public:
    /// Starts reading; `command` was started with the other ends of the pipes. What it prints goes to `log`
    /// too.
    BackgroundProcess(
        std::string id, std::string command, std::shared_ptr<Child> child, UniqueFd out, UniqueFd err,
        RuntimeLog &log);
    /// Waits until the process has ended.
    ~BackgroundProcess();
    BackgroundProcess(const BackgroundProcess &) = delete;
    BackgroundProcess &operator=(const BackgroundProcess &) = delete;

    [[nodiscard]] const std::string &id() const { return m_id; }
    [[nodiscard]] const std::string &command() const { return m_command; }
    [[nodiscard]] const Child &child() const { return *m_child; }
    [[nodiscard]] ProcessStatus status() const;

    struct Log {
        LogLines history; ///< all of stdout, then all of stderr
        std::shared_ptr<LogFollower> follower;
    };
    /// The lines so far, and a follower that gets every later one exactly once.
    [[nodiscard]] Log followLog();

private:
    void readUntilExit();
    void addLine(std::string_view stream, std::string text);
    void end();

    const std::string m_id;
    const std::string m_command;
    const std::shared_ptr<Child> m_child;
    OutputLines m_out;
    OutputLines m_err;
    RuntimeLog &m_log;
    mutable std::mutex m_mutex;
    ProcessStatus m_status = ProcessStatus::Running;
    LogHistory m_outHistory;
    LogHistory m_errHistory;
    std::list<std::weak_ptr<LogFollower>> m_followers;
    std::thread m_reader;
};

/// All background processes since the start; none is ever forgotten. Safe to call from any thread.
class Processes {
public:
    Processes(Children &children, RuntimeLog &log) : m_children(children), m_log(log) {}

    struct StartResult {
        std::shared_ptr<BackgroundProcess> process; ///< null when it could not be started
        std::string error;
    };
    /// The streams of the request are set here.
    [[nodiscard]] StartResult start(SpawnRequest request);
    [[nodiscard]] std::vector<std::shared_ptr<BackgroundProcess>> all() const;
    [[nodiscard]] std::shared_ptr<BackgroundProcess> find(const std::string &id) const;
    /// SIGKILL to the shell alone: what it started lives on. Returns an error text, or nothing.
    [[nodiscard]] std::string kill(const std::string &id);

    /// Starts a command that is not one of these: no call lists, reads or kills it.
    [[nodiscard]] StartResult startUnlisted(SpawnRequest request);

private:
    Children &m_children;
    RuntimeLog &m_log;
    mutable std::mutex m_mutex;
    std::map<std::string, std::shared_ptr<BackgroundProcess>> m_processes;
};

} // namespace Koyeb::Local
