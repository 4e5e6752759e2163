// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/files/sandboxfixture.h"
#include "support/await.h"
#include "transfers/transferqueue.h"
#include "transfers/transfertext.h"

#include <QDir>
#include <QFile>
#include <QSignalSpy>
#include <QtTest>

using namespace Koyeb;
using namespace Koyeb::Desktop;
using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int patienceMs = 60'000;

} // namespace

/// The queue with real transfers into and out of a real sandbox.
class TransferJourneyTest : public QObject {
    Q_OBJECT

private:
    [[nodiscard]] std::filesystem::path localFile(const QString &name, const QByteArray &content)
    {
        QFile file(m_folder.filePath(name));
        const bool isWritten = file.open(QIODevice::WriteOnly) && file.write(content) == content.size();
        return isWritten ? std::filesystem::path(file.fileName().toStdString()) : std::filesystem::path();
    }

    static bool waitUntilOver(const TransferQueue &queue)
    {
        return QTest::qWaitFor([&] { return queue.openCount() == 0; }, patienceMs);
    }

    Test::SandboxFixture m_fixture;
    QTemporaryDir m_folder;

private Q_SLOTS:
    void initTestCase() { QVERIFY2(m_fixture.start(), qPrintable(m_fixture.engine().errorText())); }

    void uploadsArriveAndAreTold()
    {
        TransferQueue queue;
        QSignalSpy touched(&queue, &TransferQueue::remoteDirectoryTouched);
        const auto one = localFile(u"one"_s, "first");
        const auto two = localFile(u"two"_s, "second");
        queue.enqueueUpload(m_fixture.sandbox(), {one, two}, "/tmp", u"box"_s);
        QVERIFY(waitUntilOver(queue));
        for (const TransferRecord &record : queue.records()) {
            QVERIFY2(record.state == TransferState::Finished, qPrintable(reasonText(record)));
        }
        QCOMPARE(m_fixture.run(u"cat /tmp/one /tmp/two"_s), QByteArray("firstsecond"));
        QVERIFY(touched.size() >= 1);
        QCOMPARE(touched[0], (QVariantList{u"the-sandbox"_s, QByteArray("/tmp")}));
    }

    void existingTargetsAreReplacedOnlyWhenAllowed()
    {
        TransferQueue queue;
        QSignalSpy asked(&queue, &TransferQueue::existingTargetFound);
        QCOMPARE(m_fixture.run(u"echo old > /tmp/there"_s), QByteArray());
        queue.enqueueUpload(m_fixture.sandbox(), {localFile(u"there"_s, "new")}, "/tmp", u"box"_s);
        QTRY_COMPARE_WITH_TIMEOUT(asked.size(), 1, patienceMs);
        QCOMPARE(m_fixture.run(u"cat /tmp/there"_s), QByteArray("old\n"));
        queue.answerExistingTargets(asked[0][0].toULongLong(), ExistingTarget::Overwrite);
        QVERIFY(waitUntilOver(queue));
        QCOMPARE(m_fixture.run(u"cat /tmp/there"_s), QByteArray("new"));
    }

    void downloadsArrive()
    {
        TransferQueue queue;
        QSignalSpy asked(&queue, &TransferQueue::existingTargetFound);
        QCOMPARE(m_fixture.run(u"printf remote > /tmp/remote"_s), QByteArray());
        const std::filesystem::path target = m_folder.path().toStdString();
        queue.enqueueDownload(m_fixture.sandbox(), {"/tmp/remote"}, target, u"box"_s);
        QVERIFY(waitUntilOver(queue));
        QFile file(m_folder.filePath(u"remote"_s));
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(file.readAll(), QByteArray("remote"));

        queue.enqueueDownload(m_fixture.sandbox(), {"/tmp/remote"}, target, u"box"_s);
        QTRY_COMPARE_WITH_TIMEOUT(asked.size(), 1, patienceMs);
        queue.answerExistingTargets(asked[0][0].toULongLong(), ExistingTarget::Skip);
        QVERIFY(waitUntilOver(queue));
        QCOMPARE(queue.records().last().state, TransferState::Skipped);
    }

    void aMissingSourceIsAFailureWithAReason()
    {
        TransferQueue queue;
        queue.enqueueUpload(m_fixture.sandbox(), {"/nowhere/at/all"}, "/tmp", u"box"_s);
        QVERIFY(waitUntilOver(queue));
        const auto record = queue.records().first();
        QCOMPARE(record.state, TransferState::Failed);
        QVERIFY(reasonText(record).startsWith(u"“all” could not be uploaded."_s));
    }

    void cancellingLeavesNothingBehind()
    {
        TransferQueue queue;
        const auto big = localFile(u"big"_s, QByteArray(64 * 1024 * 1024, 'x'));
        QCOMPARE(m_fixture.run(u"mkdir /tmp/target"_s), QByteArray());
        queue.enqueueUpload(m_fixture.sandbox(), {big}, "/tmp/target", u"box"_s);
        QTRY_VERIFY_WITH_TIMEOUT(queue.records().first().progress.doneBytes > 0, patienceMs);
        queue.cancel(queue.records().first().id);
        QCOMPARE(queue.records().first().state, TransferState::Cancelled);
        QVERIFY(queue.isCleaningUp());
        QTRY_VERIFY_WITH_TIMEOUT(!queue.isCleaningUp(), patienceMs);
        QCOMPARE(m_fixture.run(u"ls -A /tmp/target"_s), QByteArray());
    }

    void thePausedGoesOn()
    {
        TransferQueue queue;
        const QByteArray content(48 * 1024 * 1024, 'p');
        queue.enqueueUpload(m_fixture.sandbox(), {localFile(u"paused"_s, content)}, "/tmp", u"box"_s);
        const auto id = queue.records().first().id;
        // More than what is still in flight, so that something has its place.
        QTRY_VERIFY_WITH_TIMEOUT(queue.records().first().progress.doneBytes > 20'000'000, patienceMs);
        queue.pause(id);
        QCOMPARE(queue.records().first().state, TransferState::Paused);
        QTRY_VERIFY_WITH_TIMEOUT(!queue.isCleaningUp(), patienceMs);
        QCOMPARE(m_fixture.run(u"[ -e /tmp/paused ] || echo not yet"_s), QByteArray("not yet\n"));
        queue.resume(id);
        QVERIFY(waitUntilOver(queue));
        const auto record = queue.records().first();
        QVERIFY2(record.state == TransferState::Finished, qPrintable(reasonText(record)));
        QVERIFY(record.progress.keptBytes > 0);
        QCOMPARE(m_fixture.run(u"wc -c < /tmp/paused"_s), QByteArray::number(content.size()) + '\n');
        QTRY_COMPARE(m_fixture.run(u"ls -d /tmp/.koyeb-part-* 2>/dev/null; true"_s), QByteArray());
    }

    /// Also in the next run of the program.
    void whatWasChosenIsKeptTo()
    {
        const QString folder = m_folder.filePath(u"chosen"_s);
        QVERIFY(QDir().mkpath(folder + u"/.git"_s));
        for (const auto *name : {"a", "a.o", ".hidden", ".git/config"}) {
            QFile file(folder + u'/' + QString::fromLatin1(name));
            QVERIFY(file.open(QIODevice::WriteOnly) && file.write("x") == 1);
            QVERIFY(file.setPermissions(QFile::ReadOwner | QFile::WriteOwner));
        }
        const TransferChoices choices{{false, true, false}, "*.o\n"};
        TransferJournal journal(m_folder.filePath(u"chosen.sqlite"_s));
        {
            TransferQueue queue(&journal);
            queue.enqueueUpload(m_fixture.sandbox(), {folder.toStdString()}, "/tmp", u"box"_s, true, choices);
            queue.suspendAll();
            QTRY_VERIFY_WITH_TIMEOUT(!queue.isCleaningUp(), patienceMs);
        }
        TransferQueue queue(&journal);
        queue.restore(Koyeb::Test::await(journal.load({}))->value());
        queue.provideSandbox(m_fixture.sandbox());
        QVERIFY(waitUntilOver(queue));
        QCOMPARE(m_fixture.run(u"cd /tmp/chosen && find . -type f -printf '%P %m\\n'"_s), "a 644\n"_ba);
        QCOMPARE(m_fixture.run(u"cd /tmp/chosen && touch .new b.o"_s), QByteArray());
        const QTemporaryDir target;
        queue.enqueueDownload(
            m_fixture.sandbox(), {"/tmp/chosen"}, target.path().toStdString(), u"box"_s, false, choices);
        QVERIFY(waitUntilOver(queue));
        const QDir arrived(target.filePath(u"chosen"_s));
        QCOMPARE(
            arrived.entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot), QStringList{u"a"_s});
    }

    /// As when the program was quit, or killed, and started again.
    void theNextRunGoesOn_data()
    {
        QTest::addColumn<bool>("isKilled");
        QTest::newRow("quit") << false;
        QTest::newRow("killed") << true;
    }
    void theNextRunGoesOn()
    {
        QFETCH(bool, isKilled);
        const QString path = m_folder.filePath(isKilled ? u"killed.sqlite"_s : u"quit.sqlite"_s);
        const QString name = isKilled ? u"next-killed"_s : u"next-quit"_s;
        const QByteArray content(48 * 1024 * 1024, 'n');
        const QString copy = path + u".copy"_s;
        {
            TransferJournal journal(path);
            TransferQueue queue(&journal);
            queue.enqueueUpload(m_fixture.sandbox(), {localFile(name, content)}, "/tmp", u"box"_s, true);
            QTRY_VERIFY_WITH_TIMEOUT(queue.records().first().progress.doneBytes > 20'000'000, patienceMs);
            QCOMPARE(queue.lostByQuitting(), 0);
            if (isKilled) {
                // What lies on the disk at this moment, without any farewell.
                QVERIFY(QFile::copy(path, copy));
                QVERIFY(QFile::copy(path + u"-wal"_s, copy + u"-wal"_s));
            }
            queue.suspendAll();
            QTRY_VERIFY_WITH_TIMEOUT(!queue.isCleaningUp(), patienceMs);
        }
        TransferJournal journal(isKilled ? copy : path);
        TransferQueue queue(&journal);
        queue.restore(Koyeb::Test::await(journal.load({}))->value());
        QCOMPARE(queue.records().size(), 1);
        QCOMPARE(queue.records().first().state, TransferState::AwaitingSandbox);
        QVERIFY(queue.wantsSandbox(u"the-sandbox"_s) && !queue.wantsSandbox(u"another"_s));
        queue.provideSandbox(m_fixture.sandbox());
        QVERIFY(!queue.wantsSandbox(u"the-sandbox"_s));
        QVERIFY(waitUntilOver(queue));
        const auto record = queue.records().first();
        QVERIFY2(record.state == TransferState::Finished, qPrintable(reasonText(record)));
        QVERIFY(record.progress.keptBytes > 0);
        QCOMPARE(m_fixture.run(u"wc -c < /tmp/%1"_s.arg(name)), QByteArray::number(content.size()) + '\n');
        QTRY_COMPARE(m_fixture.run(u"ls -d /tmp/.koyeb-part-* 2>/dev/null; true"_s), QByteArray());
        QTRY_VERIFY(Koyeb::Test::await(journal.load({}))->value().isEmpty());
    }

    /// What it was to replace may have become something else meanwhile.
    void theNextRunDoesNotTryAgainWhatFailed()
    {
        const QString path = m_folder.filePath(u"failed.sqlite"_s);
        {
            TransferJournal journal(path);
            TransferQueue queue(&journal);
            const auto source = localFile(u"failed"_s, "content");
            queue.enqueueUpload(m_fixture.sandbox(), {source}, "/nowhere", u"box"_s, true);
            QVERIFY(waitUntilOver(queue));
            QCOMPARE(queue.records().first().state, TransferState::Failed);
        }
        TransferJournal journal(path);
        TransferQueue queue(&journal);
        queue.restore(Koyeb::Test::await(journal.load({}))->value());
        QCOMPARE(queue.records().first().state, TransferState::Paused);
        queue.provideSandbox(m_fixture.sandbox());
        QCOMPARE(queue.records().first().state, TransferState::Paused);
        queue.forgetSandbox(u"the-sandbox"_s);
        QCOMPARE(queue.records().first().state, TransferState::Cancelled);
        QTRY_VERIFY(!queue.isCleaningUp());
        QTRY_VERIFY(Koyeb::Test::await(journal.load({}))->value().isEmpty());
    }

    void aDownloadIsCleanedUpAfterWithoutItsSandbox()
    {
        const QString path = m_folder.filePath(u"downloads.sqlite"_s);
        const QDir target(m_folder.filePath(u"target"_s));
        QVERIFY(target.mkpath(u".koyeb-part-1/item"_s));
        TransferJournal journal(path);
        JournalEntry entry;
        entry.id = 1;
        entry.direction = TransferDirection::Download;
        entry.sandboxId = u"gone"_s;
        entry.source = "/tmp/item";
        entry.targetDirectory = target.path().toUtf8();
        entry.checkpoint.stage = ".koyeb-part-1";
        journal.add(entry);
        TransferQueue queue(&journal);
        queue.restore({entry});
        queue.cancel(queue.records().first().id);
        QTRY_VERIFY(!target.exists(u".koyeb-part-1"_s));
        // In the sandbox there may be something, too, unless that is no more.
        QVERIFY(queue.wantsSandbox(u"gone"_s));
        queue.forgetSandbox(u"gone"_s);
        QVERIFY(Koyeb::Test::await(journal.load({}))->value().isEmpty());
    }

    // Who drops many has one question to answer, also on the next day.
    void theNextRunAsksOnceForWhatGoesToOnePlace()
    {
        TransferQueue queue;
        QList<JournalEntry> entries;
        for (const char *name : {"asked-1", "asked-2"}) {
            QVERIFY(m_fixture.run(u"mkdir -p /tmp/asked; touch /tmp/asked/%1"_s.arg(QLatin1StringView(name)))
                        .isEmpty());
            JournalEntry entry;
            entry.id = static_cast<quint64>(entries.size() + 1);
            entry.sandboxId = u"the-sandbox"_s;
            entry.source = QByteArray::fromStdString(localFile(QLatin1StringView(name), "content").native());
            entry.targetDirectory = "/tmp/asked";
            entries.append(entry);
        }
        const QSignalSpy asked(&queue, &TransferQueue::existingTargetFound);
        queue.restore(entries);
        queue.provideSandbox(m_fixture.sandbox());
        QTRY_COMPARE_WITH_TIMEOUT(asked.size(), 2, patienceMs);
        QCOMPARE(asked[0][0], asked[1][0]);
        queue.answerExistingTargets(asked[0][0].toULongLong(), ExistingTarget::Overwrite);
        QVERIFY(waitUntilOver(queue));
        QCOMPARE(m_fixture.run(u"cat /tmp/asked/asked-?"_s), QByteArray("contentcontent"));
    }

    void whatADownloadLeftInTheSandboxWhenItWasKilledIsRemoved()
    {
        const QString path = m_folder.filePath(u"killed-down.sqlite"_s);
        const QDir target(m_folder.filePath(u"killed-down"_s));
        QVERIFY(target.mkpath(u".koyeb-part-2/item"_s));
        QCOMPARE(m_fixture.run(u"mkdir /tmp/.koyeb-part-2 && echo x > /tmp/.koyeb-part-2/part-1"_s), ""_ba);
        TransferJournal journal(path);
        JournalEntry entry;
        entry.id = static_cast<quint64>(QDateTime::currentMSecsSinceEpoch()) * 1000;
        entry.direction = TransferDirection::Download;
        entry.sandboxId = u"the-sandbox"_s;
        entry.source = "/tmp/item";
        entry.targetDirectory = target.path().toUtf8();
        entry.checkpoint.stage = ".koyeb-part-2";
        entry.isAbandoned = true;
        journal.add(entry);
        TransferQueue queue(&journal);
        queue.restore({entry});
        QTRY_VERIFY(!target.exists(u".koyeb-part-2"_s));
        queue.provideSandbox(m_fixture.sandbox());
        QTRY_VERIFY_WITH_TIMEOUT(!queue.isCleaningUp(), patienceMs);
        QCOMPARE(m_fixture.run(u"ls -d /tmp/.koyeb-part-2 2>/dev/null; true"_s), ""_ba);
        QTRY_VERIFY_WITH_TIMEOUT(Koyeb::Test::await(journal.load({}))->value().isEmpty(), patienceMs);
    }

    void whatIsCancelledBeforeItsSandboxIsThereIsCleanedUpLater()
    {
        const QString path = m_folder.filePath(u"abandoned.sqlite"_s);
        const QByteArray content(48 * 1024 * 1024, 'a');
        {
            TransferJournal journal(path);
            TransferQueue queue(&journal);
            queue.enqueueUpload(m_fixture.sandbox(), {localFile(u"gone"_s, content)}, "/tmp", u"box"_s, true);
            QTRY_VERIFY_WITH_TIMEOUT(queue.records().first().progress.doneBytes > 20'000'000, patienceMs);
            queue.suspendAll();
            QTRY_VERIFY_WITH_TIMEOUT(!queue.isCleaningUp(), patienceMs);
        }
        {
            TransferJournal journal(path);
            TransferQueue queue(&journal);
            queue.restore(Koyeb::Test::await(journal.load({}))->value());
            queue.cancel(queue.records().first().id);
        }
        TransferJournal journal(path);
        TransferQueue queue(&journal);
        queue.restore(Koyeb::Test::await(journal.load({}))->value());
        QVERIFY(queue.records().isEmpty());
        QVERIFY(queue.wantsSandbox(u"the-sandbox"_s));
        QVERIFY(m_fixture.run(u"ls -d /tmp/.koyeb-part-*"_s).startsWith("/tmp/.koyeb-part-"));
        queue.provideSandbox(m_fixture.sandbox());
        QTRY_VERIFY_WITH_TIMEOUT(!queue.isCleaningUp(), patienceMs);
        QCOMPARE(m_fixture.run(u"ls -d /tmp/.koyeb-part-* 2>/dev/null; true"_s), QByteArray());
        QTRY_VERIFY(Koyeb::Test::await(journal.load({}))->value().isEmpty());
    }

    void theQueueMayGoWhileTransfersRun()
    {
        auto queue = std::make_unique<TransferQueue>();
        const auto big = localFile(u"big2"_s, QByteArray(16 * 1024 * 1024, 'x'));
        queue->enqueueUpload(m_fixture.sandbox(), {big}, "/tmp", u"box"_s);
        QTRY_VERIFY_WITH_TIMEOUT(queue->records().first().progress.totalBytes > 0, patienceMs);
        queue.reset();
        QCOMPARE(m_fixture.run(u"echo alive"_s), QByteArray("alive\n"));
    }

    void aClearedTransferMayHoldTheLastOfItsSandbox()
    {
        TransferQueue queue;
        const auto big = localFile(u"big3"_s, QByteArray(16 * 1024 * 1024, 'x'));
        queue.enqueueUpload(m_fixture.sandbox(), {big}, "/tmp", u"box"_s);
        QTRY_VERIFY_WITH_TIMEOUT(queue.records().first().progress.totalBytes > 0, patienceMs);
        const std::weak_ptr<Sandbox> observed = m_fixture.sandbox();
        m_fixture.reach(); // The queue alone holds the other one now.
        QVERIFY(!observed.expired());
        queue.cancelAllOf(u"the-sandbox"_s);
        queue.clearFinished();
        QTRY_VERIFY(observed.expired());
    }
};

QTEST_GUILESS_MAIN(TransferJourneyTest)
#include "transferjourneytest.moc"
