// SPDX-License-Identifier: GPL-3.0-or-later
#include "ports/portexposure.h"

using namespace std::chrono_literals;

namespace Koyeb::Desktop {

namespace {

// A sandbox that wakes and a server that starts may both need a while.
constexpr auto answerTimeout = 30s;

} // namespace

PortExposure::PortExposure(QObject *parent) : QObject(parent) {}

PortExposure::~PortExposure() = default;

void PortExposure::setSandbox(std::shared_ptr<Sandbox> sandbox)
{
    m_scope.restart();
    m_sandbox = std::move(sandbox);
    enter(State::Idle);
}

quint16 PortExposure::exposedPort() const
{
    return m_sandbox ? m_sandbox->ports().exposedPort() : 0;
}

QUrl PortExposure::publicUrl() const
{
    return m_sandbox ? m_sandbox->access().publicUrl : QUrl();
}

void PortExposure::open(quint16 port)
{
    if (m_sandbox) {
        m_scope.restart();
        enter(State::Exposing, port);
        runOpen(m_sandbox, port, m_scope.token());
    }
}

void PortExposure::unexpose()
{
    if (m_sandbox) {
        m_scope.restart();
        enter(State::Unexposing, exposedPort());
        runUnexpose(m_sandbox, m_scope.token());
    }
}

void PortExposure::cancel()
{
    m_scope.restart();
    enter(State::Idle);
}

void PortExposure::enter(State state, quint16 port)
{
    m_state = state;
    m_pendingPort = port;
    Q_EMIT stateChanged(state);
}

void PortExposure::fail(const Error &error)
{
    const State during = m_state;
    const quint16 port = m_pendingPort;
    enter(State::Idle);
    Q_EMIT failed(port, during, error);
}

QCoro::Task<> PortExposure::runOpen(std::shared_ptr<Sandbox> sandbox, quint16 port, std::stop_token stop)
{
    const auto url = co_await sandbox->ports().expose(port, stop);
    if (stop.stop_requested()) {
        co_return;
    }
    if (!url) {
        fail(url.error());
        co_return;
    }
    enter(State::WaitingForAnswer, port);
    const auto answers = co_await sandbox->ports().waitUntilAnswering(answerTimeout, stop);
    if (stop.stop_requested()) {
        co_return;
    }
    if (!answers) {
        fail(answers.error());
        co_return;
    }
    enter(State::Idle);
    Q_EMIT answering(port, *url);
}

QCoro::Task<> PortExposure::runUnexpose(std::shared_ptr<Sandbox> sandbox, std::stop_token stop)
{
    const auto result = co_await sandbox->ports().unexpose(stop);
    if (stop.stop_requested()) {
        co_return;
    }
    if (result) {
        enter(State::Idle);
    } else {
        fail(result.error());
    }
}

} // namespace Koyeb::Desktop
