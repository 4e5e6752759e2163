// SPDX-License-Identifier: Apache-2.0
#include "local/api/metricstore.h"

#include <algorithm>

namespace Koyeb::Local {

namespace {

constexpr std::size_t maximumSamples = 8640; // a day at one each ten seconds
constexpr std::size_t maximumMinutes = 1440;
constexpr std::size_t maximumInstances = 20;
constexpr std::size_t maximumDurations = 500;

/// Forgets the instance whose last sample is the oldest.
void dropOldest(MetricStore::InstanceUsage &usage)
{
    const auto oldest =
        std::ranges::min_element(usage, {}, [](const auto &instance) { return instance.second.back().time; });
    usage.erase(oldest);
}

} // namespace

void MetricStore::addUsage(const std::string &serviceId, const std::string &instanceId, UsageSample sample)
{
    InstanceUsage &usage = m_services[serviceId].usage;
    auto &samples = usage[instanceId];
    samples.push_back(sample);
    if (samples.size() > maximumSamples)
        samples.pop_front();
    if (usage.size() > maximumInstances)
        dropOldest(usage);
}

TrafficMinute &MetricStore::minuteOf(const std::string &serviceId, SystemTime now)
{
    const auto start = std::chrono::floor<std::chrono::minutes>(now);
    auto &traffic = m_services[serviceId].traffic;
    if (traffic.empty() || traffic.back().start < start) {
        traffic.emplace_back();
        traffic.back().start = start;
        if (traffic.size() > maximumMinutes)
            traffic.pop_front();
    }
    return traffic.back();
}

void MetricStore::addReply(const std::string &serviceId, SystemTime now, unsigned status, double milliseconds)
{
    TrafficMinute &minute = minuteOf(serviceId, now);
    ++minute.replies.at(std::clamp(status / 100, 1U, 5U) - 1);
    if (minute.milliseconds.size() < maximumDurations)
        minute.milliseconds.push_back(milliseconds);
}

void MetricStore::addBytes(const std::string &serviceId, SystemTime now, std::uint64_t in, std::uint64_t out)
{
    TrafficMinute &minute = minuteOf(serviceId, now);
    minute.bytesIn += in;
    minute.bytesOut += out;
}

void MetricStore::forget(const std::string &serviceId)
{
    m_services.erase(serviceId);
}

const MetricStore::InstanceUsage &MetricStore::usage(const std::string &serviceId) const
{
    static const InstanceUsage none;
    const auto found = m_services.find(serviceId);
    return found == m_services.end() ? none : found->second.usage;
}

const std::deque<TrafficMinute> &MetricStore::traffic(const std::string &serviceId) const
{
    static const std::deque<TrafficMinute> none;
    const auto found = m_services.find(serviceId);
    return found == m_services.end() ? none : found->second.traffic;
}

} // namespace Koyeb::Local
