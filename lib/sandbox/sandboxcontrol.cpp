// SPDX-License-Identifier: Apache-2.0
#include "sandbox/sandboxcontrol.h"

#include "api/outcome.h"
#include "api/statuses.h"
#include "sandbox/definition.h"
#include "sandbox/sandboxdeletion.h"
#include "sandbox/sandboxreadiness.h"

#include <algorithm>

namespace Koyeb {

using namespace Qt::Literals::StringLiterals;

namespace {

using namespace std::chrono_literals;

constexpr auto wakeUpTimeout = 30s;
constexpr PollInterval growingInterval{250ms, 2000ms};

[[nodiscard]] std::optional<TcpProxyAddress> addressIn(const Deployment &deployment)
{
    for (const auto &proxy : deployment.proxyPorts) {
        const bool isComplete = !proxy.host.isEmpty() && proxy.publicPort > 0 && proxy.publicPort <= 65'535;
        if (proxy.port == exposedSandboxPort && isComplete) {
            return TcpProxyAddress{proxy.host, static_cast<quint16>(proxy.publicPort)};
        }
    }
    return {};
}

} // namespace

SandboxControl::SandboxControl(ApiClient &api, Clock &clock, const QString &id)
    : m_api(api), m_clock(clock), m_id(id)
{
}

QCoro::Task<Result<SandboxAccess>> SandboxControl::access(std::stop_token stop)
{
    return resolveSandbox(m_api, m_id, std::move(stop));
}

QCoro::Task<Result<SandboxAccess>> SandboxControl::waitUntilReady(
    std::chrono::milliseconds timeout, std::stop_token stop, std::chrono::milliseconds pollInterval)
{
    SandboxReadiness readiness(m_api, m_clock, m_id);
    readiness.setPollInterval(pollInterval);
    const SandboxReadiness::Observer nobody;
    co_return co_await readiness.wait(timeout, nobody, std::move(stop));
}

QCoro::Task<Result<bool>> SandboxControl::isHealthy(std::stop_token stop)
{
    const auto found = co_await access(stop);
    if (!found) {
        if (found.error().kind == ErrorKind::Conflict) {
            co_return false; // Not all of it is known yet.
        }
        co_return failure(found.error());
    }
    if (!isReachable(found->deploymentStatus)) {
        co_return false;
    }
    ExecutorClient executor(m_clock, found->executor);
    const auto health = co_await executor.health(wakeUpTimeout, std::move(stop));
    if (!health && health.error().isCancelled()) {
        co_return failure(health.error());
    }
    co_return health.has_value();
}

QCoro::Task<Result<void>> SandboxControl::wake(std::chrono::milliseconds timeout, std::stop_token stop)
{
    const auto end = m_clock.now() + timeout;
    const auto found = co_await access(stop);
    if (!found) {
        co_return failure(found.error());
    }
    ExecutorClient executor(m_clock, found->executor);
    auto interval = growingInterval;
    for (;;) {
        const auto health = co_await executor.health(wakeUpTimeout, stop);
        if (health) {
            co_return Result<void>();
        }
        if (!mayPass(health.error())) {
            co_return failure(health.error());
        }
        const auto pause = interval.next();
        if (m_clock.now() + pause > end) {
            co_return failure(ErrorKind::Timeout, u"The sandbox did not answer in time."_s);
        }
        const bool waited = co_await m_clock.sleepFor(pause, stop);
        if (!waited) {
            co_return failure(Error::cancelled());
        }
    }
}

QCoro::Task<Result<Deployment>> SandboxControl::currentDeployment(std::stop_token stop)
{
    const auto service = co_await m_api.service(m_id, Priority::Foreground, stop);
    if (!service) {
        co_return failure(service.error());
    }
    const QString id =
        service->activeDeploymentId.isEmpty() ? service->latestDeploymentId : service->activeDeploymentId;
    if (id.isEmpty()) {
        co_return failure(ErrorKind::Conflict, u"The sandbox has not been deployed yet."_s);
    }
    co_return co_await m_api.deployment(id, Priority::Foreground, std::move(stop));
}

QCoro::Task<Result<std::optional<TcpProxyAddress>>> SandboxControl::tcpProxy(std::stop_token stop)
{
    const auto deployment = co_await currentDeployment(std::move(stop));
    if (!deployment) {
        co_return failure(deployment.error());
    }
    co_return addressIn(*deployment);
}

QCoro::Task<Result<TcpProxyAddress>> SandboxControl::waitForTcpProxy(
    std::chrono::milliseconds timeout, std::stop_token stop, std::chrono::milliseconds pollInterval)
{
    const auto end = m_clock.now() + timeout;
    auto interval = growingInterval.orFixed(pollInterval);
    for (;;) {
        const auto deployment = co_await currentDeployment(stop);
        if (deployment) {
            if (const auto address = addressIn(*deployment)) {
                co_return *address;
            }
            if (deployment->definition.proxyPorts.isEmpty()) {
                co_return failure(ErrorKind::Unsupported, u"The sandbox was made without a TCP proxy."_s);
            }
            if (isFinal(deployment->status)) {
                co_return failure(finalState(*deployment));
            }
        } else if (!mayPass(deployment.error()) && deployment.error().kind != ErrorKind::Conflict) {
            co_return failure(deployment.error());
        }
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - m_clock.now());
        if (left <= 0ms) {
            co_return failure(ErrorKind::Timeout, u"The sandbox has no TCP proxy yet."_s);
        }
        const bool waited = co_await m_clock.sleepFor(std::min(interval.next(), left), stop);
        if (!waited) {
            co_return failure(Error::cancelled());
        }
    }
}

QCoro::Task<Result<QString>> SandboxControl::domain(std::stop_token stop)
{
    const auto service = co_await m_api.service(m_id, Priority::Foreground, stop);
    if (!service) {
        co_return failure(service.error());
    }
    const auto app = co_await m_api.app(service->appId, std::move(stop));
    if (!app) {
        co_return failure(app.error());
    }
    co_return domainOf(*app);
}

QCoro::Task<Result<ServiceLifeCycle>> SandboxControl::updateLifeCycle(
    LifeCycleChange change, std::stop_token stop)
{
    // Both members are sent, for it is not known whether the server keeps one that is missing.
    const auto service = co_await m_api.service(m_id, Priority::Foreground, stop);
    if (!service) {
        co_return failure(service.error());
    }
    ServiceLifeCycle lifeCycle = service->lifeCycle;
    if (change.deleteAfterDelay) {
        lifeCycle.deleteAfterCreateSeconds = change.deleteAfterDelay->count();
    }
    if (change.deleteAfterInactivity) {
        lifeCycle.deleteAfterSleepSeconds = change.deleteAfterInactivity->count();
    }
    const auto updated = co_await m_api.updateServiceLifeCycle(m_id, lifeCycle, std::move(stop));
    if (!updated) {
        co_return failure(updated.error());
    }
    co_return updated->lifeCycle;
}

QCoro::Task<Result<void>> SandboxControl::remove(std::stop_token stop)
{
    const auto plan = co_await planDeletion(m_api, m_id, stop);
    if (!plan) {
        const bool isGone = plan.error().kind == ErrorKind::NotFound;
        co_return isGone ? Result<void>() : failure(plan.error());
    }
    co_return co_await deleteSandbox(m_api, m_clock, *plan, std::move(stop));
}

} // namespace Koyeb
