// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/apitransport.h"

#include <QDateTime>

namespace Koyeb {

/// Whose events.
enum class EventSubject { App, Service, Deployment, Instance };

/// Something that happened to an app, a service, a deployment or an instance.
struct Event {
    QString id;
    QDateTime when;
    QString organizationId;
    QString subjectId; ///< Of the app, service, deployment or instance
    QString type;      ///< The API's name for what happened; not enumerated anywhere
    QString message;   ///< English
    QJsonObject metadata;
    friend bool operator==(const Event &, const Event &) = default;
};

struct EventFilter {
    EventSubject subject = EventSubject::Service;
    QString subjectId;
    QStringList types = {};  ///< Empty: all
    qsizetype atMost = 1000; ///< The newest so many; 0: all
};

[[nodiscard]] Event readEvent(const JsonReader &json);

/// What happened, as the platform tells it.
class EventsApi {
public:
    explicit EventsApi(const ApiTransport &transport) : m_transport(transport) {}

    /// Newest first.
    QCoro::Task<Result<QList<Event>>> events(EventFilter filter, std::stop_token stop) const;

private:
    const ApiTransport &m_transport;
};

} // namespace Koyeb
