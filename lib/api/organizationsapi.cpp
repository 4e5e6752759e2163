// SPDX-License-Identifier: Apache-2.0
#include "api/organizationsapi.h"

#include "api/readers.h"

namespace Koyeb {

using namespace Qt::Literals::StringLiterals;

namespace {

[[nodiscard]] ScaleToZeroQuotas readScaleToZero(const JsonReader &json)
{
    ScaleToZeroQuotas quotas;
    quotas.isDeepSleepEnabled = json.boolean("is_deep_sleep_enabled"_L1);
    quotas.deepSleepMinimumSeconds = json.integer("deep_sleep_idle_delay_min"_L1);
    quotas.deepSleepMaximumSeconds = json.integer("deep_sleep_idle_delay_max"_L1);
    quotas.isLightSleepEnabled = json.boolean("is_light_sleep_enabled"_L1);
    quotas.lightSleepMinimumSeconds = json.integer("light_sleep_idle_delay_min"_L1);
    quotas.lightSleepMaximumSeconds = json.integer("light_sleep_idle_delay_max"_L1);
    return quotas;
}

[[nodiscard]] LifeCycleQuotas readLifeCycle(const JsonReader &json)
{
    LifeCycleQuotas quotas;
    quotas.deleteAfterSleepMinimumSeconds = json.integer("delete_after_sleep_min"_L1);
    quotas.deleteAfterSleepMaximumSeconds = json.integer("delete_after_sleep_max"_L1);
    quotas.deleteAfterCreateMinimumSeconds = json.integer("delete_after_create_min"_L1);
    quotas.deleteAfterCreateMaximumSeconds = json.integer("delete_after_create_max"_L1);
    return quotas;
}

[[nodiscard]] VolumeQuotas readVolumes(const JsonReader &json)
{
    VolumeQuotas quotas;
    quotas.maximumTotalSize = json.integer("max_total_size"_L1);
    quotas.maximumVolumeSize = json.integer("max_volume_size"_L1);
    quotas.maximumSizePerInstance = json.integer("max_per_instance_size"_L1);
    return quotas;
}

[[nodiscard]] Tally readTally(const JsonReader &json, QLatin1String parts)
{
    return {json.integer("total"_L1), json.integerMap(parts)};
}

[[nodiscard]] QString readToken(const JsonReader &json)
{
    return json.requiredString("token"_L1);
}

} // namespace

Quotas readQuotas(const JsonReader &json)
{
    Quotas quotas;
    quotas.apps = json.integer("apps"_L1);
    quotas.services = json.integer("services"_L1);
    quotas.servicesByApp = json.integer("services_by_app"_L1);
    quotas.serviceProvisioningConcurrency = json.integer("service_provisioning_concurrency"_L1);
    quotas.domains = json.integer("domains"_L1);
    quotas.customDomains = json.integer("custom_domains"_L1);
    quotas.memoryMegabytes = json.integer("memory_mb"_L1);
    quotas.proxyPorts = json.integer("proxy_ports"_L1);
    quotas.organizationMembers = json.integer("max_organization_members"_L1);
    quotas.projects = json.integer("max_projects"_L1);
    quotas.logsRetentionDays = static_cast<int>(json.integer("logs_retention"_L1));
    quotas.metricsRetentionDays = static_cast<int>(json.integer("metrics_retention"_L1));
    quotas.instanceTypes = json.strings("instance_types"_L1);
    quotas.regions = json.strings("regions"_L1);
    quotas.instancesByType = json.integerMap("max_instances_by_type"_L1);
    json.forEachMember(
        "persistent_volumes_by_region"_L1, [&quotas](const QString &region, const JsonReader &element) {
            quotas.volumes.insert(region, readVolumes(element));
        });
    quotas.scaleToZero = readScaleToZero(json.object("scale_to_zero"_L1));
    quotas.lifeCycle = readLifeCycle(json.object("lifecycle"_L1));
    return quotas;
}

OrganizationSummary readOrganizationSummary(const JsonReader &json)
{
    OrganizationSummary summary;
    summary.organizationId = json.string("organization_id"_L1);
    summary.instances = readTally(json.object("instances"_L1), "by_type"_L1);
    summary.apps = readTally(json.object("apps"_L1), "by_status"_L1);
    json.forEachMember("services"_L1, [&summary](const QString &type, const JsonReader &element) {
        summary.services.insert(type, readTally(element, "by_status"_L1));
    });
    summary.domains = readTally(json.object("domains"_L1), "by_status"_L1);
    summary.secrets = readTally(json.object("secrets"_L1), "by_type"_L1);
    summary.members = readTally(json.object("members"_L1), "invitations_by_status"_L1);
    return summary;
}

QCoro::Task<Result<QList<Organization>>> OrganizationsApi::organizations(
    OrganizationFilter filter, std::stop_token stop) const
{
    QUrl url = m_transport.url({u"account"_s, u"organizations"_s});
    filterBy(url, u"search"_s, filter.search);
    filterBy(url, u"statuses"_s, filter.statuses);
    ListRequest list{m_transport.get(url), "organizations"_L1};
    return m_transport.fetchAll(std::move(list), &readOrganization, std::move(stop));
}

QCoro::Task<Result<QString>> OrganizationsApi::createAccessToken(
    QString organizationId, std::chrono::seconds validity, std::stop_token stop) const
{
    const QUrl url = m_transport.url({u"organizations"_s, organizationId, u"access_token"_s});
    const QJsonObject body{{"validity"_L1, u"%1s"_s.arg(validity.count())}};
    return m_transport.fetchReply(m_transport.post(url, body), &readToken, std::move(stop));
}

QCoro::Task<Result<Quotas>> OrganizationsApi::quotas(QString organizationId, std::stop_token stop) const
{
    const QUrl url = m_transport.url({u"organizations"_s, organizationId, u"quotas"_s});
    return m_transport.fetch(m_transport.get(url), "quotas"_L1, &readQuotas, std::move(stop));
}

QCoro::Task<Result<OrganizationSummary>> OrganizationsApi::summary(
    QString organizationId, std::stop_token stop) const
{
    const QUrl url = m_transport.url({u"organizations"_s, organizationId, u"summary"_s});
    return m_transport.fetch(m_transport.get(url), "summary"_L1, &readOrganizationSummary, std::move(stop));
}

} // namespace Koyeb
