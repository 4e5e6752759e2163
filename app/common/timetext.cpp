// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/timetext.h"

#include <QCoreApplication>
#include <QLocale>

namespace Koyeb::Desktop {

namespace {

class TimeTexts {
    Q_DECLARE_TR_FUNCTIONS(Koyeb::Desktop::TimeTexts)

public:
    static QString past(qint64 seconds);
    static QString future(qint64 seconds);
    static QString length(qint64 seconds);
    static QString justNow() { return tr("just now"); }
    static QString age(const QDateTime &time, const QDateTime &now);
};

constexpr qint64 minute = 60;
constexpr qint64 hour = 60 * minute;
constexpr qint64 day = 24 * hour;

QString TimeTexts::past(qint64 seconds)
{
    if (seconds < hour) {
        return tr("%n minute(s) ago", nullptr, static_cast<int>(seconds / minute));
    }
    if (seconds < day) {
        return tr("%n hour(s) ago", nullptr, static_cast<int>(seconds / hour));
    }
    return tr("%n day(s) ago", nullptr, static_cast<int>(seconds / day));
}

QString TimeTexts::future(qint64 seconds)
{
    if (seconds < hour) {
        return tr("in %n minute(s)", nullptr, static_cast<int>(seconds / minute));
    }
    if (seconds < day) {
        return tr("in %n hour(s)", nullptr, static_cast<int>(seconds / hour));
    }
    return tr("in %n day(s)", nullptr, static_cast<int>(seconds / day));
}

QString TimeTexts::length(qint64 seconds)
{
    if (seconds < minute || seconds % minute != 0) {
        return tr("%n second(s)", nullptr, static_cast<int>(seconds));
    }
    if (seconds < hour || seconds % hour != 0) {
        return tr("%n minute(s)", nullptr, static_cast<int>(seconds / minute));
    }
    return tr("%n hour(s)", nullptr, static_cast<int>(seconds / hour));
}

QString TimeTexts::age(const QDateTime &time, const QDateTime &now)
{
    return time.secsTo(now) < minute ? tr("as of a moment ago")
                                     : tr("as of %1", "3 minutes ago").arg(relativeTime(time, now));
}

} // namespace

QString relativeTime(const QDateTime &time, const QDateTime &now)
{
    if (!time.isValid()) {
        return {};
    }
    const auto seconds = time.secsTo(now);
    if (qAbs(seconds) < minute) {
        return TimeTexts::justNow();
    }
    return seconds > 0 ? TimeTexts::past(seconds) : TimeTexts::future(-seconds);
}

QString exactTime(const QDateTime &time)
{
    return time.isValid() ? QLocale().toString(time.toLocalTime(), QLocale::LongFormat) : QString();
}

QString ageText(const QDateTime &time, const QDateTime &now)
{
    return time.isValid() ? TimeTexts::age(time, now) : QString();
}

QString durationText(std::chrono::seconds duration)
{
    return TimeTexts::length(duration.count());
}

} // namespace Koyeb::Desktop
