// SPDX-License-Identifier: Apache-2.0
#include "api/jsonmembers.h"
#include "api/readers.h"
#include "api/statuses.h"

namespace Koyeb {

using namespace Qt::Literals::StringLiterals;

Service readService(const JsonReader &json)
{
    Service service;
    service.id = json.requiredString("id"_L1);
    service.name = json.string("name"_L1);
    service.type = json.string("type"_L1);
    service.appId = json.string("app_id"_L1);
    service.organizationId = json.string("organization_id"_L1);
    service.status = serviceStatusFrom(json.string("status"_L1));
    service.messages = json.strings("messages"_L1);
    service.activeDeploymentId = json.string("active_deployment_id"_L1);
    service.latestDeploymentId = json.string("latest_deployment_id"_L1);
    const JsonReader lifeCycle = json.object("life_cycle"_L1);
    service.lifeCycle.deleteAfterCreateSeconds = lifeCycle.integer("delete_after_create"_L1);
    service.lifeCycle.deleteAfterSleepSeconds = lifeCycle.integer("delete_after_sleep"_L1);
    service.createdAt = json.timestamp("created_at"_L1);
    service.updatedAt = json.timestamp("updated_at"_L1);
    service.version = json.integer("version"_L1);
    service.lastProvisionedDeploymentId = json.string("last_provisioned_deployment_id"_L1);
    service.startedAt = json.timestamp("started_at"_L1);
    service.succeededAt = json.timestamp("succeeded_at"_L1);
    service.pausedAt = json.timestamp("paused_at"_L1);
    service.resumedAt = json.timestamp("resumed_at"_L1);
    service.terminatedAt = json.timestamp("terminated_at"_L1);
    return service;
}

QJsonObject toJson(const ServiceLifeCycle &lifeCycle)
{
    return {
        {"delete_after_sleep"_L1, lifeCycle.deleteAfterSleepSeconds},
        {"delete_after_create"_L1, lifeCycle.deleteAfterCreateSeconds},
    };
}

QJsonObject toJson(const NewService &service)
{
    return {
        {"app_id"_L1, service.appId},
        {"definition"_L1, toJson(service.definition)},
        {"life_cycle"_L1, toJson(service.lifeCycle)},
    };
}

QJsonObject toJson(const ServiceUpdate &update)
{
    QJsonObject json{
        {"definition"_L1, toJson(update.definition)},
        {"life_cycle"_L1, toJson(update.lifeCycle)},
    };
    insertIfTrue(json, "save_only"_L1, update.saveOnly);
    insertIfTrue(json, "skip_build"_L1, update.skipBuild);
    return json;
}

QJsonObject toJson(const RedeployOptions &options)
{
    QJsonObject json;
    insertIfTrue(json, "use_cache"_L1, options.build.useCache);
    insertIfTrue(json, "skip_build"_L1, options.build.skipBuild);
    insertIfSet(json, "sha"_L1, options.commit);
    insertIfSet(json, "deployment_group"_L1, options.deploymentGroup);
    return json;
}

} // namespace Koyeb
