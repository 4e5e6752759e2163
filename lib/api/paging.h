// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/jsonreader.h"
#include "net/httpclient.h"

#include <QCoroTask>
#include <QDateTime>
#include <QUrlQuery>

#include <functional>
#include <stop_token>

namespace Koyeb {

/// Items a page: what all known clients ask for; the maximum is not documented.
inline constexpr qsizetype listPageSize = 100;

/// One of the control plane's lists.
struct ListRequest {
    HttpRequest request;  ///< Without `limit` and `offset`.
    QLatin1String member; ///< Under which the reply holds the items.
    qsizetype atMost = 0; ///< So many of the first items; 0: all.
};

/// Reads a list to its end and hands every item to `read`, in order. A list tells in its own way whether it
/// goes on: by `has_next`, by `count`, or not at all, and then it ends with a short page. Items may come
/// twice when the list changes while it is read. A list that does not end is a Protocol error, unless only
/// its beginning is wanted.
QCoro::Task<Result<void>> readList(
    HttpClient &http, ListRequest list, std::function<void(const JsonReader &item)> read,
    std::stop_token stop);

/// `url` with one more query item, its value taken literally.
void addQueryItem(QUrl &url, const QString &key, const QString &value);

/// The same, where there is a value.
void filterBy(QUrl &url, const QString &key, const QString &value);

/// One item for each value: any of them matches.
void filterBy(QUrl &url, const QString &key, const QStringList &values);

/// The same, where the time is valid.
void filterBy(QUrl &url, const QString &key, const QDateTime &time);

} // namespace Koyeb
