// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/apitransport.h"

#include <QDateTime>
#include <QMap>

#include <chrono>
#include <optional>

namespace Koyeb {

/// What is measured.
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

/// A measured value.
struct MetricSample {
    QDateTime time;              ///< UTC.
    std::optional<double> value; ///< Unset: a gap
    friend bool operator==(const MetricSample &, const MetricSample &) = default;
};

/// Values of one metric over time.
struct MetricSeries {
    QMap<QString, QString> labels; ///< e.g. `instance_id`, `code`
    QList<MetricSample> samples;   ///< In the order of time
    friend bool operator==(const MetricSeries &, const MetricSeries &) = default;
};

/// Which values are wanted.
struct MetricQuery {
    Metric metric = Metric::CpuTotalPercent; ///< What was measured.
    QString serviceId;                       ///< Where.
    QString instanceId = {};      ///< When set, the service does not count; only CPU and memory are known.
    QDateTime start = {};         ///< Unset: an hour before the end
    QDateTime end = {};           ///< Unset: now
    std::chrono::minutes step{5}; ///< Between two samples
};

/// The value as the wire has it; see JsonReader::result().
[[nodiscard]] MetricSeries readMetricSeries(const JsonReader &json);

/// What services and instances use and serve.
class MetricsApi {
public:
    /// `transport` outlives this object and what it is asked for.
    explicit MetricsApi(const ApiTransport &transport) : m_transport(transport) {}

    /// One series for each combination of labels.
    QCoro::Task<Result<QList<MetricSeries>>> metrics(MetricQuery query, std::stop_token stop) const;

private:
    const ApiTransport &m_transport;
};

} // namespace Koyeb
