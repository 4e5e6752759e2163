// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/apitransport.h"

#include <QDateTime>
#include <QMap>

#include <chrono>
#include <optional>

namespace Koyeb {

enum class Metric {
    CpuTotalPercent,    ///< Of one vCPU, by instance
    MemoryRss,          ///< Bytes, by instance
    HttpThroughput,     ///< Requests a step, by class of status, `2xx`
    HttpResponseTime50, ///< Milliseconds, as the other response times
    HttpResponseTime90,
    HttpResponseTime99,
    HttpResponseTimeMaximum,
    PublicDataTransferIn, ///< Bytes
    PublicDataTransferOut ///< Bytes
};

/// The API's name, e.g. `CPU_TOTAL_PERCENT`.
[[nodiscard]] QString metricName(Metric metric);

struct MetricSample {
    QDateTime time;
    std::optional<double> value; ///< Unset: a gap
    friend bool operator==(const MetricSample &, const MetricSample &) = default;
};

struct MetricSeries {
    QMap<QString, QString> labels; ///< e.g. `instance_id`, `code`
    QList<MetricSample> samples;   ///< In the order of time
    friend bool operator==(const MetricSeries &, const MetricSeries &) = default;
};

struct MetricQuery {
    Metric metric = Metric::CpuTotalPercent;
    QString serviceId;
    QString instanceId = {};      ///< When set, the service does not count; only CPU and memory are known.
    QDateTime start = {};         ///< Unset: an hour before the end
    QDateTime end = {};           ///< Unset: now
    std::chrono::minutes step{5}; ///< Between two samples
};

[[nodiscard]] MetricSeries readMetricSeries(const JsonReader &json);

/// What services and instances use and serve.
class MetricsApi {
public:
    explicit MetricsApi(const ApiTransport &transport) : m_transport(transport) {}

    QCoro::Task<Result<QList<MetricSeries>>> metrics(MetricQuery query, std::stop_token stop) const;

private:
    const ApiTransport &m_transport;
};

} // namespace Koyeb
