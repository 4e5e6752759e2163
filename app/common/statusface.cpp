// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/statusface.h"

#include "api/statuses.h"

#include <QCoreApplication>

namespace Koyeb::Desktop {

namespace {

using namespace Qt::Literals::StringLiterals;

class StatusTexts {
    Q_DECLARE_TR_FUNCTIONS(Koyeb::Desktop::StatusTexts)

public:
    static StatusFace service(ServiceStatus status);
    static StatusFace deployment(DeploymentStatus status);
    static StatusFace creating();
    static StatusFace waking();

private:
    static StatusFace deploymentOnItsWay(DeploymentStatus status);
    static StatusFace deploymentAtItsEnd(DeploymentStatus status);
    static StatusFace asleep();
    static StatusFace healthy();
    static StatusFace unknown();
};

StatusFace moving(const QString &word, const QString &sentence)
{
    return {word, sentence, Tone::Moving, u"status-moving"_s};
}

StatusFace StatusTexts::asleep()
{
    return {
        tr("Asleep"), tr("The sandbox sleeps and wakes up with the next request."), Tone::Resting,
        u"status-asleep"_s};
}

StatusFace StatusTexts::healthy()
{
    return {tr("Healthy"), tr("The sandbox is running."), Tone::Good, u"status-good"_s};
}

StatusFace StatusTexts::unknown()
{
    return {
        tr("Unknown"), tr("The server named a status that this version does not know."), Tone::Muted,
        u"status-unknown"_s};
}

StatusFace StatusTexts::creating()
{
    return moving(tr("Creating"), tr("The sandbox is being created."));
}

StatusFace StatusTexts::waking()
{
    return moving(tr("Waking"), tr("The sandbox is waking up."));
}

StatusFace StatusTexts::service(ServiceStatus status)
{
    switch (status) {
    case ServiceStatus::Unknown:
        return unknown();
    case ServiceStatus::Starting:
        return moving(tr("Starting"), tr("The sandbox is starting."));
    case ServiceStatus::Healthy:
        return healthy();
    case ServiceStatus::Degraded:
        return {
            tr("Degraded"), tr("The latest change failed; what ran before it still runs."), Tone::Warning,
            u"status-warning"_s};
    case ServiceStatus::Unhealthy:
        return {tr("Unhealthy"), tr("The sandbox does not run."), Tone::Bad, u"status-bad"_s};
    case ServiceStatus::Pausing:
        return moving(tr("Pausing"), tr("The sandbox is being paused."));
    case ServiceStatus::Paused:
        return {tr("Paused"), tr("The sandbox was switched off."), Tone::Resting, u"status-paused"_s};
    case ServiceStatus::Resuming:
        return moving(tr("Resuming"), tr("The sandbox is being switched on again."));
    case ServiceStatus::Deleting:
        return {tr("Being deleted"), tr("The sandbox is going away."), Tone::Muted, u"status-ending"_s};
    case ServiceStatus::Deleted:
        return {tr("Deleted"), tr("The sandbox is gone."), Tone::Muted, u"status-ending"_s};
    }
    return unknown();
}

StatusFace StatusTexts::deploymentOnItsWay(DeploymentStatus status)
{
    switch (status) {
    case DeploymentStatus::Pending:
        return moving(tr("Pending"), tr("The deployment waits for its turn."));
    case DeploymentStatus::Provisioning:
        return moving(tr("Provisioning"), tr("What the deployment needs is being prepared."));
    case DeploymentStatus::Scheduled:
        return moving(tr("Scheduled"), tr("A place for the deployment was found."));
    case DeploymentStatus::Allocating:
        return moving(tr("Allocating"), tr("The machine is being set up."));
    case DeploymentStatus::Starting:
        return moving(tr("Starting"), tr("The image was fetched and is starting."));
    case DeploymentStatus::Canceling:
        return moving(tr("Cancelling"), tr("The deployment is being called off."));
    case DeploymentStatus::Stopping:
        return moving(tr("Stopping"), tr("The deployment is being stopped."));
    case DeploymentStatus::Erroring:
        return {tr("Failing"), tr("The deployment is failing."), Tone::Bad, u"status-bad"_s};
    default:
        return unknown();
    }
}

StatusFace StatusTexts::deploymentAtItsEnd(DeploymentStatus status)
{
    switch (status) {
    case DeploymentStatus::Healthy:
        return healthy();
    case DeploymentStatus::Sleeping:
        return asleep();
    case DeploymentStatus::Degraded:
        return {
            tr("Degraded"), tr("Part of the deployment does not run."), Tone::Warning, u"status-warning"_s};
    case DeploymentStatus::Unhealthy:
        return {tr("Unhealthy"), tr("The deployment does not run."), Tone::Bad, u"status-bad"_s};
    case DeploymentStatus::Error:
        return {tr("Failed"), tr("The deployment failed."), Tone::Bad, u"status-bad"_s};
    case DeploymentStatus::Canceled:
        return {tr("Cancelled"), tr("The deployment was called off."), Tone::Muted, u"status-ending"_s};
    case DeploymentStatus::Stopped:
        return {tr("Stopped"), tr("The deployment was stopped."), Tone::Resting, u"status-paused"_s};
    case DeploymentStatus::Stashed:
        return {tr("Saved"), tr("The change was saved and not deployed."), Tone::Muted, u"status-unknown"_s};
    default:
        return unknown();
    }
}

StatusFace StatusTexts::deployment(DeploymentStatus status)
{
    return isTransitional(status) ? deploymentOnItsWay(status) : deploymentAtItsEnd(status);
}

} // namespace

StatusFace statusFace(ServiceStatus status)
{
    return StatusTexts::service(status);
}

StatusFace statusFace(DeploymentStatus status)
{
    return StatusTexts::deployment(status);
}

StatusFace sandboxFace(ServiceStatus service, DeploymentStatus deployment)
{
    const auto sleeps = service == ServiceStatus::Healthy && deployment == DeploymentStatus::Sleeping;
    return sleeps ? statusFace(deployment) : statusFace(service);
}

StatusFace wakingFace()
{
    return StatusTexts::waking();
}

StatusFace creatingFace()
{
    return StatusTexts::creating();
}

} // namespace Koyeb::Desktop
