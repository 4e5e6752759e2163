// SPDX-License-Identifier: Apache-2.0
#include "transfer/transferjournal.h"

#include "support/await.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace Koyeb;
using namespace Koyeb::Test;
using namespace Qt::Literals::StringLiterals;

namespace {

JournalEntry entry(quint64 id)
{
    JournalEntry entry;
    entry.id = id;
    entry.direction = TransferDirection::Download;
    entry.sandboxId = u"s-1"_s;
    entry.sandboxName = u"démo"_s;
    entry.source = "/data/bad\xFF'\nname";
    entry.targetDirectory = "/home/me";
    entry.existing = ExistingTarget::Overwrite;
    return entry;
}

} // namespace

class TestTransferJournal : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;

    [[nodiscard]] QString path(const QString &name) const { return m_folder.filePath(name); }
    static QList<JournalEntry> entriesOf(TransferJournal &journal)
    {
        return await(journal.load({}))->value_or(QList<JournalEntry>());
    }

private Q_SLOTS:
    void isEmptyWhenNew()
    {
        TransferJournal journal(path(u"deep/below/new"_s));
        const auto entries = await(journal.load({}));
        QVERIFY(entries && *entries);
        QVERIFY((*entries)->isEmpty());
    }

    void rememberWhatATransferIsAndHasAchieved()
    {
        {
            TransferJournal journal(path(u"kept"_s));
            journal.add(entry(7));
            TransferRecorder recorder(&journal, 7, {});
            recorder.noteStage(".koyeb-part-1");
            recorder.noteFiles({{"a", {1, 2}}, {"b\xFF\n", {3, 4}}, {"", {0, -1}}});
            recorder.noteFiles({{"a", {5, 6}}});
            recorder.notePartial("big", {100, 200}, 50);
            recorder.noteCommitting(true);
            auto changed = entry(7);
            changed.isPaused = true;
            journal.update(changed);
            journal.add(entry(9));
        }
        TransferJournal journal(path(u"kept"_s));
        const auto entries = entriesOf(journal);
        QCOMPARE(entries.size(), 2);
        const auto &kept = entries.first();
        const auto expected = entry(7);
        QCOMPARE(kept.id, expected.id);
        QCOMPARE(kept.direction, expected.direction);
        QCOMPARE(kept.sandboxId, expected.sandboxId);
        QCOMPARE(kept.sandboxName, expected.sandboxName);
        QCOMPARE(kept.source, expected.source);
        QCOMPARE(kept.targetDirectory, expected.targetDirectory);
        QCOMPARE(kept.existing, expected.existing);
        QVERIFY(kept.isPaused && !kept.isAbandoned);
        QCOMPARE(kept.checkpoint.stage, ".koyeb-part-1"_ba);
        QCOMPARE(kept.checkpoint.files.size(), 3);
        QCOMPARE(kept.checkpoint.files.value("a"), (FileVersion{5, 6}));
        QCOMPARE(kept.checkpoint.files.value("b\xFF\n"), (FileVersion{3, 4}));
        QVERIFY(kept.checkpoint.files.contains(""));
        QCOMPARE(kept.checkpoint.partialPath, "big"_ba);
        QCOMPARE(kept.checkpoint.partialVersion, (FileVersion{100, 200}));
        QCOMPARE(kept.checkpoint.partialBytes, 50);
        QVERIFY(kept.checkpoint.isCommitting);
        QVERIFY(entries.last().checkpoint.stage.isEmpty());
    }

    void forgetsWhatIsOver()
    {
        TransferJournal journal(path(u"over"_s));
        journal.add(entry(1));
        TransferRecorder recorder(&journal, 1, {});
        recorder.noteStage("stage");
        recorder.noteFiles({{"a", {1, 2}}});
        journal.remove(1);
        recorder.noteFiles({{"late", {1, 2}}});
        QVERIFY(entriesOf(journal).isEmpty());
        // A new one of the same number begins with nothing.
        journal.add(entry(1));
        QVERIFY(entriesOf(journal).first().checkpoint.files.isEmpty());
    }

    void aNewStageHasNothingInIt()
    {
        TransferJournal journal(path(u"stage"_s));
        journal.add(entry(1));
        TransferRecorder recorder(&journal, 1, {});
        recorder.noteStage("one");
        recorder.noteFiles({{"a", {1, 2}}});
        recorder.notePartial("p", {1, 2}, 1);
        recorder.noteStage("two");
        const auto checkpoint = entriesOf(journal).first().checkpoint;
        QCOMPARE(checkpoint.stage, "two"_ba);
        QVERIFY(checkpoint.files.isEmpty() && checkpoint.partialPath.isEmpty());
        QCOMPARE(recorder.checkpoint().stage, "two"_ba);
        QVERIFY(recorder.checkpoint().files.isEmpty());
    }

    void recordsWithoutAJournalToo()
    {
        TransferCheckpoint from;
        from.stage = "one";
        from.files.insert("old", {1, 1});
        TransferRecorder recorder(nullptr, 1, from);
        recorder.noteFiles({{"new", {2, 2}}});
        QCOMPARE(recorder.checkpoint().files.size(), 2);
    }

    void oneProgramAtATime()
    {
        TransferJournal first(path(u"locked"_s));
        first.add(entry(1));
        QCOMPARE(entriesOf(first).size(), 1);
        TransferJournal second(path(u"locked"_s));
        const auto entries = await(second.load({}));
        QVERIFY(entries && !*entries);
        QCOMPARE(entries->error().kind, ErrorKind::Local);
        second.add(entry(2)); // Remembers nothing, and does no harm.
        QVERIFY(await(second.flush({}))->has_value());
        QCOMPARE(entriesOf(first).size(), 1);
    }

    void aFileThatIsNoneIsLeftAlone_data()
    {
        QTest::addColumn<QByteArray>("content");
        QTest::newRow("text") << QByteArray(1000, 'x');
        QTest::newRow("half of a header") << QByteArray("SQLite format 3\0garbage", 23);
    }
    void aFileThatIsNoneIsLeftAlone()
    {
        QFETCH(QByteArray, content);
        QFile file(path(u"broken"_s));
        QVERIFY(file.open(QFile::WriteOnly));
        file.write(content);
        file.close();
        {
            TransferJournal journal(file.fileName());
            const auto entries = await(journal.load({}));
            QVERIFY(entries && !*entries);
            QCOMPARE(entries->error().kind, ErrorKind::Local);
            journal.add(entry(1));
        }
        QVERIFY(file.open(QFile::ReadOnly));
        QCOMPARE(file.readAll(), content);
    }

    void aJournalOfAnotherVersionIsLeftAlone()
    {
        // What SQLite keeps of the version lies at offset 60 of the file.
        {
            TransferJournal journal(path(u"future"_s));
            journal.add(entry(1));
        }
        QFile file(path(u"future"_s));
        QVERIFY(file.open(QFile::ReadWrite));
        QVERIFY(file.seek(60));
        QCOMPARE(file.write(QByteArray::fromHex("00000063")), 4);
        file.close();
        TransferJournal journal(file.fileName());
        const auto entries = await(journal.load({}));
        QVERIFY(entries && !*entries);
        QVERIFY(entries->error().message.contains(u"version"));
    }
};

QTEST_GUILESS_MAIN(TestTransferJournal)
#include "test_transferjournal.moc"
