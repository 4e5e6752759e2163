// SPDX-License-Identifier: GPL-3.0-or-later
#include "queuescene.h"
#include "support/await.h"

#include <QTemporaryDir>
#include <QtTest>

using namespace Koyeb;
using namespace Koyeb::Desktop;
using namespace Qt::Literals::StringLiterals;

/// In which order a queue's transfers run.
class TransferOrderTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void sandboxesGetTheirTurnInTurn()
    {
        Scene s(6, u"many"_s);
        s.queue.enqueue(s.fakes.orders(2, u"few"_s));
        QCOMPARE(s.states(), u"running running running waiting waiting waiting waiting waiting"_s);
        s.fakes[0].succeed();
        QCOMPARE(s.states(), u"finished running running waiting waiting waiting running waiting"_s);
        s.fakes[1].succeed(); // One of each runs; the other sandbox has waited longer.
        QCOMPARE(s.states(), u"finished finished running running waiting waiting running waiting"_s);
        s.fakes[2].succeed();
        QCOMPARE(s.states(), u"finished finished finished running waiting waiting running running"_s);
    }

    void oneSandboxDoesNotHaveAllPlacesWhileAnotherWaits()
    {
        Scene s(0);
        s.queue.enqueue(s.fakes.resumableOrders(4, u"many"_s));
        QCOMPARE(s.states(), u"running running running waiting"_s);
        s.fakes[2].notes()->noteStage("stage");
        s.queue.enqueue(s.fakes.resumableOrders(1, u"other"_s));
        QVERIFY(s.fakes[2].isPaused());
        QCOMPARE(s.states(), u"running running waiting waiting running"_s);
        s.fakes[0].succeed();
        QCOMPARE(s.states(), u"finished running running waiting running"_s);
        QCOMPARE(s.fakes[4].from().stage, "stage"_ba); // It goes on from where it stopped.
    }

    void theOrderCanBeChanged()
    {
        Scene s(6);
        const QSignalSpy reordered(&s.queue, &TransferQueue::reordered);
        const auto id = [&s](int row) {
            return s.record(row).id;
        };
        s.queue.moveUp({id(0)});
        s.queue.moveDown({id(5)});
        QCOMPARE(reordered.size(), 0);
        s.queue.moveToTop({id(5)});
        QCOMPARE(s.record(0).name, u"file5"_s);
        QCOMPARE(s.states(), u"waiting running running running waiting waiting"_s);
        s.fakes[0].succeed();
        QCOMPARE(s.states(), u"running finished running running waiting waiting"_s);
        s.queue.moveDown({id(0), id(1)});
        QCOMPARE(s.record(2).name, u"file0"_s);
        s.queue.moveUp({id(5)});
        QCOMPARE(s.record(4).name, u"file4"_s);
        QCOMPARE(s.record(5).name, u"file3"_s);
        s.queue.move({id(4), id(0)}, 0);
        QCOMPARE(s.record(5).name, u"file4"_s);
        QCOMPARE(reordered.size(), 4);
    }

    void whatIsMovedToTheTopNeedNotWaitForOthers()
    {
        Scene s(0);
        s.queue.enqueue(s.fakes.resumableOrders(5, u"box"_s));
        s.queue.enqueue(s.fakes.resumableOrders(1, u"other"_s));
        QCOMPARE(s.states(), u"running running waiting waiting waiting running"_s);
        s.queue.moveToTop({s.record(4).id});
        QCOMPARE(s.record(0).name, u"file4"_s);
        QCOMPARE(s.states(), u"running running waiting waiting waiting running"_s);
        QVERIFY(s.fakes[1].isPaused());
        s.queue.moveToTop({s.record(1).id}); // It runs already.
        QCOMPARE(s.states(), u"running running waiting waiting waiting running"_s);
        s.queue.moveUp({s.record(3).id, s.record(4).id}); // That is order only.
        QCOMPARE(s.states(), u"running running waiting waiting waiting running"_s);
    }

    void theOrderOutlivesTheProgram()
    {
        const QTemporaryDir folder;
        TransferJournal journal(folder.filePath(u"journal"_s));
        FakeTransfers fakes;
        {
            TransferQueue queue(&journal);
            auto orders = fakes.resumableOrders(4);
            for (auto &order : orders) {
                order.outlivesProgram = true;
            }
            queue.enqueue(orders);
            queue.moveToTop({queue.records().last().id});
            queue.suspendAll();
        }
        const auto entries = Test::await(journal.load({}));
        QVERIFY(entries && *entries);
        TransferQueue queue(&journal);
        queue.restore(**entries);
        QStringList names;
        for (const auto &record : queue.records()) {
            names.append(record.name);
        }
        QCOMPARE(names.join(u' '), u"file3 file0 file1 file2"_s);
    }

    void stoppingAllLetsNoneStartInBetween()
    {
        Scene s(0);
        s.queue.enqueue(s.fakes.resumableOrders(3, u"a"_s));
        s.queue.enqueue(s.fakes.resumableOrders(2, u"b"_s));
        const int made = s.fakes.count();
        s.queue.pauseAll();
        QCOMPARE(s.states(), u"paused paused paused paused paused"_s);
        s.queue.cancelAll();
        QCOMPARE(s.states(), u"cancelled cancelled cancelled cancelled cancelled"_s);
        QCOMPARE(s.fakes.count(), made);
    }
};

QTEST_GUILESS_MAIN(TransferOrderTest)
#include "transferordertest.moc"
