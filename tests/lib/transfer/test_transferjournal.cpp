// SPDX-License-Identifier: Apache-2.0
#include "transfer/transferjournal.h"

#include "support/await.h"

#include <QFile>
#include <QSqlDatabase>
#include <QSqlError>
#include <QSqlQuery>
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
            auto between = entry(9);
            between.direction = TransferDirection::Between;
            between.sourceSandboxId = u"source"_s;
            between.movesSource = true;
            between.options = {false, false, false, Links::Followed};
            between.leftOut = "*.o\n\xFF";
            journal.add(between);
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
        QVERIFY(kept.sourceSandboxId.isEmpty() && !kept.movesSource);
        const auto &between = entries.last();
        QVERIFY(between.checkpoint.stage.isEmpty());
        QCOMPARE(between.direction, TransferDirection::Between);
        QCOMPARE(between.options, (TransferOptions{false, false, false, Links::Followed}));
        QCOMPARE(between.leftOut, "*.o\n\xFF"_ba);
        QCOMPARE(kept.options, TransferOptions());
        QVERIFY(kept.leftOut.isEmpty());
        QCOMPARE(between.sourceSandboxId, u"source"_s);
        QVERIFY(between.movesSource);
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

    void keepsTheOrder()
    {
        {
            TransferJournal journal(path(u"order"_s));
            for (const quint64 id : {1, 2, 3}) {
                journal.add(entry(id));
            }
            journal.setOrder({3, 1, 2});
            journal.add(entry(4));
        }
        TransferJournal journal(path(u"order"_s));
        QList<quint64> ids;
        for (const auto &entry : entriesOf(journal)) {
            ids.append(entry.id);
        }
        QCOMPARE(ids, (QList<quint64>{3, 1, 2, 4}));
    }

    void takesUpWhatAnEarlierVersionHasWritten()
    {
        {
            auto database = QSqlDatabase::addDatabase(u"QSQLITE"_s, u"old"_s);
            database.setDatabaseName(path(u"old"_s));
            QVERIFY(database.open());
            QSqlQuery query(database);
            for (const auto &statement :
                 {u"CREATE TABLE transfer (id INTEGER PRIMARY KEY, direction INTEGER NOT NULL, sandbox TEXT "
                  u"NOT "
                  "NULL, sandbox_name TEXT NOT NULL, source BLOB NOT NULL, target_directory BLOB NOT NULL,"
                  " existing INTEGER NOT NULL, paused INTEGER NOT NULL, abandoned INTEGER NOT NULL,"
                  " stage BLOB NOT NULL DEFAULT x'', partial_path BLOB NOT NULL DEFAULT x'',"
                  " partial_size INTEGER NOT NULL DEFAULT 0, partial_modified INTEGER NOT NULL DEFAULT 0,"
                  " partial_bytes INTEGER NOT NULL DEFAULT 0, committing INTEGER NOT NULL DEFAULT 0)"_s,
                  u"CREATE TABLE arrived (transfer INTEGER NOT NULL REFERENCES transfer(id) ON DELETE "
                  u"CASCADE,"
                  " path BLOB NOT NULL, size INTEGER NOT NULL, modified INTEGER NOT NULL,"
                  " PRIMARY KEY (transfer, path)) WITHOUT ROWID"_s,
                  u"INSERT INTO transfer (id, direction, sandbox, sandbox_name, source, target_directory,"
                  " existing, paused, abandoned) VALUES (5, 0, 's', 'n', 'a', 'b', 1, 0, 0)"_s,
                  u"PRAGMA user_version = 1"_s}) {
                QVERIFY2(query.exec(statement), qPrintable(query.lastError().text()));
            }
        }
        QSqlDatabase::removeDatabase(u"old"_s);
        TransferJournal journal(path(u"old"_s));
        QCOMPARE(entriesOf(journal).size(), 1);
        QCOMPARE(entriesOf(journal).first().id, 5ULL);
        QCOMPARE(entriesOf(journal).first().options, TransferOptions());
        journal.setOrder({5});
        journal.addEvent(5, {TransferEvent::Kind::Started, 1, 0, {}, {}});
        QCOMPARE(entriesOf(journal).first().events.size(), 1);
    }

    void keepsTheLogOfWhatIsOpen()
    {
        const auto offline = Error::of(ErrorKind::Offline, u"No way."_s);
        {
            TransferJournal journal(path(u"log"_s));
            journal.add(entry(1));
            journal.addEvent(1, {TransferEvent::Kind::Started, 1000, 0, {}, {}});
            journal.addEvent(1, {TransferEvent::Kind::Interrupted, 2000, 70, offline, "bad\xFF"});
        }
        TransferJournal journal(path(u"log"_s));
        const auto events = entriesOf(journal).first().events;
        QCOMPARE(events.size(), 2);
        QCOMPARE(events[0].kind, TransferEvent::Kind::Started);
        QCOMPARE(events[1].at, 2000);
        QCOMPARE(events[1].bytes, 70);
        QCOMPARE(events[1].error, offline);
        QCOMPARE(events[1].detail, "bad\xFF"_ba);
        journal.remove(1);
        QVERIFY(await(journal.loadEvents(1, {}))->value().isEmpty());
    }

    void remembersWhatIsOverButNotForEver()
    {
        TransferJournal journal(path(u"history"_s));
        const auto over = [](quint64 id) {
            TransferHistoryEntry entry;
            entry.id = id;
            entry.direction = TransferDirection::Download;
            entry.sandboxName = u"démo"_s;
            entry.source = "/bad\xFF";
            entry.targetDirectory = "/home";
            entry.end = TransferEvent::Kind::Failed;
            entry.endedAt = static_cast<qint64>(1000 + id);
            entry.bytes = 5;
            entry.files = 6;
            entry.problems = 7;
            entry.error = Error::of(ErrorKind::Rejected, u"full"_s);
            return entry;
        };
        const QList<TransferEvent> events{{TransferEvent::Kind::Started, 1, 0, {}, {}}};
        const int count = TransferJournal::historySize + 3;
        for (int id = 1; id <= count; ++id) {
            journal.add(entry(static_cast<quint64>(id)));
            journal.addHistory(over(static_cast<quint64>(id)), events);
            journal.remove(static_cast<quint64>(id));
        }
        const auto kept = await(journal.loadHistory({}))->value();
        QCOMPARE(kept.size(), TransferJournal::historySize);
        QCOMPARE(kept.last().id, 4ULL);
        const auto &last = kept.first();
        const auto expected = over(static_cast<quint64>(count));
        QCOMPARE(last.id, expected.id);
        QCOMPARE(last.direction, expected.direction);
        QCOMPARE(last.sandboxName, expected.sandboxName);
        QCOMPARE(last.source, expected.source);
        QCOMPARE(last.targetDirectory, expected.targetDirectory);
        QCOMPARE(last.end, expected.end);
        QCOMPARE(last.endedAt, expected.endedAt);
        QCOMPARE(last.bytes, 5);
        QCOMPARE(last.files, 6);
        QCOMPARE(last.problems, 7);
        QCOMPARE(last.error, expected.error);
        QCOMPARE(await(journal.loadEvents(last.id, {}))->value().size(), 1);
        QVERIFY(await(journal.loadEvents(1, {}))->value().isEmpty());
        // One that goes on after all and ends once more is there once.
        journal.addHistory(expected, events);
        QCOMPARE(await(journal.loadHistory({}))->value().size(), TransferJournal::historySize);
        QCOMPARE(await(journal.loadEvents(last.id, {}))->value().size(), 1);
        journal.clearHistory();
        QVERIFY(await(journal.loadHistory({}))->value().isEmpty());
        QVERIFY(await(journal.loadEvents(last.id, {}))->value().isEmpty());
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
