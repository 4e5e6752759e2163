// SPDX-License-Identifier: GPL-3.0-or-later
#include "files/remotefilemodel.h"
#include "files/directorysorter.h"

#include <QAbstractItemModelTester>
#include <QItemSelectionModel>
#include <QSignalSpy>
#include <QtTest>

using namespace Koyeb;
using namespace Koyeb::Desktop;
using namespace Qt::Literals::StringLiterals;

namespace {

RemoteEntry file(const QByteArray &name, qint64 size = 0)
{
    RemoteEntry entry;
    entry.name = name;
    entry.type = RemoteEntry::Type::File;
    entry.sizeBytes = size;
    return entry;
}

RemoteEntry folder(const QByteArray &name)
{
    RemoteEntry entry;
    entry.name = name;
    entry.type = RemoteEntry::Type::Directory;
    return entry;
}

/// A listing as text: names separated by blanks, folders with a slash, sizes after a colon.
QList<RemoteEntry> listing(const char *text)
{
    QList<RemoteEntry> entries;
    for (const QByteArray &word : QByteArray(text).split(' ')) {
        if (word.endsWith('/')) {
            entries.append(folder(word.chopped(1)));
        } else if (!word.isEmpty()) {
            const auto parts = word.split(':');
            entries.append(file(parts.first(), parts.value(1).toLongLong()));
        }
    }
    return entries;
}

QString names(const QAbstractItemModel &model)
{
    QStringList shown;
    for (int row = 0; row < model.rowCount(); ++row) {
        shown.append(model.index(row, 0).data().toString());
    }
    return shown.join(u' ');
}

/// Writes down what a model tells its views.
class ChangeRecorder : public QObject {
    Q_OBJECT

public:
    explicit ChangeRecorder(const QAbstractItemModel &model)
    {
        connect(&model, &QAbstractItemModel::rowsInserted, this, [this](const auto &, int first, int last) {
            m_changes.append(u"+%1-%2"_s.arg(first).arg(last));
        });
        connect(&model, &QAbstractItemModel::rowsRemoved, this, [this](const auto &, int first, int last) {
            m_changes.append(u"-%1-%2"_s.arg(first).arg(last));
        });
        connect(&model, &QAbstractItemModel::dataChanged, this, [this](const auto &first, const auto &last) {
            m_changes.append(u"~%1-%2"_s.arg(first.row()).arg(last.row()));
        });
        connect(&model, &QAbstractItemModel::modelReset, this, [this] { m_changes.append(u"reset"_s); });
    }

    [[nodiscard]] QString text() const { return m_changes.join(u' '); }

private:
    QStringList m_changes;
};

} // namespace

class RemoteFileModelTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void tellsWhatDiffers_data()
    {
        QTest::addColumn<QByteArray>("before");
        QTest::addColumn<QByteArray>("after");
        QTest::addColumn<QString>("changes");

        QTest::newRow("nothing") << QByteArray("a b c") << QByteArray("c b a") << u""_s;
        QTest::newRow("first entries") << QByteArray("") << QByteArray("a b") << u"+0-1"_s;
        QTest::newRow("all gone") << QByteArray("a b") << QByteArray("") << u"-0-1"_s;
        QTest::newRow("one in the middle") << QByteArray("a c") << QByteArray("a b c") << u"+1-1"_s;
        QTest::newRow("one gone") << QByteArray("a b c") << QByteArray("a c") << u"-1-1"_s;
        QTest::newRow("both ends") << QByteArray("b c") << QByteArray("a b c d") << u"+0-0 +3-3"_s;
        QTest::newRow("scattered removals come from the end")
            << QByteArray("a b c d e") << QByteArray("b d") << u"-4-4 -2-2 -0-0"_s;
        QTest::newRow("size") << QByteArray("a:1 b:1") << QByteArray("a:1 b:2") << u"~1-1"_s;
        QTest::newRow("file becomes folder") << QByteArray("a b") << QByteArray("a/ b") << u"~0-0"_s;
        QTest::newRow("all at once") << QByteArray("a b:1 d") << QByteArray("b:2 c d") << u"-0-0 +1-1 ~0-0"_s;
    }

    void tellsWhatDiffers()
    {
        QFETCH(QByteArray, before);
        QFETCH(QByteArray, after);
        QFETCH(QString, changes);

        RemoteFileModel model;
        const QAbstractItemModelTester tester(&model);
        model.setListing("/d", listing(before));
        const ChangeRecorder recorder(model);
        model.setListing("/d", listing(after));

        QCOMPARE(recorder.text(), changes);
        RemoteFileModel fresh;
        fresh.setListing("/d", listing(after));
        QCOMPARE(names(model), names(fresh));
    }

    void anotherDirectoryResets()
    {
        RemoteFileModel model;
        const QAbstractItemModelTester tester(&model);
        model.setListing("/a", listing("x y"));
        const ChangeRecorder recorder(model);
        model.setListing("/b", listing("x y"));
        QCOMPARE(recorder.text(), u"reset"_s);
        QCOMPARE(model.directory(), QByteArray("/b"));
    }

    void firstOfEqualNamesCounts()
    {
        RemoteFileModel model;
        const QAbstractItemModelTester tester(&model);
        model.setListing("/d", {file("a", 1), file("a", 2)});
        QCOMPARE(model.rowCount(), 1);
        QCOMPARE(model.entry(0).sizeBytes, 1);
    }

    void refreshKeepsSelectionThroughTheSorter()
    {
        RemoteFileModel model;
        DirectorySorter sorter(model);
        const QAbstractItemModelTester tester(&sorter);
        model.setListing("/d", listing("b d f"));
        QItemSelectionModel selection(&sorter);
        selection.select(sorter.index(1, 0), QItemSelectionModel::Select | QItemSelectionModel::Rows);
        model.setListing("/d", listing("a b:7 c d:9 e"));
        const auto selected = selection.selectedRows();
        QCOMPARE(selected.size(), 1);
        QCOMPARE(selected.first().data().toString(), u"d"_s);
    }

    void sortsForPeople_data()
    {
        QTest::addColumn<int>("column");
        QTest::addColumn<Qt::SortOrder>("order");
        QTest::addColumn<QString>("shown");

        const int name = RemoteFileModel::NameColumn;
        const int size = RemoteFileModel::SizeColumn;
        QTest::newRow("name") << name << Qt::AscendingOrder << u"sub zoo a file2 file10 unknown"_s;
        QTest::newRow("name down") << name << Qt::DescendingOrder << u"zoo sub unknown file10 file2 a"_s;
        QTest::newRow("size") << size << Qt::AscendingOrder << u"sub zoo file2 file10 a unknown"_s;
        QTest::newRow("size down") << size << Qt::DescendingOrder << u"zoo sub a file10 file2 unknown"_s;
    }

    void sortsForPeople()
    {
        QFETCH(int, column);
        QFETCH(Qt::SortOrder, order);
        QFETCH(QString, shown);

        QLocale::setDefault(QLocale(QLocale::English));
        RemoteFileModel model;
        DirectorySorter sorter(model);
        const QAbstractItemModelTester tester(&sorter);
        auto entries = listing("zoo/ sub/ a:30 file10:20 file2:10 .hidden unknown");
        entries.last().sizeBytes.reset();
        model.setListing("/d", entries);
        sorter.sort(column, order);
        QCOMPARE(names(sorter), shown);
    }

    void hiddenFilesAreShownWhenWanted()
    {
        RemoteFileModel model;
        DirectorySorter sorter(model);
        const QAbstractItemModelTester tester(&sorter);
        model.setListing("/d", listing(".a b .c/"));
        QCOMPARE(names(sorter), u"b"_s);
        sorter.setHiddenFiles(DirectorySorter::HiddenFiles::Shown);
        QCOMPARE(names(sorter), u".c .a b"_s);
        sorter.setHiddenFiles(DirectorySorter::HiddenFiles::LeftOut);
        QCOMPARE(names(sorter), u"b"_s);
    }

    void showsLinksWithTheirTarget()
    {
        RemoteEntry link;
        link.name = "current";
        link.type = RemoteEntry::Type::SymbolicLink;
        link.linkTarget = "releases/7";
        link.linkTargetIsDirectory = true;
        RemoteFileModel model;
        model.setListing("/d", {link});
        QCOMPARE(model.index(0, 0).data().toString(), u"current → releases/7"_s);
        QCOMPARE(model.index(0, 0).data(Qt::EditRole).toString(), u"current"_s);
        QCOMPARE(model.index(0, RemoteFileModel::TypeColumn).data().toString(), u"Link to a folder"_s);
    }

    void columnsAreReadable()
    {
        RemoteEntry entry = file("notes.txt", 2048);
        entry.mode = 04755;
        entry.owner = u"root"_s;
        entry.modifiedAt = QDateTime(QDate(2020, 2, 29), QTime(12, 0), Qt::UTC);
        RemoteFileModel model;
        model.setListing("/d", {entry});
        const auto cell = [&](int column, int role = Qt::DisplayRole) {
            return model.index(0, column).data(role);
        };
        QCOMPARE(cell(RemoteFileModel::SizeColumn).toString(), QLocale().formattedDataSize(2048));
        QCOMPARE(cell(RemoteFileModel::PermissionsColumn).toString(), u"rwsr-xr-x"_s);
        QCOMPARE(cell(RemoteFileModel::PermissionsColumn, Qt::ToolTipRole).toString(), u"4755"_s);
        QCOMPARE(cell(RemoteFileModel::OwnerColumn).toString(), u"root"_s);
        QVERIFY(cell(RemoteFileModel::ModifiedColumn).toString().contains(u"20"_s));
    }

    void typesComeFromTheEndings_data()
    {
        QTest::addColumn<QByteArray>("name");
        QTest::addColumn<QString>("mimeType");
        QTest::newRow("one ending") << QByteArray("notes.txt") << u"text/plain"_s;
        QTest::newRow("two endings") << QByteArray("model.tar.gz") << u"application/x-compressed-tar"_s;
        QTest::newRow("last of several") << QByteArray("a.b.c.json") << u"application/json"_s;
        QTest::newRow("whole name") << QByteArray("Makefile") << u"text/x-makefile"_s;
    }

    void typesComeFromTheEndings()
    {
        QFETCH(QByteArray, name);
        QFETCH(QString, mimeType);
        const FileTypes types;
        QCOMPARE(types.name(file(name)), QMimeDatabase().mimeTypeForName(mimeType).comment());
    }

    void withoutAKnownEndingItIsAFile()
    {
        const FileTypes types;
        QCOMPARE(types.name(file("data.unknown-ending")), u"File"_s);
        QCOMPARE(types.name(file("no-ending")), u"File"_s);
    }

    void unknownValuesStayEmpty()
    {
        RemoteEntry entry;
        entry.name = "x";
        RemoteFileModel model;
        model.setListing("/d", {entry});
        for (const int column :
             {RemoteFileModel::SizeColumn, RemoteFileModel::ModifiedColumn,
              RemoteFileModel::PermissionsColumn}) {
            QVERIFY(model.index(0, column).data().toString().isEmpty());
            QVERIFY(!model.isKnown(0, column));
        }
    }

    void renamesOnlyWhatChangedIntoWhatIsAllowed_data()
    {
        QTest::addColumn<QByteArray>("name");
        QTest::addColumn<QString>("typed");
        QTest::addColumn<QByteArray>("requested");

        QTest::newRow("new name") << QByteArray("a") << u"b ä"_s << QByteArray("b \xc3\xa4");
        QTest::newRow("the same") << QByteArray("a") << u"a"_s << QByteArray();
        QTest::newRow("empty") << QByteArray("a") << u""_s << QByteArray();
        QTest::newRow("slash") << QByteArray("a") << u"b/c"_s << QByteArray();
        QTest::newRow("dot") << QByteArray("a") << u"."_s << QByteArray();
        QTest::newRow("dot dot") << QByteArray("a") << u".."_s << QByteArray();
        QTest::newRow("three dots") << QByteArray("a") << u"..."_s << QByteArray("...");
        QTest::newRow("too long") << QByteArray("a") << QString(256, u'x') << QByteArray();
        QTest::newRow("not UTF-8, untouched") << QByteArray("a\xff") << displayName("a\xff") << QByteArray();
        QTest::newRow("not UTF-8, renamed") << QByteArray("a\xff") << u"b"_s << QByteArray("b");
    }

    void renamesOnlyWhatChangedIntoWhatIsAllowed()
    {
        QFETCH(QByteArray, name);
        QFETCH(QString, typed);
        QFETCH(QByteArray, requested);

        RemoteFileModel model;
        model.setListing("/d", {file(name)});
        const QSignalSpy spy(&model, &RemoteFileModel::renameRequested);
        QCOMPARE(model.setData(model.index(0, 0), typed), !requested.isEmpty());
        QCOMPARE(spy.size(), requested.isEmpty() ? 0 : 1);
        if (!requested.isEmpty()) {
            QCOMPARE(spy.first(), (QVariantList{name, requested}));
        }
        QCOMPARE(model.entry(0).name, name);
    }

    void findsRowsByBytes()
    {
        RemoteFileModel model;
        model.setListing("/d", {file("b\xff"), file("a\nb"), file("b")});
        QCOMPARE(model.entry(model.rowOf("b\xff")).name, QByteArray("b\xff"));
        QCOMPARE(model.entry(model.rowOf("a\nb")).name, QByteArray("a\nb"));
        QCOMPARE(model.rowOf("c"), -1);
    }

    void hundredThousandEntriesAreRefreshedInPlace()
    {
        static constexpr int count = 100'000;
        QList<RemoteEntry> entries;
        for (int i = 0; i < count; ++i) {
            entries.append(file("file-" + QByteArray::number(i) + ".log", i));
        }
        RemoteFileModel model;
        DirectorySorter sorter(model);
        model.setListing("/d", entries);
        QCOMPARE(sorter.rowCount(), count);
        QCOMPARE(sorter.index(10, 0).data().toString(), u"file-10.log"_s);

        const ChangeRecorder recorder(model);
        entries.removeAt(count / 2);
        entries.append(file("new"));
        model.setListing("/d", entries);
        QVERIFY2(!recorder.text().contains(u"reset"_s), qPrintable(recorder.text()));
        QCOMPARE(sorter.rowCount(), count);
    }

    void manyScatteredChangesResetInsteadOfShiftingRowsForEver()
    {
        QList<RemoteEntry> all;
        QList<RemoteEntry> half;
        for (int i = 0; i < 4000; ++i) {
            all.append(file(QByteArray::number(10'000 + i)));
            if (i % 2 == 0) {
                half.append(all.last());
            }
        }
        RemoteFileModel model;
        const QAbstractItemModelTester tester(&model);
        model.setListing("/d", all);
        const ChangeRecorder recorder(model);
        model.setListing("/d", half);
        QCOMPARE(recorder.text(), u"reset"_s);
        QCOMPARE(model.rowCount(), 2000);
    }
};

QTEST_MAIN(RemoteFileModelTest)
#include "remotefilemodeltest.moc"
