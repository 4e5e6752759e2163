// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/files/sandboxfixture.h"
#include "support/await.h"
#include "transfers/transferqueue.h"
#include "transfers/transfertext.h"

#include <QDir>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QtTest>

using namespace Koyeb;
using namespace Koyeb::Desktop;
using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int patienceMs = 60'000;

} // namespace

/// The queue with real transfers from one real sandbox into another.
class BetweenSandboxesTest : public QObject {
    Q_OBJECT

private:
    [[nodiscard]] BetweenOrder order(const QByteArray &path, const QByteArray &directory) const
    {
        BetweenOrder order;
        order.sourceSandboxId = u"source"_s;
        order.source = m_source.sandbox();
        order.paths = {path};
        order.targetSandboxId = u"target"_s;
        order.target = m_target.sandbox();
        order.targetDirectory = directory;
        order.sandboxNames = u"a to b"_s;
        return order;
    }
    [[nodiscard]] QString spool() const { return m_folder.filePath(u"spool"_s); }
    void prepare(TransferQueue &queue) const { queue.setSpool(spool().toStdString()); }
    [[nodiscard]] QStringList inSpool() const
    {
        return QDir(spool()).entryList(QDir::AllEntries | QDir::NoDotAndDotDot);
    }
    static bool waitUntilOver(const TransferQueue &queue)
    {
        return QTest::qWaitFor([&] { return queue.openCount() == 0; }, patienceMs);
    }
    void makeLarge(const QString &path)
    {
        QCOMPARE(m_source.run(u"head -c 40000000 /dev/urandom > "_s + path), QByteArray());
    }
    [[nodiscard]] bool isSame(const QString &source, const QString &target)
    {
        const auto there = m_target.run(u"sha256sum < "_s + target);
        return there.size() > 64 && there == m_source.run(u"sha256sum < "_s + source);
    }
    /// Leaves a transfer in the journal as a run does that ends while it is under way.
    void leave(const QString &journalPath, const BetweenOrder &wanted, qint64 doneBytes)
    {
        TransferJournal journal(journalPath);
        TransferQueue queue(&journal);
        prepare(queue);
        queue.enqueueBetween(wanted);
        QTRY_VERIFY_WITH_TIMEOUT(queue.records().first().progress.doneBytes > doneBytes, patienceMs);
        QCOMPARE(queue.lostByQuitting(), 0);
        queue.suspendAll();
        QTRY_VERIFY_WITH_TIMEOUT(!queue.isCleaningUp(), patienceMs);
    }

    Test::SandboxFixture m_source{u"source"_s};
    Test::SandboxFixture m_target{u"target"_s};
    QTemporaryDir m_folder;

private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY2(m_source.start(), qPrintable(m_source.engine().errorText()));
        QVERIFY2(m_target.start(), qPrintable(m_target.engine().errorText()));
    }

    void filesArriveAndBothFoldersAreTold()
    {
        QCOMPARE(m_source.run(u"mkdir -p /tmp/out/folder && echo in > /tmp/out/folder/file"_s), QByteArray());
        TransferQueue queue;
        prepare(queue);
        QSignalSpy touched(&queue, &TransferQueue::remoteDirectoryTouched);
        auto wanted = order("/tmp/out/folder", "/tmp");
        wanted.movesSource = true;
        queue.enqueueBetween(wanted);
        QVERIFY(waitUntilOver(queue));
        const auto record = queue.records().first();
        QVERIFY2(record.state == TransferState::Finished, qPrintable(reasonText(record)));
        QCOMPARE(record.arrivedFiles, QList<QByteArray>{"file"});
        QCOMPARE(m_target.run(u"cat /tmp/folder/file"_s), QByteArray("in\n"));
        QCOMPARE(m_source.run(u"ls /tmp/out"_s), QByteArray());
        QVERIFY(touched.contains(QVariantList{u"target"_s, QByteArray("/tmp")}));
        QVERIFY(touched.contains(QVariantList{u"source"_s, QByteArray("/tmp/out")}));
        QTRY_VERIFY(!queue.isCleaningUp());
        QVERIFY(inSpool().isEmpty());
    }

    void whatExistsIsAskedAbout()
    {
        QCOMPARE(m_source.run(u"echo new > /tmp/exists"_s), QByteArray());
        QCOMPARE(m_target.run(u"echo old > /tmp/exists"_s), QByteArray());
        TransferQueue queue;
        prepare(queue);
        QSignalSpy asked(&queue, &TransferQueue::existingTargetFound);
        queue.enqueueBetween(order("/tmp/exists", "/tmp"));
        QTRY_COMPARE_WITH_TIMEOUT(asked.size(), 1, patienceMs);
        QCOMPARE(m_target.run(u"cat /tmp/exists"_s), QByteArray("old\n"));
        queue.answerExistingTargets(asked[0][0].toULongLong(), ExistingTarget::Overwrite);
        QVERIFY(waitUntilOver(queue));
        QCOMPARE(m_target.run(u"cat /tmp/exists"_s), QByteArray("new\n"));
    }

    void waitsUntilItHasBothSandboxes()
    {
        QCOMPARE(m_source.run(u"echo waited > /tmp/waited"_s), QByteArray());
        TransferQueue queue;
        prepare(queue);
        auto wanted = order("/tmp/waited", "/tmp");
        wanted.source.reset();
        queue.enqueueBetween(wanted);
        QCOMPARE(queue.records().first().state, TransferState::AwaitingSandbox);
        QVERIFY(queue.wantsSandbox(u"source"_s) && !queue.wantsSandbox(u"target"_s));
        queue.provideSandbox(m_source.sandbox());
        QVERIFY(waitUntilOver(queue));
        QCOMPARE(m_target.run(u"cat /tmp/waited"_s), QByteArray("waited\n"));
    }

    void goesOnInTheNextRun_data()
    {
        QTest::addColumn<qint64>("doneBytes");
        QTest::newRow("early") << qint64(22'000'000);
        QTest::newRow("late") << qint64(28'000'000);
    }
    void goesOnInTheNextRun()
    {
        QFETCH(qint64, doneBytes);
        const QString name = u"next%1"_s.arg(doneBytes);
        const QString source = u"/tmp/"_s + name;
        makeLarge(source);
        const QString path = m_folder.filePath(name + u".sqlite"_s);
        auto wanted = order(source.toUtf8(), "/tmp");
        wanted.outlivesProgram = true;
        leave(path, wanted, doneBytes);
        QVERIFY(!QTest::currentTestFailed());
        QCOMPARE(inSpool().size(), 1);
        // What nothing in the journal knows goes.
        QVERIFY(QDir(spool()).mkdir(QString(32, u'a')));
        TransferJournal journal(path);
        TransferQueue queue(&journal);
        prepare(queue);
        queue.restore(Koyeb::Test::await(journal.load({}))->value());
        QTRY_COMPARE(inSpool().size(), 1);
        QVERIFY(queue.wantsSandbox(u"source"_s) && queue.wantsSandbox(u"target"_s));
        queue.provideSandbox(m_target.sandbox());
        QCOMPARE(queue.records().first().state, TransferState::AwaitingSandbox);
        queue.provideSandbox(m_source.sandbox());
        QVERIFY(waitUntilOver(queue));
        const auto record = queue.records().first();
        QVERIFY2(record.state == TransferState::Finished, qPrintable(reasonText(record)));
        QVERIFY(record.progress.keptBytes > 0);
        QVERIFY(isSame(source, source));
        QTRY_VERIFY(!queue.isCleaningUp());
        QVERIFY(inSpool().isEmpty());
        QTRY_VERIFY(Koyeb::Test::await(journal.load({}))->value().isEmpty());
    }

    void whatIsCancelledWithoutItsSandboxesIsCleanedUp()
    {
        makeLarge(u"/tmp/abandoned"_s);
        const QString path = m_folder.filePath(u"abandoned.sqlite"_s);
        auto wanted = order("/tmp/abandoned", "/tmp");
        wanted.outlivesProgram = true;
        leave(path, wanted, 28'000'000);
        QVERIFY(!QTest::currentTestFailed());
        TransferJournal journal(path);
        TransferQueue queue(&journal);
        prepare(queue);
        queue.restore(Koyeb::Test::await(journal.load({}))->value());
        queue.cancel(queue.records().first().id);
        QTRY_VERIFY(inSpool().isEmpty()); // At once, and in the sandbox when it is there.
        QVERIFY(queue.wantsSandbox(u"target"_s) && queue.wantsSandbox(u"source"_s));
        QVERIFY(m_target.run(u"ls -d /tmp/.koyeb-part-*"_s).startsWith("/tmp/.koyeb-part-"));
        queue.provideSandbox(m_target.sandbox());
        QTRY_VERIFY_WITH_TIMEOUT(!queue.isCleaningUp(), patienceMs);
        QCOMPARE(m_target.run(u"ls -d /tmp/.koyeb-part-* 2>/dev/null; true"_s), QByteArray());
        QVERIFY(queue.wantsSandbox(u"source"_s) && !queue.wantsSandbox(u"target"_s));
        queue.provideSandbox(m_source.sandbox());
        QTRY_VERIFY_WITH_TIMEOUT(!queue.isCleaningUp(), patienceMs);
        QTRY_VERIFY(Koyeb::Test::await(journal.load({}))->value().isEmpty());
    }

    /// A program that was killed had no time to remove its parts in the source, nor, in the next run, to
    /// reach both sandboxes.
    void whatAKilledProgramLeftIsRemovedOnBothSides()
    {
        const QString path = m_folder.filePath(u"killed.sqlite"_s);
        const QByteArray digits(32, 'b');
        TransferJournal journal(path);
        JournalEntry entry;
        entry.id = static_cast<quint64>(QDateTime::currentMSecsSinceEpoch()) * 1000;
        entry.direction = TransferDirection::Between;
        entry.sandboxId = u"target"_s;
        entry.sourceSandboxId = u"source"_s;
        entry.source = "/tmp/whatever";
        entry.targetDirectory = "/tmp";
        entry.isAbandoned = true;
        entry.checkpoint.stage = "send/" + digits + "/.koyeb-part-of-target";
        journal.add(entry);
        const auto left = u".koyeb-part-bbbbbbbbbbbbbbbb"_s;
        QCOMPARE(
            m_source.run(u"cd /tmp && mkdir "_s + left + u" && echo x > "_s + left + u"/part-1"_s), ""_ba);
        QCOMPARE(m_target.run(u"cd /tmp && mkdir .koyeb-part-of-target"_s), ""_ba);
        {
            TransferQueue queue(&journal);
            prepare(queue);
            queue.restore({entry});
            queue.provideSandbox(m_source.sandbox());
            QTRY_VERIFY_WITH_TIMEOUT(!queue.isCleaningUp(), patienceMs);
        }
        QCOMPARE(m_source.run(u"ls -A /tmp | grep koyeb-part; true"_s), ""_ba);
        const auto rest = Koyeb::Test::await(journal.load({}))->value();
        QCOMPARE(rest.size(), 1);
        TransferQueue queue(&journal);
        prepare(queue);
        queue.restore(rest);
        QVERIFY(queue.wantsSandbox(u"target"_s) && !queue.wantsSandbox(u"source"_s));
        queue.provideSandbox(m_target.sandbox());
        QTRY_VERIFY_WITH_TIMEOUT(!queue.isCleaningUp(), patienceMs);
        QCOMPARE(m_target.run(u"ls -A /tmp | grep koyeb-part; true"_s), ""_ba);
        QTRY_VERIFY(Koyeb::Test::await(journal.load({}))->value().isEmpty());
    }

    void endsWithEitherSandbox()
    {
        for (const auto &gone : {u"source"_s, u"target"_s}) {
            TransferQueue queue;
            prepare(queue);
            auto wanted = order("/tmp/whatever", "/tmp");
            wanted.source.reset();
            queue.enqueueBetween(wanted);
            queue.forgetSandbox(u"another"_s);
            QCOMPARE(queue.openCount(), 1);
            queue.forgetSandbox(gone);
            QCOMPARE(queue.records().first().state, TransferState::Cancelled);
        }
    }
};

QTEST_MAIN(BetweenSandboxesTest)
#include "betweensandboxestest.moc"
