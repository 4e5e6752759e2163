// SPDX-License-Identifier: Apache-2.0
#include "local/api/metricsapi.h"

#include "local/lifecycle/lifecycle.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>

namespace Koyeb::Local {

using nlohmann::json;

namespace {

/// The times that a query asks for: one sample for each step from `start` up to `end`, for what was measured
/// in the step before that time.
struct Steps {
    SystemTime start;
    SystemTime end;
    std::chrono::minutes step{5};

    /// Which sample a time belongs to; no value: none.
    [[nodiscard]] std::optional<std::size_t> indexOf(SystemTime time) const
    {
        if (time <= start - step || time > end)
            return std::nullopt;
        const SystemTime::duration almostStep = step - SystemTime::duration(1);
        return static_cast<std::size_t>(std::max(time - start + almostStep, SystemTime::duration(0)) / step);
    }
    [[nodiscard]] std::size_t count() const { return static_cast<std::size_t>((end - start) / step) + 1; }
};

constexpr std::size_t maximumSteps = 11'000;

std::optional<std::chrono::minutes> stepFrom(const std::string &text)
{
    if (text.empty())
        return std::chrono::minutes(5);
    const auto count = numberIn(text.substr(0, text.size() - 1));
    if (!count || *count < 1 || *count > 10'000)
        return std::nullopt;
    if (text.back() == 'm')
        return std::chrono::minutes(*count);
    return text.back() == 'h' ? std::optional<std::chrono::minutes>(std::chrono::hours(*count))
                              : std::nullopt;
}

std::optional<Steps> stepsFrom(const World &world, const ApiRequest &request, std::vector<FieldError> &errors)
{
    Steps steps;
    steps.end = parsedTimestamp(request.queryValue("end")).value_or(world.now());
    steps.start = parsedTimestamp(request.queryValue("start")).value_or(steps.end - std::chrono::hours(1));
    const auto step = stepFrom(request.queryValue("step"));
    if (!step)
        errors.push_back({"step", "must be minutes or hours, such as 5m or 1h"});
    else
        steps.step = *step;
    if (steps.start > steps.end)
        errors.push_back({"start", "must not be after end"});
    else if (steps.count() > maximumSteps)
        errors.push_back({"step", "is too short for the time between start and end"});
    return errors.empty() ? std::optional(steps) : std::nullopt;
}

/// The values of each step, made one by `combine`; a step without any is a gap.
using Values = std::map<std::size_t, std::vector<double>>;

json samplesJson(const Steps &steps, const Values &values, double (*combine)(std::vector<double>))
{
    json samples = json::array();
    for (std::size_t i = 0; i < steps.count(); ++i) {
        const auto found = values.find(i);
        const json value = found == values.end() ? json() : json(combine(found->second));
        const SystemTime time = steps.start + i * steps.step;
        samples.push_back({{"timestamp", timestamp(time)}, {"value", value}});
    }
    return samples;
}

double mean(std::vector<double> values)
{
    double sum = 0;
    for (const double value : values)
        sum += value;
    return sum / static_cast<double>(values.size());
}

double sum(std::vector<double> values)
{
    return mean(values) * static_cast<double>(values.size());
}

template<int Percent> double percentile(std::vector<double> values)
{
    std::ranges::sort(values);
    const auto rank =
        static_cast<std::size_t>(std::ceil(Percent / 100.0 * static_cast<double>(values.size())));
    return values[std::max<std::size_t>(rank, 1) - 1];
}

json usageMetrics(
    const World &world, const Steps &steps, const std::string &serviceId, const std::string &instanceId,
    double (*value)(const UsageSample &))
{
    json metrics = json::array();
    for (const auto &[id, samples] : world.metrics.usage(serviceId)) {
        if (!instanceId.empty() && id != instanceId)
            continue;
        Values values;
        for (const UsageSample &sample : samples) {
            if (const auto index = steps.indexOf(sample.time))
                values[*index].push_back(value(sample));
        }
        if (!values.empty())
            metrics.push_back(
                {{"labels", {{"instance_id", id}}}, {"samples", samplesJson(steps, values, mean)}});
    }
    return metrics;
}

json throughputMetrics(const World &world, const Steps &steps, const std::string &serviceId)
{
    json metrics = json::array();
    for (std::size_t group = 0; group < 5; ++group) {
        Values values;
        for (const TrafficMinute &minute : world.metrics.traffic(serviceId)) {
            const auto index = steps.indexOf(minute.start);
            if (index && minute.replies.at(group) > 0)
                values[*index].push_back(static_cast<double>(minute.replies.at(group)));
        }
        if (!values.empty()) {
            const std::string code = std::to_string(group + 1) + "xx";
            metrics.push_back({{"labels", {{"code", code}}}, {"samples", samplesJson(steps, values, sum)}});
        }
    }
    return metrics;
}

json trafficMetrics(
    const World &world, const Steps &steps, const std::string &serviceId,
    const std::function<std::vector<double>(const TrafficMinute &)> &valuesOf,
    double (*combine)(std::vector<double>))
{
    Values values;
    for (const TrafficMinute &minute : world.metrics.traffic(serviceId)) {
        const auto index = steps.indexOf(minute.start);
        for (const double value : index ? valuesOf(minute) : std::vector<double>())
            values[*index].push_back(value);
    }
    if (values.empty())
        return json::array();
    return json::array({{{"labels", json::object()}, {"samples", samplesJson(steps, values, combine)}}});
}

std::vector<double> durationsOf(const TrafficMinute &minute)
{
    return minute.milliseconds;
}

/// No value: there is no metric of this name.
std::optional<json> metricsNamed(
    const std::string &name, const World &world, const Steps &steps, const std::string &serviceId,
    const std::string &instanceId)
{
    const auto traffic = [&](const auto &valuesOf, double (*combine)(std::vector<double>)) {
        return trafficMetrics(world, steps, serviceId, valuesOf, combine);
    };
    if (name == "CPU_TOTAL_PERCENT")
        return usageMetrics(
            world, steps, serviceId, instanceId, [](const UsageSample &sample) { return sample.cpuPercent; });
    if (name == "MEM_RSS")
        return usageMetrics(world, steps, serviceId, instanceId, [](const UsageSample &sample) {
            return static_cast<double>(sample.residentBytes);
        });
    if (name == "HTTP_THROUGHPUT")
        return throughputMetrics(world, steps, serviceId);
    if (name == "HTTP_RESPONSE_TIME_50P")
        return traffic(durationsOf, percentile<50>);
    if (name == "HTTP_RESPONSE_TIME_90P")
        return traffic(durationsOf, percentile<90>);
    if (name == "HTTP_RESPONSE_TIME_99P")
        return traffic(durationsOf, percentile<99>);
    if (name == "HTTP_RESPONSE_TIME_MAX")
        return traffic(durationsOf, percentile<100>);
    if (name == "PUBLIC_DATA_TRANSFER_IN")
        return traffic(
            [](const TrafficMinute &minute) { return std::vector{static_cast<double>(minute.bytesIn)}; },
            sum);
    if (name == "PUBLIC_DATA_TRANSFER_OUT")
        return traffic(
            [](const TrafficMinute &minute) { return std::vector{static_cast<double>(minute.bytesOut)}; },
            sum);
    return std::nullopt;
}

ApiReply queryMetrics(World &world, Lifecycle &lifecycle, const ApiRequest &request)
{
    const std::string instanceId = request.queryValue("instance_id");
    const InstanceRecord *const instance = world.instances.find(instanceId);
    const std::string serviceId = instance ? instance->serviceId : request.queryValue("service_id");
    const ServiceRecord *const service = world.services.find(serviceId);
    if (!service || !isVisible(request, service->owner) || (!instanceId.empty() && !instance))
        return notFoundReply(instanceId.empty() ? "Service" : "Instance");
    lifecycle.measure(serviceId);
    std::vector<FieldError> errors;
    const auto steps = stepsFrom(world, request, errors);
    if (!steps)
        return validationReply(errors);
    auto metrics = metricsNamed(request.queryValue("name"), world, *steps, serviceId, instanceId);
    if (!metrics)
        return validationReply({{"name", "there is no such metric"}});
    return {200, {{"metrics", std::move(*metrics)}}};
}

} // namespace

void addMetricsRoute(Router &router, World &world, Lifecycle &lifecycle)
{
    router.add("GET", "/v1/streams/metrics", [&world, &lifecycle](const ApiRequest &request) {
        return queryMetrics(world, lifecycle, request);
    });
}

} // namespace Koyeb::Local
