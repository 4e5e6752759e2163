// SPDX-License-Identifier: Apache-2.0
#include "sandbox/accountsession.h"

#include <QPointer>

#include <tuple>

namespace Koyeb {

namespace {

bool isReachedLike(const SandboxAccess &one, const SandboxAccess &other)
{
    const auto form = [](const SandboxAccess &access) {
        return std::tie(
            access.serviceId, access.deploymentId, access.deploymentStatus, access.executor.baseUrl,
            access.executor.secret, access.executor.routingKey, access.publicUrl);
    };
    return form(one) == form(other);
}

} // namespace

AccountSession::AccountSession(
    Clock &clock, const QUrl &host, const QString &token, NetworkSettings network, QObject *parent)
    : QObject(parent),
      m_clock(clock),
      m_token(token),
      m_requestLog(std::make_shared<RequestLog>(clock)),
      m_limiter(clock, RateLimiter::Rate()),
      m_http(clock, &m_limiter),
      m_api(m_http, host),
      m_store(m_api, clock)
{
    network.log = m_requestLog;
    m_http.setNetwork(network);
    m_http.setDefaultHeaders({
        {"Authorization", "Bearer " + token.toUtf8()},
        {"Accept", "application/json"},
    });
}

AccountSession::~AccountSession() = default;

std::shared_ptr<Sandbox> AccountSession::openSandbox(const SandboxAccess &access)
{
    auto &opened = m_sandboxes[access.serviceId];
    if (auto sandbox = opened.lock(); sandbox && isReachedLike(sandbox->access(), access)) {
        return sandbox;
    }
    auto sandbox = std::make_shared<Sandbox>(m_clock, access);
    sandbox->setExecRoad([session = QPointer<AccountSession>(this)] {
        return std::unique_ptr<ExecChannel>(session ? session->createExecChannel(nullptr) : nullptr);
    });
    opened = sandbox;
    return sandbox;
}

ExecChannel *AccountSession::createExecChannel(QObject *parent)
{
    auto *channel = new ExecChannel(m_clock, m_api.host(), m_token, parent);
    channel->setNetwork(m_http.network());
    return channel;
}

LogTail *AccountSession::createLogTail(QObject *parent)
{
    return new LogTail(m_api.transport(), m_token, parent);
}

} // namespace Koyeb
