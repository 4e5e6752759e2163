// SPDX-License-Identifier: Apache-2.0
#include "logtailsetup.h"

#include <QPointer>

using namespace Koyeb;
using namespace Koyeb::Test;
using namespace Qt::Literals::StringLiterals;

using State = LogTail::State;
using Setup = LogTailSetup;
using Hook = std::function<void(LogTail *tail, QObject *context)>;
Q_DECLARE_METATYPE(Hook)

/// Logs that are followed with pauses, and no more.
class TestLogPause : public QObject {
    Q_OBJECT

private Q_SLOTS:
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

QTEST_GUILESS_MAIN(TestLogPause)
#include "test_logpause.moc"
