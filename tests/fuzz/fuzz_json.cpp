// SPDX-License-Identifier: GPL-3.0-or-later
#include "api/activitiesapi.h"
#include "api/credentialsapi.h"
#include "api/eventsapi.h"
#include "api/execframes.h"
#include "api/imagesapi.h"
#include "api/logsapi.h"
#include "api/metricsapi.h"
#include "api/organizationsapi.h"
#include "api/projectsapi.h"
#include "api/readers.h"
#include "api/secretsapi.h"
#include "api/streamerror.h"
#include "require.h"

#include <QJsonDocument>

using namespace Koyeb;

namespace {

/// What `read` makes of the object, or that it makes nothing of it; the same every time.
template<typename T> Result<T> valueOf(const QJsonObject &object, T (*read)(const JsonReader &))
{
    const JsonReader reader(object);
    auto value = reader.result(read(reader));
    require(value || value.error().kind == ErrorKind::Protocol, "what cannot be read is the server's fault");
    return value;
}

template<typename... T> void readAllOf(const QJsonObject &object, T (*...read)(const JsonReader &))
{
    ((void)valueOf(object, read), ...);
}

/// As it arrives after it was sent.
QJsonObject sent(const QJsonObject &body)
{
    const auto received = parseJsonObject(QJsonDocument(body).toJson(QJsonDocument::Compact));
    require(received.has_value(), "a body is JSON");
    return *received;
}

/// A definition that was read can be sent back without losing anything.
void sendBack(DeploymentDefinition definition)
{
    if (!definition.otherSource.isEmpty()) {
        definition.docker = {}; // A service has one source.
    }
    for (auto &variable : definition.environment) {
        if (!variable.secret.isEmpty()) {
            variable.value.clear(); // Unused, the header says, and so it is not sent.
        }
    }
    const auto again = valueOf(sent(toJson(definition)), &readDefinition);
    require(again.has_value(), "a definition that was sent can be read");
    require(*again == definition, "a definition comes back as it was");
}

void sendBack(const ServiceLifeCycle &lifeCycle)
{
    const auto service = sent(toJson(NewService{QStringLiteral("a"), {}, lifeCycle}));
    const JsonReader reader(service);
    const auto again = reader.object(QLatin1String("life_cycle"));
    require(
        again.integer(QLatin1String("delete_after_sleep")) == lifeCycle.deleteAfterSleepSeconds &&
            again.integer(QLatin1String("delete_after_create")) == lifeCycle.deleteAfterCreateSeconds,
        "a life cycle comes back as it was");
}

/// A time of a log is said as it was read: it chooses the lines that are queried next.
void checkLogPage(const QJsonObject &object)
{
    if (const auto page = valueOf(object, &readLogPage)) {
        for (const auto time : {page->nextStart, page->nextEnd}) {
            require(logTimeFrom(logTimeText(time)) == time, "the time of a log comes back as it was");
        }
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char *bytes, std::size_t size)
{
    const auto object =
        parseJsonObject(QByteArray(reinterpret_cast<const char *>(bytes), static_cast<qsizetype>(size)));
    if (!object) {
        return 0;
    }
    readAllOf(
        *object, &readActivity, &readApp, &readCatalogUsage, &readCredential, &readDatacenter, &readDomain,
        &readEvent, &readImageCheck, &readInstance, &readInstanceType, &readLogEntry, &readMetricSeries,
        &readOrganization, &readOrganizationSummary, &readProject, &readQuotas, &readRegion,
        &readRevealedSecret, &readSecret, &readUser);
    checkLogPage(*object);
    (void)readStreamError(JsonReader(*object));
    (void)ExecFrames::read(*object);
    if (const auto definition = valueOf(*object, &readDefinition)) {
        sendBack(*definition);
    }
    if (const auto deployment = valueOf(*object, &readDeployment)) {
        sendBack(deployment->definition);
    }
    if (const auto service = valueOf(*object, &readService)) {
        sendBack(service->lifeCycle);
    }
    return 0;
}
