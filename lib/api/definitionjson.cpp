// SPDX-License-Identifier: Apache-2.0
#include "api/jsonmembers.h"
#include "api/readers.h"

namespace Koyeb {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr QLatin1String otherSources[] = {"git"_L1, "archive"_L1, "database"_L1};

[[nodiscard]] int readPort(const JsonReader &json)
{
    return static_cast<int>(json.integer("port"_L1));
}

[[nodiscard]] DockerSource readDocker(const JsonReader &json)
{
    DockerSource docker;
    docker.image = json.string("image"_L1);
    docker.command = json.string("command"_L1);
    docker.args = json.strings("args"_L1);
    docker.entrypoint = json.strings("entrypoint"_L1);
    docker.imageRegistrySecret = json.string("image_registry_secret"_L1);
    docker.privileged = json.boolean("privileged"_L1);
    return docker;
}

[[nodiscard]] QJsonObject writeDocker(const DockerSource &docker)
{
    QJsonObject json{{"image"_L1, docker.image}};
    insertIfSet(json, "command"_L1, docker.command);
    insertIfSet(json, "args"_L1, docker.args);
    insertIfSet(json, "entrypoint"_L1, docker.entrypoint);
    insertIfSet(json, "image_registry_secret"_L1, docker.imageRegistrySecret);
    json.insert("privileged"_L1, docker.privileged);
    return json;
}

[[nodiscard]] EnvironmentVariable readVariable(const JsonReader &json)
{
    EnvironmentVariable variable;
    variable.key = json.string("key"_L1);
    variable.value = json.string("value"_L1);
    variable.secret = json.string("secret"_L1);
    variable.scopes = json.strings("scopes"_L1);
    return variable;
}

[[nodiscard]] QJsonObject writeVariable(const EnvironmentVariable &variable)
{
    QJsonObject json{{"key"_L1, variable.key}};
    if (variable.secret.isEmpty()) {
        json.insert("value"_L1, variable.value); // Also when empty: that is a value.
    } else {
        json.insert("secret"_L1, variable.secret);
    }
    insertIfSet(json, "scopes"_L1, variable.scopes);
    return json;
}

[[nodiscard]] DeploymentPort readDeploymentPort(const JsonReader &json)
{
    return {readPort(json), json.string("protocol"_L1)};
}

[[nodiscard]] QJsonObject writeDeploymentPort(const DeploymentPort &port)
{
    return {{"port"_L1, port.port}, {"protocol"_L1, port.protocol}};
}

[[nodiscard]] DeploymentProxyPort readProxyPort(const JsonReader &json)
{
    return {readPort(json), json.string("protocol"_L1)};
}

[[nodiscard]] QJsonObject writeProxyPort(const DeploymentProxyPort &port)
{
    return {{"port"_L1, port.port}, {"protocol"_L1, port.protocol}};
}

[[nodiscard]] BasicAuth readBasicAuth(const JsonReader &json)
{
    return {json.string("username"_L1), json.string("password"_L1)};
}

[[nodiscard]] QJsonObject writeBasicAuth(const BasicAuth &auth)
{
    return {{"username"_L1, auth.username}, {"password"_L1, auth.password}};
}

[[nodiscard]] DeploymentRoute readRoute(const JsonReader &json)
{
    DeploymentRoute route;
    route.port = readPort(json);
    route.path = json.string("path"_L1);
    const JsonReader policies = json.object("security_policies"_L1);
    route.securityPolicies.basicAuths = readAll(policies, "basic_auths"_L1, &readBasicAuth);
    route.securityPolicies.apiKeys = policies.strings("api_keys"_L1);
    return route;
}

[[nodiscard]] QJsonObject writeRoute(const DeploymentRoute &route)
{
    QJsonObject policies;
    insertIfSet(policies, "basic_auths"_L1, toJsonArray(route.securityPolicies.basicAuths, &writeBasicAuth));
    insertIfSet(policies, "api_keys"_L1, route.securityPolicies.apiKeys);
    QJsonObject json{{"port"_L1, route.port}, {"path"_L1, route.path}};
    insertIfSet(json, "security_policies"_L1, policies);
    return json;
}

[[nodiscard]] std::optional<qint64> readTargetValue(const JsonReader &json, QLatin1String key)
{
    if (!json.has(key)) {
        return std::nullopt;
    }
    return json.object(key).integer("value"_L1);
}

void writeTargetValue(QJsonObject &json, QLatin1String key, std::optional<qint64> value)
{
    if (value) {
        json.insert(key, QJsonObject{{"value"_L1, *value}});
    }
}

[[nodiscard]] ScalingTarget readTarget(const JsonReader &json)
{
    ScalingTarget target;
    target.averageCpuPercent = readTargetValue(json, "average_cpu"_L1);
    target.averageMemoryPercent = readTargetValue(json, "average_mem"_L1);
    target.requestsPerSecond = readTargetValue(json, "requests_per_second"_L1);
    target.concurrentRequests = readTargetValue(json, "concurrent_requests"_L1);
    if (json.has("requests_response_time"_L1)) {
        const JsonReader time = json.object("requests_response_time"_L1);
        target.requestsResponseTime =
            ResponseTimeTarget{time.integer("value"_L1), time.integer("quantile"_L1)};
    }
    if (json.has("sleep_idle_delay"_L1)) {
        const JsonReader delay = json.object("sleep_idle_delay"_L1);
        target.sleepIdleDelay =
            SleepIdleDelay{delay.integer("deep_sleep_value"_L1), delay.integer("light_sleep_value"_L1)};
    }
    return target;
}

[[nodiscard]] QJsonObject writeTarget(const ScalingTarget &target)
{
    QJsonObject json;
    writeTargetValue(json, "average_cpu"_L1, target.averageCpuPercent);
    writeTargetValue(json, "average_mem"_L1, target.averageMemoryPercent);
    writeTargetValue(json, "requests_per_second"_L1, target.requestsPerSecond);
    writeTargetValue(json, "concurrent_requests"_L1, target.concurrentRequests);
    if (target.requestsResponseTime) {
        json.insert(
            "requests_response_time"_L1, QJsonObject{
                                             {"value"_L1, target.requestsResponseTime->milliseconds},
                                             {"quantile"_L1, target.requestsResponseTime->quantile}});
    }
    if (target.sleepIdleDelay) {
        QJsonObject delay;
        insertIfSet(delay, "deep_sleep_value"_L1, target.sleepIdleDelay->deepSleepSeconds);
        insertIfSet(delay, "light_sleep_value"_L1, target.sleepIdleDelay->lightSleepSeconds);
        json.insert("sleep_idle_delay"_L1, delay);
    }
    return json;
}

[[nodiscard]] DeploymentScaling readScaling(const JsonReader &json)
{
    DeploymentScaling scaling;
    scaling.minimum = static_cast<int>(json.integer("min"_L1));
    scaling.maximum = static_cast<int>(json.integer("max"_L1));
    scaling.targets = readAll(json, "targets"_L1, &readTarget);
    scaling.scopes = json.strings("scopes"_L1);
    return scaling;
}

[[nodiscard]] QJsonObject writeScaling(const DeploymentScaling &scaling)
{
    QJsonObject json{{"min"_L1, scaling.minimum}, {"max"_L1, scaling.maximum}};
    insertIfSet(json, "targets"_L1, toJsonArray(scaling.targets, &writeTarget));
    insertIfSet(json, "scopes"_L1, scaling.scopes);
    return json;
}

[[nodiscard]] DeploymentInstanceType readDeploymentInstanceType(const JsonReader &json)
{
    return {json.string("type"_L1), json.strings("scopes"_L1)};
}

[[nodiscard]] QJsonObject writeDeploymentInstanceType(const DeploymentInstanceType &type)
{
    QJsonObject json{{"type"_L1, type.type}};
    insertIfSet(json, "scopes"_L1, type.scopes);
    return json;
}

[[nodiscard]] HealthCheckHeader readHeader(const JsonReader &json)
{
    return {json.string("key"_L1), json.string("value"_L1)};
}

[[nodiscard]] QJsonObject writeHeader(const HealthCheckHeader &header)
{
    return {{"key"_L1, header.key}, {"value"_L1, header.value}};
}

[[nodiscard]] HealthCheck readHealthCheck(const JsonReader &json)
{
    HealthCheck check;
    check.gracePeriodSeconds = json.integer("grace_period"_L1);
    check.intervalSeconds = json.integer("interval"_L1);
    check.restartLimit = json.integer("restart_limit"_L1);
    check.timeoutSeconds = json.integer("timeout"_L1);
    if (json.has("tcp"_L1)) {
        check.tcpPort = readPort(json.object("tcp"_L1));
    }
    if (json.has("http"_L1)) {
        const JsonReader http = json.object("http"_L1);
        check.http = HttpHealthCheck{
            readPort(http), http.string("path"_L1), http.string("method"_L1),
            readAll(http, "headers"_L1, &readHeader)};
    }
    return check;
}

[[nodiscard]] QJsonObject writeHealthCheck(const HealthCheck &check)
{
    QJsonObject json{
        {"grace_period"_L1, check.gracePeriodSeconds},
        {"interval"_L1, check.intervalSeconds},
        {"restart_limit"_L1, check.restartLimit},
        {"timeout"_L1, check.timeoutSeconds},
    };
    if (check.tcpPort) {
        json.insert("tcp"_L1, QJsonObject{{"port"_L1, *check.tcpPort}});
    }
    if (check.http) {
        QJsonObject http{{"port"_L1, check.http->port}, {"path"_L1, check.http->path}};
        insertIfSet(http, "method"_L1, check.http->method);
        insertIfSet(http, "headers"_L1, toJsonArray(check.http->headers, &writeHeader));
        json.insert("http"_L1, http);
    }
    return json;
}

[[nodiscard]] DeploymentVolume readVolume(const JsonReader &json)
{
    return {
        json.string("id"_L1), json.string("path"_L1), json.integer("replica_index"_L1),
        json.strings("scopes"_L1)};
}

[[nodiscard]] QJsonObject writeVolume(const DeploymentVolume &volume)
{
    QJsonObject json{{"id"_L1, volume.id}, {"path"_L1, volume.path}};
    insertIfSet(json, "replica_index"_L1, volume.replicaIndex);
    insertIfSet(json, "scopes"_L1, volume.scopes);
    return json;
}

[[nodiscard]] ConfigFile readConfigFile(const JsonReader &json)
{
    return {json.string("path"_L1), json.string("content"_L1), json.string("permissions"_L1)};
}

[[nodiscard]] QJsonObject writeConfigFile(const ConfigFile &file)
{
    QJsonObject json{{"path"_L1, file.path}, {"content"_L1, file.content}};
    insertIfSet(json, "permissions"_L1, file.permissions);
    return json;
}

} // namespace

SleepIdleDelay sleepIdleDelay(const DeploymentDefinition &definition)
{
    for (const auto &scaling : definition.scalings) {
        for (const auto &target : scaling.targets) {
            if (target.sleepIdleDelay) {
                return *target.sleepIdleDelay;
            }
        }
    }
    return {};
}

DeploymentDefinition readDefinition(const JsonReader &json)
{
    DeploymentDefinition definition;
    definition.name = json.string("name"_L1);
    definition.type = json.string("type"_L1);
    definition.strategy = json.object("strategy"_L1).string("type"_L1);
    definition.docker = readDocker(json.object("docker"_L1));
    definition.environment = readAll(json, "env"_L1, &readVariable);
    definition.ports = readAll(json, "ports"_L1, &readDeploymentPort);
    definition.routes = readAll(json, "routes"_L1, &readRoute);
    definition.proxyPorts = readAll(json, "proxy_ports"_L1, &readProxyPort);
    definition.regions = json.strings("regions"_L1);
    definition.scalings = readAll(json, "scalings"_L1, &readScaling);
    definition.instanceTypes = readAll(json, "instance_types"_L1, &readDeploymentInstanceType);
    definition.healthChecks = readAll(json, "health_checks"_L1, &readHealthCheck);
    definition.volumes = readAll(json, "volumes"_L1, &readVolume);
    definition.configFiles = readAll(json, "config_files"_L1, &readConfigFile);
    definition.mesh = json.string("mesh"_L1);
    definition.skipCache = json.boolean("skip_cache"_L1);
    for (const auto source : otherSources) {
        if (json.has(source)) {
            definition.otherSource.insert(source, json.object(source).json());
        }
    }
    return definition;
}

QJsonObject toJson(const DeploymentDefinition &definition)
{
    QJsonObject json = definition.otherSource;
    json.insert("name"_L1, definition.name);
    json.insert("type"_L1, definition.type);
    if (!definition.strategy.isEmpty()) {
        json.insert("strategy"_L1, QJsonObject{{"type"_L1, definition.strategy}});
    }
    if (definition.otherSource.isEmpty()) {
        json.insert("docker"_L1, writeDocker(definition.docker));
    }
    insertIfSet(json, "env"_L1, toJsonArray(definition.environment, &writeVariable));
    insertIfSet(json, "ports"_L1, toJsonArray(definition.ports, &writeDeploymentPort));
    insertIfSet(json, "routes"_L1, toJsonArray(definition.routes, &writeRoute));
    insertIfSet(json, "proxy_ports"_L1, toJsonArray(definition.proxyPorts, &writeProxyPort));
    insertIfSet(json, "regions"_L1, definition.regions);
    insertIfSet(json, "scalings"_L1, toJsonArray(definition.scalings, &writeScaling));
    insertIfSet(
        json, "instance_types"_L1, toJsonArray(definition.instanceTypes, &writeDeploymentInstanceType));
    insertIfSet(json, "health_checks"_L1, toJsonArray(definition.healthChecks, &writeHealthCheck));
    insertIfSet(json, "volumes"_L1, toJsonArray(definition.volumes, &writeVolume));
    insertIfSet(json, "config_files"_L1, toJsonArray(definition.configFiles, &writeConfigFile));
    insertIfSet(json, "mesh"_L1, definition.mesh);
    if (definition.skipCache) {
        json.insert("skip_cache"_L1, true);
    }
    return json;
}

} // namespace Koyeb
