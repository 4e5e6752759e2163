// SPDX-License-Identifier: Apache-2.0
#include "local/api/logsapi.h"

#include "local/api/jsonwriters.h"

#include <algorithm>
#include <re2/re2.h>

namespace Koyeb::Local {

using nlohmann::json;

namespace {

constexpr std::size_t maximumLimit = 1000;
constexpr std::chrono::minutes defaultSpan{15};

bool contains(const std::vector<std::string> &values, std::string_view wanted)
{
    return values.empty() || std::ranges::find(values, wanted) != values.end();
}

/// The services that the ids in the query lead to; none for ids of others.
std::vector<std::string> servicesFor(const World &world, const ApiRequest &request)
{
    const std::string appId = request.queryValue("app_id");
    const std::string serviceId = request.queryValue("service_id");
    const std::string deploymentId = request.queryValue("deployment_id");
    const std::string regionalId = request.queryValue("regional_deployment_id");
    std::vector<std::string> instanceIds = request.queryValues("instance_ids");
    if (!request.queryValue("instance_id").empty())
        instanceIds.push_back(request.queryValue("instance_id"));
    std::vector<std::string> ids;
    const auto add = [&](const std::string &id) {
        const ServiceRecord *const service = world.services.find(id);
        if (service && isVisible(request, service->owner) && std::ranges::find(ids, id) == ids.end())
            ids.push_back(id);
    };
    if (const AppRecord *const app = world.apps.find(appId))
        std::ranges::for_each(app->serviceIds, add);
    if (!serviceId.empty())
        add(serviceId);
    for (const DeploymentRecord &deployment : world.deployments) {
        if (deployment.id == deploymentId || deployment.regionalDeploymentId == regionalId)
            add(deployment.serviceId);
    }
    for (const std::string &id : instanceIds) {
        if (const InstanceRecord *const instance = world.instances.find(id))
            add(instance->serviceId);
    }
    return ids;
}

bool namesSomething(const ApiRequest &request)
{
    return std::ranges::any_of(
        std::initializer_list<const char *>{
            "app_id", "service_id", "deployment_id", "regional_deployment_id", "instance_id", "instance_ids"},
        [&](const char *name) { return !request.queryValue(name).empty(); });
}

/// Whether a repeatable parameter is given, but without any value.
bool isGivenEmpty(const ApiRequest &request, std::string_view name)
{
    const bool given =
        std::ranges::any_of(request.query, [&](const auto &pair) { return pair.first == name; });
    return given && request.queryValues(name).empty();
}

ApiReply queryLogs(const World &world, const ApiRequest &request)
{
    std::vector<FieldError> errors;
    const auto filter = LogFilter::from(world, request, errors);
    if (!filter)
        return validationReply(errors);
    const SystemTime end = parsedTimestamp(request.queryValue("end")).value_or(world.now());
    const SystemTime start = parsedTimestamp(request.queryValue("start")).value_or(end - defaultSpan);
    const bool ascending = request.queryValue("order") == "asc";
    std::vector<const LoggedLine *> lines = matchingLines(world, *filter, start, end);
    if (!ascending)
        std::ranges::reverse(lines);
    const std::size_t limit = lineLimitOf(request, 100);
    const bool hasMore = lines.size() > limit;
    lines.resize(std::min(lines.size(), limit));
    json data = json::array();
    for (const LoggedLine *const line : lines)
        data.push_back(logEntryJson(*line));
    json pagination{{"has_more", hasMore}, {"next_start", nullptr}, {"next_end", nullptr}};
    if (hasMore) {
        const SystemTime last = lines.back()->time;
        const SystemTime nextStart = ascending ? last + SystemTime::duration(1) : start;
        pagination["next_start"] = preciseTimestamp(nextStart);
        pagination["next_end"] = preciseTimestamp(ascending ? end : last);
    }
    return {200, {{"data", std::move(data)}, {"pagination", std::move(pagination)}}};
}

} // namespace

std::optional<LogFilter> LogFilter::from(
    const World &world, const ApiRequest &request, std::vector<FieldError> &problem)
{
    LogFilter filter;
    if (!namesSomething(request))
        problem.push_back({"service_id", "an app, a service, a deployment or instances must be named"});
    const std::string expression = request.queryValue("regex");
    filter.m_text = request.queryValue("text");
    if (!filter.m_text.empty() && !expression.empty())
        problem.push_back({"regex", "cannot be used together with text"});
    if (!expression.empty()) {
        // RE2, which is Go's syntax: the time grows with the text alone, so that no expression stops the
        // engine.
        filter.m_expression = std::make_shared<const re2::RE2>(expression, re2::RE2::Quiet);
        if (!filter.m_expression->ok())
            problem.push_back({"regex", "is not a regular expression: " + filter.m_expression->error()});
    }
    if (!problem.empty())
        return std::nullopt;
    filter.m_serviceIds = servicesFor(world, request);
    filter.m_instanceIds = request.queryValues("instance_ids");
    if (!request.queryValue("instance_id").empty())
        filter.m_instanceIds.push_back(request.queryValue("instance_id"));
    filter.m_deploymentId = request.queryValue("deployment_id");
    filter.m_regionalDeploymentId = request.queryValue("regional_deployment_id");
    filter.m_streams = request.queryValues("streams");
    if (!request.queryValue("stream").empty())
        filter.m_streams.push_back(request.queryValue("stream"));
    filter.m_regions = request.queryValues("regions");
    // Nothing is built here, so there are no lines of type build.
    filter.m_nothing = request.queryValue("type") == "build" || isGivenEmpty(request, "streams") ||
                       filter.m_regions == std::vector<std::string>{"none"};
    return filter;
}

bool LogFilter::lets(const LoggedLine &line) const
{
    const LogSource &source = *line.source;
    // What the platform says belongs to no region and no instance, and is part of all.
    const bool isOfPlace = source.instanceId.empty() ||
                           (contains(m_instanceIds, source.instanceId) && contains(m_regions, source.region));
    return !m_nothing && isOfPlace && contains(m_streams, toText(line.stream)) &&
           (m_deploymentId.empty() || m_deploymentId == source.deploymentId) &&
           (m_regionalDeploymentId.empty() || m_regionalDeploymentId == source.regionalDeploymentId) &&
           line.text.find(m_text) != std::string::npos &&
           (!m_expression || re2::RE2::PartialMatch(line.text, *m_expression));
}

json logEntryJson(const LoggedLine &line)
{
    const LogSource &source = *line.source;
    json labels{
        {"type", "runtime"},
        {"stream", toText(line.stream)},
        {"organization_id", source.organizationId},
        {"app_id", source.appId},
        {"service_id", source.serviceId}};
    if (!source.instanceId.empty())
        labels["instance_id"] = source.instanceId;
    return {{"msg", line.text}, {"created_at", preciseTimestamp(line.time)}, {"labels", std::move(labels)}};
}

std::vector<const LoggedLine *> matchingLines(
    const World &world, const LogFilter &filter, SystemTime start, SystemTime end)
{
    std::vector<const LoggedLine *> matching;
    for (const std::string &serviceId : filter.serviceIds()) {
        for (const LoggedLine &line : world.logs.lines(serviceId)) {
            if (line.time >= start && line.time < end && filter.lets(line))
                matching.push_back(&line);
        }
    }
    std::ranges::sort(matching, {}, &LoggedLine::number);
    return matching;
}

std::size_t lineLimitOf(const ApiRequest &request, std::size_t otherwise)
{
    const std::size_t limit = numberIn(request.queryValue("limit")).value_or(otherwise);
    return std::clamp<std::size_t>(limit, 1, maximumLimit);
}

void addLogQueryRoute(Router &router, const World &world)
{
    router.add("GET", "/v1/streams/logs/query", [&world](const ApiRequest &request) {
        return queryLogs(world, request);
    });
}

} // namespace Koyeb::Local
