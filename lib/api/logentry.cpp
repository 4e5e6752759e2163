// SPDX-License-Identifier: Apache-2.0
#include "api/logentry.h"

#include <cstdlib>
#include <limits>

namespace Koyeb {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr qint64 nanosecondsPerSecond = 1'000'000'000;
constexpr qsizetype decimals = 9;

/// 0 for what 64 bits cannot hold: years before 1678 and after 2261.
LogTime logTimeOf(const QDateTime &time, qint64 nanoseconds)
{
    constexpr auto limit = std::numeric_limits<LogTime>::max() / nanosecondsPerSecond;
    const auto seconds = time.isValid() ? time.toSecsSinceEpoch() : 0;
    return std::abs(seconds) < limit ? seconds * nanosecondsPerSecond + nanoseconds : 0;
}

} // namespace

QString logTimeText(LogTime time)
{
    const auto nanoseconds = (time % nanosecondsPerSecond + nanosecondsPerSecond) % nanosecondsPerSecond;
    const auto beforeThem = time / nanosecondsPerSecond - (time % nanosecondsPerSecond < 0 ? 1 : 0);
    const auto seconds = QDateTime::fromSecsSinceEpoch(beforeThem, Qt::UTC);
    const auto fraction = QString::number(nanoseconds).rightJustified(decimals, u'0');
    return seconds.toString(Qt::ISODate).chopped(1) + u'.' + fraction + u'Z'; // It ends with Z.
}

LogTime logTimeFrom(const QString &text)
{
    const auto time = QDateTime::fromString(text, Qt::ISODateWithMs);
    if (!time.isValid()) {
        return 0;
    }
    // QDateTime rounds to milliseconds, so the fraction is read apart.
    const qsizetype point = text.indexOf(u'.');
    if (point < 0) {
        return logTimeOf(time, 0);
    }
    qsizetype end = point + 1;
    while (end < text.size() && text.at(end) >= u'0' && text.at(end) <= u'9') {
        ++end;
    }
    const auto fraction =
        text.sliced(point + 1, end - point - 1).left(decimals).leftJustified(decimals, u'0');
    QString whole = text;
    whole.remove(point, end - point);
    return logTimeOf(QDateTime::fromString(whole, Qt::ISODate), fraction.toLongLong());
}

LogTime logTimeFrom(const QDateTime &time)
{
    const auto milliseconds = time.isValid() ? time.time().msec() : 0;
    return logTimeOf(time.addMSecs(-milliseconds), milliseconds * qint64{1'000'000});
}

LogQuery nextQuery(const LogQuery &query, const LogPage &page)
{
    LogQuery next = query;
    next.start = page.nextStart;
    next.end = page.nextEnd;
    return next;
}

} // namespace Koyeb
