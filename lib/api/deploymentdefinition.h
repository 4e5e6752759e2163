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
    QString image;
    QString command;             ///< Replaces the image's command.
    QStringList args;            ///< Arguments of the command.
    QStringList entrypoint;      ///< Replaces the image's entrypoint.
    QString imageRegistrySecret; ///< Name of the secret of the image's registry; empty: a public image.
    bool privileged = false;
    friend bool operator==(const DockerSource &, const DockerSource &) = default;
};

/// A variable of a definition: plain, or taken from the account's secret of that name.
struct EnvironmentVariable {
    QString key;
    QString value;  ///< May contain references: `{{ secret.NAME }}`.
    QString secret; ///< Name of the secret; when not empty, `value` is unused.
    QStringList scopes = {};
    friend bool operator==(const EnvironmentVariable &, const EnvironmentVariable &) = default;
};

/// A port on which the container listens.
struct DeploymentPort {
    int port = 0;
    QString protocol; ///< `http`, `http2`, `tcp`
    friend bool operator==(const DeploymentPort &, const DeploymentPort &) = default;
};

/// A port that is reachable from the internet by plain TCP; where, the deployment's metadata tells.
struct DeploymentProxyPort {
    int port = 0;
    QString protocol = QStringLiteral("tcp");
    friend bool operator==(const DeploymentProxyPort &, const DeploymentProxyPort &) = default;
};

struct BasicAuth {
    QString username;
    QString password; ///< A credential: never shown or logged.
    friend bool operator==(const BasicAuth &, const BasicAuth &) = default;
};

/// Who may use a route; with nothing set, everybody.
struct SecurityPolicies {
    QList<BasicAuth> basicAuths;
    QStringList apiKeys; ///< Credentials: never shown or logged.
    friend bool operator==(const SecurityPolicies &, const SecurityPolicies &) = default;
};

/// A path of the public address and the port that answers there.
struct DeploymentRoute {
    int port = 0;
    QString path;
    SecurityPolicies securityPolicies = {};
    friend bool operator==(const DeploymentRoute &, const DeploymentRoute &) = default;
};

/// Idle times before sleep. Both count from the last request, so deep sleep must be the later one.
struct SleepIdleDelay {
    qint64 deepSleepSeconds = 0;  ///< 0 is never.
    qint64 lightSleepSeconds = 0; ///< 0 is never.
    friend bool operator==(const SleepIdleDelay &, const SleepIdleDelay &) = default;
};

struct ResponseTimeTarget {
    qint64 milliseconds = 0;
    qint64 quantile = 0; ///< e.g. 95
    friend bool operator==(const ResponseTimeTarget &, const ResponseTimeTarget &) = default;
};

/// What decides on the number of instances; exactly one member is set.
struct ScalingTarget {
    std::optional<qint64> averageCpuPercent;
    std::optional<qint64> averageMemoryPercent;
    std::optional<qint64> requestsPerSecond;
    std::optional<qint64> concurrentRequests;
    std::optional<ResponseTimeTarget> requestsResponseTime;
    std::optional<SleepIdleDelay> sleepIdleDelay; ///< Needs a minimum of 0 instances.
    friend bool operator==(const ScalingTarget &, const ScalingTarget &) = default;
};

struct DeploymentScaling {
    int minimum = 0;
    int maximum = 1;
    QList<ScalingTarget> targets = {};
    QStringList scopes = {};
    friend bool operator==(const DeploymentScaling &, const DeploymentScaling &) = default;
};

struct DeploymentInstanceType {
    QString type; ///< Id of the catalog, e.g. `micro`
    QStringList scopes = {};
    friend bool operator==(const DeploymentInstanceType &, const DeploymentInstanceType &) = default;
};

/// A header that a health check sends.
struct HealthCheckHeader {
    QString key;
    QString value;
    friend bool operator==(const HealthCheckHeader &, const HealthCheckHeader &) = default;
};

struct HttpHealthCheck {
    int port = 0;
    QString path;
    QString method = QStringLiteral("GET");
    QList<HealthCheckHeader> headers = {};
    friend bool operator==(const HttpHealthCheck &, const HttpHealthCheck &) = default;
};

/// How the platform finds out that an instance works; either by TCP or by HTTP. Defaults are the platform's.
struct HealthCheck {
    qint64 gracePeriodSeconds = 5;
    qint64 intervalSeconds = 60;
    qint64 restartLimit = 3;
    qint64 timeoutSeconds = 5;
    std::optional<int> tcpPort;
    std::optional<HttpHealthCheck> http;
    friend bool operator==(const HealthCheck &, const HealthCheck &) = default;
};

struct DeploymentVolume {
    QString id;
    QString path; ///< Where it is mounted.
    qint64 replicaIndex = 0;
    QStringList scopes = {};
    friend bool operator==(const DeploymentVolume &, const DeploymentVolume &) = default;
};

/// A file that is written before the container starts.
struct ConfigFile {
    QString path;
    QString content; ///< May contain references: `{{ secret.NAME }}`.
    QString permissions = QStringLiteral("0644");
    friend bool operator==(const ConfigFile &, const ConfigFile &) = default;
};

struct DeploymentDefinition {
    QString name;
    QString type;     ///< `SANDBOX`, `WEB`, `WORKER`, `DATABASE`
    QString strategy; ///< e.g. `DEPLOYMENT_STRATEGY_TYPE_ROLLING`; empty: the platform's choice.
    DockerSource docker;
    QList<EnvironmentVariable> environment;
    QList<DeploymentPort> ports;
    QList<DeploymentRoute> routes;
    QList<DeploymentProxyPort> proxyPorts;
    QStringList regions;
    QList<DeploymentScaling> scalings;
    QList<DeploymentInstanceType> instanceTypes;
    QList<HealthCheck> healthChecks;
    QList<DeploymentVolume> volumes;
    QList<ConfigFile> configFiles;
    QString mesh; ///< `DEPLOYMENT_MESH_AUTO`, `DEPLOYMENT_MESH_ENABLED`, `DEPLOYMENT_MESH_DISABLED`
    bool skipCache = false;
    /// The source of services that are not made from an image: `git`, `archive` or `database` with its
    /// content, verbatim. Never a sandbox's; kept so that such a service comes back as it was.
    QJsonObject otherSource;
    friend bool operator==(const DeploymentDefinition &, const DeploymentDefinition &) = default;
};

/// The idle times of the definition's first scaling that has some.
[[nodiscard]] SleepIdleDelay sleepIdleDelay(const DeploymentDefinition &definition);

} // namespace Koyeb
