// SPDX-License-Identifier: Apache-2.0
#include "api/metricsapi.h"

#include "api/jsonmembers.h"

namespace Koyeb {

using namespace Qt::Literals::StringLiterals;

namespace {

[[nodiscard]] MetricSample readSample(const JsonReader &json)
{
    MetricSample sample;
    sample.time = json.timestamp("timestamp"_L1);
    // Protobuf's JSON writes what is no number as a text: `NaN`, `Infinity`.
    if (json.has("value"_L1) && !json.json().value("value"_L1).isString()) {
        sample.value = json.number("value"_L1);
    }
    return sample;
}

[[nodiscard]] QList<MetricSeries> readMetrics(const JsonReader &reply)
{
    return readAll(reply, "metrics"_L1, &readMetricSeries);
}

} // namespace

QString metricName(Metric metric)
{
    switch (metric) {
    case Metric::CpuTotalPercent:
        break;
    case Metric::MemoryRss:
        return u"MEM_RSS"_s;
    case Metric::HttpThroughput:
        return u"HTTP_THROUGHPUT"_s;
    case Metric::HttpResponseTime50:
        return u"HTTP_RESPONSE_TIME_50P"_s;
    case Metric::HttpResponseTime90:
        return u"HTTP_RESPONSE_TIME_90P"_s;
    case Metric::HttpResponseTime99:
        return u"HTTP_RESPONSE_TIME_99P"_s;
    case Metric::HttpResponseTimeMaximum:
        return u"HTTP_RESPONSE_TIME_MAX"_s;
    case Metric::PublicDataTransferIn:
        return u"PUBLIC_DATA_TRANSFER_IN"_s;
    case Metric::PublicDataTransferOut:
        return u"PUBLIC_DATA_TRANSFER_OUT"_s;
    }
    return u"CPU_TOTAL_PERCENT"_s;
}

MetricSeries readMetricSeries(const JsonReader &json)
{
    return {json.stringMap("labels"_L1), readAll(json, "samples"_L1, &readSample)};
}

QCoro::Task<Result<QList<MetricSeries>>> MetricsApi::metrics(MetricQuery query, std::stop_token stop) const
{
    QUrl url = m_transport.url({u"streams"_s, u"metrics"_s});
    addQueryItem(url, u"name"_s, metricName(query.metric));
    if (query.instanceId.isEmpty()) {
        filterBy(url, u"service_id"_s, query.serviceId);
    } else {
        addQueryItem(url, u"instance_id"_s, query.instanceId);
    }
    filterBy(url, u"start"_s, query.start);
    filterBy(url, u"end"_s, query.end);
    addQueryItem(url, u"step"_s, u"%1m"_s.arg(query.step.count()));
    return m_transport.fetchReply(m_transport.get(url), &readMetrics, std::move(stop));
}

} // namespace Koyeb
