// SPDX-License-Identifier: Apache-2.0
#include "local/agent/processes.h"

#include <poll.h>
#include <signal.h>
#include <sys/random.h>

#include <algorithm>
#include <array>

namespace Koyeb::Local {

namespace {

constexpr size_t historyLimitLines = 10'000;
/// The real one counts lines only, and 10,000 long ones are more than a computer should spend on one log.
constexpr size_t historyLimitBytes = 64 * 1024 * 1024;
constexpr size_t followerQueueLimitLines = 100;
constexpr size_t lineLimitBytes = 1024 * 1024;

/// A random (version 4) UUID.
std::string makeUuid()
{
    std::array<unsigned char, 16> bytes{};
    [[maybe_unused]] const ssize_t got = ::getrandom(bytes.data(), bytes.size(), 0);
    bytes[6] = static_cast<unsigned char>((bytes[6] & 0x0FU) | 0x40U);
    bytes[8] = static_cast<unsigned char>((bytes[8] & 0x3FU) | 0x80U);
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (size_t i = 0; i < bytes.size(); ++i) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            text += '-';
        text += digits[bytes[i] >> 4U];
        text += digits[bytes[i] & 0xFU];
    }
    return text;
}

} // namespace

std::string_view toString(ProcessStatus status)
{
    switch (status) {
    case ProcessStatus::Running:
        return "running";
    case ProcessStatus::Completed:
        return "completed";
    case ProcessStatus::Failed:
        return "failed";
    case ProcessStatus::Killed:
        return "killed";
    }
    return {};
}

void LogHistory::add(std::shared_ptr<const LogLine> line)
{
    m_sizeBytes += line->text.size();
    m_lines.push_back(std::move(line));
    while (m_lines.size() > historyLimitLines || m_sizeBytes > historyLimitBytes) {
        m_sizeBytes -= m_lines.front()->text.size();
        m_lines.pop_front();
    }
}

LogFollower::News LogFollower::take()
{
    const std::lock_guard lock(m_mutex);
    News news = std::move(m_news);
    m_news = News{{}, news.ended};
    m_event.clear();
    return news;
}

void LogFollower::add(const std::shared_ptr<const LogLine> &line)
{
    const std::lock_guard lock(m_mutex);
    if (m_news.lines.size() >= followerQueueLimitLines)
        return;
    m_news.lines.push_back(line);
    m_event.raise();
}

void LogFollower::end()
{
    const std::lock_guard lock(m_mutex);
    m_news.ended = true;
    m_event.raise();
}

BackgroundProcess::BackgroundProcess(
    std::string id, std::string command, std::shared_ptr<Child> child, UniqueFd out, UniqueFd err,
    RuntimeLog &log)
    : m_id(std::move(id)),
      m_command(std::move(command)),
      m_child(std::move(child)),
      m_out("stdout", std::move(out), lineLimitBytes),
      m_err("stderr", std::move(err), lineLimitBytes),
      m_log(log)
{
    m_reader = std::thread([this] { readUntilExit(); });
}

BackgroundProcess::~BackgroundProcess()
{
    m_reader.join();
}

ProcessStatus BackgroundProcess::status() const
{
    const std::lock_guard lock(m_mutex);
    return m_status;
}

BackgroundProcess::Log BackgroundProcess::followLog()
{
    const std::lock_guard lock(m_mutex);
    Log log{m_outHistory.lines(), std::make_shared<LogFollower>()};
    log.history.insert(log.history.end(), m_errHistory.lines().begin(), m_errHistory.lines().end());
    if (m_status == ProcessStatus::Running)
        m_followers.push_back(log.follower);
    else
        log.follower->end();
    return log;
}

void BackgroundProcess::readUntilExit()
{
    const OutputLines::Sink keep = [this](std::string_view stream, std::string line) {
        addLine(stream, std::move(line));
    };
    while (!m_child->hasExited()) {
        std::array<pollfd, 3> waiting{
            pollfd{m_out.pollFd(), POLLIN, 0}, pollfd{m_err.pollFd(), POLLIN, 0},
            pollfd{m_child->exitEvent(), POLLIN, 0}};
        ::poll(waiting.data(), waiting.size(), -1);
        if (waiting[0].revents != 0)
            m_out.readOnce(keep);
        if (waiting[1].revents != 0)
            m_err.readOnce(keep);
    }
    // The shell's end is the end of the log, even if something that it started still holds the pipes.
    m_out.readRest(keep);
    m_err.readRest(keep);
    end();
}

void BackgroundProcess::addLine(std::string_view stream, std::string text)
{
    m_log.add(stream, text);
    const auto line =
        std::make_shared<const LogLine>(LogLine{std::chrono::system_clock::now(), stream, std::move(text)});
    const std::lock_guard lock(m_mutex);
    (stream == "stdout" ? m_outHistory : m_errHistory).add(line);
    m_followers.remove_if([&line](const std::weak_ptr<LogFollower> &weak) {
        const std::shared_ptr<LogFollower> follower = weak.lock();
        if (follower)
            follower->add(line);
        return !follower;
    });
}

void BackgroundProcess::end()
{
    m_out = OutputLines("stdout", UniqueFd(), lineLimitBytes);
    m_err = OutputLines("stderr", UniqueFd(), lineLimitBytes);
    const ExitStatus exit = m_child->waitForExit();
    const std::lock_guard lock(m_mutex);
    if (exit.signal != 0)
        m_status = ProcessStatus::Killed;
    else
        m_status = exit.code == 0 ? ProcessStatus::Completed : ProcessStatus::Failed;
    for (const std::weak_ptr<LogFollower> &weak : m_followers) {
        if (const std::shared_ptr<LogFollower> follower = weak.lock())
            follower->end();
    }
    m_followers.clear();
}

Processes::StartResult Processes::startUnlisted(SpawnRequest request)
{
    std::optional<Pipe> out = makePipe();
    std::optional<Pipe> err = makePipe();
    if (!out || !err)
        return {nullptr, "failed to create stdout pipe: pipe2: " + errnoText(errno)};
    request.stdoutFd = out->writeEnd.get();
    request.stderrFd = err->writeEnd.get();
    SpawnResult spawned = m_children.spawn(request);
    if (!spawned.child)
        return {nullptr, "failed to start command: " + spawned.error};
    auto process = std::make_shared<BackgroundProcess>(
        makeUuid(), request.arguments.back(), std::move(spawned.child), std::move(out->readEnd),
        std::move(err->readEnd), m_log);
    return {std::move(process), {}};
}

Processes::StartResult Processes::start(SpawnRequest request)
{
    StartResult result = startUnlisted(std::move(request));
    if (result.process) {
        const std::lock_guard lock(m_mutex);
        m_processes.emplace(result.process->id(), result.process);
    }
    return result;
}

std::vector<std::shared_ptr<BackgroundProcess>> Processes::all() const
{
    const std::lock_guard lock(m_mutex);
    std::vector<std::shared_ptr<BackgroundProcess>> processes;
    for (const auto &[id, process] : m_processes)
        processes.push_back(process);
    return processes;
}

std::shared_ptr<BackgroundProcess> Processes::find(const std::string &id) const
{
    const std::lock_guard lock(m_mutex);
    const auto found = m_processes.find(id);
    return found == m_processes.end() ? nullptr : found->second;
}

std::string Processes::kill(const std::string &id)
{
    const std::shared_ptr<BackgroundProcess> process = find(id);
    if (!process)
        return "process not found: " + id;
    const ProcessStatus status = process->status();
    if (status != ProcessStatus::Running)
        return "process is not running (status: " + std::string(toString(status)) + ')';
    if (!m_children.signal(process->child(), SIGKILL))
        return "os: process already finished";
    return {};
}

} // namespace Koyeb::Local
