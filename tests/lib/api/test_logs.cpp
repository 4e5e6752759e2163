// SPDX-License-Identifier: Apache-2.0
#include "api/logoverlap.h"
#include "api/logsapi.h"
#include "apifixture.h"
#include "support/await.h"

#include <QJsonArray>
#include <QTest>

using namespace Koyeb;
using namespace Koyeb::Test;
using namespace Qt::Literals::StringLiterals;

namespace {

constexpr LogTime second = 1'000'000'000;

LogEntry line(LogTime time, const QString &message)
{
    LogEntry entry;
    entry.createdAt = time;
    entry.message = message;
    return entry;
}

} // namespace

class TestLogs : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void keepsTimesToTheNanosecond_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<LogTime>("time");
        QTest::newRow("nine decimals") << u"2026-11-22T10:00:00.123456789Z"_s << 1795341600'123456789LL;
        QTest::newRow("nearly the next second")
            << u"2026-11-22T10:00:00.999999999Z"_s << 1795341600'999999999LL;
        QTest::newRow("few decimals") << u"2026-11-22T10:00:00.5Z"_s << 1795341600'500000000LL;
        QTest::newRow("none") << u"2026-11-22T10:00:00Z"_s << 1795341600'000000000LL;
        QTest::newRow("other zone") << u"2026-11-22T12:00:00.000000001+02:00"_s << 1795341600'000000001LL;
        QTest::newRow("before 1970") << u"1969-12-31T23:59:59.500000001Z"_s << -499'999'999LL;
        QTest::newRow("too long ago") << u"0001-12-31T00:00:00.5Z"_s << LogTime(0);
        QTest::newRow("too far ahead") << u"9999-12-31T23:59:59Z"_s << LogTime(0);
        QTest::newRow("no time") << u"noon"_s << LogTime(0);
        QTest::newRow("empty") << QString() << LogTime(0);
    }
    void keepsTimesToTheNanosecond()
    {
        QFETCH(const QString, text);
        QFETCH(const LogTime, time);
        QCOMPARE(logTimeFrom(text), time);
        if (time != 0) {
            QCOMPARE(logTimeFrom(logTimeText(time)), time);
        }
    }

    void takesWhatNoNumberHoldsForUnset()
    {
        QCOMPARE(logTimeFrom(QDateTime({9999, 12, 31}, {0, 0}, Qt::UTC)), LogTime(0));
        QCOMPARE(logTimeFrom(QDateTime({1970, 1, 1}, {0, 0, 0, 7}, Qt::UTC)), LogTime(7'000'000));
    }

    void writesTimesWithNineDecimals()
    {
        QCOMPARE(logTimeText(1795341600'000000050LL), u"2026-11-22T10:00:00.000000050Z"_s);
    }

    void queriesAPage()
    {
        ApiFixture fixture(R"({"data": [{"msg": "hello", "created_at": "2026-11-22T10:00:00.000000001Z",
                "labels": {"type": "runtime", "stream": "stderr", "service_id": "s1", "instance_id": "i1"}},
            {"msg": "started", "created_at": "2026-11-22T10:00:00Z", "labels": {"stream": "koyeb"}}],
            "pagination": {"has_more": true, "next_start": "2026-11-22T09:00:00Z",
                "next_end": "2026-11-22T10:00:00Z"}})");
        LogQuery query;
        query.filter.serviceId = u"s1"_s;
        query.filter.instanceIds = QStringList{u"i1"_s, u"i2"_s};
        query.filter.streams = QStringList{u"stdout"_s, u"stderr"_s};
        query.filter.text = u"a+b"_s;
        query.start = 1795341600'000000050LL;
        query.limit = 50;
        const auto page = await(LogsApi(fixture.api.transport()).query(query, {}));
        QVERIFY(page && *page);
        QCOMPARE(fixture.line(), QByteArray("GET /v1/streams/logs/query"));
        QCOMPARE(fixture.queryItems(u"service_id"_s), QStringList{u"s1"_s});
        QCOMPARE(fixture.queryItems(u"instance_ids"_s), query.filter.instanceIds);
        QCOMPARE(fixture.queryItems(u"streams"_s), query.filter.streams);
        QCOMPARE(fixture.queryItems(u"text"_s), QStringList{u"a+b"_s});
        QCOMPARE(fixture.queryItems(u"type"_s), QStringList{u"runtime"_s});
        QCOMPARE(fixture.queryItems(u"start"_s), QStringList{u"2026-11-22T10:00:00.000000050Z"_s});
        QCOMPARE(fixture.queryItems(u"order"_s), QStringList{u"desc"_s});
        QCOMPARE(fixture.queryItems(u"limit"_s), QStringList{u"50"_s});
        QVERIFY(fixture.queryItems(u"end"_s).isEmpty());
        const LogEntry entry = (*page)->entries.value(0);
        QCOMPARE(entry.message, u"hello"_s);
        QCOMPARE(entry.createdAt, 1795341600'000000001LL);
        QCOMPARE(entry.stream, u"stderr"_s);
        QCOMPARE(entry.instanceId, u"i1"_s);
        QVERIFY((*page)->entries.value(1).instanceId.isEmpty());
        const LogQuery next = nextQuery(query, **page);
        QCOMPARE(logTimeText(next.start), u"2026-11-22T09:00:00.000000000Z"_s);
        QCOMPARE(logTimeText(next.end), u"2026-11-22T10:00:00.000000000Z"_s);
        QVERIFY(next.filter == query.filter);
    }

    void givesTheLastLinesOldestFirst()
    {
        // A log of 2500 lines, the n-th written in second n.
        ApiFixture fixture;
        fixture.server.answerWith([](const ScriptedHttpServer::Request &request) {
            const QUrlQuery query(QUrl::fromEncoded(request.target));
            const LogTime end = logTimeFrom(query.queryItemValue(u"end"_s, QUrl::FullyDecoded));
            const int limit = query.queryItemValue(u"limit"_s).toInt();
            int number = end == 0 ? 2500 : static_cast<int>(end / second);
            QJsonArray lines;
            for (; number > 0 && lines.size() < limit; --number) {
                lines.append(QJsonObject{
                    {"msg"_L1, QString::number(number)}, {"created_at"_L1, logTimeText(number * second)}});
            }
            const QJsonObject pagination{
                {"has_more"_L1, number > 0},
                {"next_start"_L1, logTimeText(second)},
                {"next_end"_L1, logTimeText(number * second)}};
            return ScriptedHttpServer::json(200, {{"data"_L1, lines}, {"pagination"_L1, pagination}});
        });
        const LogsApi logs(fixture.api.transport());
        const auto some = await(logs.lastLines({u"s1"_s}, second, 1200, {}));
        QVERIFY(some && *some);
        QCOMPARE((*some)->size(), 1200);
        QCOMPARE((*some)->first().message, u"1301"_s);
        QCOMPARE((*some)->last().message, u"2500"_s);
        QCOMPARE(fixture.server.requests().size(), 2);
        const auto all = await(logs.lastLines({u"s1"_s}, second, 10'000, {}));
        QVERIFY(all && *all);
        QCOMPARE((*all)->size(), 2500);
    }

    void knowsALineThatComesTwice()
    {
        LogOverlap overlap;
        QVERIFY(overlap.take(line(10 * second, u"a"_s)));
        QVERIFY(overlap.take(line(10 * second, u"b"_s)));
        QVERIFY(overlap.take(line(10 * second, u"b"_s))); // The program wrote it twice.
        overlap.beginRepetition(1000);
        QVERIFY(!overlap.take(line(10 * second, u"a"_s)));
        QVERIFY(!overlap.take(line(10 * second, u"b"_s)));
        QVERIFY(!overlap.take(line(10 * second, u"b"_s)));
        QVERIFY(overlap.take(line(10 * second, u"b"_s))); // A third time.
        QVERIFY(overlap.take(line(10 * second, u"c"_s)));
        QVERIFY(overlap.take(line(9 * second, u"late"_s)));
    }

    void tellsLinesOfDifferentOriginApart()
    {
        LogOverlap overlap;
        LogEntry entry = line(second, u"same"_s);
        QVERIFY(overlap.take(entry));
        overlap.beginRepetition(1000);
        entry.stream = u"stderr"_s;
        QVERIFY(overlap.take(entry));
        entry.instanceId = u"i2"_s;
        QVERIFY(overlap.take(entry));
    }

    void resumesALittleBeforeTheNewestLineButNotBeforeTheBeginning()
    {
        LogOverlap overlap;
        overlap.beginAt(100 * second);
        QCOMPARE(overlap.resumeAt(), 100 * second);
        QVERIFY(overlap.take(line(102 * second, u"a"_s)));
        QCOMPARE(overlap.resumeAt(), 100 * second);
        QVERIFY(overlap.take(line(200 * second, u"b"_s)));
        QVERIFY(overlap.take(line(190 * second, u"late"_s)));
        QCOMPARE(overlap.resumeAt(), 195 * second);
        QCOMPARE(overlap.newest(), 200 * second);
    }

    void remembersABoundedNumberOfLinesAndResumesWithinThem()
    {
        LogOverlap overlap(100);
        // All within a moment, so that it could not resume at a time of its own choice.
        for (int i = 1; i <= 1000; ++i) {
            QVERIFY(overlap.take(line(second + i, QString::number(i))));
        }
        QCOMPARE(overlap.resumeAt(), second + 900);
        overlap.beginRepetition(1000);
        for (int i = 900; i <= 1000; ++i) {
            QVERIFY2(!overlap.take(line(second + i, QString::number(i))), qPrintable(QString::number(i)));
        }
        QVERIFY(overlap.take(line(second + 1001, u"new"_s)));
    }

    void takesALateLineOnceTheRepetitionIsOver()
    {
        LogOverlap overlap(10);
        for (int i = 1; i <= 20; ++i) {
            QVERIFY(overlap.take(line(i * second, QString::number(i))));
        }
        overlap.beginRepetition(1);
        QVERIFY(!overlap.take(line(3 * second, u"3"_s)));
        QVERIFY(overlap.take(line(4 * second, u"a straggler"_s)));
    }
};

QTEST_GUILESS_MAIN(TestLogs)
#include "test_logs.moc"
