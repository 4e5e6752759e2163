// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QDateTime>
#include <QList>
#include <QMetaType>
#include <QString>
#include <QStringList>

namespace Koyeb {

/// A point in time as logs name it: nanoseconds since 1970 in UTC; 0 is unset.
using LogTime = qint64;

/// RFC 3339 with nine decimals.
[[nodiscard]] QString logTimeText(LogTime time);
/// The other way round, to the nanosecond; 0 when `text` is no such time.
[[nodiscard]] LogTime logTimeFrom(const QString &text);
/// The same moment, to the millisecond.
[[nodiscard]] LogTime logTimeFrom(const QDateTime &time);

/// One line of a log. What a sandbox wrote is hostile: it may contain anything.
struct LogEntry {
    QString message;       ///< Without a line end.
    LogTime createdAt = 0; ///< When it was written.
    QString type;          ///< `runtime`, `build`
    QString stream;        ///< `stdout`, `stderr`, `koyeb`
    QString serviceId;     ///< May be empty.
    QString instanceId;    ///< May be empty, e.g. for what the platform says
    friend bool operator==(const LogEntry &, const LogEntry &) = default;
};

/// Whose lines, and which of them. At least one id is needed.
struct LogFilter {
    QString serviceId;                        ///< Empty: of any.
    QString deploymentId = {};                ///< Empty: of any.
    QStringList instanceIds = {};             ///< Empty: of any.
    QString appId = {};                       ///< Empty: of any.
    QString type = QStringLiteral("runtime"); ///< `runtime` or `build`.
    QStringList streams = {};                 ///< Empty: all
    QStringList regions = {};                 ///< Empty: all
    QString text = {};                        ///< Only lines with this text; excludes `regex`.
    QString regex = {};                       ///< Only lines that match
    friend bool operator==(const LogFilter &, const LogFilter &) = default;
};

/// Which lines come first.
enum class LogOrder { OldestFirst, NewestFirst };

/// Which lines are wanted, in which order.
struct LogQuery {
    LogFilter filter;                       ///< Whose lines, and which.
    LogTime start = 0;                      ///< Unset: a quarter of an hour ago
    LogTime end = 0;                        ///< Unset: now
    LogOrder order = LogOrder::NewestFirst; ///< Which lines come first.
    int limit = 1000;                       ///< Lines a page, at most 1000
    friend bool operator==(const LogQuery &, const LogQuery &) = default;
};

/// A part of what a query gives.
struct LogPage {
    QList<LogEntry> entries; ///< In the order that was asked for.
    bool hasMore = false;    ///< Whether there is another page.
    LogTime nextStart = 0;   ///< For the next page
    LogTime nextEnd = 0;     ///< For the next page
    friend bool operator==(const LogPage &, const LogPage &) = default;
};

/// The query for what comes after `page`, which `query` gave.
[[nodiscard]] LogQuery nextQuery(const LogQuery &query, const LogPage &page);

} // namespace Koyeb

Q_DECLARE_METATYPE(Koyeb::LogEntry)
