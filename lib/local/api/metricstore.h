// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "local/api/identifiers.h"

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <vector>

namespace Koyeb::Local {

/// What the processes of an instance used.
struct UsageSample {
    SystemTime time;
    double cpuPercent = 0; ///< of one processor, since the sample before
    std::uint64_t residentBytes = 0;
};

/// What passed through a gateway in one minute.
struct TrafficMinute {
    SystemTime start;
    std::array<std::uint64_t, 5> replies{}; ///< by the first digit of the status, 1xx first
    std::vector<double> milliseconds;       ///< how long replies took to begin; the first ones of the minute
    std::uint64_t bytesIn = 0;
    std::uint64_t bytesOut = 0;
};

/// Measurements of the last day. Bounded.
class MetricStore {
public:
    using InstanceUsage = std::map<std::string, std::deque<UsageSample>>; // by instance id

    void addUsage(const std::string &serviceId, const std::string &instanceId, UsageSample sample);
    void addReply(const std::string &serviceId, SystemTime now, unsigned status, double milliseconds);
    void addBytes(const std::string &serviceId, SystemTime now, std::uint64_t in, std::uint64_t out);
    void forget(const std::string &serviceId);

    // Oldest first; empty for unknown services.
    [[nodiscard]] const InstanceUsage &usage(const std::string &serviceId) const;
    [[nodiscard]] const std::deque<TrafficMinute> &traffic(const std::string &serviceId) const;

private:
    struct Service {
        InstanceUsage usage;
        std::deque<TrafficMinute> traffic;
    };

    [[nodiscard]] TrafficMinute &minuteOf(const std::string &serviceId, SystemTime now);

    std::map<std::string, Service> m_services;
};

} // namespace Koyeb::Local
