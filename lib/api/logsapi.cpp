// SPDX-License-Identifier: Apache-2.0
#include "api/logsapi.h"

#include "api/jsonmembers.h"
#include "api/logoverlap.h"

#include <algorithm>

namespace Koyeb {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr qsizetype largestPage = 1000;

[[nodiscard]] LogTime readTime(const JsonReader &json, QLatin1String key)
{
    const bool isTime = json.timestamp(key).isValid(); // Notes what is none.
    return isTime ? logTimeFrom(json.string(key)) : 0;
}

void filterByTime(QUrl &url, const QString &key, LogTime time)
{
    if (time != 0) {
        addQueryItem(url, key, logTimeText(time));
    }
}

QCoro::Task<Result<QList<LogEntry>>> collectLastLines(
    const ApiTransport &transport, LogQuery query, qsizetype atMost, std::stop_token stop)
{
    QList<LogEntry> newestFirst;
    LogOverlap overlap(largestPage);
    while (newestFirst.size() < atMost) {
        query.limit = static_cast<int>(std::min(atMost - newestFirst.size(), largestPage));
        const auto page = co_await LogsApi(transport).query(query, stop);
        if (!page) {
            co_return failure(page.error());
        }
        overlap.beginRepetition(0); // A page may begin with the last lines of the one before.
        for (const auto &entry : page->entries) {
            if (overlap.take(entry)) {
                newestFirst.append(entry);
            }
        }
        const LogQuery next = nextQuery(query, *page);
        if (!page->hasMore || next == query) {
            break;
        }
        query = next;
    }
    newestFirst.resize(std::min(newestFirst.size(), atMost));
    std::reverse(newestFirst.begin(), newestFirst.end());
    co_return newestFirst;
}

} // namespace

LogEntry readLogEntry(const JsonReader &json)
{
    LogEntry entry;
    entry.message = json.string("msg"_L1);
    entry.createdAt = readTime(json, "created_at"_L1);
    const JsonReader labels = json.object("labels"_L1);
    entry.type = labels.string("type"_L1);
    entry.stream = labels.string("stream"_L1);
    entry.serviceId = labels.string("service_id"_L1);
    entry.instanceId = labels.string("instance_id"_L1);
    return entry;
}

LogPage readLogPage(const JsonReader &reply)
{
    LogPage page;
    page.entries = readAll(reply, "data"_L1, &readLogEntry);
    const JsonReader pagination = reply.object("pagination"_L1);
    page.hasMore = pagination.boolean("has_more"_L1);
    page.nextStart = readTime(pagination, "next_start"_L1);
    page.nextEnd = readTime(pagination, "next_end"_L1);
    return page;
}

void filterBy(QUrl &url, const LogFilter &filter)
{
    filterBy(url, u"type"_s, filter.type);
    filterBy(url, u"app_id"_s, filter.appId);
    filterBy(url, u"service_id"_s, filter.serviceId);
    filterBy(url, u"deployment_id"_s, filter.deploymentId);
    filterBy(url, u"instance_ids"_s, filter.instanceIds);
    filterBy(url, u"streams"_s, filter.streams);
    filterBy(url, u"regions"_s, filter.regions);
    filterBy(url, u"text"_s, filter.text);
    filterBy(url, u"regex"_s, filter.regex);
}

QCoro::Task<Result<LogPage>> LogsApi::query(LogQuery query, std::stop_token stop) const
{
    QUrl url = m_transport.url({u"streams"_s, u"logs"_s, u"query"_s});
    filterBy(url, query.filter);
    filterByTime(url, u"start"_s, query.start);
    filterByTime(url, u"end"_s, query.end);
    addQueryItem(url, u"order"_s, query.order == LogOrder::OldestFirst ? u"asc"_s : u"desc"_s);
    addQueryItem(url, u"limit"_s, QString::number(query.limit));
    return m_transport.fetchReply(m_transport.get(url), &readLogPage, std::move(stop));
}

QCoro::Task<Result<QList<LogEntry>>> LogsApi::lastLines(
    LogFilter filter, LogTime start, qsizetype atMost, std::stop_token stop) const
{
    LogQuery query;
    query.filter = std::move(filter);
    query.start = start;
    return collectLastLines(m_transport, std::move(query), atMost, std::move(stop));
}

} // namespace Koyeb
