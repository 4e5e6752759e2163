// SPDX-License-Identifier: Apache-2.0
#include "api/logentry.h"

namespace Koyeb {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr qint64 nanosecondsPerSecond = 1'000'000'000;
constexpr qsizetype decimals = 9;

} // namespace

QString logTimeText(LogTime time)
{
    const auto seconds = QDateTime::fromSecsSinceEpoch(time / nanosecondsPerSecond, Qt::UTC);
    const auto fraction = QString::number(time % nanosecondsPerSecond).rightJustified(decimals, u'0');
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
        return time.toSecsSinceEpoch() * nanosecondsPerSecond;
    }
    qsizetype end = point + 1;
    while (end < text.size() && text.at(end) >= u'0' && text.at(end) <= u'9') {
        ++end;
    }
    const auto fraction =
        text.sliced(point + 1, end - point - 1).left(decimals).leftJustified(decimals, u'0');
    QString whole = text;
    whole.remove(point, end - point);
    return QDateTime::fromString(whole, Qt::ISODate).toSecsSinceEpoch() * nanosecondsPerSecond +
           fraction.toLongLong();
}

LogTime logTimeFrom(const QDateTime &time)
{
    return time.isValid() ? time.toMSecsSinceEpoch() * 1'000'000 : 0;
}

LogQuery nextQuery(const LogQuery &query, const LogPage &page)
{
    LogQuery next = query;
    next.start = page.nextStart;
    next.end = page.nextEnd;
    return next;
}

} // namespace Koyeb
