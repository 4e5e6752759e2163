// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/timetext.h"

#include <QTest>

using namespace Koyeb::Desktop;
using namespace Qt::Literals::StringLiterals;

class TimeTextTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void timesAreToldRelativeToNow_data()
    {
        QTest::addColumn<qint64>("secondsAgo");
        QTest::addColumn<QString>("text");
        QTest::newRow("now") << qint64(0) << u"just now"_s;
        QTest::newRow("under a minute") << qint64(59) << u"just now"_s;
        QTest::newRow("a clock that is ahead a little") << qint64(-20) << u"just now"_s;
        QTest::newRow("minutes") << qint64(125) << u"2 minute(s) ago"_s;
        QTest::newRow("hours") << qint64(3 * 3600 + 5) << u"3 hour(s) ago"_s;
        QTest::newRow("days") << qint64(50 * 3600) << u"2 day(s) ago"_s;
        QTest::newRow("future") << qint64(-7200) << u"in 2 hour(s)"_s;
    }

    void timesAreToldRelativeToNow()
    {
        QFETCH(qint64, secondsAgo);
        QFETCH(QString, text);
        const QDateTime now(QDate(2026, 3, 1), QTime(12, 0), Qt::UTC);
        // Without a translation loaded, plurals show their source text.
        QCOMPARE(relativeTime(now.addSecs(-secondsAgo), now), text);
    }

    void agesAreTold()
    {
        const QDateTime now(QDate(2026, 3, 1), QTime(12, 0), Qt::UTC);
        QCOMPARE(ageText(now.addSecs(-185), now), u"as of 3 minute(s) ago"_s);
        QCOMPARE(ageText(now.addSecs(-59), now), u"as of a moment ago"_s);
        QVERIFY(ageText({}, now).isEmpty());
    }

    void unsetTimesHaveNoText()
    {
        QVERIFY(relativeTime({}, QDateTime::currentDateTimeUtc()).isEmpty());
        QVERIFY(exactTime({}).isEmpty());
    }

    void lengthsUseTheLargestUnitThatFitsExactly()
    {
        QCOMPARE(durationText(std::chrono::seconds(300)), u"5 minute(s)"_s);
        QCOMPARE(durationText(std::chrono::seconds(7200)), u"2 hour(s)"_s);
        QCOMPARE(durationText(std::chrono::seconds(90)), u"90 second(s)"_s);
    }
};

QTEST_APPLESS_MAIN(TimeTextTest)
#include "timetexttest.moc"
