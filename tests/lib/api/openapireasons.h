// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QList>
#include <QString>

namespace Koyeb::Test {

/// What the API's document has and the library does without, and why.
struct Unneeded {
    QString pattern; ///< A regular expression for whole names.
    QString reason;
};

/// Definitions that no value type stands for.

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
        {u"UpdateDomain"_s, u"DomainsApi sends its members one at a time; see test_openapirequests"_s},
        {u"ServiceState"_s, u"repeats what the service itself says"_s},
        {u"List(Datacenters|Usage)Reply"_s, u"of invoices and of the network's map"_s},
    };
}

/// Operations, as `GET /v1/apps`, that no call makes.
inline QList<Unneeded> unneededOperations()
{
    using namespace Qt::Literals::StringLiterals;
    return {
        {u"PUT /v1/(apps|projects|secrets)/\\{id\\}"_s,
         u"PATCH does it, and leaves alone what is not named"_s},
        {u"POST /v1/organizations/\\{id\\}/switch"_s,
         u"of the web site's session; OrganizationsApi::createAccessToken() is for programs"_s},
        {u"(GET|PUT|DELETE) /v1/services/\\{id\\}/scale|GET /v1/deployment/\\{id\\}/scaling"_s,
         u"how many instances there are, which is one for a sandbox"_s},
        {u"GET /v1/regional_deployment.*"_s,
         u"what becomes of a deployment in one region; the deployment sums it up"_s},
        {u"[A-Z]+ /v1/(volumes|snapshots|volume_events).*"_s,
         u"of volumes and snapshots, which sandboxes do not have"_s},
        {u"GET /v1/(notifications|search)|POST /v1/services-autocomplete"_s, u"of the web site"_s},
        {u"GET /v1/organization_members"_s, u"people of an organization"_s},
        {u"GET /v1/streams/(instances/exec|logs/tail)"_s,
         u"WebSockets, of ExecChannel and LogTail, which test_execchannel and test_logtail compare"_s},
    };
}

/// Query items, as `GET /v1/apps name`, that no call sends.
inline QList<Unneeded> unneededQueryItems()
{
    using namespace Qt::Literals::StringLiterals;
    return {
        {u"(PATCH|PUT) .* update_mask"_s, u"what a change does not have stays as it is"_s},
        {u"PATCH /v1/services/\\{id\\} dry_run"_s, u"a life cycle is refused or set; PUT has it"_s},
        {u"GET /v1/catalog/(instances|regions) id"_s, u"one of them is asked for by its path"_s},
        {u"GET .* regional_deployment_id"_s,
         u"what becomes of a deployment in one region; the deployment sums it up"_s},
        {u"GET /v1/account/organizations order"_s, u"they are few, and all of them come"_s},
        {u"GET /v1/streams/logs/query (instance_id|stream)"_s, u"instance_ids and streams say the same"_s},
    };
}

} // namespace Koyeb::Test
