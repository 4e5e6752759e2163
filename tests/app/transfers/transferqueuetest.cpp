// SPDX-License-Identifier: GPL-3.0-or-later
#include "queuescene.h"

#include <QPointer>
#include <QSignalSpy>
#include <QtTest>

using namespace Koyeb;
using namespace Koyeb::Desktop;
using namespace Qt::Literals::StringLiterals;

class TransferQueueTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void runsThreeAtATime()
    {
        Scene s(5);
        QCOMPARE(s.states(), u"running running running waiting waiting"_s);
        QCOMPARE(s.fakes.count(), 3);
        s.fakes[1].succeed();
        QCOMPARE(s.states(), u"running finished running running waiting"_s);
        QVERIFY(s.fakes[3].isStarted());
        QCOMPARE(s.queue.openCount(), 4);
    }

    void cancellingStopsTheTransferAndLetsTheNextOneRun()
    {
        Scene s(4);
        const quint64 first = s.record(0).id;
        s.queue.cancel(first);
        QVERIFY(s.fakes[0].isCancelled());
        QCOMPARE(s.states(), u"cancelled running running running"_s);
        s.fakes[0].succeed(); // Too late.
        QCOMPARE(s.states(), u"cancelled running running running"_s);
    }

    void cancellingOneThatWaitsNeverMakesIt()
    {
        Scene s(4);
        s.queue.cancel(s.queue.records().last().id);
        QCOMPARE(s.states(), u"running running running cancelled"_s);
        QCOMPARE(s.fakes.count(), 3);
    }

    void deletingASandboxCancelsOnlyItsTransfers()
    {
        Scene s(1, u"other"_s);
        s.queue.enqueue(s.fakes.orders(4, u"deleted"_s));
        s.queue.cancelAllOf(u"deleted"_s);
        QCOMPARE(s.states(), u"running cancelled cancelled cancelled cancelled"_s);
        QCOMPARE(s.fakes.count(), 3);
    }

    void failuresKeepTheirReasonAndCanBeRetried()
    {
        Scene s(1);
        s.fakes[0].advance(5, 10);
        s.fakes[0].fail(ErrorKind::Offline, u"no route"_s);
        QCOMPARE(s.states(), u"failed"_s);
        QCOMPARE(s.record(0).error.message, u"no route"_s);

        s.queue.retry(s.record(0).id);
        QCOMPARE(s.states(), u"running"_s);
        QCOMPARE(s.record(0).progress.doneBytes, 0);
        QCOMPARE(s.fakes.count(), 2);
        s.fakes[1].succeed();
        QCOMPARE(s.states(), u"finished"_s);
        QCOMPARE(s.record(0).error, Error());
    }

    void aFailureKeepsHowFarItCame()
    {
        Scene s(1);
        s.fakes[0].advance(9, 10);
        s.fakes[0].setDoneBytes(5); // Of the rest it turns out that it has not arrived.
        s.fakes[0].fail(ErrorKind::Rejected);
        QCOMPARE(s.record(0).progress.doneBytes, 5);
        QCOMPARE(s.record(0).progress.totalBytes, 10);
    }

    void whatCannotHelpIsNotRetried()
    {
        Scene s(2);
        s.fakes[0].fail(ErrorKind::Invalid);
        QVERIFY(!s.record(0).canBeRetried());
        s.fakes[1].succeed({{"/home/fifo", Error::of(ErrorKind::Invalid, {})}});
        QVERIFY(!s.record(1).canBeRetried());
    }

    void whatIsLeftBehindIsWaitedFor()
    {
        Scene s(4);
        const QSignalSpy cleanedUp(&s.queue, &TransferQueue::cleanedUp);
        const QPointer<FakeTransfer> cancelled = &s.fakes[0];
        const QPointer<FakeTransfer> finished = &s.fakes[1];
        for (int i = 0; i < 2; ++i) {
            s.fakes[i].leaveSomething();
        }
        s.queue.cancel(s.record(0).id);
        s.fakes[1].succeed();
        s.queue.suspendAll();
        QCOMPARE(s.states(), u"cancelled finished cancelled cancelled"_s);
        QCOMPARE(s.fakes.count(), 4);
        s.queue.clearFinished();
        QVERIFY(s.queue.isCleaningUp());
        cancelled->cleanUp();
        QVERIFY(s.queue.isCleaningUp());
        QCOMPARE(cleanedUp.size(), 0);
        finished->cleanUp();
        QVERIFY(!s.queue.isCleaningUp());
        QCOMPARE(cleanedUp.size(), 1);
        QTRY_VERIFY(!cancelled && !finished);
    }

    void finishedOnesAreNotRetried()
    {
        Scene s(1);
        s.fakes[0].succeed();
        s.queue.retry(s.record(0).id);
        QCOMPARE(s.fakes.count(), 1);
    }

    void finishingWithProblemsNamesThemAndCanBeRetried()
    {
        Scene s(1);
        s.fakes[0].succeed({{"/home/a", Error::of(ErrorKind::Local, u"gone"_s)}});
        QCOMPARE(s.states(), u"finished"_s);
        QCOMPARE(s.record(0).problems.size(), 1);
        QVERIFY(s.record(0).canBeRetried());
    }

    void asksOnceForABatchAndOverwritesAll()
    {
        Scene s(4);
        s.fakes[0].fail(ErrorKind::Conflict);
        s.fakes[1].fail(ErrorKind::Conflict);
        QCOMPARE(s.states(), u"exists exists running running"_s);
        QCOMPARE(s.asked.size(), 2);
        const quint64 batch = s.asked[0][0].toULongLong();
        QCOMPARE(s.asked[1][0].toULongLong(), batch);
        QCOMPARE(s.asked[0][1].toULongLong(), s.record(0).id);
        QCOMPARE(s.asked[0][2].toString(), u"file0"_s);

        s.fakes[2].succeed();
        s.queue.answerExistingTargets(batch, ExistingTarget::Overwrite);
        QCOMPARE(s.states(), u"running running finished running"_s);
        QVERIFY(s.fakes[4].existing() == ExistingTarget::Overwrite);
        s.fakes[3].fail(ErrorKind::Conflict);
        QCOMPARE(s.asked.size(), 2); // The answer was for all of the batch.
        QCOMPARE(s.states(), u"running running finished running"_s);
    }

    void skippingLeavesTheTargets()
    {
        Scene s(2);
        s.fakes[0].fail(ErrorKind::Conflict);
        s.queue.answerExistingTargets(s.asked[0][0].toULongLong(), ExistingTarget::Refuse);
        s.fakes[1].fail(ErrorKind::Conflict);
        QCOMPARE(s.states(), u"skipped skipped"_s);
        QCOMPARE(s.fakes.count(), 2);
    }

    void anAnswerMayBeForOneOnly()
    {
        Scene s(3);
        s.fakes[0].fail(ErrorKind::Conflict);
        s.fakes[1].fail(ErrorKind::Conflict);
        s.queue.answerExistingTarget(s.record(1).id, ExistingTarget::KeepBoth);
        QCOMPARE(s.states(), u"exists running running"_s);
        QVERIFY(s.fakes[3].existing() == ExistingTarget::KeepBoth);
        s.fakes[2].fail(ErrorKind::Conflict);
        QCOMPARE(s.asked.size(), 3); // It was for that one.
    }

    void whatLeavesItsOnlyFileOutIsSkipped()
    {
        Scene s(2);
        s.fakes[0].leaveOut(1);
        s.fakes[0].succeed();
        s.fakes[1].leaveOut(2);
        s.fakes[1].advance(1, 1);
        s.fakes[1].succeed();
        QCOMPARE(s.states(), u"skipped finished"_s);
    }

    void anotherBatchAsksAgain()
    {
        Scene s(1);
        s.queue.enqueue(s.fakes.orders(1));
        s.fakes[0].fail(ErrorKind::Conflict);
        s.queue.answerExistingTargets(s.asked[0][0].toULongLong(), ExistingTarget::Overwrite);
        s.fakes[1].fail(ErrorKind::Conflict);
        QCOMPARE(s.asked.size(), 2);
    }

    void aConflictWhenOverwritingIsAFailure()
    {
        Scene s(1);
        s.fakes[0].fail(ErrorKind::Conflict);
        s.queue.answerExistingTargets(s.asked[0][0].toULongLong(), ExistingTarget::Overwrite);
        s.fakes[1].fail(ErrorKind::Conflict);
        QCOMPARE(s.states(), u"failed"_s);
        QCOMPARE(s.asked.size(), 1);
    }

    void remembersWhatHappened()
    {
        Scene s(0);
        s.queue.enqueue(s.fakes.resumableOrders(1));
        const auto id = s.record(0).id;
        s.fakes[0].notes()->noteStage("stage");
        s.fakes[0].fail(ErrorKind::Offline, u"No way."_s);
        QTRY_COMPARE_WITH_TIMEOUT(s.states(), u"running"_s, 30'000);
        s.fakes[1].fail(ErrorKind::Conflict);
        s.queue.answerExistingTarget(id, ExistingTarget::Newer);
        s.queue.pause(id);
        s.queue.resume(id);
        s.fakes[3].notes()->noteCommitting(true);
        s.fakes[3].advance(5, 5);
        s.fakes[3].succeed({{"/home/file0/x", Error::of(ErrorKind::Local, u"gone"_s)}});
        QList<TransferEvent::Kind> kinds;
        for (const auto &event : s.queue.eventsOf(id)) {
            kinds.append(event.kind);
            QVERIFY(event.at > 0);
        }
        using Kind = TransferEvent::Kind;
        QCOMPARE(
            kinds, (QList<Kind>{
                       Kind::Requested, Kind::Started, Kind::Interrupted, Kind::Resumed, Kind::TargetExists,
                       Kind::Answered, Kind::Resumed, Kind::Paused, Kind::Resumed, Kind::Verified,
                       Kind::Problem, Kind::Finished}));
        QCOMPARE(s.queue.eventsOf(id)[2].error, Error::of(ErrorKind::Offline, u"No way."_s));
        QCOMPARE(s.queue.eventsOf(id).last().bytes, 5);
    }

    void theFilesOfAFolderAreKnownWithinBounds()
    {
        Scene s(0);
        s.queue.enqueue(s.fakes.resumableOrders(1));
        for (int i = 0; i < 5000; ++i) {
            s.fakes[0].notes()->noteFiles({{QByteArray::number(i), {}}});
            s.fakes[0].meetProblem({"/x", Error::of(ErrorKind::Local, {})});
        }
        QCOMPARE(s.record(0).arrivedCount, 5000);
        QCOMPARE(s.record(0).arrivedFiles.last(), "4999"_ba);
        QVERIFY(s.record(0).arrivedFiles.size() <= 100);
        QVERIFY(s.record(0).problems.size() <= 1000);
    }

    void clearingTakesOnlyWhatIsOver()
    {
        Scene s(3);
        s.fakes[0].succeed();
        s.fakes[1].fail(ErrorKind::Offline);
        QSignalSpy removed(&s.queue, &TransferQueue::removed);
        s.queue.clearFinished();
        QCOMPARE(removed.size(), 1);
        QCOMPARE(removed[0][0].value<QList<quint64>>().size(), 2);
        QCOMPARE(s.states(), u"running"_s);
    }

    void tellsWhichDirectoryGotSomething()
    {
        Scene s(1, u"id"_s);
        QSignalSpy touched(&s.queue, &TransferQueue::remoteDirectoryTouched);
        QCOMPARE(touched.size(), 0);
        s.fakes[0].succeed();
        QCOMPARE(touched.size(), 1);
        QCOMPARE(touched[0], (QVariantList{u"id"_s, QByteArray("/data")}));
    }

    void progressIsToldInBatchesWithASpeed()
    {
        Scene s(1);
        QSignalSpy changed(&s.queue, &TransferQueue::changed);
        QElapsedTimer elapsed;
        elapsed.start();
        qint64 done = 0;
        QVERIFY(QTest::qWaitFor([&] {
            s.fakes[0].advance(++done, 1'000'000);
            return changed.size() >= 5;
        }));
        QVERIFY(changed.size() <= 2 + elapsed.elapsed() / 90);
        const auto record = s.record(0);
        QVERIFY(record.bytesPerSecond > 0);
        QVERIFY(record.timeLeft.has_value());
        s.fakes[0].succeed();
        QCOMPARE(s.record(0).bytesPerSecond, 0.0);
    }

    void aPausedOneMakesRoomAndGoesOnFromWhereItStopped()
    {
        Scene s(0);
        s.queue.enqueue(s.fakes.resumableOrders(4));
        QCOMPARE(s.states(), u"running running running waiting"_s);
        QVERIFY(s.record(0).canBePaused());
        s.fakes[0].notes()->noteStage("stage");
        s.queue.pause(s.record(0).id);
        QVERIFY(s.fakes[0].isPaused());
        QCOMPARE(s.states(), u"paused running running running"_s);
        QVERIFY(!s.record(0).isOver());
        s.queue.resume(s.record(0).id);
        QCOMPARE(s.states(), u"waiting running running running"_s);
        s.fakes[1].succeed();
        QCOMPARE(s.states(), u"running finished running running"_s);
        QCOMPARE(s.fakes[4].from().stage, "stage"_ba);
    }

    void whatCannotBeGoneOnWithCannotBePaused()
    {
        Scene s(1);
        QVERIFY(!s.record(0).canBePaused());
        s.queue.pause(s.record(0).id);
        QCOMPARE(s.states(), u"running"_s);
    }

    void itWaitsForTheEndOfItsEarlierAttempt()
    {
        Scene s(0);
        s.queue.enqueue(s.fakes.resumableOrders(1));
        s.fakes[0].leaveSomething();
        const QPointer<FakeTransfer> first = &s.fakes[0];
        s.queue.pause(s.record(0).id);
        s.queue.resume(s.record(0).id);
        QCOMPARE(s.states(), u"waiting"_s);
        first->cleanUp();
        QCOMPARE(s.states(), u"running"_s);
        QCOMPARE(s.fakes.count(), 2);
    }

    void whatTheNetworkCutsOffGoesOnByItself_data()
    {
        QTest::addColumn<ErrorKind>("kind");
        QTest::addColumn<bool>("goesOn");
        QTest::newRow("offline") << ErrorKind::Offline << true;
        QTest::newRow("time-out") << ErrorKind::Timeout << true;
        QTest::newRow("gateway") << ErrorKind::Server << true;
        QTest::newRow("too many requests") << ErrorKind::RateLimited << true;
        QTest::newRow("missing") << ErrorKind::NotFound << false;
        QTest::newRow("disk") << ErrorKind::Local << false;
    }
    void whatTheNetworkCutsOffGoesOnByItself()
    {
        QFETCH(ErrorKind, kind);
        QFETCH(bool, goesOn);
        Scene s(0);
        s.queue.enqueue(s.fakes.resumableOrders(1));
        s.fakes[0].notes()->noteStage("stage");
        s.fakes[0].fail(kind);
        QCOMPARE(s.states(), goesOn ? u"interrupted"_s : u"failed"_s);
        QCOMPARE(s.record(0).error.kind, kind);
        if (goesOn) {
            QTRY_COMPARE_WITH_TIMEOUT(s.states(), u"running"_s, 30'000);
        } else {
            s.queue.retry(s.record(0).id);
        }
        QCOMPARE(s.fakes[1].from().stage, "stage"_ba);
    }

    void pausesGrowAndAreBounded()
    {
        using namespace std::chrono_literals;
        QCOMPARE(TransferQueue::pauseAfter(1), 2s);
        QCOMPARE(TransferQueue::pauseAfter(2), 4s);
        QCOMPARE(TransferQueue::pauseAfter(5), 32s);
        QCOMPARE(TransferQueue::pauseAfter(6), 60s);
        QCOMPARE(TransferQueue::pauseAfter(1000), 60s);
    }

    void whatAFailureLeftGoesWithIt_data()
    {
        QTest::addColumn<QString>("way");
        for (const auto &way : {u"cancel"_s, u"clear"_s}) {
            QTest::newRow(qPrintable(way)) << way;
        }
    }
    void whatAFailureLeftGoesWithIt()
    {
        QFETCH(QString, way);
        Scene s(0);
        s.queue.enqueue(s.fakes.resumableOrders(1));
        s.fakes[0].notes()->noteStage("stage");
        if (way == u"cancel") {
            s.queue.pause(s.record(0).id);
            s.queue.cancel(s.record(0).id);
        } else {
            s.fakes[0].fail(ErrorKind::NotFound);
            s.queue.clearFinished();
        }
        QCOMPARE(s.fakes.count(), 2);
        QVERIFY(s.fakes[1].isCancelled() && !s.fakes[1].isStarted());
        QCOMPARE(s.fakes[1].from().stage, "stage"_ba);
    }

    void speedDoesNotCountWhatWasThere()
    {
        Scene s(0);
        s.queue.enqueue(s.fakes.resumableOrders(1));
        QVERIFY(QTest::qWaitFor([&] {
            s.fakes[0].advanceKept(1'000'000'000);
            return s.record(0).bytesPerSecond > 0 || s.record(0).progress.doneBytes > 0;
        }));
        QSignalSpy changed(&s.queue, &TransferQueue::changed);
        QTRY_VERIFY(changed.size() >= 3);
        QCOMPARE(s.record(0).bytesPerSecond, 0.0);
    }

    void clearingFromWithinASignalIsSafe()
    {
        Scene s(5);
        connect(&s.queue, &TransferQueue::changed, &s.queue, &TransferQueue::clearFinished);
        s.fakes[0].succeed();
        s.fakes[1].fail(ErrorKind::Offline);
        QCOMPARE(s.states(), u"running running running"_s);
    }
};

QTEST_GUILESS_MAIN(TransferQueueTest)
#include "transferqueuetest.moc"
