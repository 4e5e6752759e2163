// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/apitransport.h"

#include <QDateTime>

namespace Koyeb {

/// Who did something, or what it was done to.
struct ActivityParty {
    QString id;
    QString name;
    QString type; ///< e.g. `user`, `service`, `deployment`, `secret`
    bool deleted = false;
    QJsonObject metadata;
    friend bool operator==(const ActivityParty &, const ActivityParty &) = default;
};

/// Something that somebody did in the organization.
struct Activity {
    QString id;
    ActivityParty actor;
    ActivityParty object;
    QString verb; ///< e.g. `created`, `paused`, `autoscaled`; not enumerated anywhere
    QJsonObject metadata;
    QDateTime createdAt;
    friend bool operator==(const Activity &, const Activity &) = default;
};

struct ActivityFilter {
    QStringList types = {};  ///< Of the objects; empty: all
    qsizetype atMost = 1000; ///< The newest so many; 0: all
};

[[nodiscard]] Activity readActivity(const JsonReader &json);

/// The organization's journal.
class ActivitiesApi {
public:
    explicit ActivitiesApi(const ApiTransport &transport) : m_transport(transport) {}

    /// Newest first, as the server lists them.
    QCoro::Task<Result<QList<Activity>>> activities(ActivityFilter filter, std::stop_token stop) const;

private:
    const ApiTransport &m_transport;
};

} // namespace Koyeb
