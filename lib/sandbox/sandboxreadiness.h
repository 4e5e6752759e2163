// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/apiclient.h"
#include "core/clock.h"
#include "sandbox/sandbox.h"

#include <algorithm>
#include <chrono>
#include <functional>
#include <memory>
#include <utility>

namespace Koyeb {

/// How long to pause between two looks at something that changes by itself.
struct PollInterval {
    std::chrono::milliseconds first;   ///< Doubled after each look.
    std::chrono::milliseconds maximum; ///< No pause is longer.

    /// `interval` each time, or these where it is 0.
    [[nodiscard]] PollInterval orFixed(std::chrono::milliseconds interval) const
    {
        return interval.count() > 0 ? PollInterval{interval, interval} : *this;
    }
    /// The pause of this look; the next will be longer.
    std::chrono::milliseconds next() { return std::exchange(first, std::min(first * 2, maximum)); }
};

/// Waits until a sandbox can be used: until a deployment of it runs and its executor answers. A sandbox that
/// sleeps is woken; one whose deployments have all come to a final state is given up at once. Which
/// deployment counts is looked up again whenever one is over, since every update of a service makes a new
/// one.
class SandboxReadiness {
public:
    /// Told of every change of what is waited for: the deployment, then its executor (`isReachable`). May
    /// destroy the waiting object if it ends the wait by its stop token.
    using Observer = std::function<void(DeploymentStatus deployment, bool isReachable)>;

    /// `api` and `clock` outlive this object, which outlives its waits.
    SandboxReadiness(ApiClient &api, Clock &clock, const QString &serviceId);
    ~SandboxReadiness();

    /// Before wait(): how long to pause between two looks. 0, unless set, is a pause that grows from a
    /// quarter of a second to a second.
    void setPollInterval(std::chrono::milliseconds interval) { m_pollInterval = interval; }

    /// Once in the life of the object. NotFound when the sandbox is deleted; Rejected, with the deployment's
    /// own messages, when it came to a final state; Timeout when it was not ready in time. What may pass,
    /// such as a lost connection, is waited out.
    QCoro::Task<Result<SandboxAccess>> wait(
        std::chrono::milliseconds timeout, Observer observer, std::stop_token stop);

private:
    QCoro::Task<Result<SandboxAccess>> waitWithoutEnd(std::stop_token stop);
    QCoro::Task<Result<std::optional<Deployment>>> readDeployment(std::stop_token stop);
    QCoro::Task<Result<QString>> nextDeploymentId(std::stop_token stop);
    QCoro::Task<Result<bool>> tryExecutor(std::stop_token stop);
    void follow(const QString &deploymentId);
    void tell(DeploymentStatus status, bool isReachable);

    ApiClient &m_api;
    Clock &m_clock;
    QString m_serviceId;
    Observer m_observer;
    std::chrono::milliseconds m_pollInterval{0};
    DeploymentStatus m_status = DeploymentStatus::Unknown;
    bool m_isReachable = false;
    QString m_deploymentId;
    QStringList m_finishedDeployments;
    std::optional<SandboxAccess> m_access;
    std::unique_ptr<ExecutorClient> m_executor;
};

/// Whether the executor of a sandbox in this state answers, or wakes up to.
[[nodiscard]] bool isReachable(DeploymentStatus status);

/// The error that a deployment's final state is: Rejected, with its own messages.
[[nodiscard]] Error finalState(const Deployment &deployment);

} // namespace Koyeb
