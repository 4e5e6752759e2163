// SPDX-License-Identifier: GPL-3.0-or-later
#include "faketransfer.h"

#include <QSignalSpy>
#include <QtTest>

using namespace Koyeb;
using namespace Koyeb::Desktop;
using namespace Qt::Literals::StringLiterals;

namespace {

QString states(const TransferQueue &queue)
{
    QStringList words;
    for (const TransferRecord &record : queue.records()) {
        switch (record.state) {
        case TransferState::Waiting:
            words.append(u"waiting"_s);
            break;
        case TransferState::Running:
            words.append(u"running"_s);
            break;
        case TransferState::TargetExists:
            words.append(u"exists"_s);
            break;
        case TransferState::Finished:
            words.append(u"finished"_s);
            break;
        case TransferState::Skipped:
            words.append(u"skipped"_s);
            break;
        case TransferState::Failed:
            words.append(u"failed"_s);
            break;
        case TransferState::Cancelled:
            words.append(u"cancelled"_s);
            break;
        }
    }
    return words.join(u' ');
}

} // namespace

class TransferQueueTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void runsThreeAtATime()
    {
        FakeTransfers fakes;
        TransferQueue queue;
        queue.enqueue(fakes.orders(5));
        QCOMPARE(states(queue), u"running running running waiting waiting"_s);
        QCOMPARE(fakes.count(), 3);
        fakes[1].succeed();
        QCOMPARE(states(queue), u"running finished running running waiting"_s);
        QVERIFY(fakes[3].isStarted());
        QCOMPARE(queue.openCount(), 4);
    }

    void cancellingStopsTheTransferAndLetsTheNextOneRun()
    {
        FakeTransfers fakes;
        TransferQueue queue;
        queue.enqueue(fakes.orders(4));
        const quint64 first = queue.records().first().id;
        queue.cancel(first);
        QVERIFY(fakes[0].isCancelled());
        QCOMPARE(states(queue), u"cancelled running running running"_s);
        fakes[0].succeed(); // Too late.
        QCOMPARE(states(queue), u"cancelled running running running"_s);
    }

    void cancellingOneThatWaitsNeverMakesIt()
    {
        FakeTransfers fakes;
        TransferQueue queue;
        queue.enqueue(fakes.orders(4));
        queue.cancel(queue.records().last().id);
        QCOMPARE(states(queue), u"running running running cancelled"_s);
        QCOMPARE(fakes.count(), 3);
    }

    void deletingASandboxCancelsOnlyItsTransfers()
    {
        FakeTransfers fakes;
        TransferQueue queue;
        queue.enqueue(fakes.orders(1, u"other"_s));
        queue.enqueue(fakes.orders(4, u"deleted"_s));
        queue.cancelAllOf(u"deleted"_s);
        QCOMPARE(states(queue), u"running cancelled cancelled cancelled cancelled"_s);
        QCOMPARE(fakes.count(), 3);
    }

    void failuresKeepTheirReasonAndCanBeRetried()
    {
        FakeTransfers fakes;
        TransferQueue queue;
        queue.enqueue(fakes.orders(1));
        fakes[0].advance(5, 10);
        fakes[0].fail(ErrorKind::Offline, u"no route"_s);
        QCOMPARE(states(queue), u"failed"_s);
        QCOMPARE(queue.records().first().error.message, u"no route"_s);

        queue.retry(queue.records().first().id);
        QCOMPARE(states(queue), u"running"_s);
        QCOMPARE(queue.records().first().progress.doneBytes, 0);
        QCOMPARE(fakes.count(), 2);
        fakes[1].succeed();
        QCOMPARE(states(queue), u"finished"_s);
        QCOMPARE(queue.records().first().error, Error());
    }

    void finishedOnesAreNotRetried()
    {
        FakeTransfers fakes;
        TransferQueue queue;
        queue.enqueue(fakes.orders(1));
        fakes[0].succeed();
        queue.retry(queue.records().first().id);
        QCOMPARE(fakes.count(), 1);
    }

    void finishingWithProblemsNamesThemAndCanBeRetried()
    {
        FakeTransfers fakes;
        TransferQueue queue;
        queue.enqueue(fakes.orders(1));
        fakes[0].succeed({{"/home/a", Error::of(ErrorKind::Local, u"gone"_s)}});
        QCOMPARE(states(queue), u"finished"_s);
        QCOMPARE(queue.records().first().problems.size(), 1);
        QVERIFY(queue.records().first().canBeRetried());
    }

    void asksOnceForABatchAndOverwritesAll()
    {
        FakeTransfers fakes;
        TransferQueue queue;
        QSignalSpy asked(&queue, &TransferQueue::existingTargetFound);
        queue.enqueue(fakes.orders(4));
        fakes[0].fail(ErrorKind::Conflict);
        fakes[1].fail(ErrorKind::Conflict);
        QCOMPARE(states(queue), u"exists exists running running"_s);
        QCOMPARE(asked.size(), 2);
        const quint64 batch = asked[0][0].toULongLong();
        QCOMPARE(asked[1][0].toULongLong(), batch);
        QCOMPARE(asked[0][1].toString(), u"file0"_s);

        fakes[2].succeed();
        queue.answerExistingTargets(batch, ExistingTargetAnswer::Overwrite);
        QCOMPARE(states(queue), u"running running finished running"_s);
        QVERIFY(fakes[4].existing() == ExistingTarget::Overwrite);
        fakes[3].fail(ErrorKind::Conflict);
        QCOMPARE(asked.size(), 2); // The answer was for all of the batch.
        QCOMPARE(states(queue), u"running running finished running"_s);
    }

    void skippingLeavesTheTargets()
    {
        FakeTransfers fakes;
        TransferQueue queue;
        QSignalSpy asked(&queue, &TransferQueue::existingTargetFound);
        queue.enqueue(fakes.orders(2));
        fakes[0].fail(ErrorKind::Conflict);
        queue.answerExistingTargets(asked[0][0].toULongLong(), ExistingTargetAnswer::Skip);
        fakes[1].fail(ErrorKind::Conflict);
        QCOMPARE(states(queue), u"skipped skipped"_s);
        QCOMPARE(fakes.count(), 2);
    }

    void anotherBatchAsksAgain()
    {
        FakeTransfers fakes;
        TransferQueue queue;
        QSignalSpy asked(&queue, &TransferQueue::existingTargetFound);
        queue.enqueue(fakes.orders(1));
        queue.enqueue(fakes.orders(1));
        fakes[0].fail(ErrorKind::Conflict);
        queue.answerExistingTargets(asked[0][0].toULongLong(), ExistingTargetAnswer::Overwrite);
        fakes[1].fail(ErrorKind::Conflict);
        QCOMPARE(asked.size(), 2);
    }

    void aConflictWhenOverwritingIsAFailure()
    {
        FakeTransfers fakes;
        TransferQueue queue;
        QSignalSpy asked(&queue, &TransferQueue::existingTargetFound);
        queue.enqueue(fakes.orders(1));
        fakes[0].fail(ErrorKind::Conflict);
        queue.answerExistingTargets(asked[0][0].toULongLong(), ExistingTargetAnswer::Overwrite);
        fakes[1].fail(ErrorKind::Conflict);
        QCOMPARE(states(queue), u"failed"_s);
        QCOMPARE(asked.size(), 1);
    }

    void clearingTakesOnlyWhatIsOver()
    {
        FakeTransfers fakes;
        TransferQueue queue;
        queue.enqueue(fakes.orders(3));
        fakes[0].succeed();
        fakes[1].fail(ErrorKind::Offline);
        QSignalSpy removed(&queue, &TransferQueue::removed);
        queue.clearFinished();
        QCOMPARE(removed.size(), 1);
        QCOMPARE(removed[0][0].value<QList<quint64>>().size(), 2);
        QCOMPARE(states(queue), u"running"_s);
    }

    void tellsWhichDirectoryGotSomething()
    {
        FakeTransfers fakes;
        TransferQueue queue;
        QSignalSpy touched(&queue, &TransferQueue::remoteDirectoryTouched);
        queue.enqueue(fakes.orders(1, u"id"_s));
        QCOMPARE(touched.size(), 0);
        fakes[0].succeed();
        QCOMPARE(touched.size(), 1);
        QCOMPARE(touched[0], (QVariantList{u"id"_s, QByteArray("/data")}));
    }

    void progressIsToldInBatchesWithASpeed()
    {
        FakeTransfers fakes;
        TransferQueue queue;
        queue.enqueue(fakes.orders(1));
        QSignalSpy changed(&queue, &TransferQueue::changed);
        QElapsedTimer elapsed;
        elapsed.start();
        qint64 done = 0;
        QVERIFY(QTest::qWaitFor([&] {
            fakes[0].advance(++done, 1'000'000);
            return changed.size() >= 5;
        }));
        QVERIFY(changed.size() <= 2 + elapsed.elapsed() / 90);
        const auto record = queue.records().first();
        QVERIFY(record.bytesPerSecond > 0);
        QVERIFY(record.timeLeft.has_value());
        fakes[0].succeed();
        QCOMPARE(queue.records().first().bytesPerSecond, 0.0);
    }

    void clearingFromWithinASignalIsSafe()
    {
        FakeTransfers fakes;
        TransferQueue queue;
        connect(&queue, &TransferQueue::changed, &queue, &TransferQueue::clearFinished);
        queue.enqueue(fakes.orders(5));
        fakes[0].succeed();
        fakes[1].fail(ErrorKind::Offline);
        QCOMPARE(states(queue), u"running running running"_s);
    }
};

QTEST_GUILESS_MAIN(TransferQueueTest)
#include "transferqueuetest.moc"
