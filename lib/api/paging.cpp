// SPDX-License-Identifier: Apache-2.0
#include "api/paging.h"

#include <algorithm>

namespace Koyeb {

using namespace Qt::Literals::StringLiterals;

namespace {

// Far above any plan's limits: a list longer than this is a server that repeats itself.
constexpr int maximumPages = 200;

[[nodiscard]] bool goesOn(const JsonReader &page, qsizetype offset, qsizetype received)
{
    if (received == 0) {
        return false;
    }
    if (page.has("has_next"_L1)) {
        return page.boolean("has_next"_L1);
    }
    if (page.has("count"_L1)) {
        return offset + received < page.integer("count"_L1);
    }
    return received >= listPageSize;
}

[[nodiscard]] HttpRequest pageOf(const ListRequest &list, qsizetype offset)
{
    const qsizetype wanted = list.atMost > 0 ? list.atMost - offset : listPageSize;
    HttpRequest request = list.request;
    addQueryItem(request.url, u"limit"_s, QString::number(std::min(wanted, listPageSize)));
    addQueryItem(request.url, u"offset"_s, QString::number(offset));
    return request;
}

} // namespace

void filterBy(QUrl &url, const QString &key, const QString &value)
{
    if (!value.isEmpty()) {
        addQueryItem(url, key, value);
    }
}

void filterBy(QUrl &url, const QString &key, const QStringList &values)
{
    for (const auto &value : values) {
        filterBy(url, key, value);
    }
}

void filterBy(QUrl &url, const QString &key, const QDateTime &time)
{
    if (time.isValid()) {
        addQueryItem(url, key, time.toUTC().toString(Qt::ISODateWithMs));
    }
}

void addQueryItem(QUrl &url, const QString &key, const QString &value)
{
    QUrlQuery query(url);
    // QUrlQuery leaves `+` alone, which servers read as a blank.
    query.addQueryItem(key, QString::fromLatin1(QUrl::toPercentEncoding(value)));
    url.setQuery(query);
}

QCoro::Task<Result<void>> readList(
    HttpClient &http, ListRequest list, std::function<void(const JsonReader &item)> read,
    std::stop_token stop)
{
    qsizetype offset = 0;
    for (int page = 0; page < maximumPages; ++page) {
        HttpRequest request = pageOf(list, offset);
        const auto reply = co_await http.send(std::move(request), stop);
        if (!reply) {
            co_return failure(reply.error());
        }
        const auto object = parseJsonObject(reply->body);
        if (!object) {
            co_return failure(object.error());
        }
        const JsonReader reader(*object);
        qsizetype received = 0;
        reader.forEach(list.member, [&](const JsonReader &item) {
            if (list.atMost == 0 || offset + received < list.atMost) {
                read(item);
                ++received;
            }
        });
        const bool isEnough = list.atMost > 0 && offset + received >= list.atMost;
        const bool hasMore = !isEnough && goesOn(reader, offset, received);
        const Result<bool> checked = reader.result(hasMore);
        if (!checked) {
            co_return failure(checked.error());
        }
        if (!hasMore) {
            co_return {};
        }
        offset += received;
    }
    co_return failure(ErrorKind::Protocol, u"The list does not end."_s);
}

} // namespace Koyeb
