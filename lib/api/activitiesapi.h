// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/apitransport.h"

#include <QDateTime>

namespace Koyeb {

/// Who did something, or what it was done to.
struct ActivityParty {
    QString id;           ///< The API's identifier.
    QString name;         ///< At that time.
    QString type;         ///< e.g. `user`, `service`, `deployment`, `secret`
    bool deleted = false; ///< Whether it is gone by now.
    QJsonObject metadata; ///< What more the API tells, verbatim.
    friend bool operator==(const ActivityParty &, const ActivityParty &) = default;
};

/// Something that somebody did in the organization.
struct Activity {
    QString id;           ///< The API's identifier.
    ActivityParty actor;  ///< Who did it.
    ActivityParty object; ///< What it was done to.
    QString verb;         ///< e.g. `created`, `paused`, `autoscaled`; not enumerated anywhere
    QJsonObject metadata; ///< What more the API tells, verbatim.
    QDateTime createdAt;  ///< When it happened, UTC.
    friend bool operator==(const Activity &, const Activity &) = default;
};

/// Which activities are wanted.
struct ActivityFilter {
    QStringList types = {};  ///< Of the objects; empty: all
    qsizetype atMost = 1000; ///< The newest so many; 0: all
};

/// The value as the wire has it; see JsonReader::result().
[[nodiscard]] Activity readActivity(const JsonReader &json);

/// The organization's journal.
class ActivitiesApi {
public:
    /// `transport` outlives this object and what it is asked for.
    explicit ActivitiesApi(const ApiTransport &transport) : m_transport(transport) {}

    /// Newest first, as the server lists them.
    QCoro::Task<Result<QList<Activity>>> activities(ActivityFilter filter, std::stop_token stop) const;

private:
    const ApiTransport &m_transport;
};

} // namespace Koyeb
