// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/apitransport.h"

#include <QDateTime>

namespace Koyeb {

/// Whose events.
enum class EventSubject { App, Service, Deployment, Instance };

/// Something that happened to an app, a service, a deployment or an instance.
struct Event {
    QString id;             ///< The API's identifier.
    QDateTime when;         ///< UTC.
    QString organizationId; ///< Of the organization that owns it.
    QString subjectId;      ///< Of the app, service, deployment or instance
    QString type;           ///< The API's name for what happened; not enumerated anywhere
    QString message;        ///< English
    QJsonObject metadata;   ///< What more the API tells, verbatim.
    friend bool operator==(const Event &, const Event &) = default;
};

/// Which events are wanted.
struct EventFilter {
    EventSubject subject = EventSubject::Service; ///< What subjectId is the id of.
    QString subjectId;                            ///< Of the app, service, deployment or instance.
    QStringList types = {};                       ///< Empty: all
    qsizetype atMost = 1000;                      ///< The newest so many; 0: all
};

/// The value as the wire has it; see JsonReader::result().
[[nodiscard]] Event readEvent(const JsonReader &json);

/// What happened, as the platform tells it.
class EventsApi {
public:
    /// `transport` outlives this object and what it is asked for.
    explicit EventsApi(const ApiTransport &transport) : m_transport(transport) {}

    /// Newest first.
    QCoro::Task<Result<QList<Event>>> events(EventFilter filter, std::stop_token stop) const;

private:
    const ApiTransport &m_transport;
};

} // namespace Koyeb
