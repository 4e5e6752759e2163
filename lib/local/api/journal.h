// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "local/api/identifiers.h"

#include <deque>
#include <nlohmann/json.hpp>
#include <string>

namespace Koyeb::Local {

enum class EventSubject { App, Service, Deployment, Instance };

/// One step in the life of a thing, as /v1/…_events tells it.
struct EventRecord {
    std::string id;
    SystemTime when;
    std::string organizationId;
    EventSubject subject = EventSubject::Service;
    std::string subjectId;
    std::string type; ///< the status that was entered; the contract names no values
    std::string message;
};

/// What somebody did, as /v1/activities tells it.
struct ActivityRecord {
    std::string id;
    SystemTime createdAt;
    std::string organizationId;
    std::string actorId;
    std::string actorName;
    std::string actorType; ///< user, organization or system
    std::string objectId;
    std::string objectName;
    std::string objectType; ///< app, service, deployment, secret, domain, credential
    nlohmann::json objectMetadata = nlohmann::json::object();
    std::string verb;
    nlohmann::json metadata = nlohmann::json::object();
};

/// What has happened, newest first. Bounded: the oldest is forgotten.
class Journal {
public:
    void add(EventRecord event);
    void add(ActivityRecord activity);

    [[nodiscard]] const std::deque<EventRecord> &events() const { return m_events; }
    [[nodiscard]] const std::deque<ActivityRecord> &activities() const { return m_activities; }

private:
    std::deque<EventRecord> m_events;
    std::deque<ActivityRecord> m_activities;
};

} // namespace Koyeb::Local
