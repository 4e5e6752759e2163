// SPDX-License-Identifier: Apache-2.0
#include "api/readers.h"
#include "api/statuses.h"

namespace Koyeb {

using namespace Qt::Literals::StringLiterals;

App readApp(const JsonReader &json)
{
    App app;
    app.id = json.requiredString("id"_L1);
    app.name = json.string("name"_L1);
    app.organizationId = json.string("organization_id"_L1);
    app.status = serviceStatusFrom(json.string("status"_L1));
    app.messages = json.strings("messages"_L1);
    json.forEach("domains"_L1, [&app](const JsonReader &element) {
        Domain domain;
        domain.id = element.string("id"_L1);
        domain.name = element.string("name"_L1);
        domain.status = element.string("status"_L1);
        app.domains.append(domain);
    });
    app.deleteWhenEmpty = json.object("life_cycle"_L1).boolean("delete_when_empty"_L1);
    app.createdAt = json.timestamp("created_at"_L1);
    app.updatedAt = json.timestamp("updated_at"_L1);
    return app;
}

QJsonObject toJson(const NewApp &app)
{
    return {
        {"name"_L1, app.name},
        {"life_cycle"_L1, QJsonObject{{"delete_when_empty"_L1, app.deleteWhenEmpty}}},
    };
}

} // namespace Koyeb
