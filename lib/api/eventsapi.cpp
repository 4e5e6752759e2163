// SPDX-License-Identifier: Apache-2.0
#include "api/eventsapi.h"

namespace Koyeb {

using namespace Qt::Literals::StringLiterals;

namespace {

struct SubjectNames {
    QString list;   ///< Of the path
    QString filter; ///< Of the query
};

[[nodiscard]] SubjectNames namesOf(EventSubject subject)
{
    switch (subject) {
    case EventSubject::App:
        return {u"app_events"_s, u"app_id"_s};
    case EventSubject::Deployment:
        return {u"deployment_events"_s, u"deployment_id"_s};
    case EventSubject::Instance:
        return {u"instance_events"_s, u"instance_ids"_s};
    case EventSubject::Service:
        break;
    }
    return {u"service_events"_s, u"service_id"_s};
}

/// An event names its subject by the member of its kind, and has no other.
[[nodiscard]] QString readSubjectId(const JsonReader &json)
{
    QString id;
    for (const auto member : {"app_id"_L1, "service_id"_L1, "deployment_id"_L1, "instance_id"_L1}) {
        id += json.string(member);
    }
    return id;
}

} // namespace

Event readEvent(const JsonReader &json)
{
    Event event;
    event.id = json.requiredString("id"_L1);
    event.when = json.timestamp("when"_L1);
    event.organizationId = json.string("organization_id"_L1);
    event.subjectId = readSubjectId(json);
    event.type = json.string("type"_L1);
    event.message = json.string("message"_L1);
    event.metadata = json.object("metadata"_L1).json();
    return event;
}

QCoro::Task<Result<QList<Event>>> EventsApi::events(EventFilter filter, std::stop_token stop) const
{
    const SubjectNames names = namesOf(filter.subject);
    QUrl url = m_transport.url({names.list});
    filterBy(url, names.filter, filter.subjectId);
    filterBy(url, u"types"_s, filter.types);
    addQueryItem(url, u"order"_s, u"desc"_s);
    ListRequest list{m_transport.get(url), "events"_L1, filter.atMost};
    return m_transport.fetchAll(std::move(list), &readEvent, std::move(stop));
}

} // namespace Koyeb
