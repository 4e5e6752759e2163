// SPDX-License-Identifier: Apache-2.0
#include "api/logtail.h"
#include "core/manualclock.h"
#include "logserver.h"
#include "net/requestlog.h"

#include <QPointer>
#include <QSignalSpy>
#include <QTest>

using namespace Koyeb;
using namespace Koyeb::Test;
using namespace Qt::Literals::StringLiterals;

using State = LogTail::State;
using Hook = std::function<void(LogTail *tail, QObject *context)>;
Q_DECLARE_METATYPE(LogServer::Replay)
Q_DECLARE_METATYPE(Hook)

namespace {

constexpr LogTime second = 1'000'000'000;
constexpr LogTime millisecond = 1'000'000;
constexpr int patienceMs = 120'000; // A hang, not a slow machine.

} // namespace

class TestLogTail : public QObject {
    Q_OBJECT

    /// A tail of a server's log, under a clock that is turned by hand.
    struct Setup {
        explicit Setup() : now(logTimeFrom(clock.utc()))
        {
            RetryPolicy once;
            once.maximumAttempts = 1; // What is tried again here is the tail's doing.
            http.setRetryPolicy(once);
            QObject::connect(&tail, &LogTail::linesReceived, &tail, [this](const QList<LogEntry> &lines) {
                for (const auto &line : lines) {
                    messages.append(line.message);
                }
            });
        }
        void start(qsizetype history = 1000)
        {
            LogTail::Start start;
            start.filter.serviceId = u"s1"_s;
            start.history = history;
            tail.start(start);
        }

        ManualClock clock;
        LogTime now;
        LogServer server;
        HttpClient http{clock};
        ApiTransport transport{http, server.host()};
        QStringList messages;
        LogTail tail{transport, u"token"_s};
        QSignalSpy interrupted{&tail, &LogTail::interrupted};
        QSignalSpy ended{&tail, &LogTail::ended};
        QSignalSpy failed{&tail, &LogTail::failed};
    };

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

    void holdsBackNewLinesWhilePaused()
    {
        Setup setup;
        setup.start();
        QTRY_COMPARE_WITH_TIMEOUT(setup.tail.state(), State::Live, patienceMs);
        setup.tail.setPaused(true);
        for (int i = 0; i < 5000; ++i) {
            setup.server.write(setup.now + i * millisecond, QString::number(i) + QString(1000, u'x'));
        }
        // Most of it stays with the server, which feels it.
        for (int i = 0; i < 50; ++i) {
            QCoreApplication::processEvents(QEventLoop::AllEvents, 1);
        }
        QVERIFY(setup.server.peer()->bytesToWrite() > 1'000'000);
        QCOMPARE(setup.messages.size(), 0);
        setup.tail.setPaused(false);
        QTRY_COMPARE_WITH_TIMEOUT(setup.messages.size(), 5000, patienceMs);
        QCOMPARE(setup.messages, setup.server.messages());
    }

    void holdsBackNewLinesWhileItCatchesUp()
    {
        Setup setup;
        setup.server.beforeTail = [&] {
            setup.server.withholdsAnswers = true;
        };
        setup.start();
        QTRY_VERIFY_WITH_TIMEOUT(setup.server.hasWithheld(), patienceMs);
        for (int i = 0; i < 5000; ++i) {
            setup.server.write(setup.now + i * millisecond, QString::number(i) + QString(1000, u'x'));
        }
        for (int i = 0; i < 50; ++i) {
            QCoreApplication::processEvents(QEventLoop::AllEvents, 1);
        }
        QVERIFY(setup.server.peer()->bytesToWrite() > 1'000'000);
        setup.server.answerWithheld();
        QTRY_COMPARE_WITH_TIMEOUT(setup.messages.size(), 5000, patienceMs);
        QCOMPARE(setup.messages, setup.server.messages());
    }

    void asksForNoFurtherPageWhilePaused()
    {
        Setup setup;
        setup.server.pageLimit = 10;
        setup.start();
        QTRY_COMPARE_WITH_TIMEOUT(setup.tail.state(), State::Live, patienceMs);
        setup.server.cut();
        QTRY_COMPARE_WITH_TIMEOUT(setup.tail.state(), State::Waiting, patienceMs);
        for (int i = 0; i < 100; ++i) {
            setup.server.write(setup.now + i * millisecond);
        }
        connect(&setup.tail, &LogTail::linesReceived, &setup.tail, [&] {
            if (setup.messages.size() == 30) {
                setup.tail.setPaused(true);
            }
        });
        setup.clock.advance(std::chrono::seconds(1));
        QTRY_COMPARE_WITH_TIMEOUT(setup.messages.size(), 30, patienceMs);
        const int queries = setup.server.queries();
        for (int i = 0; i < 50; ++i) {
            QCoreApplication::processEvents(QEventLoop::AllEvents, 1);
        }
        QCOMPARE(setup.server.queries(), queries);
        setup.tail.setPaused(false);
        QTRY_COMPARE_WITH_TIMEOUT(setup.tail.state(), State::Live, patienceMs);
        QCOMPARE(setup.messages, setup.server.messages());
    }

    void repeatsNothingWhenPausedAcrossALoss()
    {
        Setup setup;
        setup.start();
        QTRY_COMPARE_WITH_TIMEOUT(setup.tail.state(), State::Live, patienceMs);
        for (int i = 0; i < 50; ++i) {
            setup.server.write(setup.now + i * millisecond);
        }
        QTRY_VERIFY_WITH_TIMEOUT(!setup.messages.isEmpty(), patienceMs);
        setup.tail.setPaused(true);
        for (int i = 50; i < 100; ++i) {
            setup.server.write(setup.now + i * millisecond);
        }
        for (int i = 0; i < 20; ++i) {
            QCoreApplication::processEvents(QEventLoop::AllEvents, 1);
        }
        setup.server.cut();
        setup.tail.setPaused(false);
        QTRY_COMPARE_WITH_TIMEOUT(setup.tail.state(), State::Waiting, patienceMs);
        setup.clock.advance(std::chrono::seconds(1));
        QTRY_COMPARE_WITH_TIMEOUT(setup.tail.state(), State::Live, patienceMs);
        QTRY_COMPARE_WITH_TIMEOUT(setup.messages, setup.server.messages(), patienceMs);
    }

    void endsAtOnceWhenClosed()
    {
        Setup setup;
        setup.server.write(setup.now);
        connect(&setup.tail, &LogTail::linesReceived, &setup.tail, [&] { setup.tail.close(); });
        setup.start();
        QTRY_COMPARE_WITH_TIMEOUT(setup.messages, QStringList{u"1"_s}, patienceMs);
        QCOMPARE(setup.tail.state(), State::Ended);
        for (int i = 0; i < 20; ++i) {
            QCoreApplication::processEvents(QEventLoop::AllEvents, 1);
        }
        QCOMPARE(setup.server.tails(), 0);
        QCOMPARE(setup.ended.size() + setup.failed.size() + setup.interrupted.size(), 0);
    }

    void mayBeDestroyedByWhoeverReceives_data()
    {
        QTest::addColumn<Hook>("hook");
        QTest::newRow("lines") << Hook([](LogTail *tail, QObject *context) {
            connect(tail, &LogTail::linesReceived, context, [tail] { delete tail; });
        });
        QTest::newRow("connecting") << Hook([](LogTail *tail, QObject *context) {
            connect(tail, &LogTail::stateChanged, context, [tail] { delete tail; });
        });
        QTest::newRow("live") << Hook([](LogTail *tail, QObject *context) {
            connect(tail, &LogTail::stateChanged, context, [tail](State state) {
                if (state == State::Live) {
                    delete tail;
                }
            });
        });
        QTest::newRow("interruption") << Hook([](LogTail *tail, QObject *context) {
            connect(tail, &LogTail::interrupted, context, [tail] { delete tail; });
        });
        QTest::newRow("end") << Hook([](LogTail *tail, QObject *context) {
            connect(tail, &LogTail::failed, context, [tail] { delete tail; });
        });
    }
    void mayBeDestroyedByWhoeverReceives()
    {
        QFETCH(const Hook, hook);
        Setup setup;
        setup.server.write(setup.now);
        const QPointer<LogTail> tail(new LogTail(setup.transport, u"token"_s));
        QObject context;
        hook(tail, &context);
        LogTail::Start start;
        start.filter.serviceId = u"s1"_s;
        tail->start(start);
        QTRY_VERIFY_WITH_TIMEOUT(!tail || tail->state() == State::Live, patienceMs);
        if (tail) {
            setup.server.sendFrame(R"({"error": {"code": 14, "message": "restarting"}})");
            QTRY_VERIFY_WITH_TIMEOUT(!tail || tail->state() == State::Waiting, patienceMs);
        }
        if (tail) {
            setup.server.queryStatus = 404;
            setup.clock.advance(std::chrono::seconds(1));
        }
        QTRY_VERIFY_WITH_TIMEOUT(!tail, patienceMs);
    }
};

QTEST_GUILESS_MAIN(TestLogTail)
#include "test_logtail.moc"
