// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QJsonObject>
#include <QList>
#include <QString>
#include <QStringList>

#include <optional>

// What a deployment runs. Requests and replies have the same form, so a definition that was read can be
// changed and sent back; texts with a fixed set of values (`type`, `protocol`, `mesh` …) are therefore kept
// verbatim. `scopes` restrict an entry to some regions, e.g. `region:fra`; empty means everywhere.
namespace Koyeb {

/// The container image and how it is started.
struct DockerSource {
    QString image;    ///< Name as registries know it, e.g. `koyeb/sandbox` or `ghcr.io/owner/image:tag`.
    QString command;  ///< Replaces the image's command.
    QStringList args; ///< Arguments of the command.
    QStringList entrypoint;      ///< Replaces the image's entrypoint.
    QString imageRegistrySecret; ///< Name of the secret of the image's registry; empty: a public image.
    bool privileged = false;     ///< Whether the container runs in privileged mode.
    friend bool operator==(const DockerSource &, const DockerSource &) = default;
};

/// A variable of a definition: plain, or taken from the account's secret of that name.
struct EnvironmentVariable {
    QString key;             ///< Its name.
    QString value;           ///< May contain references: `{{ secret.NAME }}`.
    QString secret;          ///< Name of the secret; when not empty, `value` is unused.
    QStringList scopes = {}; ///< Where it counts; empty: everywhere.
    friend bool operator==(const EnvironmentVariable &, const EnvironmentVariable &) = default;
};

/// A port on which the container listens.
struct DeploymentPort {
    int port = 0;     ///< 1 to 65535
    QString protocol; ///< `http`, `http2`, `tcp`
    friend bool operator==(const DeploymentPort &, const DeploymentPort &) = default;
};

/// A port that is reachable from the internet by plain TCP; where, the deployment's metadata tells.
struct DeploymentProxyPort {
    int port = 0;                             ///< 1 to 65535
    QString protocol = QStringLiteral("tcp"); ///< The only one there is.
    friend bool operator==(const DeploymentProxyPort &, const DeploymentProxyPort &) = default;
};

/// A name and a password for HTTP.
struct BasicAuth {
    QString username; ///< As HTTP has it.
    QString password; ///< A credential: never shown or logged.
    friend bool operator==(const BasicAuth &, const BasicAuth &) = default;
};

/// Who may use a route; with nothing set, everybody.
struct SecurityPolicies {
    QList<BasicAuth> basicAuths; ///< Whose name and password are let in.
    QStringList apiKeys;         ///< Credentials: never shown or logged.
    friend bool operator==(const SecurityPolicies &, const SecurityPolicies &) = default;
};

/// A path of the public address and the port that answers there.
struct DeploymentRoute {
    int port = 0;                           ///< One of DeploymentDefinition::ports.
    QString path;                           ///< Begins with a slash; all that begins with it goes there.
    SecurityPolicies securityPolicies = {}; ///< Who may use it.
    friend bool operator==(const DeploymentRoute &, const DeploymentRoute &) = default;
};

/// Idle times before sleep. Both count from the last request, so deep sleep must be the later one.
struct SleepIdleDelay {
    qint64 deepSleepSeconds = 0;  ///< 0 is never.
    qint64 lightSleepSeconds = 0; ///< 0 is never.
    friend bool operator==(const SleepIdleDelay &, const SleepIdleDelay &) = default;
};

/// A time in which a share of all requests shall be answered.
struct ResponseTimeTarget {
    qint64 milliseconds = 0; ///< The time to stay below.
    qint64 quantile = 0;     ///< e.g. 95
    friend bool operator==(const ResponseTimeTarget &, const ResponseTimeTarget &) = default;
};

/// What decides on the number of instances; exactly one member is set.
struct ScalingTarget {
    std::optional<qint64> averageCpuPercent;                ///< Of what the instances have.
    std::optional<qint64> averageMemoryPercent;             ///< Of what the instances have.
    std::optional<qint64> requestsPerSecond;                ///< On average.
    std::optional<qint64> concurrentRequests;               ///< On average.
    std::optional<ResponseTimeTarget> requestsResponseTime; ///< How fast requests shall be answered.
    std::optional<SleepIdleDelay> sleepIdleDelay;           ///< Needs a minimum of 0 instances.
    friend bool operator==(const ScalingTarget &, const ScalingTarget &) = default;
};

/// How many instances run, and what decides it.
struct DeploymentScaling {
    int minimum = 0;                   ///< Instances that always run; 0 lets it sleep.
    int maximum = 1;                   ///< Instances that run at most; 1 for sandboxes.
    QList<ScalingTarget> targets = {}; ///< What decides between the two.
    QStringList scopes = {};           ///< Where it counts; empty: everywhere.
    friend bool operator==(const DeploymentScaling &, const DeploymentScaling &) = default;
};

/// What a deployment runs on.
struct DeploymentInstanceType {
    QString type;            ///< Id of the catalog, e.g. `micro`
    QStringList scopes = {}; ///< Where it counts; empty: everywhere.
    friend bool operator==(const DeploymentInstanceType &, const DeploymentInstanceType &) = default;
};

/// A header that a health check sends.
struct HealthCheckHeader {
    QString key;   ///< Its name.
    QString value; ///< Its value.
    friend bool operator==(const HealthCheckHeader &, const HealthCheckHeader &) = default;
};

/// A health check by HTTP.
struct HttpHealthCheck {
    int port = 0;                           ///< One of DeploymentDefinition::ports.
    QString path;                           ///< Begins with a slash.
    QString method = QStringLiteral("GET"); ///< In capitals.
    QList<HealthCheckHeader> headers = {};  ///< Sent with each check.
    friend bool operator==(const HttpHealthCheck &, const HttpHealthCheck &) = default;
};

/// How the platform finds out that an instance works; either by TCP or by HTTP. Defaults are the platform's.
struct HealthCheck {
    qint64 gracePeriodSeconds = 5;       ///< From the start, in which failures do not count.
    qint64 intervalSeconds = 60;         ///< Between two checks.
    qint64 restartLimit = 3;             ///< Failures in a row before a restart.
    qint64 timeoutSeconds = 5;           ///< After which a check counts as failed.
    std::optional<int> tcpPort;          ///< Healthy when it takes connections.
    std::optional<HttpHealthCheck> http; ///< Healthy when it answers with success.
    friend bool operator==(const HealthCheck &, const HealthCheck &) = default;
};

/// A volume and where it is mounted.
struct DeploymentVolume {
    QString id;              ///< Of a volume of the account.
    QString path;            ///< Where it is mounted.
    qint64 replicaIndex = 0; ///< Which instance gets it, from 0.
    QStringList scopes = {}; ///< Where it counts; empty: everywhere.
    friend bool operator==(const DeploymentVolume &, const DeploymentVolume &) = default;
};

/// A file that is written before the container starts.
struct ConfigFile {
    QString path;                                 ///< Absolute.
    QString content;                              ///< May contain references: `{{ secret.NAME }}`.
    QString permissions = QStringLiteral("0644"); ///< Octal.
    friend bool operator==(const ConfigFile &, const ConfigFile &) = default;
};

/// What a deployment runs, where, and how it is reached.
struct DeploymentDefinition {
    QString name;        ///< The service's name.
    QString type;        ///< `SANDBOX`, `WEB`, `WORKER`, `DATABASE`
    QString strategy;    ///< e.g. `DEPLOYMENT_STRATEGY_TYPE_ROLLING`; empty: the platform's choice.
    DockerSource docker; ///< What it runs.
    QList<EnvironmentVariable> environment;      ///< What everything in it gets.
    QList<DeploymentPort> ports;                 ///< Where it listens.
    QList<DeploymentRoute> routes;               ///< How its ports are reached over HTTP.
    QList<DeploymentProxyPort> proxyPorts;       ///< How its ports are reached over TCP.
    QStringList regions;                         ///< Ids; where it runs.
    QList<DeploymentScaling> scalings;           ///< How many instances run.
    QList<DeploymentInstanceType> instanceTypes; ///< What it runs on.
    QList<HealthCheck> healthChecks;             ///< How it is found to work; empty: the platform's own way.
    QList<DeploymentVolume> volumes;             ///< What stays when an instance goes.
    QList<ConfigFile> configFiles;               ///< What is written before it starts.
    QString mesh;           ///< `DEPLOYMENT_MESH_AUTO`, `DEPLOYMENT_MESH_ENABLED`, `DEPLOYMENT_MESH_DISABLED`
    bool skipCache = false; ///< Whether builds begin from nothing.
    /// The source of services that are not made from an image: `git`, `archive` or `database` with its
    /// content, verbatim. Never a sandbox's; kept so that such a service comes back as it was.
    QJsonObject otherSource;
    friend bool operator==(const DeploymentDefinition &, const DeploymentDefinition &) = default;
};

/// The idle times of the definition's first scaling that has some.
[[nodiscard]] SleepIdleDelay sleepIdleDelay(const DeploymentDefinition &definition);

} // namespace Koyeb
