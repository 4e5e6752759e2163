// SPDX-License-Identifier: Apache-2.0
#include "api/activitiesapi.h"

namespace Koyeb {

using namespace Qt::Literals::StringLiterals;

namespace {

[[nodiscard]] ActivityParty readParty(const JsonReader &json)
{
    ActivityParty party;
    party.id = json.string("id"_L1);
    party.name = json.string("name"_L1);
    party.type = json.string("type"_L1);
    party.deleted = json.boolean("deleted"_L1);
    party.metadata = json.object("metadata"_L1).json();
    return party;
}

} // namespace

Activity readActivity(const JsonReader &json)
{
    Activity activity;
    activity.id = json.requiredString("id"_L1);
    activity.actor = readParty(json.object("actor"_L1));
    activity.object = readParty(json.object("object"_L1));
    activity.verb = json.string("verb"_L1);
    activity.metadata = json.object("metadata"_L1).json();
    activity.createdAt = json.timestamp("created_at"_L1);
    return activity;
}

QCoro::Task<Result<QList<Activity>>> ActivitiesApi::activities(
    ActivityFilter filter, std::stop_token stop) const
{
    QUrl url = m_transport.url({u"activities"_s});
    filterBy(url, u"types"_s, filter.types);
    ListRequest list{m_transport.get(url), "activities"_L1, filter.atMost};
    return m_transport.fetchAll(std::move(list), &readActivity, std::move(stop));
}

} // namespace Koyeb
