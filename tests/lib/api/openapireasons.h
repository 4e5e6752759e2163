// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QList>
#include <QString>

namespace Koyeb::Test {

/// Definitions of the API's document that no value type of the library stands for, and why.
struct Unneeded {
    QString pattern; ///< A regular expression for whole names.
    QString reason;
};

inline QList<Unneeded> unneededDefinitions()
{
    using namespace Qt::Literals::StringLiterals;
    const auto envelope = u"holds values that have rows of their own, or nothing"_s;
    const auto volumes = u"of volumes and snapshots, which sandboxes do not have"_s;
    const auto sources = u"of services that are built or are databases, which sandboxes are not"_s;
    const auto regional = u"what becomes of a deployment in one region; the deployment sums it up"_s;
    return {
        {u"(Cancel|Create|Delete|Get|Pause|Redeploy|Refresh|Resume|Reveal|Update)[A-Za-z]*Reply"_s, envelope},
        {u"List(?!Datacenters|Usage)[A-Za-z]*Reply"_s, envelope},
        {u"(LoginReply|UserReply|ActivityList)"_s, envelope},
        {u"(Error|ErrorField|ErrorWithFields|google\\..*)"_s,
         u"what went wrong; read by errorFromReply(), which test_httpclient compares with the contract"_s},
        {u"ExecCommand.*"_s, u"frames of the exec channel; compared with the contract by test_execchannel"_s},
        {u"(ksearch\\..*|Autocomplete.*)"_s, u"of the web site's search"_s},
        {u"Notification.*"_s, u"of the web site's notifications"_s},
        {u"(CreatePersistentVolume|CreateSnapshot)Request|PersistentVolume(Event)?|Snapshot"_s, volumes},
        {u"(Archive|AutoRelease|Buildpack|Database|DeploymentDatabase|DeploymentNeon|DesiredDeployment|Docker"
         "Builder|Git|Neon|TriggerGit).*"_s,
         sources},
        {u"DeploymentProvisioningInfo\\.Stage\\.BuildAttempt.*"_s, sources},
        {u"RegionalDeployment.*"_s, regional},
        {u"(Env|Port|Route|Scaling)"_s, u"of definitions before they were those of deployments"_s},
        {u"Domain(\\.LoadBalancer.*|LoadBalancerQuotas)"_s,
         u"says which load balancer serves it, which changes nothing here"_s},
        {u"(ManualServiceScaling|GetDeploymentScalingReplyItem)"_s,
         u"how many instances there are, which is one for a sandbox"_s},
        {u"(OrganizationMember|PublicOrganization|PublicUser|Token)"_s,
         u"people of an organization, and the web site's sessions"_s},
        {u"(UpdateApp|UpdateDomain)"_s, u"renaming apps and moving domains is not offered"_s},
        {u"RedeployRequest\\.Info"_s, u"how a service is built anew, which a sandbox never is"_s},
        {u"ServiceState"_s, u"repeats what the service itself says"_s},
        {u"List(Datacenters|Usage)Reply"_s, u"of invoices and of the network's map"_s},
    };
}

} // namespace Koyeb::Test
