// SPDX-License-Identifier: Apache-2.0
#include "sandbox/ports.h"

namespace Koyeb {

namespace {

using namespace Qt::Literals::StringLiterals;
using namespace std::chrono_literals;

bool isAnswer(const Result<HttpReply> &reply)
{
    if (reply) {
        return true;
    }
    const int status = reply.error().httpStatus;
    return status != 0 && status != 502 && status != 503 && status != 504;
}

} // namespace

Ports::Ports(SandboxShell &shell, const QUrl &publicUrl)
    : m_shell(shell), m_http(shell.executor().clock()), m_publicUrl(publicUrl)
{
    RetryPolicy once;
    once.maximumAttempts = 1;
    m_http.setRetryPolicy(once);
    m_http.setNetwork(shell.executor().network());
}

QCoro::Task<Result<QList<ListeningPort>>> Ports::listening(std::stop_token stop)
{
    const auto boundary = randomDigits();
    const auto script = portsScript(boundary);
    const auto output = co_await m_shell.run(script, Repeatable::Safely, std::move(stop));
    if (!output) {
        co_return failure(output.error());
    }
    auto ports = parsePorts(*output, boundary);
    if (!ports) {
        co_return failure(ports.error());
    }
    const auto isExecutor = [](const ListeningPort &port) {
        return port.port == 3030 || port.port == 3031;
    };
    ports->removeIf(isExecutor);
    co_return ports;
}

QCoro::Task<Result<QUrl>> Ports::expose(quint16 port, std::stop_token stop)
{
    if (port == 0) {
        co_return failure(ErrorKind::Invalid, u"0 is no port."_s);
    }
    const auto unbound = co_await m_shell.executor().unbindPort(stop);
    if (!unbound) {
        co_return failure(unbound.error());
    }
    m_exposedPort = 0;
    const auto bound = co_await m_shell.executor().bindPort(port, std::move(stop));
    if (!bound) {
        co_return failure(bound.error());
    }
    m_exposedPort = port;
    // A copy: QCoro 0.8 moves from what is returned when it converts, be it a member.
    co_return Result<QUrl>(m_publicUrl);
}

QCoro::Task<Result<void>> Ports::unexpose(std::stop_token stop)
{
    const auto unbound = co_await m_shell.executor().unbindPort(std::move(stop));
    if (!unbound) {
        co_return failure(unbound.error());
    }
    m_exposedPort = 0;
    co_return Result<void>();
}

QCoro::Task<Result<void>> Ports::waitUntilAnswering(std::chrono::milliseconds timeout, std::stop_token stop)
{
    constexpr auto attemptTimeout = 10s;
    auto &clock = m_http.clock();
    const auto deadline = clock.now() + timeout;
    std::chrono::milliseconds pause = 100ms;
    for (;;) {
        HttpRequest request;
        request.url = m_publicUrl;
        request.repeatable = Repeatable::Safely;
        request.timeouts.total = attemptTimeout;
        const auto reply = co_await m_http.send(std::move(request), stop);
        if (isAnswer(reply)) {
            co_return Result<void>();
        }
        if (reply.error().isCancelled()) {
            co_return failure(reply.error());
        }
        if (clock.now() + pause >= deadline) {
            co_return failure(ErrorKind::Timeout, u"Nothing answers yet at the exposed port's address."_s);
        }
        const bool waited = co_await clock.sleepFor(pause, stop);
        if (!waited) {
            co_return failure(Error::cancelled());
        }
        pause = std::min(pause * 2, std::chrono::milliseconds(1s));
    }
}

} // namespace Koyeb
