// SPDX-License-Identifier: Apache-2.0
#include "sandbox/sandboxreadiness.h"

#include "api/outcome.h"
#include "api/statuses.h"
#include "core/redaction.h"

#include <algorithm>

namespace Koyeb {

using namespace Qt::Literals::StringLiterals;

namespace {

using namespace std::chrono_literals;

constexpr PollInterval growingInterval{250ms, 1000ms};
constexpr auto healthTimeout = 5s;

} // namespace

bool isReachable(DeploymentStatus status)
{
    return status == DeploymentStatus::Healthy || status == DeploymentStatus::Degraded ||
           status == DeploymentStatus::Sleeping;
}

Error finalState(const Deployment &deployment)
{
    const QString messages = redact(deployment.messages.join(u' '));
    return Error::of(
        ErrorKind::Rejected,
        messages.isEmpty() ? u"The deployment ended as %1."_s.arg(statusName(deployment.status)) : messages);
}

SandboxReadiness::SandboxReadiness(ApiClient &api, Clock &clock, const QString &serviceId)
    : m_api(api), m_clock(clock), m_serviceId(serviceId)
{
}

SandboxReadiness::~SandboxReadiness() = default;

QCoro::Task<Result<SandboxAccess>> SandboxReadiness::wait(
    std::chrono::milliseconds timeout, Observer observer, std::stop_token stop)
{
    m_observer = std::move(observer);
    const std::stop_source ending;
    const auto end = [ending] {
        // A copy on the stack: what resumes may destroy this function.
        std::stop_source source = ending;
        source.request_stop();
    };
    const std::stop_callback onStop(stop, end);
    const auto deadline = m_clock.schedule(timeout, end);
    auto access = co_await waitWithoutEnd(ending.get_token());
    const bool isTooLate = !access && access.error().isCancelled() && !stop.stop_requested();
    if (isTooLate) {
        const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(timeout).count();
        co_return failure(
            ErrorKind::Timeout,
            u"The sandbox was not ready after %1 seconds; its deployment is %2."_s.arg(seconds).arg(
                statusName(m_status)));
    }
    co_return access;
}

QCoro::Task<Result<SandboxAccess>> SandboxReadiness::waitWithoutEnd(std::stop_token stop)
{
    auto interval = growingInterval.orFixed(m_pollInterval);
    while (!stop.stop_requested()) {
        const auto deployment = co_await readDeployment(stop);
        if (stop.stop_requested()) {
            break;
        }
        if (!deployment) {
            co_return failure(deployment.error());
        }
        if (*deployment) {
            const bool answersMaybe = Koyeb::isReachable((*deployment)->status);
            tell((*deployment)->status, answersMaybe);
            if (stop.stop_requested()) {
                break; // Whoever was told has ended this object.
            }
            if (answersMaybe) {
                const auto answers = co_await tryExecutor(stop);
                if (stop.stop_requested()) {
                    break;
                }
                if (!answers) {
                    co_return failure(answers.error());
                }
                if (*answers) {
                    co_return Result<SandboxAccess>(*m_access);
                }
            }
        }
        co_await m_clock.sleepFor(interval.next(), stop);
    }
    co_return failure(Error::cancelled());
}

/// The deployment that counts now; nothing while it cannot be told. Fails when no waiting will help.
QCoro::Task<Result<std::optional<Deployment>>> SandboxReadiness::readDeployment(std::stop_token stop)
{
    const std::optional<Deployment> notYet;
    if (m_deploymentId.isEmpty()) {
        const auto next = co_await nextDeploymentId(stop);
        if (!next) {
            if (mayPass(next.error())) {
                co_return notYet;
            }
            co_return failure(next.error());
        }
        if (next->isEmpty()) {
            co_return notYet;
        }
        follow(*next);
    }
    const auto deployment = co_await m_api.deployment(m_deploymentId, Priority::Foreground, stop);
    if (!deployment) {
        if (deployment.error().kind == ErrorKind::NotFound && !stop.stop_requested()) {
            m_deploymentId.clear(); // Look again for what the service runs.
            co_return notYet;
        }
        if (mayPass(deployment.error())) {
            co_return notYet;
        }
        co_return failure(deployment.error());
    }
    if (!isFinal(deployment->status)) {
        co_return *deployment;
    }
    // It may be over because somebody changed the service: then another deployment has taken its place.
    m_finishedDeployments.append(deployment->id);
    const auto next = co_await nextDeploymentId(stop);
    if (!next) {
        co_return failure(next.error().isCancelled() ? next.error() : finalState(*deployment));
    }
    if (next->isEmpty()) {
        co_return failure(finalState(*deployment));
    }
    follow(*next);
    co_return notYet;
}

/// The id of the deployment that the service runs or will, not counting those that are over; empty when there
/// is none.
QCoro::Task<Result<QString>> SandboxReadiness::nextDeploymentId(std::stop_token stop)
{
    const auto service = co_await m_api.service(m_serviceId, Priority::Foreground, stop);
    if (!service) {
        co_return failure(service.error());
    }
    if (service->status == ServiceStatus::Deleting || service->status == ServiceStatus::Deleted) {
        co_return failure(ErrorKind::NotFound, u"The sandbox was deleted meanwhile."_s);
    }
    for (const auto &id : {service->activeDeploymentId, service->latestDeploymentId}) {
        if (!id.isEmpty() && !m_finishedDeployments.contains(id)) {
            co_return id;
        }
    }
    co_return QString();
}

/// Whether the executor answers. Also wakes it.
QCoro::Task<Result<bool>> SandboxReadiness::tryExecutor(std::stop_token stop)
{
    if (!m_executor) {
        const auto access = co_await resolveSandbox(m_api, m_serviceId, stop);
        if (!access) {
            // Conflict: not all of it is known yet.
            if (mayPass(access.error()) || access.error().kind == ErrorKind::Conflict) {
                co_return false;
            }
            co_return failure(access.error());
        }
        m_access = *access;
        m_executor = std::make_unique<ExecutorClient>(m_clock, access->executor);
    }
    const auto health = co_await m_executor->health(healthTimeout, stop);
    co_return health.has_value();
}

void SandboxReadiness::follow(const QString &deploymentId)
{
    m_deploymentId = deploymentId;
    m_access.reset();
    m_executor.reset();
}

void SandboxReadiness::tell(DeploymentStatus status, bool isReachable)
{
    if (m_status == status && m_isReachable == isReachable) {
        return;
    }
    m_status = status;
    m_isReachable = isReachable;
    if (m_observer) {
        const Observer observer = m_observer; // It may destroy this object.
        observer(status, isReachable);
    }
}

} // namespace Koyeb
