// SPDX-License-Identifier: Apache-2.0
#include "sandbox/processfollower.h"

#include <algorithm>

namespace Koyeb {

namespace {

using namespace std::chrono_literals;

// Every look costs the sandbox a few processes, so a silent one is looked at less often.
constexpr auto firstInterval = 200ms;
constexpr auto maximumInterval = 1000ms;

} // namespace

ProcessFollower::ProcessFollower(
    Clock &clock, Processes &processes, const QString &id, const ProcessOutputPosition &from, QObject *parent)
    : QObject(parent), m_clock(clock), m_processes(processes), m_id(id), m_position(from)
{
}

ProcessFollower::~ProcessFollower() = default;

void ProcessFollower::start()
{
    if (!std::exchange(m_started, true)) {
        run(m_scope.token());
    }
}

void ProcessFollower::stop()
{
    m_scope.restart();
}

QCoro::Task<void> ProcessFollower::run(std::stop_token stop)
{
    std::chrono::milliseconds interval = firstInterval;
    for (;;) {
        const auto news = co_await m_processes.read(m_id, m_position, Processes::defaultReadBytes, stop);
        if (stop.stop_requested()) {
            co_return;
        }
        if (!news) {
            Q_EMIT failed(news.error());
            co_return;
        }
        m_position = news->next;
        if (!news->output.isEmpty()) {
            Q_EMIT outputReceived(news->output);
        }
        // Whoever is told may have ended this object.
        if (!stop.stop_requested() && !news->errors.isEmpty()) {
            Q_EMIT errorReceived(news->errors);
        }
        if (stop.stop_requested()) {
            co_return;
        }
        if (news->isComplete()) {
            Q_EMIT ended(news->process);
            co_return;
        }
        const bool hasNews = !news->output.isEmpty() || !news->errors.isEmpty();
        const bool hasMore =
            std::max(news->output.size(), news->errors.size()) >= Processes::defaultReadBytes;
        interval =
            hasNews ? std::chrono::milliseconds(firstInterval) : std::min(interval * 2, maximumInterval);
        if (!hasMore) {
            co_await m_clock.sleepFor(interval, stop);
        }
        if (stop.stop_requested()) {
            co_return;
        }
    }
}

} // namespace Koyeb
