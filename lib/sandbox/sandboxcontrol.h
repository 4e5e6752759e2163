// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/apiclient.h"
#include "core/clock.h"
#include "sandbox/sandbox.h"

#include <optional>

namespace Koyeb {

/// Where the exposed port is reached by plain TCP.
struct TcpProxyAddress {
    QString host;     ///< Name or address.
    quint16 port = 0; ///< 1 to 65535
    friend bool operator==(const TcpProxyAddress &, const TcpProxyAddress &) = default;
};

/// What of a sandbox's life cycle changes; what is unset stays as it is.
struct LifeCycleChange {
    std::optional<std::chrono::seconds> deleteAfterDelay;      ///< From the sandbox's creation; 0 is never.
    std::optional<std::chrono::seconds> deleteAfterInactivity; ///< From falling asleep; 0 is never.
};

/// One sandbox as the control plane sees it: all that can be asked and done without a connection to it.
/// Nothing is remembered between two calls, so that what others change counts at once.
class SandboxControl {
public:
    /// For the calls that wait.
    static constexpr std::chrono::seconds defaultWait{60};

    /// `id` is the service's. `api` and `clock` outlive this object, which outlives its calls.
    SandboxControl(ApiClient &api, Clock &clock, const QString &id);

    /// The service's.
    [[nodiscard]] const QString &id() const { return m_id; }

    /// How to reach it, for Sandbox; see resolveSandbox().
    QCoro::Task<Result<SandboxAccess>> access(std::stop_token stop);
    /// See SandboxReadiness, also for the pauses between two looks.
    QCoro::Task<Result<SandboxAccess>> waitUntilReady(
        std::chrono::milliseconds timeout, std::stop_token stop,
        std::chrono::milliseconds pollInterval = std::chrono::milliseconds(0));
    /// Whether its executor answers now. A sandbox that sleeps is woken by the question, and healthy when it
    /// answers within 30 seconds. Fails when the question could not be put to the control plane.
    QCoro::Task<Result<bool>> isHealthy(std::stop_token stop);
    /// Wakes it from sleep: asks its executor until that answers. What may pass on the way up, such as a
    /// gateway's 502, is waited out; Timeout when it did not answer in time, any other failure at once.
    QCoro::Task<Result<void>> wake(std::chrono::milliseconds timeout, std::stop_token stop);

    /// Nothing while the sandbox has no proxy, or none yet: it comes some time after the sandbox is healthy.
    QCoro::Task<Result<std::optional<TcpProxyAddress>>> tcpProxy(std::stop_token stop);
    /// Unsupported when the sandbox was made without a proxy; Rejected when its deployment came to a final
    /// state; Timeout when the proxy was not there in time. Pauses so long between two looks; with 0 at first
    /// a quarter of a second, in the end two.
    QCoro::Task<Result<TcpProxyAddress>> waitForTcpProxy(
        std::chrono::milliseconds timeout, std::stop_token stop,
        std::chrono::milliseconds pollInterval = std::chrono::milliseconds(0));
    /// See domainOf().
    QCoro::Task<Result<QString>> domain(std::stop_token stop);

    /// Gives what is set now. No new deployment comes of it.
    QCoro::Task<Result<ServiceLifeCycle>> updateLifeCycle(LifeCycleChange change, std::stop_token stop);
    /// Deletes the sandbox, and its app when it held nothing else; see deleteSandbox(). Success also when
    /// there is no such sandbox any more.
    QCoro::Task<Result<void>> remove(std::stop_token stop);

private:
    QCoro::Task<Result<Deployment>> currentDeployment(std::stop_token stop);

    ApiClient &m_api;
    Clock &m_clock;
    QString m_id;
};

} // namespace Koyeb
