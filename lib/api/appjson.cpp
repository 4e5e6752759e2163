// SPDX-License-Identifier: Apache-2.0
#include "api/jsonmembers.h"
#include "api/readers.h"
#include "api/statuses.h"

namespace Koyeb {

using namespace Qt::Literals::StringLiterals;

Domain readDomain(const JsonReader &json)
{
    Domain domain;
    domain.id = json.string("id"_L1);
    domain.name = json.string("name"_L1);
    domain.status = json.string("status"_L1);
    domain.type = json.string("type"_L1);
    domain.appId = json.string("app_id"_L1);
    domain.organizationId = json.string("organization_id"_L1);
    domain.projectId = json.string("project_id"_L1);
    domain.intendedCname = json.string("intended_cname"_L1);
    domain.messages = json.strings("messages"_L1);
    domain.createdAt = json.timestamp("created_at"_L1);
    domain.updatedAt = json.timestamp("updated_at"_L1);
    domain.verifiedAt = json.timestamp("verified_at"_L1);
    domain.version = json.integer("version"_L1);
    return domain;
}

App readApp(const JsonReader &json)
{
    App app;
    app.id = json.requiredString("id"_L1);
    app.name = json.string("name"_L1);
    app.organizationId = json.string("organization_id"_L1);
    app.status = serviceStatusFrom(json.string("status"_L1));
    app.messages = json.strings("messages"_L1);
    app.domains = readAll(json, "domains"_L1, &readDomain);
    app.deleteWhenEmpty = json.object("life_cycle"_L1).boolean("delete_when_empty"_L1);
    app.createdAt = json.timestamp("created_at"_L1);
    app.updatedAt = json.timestamp("updated_at"_L1);
    app.startedAt = json.timestamp("started_at"_L1);
    app.succeededAt = json.timestamp("succeeded_at"_L1);
    app.pausedAt = json.timestamp("paused_at"_L1);
    app.resumedAt = json.timestamp("resumed_at"_L1);
    app.terminatedAt = json.timestamp("terminated_at"_L1);
    app.version = json.integer("version"_L1);
    return app;
}

QJsonObject toJson(const NewApp &app)
{
    return {
        {"name"_L1, app.name},
        {"life_cycle"_L1, QJsonObject{{"delete_when_empty"_L1, app.deleteWhenEmpty}}},
    };
}

QJsonObject toJson(const AppChange &change)
{
    QJsonObject json;
    if (change.name) {
        json.insert("name"_L1, *change.name);
    }
    if (change.deleteWhenEmpty) {
        json.insert("life_cycle"_L1, QJsonObject{{"delete_when_empty"_L1, *change.deleteWhenEmpty}});
    }
    return json;
}

} // namespace Koyeb
