// SPDX-License-Identifier: Apache-2.0
#include "logtailsetup.h"
#include "net/requestlog.h"

using namespace Koyeb;
using namespace Koyeb::Test;
using namespace Qt::Literals::StringLiterals;

using State = LogTail::State;
using Setup = LogTailSetup;
Q_DECLARE_METATYPE(LogServer::Replay)

/// What reaches who follows a log, whatever happens on the way.
class TestLogTail : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// With the settings come the proxy, the authorities and the log.
    void itsConnectionIsMadeAsTheOthersAre()
    {
        Setup setup;
        NetworkSettings network;
        network.log = std::make_shared<RequestLog>(setup.clock);
        setup.http.setNetwork(network);
        setup.start();
        QTRY_VERIFY_WITH_TIMEOUT(setup.tail.state() == State::Live, patienceMs);
        bool hasSocket = false;
        for (auto number = network.log->firstNumber(); const auto *entry = network.log->entry(number);
             ++number) {
            hasSocket = hasSocket || entry->kind == RequestLogEntry::Kind::Socket;
        }
        QVERIFY(hasSocket);
    }

    void givesTheLastLinesAndThenNewOnes()
    {
        Setup setup;
        for (int i = 0; i < 10; ++i) {
            setup.server.write(setup.now - 100 * second + i * second);
        }
        setup.start(3);
        QTRY_COMPARE_WITH_TIMEOUT(setup.tail.state(), State::Live, patienceMs);
        QCOMPARE(setup.messages, (QStringList{u"8"_s, u"9"_s, u"10"_s}));
        setup.server.write(setup.now, u"new"_s);
        QTRY_COMPARE_WITH_TIMEOUT(
            setup.messages, (QStringList{u"8"_s, u"9"_s, u"10"_s, u"new"_s}), patienceMs);
    }

    void givesNoHistoryWhereNoneIsWanted()
    {
        Setup setup;
        setup.server.write(setup.now - second);
        setup.start(0);
        QTRY_COMPARE_WITH_TIMEOUT(setup.tail.state(), State::Live, patienceMs);
        setup.server.write(setup.now + second, u"new"_s);
        QTRY_COMPARE_WITH_TIMEOUT(setup.messages, QStringList{u"new"_s}, patienceMs);
    }

    void losesNothingToAServerWhoseClockIsBehind()
    {
        Setup setup;
        setup.start();
        QTRY_COMPARE_WITH_TIMEOUT(setup.tail.state(), State::Live, patienceMs);
        setup.server.write(setup.now - 60 * second, u"a"_s);
        QTRY_COMPARE_WITH_TIMEOUT(setup.messages, QStringList{u"a"_s}, patienceMs);
    }

    void missesNothingAndRepeatsNothingWhenTheConnectionIsLost_data()
    {
        QTest::addColumn<LogServer::Replay>("replay");
        QTest::addColumn<qsizetype>("replayLimit");
        QTest::addColumn<int>("missed");
        QTest::addColumn<LogTime>("interval");
        using Replay = LogServer::Replay;
        QTest::newRow("nothing missed") << Replay::Oldest << qsizetype(1000) << 0 << second;
        QTest::newRow("a few lines") << Replay::Oldest << qsizetype(1000) << 5 << second;
        QTest::newRow("the same nanosecond") << Replay::Oldest << qsizetype(1000) << 5 << LogTime(0);
        QTest::newRow("a server that repeats nothing") << Replay::Nothing << qsizetype(0) << 5 << second;
        QTest::newRow("the newest are repeated") << Replay::Newest << qsizetype(3) << 50 << second;
        QTest::newRow("several pages") << Replay::Oldest << qsizetype(1000) << 2500 << millisecond;
        QTest::newRow("more than is remembered")
            << Replay::Oldest << qsizetype(1000) << 12'000 << millisecond;
        QTest::newRow("more than is remembered, the newest repeated")
            << Replay::Newest << qsizetype(1000) << 12'000 << millisecond;
    }
    void missesNothingAndRepeatsNothingWhenTheConnectionIsLost()
    {
        QFETCH(const LogServer::Replay, replay);
        QFETCH(const qsizetype, replayLimit);
        QFETCH(const int, missed);
        QFETCH(const LogTime, interval);
        Setup setup;
        setup.server.replay = replay;
        setup.server.replayLimit = replayLimit;
        LogTime time = setup.now;
        setup.server.write(time);
        setup.start();
        QTRY_COMPARE_WITH_TIMEOUT(setup.tail.state(), State::Live, patienceMs);
        setup.server.write(time);
        setup.server.write(time += second);
        QTRY_COMPARE_WITH_TIMEOUT(setup.messages.size(), 3, patienceMs);
        setup.server.cut();
        QTRY_COMPARE_WITH_TIMEOUT(setup.tail.state(), State::Waiting, patienceMs);
        QCOMPARE(setup.interrupted.size(), 1);
        for (int i = 0; i < missed; ++i) {
            setup.server.write(time += interval);
        }
        setup.clock.advance(std::chrono::seconds(1));
        QTRY_COMPARE_WITH_TIMEOUT(setup.tail.state(), State::Live, patienceMs);
        setup.server.write(time + second, u"the last"_s);
        QTRY_COMPARE_WITH_TIMEOUT(setup.messages.value(setup.messages.size() - 1), u"the last"_s, patienceMs);
        QCOMPARE(setup.messages, setup.server.messages());
    }

    void knowsPagesThatOverlap()
    {
        Setup setup;
        setup.server.pagesOverlap = true;
        setup.server.pageLimit = 10;
        LogTime time = setup.now;
        for (int i = 0; i < 95; ++i) {
            setup.server.write(time += millisecond);
        }
        setup.start();
        QTRY_COMPARE_WITH_TIMEOUT(setup.tail.state(), State::Live, patienceMs);
        QCOMPARE(setup.messages, setup.server.messages());
        setup.server.cut();
        QTRY_COMPARE_WITH_TIMEOUT(setup.tail.state(), State::Waiting, patienceMs);
        for (int i = 0; i < 95; ++i) {
            setup.server.write(time += millisecond);
        }
        setup.clock.advance(std::chrono::seconds(1));
        QTRY_COMPARE_WITH_TIMEOUT(setup.tail.state(), State::Live, patienceMs);
        QCOMPARE(setup.messages, setup.server.messages());
    }

    void missesNothingThatIsWrittenWhileItConnects()
    {
        Setup setup;
        setup.server.replay = LogServer::Replay::Nothing;
        LogTime time = setup.now;
        setup.server.write(time);
        setup.server.beforeTail = [&] {
            setup.server.write(time += second);
        };
        setup.start();
        QTRY_COMPARE_WITH_TIMEOUT(setup.tail.state(), State::Live, patienceMs);
        QTRY_COMPARE_WITH_TIMEOUT(setup.messages, setup.server.messages(), patienceMs);
        QCOMPARE(setup.messages.size(), 2);
    }

    void missesNothingThatIsWrittenWhileItCatchesUp()
    {
        Setup setup;
        LogTime time = setup.now;
        setup.server.write(time);
        setup.server.beforeAnswer = [&] {
            setup.server.write(time += second);
        };
        setup.start();
        QTRY_COMPARE_WITH_TIMEOUT(setup.tail.state(), State::Live, patienceMs);
        setup.server.beforeAnswer = {};
        QTRY_COMPARE_WITH_TIMEOUT(setup.messages, setup.server.messages(), patienceMs);
    }

    void takesLinesThatArriveOutOfOrder()
    {
        Setup setup;
        setup.server.write(setup.now);
        setup.start();
        QTRY_COMPARE_WITH_TIMEOUT(setup.tail.state(), State::Live, patienceMs);
        setup.server.write(setup.now - second, u"late"_s);
        QTRY_COMPARE_WITH_TIMEOUT(setup.messages, (QStringList{u"1"_s, u"late"_s}), patienceMs);
        setup.server.cut();
        QTRY_COMPARE_WITH_TIMEOUT(setup.tail.state(), State::Waiting, patienceMs);
        setup.server.write(setup.now - 2 * second, u"later"_s);
        setup.clock.advance(std::chrono::seconds(1));
        QTRY_COMPARE_WITH_TIMEOUT(setup.messages, (QStringList{u"1"_s, u"late"_s, u"later"_s}), patienceMs);
    }

    void goesOnAfterSeveralLosses()
    {
        Setup setup;
        setup.start();
        LogTime time = setup.now;
        for (int loss = 0; loss < 5; ++loss) {
            QTRY_COMPARE_WITH_TIMEOUT(setup.tail.state(), State::Live, patienceMs);
            setup.server.write(time += second);
            setup.server.write(time += millisecond);
            QTRY_COMPARE_WITH_TIMEOUT(setup.messages.size(), setup.server.messages().size(), patienceMs);
            setup.server.cut();
            QTRY_COMPARE_WITH_TIMEOUT(setup.tail.state(), State::Waiting, patienceMs);
            setup.server.write(time += millisecond);
            setup.clock.advance(std::chrono::seconds(1));
        }
        QTRY_COMPARE_WITH_TIMEOUT(setup.tail.state(), State::Live, patienceMs);
        QTRY_COMPARE_WITH_TIMEOUT(setup.messages, setup.server.messages(), patienceMs);
    }

    void triesEverMoreSlowlyWhileTheServerIsAway()
    {
        Setup setup;
        setup.server.queryStatus = 503;
        setup.start();
        for (const int seconds : {1, 2, 4, 8, 16, 30, 30}) {
            QTRY_COMPARE_WITH_TIMEOUT(setup.tail.state(), State::Waiting, patienceMs);
            const int queries = setup.server.queries();
            setup.clock.advance(std::chrono::seconds(seconds) - std::chrono::milliseconds(1));
            QCOMPARE(setup.tail.state(), State::Waiting);
            setup.clock.advance(std::chrono::milliseconds(1));
            QTRY_COMPARE_WITH_TIMEOUT(setup.server.queries(), queries + 1, patienceMs);
        }
        QCOMPARE(setup.interrupted[0][0].value<Error>().kind, ErrorKind::Server);
        setup.server.queryStatus = 200;
        QTRY_COMPARE_WITH_TIMEOUT(setup.tail.state(), State::Waiting, patienceMs);
        setup.clock.advance(std::chrono::seconds(30));
        QTRY_COMPARE_WITH_TIMEOUT(setup.tail.state(), State::Live, patienceMs);
        QCOMPARE(setup.failed.size(), 0);
    }

    void triesAgainWhenTheStreamIsRefused()
    {
        Setup setup;
        setup.server.refusesTails = true;
        setup.start();
        QTRY_COMPARE_WITH_TIMEOUT(setup.tail.state(), State::Waiting, patienceMs);
        setup.server.refusesTails = false;
        setup.server.write(setup.now);
        setup.clock.advance(std::chrono::seconds(1));
        QTRY_COMPARE_WITH_TIMEOUT(setup.tail.state(), State::Live, patienceMs);
        QCOMPARE(setup.messages, QStringList{u"1"_s});
    }

    void saysWhatIsWrong_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<ErrorKind>("kind");
        QTest::newRow("token") << 401 << ErrorKind::Unauthorized;
        QTest::newRow("no such service") << 404 << ErrorKind::NotFound;
        QTest::newRow("filter") << 400 << ErrorKind::Invalid;
    }
    void saysWhatIsWrong()
    {
        QFETCH(const int, status);
        QFETCH(const ErrorKind, kind);
        Setup setup;
        setup.server.queryStatus = status;
        setup.start();
        QTRY_COMPARE_WITH_TIMEOUT(setup.failed.size(), 1, patienceMs);
        QCOMPARE(setup.failed[0][0].value<Error>().kind, kind);
        QCOMPARE(setup.tail.state(), State::Ended);
        QCOMPARE(setup.server.tails(), 0);
        QCOMPARE(setup.clock.pendingCalls(), 0);
    }

    void heedsAnErrorInTheStream()
    {
        Setup setup;
        setup.server.write(setup.now);
        setup.start();
        QTRY_COMPARE_WITH_TIMEOUT(setup.tail.state(), State::Live, patienceMs);
        setup.server.sendFrame(R"({"error": {"code": 14, "message": "restarting"}})");
        QTRY_COMPARE_WITH_TIMEOUT(setup.tail.state(), State::Waiting, patienceMs);
        setup.clock.advance(std::chrono::seconds(1));
        QTRY_COMPARE_WITH_TIMEOUT(setup.tail.state(), State::Live, patienceMs);
        connect(&setup.tail, &LogTail::failed, &setup.tail, [&] { setup.messages.append(u"failed"_s); });
        setup.server.write(setup.now + second, u"the last"_s);
        setup.server.sendFrame(R"({"error": {"code": 5, "message": "service not found"}})");
        QTRY_COMPARE_WITH_TIMEOUT(setup.failed.size(), 1, patienceMs);
        QCOMPARE(setup.failed[0][0].value<Error>().kind, ErrorKind::NotFound);
        QCOMPARE(setup.messages, (QStringList{u"1"_s, u"the last"_s, u"failed"_s}));
    }

    void skipsEmptyFrames()
    {
        Setup setup;
        setup.start();
        QTRY_COMPARE_WITH_TIMEOUT(setup.tail.state(), State::Live, patienceMs);
        setup.server.sendFrame(R"({"result": {"msg": "", "created_at": null, "labels": {}}})");
        setup.server.sendFrame(R"({"result": null})");
        setup.server.write(setup.now);
        QTRY_COMPARE_WITH_TIMEOUT(setup.messages, QStringList{u"1"_s}, patienceMs);
    }

    void endsWhenTheServerSaysSo()
    {
        Setup setup;
        setup.start();
        QTRY_COMPARE_WITH_TIMEOUT(setup.tail.state(), State::Live, patienceMs);
        connect(&setup.tail, &LogTail::ended, &setup.tail, [&] { setup.messages.append(u"ended"_s); });
        setup.server.write(setup.now);
        setup.server.closeNormally();
        QTRY_COMPARE_WITH_TIMEOUT(setup.ended.size(), 1, patienceMs);
        QCOMPARE(setup.messages, (QStringList{u"1"_s, u"ended"_s}));
        QCOMPARE(setup.tail.state(), State::Ended);
        QCOMPARE(setup.clock.pendingCalls(), 0);
    }
};

QTEST_GUILESS_MAIN(TestLogTail)
#include "test_logtail.moc"
