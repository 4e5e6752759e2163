// SPDX-License-Identifier: GPL-3.0-or-later
#include "ports/portmonitor.h"

#include "core/deadline.h"

#include <utility>

using namespace std::chrono_literals;

namespace Koyeb::Desktop {

namespace {

constexpr auto pollInterval = 2s;

} // namespace

PortMonitor::PortMonitor(QObject *parent) : QObject(parent)
{
    m_pause.setSingleShot(true);
    m_pause.setInterval(pollInterval);
    connect(&m_pause, &QTimer::timeout, this, &PortMonitor::ask);
}

PortMonitor::~PortMonitor() = default;

void PortMonitor::setSandbox(std::shared_ptr<Sandbox> sandbox)
{
    m_sandbox = std::move(sandbox);
    m_isFailing = false;
    ask();
}

void PortMonitor::start()
{
    m_isActive = true;
    m_isFailing = false;
    ask();
}

void PortMonitor::stop()
{
    m_isActive = false;
    m_pause.stop();
    m_scope.restart();
}

void PortMonitor::ask()
{
    m_pause.stop();
    m_scope.restart();
    if (m_sandbox && m_isActive) {
        list(m_sandbox, m_scope.token());
    }
}

QCoro::Task<> PortMonitor::list(std::shared_ptr<Sandbox> sandbox, std::stop_token stop)
{
    const Deadline deadline(sandbox->executor().clock(), m_answerTimeout, stop);
    const auto answer = co_await sandbox->ports().listening(deadline.token());
    const auto ports = deadline.judged(answer);
    if (stop.stop_requested()) {
        co_return;
    }
    m_pause.start();
    const bool wasFailing = std::exchange(m_isFailing, !ports.has_value());
    if (ports) {
        Q_EMIT listed(*ports);
    } else if (!wasFailing) {
        Q_EMIT failed(ports.error());
    }
}

} // namespace Koyeb::Desktop
