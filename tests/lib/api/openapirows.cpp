// SPDX-License-Identifier: Apache-2.0
#include "openapirows.h"

#include "api/activitiesapi.h"
#include "api/domainsapi.h"
#include "api/eventsapi.h"
#include "api/imagesapi.h"
#include "api/logsapi.h"
#include "api/metricsapi.h"
#include "api/organizationsapi.h"
#include "api/projectsapi.h"
#include "api/readers.h"
#include "api/secretsapi.h"

namespace Koyeb::Test {

using namespace Qt::Literals::StringLiterals;

namespace {

template<typename T> Read by(T (*read)(const JsonReader &))
{
    return [read](const QJsonObject &json) {
        const JsonReader reader(json);
        (void)read(reader);
        const auto result = reader.result(true);
        return result ? QString() : result.error().message;
    };
}

const QString notOurs = u"of services that are no sandboxes"_s;
const QString billing = u"of invoices, which are no matter of a desktop program"_s;
const QString signIn = u"of the web site's sign-in"_s;
const QString deprecated = u"deprecated"_s;
const QString revealed = u"secret; read by SecretsApi::reveal() only"_s;
const QString loadBalancers = u"says which load balancer serves it, which changes nothing here"_s;

QList<ReadRow> accountRows()
{
    const LeftOut ofUser{
        {u"two_factor_authentication"_s, signIn},
        {u"last_login_ip"_s, signIn},
        {u"updated_at"_s, signIn},
        {u"newsletter_subscribed"_s, billing},
        {u"github_id"_s, signIn},
        {u"github_user"_s, signIn},
        {u"trialed"_s, billing}};
    LeftOut ofOrganization{{u"external_id"_s, signIn}, {u"email_domain_allowlist"_s, signIn}};
    for (const auto &field :
         {u"provisioning"_s, u"address1"_s, u"address2"_s, u"city"_s, u"postal_code"_s, u"state"_s,
          u"country"_s, u"company"_s, u"vat_number"_s, u"billing_name"_s, u"billing_email"_s,
          u"plan_updated_at"_s, u"subscription_id"_s, u"current_subscription_id"_s,
          u"latest_subscription_id"_s, u"signup_qualification"_s, u"qualifies_for_hobby23"_s,
          u"reprocess_after"_s}) {
        ofOrganization.insert(field, billing);
    }
    const LeftOut ofQuotas{
        {u"domains_load_balancer"_s, loadBalancers},
        {u"access_reserved_subdomains"_s, notOurs},
        {u"archives"_s, notOurs},
        {u"archive_max_size_mb"_s, notOurs}};
    const Read summary = by(&readOrganizationSummary);
    const Read quotas = by(&readQuotas);
    return {
        {u"User"_s, by(&readUser), {}, ofUser},
        {u"Organization"_s, by(&readOrganization), {}, ofOrganization},
        {u"Project"_s, by(&readProject)},
        {u"Quotas"_s, quotas, {}, ofQuotas},
        {u"ScaleToZeroQuotas"_s, quotas, {u"scale_to_zero"_s}},
        {u"LifecycleQuotas"_s, quotas, {u"lifecycle"_s}},
        {u"PersistentVolumeQuotas"_s, quotas, {u"persistent_volumes_by_region{}"_s}},
        {u"OrganizationSummary"_s, summary, {}, {{u"neon_postgres"_s, notOurs}}},
        {u"InstancesSummary"_s, summary, {u"instances"_s}},
        {u"AppsSummary"_s, summary, {u"apps"_s}},
        {u"ServiceSummary"_s, summary, {u"services{}"_s}},
        {u"DomainsSummary"_s, summary, {u"domains"_s}},
        {u"SecretsSummary"_s, summary, {u"secrets"_s}},
        {u"MembersSummary"_s, summary, {u"members"_s}},
    };
}

QList<ReadRow> serviceRows()
{
    const LeftOut ofDomain{
        {u"cloudflare"_s, loadBalancers}, {u"koyeb"_s, loadBalancers}, {u"deployment_group"_s, notOurs}};
    const LeftOut ofService{{u"state"_s, deprecated}};
    const LeftOut ofDeployment{{u"database_info"_s, notOurs}, {u"deployment_group"_s, notOurs}};
    const LeftOut ofMetadata{{u"database"_s, notOurs}, {u"git"_s, notOurs}, {u"archive"_s, notOurs}};
    const LeftOut ofInstance{{u"xyz_deployment_id"_s, u"not to be relied on, the document says"_s}};
    const Read deployment = by(&readDeployment);
    return {
        {u"App"_s, by(&readApp)},
        {u"AppListItem"_s, by(&readApp)},
        {u"AppLifeCycle"_s, by(&readApp), {u"life_cycle"_s}},
        {u"Domain"_s, by(&readApp), {u"domains[]"_s}, ofDomain},
        {u"Domain"_s, by(&readDomain), {}, ofDomain},
        {u"Service"_s, by(&readService), {}, ofService},
        {u"ServiceListItem"_s, by(&readService), {}, ofService},
        {u"ServiceLifeCycle"_s, by(&readService), {u"life_cycle"_s}},
        {u"Deployment"_s, deployment, {}, ofDeployment},
        {u"DeploymentListItem"_s, deployment, {}, ofDeployment},
        {u"DeploymentMetadata"_s, deployment, {u"metadata"_s}, ofMetadata},
        {u"TriggerDeploymentMetadata"_s, deployment, {u"metadata"_s, u"trigger"_s}, {{u"git"_s, notOurs}}},
        {u"DeploymentProxyPortMetadata"_s, deployment, {u"metadata"_s, u"proxy_ports[]"_s}},
        {u"SandboxMetadata"_s, deployment, {u"metadata"_s, u"sandbox"_s}},
        {u"DeploymentProvisioningInfo"_s, deployment, {u"provisioning_info"_s}},
        {u"DeploymentProvisioningInfo.Stage"_s,
         deployment,
         {u"provisioning_info"_s, u"stages[]"_s},
         {{u"build_attempts"_s, notOurs}}},
        {u"Instance"_s, by(&readInstance), {}, ofInstance},
        {u"InstanceListItem"_s, by(&readInstance), {}, ofInstance},
        {u"AppEvent"_s, by(&readEvent)},
        {u"ServiceEvent"_s, by(&readEvent)},
        {u"DeploymentEvent"_s, by(&readEvent)},
        {u"InstanceEvent"_s, by(&readEvent)},
    };
}

QList<ReadRow> definitionRows()
{
    const Read definition = by(&readDefinition);
    const QString targets = u"targets[]"_s;
    return {
        {u"DeploymentDefinition"_s, definition},
        {u"DeploymentStrategy"_s, definition, {u"strategy"_s}},
        {u"DockerSource"_s, definition, {u"docker"_s}},
        {u"DeploymentEnv"_s, definition, {u"env[]"_s}},
        {u"DeploymentPort"_s, definition, {u"ports[]"_s}},
        {u"DeploymentProxyPort"_s, definition, {u"proxy_ports[]"_s}},
        {u"DeploymentRoute"_s, definition, {u"routes[]"_s}},
        {u"SecurityPolicies"_s, definition, {u"routes[]"_s, u"security_policies"_s}},
        {u"BasicAuthPolicy"_s, definition, {u"routes[]"_s, u"security_policies"_s, u"basic_auths[]"_s}},
        {u"DeploymentScaling"_s, definition, {u"scalings[]"_s}},
        {u"DeploymentScalingTarget"_s, definition, {u"scalings[]"_s, targets}},
        {u"DeploymentScalingTargetAverageCPU"_s, definition, {u"scalings[]"_s, targets, u"average_cpu"_s}},
        {u"DeploymentScalingTargetAverageMem"_s, definition, {u"scalings[]"_s, targets, u"average_mem"_s}},
        {u"DeploymentScalingTargetRequestsPerSecond"_s,
         definition,
         {u"scalings[]"_s, targets, u"requests_per_second"_s}},
        {u"DeploymentScalingTargetConcurrentRequests"_s,
         definition,
         {u"scalings[]"_s, targets, u"concurrent_requests"_s}},
        {u"DeploymentScalingTargetRequestsResponseTime"_s,
         definition,
         {u"scalings[]"_s, targets, u"requests_response_time"_s}},
        {u"DeploymentScalingTargetSleepIdleDelay"_s,
         definition,
         {u"scalings[]"_s, targets, u"sleep_idle_delay"_s},
         {{u"value"_s, deprecated}}},
        {u"DeploymentInstanceType"_s, definition, {u"instance_types[]"_s}},
        {u"DeploymentHealthCheck"_s, definition, {u"health_checks[]"_s}},
        {u"TCPHealthCheck"_s, definition, {u"health_checks[]"_s, u"tcp"_s}},
        {u"HTTPHealthCheck"_s, definition, {u"health_checks[]"_s, u"http"_s}},
        {u"HTTPHeader"_s, definition, {u"health_checks[]"_s, u"http"_s, u"headers[]"_s}},
        {u"DeploymentVolume"_s, definition, {u"volumes[]"_s}},
        {u"ConfigFile"_s, definition, {u"config_files[]"_s}},
    };
}

QList<ReadRow> otherRows()
{
    const LeftOut vcpu{{u"vcpu"_s, deprecated}};
    const LeftOut password{{u"password"_s, revealed}};
    const Read secret = by(&readSecret);
    const Read usage = by(&readCatalogUsage);
    return {
        {u"Region"_s, by(&readRegion)},
        {u"RegionListItem"_s, by(&readRegion)},
        {u"CatalogInstance"_s, by(&readInstanceType), {}, vcpu},
        {u"CatalogInstanceListItem"_s, by(&readInstanceType), {}, vcpu},
        {u"CatalogGPUDetails"_s, by(&readInstanceType), {u"gpu"_s}},
        {u"CatalogUsage"_s, usage},
        {u"InstanceAvailability"_s, usage, {u"instances{}"_s}},
        {u"RegionAvailability"_s, usage, {u"instances{}"_s, u"regions{}"_s}},
        {u"DatacenterListItem"_s, by(&readDatacenter)},
        {u"Secret"_s, secret, {}, {{u"value"_s, revealed}, {u"database_role_password"_s, revealed}}},
        {u"DockerHubRegistryConfiguration"_s, secret, {u"docker_hub_registry"_s}, password},
        {u"DigitalOceanRegistryConfiguration"_s, secret, {u"digital_ocean_registry"_s}, password},
        {u"GitHubRegistryConfiguration"_s, secret, {u"github_registry"_s}, password},
        {u"GitLabRegistryConfiguration"_s, secret, {u"gitlab_registry"_s}, password},
        {u"AzureContainerRegistryConfiguration"_s, secret, {u"azure_container_registry"_s}, password},
        {u"PrivateRegistryConfiguration"_s, secret, {u"private_registry"_s}, password},
        {u"GCPContainerRegistryConfiguration"_s,
         secret,
         {u"gcp_container_registry"_s},
         {{u"keyfile_content"_s, revealed}}},
        {u"Activity"_s, by(&readActivity)},
        {u"Object"_s, by(&readActivity), {u"actor"_s}},
        {u"Object"_s, by(&readActivity), {u"object"_s}},
        {u"QueryLogsReply"_s, by(&readLogPage)},
        {u"QueryLogsReplyPagination"_s, by(&readLogPage), {u"pagination"_s}},
        {u"LogEntry"_s, by(&readLogEntry)},
        {u"GetMetricsReply.Metric"_s, by(&readMetricSeries)},
        {u"Sample"_s, by(&readMetricSeries), {u"samples[]"_s}},
        {u"VerifyDockerImageReply"_s, by(&readImageCheck)},
    };
}

} // namespace

QList<ReadRow> readRows()
{
    return accountRows() + serviceRows() + definitionRows() + otherRows();
}

QList<WrittenRow> writtenRows()
{
    const QString byHeader = u"the project is chosen for all requests by ApiTransport::setProjectId()"_s;
    NewService service;
    service.appId = u"a"_s;
    const ServiceUpdate update{{}, {}, true, true};
    const NewDomain domain{u"x.example"_s, u"a"_s, u"p"_s};
    QList<QJsonObject> secrets{toJson(NewSecret{u"s"_s, u"value"_s, u"p"_s})};
    for (const auto kind :
         {RegistryKind::DockerHub, RegistryKind::DigitalOcean, RegistryKind::GitHub, RegistryKind::GitLab,
          RegistryKind::Azure, RegistryKind::Google, RegistryKind::Private}) {
        RegistryAccount account;
        account.kind = kind;
        account.username = u"u"_s;
        secrets.append(toJson(NewSecret{u"s"_s, account}));
    }
    return {
        {u"CreateApp"_s, {toJson(NewApp{u"a"_s})}, {{u"project_id"_s, byHeader}}},
        {u"CreateService"_s, {toJson(service)}, {{u"project_id"_s, byHeader}}},
        {u"UpdateService"_s, {toJson(update)}, {{u"metadata"_s, u"the server's own"_s}}},
        {u"UpdateApp"_s, {toJson(AppChange{u"a"_s, true})}},
        {u"RedeployRequest.Info"_s, {toJson(RedeployOptions{{true, true}, u"s"_s, u"g"_s})}},
        {u"CreateProject"_s, {toJson(NewProject{u"p"_s, u"d"_s})}},
        {u"CreateDomain"_s,
         {toJson(domain)},
         {{u"cloudflare"_s, loadBalancers}, {u"koyeb"_s, loadBalancers}}},
        {u"CreateSecret"_s, secrets},
    };
}

} // namespace Koyeb::Test
